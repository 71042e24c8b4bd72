"""How each figure is counted: its stable id, Swedish name, definition in words and version.

The words are shown to every reader ("så räknas det"). When a definition changes its version rises;
the id never changes. Source: the shared definitions of the domain description §§ 5 and 6.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from reporting.services.figures import Cell, Coverage, Figure, Period, Unit


@dataclass(frozen=True)
class Definition:
    """One figure's definition. `apart` and `weight`: see `Figure`."""

    label: str
    text: str
    version: int = 1
    unit: Unit = Unit.PERSONS
    apart: frozenset[str] = field(default_factory=frozenset)
    weight: int = 1


_HEADLINE = 8  # the flow, which everybody asks for first: hidden only when nothing else helps
_STARTED = "Registrerade deltagare med startdatum i perioden. Båda dagarna räknas in."
_ENDED = "Deltagare med slutdatum i perioden, utom felregistrerade."
_BOTH = (
    "Omfattar dem som avslutade i perioden och har försörjning och sysselsättning registrerade "
    "både före och efter. Övriga räknas som ofullständiga."
)
_MARKS = "En person kan ha flera svar, så summan kan bli större än antalet personer."
_BUDGET = "Budget och utfall för de kalenderår som ligger helt inom perioden, i kronor."

DEFINITIONS: dict[str, Definition] = {
    "started": Definition("Påbörjade", _STARTED, weight=_HEADLINE),
    "started_anonymous": Definition(
        "Påbörjade, anonyma",
        "Personer utan registrering, räknade på kön och startår. De ingår i perioder som omfattar "
        "hela året.",
    ),
    "ongoing_at_start": Definition(
        "Pågående vid periodens början",
        "Deltagare som hade startat men inte avslutat dagen före periodens första dag.",
        weight=_HEADLINE,
    ),
    "ended": Definition("Avslutade", _ENDED, weight=_HEADLINE),
    "ongoing_at_end": Definition(
        "Pågående vid periodens slut",
        "Deltagare som har startat senast periodens sista dag och inte avslutat senast den dagen.",
        weight=_HEADLINE,
    ),
    "misregistered": Definition(
        "Felregistrerade",
        "Deltaganden som avslutats som felregistrering, efter startdatum. De ingår inte i någon "
        "annan siffra.",
    ),
    "reconciliation": Definition(
        "Avstämning",
        "Alla inskrivningar som började i perioden: fullständigt registrerade, registrerade där "
        "försörjning eller sysselsättning från starten saknas, anonyma och felregistrerade.",
        version=2,
    ),
    "by_gender": Definition("Påbörjade efter kön", f"{_STARTED} Juridiskt kön."),
    "by_age_band": Definition("Påbörjade efter ålder", f"{_STARTED} Ålder på startdagen."),
    "by_referrer": Definition("Påbörjade efter remittent", f"{_STARTED} Den som remitterade."),
    "by_education": Definition("Påbörjade efter utbildning", f"{_STARTED} Utbildning vid start."),
    "by_time_in_support": Definition(
        "Påbörjade efter tid i offentlig försörjning",
        f"{_STARTED} Hela månader i offentlig försörjning före start. Nedre gränsen ingår i ett "
        "intervall, övre gränsen ingår i nästa. Saknas uppgiften räknas personen som ofullständig.",
    ),
    "time_in_programme_days": Definition(
        "Tid i insatsen",
        f"{_ENDED} Dagar från start till slut. Medianen av ett jämnt antal är medelvärdet av de "
        "två mittersta; kvartiler genom linjär interpolation.",
        unit=Unit.DAYS,
    ),
    "end_reason": Definition("Avslutade efter anledning", _ENDED),
    "occupation_before_after": Definition(
        "Sysselsättning före och efter",
        f"{_BOTH} {_MARKS}",
        apart=frozenset({"occasion", "occupation"}),
        version=2,
    ),
    "occupation_grouped_before_after": Definition(
        "Arbete, studier, arbetssökande och övriga före och efter",
        f"{_BOTH} Varje person räknas en gång: i arbete före studier, studier före "
        "arbetssökande, arbetssökande före övriga.",
        apart=frozenset({"occasion"}),
        version=2,
    ),
    "work_or_study_after": Definition(
        "I arbete eller studier efter",
        f"{_BOTH} Personer som arbetar eller studerar vid slutet.",
        version=2,
    ),
    "started_or_increased": Definition(
        "Började eller ökade arbete eller studier",
        f"{_BOTH} Personer vars timmar i arbete, subventionerat arbete och studier är fler efter "
        "än före.",
        version=2,
    ),
    "support_before_after": Definition(
        "Försörjning före och efter",
        f"{_BOTH} {_MARKS}",
        apart=frozenset({"occasion", "support"}),
        version=2,
    ),
    "ten_hours_reached": Definition(
        "Nådde målet för timmars aktivitet i veckan",
        f"{_ENDED} Personer som nått minst det antal timmar i veckan som är insatsens mål. "
        "Saknas uppgiften räknas personen som ofullständig.",
    ),
    "continued": Definition(
        "Gick vidare",
        f"{_ENDED} Personer som avslutades till fortsatt rehabilitering, eller som vid slutet "
        "arbetar eller studerar. Saknas anledning räknas personen som ofullständig.",
    ),
    "budget_outcome": Definition("Budget och utfall", _BUDGET, unit=Unit.SEK),
    "budget_by_group": Definition("Budget och utfall per kostnadsgrupp", _BUDGET, unit=Unit.SEK),
    "cost_per_place": Definition(
        "Kostnad per plats",
        f"{_BUDGET} Delat med antalet platser.",
        unit=Unit.SEK,
    ),
    "cost_per_started": Definition(
        "Kostnad per påbörjad",
        f"{_BUDGET} Budgeten delas med det planerade antalet starter, utfallet med antalet "
        "registrerade påbörjade.",
        unit=Unit.SEK,
    ),
    "cost_per_ended": Definition(
        "Kostnad per avslutad",
        f"{_BUDGET} Utfallet delat med antalet avslutade.",
        unit=Unit.SEK,
    ),
    "goals": Definition(
        "Mål",
        "Insatsens mål: målvärde, utfall, och om målet är nått (1) eller inte (0). Ett utfall i "
        "procent är andelen av dem som siffran omfattar.",
        unit=Unit.PIECES,
    ),
}


def make_figure(
    name: str, period: Period, cells: Iterable[Cell], coverage: Coverage | None = None
) -> Figure:
    """A figure with the words and version of its definition."""
    definition = DEFINITIONS[name]
    return Figure(
        id=name,
        label=definition.label,
        definition=definition.text,
        definition_version=definition.version,
        period=period,
        unit=definition.unit,
        apart=definition.apart,
        weight=definition.weight,
        cells=tuple(cells),
        coverage=coverage or Coverage(),
    )

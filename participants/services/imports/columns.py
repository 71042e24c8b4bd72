"""The columns of a list of registrations, by all the names people give them. See docs/import.md."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from core.spreadsheets import Cell, NoTable, SheetRow

COLUMNS: dict[str, tuple[str, ...]] = {
    "personnummer": ("pnr", "personnr", "person nummer", "samordningsnummer"),
    "kon": ("juridiskt kön",),
    "startar": ("år", "budgetår"),
    "fornamn": ("tilltalsnamn",),
    "efternamn": (),
    "start": ("startdatum", "startdag"),
    "slut": ("slutdatum", "slutdag"),
    "remittent": ("remitterande part",),
    "kommun": ("hemkommun",),
    "utbildning": ("utbildningsnivå",),
    "manader_forsorjning": ("månader i försörjning", "månader i offentlig försörjning"),
    "forsorjning_fore": (),
    "sysselsattning_fore": (),
    "avslut": ("avslutsanledning", "avslutsorsak"),
    "timmar_i_veckan": ("timmar per vecka",),
    "forsorjning_efter": (),
    "sysselsattning_efter": (),
    "grupp": ("gruppnummer", "gruppnr"),
}
PERSON, ANONYMOUS = ("personnummer", "start"), ("kon", "startar")
NEEDED = (
    "Filen behöver rubrikerna personnummer och start, eller kon och startar, på rad 1. "
    "Se beskrivningen av kolumnerna."
)


def fold(heading: str) -> str:
    """A heading without case, accents, blanks and signs: Försörjning före is forsorjningfore."""
    plain = unicodedata.normalize("NFKD", heading.casefold())
    return re.sub(r"[^a-z0-9]", "", plain)


NAMES = {fold(one): name for name, also in COLUMNS.items() for one in (name, *also)}


def column_of(heading: str) -> str:
    """The column's own name; blank when the heading is none of ours."""
    return NAMES.get(fold(heading), "")


def is_known(heading: str) -> bool:
    """True for a heading that is read."""
    return bool(column_of(heading))


def has_needed(header: Sequence[str]) -> bool:
    """True when the headings are enough for rows to be read."""
    names = {column_of(heading) for heading in header}
    return any(names.issuperset(needed) for needed in (PERSON, ANONYMOUS))


@dataclass(frozen=True)
class Columns:
    """Where in a row each column stands, and the headings that are not read."""

    places: dict[str, int]
    unread: tuple[str, ...]

    def cells_of(self, row: SheetRow) -> dict[str, Cell]:
        """The row's cells by column, those it has."""
        return {name: row.cells[place] for name, place in self.places.items()}


def read_columns(header: Sequence[str]) -> Columns:
    """Which column is which. Raises `NoTable` when the needed ones are missing, or one stands twice."""
    places: dict[str, int] = {}
    unread, twice = [], []
    for place, heading in enumerate(header):
        name = column_of(heading)
        if name in places:
            twice.append(name)
        elif name:
            places[name] = place
        elif heading:
            unread.append(heading[:60])
    if not has_needed(header):
        raise NoTable([NEEDED])
    if twice:
        raise NoTable([f"Rubriken {name} står två gånger." for name in dict.fromkeys(twice)])
    return Columns(places, tuple(unread))

"""The SUS document of one enrolment: what to key in, in the order of the form.

SUS takes no files, so an official reads this and types. What is missing is marked "saknas" where it
would have stood. The document is personal data: whoever makes it goes through `open_record` first.
Source: domain description §§ 5.1 and 5.2.
"""

from dataclasses import dataclass
from datetime import date, datetime

from core.formatting import date_iso, moment_iso, number

MISSING = "saknas"
LONG_SECTION = 8


@dataclass(frozen=True)
class SusPart:
    """A form of support or an occupation with its extent.

    `extent` is percent for support and hours a week for occupation (100 % is always 40 hours).
    """

    label: str
    extent: float | None
    unit: str

    @property
    def text(self) -> str:
        amount = f"{number(self.extent, 1)} {self.unit}" if self.extent is not None else ""
        return f"{self.label}, {amount or 'omfattning ' + MISSING}"

    @property
    def is_whole(self) -> bool:
        return self.extent is not None


def support_part(label: str, percent: float | None) -> SusPart:
    """Försörjning: a form of public support and its extent in percent."""
    return SusPart(label, percent, "%")


def occupation_part(label: str, hours: float | None) -> SusPart:
    """Sysselsättning: an occupation and its extent in hours a week."""
    return SusPart(label, hours, "timmar i veckan")


@dataclass(frozen=True)
class SusAnswer:
    """A local supplementary question and its answer, blank when nobody has answered."""

    question: str
    answer: str = ""


@dataclass(frozen=True)
class SusConsent:
    """The written consent to be registered: given when, how, in which version, until when."""

    given_on: date
    form: str
    text_version: str
    valid_until: date | None = None
    withdrawn_on: date | None = None

    @property
    def lines(self) -> tuple[str, ...]:
        until = f"gäller till {date_iso(self.valid_until)}" if self.valid_until else "tills vidare"
        gone = f"Återkallat {date_iso(self.withdrawn_on)}" if self.withdrawn_on else ""
        said = (
            f"Givet {date_iso(self.given_on)}, {self.form}, {until}",
            f"Textversion {self.text_version}",
        )
        return (*said, gone) if gone else said


@dataclass(frozen=True)
class SusField:
    """One row of the form. Without values it is missing; with `has_gap` a part of one is."""

    label: str
    values: tuple[str, ...]
    has_gap: bool = False

    @property
    def is_missing(self) -> bool:
        return not self.values


@dataclass(frozen=True)
class SusSection:
    """A heading of the form and its rows."""

    title: str
    fields: tuple[SusField, ...]

    @property
    def is_long(self) -> bool:
        """Too many rows to be kept together on a page."""
        return len(self.fields) > LONG_SECTION


@dataclass(frozen=True)
class SusRegistration:
    """In-registration: the person and the situation during the week before the start.

    Blank text, None and empty tuples are missing. `months_in_support` is the time in public support
    before the start, in months.
    """

    name: str
    personal_number: str
    municipality: str
    district: str
    gender: str
    age: int | None
    starts_on: date | None
    referrer: str
    education: str
    months_in_support: int | None
    support: tuple[SusPart, ...]
    occupation: tuple[SusPart, ...]
    answers: tuple[SusAnswer, ...]
    consent: SusConsent | None


@dataclass(frozen=True)
class SusClosure:
    """Out-registration: the end and the situation during the last week."""

    ends_on: date | None
    reason: str
    occupation: tuple[SusPart, ...]
    support: tuple[SusPart, ...]
    answers: tuple[SusAnswer, ...] = ()


@dataclass(frozen=True)
class SusDocument:
    """One enrolment's registration. `closure` is None while the person takes part.

    `case_number` identifies the document on paper; no person's name is in the file's title.
    """

    programme: str
    controller: str
    case_number: str
    printed_by: str
    printed_at: datetime
    registration: SusRegistration
    closure: SusClosure | None = None

    @property
    def title(self) -> str:
        return f"Registrering i SUS, ärende {self.case_number}"

    @property
    def printed(self) -> str:
        return f"Utskrivet {moment_iso(self.printed_at)} av {self.printed_by}"

    @property
    def sections(self) -> tuple[SusSection, ...]:
        """The form, in its order."""
        before = self.registration
        return (
            SusSection("Person", _person(before)),
            SusSection("Start", _start(before, self.programme)),
            SusSection("Före start", _before(before)),
            *_supplementary("Kompletterande frågor vid start", before.answers),
            SusSection("Samtycke", (_consent(before),)),
            *_closing(self.closure),
        )

    @property
    def missing(self) -> tuple[str, ...]:
        """What is not known yet, in the order of the form."""
        every = [field for section in self.sections for field in section.fields]
        return tuple(field.label for field in every if field.is_missing or field.has_gap)

    @property
    def summary(self) -> str:
        """What is missing, in one sentence; empty when nothing is."""
        if not self.missing:
            return ""
        count = len(self.missing)
        noun = "uppgift saknas" if count == 1 else "uppgifter saknas"
        return f"{count} {noun}: {', '.join(label.lower() for label in self.missing)}."


def _person(before: SusRegistration) -> tuple[SusField, ...]:
    age = f"{before.age} år vid start" if before.age is not None else ""
    district = (_field("Stadsdel", before.district),) if before.district else ()
    return (
        _field("Personnummer", before.personal_number),
        _field("Namn", before.name),
        _field("Kommun", before.municipality),
        *district,
        _field("Kön", before.gender),
        _field("Ålder", age),
    )


def _start(before: SusRegistration, programme: str) -> tuple[SusField, ...]:
    return (
        _field("Insats", programme),
        _field("Startdatum", date_iso(before.starts_on)),
        _field("Remitterande part", before.referrer),
    )


def _before(before: SusRegistration) -> tuple[SusField, ...]:
    return (
        _field("Utbildningsnivå", before.education),
        _field("Tid i offentlig försörjning", _months(before.months_in_support)),
        _parts("Försörjning före", before.support),
        _parts("Sysselsättning före", before.occupation),
    )


def _months(months: int | None) -> str:
    if months is None:
        return ""
    if months == 0:
        return "ingen"
    years, rest = divmod(months, 12)
    whole = f"{years} år" if years else ""
    left = f"{rest} mån" if rest else ""
    said = f"{months} månader"
    return f"{said} ({' '.join(filter(None, (whole, left)))})" if years else said


def _supplementary(title: str, answers: tuple[SusAnswer, ...]) -> tuple[SusSection, ...]:
    """Local questions make a section of their own, when there are any."""
    fields = tuple(_field(one.question, one.answer) for one in answers)
    return (SusSection(title, fields),) if fields else ()


def _consent(before: SusRegistration) -> SusField:
    lines = before.consent.lines if before.consent else ()
    return SusField("Skriftligt samtycke till registrering", lines)


def _closing(closure: SusClosure | None) -> tuple[SusSection, ...]:
    if closure is None:
        return (SusSection("Avslut", (SusField("Slutdatum", ("Deltar fortfarande",)),)),)
    ends = (
        _field("Slutdatum", date_iso(closure.ends_on)),
        _field("Avslutsanledning", closure.reason),
        _parts("Sysselsättning efter", closure.occupation),
        _parts("Försörjning efter", closure.support),
    )
    return (
        SusSection("Avslut", ends),
        *_supplementary("Kompletterande frågor vid avslut", closure.answers),
    )


def _field(label: str, value: str) -> SusField:
    return SusField(label, (value,) if value.strip() else ())


def _parts(label: str, parts: tuple[SusPart, ...]) -> SusField:
    has_gap = not all(part.is_whole for part in parts)
    return SusField(label, tuple(part.text for part in parts), has_gap)

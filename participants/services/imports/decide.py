"""What becomes of each row: a new participation, one that is there already, or none and why.

Decided in the file's order, so that of two rows that overlap the later one is refused. Nothing is
written here: a preview asks the same questions as the import.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import prefetch_related_objects

from core.lookup import lookup_hash
from core.sorting import sort_key
from participants.enums import EnrolmentState, MarkKind, Occasion, Protection
from participants.models import Enrolment, Participant, Registration
from participants.services.imports.read import Anonymous, Entry
from programmes.models import Programme

CREATED, UNCHANGED, REJECTED = "created", "unchanged", "rejected"
GENDER_WORDS = {"K": "kvinna", "M": "man"}

NAME_MISSING = "Namnet saknas i filen. Deltagaren visas som Namn saknas tills det är ifyllt."
OTHER_NAME = "Namnet i filen är ett annat än i registret. Registrets namn är kvar."
ALSO_HERE = (
    "Insatsen har redan räknat {count} ({word}, {year}) som inte kommer från en fil. Kontrollera att "
    "det inte är samma person."
)
KNOWN_PERSON = "Personen finns redan och får ett deltagande till."


@dataclass(frozen=True)
class Decision:
    """What becomes of one row. `entry` is None for a rejected row that couldn't be read."""

    row: int
    result: str
    messages: tuple[str, ...] = ()
    entry: Entry | Anonymous | None = None
    enrolment_id: int | None = None

    @property
    def person(self) -> Entry | None:
        """The participation to write, when that is what was decided."""
        return self.entry if self.result == CREATED and isinstance(self.entry, Entry) else None


@dataclass
class Memory:
    """What earlier imports left: participations by fingerprint, and anonymous people not yet met.

    `claimed` are participations that earlier rows of the same file stand for. `counted_here` are the
    anonymous people that the programme has counted itself, by gender and year.
    """

    enrolments: dict[str, list[int]] = field(default_factory=dict)
    anonymous: Counter[tuple[str, int]] = field(default_factory=Counter)
    claimed: set[int] = field(default_factory=set)
    counted_here: Counter[tuple[str, int]] = field(default_factory=Counter)


@dataclass
class _Known:
    """A participation the person has in the programme, or gets from an earlier row of the file."""

    starts_on: date
    ends_on: date | None
    misregistered: bool
    words: str
    enrolment: Enrolment | None = None
    claimed: bool = False

    def overlaps(self, entry: Entry) -> bool:
        """Some day is in both."""
        before_end = self.ends_on is None or self.ends_on >= entry.starts_on
        return before_end and (entry.ends_on is None or self.starts_on <= entry.ends_on)


def open_book(programme: Programme, entries: Iterable[Any], memory: Memory) -> "Book":
    """A book that knows what the programme has about the rows. Five queries, however many rows."""
    book = Book(programme, memory)
    rows_of_people = [one for one in entries if isinstance(one, Entry)]
    persons = {lookup_hash(one.number) for one in rows_of_people} - {None}
    rows = Participant.objects.filter(
        controller_id=programme.data_controller_id, personnummer_lookup__in=persons
    )
    fields = "personnummer_lookup", "given_name", "family_name", "protection"
    for lookup, given, family, protection in rows.values_list(*fields):
        shown = "" if protection != Protection.NONE else sort_key(f"{family} {given}")
        book.names[str(lookup)] = shown
    # A person in another programme of the controller isn't seen here, and has nothing in this one.
    remembered = [pk for found in memory.enrolments.values() for pk in found]
    mine = Enrolment.objects.filter(programme=programme).order_by("starts_on", "pk")
    mine = mine.select_related("participant").defer("participant__personnummer")
    stored = list(mine.filter(participant__personnummer_lookup__in=persons))
    for one in stored:
        book.add(one)
    # Only these may be compared with a row; the others are known by their fingerprint.
    new = {
        (lookup_hash(one.number), one.starts_on)
        for one in rows_of_people
        if one.fingerprint not in memory.enrolments
    }
    alike = [one for one in stored if (one.participant.personnummer_lookup, one.starts_on) in new]
    prefetch_related_objects(alike, "registrations__marks")
    book.alive = set(mine.filter(pk__in=remembered).values_list("pk", flat=True))
    return book


class Book:
    """The programme's participations as the rows meet them, and what the rows add."""

    def __init__(self, programme: Programme, memory: Memory) -> None:
        self.programme, self.memory = programme, memory
        self.names: dict[str, str] = {}
        self.alive: set[int] = set()
        self._known: dict[str, list[_Known]] = defaultdict(list)

    def add(self, enrolment: Enrolment) -> None:
        """A participation that is stored."""
        known = _Known(
            enrolment.starts_on,
            enrolment.ends_on,
            enrolment.state == EnrolmentState.MISREGISTERED,
            enrolment.case_number,
            enrolment,
            enrolment.pk in self.memory.claimed,
        )
        self._known[enrolment.participant.personnummer_lookup or ""].append(known)

    def decide(self, row: Entry | Anonymous) -> Decision:
        """What becomes of the row."""
        if isinstance(row, Anonymous):
            return self._count(row)
        if found := self._remembered(row):
            return self._claim(row, found)
        lookup = lookup_hash(row.number) or ""
        known = self._known[lookup] if lookup else []
        if same := self._same_start(row, known):
            return self._compare(row, same)
        if not row.is_misregistered:
            for other in known:
                if not other.misregistered and other.overlaps(row):
                    return _rejected(row, _overlap_sentence(other))
        self._plan(row, lookup)
        return Decision(row.row, CREATED, (*row.notes, *self._about(row, lookup)), row)

    def _count(self, row: Anonymous) -> Decision:
        """Two alike are two people; as many as earlier files gave are the same ones again."""
        alike = row.gender, row.year
        if self.memory.anonymous[alike] > 0:
            self.memory.anonymous[alike] -= 1
            return Decision(row.row, UNCHANGED, row.notes, row)
        here = self.memory.counted_here[alike]
        also = [ALSO_HERE.format(count=here, word=GENDER_WORDS[row.gender], year=row.year)]
        return Decision(row.row, CREATED, (*row.notes, *(also if here else [])), row)

    def _remembered(self, row: Entry) -> int | None:
        """The participation that the same row gave before, and no earlier row stands for."""
        earlier = self.memory.enrolments.get(row.fingerprint, [])
        free = (pk for pk in earlier if pk in self.alive and pk not in self.memory.claimed)
        return next(free, None)

    def _claim(self, row: Entry, enrolment_id: int) -> Decision:
        self.memory.claimed.add(enrolment_id)
        for known in self._known[lookup_hash(row.number) or ""]:
            if known.enrolment is not None and known.enrolment.pk == enrolment_id:
                known.claimed = True
        return Decision(row.row, UNCHANGED, row.notes, row, enrolment_id)

    def _same_start(self, row: Entry, known: Sequence[_Known]) -> _Known | None:
        alike = (
            one
            for one in known
            if one.starts_on == row.starts_on
            and one.misregistered == row.is_misregistered
            and one.enrolment is not None
            and not one.claimed
        )
        return next(alike, None)

    def _compare(self, row: Entry, known: _Known) -> Decision:
        assert known.enrolment is not None
        known.claimed = True
        self.memory.claimed.add(known.enrolment.pk)
        if differs := differences(row, known.enrolment):
            sentence = (
                f"Deltagandet finns redan ({known.words}), men filen säger något annat om "
                f"{', '.join(differs)}. Ingenting är ändrat. Rätta på deltagarens sida."
            )
            return Decision(row.row, REJECTED, (sentence,), row, known.enrolment.pk)
        return Decision(row.row, UNCHANGED, row.notes, row, known.enrolment.pk)

    def _plan(self, row: Entry, lookup: str) -> None:
        if lookup:
            words = f"rad {row.row} i filen"
            planned = _Known(row.starts_on, row.ends_on, row.is_misregistered, words, claimed=True)
            self._known[lookup].append(planned)

    def _about(self, row: Entry, lookup: str) -> Iterable[str]:
        given = sort_key(f"{row.family_name} {row.given_name}")
        if lookup not in self.names:
            self.names[lookup] = given
            if not given:
                yield NAME_MISSING
            return
        yield KNOWN_PERSON
        if given and self.names[lookup] and given != self.names[lookup]:
            yield OTHER_NAME


def _rejected(row: Entry, *sentences: str) -> Decision:
    return Decision(row.row, REJECTED, sentences, row)


def _overlap_sentence(other: _Known) -> str:
    until = f"till {other.ends_on}" if other.ends_on else "och är inte avslutat"
    return (
        f"Personen deltar redan ({other.words}): från {other.starts_on} {until}. "
        "Två deltaganden i samma insats kan inte överlappa."
    )


def differences(row: Entry, enrolment: Enrolment) -> list[str]:
    """The columns in which the row says something else than the register. Blank says nothing."""
    by_occasion = {one.occasion: one for one in enrolment.registrations.all()}
    before, after = by_occasion.get(Occasion.BEFORE), by_occasion.get(Occasion.AFTER)
    pairs: list[tuple[str, Any, Any]] = [
        ("slut", row.ends_on, enrolment.ends_on),
        ("remittent", row.referrer, enrolment.referrer_code),
        ("kommun", row.before.municipality, getattr(before, "municipality", "")),
        ("utbildning", row.before.education, getattr(before, "education", "")),
        (
            "manader_forsorjning",
            row.before.months_in_support,
            getattr(before, "months_in_support", None),
        ),
        ("timmar_i_veckan", row.after.weekly_hours, getattr(after, "weekly_hours", None)),
        ("forsorjning_fore", dict(row.before.supports), _marks(before, MarkKind.SUPPORT)),
        ("sysselsattning_fore", dict(row.before.occupations), _marks(before, MarkKind.OCCUPATION)),
        ("forsorjning_efter", dict(row.after.supports), _marks(after, MarkKind.SUPPORT)),
        ("sysselsattning_efter", dict(row.after.occupations), _marks(after, MarkKind.OCCUPATION)),
    ]
    if not row.is_misregistered:
        pairs.append(("avslut", row.after.reason, getattr(after, "reason", "")))
    return [name for name, said, stored in pairs if said not in (None, "", {}) and said != stored]


def _marks(registration: Registration | None, kind: MarkKind) -> dict[str, Decimal | None]:
    marks = registration.marks.all() if registration else []
    return {one.code: one.extent for one in marks if one.kind == kind}

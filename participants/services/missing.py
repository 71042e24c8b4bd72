"""What a registration still lacks before it counts in the before/after tables."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from participants.enums import MarkKind
from participants.models import Registration, RegistrationMark

HOURS_A_WEEK = 40
# Support that has no extent: none at all (ING). Occupations that are counted in hours a week.
WITHOUT_PERCENT = frozenset({"ING"})
WITH_HOURS = frozenset({"ARB", "SUB", "STU", "AMP", "PRA"})
# Hours in these are the person's work and studies, before and after.
WORK_AND_STUDIES = frozenset({"ARB", "SUB", "STU"})
DECEASED = "AVL"


def missing_before(
    registration: Registration | None, marks: Sequence[RegistrationMark]
) -> list[str]:
    """What the in-registration lacks, in the form's order; empty when it is complete."""
    if registration is None:
        return ["hela inregistreringen"]
    facts = (
        ("kommun", registration.municipality != ""),
        ("utbildning", registration.education != ""),
        ("tid i offentlig försörjning", registration.months_in_support is not None),
    )
    return [name for name, known in facts if not known] + _missing_marks(marks, "före")


def missing_after(
    registration: Registration | None, marks: Sequence[RegistrationMark]
) -> list[str]:
    """What the out-registration lacks. Nothing more than the reason is asked about the deceased."""
    if registration is None:
        return ["hela utregistreringen"]
    if registration.reason == DECEASED:
        return []
    facts = (
        ("avslutsanledning", registration.reason != ""),
        ("timmar i veckan", registration.weekly_hours is not None),
    )
    return [name for name, known in facts if not known] + _missing_marks(marks, "efter")


def _missing_marks(marks: Sequence[RegistrationMark], when: str) -> list[str]:
    supports = [one for one in marks if one.kind == MarkKind.SUPPORT]
    occupations = [one for one in marks if one.kind == MarkKind.OCCUPATION]
    lacks_percent = any(one.extent is None and one.code not in WITHOUT_PERCENT for one in supports)
    lacks_hours = any(one.extent is None and one.code in WITH_HOURS for one in occupations)
    found = (
        (f"försörjning {when}", not supports),
        (f"försörjningens omfattning {when}", lacks_percent),
        (f"sysselsättning {when}", not occupations),
        (f"sysselsättningens timmar {when}", lacks_hours),
    )
    return [name for name, lacks in found if lacks]


def answers_tables(marks: Sequence[RegistrationMark]) -> bool:
    """The marks hold what the before/after tables need: support, occupation, hours of work."""
    kinds = {one.kind for one in marks}
    lacks_hours = any(
        one.extent is None and one.code in WORK_AND_STUDIES
        for one in marks
        if one.kind == MarkKind.OCCUPATION
    )
    return {MarkKind.SUPPORT, MarkKind.OCCUPATION} <= kinds and not lacks_hours


def hours_of_work(marks: Iterable[RegistrationMark]) -> Decimal | None:
    """Hours a week in work and studies together; None when no occupation is marked."""
    occupations = [one for one in marks if one.kind == MarkKind.OCCUPATION]
    if not occupations:
        return None
    counted = (one.extent for one in occupations if one.code in WORK_AND_STUDIES)
    return sum((extent for extent in counted if extent is not None), Decimal(0))

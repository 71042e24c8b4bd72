"""In- and out-registration: what was so directly before the start, and at the end.

Source: SUS handbook's rules as in the domain pages: several supports and occupations, each with its
extent; ING excludes every other support; 100 % is always 40 hours a week, hours are stored.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from core.states import Refused, Stale, log
from participants.enums import EnrolmentState, MarkKind, Occasion
from participants.models import Enrolment, Registration, RegistrationMark
from participants.services.fact import write_fact
from participants.services.missing import HOURS_A_WEEK, missing_after, missing_before
from participants.services.phase import locked, start_enrolment
from programmes.enums import CodeList
from programmes.models import Code

Extents = Mapping[str, Decimal | int | None]
MOST_PERCENT = 100
MOST_MONTHS = 780


@dataclass(frozen=True)
class BeforeData:
    """The occasion before: supports in percent, occupations in hours a week, by code.

    What isn't known is left out or None; the registration is then incomplete, and says so.
    """

    municipality: str = ""
    education: str = ""
    months_in_support: int | None = None
    supports: Extents = field(default_factory=dict)
    occupations: Extents = field(default_factory=dict)


@dataclass(frozen=True)
class AfterData:
    """The occasion after: the end reason, hours of activity a week that were reached, and marks."""

    reason: str
    weekly_hours: Decimal | None = None
    supports: Extents = field(default_factory=dict)
    occupations: Extents = field(default_factory=dict)


def register_before(
    *, enrolment: Enrolment, before: BeforeData, user: User, version: int | None = None
) -> Registration:
    """Write (or correct) the in-registration, begin a planned participation, rewrite the fact.

    Raises `Refused` with all reasons, `Stale` when `version` is no longer the participation's.
    The same answers again change nothing.
    """
    with transaction.atomic():
        enrolment = locked(enrolment)
        if enrolment.state == EnrolmentState.MISREGISTERED:
            raise Refused(["Deltagandet är felregistrerat och kan inte ändras."])
        if reasons := check_before(before):
            raise Refused(reasons)
        registration, changed = _write(
            enrolment, Occasion.BEFORE, _before_fields(before), before, user
        )
        if changed:
            _check_version(enrolment, version)
            _after_change(enrolment, registration, user)
        return registration


def register_after(*, enrolment: Enrolment, after: AfterData, user: User) -> Registration:
    """Write (or correct) the out-registration. The closure calls this; so does a correction."""
    with transaction.atomic():
        enrolment = locked(enrolment)
        if reasons := check_after(after):
            raise Refused(reasons)
        fields = {"reason": after.reason, "weekly_hours": after.weekly_hours}
        registration, changed = _write(enrolment, Occasion.AFTER, fields, after, user)
        if changed:
            write_fact(enrolment=enrolment)
        return registration


def _before_fields(before: BeforeData) -> dict[str, object]:
    return {
        "municipality": before.municipality.strip(),
        "education": before.education,
        "months_in_support": before.months_in_support,
    }


def _check_version(enrolment: Enrolment, version: int | None) -> None:
    if version is not None and version != enrolment.version:
        last = enrolment.events.order_by("-pk").first()
        who = last.actor_name if last else "Någon annan"
        raise Stale(
            [
                f"{who} har ändrat deltagandet sedan du öppnade sidan. "
                "Läs vad som står nu och spara sedan igen. Det du skrev är kvar här."
            ]
        )


def _after_change(enrolment: Enrolment, registration: Registration, user: User) -> None:
    missing = missing_before(registration, list(registration.marks.all()))
    label = "Inregistrering sparad, inte fullständig" if missing else "Inregistrering klar"
    enrolment.version += 1
    enrolment.save(update_fields=["version"])
    log(enrolment, "register_before", user, label)
    if enrolment.state == EnrolmentState.PLANNED and enrolment.starts_on <= timezone.localdate():
        start_enrolment(enrolment=enrolment, user=user)
    write_fact(enrolment=enrolment)


def _write(
    enrolment: Enrolment,
    occasion: Occasion,
    fields: Mapping[str, object],
    marks: BeforeData | AfterData,
    user: User,
) -> tuple[Registration, bool]:
    wanted = _wanted(marks)
    found = enrolment.registrations.filter(occasion=occasion).first()
    if found and _same(found, fields, wanted):
        return found, False
    registration, _ = Registration.objects.update_or_create(
        enrolment=enrolment,
        occasion=occasion,
        defaults={**fields, "registered_by": user, **enrolment.owned()},
    )
    registration.marks.all().delete()
    RegistrationMark.objects.bulk_create(
        RegistrationMark(
            registration=registration, kind=kind, code=code, extent=extent, **enrolment.owned()
        )
        for kind, code, extent in wanted
    )
    return registration, True


def _same(found: Registration, fields: Mapping[str, object], wanted: list[tuple]) -> bool:
    stored = sorted(found.marks.values_list("kind", "code", "extent"), key=_by_kind_and_code)
    return stored == wanted and all(getattr(found, name) == fields[name] for name in fields)


def _wanted(marks: BeforeData | AfterData) -> list[tuple[str, str, Decimal | None]]:
    both = ((MarkKind.SUPPORT, marks.supports), (MarkKind.OCCUPATION, marks.occupations))
    found = [
        (kind.value, code, None if extent is None else Decimal(str(extent)))
        for kind, extents in both
        for code, extent in extents.items()
    ]
    return sorted(found, key=_by_kind_and_code)


def _by_kind_and_code(mark: tuple) -> tuple[str, str]:
    return mark[0], mark[1]


def check_before(before: BeforeData) -> list[str]:
    """Every reason why the in-registration can't be stored: what is wrong, not what is missing."""
    reasons = _unknown(CodeList.EDUCATION, [before.education])
    months = before.months_in_support
    if months is not None and not 0 <= months <= MOST_MONTHS:
        reasons.append(f"Tiden i försörjning ska vara 0–{MOST_MONTHS} månader.")
    return reasons + _check_marks(before)


def check_after(after: AfterData) -> list[str]:
    """Every reason why the out-registration can't be stored."""
    reasons = _unknown(CodeList.END_REASON, [after.reason])
    if after.weekly_hours is not None and not 0 <= after.weekly_hours <= HOURS_A_WEEK:
        reasons.append(f"Timmarna i veckan ska vara 0–{HOURS_A_WEEK}. 100 % är alltid 40 timmar.")
    return reasons + _check_marks(after)


def _check_marks(marks: BeforeData | AfterData) -> list[str]:
    supports, occupations = marks.supports, marks.occupations
    return [
        *_unknown(CodeList.SUPPORT, supports),
        *_exclusive(supports),
        *_unknown(CodeList.OCCUPATION, occupations),
        *_outside(supports, MOST_PERCENT, "Försörjningens omfattning ska vara 0–100 %."),
        *_outside(occupations, HOURS_A_WEEK, "Sysselsättningen ska vara 0–40 timmar i veckan."),
    ]


def _unknown(code_list: CodeList, codes: Iterable[str]) -> list[str]:
    wanted = {code for code in codes if code}
    if not wanted:
        return []
    # Retired codes stay writable, so that an old registration can be corrected.
    known = set(Code.objects.of(code_list).values_list("code", flat=True))
    return [
        f"Koden {code} finns inte i listan {code_list.label.lower()}."
        for code in sorted(wanted - known)
    ]


def _exclusive(supports: Extents) -> list[str]:
    alone = Code.objects.of(CodeList.SUPPORT).filter(code__in=list(supports), excludes_others=True)
    label = alone.values_list("label", flat=True).first() if len(supports) > 1 else None
    return [f"{label} kan inte stå tillsammans med någon annan försörjning."] if label else []


def _outside(extents: Extents, most: int, sentence: str) -> list[str]:
    wrong = any(extent is not None and not 0 <= extent <= most for extent in extents.values())
    return [sentence] if wrong else []


__all__ = [
    "AfterData",
    "BeforeData",
    "check_after",
    "check_before",
    "missing_after",
    "register_after",
    "register_before",
]

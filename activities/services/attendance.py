"""Attendance for a whole group at once, so that two leaders can do it at the same time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from activities.enums import ANNOUNCED, AttendanceKind
from activities.models import Attendance, AttendanceChange, GroupMembership, Session
from activities.services.groups import members_on, start_group_phase
from core.formatting import local_date
from core.states import Refused
from participants.models import Enrolment

OPENS_BEFORE = timedelta(minutes=30)
NOT_RECORDED = ""


@dataclass(frozen=True)
class Mark:
    """One person's row as the user left it. `shown` is what the form showed, blank when nothing."""

    enrolment_id: int
    kind: str
    shown: str = NOT_RECORDED


@dataclass(frozen=True)
class Conflict:
    """Somebody else recorded another kind for the same person while the user was writing."""

    enrolment_id: int
    theirs: str
    by: str
    at: datetime
    mine: str


@dataclass(frozen=True)
class Recorded:
    """What a submit did: rows written, rows left as another leader wrote them, true conflicts."""

    written: int
    merged: int
    conflicts: tuple[Conflict, ...]


def is_open(session: Session, now: datetime | None = None) -> bool:
    """Attendance can be taken from half an hour before the session begins."""
    return (now or timezone.now()) >= session.starts_at - OPENS_BEFORE


def record_attendance(
    *, session: Session, marks: Iterable[Mark], user: User, reason: str = ""
) -> Recorded:
    """Record how everybody was at `session`, in one go.

    Only rows the user changed from what the form showed are written, and rows nobody has recorded:
    the others keep what another leader wrote meanwhile. Where both changed the same person the
    first answer stands and comes back as a conflict, so that the second leader sees both.
    Before the session only absence announced in advance can be recorded. Once attendance is done a
    change is a correction and needs `reason`; every recording is a new `AttendanceChange`.
    The first recording starts the group phase for those who are planned. Repeating changes nothing.
    Raises `Refused` with all reasons.
    """
    with transaction.atomic():
        locked = (
            Session.objects.select_for_update(of=("self",), no_key=True)
            .select_related("group__programme")
            .get(pk=session.pk)
        )
        members = members_on(group=locked.group, day=local_date(locked.starts_at))
        now = {one.enrolment_id: one for one in locked.attendances.select_related("recorded_by")}
        rows = list(marks)
        open_now = is_open(locked)
        wanted, conflicts, merged = _sort_out(rows, now, open_now)
        if reasons := _why_not(locked, members, wanted, now, reason, open_now):
            raise Refused(reasons)
        for mark in wanted:
            _write(locked, mark, now.get(mark.enrolment_id), user, reason)
        if open_now:
            _finish(locked, members, user, done=not conflicts)
        return Recorded(len(wanted), merged, tuple(conflicts))


def _sort_out(
    rows: Sequence[Mark], now: dict[int, Attendance], open_now: bool
) -> tuple[list[Mark], list[Conflict], int]:
    """Split the rows in those to write, true conflicts, and how many stay as another wrote them."""
    wanted, conflicts, merged = [], [], 0
    for mark in rows:
        current = now.get(mark.enrolment_id)
        theirs = current.kind if current else NOT_RECORDED
        # A row that nobody had recorded was shown as present, which is what an untouched row says.
        shown = mark.shown or (AttendanceKind.PRESENT if open_now else NOT_RECORDED)
        touched = mark.kind != shown
        if mark.kind == theirs:
            continue
        if current is not None and theirs != shown:
            if touched:
                conflicts.append(_conflict(mark, current))
            else:
                merged += 1
        elif touched or current is None:
            wanted.append(mark)
    return [mark for mark in wanted if mark.kind or mark.shown], conflicts, merged


def _conflict(mark: Mark, current: Attendance) -> Conflict:
    return Conflict(
        mark.enrolment_id,
        current.get_kind_display(),
        current.recorded_by.name,
        current.recorded_at,
        AttendanceKind(mark.kind).label if mark.kind else "ingen anmälan",
    )


def _why_not(
    session: Session,
    members: Sequence[GroupMembership],
    wanted: Sequence[Mark],
    now: dict[int, Attendance],
    reason: str,
    open_now: bool,
) -> list[str]:
    reasons = []
    if session.cancelled:
        reasons.append("Tillfället är inställt. Det räknas inte för någon.")
    if {mark.enrolment_id for mark in wanted} - {one.enrolment_id for one in members}:
        reasons.append("Någon i listan är inte med i gruppen den dagen. Läs om sidan.")
    if any(mark.kind not in (*AttendanceKind.values, NOT_RECORDED) for mark in wanted):
        reasons.append("Välj ett av svaren för var och en.")
    if not open_now and any(mark.kind and mark.kind not in ANNOUNCED for mark in wanted):
        reasons.append(
            "Tillfället har inte varit än. Fram till dess går det bara att anteckna anmäld frånvaro."
        )
    if any(not mark.kind for mark in wanted):
        reasons.append("En anmälan kan inte tas bort i förväg. Ta närvaro när tillfället börjar.")
    corrections = [mark for mark in wanted if mark.enrolment_id in now and mark.shown]
    if session.attendance_done_at and corrections and not reason.strip():
        reasons.append("Närvaron är redan klar. Skriv varför du ändrar.")
    return reasons


def _write(
    session: Session, mark: Mark, current: Attendance | None, user: User, reason: str
) -> None:
    if current is None:
        current = Attendance(session=session, enrolment_id=mark.enrolment_id, **session.owned())
    why = reason.strip()[:300] if session.attendance_done_at else ""
    current.kind, current.recorded_by = mark.kind, user
    current.save()
    AttendanceChange.objects.create(
        attendance=current, kind=mark.kind, reason=why, by=user, **session.owned()
    )


def _finish(
    session: Session, members: Sequence[GroupMembership], user: User, *, done: bool
) -> None:
    for member in members:
        start_group_phase(enrolment=member.enrolment, on=member.joined_on, user=user)
    if done and session.attendance_done_at is None:
        session.attendance_done_at = timezone.now()
        session.save(update_fields=["attendance_done_at"])


def cancel_session(*, session: Session, cancelled: bool, user: User) -> Session:
    """Cancel a session, or take the cancellation back. A cancelled one counts against nobody."""
    with transaction.atomic():
        locked = Session.objects.select_for_update(of=("self",), no_key=True).get(pk=session.pk)
        if locked.cancelled != cancelled:
            locked.cancelled = cancelled
            locked.save(update_fields=["cancelled"])
        return locked


def absences_in_row(kinds: Sequence[str]) -> int:
    """How many of the newest attendances (newest first) are absences, announced or not."""
    count = 0
    for kind in kinds:
        if kind in (AttendanceKind.PRESENT, AttendanceKind.LATE):
            break
        count += 1
    return count


def attendance_of(*, enrolment: Enrolment) -> list[Attendance]:
    """The participation's attendance, oldest first, cancelled sessions left out. One query."""
    found = (
        Attendance.objects.filter(enrolment=enrolment, session__cancelled=False)
        .select_related("session__group", "session__content")
        .order_by("session__starts_at", "pk")
    )
    return list(found)

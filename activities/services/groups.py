"""Groups: make one, count places, put people in it from the queue, take them back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Q, Sum
from django.utils import timezone

from accounts.enums import STAFF
from accounts.models import User
from activities.models import Group, GroupMembership
from activities.services.reserved import places_of, why_reserved
from activities.services.sessions import generate_sessions, planned_times
from core.formatting import counted, date_iso
from core.once import create_once
from core.states import Outcome, Refused
from participants.models import Enrolment
from participants.services import start_phase
from programmes.enums import PhaseKind
from programmes.models import Programme
from referrals.enums import ReferralState
from referrals.models import Referral
from referrals.services import place_referral, unplace_referral


@dataclass(frozen=True)
class Capacity:
    """How many of the programme's (or group's) places are taken, in persons."""

    taken: int
    places: int

    @property
    def free(self) -> int:
        """Places left; never below zero."""
        return max(0, self.places - self.taken)


@dataclass(frozen=True)
class Placement:
    """One referral's place. `enrolment` is None for a person we only count."""

    referral: Referral
    enrolment: Enrolment | None
    changed: bool


def capacity_of(*, programme: Programme, today: date | None = None) -> Capacity:
    """The programme's places now: open participations and anonymous members of groups not over.

    Somebody placed in a coming group takes a place from the day of placement. Two queries.
    """
    day = today or timezone.localdate()
    named = Enrolment.objects.filter(programme=programme).open().count()
    groups = Group.objects.filter(programme=programme, ends_on__gte=day)
    anonymous = groups.aggregate(total=Sum("anonymous_members"))["total"] or 0
    return Capacity(named + anonymous, programme.capacity)


def capacity_of_group(*, group: Group) -> Capacity:
    """The group's places: members who haven't left, and the anonymous. One query."""
    members = group.memberships.filter(left_on=None).count()
    return Capacity(members + group.anonymous_members, group.size)


def create_group(
    *,
    programme: Programme,
    starts_on: date,
    user: User,
    once_key: UUID,
    leader: User | None = None,
    room: str = "",
    size: int | None = None,
) -> tuple[Group, bool]:
    """A new group with the next number and all its sessions: (group, created).

    It starts on its first session, the first open group day from `starts_on`. `size` is persons,
    the programme's group size unless smaller. Raises `Refused` with every reason: too large, too
    many groups that year (Rehabsteget: 8), outside the programme's time.
    """
    with transaction.atomic():
        locked = Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)
        found = Group.objects.filter(once_key=once_key).first()
        if found:
            return found, False
        times = planned_times(programme=locked, starts_on=starts_on)
        first, last = times[0][0].date(), times[-1][0].date()
        wanted = locked.group_size if size is None else size
        if reasons := _why_no_group(locked, first, last, wanted):
            raise Refused(reasons)
        group, created = create_once(
            Group,
            once_key,
            number=_next_number(locked),
            starts_on=first,
            ends_on=last,
            size=wanted,
            room=room,
            leader=leader,
            **locked.owned(),
        )
        generate_sessions(group=group, times=times)
        return group, created


def _next_number(programme: Programme) -> int:
    groups = Group.objects.filter(programme=programme)
    return (groups.aggregate(last=Max("number"))["last"] or 0) + 1


def _why_no_group(programme: Programme, first: date, last: date, size: int) -> list[str]:
    reasons = []
    if not 1 <= size <= programme.group_size:
        reasons.append(f"En grupp har mellan 1 och {programme.group_size} platser.")
    if first < programme.starts_on:
        reasons.append(f"Insatsen börjar {date_iso(programme.starts_on)}. Välj en senare start.")
    if programme.ends_on and last > programme.ends_on:
        reasons.append(f"Insatsen slutar {date_iso(programme.ends_on)}, innan gruppen är klar.")
    same_year = Group.objects.filter(programme=programme, starts_on__year=first.year).count()
    if same_year >= programme.groups_per_year:
        reasons.append(
            f"{counted(same_year, 'grupp', 'grupper')} börjar redan {first.year}. "
            f"Insatsen har högst {programme.groups_per_year} nya grupper om året."
        )
    return reasons


def place_in_group(
    *, group: Group, referrals: Iterable[Referral], user: User, on: date | None = None
) -> list[Placement]:
    """Give everybody in `referrals` a place in `group`, or nobody.

    The programme is locked first and the group second, always in that order, so that two who place
    at the same time wait for each other and the limits hold: the programme's capacity, the group's
    size, the places reserved for target groups, and no second open participation in the programme.
    Who is already placed in the group by an earlier press of the same button keeps the place. There
    is no way past a reserved place: the steering group's decision is what counts.

    `on` is the day of the decision (default today). The participation starts with the group, or
    that day when the group has begun; then the group phase starts at once, otherwise with the first
    recorded attendance. Raises `Refused` with all reasons, the person named in each.
    """
    day = on or timezone.localdate()
    wanted = sorted({referral.pk for referral in referrals})
    with transaction.atomic():
        programme = Programme.objects.select_for_update(no_key=True).get(pk=group.programme_id)
        locked = Group.objects.select_for_update(of=("self",), no_key=True).get(pk=group.pk)
        chosen = list(Referral.objects.filter(pk__in=wanted, programme=programme).order_by("pk"))
        waiting = [one for one in chosen if one.state != ReferralState.PLACED]
        reasons = _why_no_place(programme, locked, chosen, len(waiting), day)
        if chosen and not reasons:
            reasons = why_reserved(places_of(group=locked), waiting)
        starts_on = max(locked.starts_on, day)
        placements, refused = _place_each(locked, chosen, starts_on, user)
        if reasons or refused:
            raise Refused([*reasons, *refused])
        return placements


def _why_no_place(
    programme: Programme, group: Group, chosen: Sequence[Referral], more: int, day: date
) -> list[str]:
    if not chosen:
        return ["Välj minst en person i kön."]
    reasons = []
    if group.ends_on < day:
        reasons.append(f"{group} slutade {date_iso(group.ends_on)}.")
    for what, room in (
        (programme.name, capacity_of(programme=programme, today=day)),
        (str(group), capacity_of_group(group=group)),
    ):
        if more > room.free:
            reasons.append(
                f"{what} har {room.taken} av {room.places} platser fyllda. "
                f"{_free(room.free)}, du har valt {more}."
            )
    return reasons


def _free(places: int) -> str:
    if not places:
        return "Ingen plats är ledig"
    return f"{counted(places, 'plats', 'platser')} är {'ledig' if places == 1 else 'lediga'}"


def _place_each(
    group: Group, chosen: Sequence[Referral], starts_on: date, user: User
) -> tuple[list[Placement], list[str]]:
    placements, refused = [], []
    for referral in chosen:
        try:
            with transaction.atomic():
                placements.append(_place_one(group, referral, starts_on, user))
        except Refused as refusal:
            refused += [f"{referral.shown_name}: {reason}" for reason in refusal.reasons]
    return placements, refused


def _place_one(group: Group, referral: Referral, starts_on: date, user: User) -> Placement:
    """Place one person; the caller holds the locks and has counted the places."""
    if referral.state == ReferralState.PLACED and referral.enrolment_id is not None:
        return _already_placed(group, referral)
    outcome = place_referral(referral=referral, starts_on=starts_on, user=user)
    placed = outcome.record
    if placed.enrolment is None:
        if outcome.changed:
            group.anonymous_members += 1
            group.save(update_fields=["anonymous_members"])
        return Placement(placed, None, outcome.changed)
    _, created = GroupMembership.objects.get_or_create(
        group=group,
        enrolment=placed.enrolment,
        defaults={"joined_on": starts_on, **group.owned()},
    )
    if starts_on <= timezone.localdate():
        start_group_phase(enrolment=placed.enrolment, on=starts_on, user=user)
    return Placement(placed, placed.enrolment, created)


def _already_placed(group: Group, referral: Referral) -> Placement:
    placed = referral.enrolment
    if placed is not None and group.memberships.filter(enrolment=placed).exists():
        return Placement(referral, placed, changed=False)
    raise Refused(["är redan placerad i en annan grupp."])


def start_group_phase(*, enrolment: Enrolment, on: date, user: User) -> None:
    """Let a participation that is in no phase yet enter the group phase on `on`."""
    if enrolment.phase_id is not None or not enrolment.is_open:
        return
    phase = enrolment.programme.phases.filter(kind=PhaseKind.GROUP).order_by("order").first()
    if phase is None:
        raise Refused(["Insatsens upplägg har ingen gruppfas."])
    start_phase(enrolment=enrolment, phase_code=phase.code, on=on, user=user)


def return_to_queue(
    *, membership: GroupMembership, user: User, version: int | None = None
) -> Outcome:
    """Take somebody's place back before the start; the referral keeps its time in the queue.

    `version` is the referral's. Raises `Refused` when the participation has begun.
    """
    with transaction.atomic():
        Programme.objects.select_for_update(no_key=True).get(pk=membership.programme_id)
        referral = Referral.objects.filter(enrolment_id=membership.enrolment_id).first()
        if referral is None:
            raise Refused(["Personen har ingen remiss att ställa tillbaka i kön."])
        membership.delete()
        return unplace_referral(referral=referral, user=user, version=version)


def leave_groups(*, enrolment: Enrolment, on: date) -> int:
    """End the participation's places in groups on `on` (inclusive); returns how many.

    Attendance stays; sessions after `on` no longer expect the person. A place in a group that
    hasn't begun is removed.
    """
    memberships = GroupMembership.objects.filter(enrolment=enrolment, left_on=None)
    removed, _ = memberships.filter(joined_on__gt=on).delete()
    return removed + memberships.filter(joined_on__lte=on).update(left_on=on)


def members_on(*, group: Group, day: date) -> list[GroupMembership]:
    """Who belongs to the group on `day`, by name, with participation and person. One query."""
    found = (
        group.memberships.filter(Q(left_on=None) | Q(left_on__gte=day), joined_on__lte=day)
        .select_related("enrolment__participant")
        .order_by("enrolment__sort_name", "pk")
    )
    return list(found)


def team_of(*, programme: Programme) -> list[tuple[Any, str]]:
    """(id, name) of those who may lead the programme's groups today. One query."""
    today = timezone.localdate()
    users = User.objects.filter(
        Q(memberships__ends_on=None) | Q(memberships__ends_on__gte=today),
        memberships__unit_id=programme.unit_id,
        memberships__role__in=STAFF,
        memberships__starts_on__lte=today,
        is_active=True,
    )
    return list(users.distinct().order_by("name").values_list("pk", "name"))

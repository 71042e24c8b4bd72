"""Groups and follow-ups of participations that come from a list kept elsewhere.

History is history: a group may be larger than its places, and more groups may have started in a
year than the programme allows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import uuid4

from dateutil.relativedelta import relativedelta
from django.db.models import F, Q
from django.utils import timezone

from activities.enums import FollowUpState
from activities.models import FollowUp, Group, GroupMembership
from activities.services.closure import NO_FOLLOW_UP
from participants.enums import EnrolmentState
from participants.models import Enrolment
from programmes.enums import Anchor, PhaseKind
from programmes.models import Programme

BATCH = 1_000
DEFAULT_WEEKS = 8
# What an import writes here about a participation; work shows in these rows, not in their being there.
OWN = (GroupMembership, FollowUp)


@dataclass(frozen=True)
class Place:
    """A row's wish for a place: which group, and from when to when the person takes part."""

    row: int
    number: int
    starts_on: date
    ends_on: date | None


def group_notes(*, programme: Programme, places: Sequence[Place]) -> dict[int, str]:
    """By row, what whoever brings the list in should know of its group. One query.

    A group that will be made is told once; one that met at another time may have another number.
    """
    groups = Group.objects.filter(programme=programme, number__in={one.number for one in places})
    known = {number: (starts, ends) for number, starts, ends in
             groups.values_list("number", "starts_on", "ends_on")}  # fmt: skip
    made: set[int] = set()
    found: dict[int, str] = {}
    for one in places:
        if one.number not in known:
            if one.number not in made:
                found[one.row] = f"Grupp {one.number} finns inte. Den läggs upp, utan tillfällen."
            made.add(one.number)
            continue
        starts, ends = known[one.number]
        if one.starts_on > ends or (one.ends_on is not None and one.ends_on < starts):
            found[one.row] = f"Grupp {one.number} träffades {starts}–{ends}. Kontrollera numret."
    return found


def add_past_groups(
    *, programme: Programme, numbers: Mapping[int, int], made_before: Sequence[int] = ()
) -> list[int]:
    """Put participations in the groups with these numbers; groups that are missing are made.

    `numbers` is group number by participation. `made_before` are the groups that the same list has
    made: they begin with the earliest of their members. Returns the ids of the groups made now.
    Call it with the programme's row locked.
    """
    rows = Enrolment.objects.filter(programme=programme, pk__in=numbers).order_by("starts_on", "pk")
    members = [one for one in rows if one.state != EnrolmentState.MISREGISTERED]
    known = {
        one.number: one
        for one in Group.objects.filter(programme=programme, number__in=set(numbers.values()))
    }
    made = []
    for one in members:
        number = numbers[one.pk]
        if number not in known:
            known[number] = _past_group(programme, number, one.starts_on)
            made.append(known[number].pk)
        elif known[number].pk in {*made, *made_before}:
            _begin_with(known[number], one.starts_on)
    GroupMembership.objects.bulk_create(
        (_membership(known[numbers[one.pk]], one) for one in members), batch_size=BATCH
    )
    return made


def _past_group(programme: Programme, number: int, starts_on: date) -> Group:
    phase = programme.phases.filter(kind=PhaseKind.GROUP).order_by("order").first()
    weeks = phase.weeks if phase and phase.weeks else DEFAULT_WEEKS
    return Group.objects.create(
        number=number,
        starts_on=starts_on,
        ends_on=starts_on + timedelta(weeks=weeks, days=-1),
        size=programme.group_size,
        once_key=uuid4(),
        **programme.owned(),
    )


def _begin_with(group: Group, starts_on: date) -> None:
    if starts_on < group.starts_on:
        # The whole group moves: it lasts as long as it did.
        group.ends_on -= group.starts_on - starts_on
        group.starts_on = starts_on
        group.save(update_fields=["starts_on", "ends_on"])


def _membership(group: Group, enrolment: Enrolment) -> GroupMembership:
    return GroupMembership(
        group=group,
        enrolment=enrolment,
        joined_on=enrolment.starts_on,
        left_on=enrolment.ends_on,
        **enrolment.owned(),
    )


def plan_coming_follow_ups(*, programme: Programme, reasons: Mapping[int, str]) -> None:
    """Follow-ups of closed participations that are not due yet. `reasons`: why each was closed.

    Those whose day has passed were made, or not, before the list was brought in.
    """
    today = timezone.localdate()
    asked = [pk for pk, reason in reasons.items() if reason not in NO_FOLLOW_UP]
    closed = Enrolment.objects.filter(
        programme=programme, pk__in=asked, state=EnrolmentState.CLOSED
    ).values_list("pk", "ends_on")
    checkpoints = list(programme.checkpoints.filter(anchor=Anchor.CLOSURE).order_by("order"))
    planned = [
        FollowUp(
            enrolment_id=pk,
            checkpoint=one,
            due_on=ends_on + relativedelta(months=one.months) + timedelta(weeks=one.weeks),
            **programme.owned(),
        )
        for pk, ends_on in closed
        for one in checkpoints
    ]
    FollowUp.objects.bulk_create((one for one in planned if one.due_on >= today), batch_size=BATCH)


def worked_on_since(*, programme: Programme, enrolments: Sequence[int]) -> dict[int, list[str]]:
    """By participation, what has been done in groups and follow-ups since the list was brought in."""
    done = FollowUp.objects.filter(programme=programme, enrolment__in=enrolments)
    keys = done.exclude(state=FollowUpState.PLANNED).values_list("enrolment_id", flat=True)
    found = {key: ["En uppföljning är gjord."] for key in keys}
    places = GroupMembership.objects.filter(programme=programme, enrolment__in=enrolments)
    moved = places.exclude(
        Q(left_on=None, enrolment__ends_on=None) | Q(left_on=F("enrolment__ends_on"))
    ).values_list("enrolment_id", flat=True)
    for key in moved:
        found.setdefault(key, []).append("Platsen i gruppen har ändrats.")
    return found


def remove_past_groups(
    *, programme: Programme, enrolments: Sequence[int], groups: Sequence[int]
) -> None:
    """Take participations out of their groups, and the groups that were made and are empty now."""
    own = {"programme": programme, "enrolment__in": enrolments}
    GroupMembership.objects.filter(**own).delete()
    FollowUp.objects.filter(**own).delete()
    empty = Group.objects.filter(
        programme=programme, pk__in=groups, memberships=None, sessions=None, anonymous_members=0
    )
    Group.objects.filter(
        programme=programme, pk__in=list(empty.values_list("pk", flat=True))
    ).delete()

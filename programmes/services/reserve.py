"""Places kept for a target group: which hold on a day, how they share a group, noting decisions."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from core.formatting import counted, date_iso
from core.once import create_once
from core.states import Refused
from programmes.enums import CodeList
from programmes.models import Programme, ReservedPlaces, ReservedPlacesEnd
from programmes.services.codes import code_choices


@dataclass(frozen=True)
class Reserved:
    """One decision as it holds: `places` persons in each group, None for the whole group.

    `group_number` None: every group that starts while the decision holds.
    """

    target_group: str
    places: int | None = None
    group_number: int | None = None


def reserved_on(*, programme: Programme, day: date) -> list[Reserved]:
    """The decisions that hold for groups starting on `day`, in the order noted. One query."""
    rows = ReservedPlaces.objects.filter(programme=programme).valid_on(day)
    return [Reserved(*row) for row in rows.values_list("target_group", "places", "group_number")]


def reserved_in_group(
    decisions: Iterable[Reserved], *, size: int, number: int | None = None
) -> dict[str, int]:
    """How many of a group's `size` places are kept for each target group.

    `number` is the group's own; None for a group that isn't made yet. Decisions add up, in order,
    until the group is full: never more than `size` together.
    """
    kept: dict[str, int] = {}
    left = size
    for one in decisions:
        if one.group_number not in (None, number):
            continue
        places = left if one.places is None else min(one.places, left)
        kept[one.target_group] = kept.get(one.target_group, 0) + places
        left -= places
    return {target_group: places for target_group, places in kept.items() if places}


def free_for(target_group: str, *, size: int, kept: Mapping[str, int], taken: Iterable[str]) -> int:
    """Places in a group that somebody of `target_group` (blank: none) can take, never below zero.

    `taken` is the target group of each member (blank: none). A member uses a place kept for the own
    target group first and an open place when those are full.
    """
    members = Counter(taken)
    beside = sum(max(0, count - kept.get(code, 0)) for code, count in members.items())
    open_places = max(0, size - sum(kept.values()) - beside)
    own = max(0, kept.get(target_group, 0) - members[target_group]) if target_group else 0
    return min(open_places + own, max(0, size - sum(members.values())))


def note_reserved_places(
    *,
    programme: Programme,
    target_group: str,
    places: int | None,
    group_number: int | None = None,
    valid_from: date,
    valid_to: date | None = None,
    decided_on: date,
    words: str = "",
    user: User,
    once_key: UUID,
) -> tuple[ReservedPlaces, bool]:
    """Note the steering group's decision to reserve places: (decision, created).

    Holds the programme's lock, so that nobody is given a place meanwhile. Who already has a place
    keeps it. Raises `Refused` with every reason.
    """
    with transaction.atomic():
        locked = Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)
        found = ReservedPlaces.objects.filter(once_key=once_key, programme=locked).first()
        if found:
            return found, False
        wanted = ReservedPlaces(
            programme=locked,
            target_group=target_group,
            places=places,
            group_number=group_number,
            valid_from=valid_from,
            valid_to=valid_to,
            decided_on=decided_on,
            words=words,
            noted_by=user,
            noted_by_name=user.name,
            once_key=once_key,
        )
        if reasons := _why_not_reserve(wanted):
            raise Refused(reasons)
        wanted.save(force_insert=True)
        return wanted, True


def _why_not_reserve(wanted: ReservedPlaces) -> list[str]:
    today, programme = timezone.localdate(), wanted.programme
    reasons = []
    if wanted.target_group not in dict(code_choices(CodeList.TARGET_GROUP, today=today)):
        reasons.append("Välj en målgrupp i listan.")
    if wanted.places is not None and not 1 <= wanted.places <= programme.group_size:
        reasons.append(
            f"En grupp har högst {counted(programme.group_size, 'plats', 'platser')}. "
            "Reservera minst en plats och högst hela gruppen."
        )
    if wanted.valid_to and wanted.valid_to < wanted.valid_from:
        reasons.append("Slutdatumet ligger före startdatumet.")
    if wanted.decided_on > today:
        reasons.append("Beslutet kan inte vara fattat en dag som inte har varit.")
    return reasons or _why_no_room(wanted)


def _why_no_room(wanted: ReservedPlaces) -> list[str]:
    """Decisions that hold at the same time for the same group may not ask for more than the group.

    It is enough to look at the days when one of them begins: between those nothing grows.
    """
    programme = wanted.programme
    others = ReservedPlaces.objects.filter(programme=programme).select_related("end").order_by("pk")
    meets = [one for one in others if _meet(one, wanted)]
    days = {max(one.valid_from, wanted.valid_from) for one in [*meets, wanted]}
    size = programme.group_size
    for day in sorted(days):
        now = [one for one in meets if one.valid_from <= day <= _last_day(one)]
        numbers = {one.group_number for one in [*now, wanted]}
        for number in numbers if wanted.group_number is None else {wanted.group_number}:
            same = [one for one in now if one.group_number in (None, number)]
            asked = sum(size if one.places is None else one.places for one in [*same, wanted])
            if asked > size:
                where = f"grupp {number}" if number else "en grupp"
                return [
                    f"Från {date_iso(day)} skulle {asked} platser vara reserverade i {where}, som "
                    f"har {size}. Anteckna först vilket tidigare beslut som upphör."
                ]
    return []


def _last_day(one: ReservedPlaces) -> date:
    ends = [one.valid_to or date.max]
    if hasattr(one, "end"):
        ends.append(one.end.last_on)
    return min(ends)


def _meet(one: ReservedPlaces, other: ReservedPlaces) -> bool:
    same_group = None in (one.group_number, other.group_number)
    same_group = same_group or one.group_number == other.group_number
    starts = max(one.valid_from, other.valid_from)
    return same_group and starts <= min(_last_day(one), _last_day(other))


def end_reserved_places(
    *,
    reserved: ReservedPlaces,
    last_on: date,
    decided_on: date,
    words: str = "",
    user: User,
    once_key: UUID,
) -> tuple[ReservedPlacesEnd, bool]:
    """Note the steering group's decision that a reservation holds no longer: (decision, created).

    Raises `Refused` when the decision has been ended before, or the dates cannot be right.
    """
    with transaction.atomic():
        Programme.objects.select_for_update(no_key=True).get(pk=reserved.programme_id)
        ended = ReservedPlacesEnd.objects.filter(reserved=reserved).first()
        if ended and ended.once_key == once_key:
            return ended, False
        if reasons := _why_not_end(reserved, ended, last_on, decided_on):
            raise Refused(reasons)
        return create_once(
            ReservedPlacesEnd,
            once_key,
            reserved=reserved,
            last_on=last_on,
            decided_on=decided_on,
            words=words,
            noted_by=user,
            noted_by_name=user.name,
        )


def _why_not_end(
    reserved: ReservedPlaces, ended: ReservedPlacesEnd | None, last_on: date, decided_on: date
) -> list[str]:
    if ended:
        return [
            f"{ended.noted_by_name} har redan antecknat att det upphör {date_iso(ended.last_on)}."
        ]
    reasons = []
    if decided_on > timezone.localdate():
        reasons.append("Beslutet kan inte vara fattat en dag som inte har varit.")
    if reserved.valid_to and last_on >= reserved.valid_to:
        reasons.append(f"Reservationen gäller bara till {date_iso(reserved.valid_to)} ändå.")
    return reasons

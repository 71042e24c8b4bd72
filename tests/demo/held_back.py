"""The demo's years, held back: what the programme knew on a day, and what happened after it."""

from dataclasses import dataclass
from datetime import date, timedelta

from activities.models import Group
from activities.services import holiday_name
from activities.services.forecast import (
    ComingGroup,
    Occupant,
    Outlook,
    Picture,
    Waiting,
    estimate_stays,
    rhythm_of,
    simulate,
)
from participants.models import Enrolment
from programmes.models import Programme
from referrals.models import Referral

MADE_AHEAD = timedelta(weeks=10)


@dataclass(frozen=True)
class Placed:
    """One remiss that got a place: in the queue from, given the place on, with which group."""

    queued_on: date
    placed_on: date
    group: Group


class HeldBack:
    """Everything that happened, read once."""

    def __init__(self, programme: Programme) -> None:
        self.programme = programme
        self.groups = list(Group.objects.filter(programme=programme).order_by("starts_on"))
        by_start = {one.pk: one for one in self.groups}
        referrals = Referral.objects.filter(programme=programme, state="placed")
        rows = referrals.exclude(enrolment=None).values_list(
            "queued_on", "state_since", "enrolment__group_memberships__group"
        )
        self.placed = sorted(
            (Placed(queued, placed, by_start[group]) for queued, placed, group in rows if group),
            key=lambda one: one.queued_on,
        )
        enrolments = Enrolment.objects.filter(programme=programme).counted()
        self.stays = list(enrolments.order_by("pk").values_list("starts_on", "ends_on"))

    def told(self, today: date) -> list[tuple[Outlook, date]]:
        """(what the forecast said that day, what happened) of everybody who then stood in the queue."""
        queue = [one for one in self.placed if one.queued_on <= today < one.placed_on]
        outlooks = simulate(self._picture(today, len(queue)), runs=400).outlooks
        return [
            (outlook, one.group.starts_on) for outlook, one in zip(outlooks, queue, strict=True)
        ]

    def _picture(self, today: date, waiting: int) -> Picture:
        made = [one for one in self.groups if one.starts_on <= today + MADE_AHEAD]
        coming = [one for one in made if one.starts_on > today]
        members = [one for one in self.placed if one.placed_on <= today < one.group.starts_on]
        here = [
            Occupant((started - today).days)
            for started, ended in self.stays
            if started <= today and (ended is None or ended > today)
        ]
        here += [Occupant((one.group.starts_on - today).days) for one in members]
        for one in made:
            until = (one.ends_on - today).days + 1
            if one.starts_on <= today and until > 0:
                here += [Occupant(0, until)] * one.anonymous_members
        return Picture(
            today=today,
            capacity=self.programme.capacity,
            group_size=self.programme.group_size,
            group_days=56,
            queue=(Waiting(),) * waiting,
            occupants=tuple(here),
            groups=tuple(
                ComingGroup(
                    day=(one.starts_on - today).days,
                    size=one.size,
                    members=("",) * sum(member.group == one for member in members),
                    number=one.number,
                )
                for one in coming
            ),
            rhythm=rhythm_of(
                today=today,
                starts=[one.starts_on for one in made],
                per_year=self.programme.groups_per_year,
                is_open=lambda day: day.isoweekday() in (1, 2, 4) and not holiday_name(day),
            ),
            stays=estimate_stays(
                observed=[
                    ((min(ended or today, today) - started).days, bool(ended and ended <= today))
                    for started, ended in self.stays
                    if started <= today
                ],
                planned_days=112,
            ),
        )

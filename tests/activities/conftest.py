"""A group of people in the queue, and a group for them: everything through the real services."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
import time_machine

from activities.models import Group, Session
from activities.services import create_group, place_in_group
from core.lookup import lookup_hash
from core.sorting import sort_key
from participants.models import Enrolment
from referrals.models import Referral
from tests.cast import Cast, bind

MONDAY = date(2026, 9, 7)
NAMES = (
    "Elif Yıldız", "Daniel Forsén", "Nadja Petrović", "Åke Rosén", "Fatou Jallow",
    "Lisbeth Granat", "Emil Sandqvist", "Rana Khoury", "Pirjo Heikkinen", "Mattias Öberg",
    "Selam Abraha", "Gun-Britt Falk", "Oskar Lindmark", "Thi Mai Nguyen", "Tomasz Łukasik",
)  # fmt: skip


def example_number(index: int) -> str:
    """Skatteverket's test series: birth number 239 on a date of its own for each index."""
    stem = f"{date(1970, 1, 1) + timedelta(days=index):%Y%m%d}239"
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(stem[2:])]
    total = sum(value // 10 + value % 10 for value in doubled)
    return f"{stem}{-total % 10}"


def queue_people(cast: Cast, count: int, *, first: int = 0, anonymous: bool = False) -> list:
    """`count` referrals from Ali, accepted and waiting in the queue."""
    with bind(cast.ali):
        return [_queued(cast, first + index, anonymous) for index in range(count)]


def _queued(cast: Cast, index: int, anonymous: bool) -> Referral:
    given, _, family = NAMES[index % len(NAMES)].partition(" ")
    number = example_number(index)
    identity = {
        "personnummer": number,
        "personnummer_lookup": lookup_hash(number),
        "given_name": given,
        "family_name": family,
        "sort_name": sort_key(f"{family} {given}"),
    }
    return Referral.objects.create(
        number=f"RE-2026-{index:04d}",
        unit=cast.units["fk"],
        referrer=cast.ali,
        referrer_code="FK",
        gender="M",
        state="queued",
        consent="anonymous" if anonymous else "signed",
        consent_on=None if anonymous else date(2026, 5, 4),
        sent_on=date(2026, 6, 1),
        state_since=date(2026, 6, 15),
        queued_on=date(2026, 6, 15) + timedelta(days=index % 30),
        coordinator=cast.karin,
        support_until=date(2027, 6, 30),
        once_key=uuid4(),
        **({} if anonymous else identity),
        **cast.programme.owned(),
    )


def make_group(cast: Cast, starts_on: date = MONDAY, **fields) -> Group:
    """A group led by Karin."""
    with bind(cast.karin):
        group, _ = create_group(
            programme=cast.programme,
            starts_on=starts_on,
            user=cast.karin,
            once_key=uuid4(),
            leader=cast.karin,
            room="sal Eken",
            **fields,
        )
        return group


def fill_group(cast: Cast, group: Group, count: int, *, first: int = 0) -> list[Enrolment]:
    """`count` people placed in the group, in the order of the queue."""
    referrals = queue_people(cast, count, first=first)
    with bind(cast.karin):
        placed = place_in_group(
            group=group, referrals=referrals, user=cast.karin, on=group.starts_on
        )
        return [one.enrolment for one in placed]


def sessions_of(cast: Cast, group: Group) -> list[Session]:
    """The group's sessions in order."""
    with bind(cast.karin):
        return list(group.sessions.order_by("number"))


@pytest.fixture
def running(cast: Cast):
    """A group of three in its second week: Tuesday 15 September 2026, 14.00."""
    with time_machine.travel("2026-09-15 12:00 +0000", tick=False):
        group = make_group(cast)
        enrolments = fill_group(cast, group, 3)
        yield group, enrolments

"""Puts the cast in the journeys' database, and people in the queue: `python -m tests.e2e.fill`.

Through the product's own services, with the product's own password hashes.
"""

from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import django

if TYPE_CHECKING:
    from tests.cast import Cast

# Who stands in the queue before the journeys begin: with two more, one too many for a group.
NAMES = (
    "Elif Yıldız", "Daniel Forsén", "Nadja Petrović", "Åke Rosén", "Fatou Jallow",
    "Lisbeth Granat", "Emil Sandqvist", "Rana Khoury", "Pirjo Heikkinen", "Mattias Öberg",
    "Selam Abraha", "Gun-Britt Falk", "Oskar Lindmark", "Thi Mai Nguyen",
)  # fmt: skip
# Who is in a group that has met for two weeks, in the programme next door.
NEXT_DOOR = ("Leila Haddad", "Arvid Ström", "Kamil Zając")
# The journeys' own people have numbers from here on.
FIRST_FREE = len(NAMES) + len(NEXT_DOOR)
WOMAN, MAN = "238", "239"


def example_number(index: int) -> str:
    """A number of Skatteverket's test series: a woman's for even `index`, a man's for odd."""
    born = date(1970, 1, 1) + timedelta(days=200 * index)
    stem = f"{born:%Y%m%d}{MAN if index % 2 else WOMAN}"
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(stem[2:])]
    total = sum(value // 10 + value % 10 for value in doubled)
    return f"{stem}{-total % 10}"


def fill() -> None:
    """The cast, people who have accepted and wait for a place, and a group next door."""
    from tests.cast import build_cast

    cast = build_cast()
    queue(cast, NAMES)
    begin_group_next_door(cast)


def queue(cast: "Cast", names: tuple[str, ...], *, first: int = 0) -> list:
    """Remisser in the queue of the cast's own programme, taken there by its coordinator."""
    from tests.referrals.people import Desk, person

    desk, found = Desk(cast), []
    for index, name in enumerate(names, start=first):
        given, _, family = name.rpartition(" ")
        number = example_number(index)
        found.append(desk.queued(person(personnummer=number, given_name=given, family_name=family)))
    return found


def begin_group_next_door(cast: "Cast") -> None:
    """A group of Bo's that began two weeks ago: its first sessions wait for their attendance."""
    from activities.services import create_group, place_in_group
    from tests.cast import Cast, bind

    people = {**cast.people, "karin": cast.bo}
    theirs = Cast(cast.neighbour, cast.programme, cast.units, people)
    waiting = queue(theirs, NEXT_DOOR, first=len(NAMES))
    started = date.today() - timedelta(weeks=2)
    with bind(cast.bo):
        group, _ = create_group(
            programme=cast.neighbour, starts_on=started, user=cast.bo, once_key=uuid4()
        )
        place_in_group(group=group, referrals=waiting, user=cast.bo, on=group.starts_on)


if __name__ == "__main__":
    django.setup()
    fill()

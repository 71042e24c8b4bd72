"""Puts the cast in the journeys' database, and people in the queue: `python -m tests.e2e.fill`.

Through the product's own services, with the product's own password hashes.
"""

from datetime import date, timedelta

import django

# Who stands in the queue before the journeys begin: enough to fill a group, not one to spare.
WAITING = 14
NAMES = (
    "Elif Yıldız", "Daniel Forsén", "Nadja Petrović", "Åke Rosén", "Fatou Jallow",
    "Lisbeth Granat", "Emil Sandqvist", "Rana Khoury", "Pirjo Heikkinen", "Mattias Öberg",
    "Selam Abraha", "Gun-Britt Falk", "Oskar Lindmark", "Thi Mai Nguyen",
)  # fmt: skip
WOMAN, MAN = "238", "239"


def example_number(index: int) -> str:
    """A number of Skatteverket's test series: a woman's for even `index`, a man's for odd."""
    born = date(1970, 1, 1) + timedelta(days=200 * index)
    stem = f"{born:%Y%m%d}{MAN if index % 2 else WOMAN}"
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(stem[2:])]
    total = sum(value // 10 + value % 10 for value in doubled)
    return f"{stem}{-total % 10}"


def fill() -> None:
    """The cast, and `WAITING` people who have accepted and wait for a place."""
    from tests.cast import build_cast
    from tests.referrals.people import Desk, person

    desk = Desk(build_cast())
    for index, name in enumerate(NAMES):
        given, _, family = name.rpartition(" ")
        number = example_number(index)
        desk.queued(person(personnummer=number, given_name=given, family_name=family))


if __name__ == "__main__":
    django.setup()
    fill()

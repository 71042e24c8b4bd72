"""Which pages are timed, what must be on them, and which goals they have to meet."""

from collections.abc import Callable
from dataclasses import dataclass

import psycopg2

from tests.benchmarks.server import Server, ids_in

OPEN_STATES = "('planned', 'active', 'paused')"
ROWS = 50


@dataclass(frozen=True)
class Case:
    """One page of one server, asked for over and over. `check` raises when the wrong rows came."""

    name: str
    server: Server
    path: str
    session: str
    check: Callable[[str], None]


def ids_of_list(superuser_url: str, programme: int, where: str, offset: int = 0) -> list[int]:
    """The oracle: what the list must show, asked by the superuser past every policy."""
    statement = (
        f"SELECT id FROM participants_enrolment WHERE programme_id = %s AND {where} "
        "ORDER BY sort_name, id OFFSET %s LIMIT %s"
    )
    with psycopg2.connect(superuser_url) as connection, connection.cursor() as cursor:
        cursor.execute(statement, [programme, offset, ROWS])
        found = [row[0] for row in cursor.fetchall()]
    connection.close()
    if not found:
        raise RuntimeError("En tom lista mäter ingenting.")
    return found


def size_of(superuser_url: str, programme: int, where: str) -> int:
    """How many rows a list has in all."""
    with psycopg2.connect(superuser_url) as connection, connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM participants_enrolment WHERE programme_id = %s AND {where}",
            [programme],
        )
        found = cursor.fetchone()[0]
    connection.close()
    return found


def exactly(expected: list[int]) -> Callable[[str], None]:
    """The page links to exactly these participations, in this order."""

    def check(body: str) -> None:
        if ids_in(body) != expected:
            raise RuntimeError(f"Fel rader: {ids_in(body)[:3]}… i stället för {expected[:3]}…")

    return check


def contains(text: str) -> Callable[[str], None]:
    """The page holds the text."""

    def check(body: str) -> None:
        if text not in body:
            raise RuntimeError(f"Sidan saknar {text!r}.")

    return check


def cases(server: Server, superuser_url: str, label: str, programme: int) -> list[Case]:
    """The empty page, the caseload from its first and its last page, and one participant."""
    session = server.session_of(programme)
    is_open, is_closed = f"state IN {OPEN_STATES}", "state = 'closed'"
    first = ids_of_list(superuser_url, programme, is_open)
    deep = max(0, size_of(superuser_url, programme, is_closed) - 2 * ROWS)
    before, last = (
        ids_of_list(superuser_url, programme, is_closed, max(0, deep - 1))[0],
        ids_of_list(superuser_url, programme, is_closed, deep),
    )
    listing = f"/deltagare/?insats={programme}"
    found = [
        Case(f"{label} tom sida", server, "/hjalp/", session, contains("Hjälp")),
        Case(f"{label} lista", server, f"{listing}&visa=alla", session, exactly(first)),
        Case(f"{label} person", server, f"/deltagare/{first[0]}/", session, contains("Tidslinje")),
    ]
    if deep:
        path = f"{listing}&visa=avslutade&efter={before}"
        found.append(Case(f"{label} lista djupt", server, path, session, exactly(last)))
        top = ids_of_list(superuser_url, programme, is_closed)
        path = f"{listing}&visa=avslutade"
        found.append(Case(f"{label} avslutade", server, path, session, exactly(top)))
    return found

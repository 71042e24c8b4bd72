"""Finding the person who already exists, and only by the whole personal number."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from django.db import connection

from core.lookup import lookup_hash
from participants.models import Participant
from participants.models.person import ParticipantQuerySet


@dataclass(frozen=True)
class PersonIdentity:
    """Who the person is, as the referral says. `gender` is K or M; `personnummer` may be blank."""

    personnummer: str
    given_name: str
    family_name: str
    gender: str
    birth_date: date | None = None
    phone: str = ""


def find_person(*, controller_id: int, personnummer: str) -> Participant | None:
    """The controller's person with exactly this number, also from another of its programmes.

    `personnummer` is normalised (twelve digits). A blank number matches nobody.
    """
    lookup = lookup_hash(personnummer)
    if lookup is None:
        return None
    with matching(lookup):
        return _persons_with(controller_id, lookup).first()


def _persons_with(controller_id: int, lookup: str) -> ParticipantQuerySet:
    return Participant.objects.filter(controller_id=controller_id, personnummer_lookup=lookup)


@contextmanager
def matching(lookup: str) -> Iterator[None]:
    """While it lasts, row-level security shows the controller's row with this keyed hash.

    Whoever holds the whole number may find the row; nobody can list rows this way.
    """
    _set_match(lookup)
    yield
    # After an error the transaction is rolled back, and the setting with it.
    if not connection.needs_rollback:
        _set_match("")


def _set_match(lookup: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('rehabsteget.match', %s, true)", [lookup])

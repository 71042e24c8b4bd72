"""The search box: name, personal number or case number, and nothing else (2001:637 § 15)."""

import re
from dataclasses import dataclass

from django.db.models import Q

from accounts.models import User
from core import personal_numbers
from core.lookup import lookup_hash
from core.sorting import prefix_range, sort_key
from participants.enums import Protection
from participants.models import Enrolment

CASE_NUMBER = re.compile(r"^([A-ZÅÄÖ]{2})[-\s]?(\d{4})[-\s]?(\d{1,6})$")
MOST_HITS = 20
SHORTEST_NAME = 2


@dataclass(frozen=True)
class Search:
    """What was searched, how (`kind`: name, number, case, or blank when nothing was), and the hits.

    `advice` says how to write when the text couldn't be searched. `more`: there were more hits.
    """

    kind: str
    hits: list[Enrolment]
    advice: str = ""
    more: bool = False


def find_enrolments(*, user: User, text: str) -> Search:
    """Participations in the user's programmes whose person or case the text names.

    A person with protected identity is found by case number only.
    """
    text = text.strip()
    if case := CASE_NUMBER.match(text.upper()):
        prefix, year, number = case.groups()
        return _hits(user, "case", Q(case_number=f"{prefix}-{year}-{int(number):04d}"))
    if any(char.isdigit() for char in text):
        return _by_number(user, text)
    return _by_name(user, text)


def _by_number(user: User, text: str) -> Search:
    try:
        lookup = lookup_hash(personal_numbers.normalise(text))
    except personal_numbers.InvalidPersonalNumber as error:
        return Search("", [], advice=str(error))
    return _hits(user, "number", _unprotected(Q(participant__personnummer_lookup=lookup)))


def _by_name(user: User, text: str) -> Search:
    if len(sort_key(text)) < SHORTEST_NAME:
        return Search("", [], advice="Skriv minst två bokstäver av efternamnet." if text else "")
    found = _hits(user, "name", _unprotected(_in_range(text)))
    *given, family = text.split()
    if found.hits or not given:
        return found
    # The register is kept by family name; people also write the given name first.
    return _hits(user, "name", _unprotected(_in_range(f"{family} {' '.join(given)}")))


def _in_range(text: str) -> Q:
    first, after = prefix_range(text)
    return Q(sort_name__gte=first, sort_name__lt=after)


def _unprotected(condition: Q) -> Q:
    return condition & Q(participant__protection=Protection.NONE)


def _hits(user: User, kind: str, condition: Q) -> Search:
    found = (
        Enrolment.objects.visible_to(user)
        .filter(condition)
        .select_related("participant", "phase", "coordinator", "programme")
        .defer("participant__personnummer")
        .order_by("sort_name", "pk")[: MOST_HITS + 1]
    )
    hits = list(found)
    return Search(kind, hits[:MOST_HITS], more=len(hits) > MOST_HITS)

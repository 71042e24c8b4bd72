"""Participations made through the services, as in real work."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from participants.models import Enrolment
from participants.services import BeforeData, PersonIdentity, open_enrolment, register_before
from tests.cast import Cast, bind

START = date(2026, 9, 7)
NUMBERS = ("201701012393", "201701022392", "201701032391", "201701042390")

COMPLETE = BeforeData(
    municipality="Kvarnby",
    education="2",
    months_in_support=30,
    supports={"SJP": 50, "FSS": 50},
    occupations={"ARB": Decimal(10), "SJK": None},
)


def identity(number: str = NUMBERS[0], given: str = "Samira", family: str = "Haddad", **more):
    """Somebody to enrol."""
    return PersonIdentity(number, given, family, more.pop("gender", "M"), **more)


def enrol_in(programme, user, who: PersonIdentity, starts_on: date = START, **more) -> Enrolment:
    """Open a participation; call it bound."""
    return open_enrolment(
        programme=programme,
        identity=who,
        referrer_code=more.pop("referrer_code", "FK"),
        referring_unit=more.pop("referring_unit", None),
        coordinator=more.pop("coordinator", user),
        starts_on=starts_on,
        user=user,
    )


@pytest.fixture
def enrol(cast: Cast) -> Callable[..., Enrolment]:
    """`enrol(family="Ek", number="")`: a participation in Rehabsteget, coordinated by Karin."""

    def enrol_one(*, starts_on: date = START, coordinator=None, **who) -> Enrolment:
        with bind(cast.karin):
            return enrol_in(
                cast.programme,
                cast.karin,
                identity(**who),
                starts_on,
                coordinator=coordinator or cast.karin,
            )

    return enrol_one


@pytest.fixture
def samira(enrol: Callable[..., Enrolment]) -> Enrolment:
    """Samira Haddad, active since 7 September 2026, nothing registered yet."""
    return enrol(birth_date=date(1985, 4, 12), phone="070-174 06 05")


@pytest.fixture
def registered(cast: Cast, samira: Enrolment) -> Enrolment:
    """Samira with a complete in-registration."""
    with bind(cast.karin):
        register_before(enrolment=samira, before=COMPLETE, user=cast.karin)
        return Enrolment.objects.select_related("participant").get(pk=samira.pk)

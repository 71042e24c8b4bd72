"""Roles that exclude each other: in the service with words, and in the database against everybody."""

import threading
from datetime import date, timedelta
from itertools import combinations_with_replacement

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.enums import OrganisationKind, Role
from accounts.models import Membership, Organisation, Unit, User
from accounts.services import end_membership, grant_membership
from core.states import Refused

# Said once more here, from the process and not from the code: who may not be one person.
CASE_WORK = {"referrer", "coordinator", "manager"}
ABOVE = {"administrator", "log_reviewer", "steering", "director"}
PAIRS = list(combinations_with_replacement(sorted(Role.values), 2))
FORBIDDEN = [pair for pair in PAIRS if {*pair} & CASE_WORK and {*pair} & ABOVE]
ALLOWED = [pair for pair in PAIRS if pair not in FORBIDDEN]

SPRING = (date(2026, 1, 1), date(2026, 6, 30))
TRIGGER = "oförenliga roller"


@pytest.fixture
def unit(db: None) -> Unit:
    """A municipality's office."""
    owner = Organisation.objects.create(kind=OrganisationKind.MUNICIPALITY, name="Åby kommun")
    return Unit.objects.create(organisation=owner, name="Kontoret")


@pytest.fixture
def office(db: None) -> Unit:
    """A förbund's office."""
    owner = Organisation.objects.create(kind=OrganisationKind.ASSOCIATION, name="Förbundet")
    return Unit.objects.create(organisation=owner, name="Kansliet")


@pytest.fixture
def person(db: None) -> User:
    """Somebody without a role."""
    return User.objects.create_user("alva@example.se", name="Alva Nilsson")


def put(person: User, unit: Unit, role: str, first: date, last: date | None) -> Membership:
    """A row straight into the table, past the service."""
    return Membership.objects.create(
        user=person, unit=unit, role=role, starts_on=first, ends_on=last
    )


def test_twelve_pairs_are_forbidden():
    assert len(FORBIDDEN) == 12


@pytest.mark.parametrize(("one", "other"), FORBIDDEN)
@pytest.mark.parametrize("turned", [False, True])
def test_database_refuses_forbidden_pairs_whichever_comes_first(person, unit, one, other, turned):
    first, second = (other, one) if turned else (one, other)
    put(person, unit, first, *SPRING)
    with pytest.raises(IntegrityError, match=TRIGGER), transaction.atomic():
        put(person, unit, second, *SPRING)
    assert person.memberships.count() == 1


@pytest.mark.parametrize(("one", "other"), ALLOWED)
def test_database_takes_every_other_pair(person, unit, one, other):
    put(person, unit, one, *SPRING)
    put(person, unit, other, SPRING[0] + timedelta(days=one == other), SPRING[1])
    assert person.memberships.count() == 2


DATES = [
    # the other membership's dates, and whether it shares a day with 1 January – 30 June
    ((date(2025, 1, 1), date(2025, 12, 31)), False),
    ((date(2025, 1, 1), date(2026, 1, 1)), True),
    ((date(2026, 3, 1), date(2026, 3, 1)), True),
    ((date(2026, 6, 30), date(2026, 12, 31)), True),
    ((date(2026, 7, 1), date(2026, 12, 31)), False),
    ((date(2025, 1, 1), None), True),
    ((date(2026, 6, 30), None), True),
    ((date(2026, 7, 1), None), False),
]


@pytest.mark.parametrize(("dates", "shares_a_day"), DATES)
@pytest.mark.parametrize("turned", [False, True])
def test_only_shared_days_count_in_the_database(person, unit, dates, shares_a_day, turned):
    first, second = (dates, SPRING) if turned else (SPRING, dates)
    put(person, unit, "coordinator", *first)
    if not shares_a_day:
        put(person, unit, "log_reviewer", *second)
        return
    with pytest.raises(IntegrityError, match=TRIGGER), transaction.atomic():
        put(person, unit, "log_reviewer", *second)


@pytest.mark.parametrize(("dates", "shares_a_day"), DATES)
def test_the_service_agrees_with_the_database(person, unit, dates, shares_a_day):
    put(person, unit, "manager", *SPRING)
    if not shares_a_day:
        granted = grant_membership(
            user=person, unit=unit, role=Role.STEERING, starts_on=dates[0], ends_on=dates[1]
        )
        assert granted.pk
        return
    with pytest.raises(Refused) as refused:
        grant_membership(
            user=person, unit=unit, role=Role.STEERING, starts_on=dates[0], ends_on=dates[1]
        )
    assert refused.value.reasons == [
        "Alva Nilsson är verksamhetsledare i Åby kommun, Kontoret till 2026-06-30. Den som är "
        "verksamhetsledare kan inte samtidigt vara styrgrupp: den som granskar eller styr får inte "
        "arbeta i ärendena."
    ]


@pytest.mark.parametrize(("one", "other"), FORBIDDEN)
def test_the_service_refuses_every_forbidden_pair_in_words(person, unit, office, one, other):
    place = {"director": office}
    put(person, place.get(one, unit), one, *SPRING)
    with pytest.raises(Refused, match="kan inte samtidigt vara"):
        grant_membership(
            user=person, unit=place.get(other, unit), role=Role(other), starts_on=SPRING[0]
        )
    assert person.memberships.count() == 1


@pytest.mark.parametrize("change", [{"role": "director"}, {"ends_on": None}])
def test_database_refuses_a_change_into_a_forbidden_pair(person, unit, change):
    later = put(person, unit, "administrator", date(2026, 7, 1), None)
    mine = put(person, unit, "coordinator", *SPRING)
    if "role" in change:
        Membership.objects.filter(pk=later.pk).update(role="manager", starts_on=SPRING[0])
    with pytest.raises(IntegrityError, match=TRIGGER), transaction.atomic():
        Membership.objects.filter(pk=mine.pk).update(**change)


def test_a_role_cannot_be_prolonged_into_a_forbidden_pair(person, unit):
    put(person, unit, "administrator", date(2026, 7, 1), None)
    mine = put(person, unit, "coordinator", *SPRING)
    with pytest.raises(Refused, match="rollerna kan inte kombineras"):
        end_membership(membership=mine, ends_on=date(2026, 7, 1))
    assert end_membership(membership=mine, ends_on=date(2026, 3, 1)).ends_on == date(2026, 3, 1)


def test_somebody_elses_roles_do_not_count(person, unit):
    other = User.objects.create_user("omar@example.se", name="Omar Haddad")
    put(other, unit, "administrator", *SPRING)
    assert grant_membership(user=person, unit=unit, role=Role.COORDINATOR, starts_on=SPRING[0]).pk


def test_granting_twice_is_granting_once(person, unit):
    asked = {"user": person, "unit": unit, "role": Role.COORDINATOR, "starts_on": SPRING[0]}
    assert grant_membership(**asked) == grant_membership(**asked)
    assert person.memberships.count() == 1
    with pytest.raises(Refused, match="redan den rollen"):
        grant_membership(**asked, ends_on=SPRING[1])


def test_dates_in_the_wrong_order(person, unit):
    with pytest.raises(Refused, match="Slutdatumet ligger före startdatumet"):
        grant_membership(
            user=person, unit=unit, role=Role.COORDINATOR, starts_on=SPRING[1], ends_on=SPRING[0]
        )
    with pytest.raises(Refused, match="Slutdatumet ligger före startdatumet"):
        end_membership(
            membership=put(person, unit, "coordinator", *SPRING), ends_on=date(2025, 12, 31)
        )


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.MANAGER, Role.REFERRER])
def test_the_association_never_works_with_participants(person, office, role):
    with pytest.raises(Refused, match="får inte hantera uppgifter om deltagare"):
        grant_membership(user=person, unit=office, role=role, starts_on=SPRING[0])


def test_a_director_belongs_to_an_association(person, unit, office):
    with pytest.raises(Refused, match="hör till ett samordningsförbund"):
        grant_membership(user=person, unit=unit, role=Role.DIRECTOR, starts_on=SPRING[0])
    assert grant_membership(user=person, unit=office, role=Role.DIRECTOR, starts_on=SPRING[0]).pk


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("through_the_service", [False, True])
def test_two_at_the_same_time_cannot_both_get_in(through_the_service):
    """Two administrators give one person roles that exclude each other, in the same instant."""
    owner = Organisation.objects.create(kind=OrganisationKind.MUNICIPALITY, name="Åby kommun")
    unit = Unit.objects.create(organisation=owner, name="Kontoret")
    person = User.objects.create_user("alva@example.se", name="Alva Nilsson")
    for round_ in range(5):
        Membership.objects.all().delete()
        together, outcomes = threading.Barrier(2), []
        threads = [
            threading.Thread(
                target=race, args=(together, outcomes, through_the_service, person, unit, role)
            )
            for role in (Role.COORDINATOR, Role.LOG_REVIEWER)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=20)
        assert sorted(outcomes) == ["granted", "refused"], f"round {round_}: {outcomes}"
        assert person.memberships.count() == 1


def race(together, outcomes, through_the_service, person, unit, role) -> None:
    """One of the two: waits for the other, then tries."""
    try:
        together.wait(timeout=10)
        if through_the_service:
            grant_membership(user=person, unit=unit, role=role, starts_on=SPRING[0])
        else:
            put(person, unit, role, *SPRING)
        outcomes.append("granted")
    except (IntegrityError, Refused):
        outcomes.append("refused")
    finally:
        connection.close()

"""The second wall, proven table by table as the application role.

What is proven here must fail when the policies are gone: `test_isolation_needs_the_policies` drops
them and sees every canary.
"""

import contextlib
from collections.abc import Iterator
from typing import Any

import psycopg2
import pytest
from django.apps import apps
from django.db import ProgrammingError, connection, models, transaction

from accounts.access import Scope, bound_to
from core.row_security import UNCOUNTED
from rehabsteg.launcher.postgres import DATABASE
from tests.cast import bind
from tests.row_examples import fill_programme

# Tables in apps that hold personal data are closed unless they are named here with a reason.
APPS_WITH_PERSONAL_DATA = ("participants", "referrals", "activities", "reporting")
OPEN_TABLES = {
    "accounts_organisation": "authorities",
    "accounts_unit": "offices",
    "accounts_user": "officials; needed before anybody is bound, to sign in",
    "accounts_membership": "officials' roles; the scope is computed from it",
    "accounts_securityevent": "numbers asked for, nothing of what they hide",
}

# Closed by a policy of their own: read by one person, and by those who reach what it is about.
PERSONAL_TABLES = {"accounts_email": "how many things wait for an official, and how it was told"}


def closed_models() -> list[type[models.Model]]:
    """Every model whose table must have a policy."""
    in_apps = [
        model
        for label in (*APPS_WITH_PERSONAL_DATA, "accounts")
        for model in apps.get_app_config(label).get_models()
    ]
    elsewhere = OPEN_TABLES | PERSONAL_TABLES
    return [model for model in in_apps if model._meta.db_table not in elsewhere]


CLOSED = closed_models()
names = [model._meta.db_table for model in CLOSED]


def count(model: type[models.Model]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {model._meta.db_table}")
        return cursor.fetchone()[0]


@pytest.fixture
def two_full_programmes(cast) -> Iterator[object]:
    """At least one row of every closed table in each programme."""
    for programme, coordinator in ((cast.programme, cast.karin), (cast.neighbour, cast.bo)):
        fill_programme(programme, coordinator, cast)
    return cast


def test_the_application_role_is_harmless(db) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb,"
            " EXISTS (SELECT 1 FROM pg_class WHERE relowner = r.oid)"
            " FROM pg_roles r WHERE rolname = current_user"
        )
        assert cursor.fetchone() == (False, False, False, False, False)


def test_every_table_with_personal_data_has_a_forced_policy(db) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class c WHERE relkind = 'r' AND relrowsecurity"
            " AND relforcerowsecurity AND EXISTS (SELECT 1 FROM pg_policy WHERE polrelid = c.oid)"
        )
        protected = {row[0] for row in cursor.fetchall()}
    assert {*names, *PERSONAL_TABLES} - protected == set(), (
        "tabeller med personuppgifter utan radskydd"
    )


def test_every_row_carries_programme_and_controller() -> None:
    # A person can be in several programmes of the controller: `programme_ids`.
    for model in CLOSED:
        fields = {field.attname for field in model._meta.concrete_fields}
        assert "controller_id" in fields, model
        assert fields & {"programme_id", "programme_ids"}, model


def keys(model: type[models.Model]) -> set[int]:
    return set(model._default_manager.values_list("pk", flat=True))


def seen() -> set[str]:
    """The tables in which the scope bound now sees any row."""
    return {model._meta.db_table for model in CLOSED if count(model)}


def test_unbound_reading_fails_loudly(two_full_programmes) -> None:
    for model in CLOSED:
        with pytest.raises(ProgrammingError, match="inte bunden"), transaction.atomic():
            count(model)


def test_each_programme_sees_only_its_own(two_full_programmes) -> None:
    cast = two_full_programmes
    with bind(cast.karin):
        own = {model: keys(model) for model in CLOSED}
    with bind(cast.bo):
        others = {model: keys(model) for model in CLOSED}
    for model in CLOSED:
        assert own[model], f"{model}: inget att bevisa med"
        assert others[model], f"{model}: inget att bevisa med"
        assert not own[model] & others[model], model


def test_writing_to_a_foreign_row_changes_nothing(two_full_programmes) -> None:
    cast = two_full_programmes
    with bind(cast.karin):
        own = {model: keys(model) for model in CLOSED}
    with bind(cast.bo):
        for model in CLOSED:
            foreign = model._default_manager.filter(pk__in=own[model])
            assert foreign.update(controller_id=cast.neighbour.data_controller_id) == 0, model


def test_outsiders_see_no_row(two_full_programmes) -> None:
    """Administrator, and somebody with no membership at all. The log reviewer sees only the log."""
    cast = two_full_programmes
    with bind(cast.adam):
        assert seen() == set()
    with bound_to(Scope()):
        assert seen() == set()
    with bind(cast.lova):
        assert seen() == {"accounts_readevent"}


PERSON_FREE = {
    "participants_statisticsfact",
    "participants_factmark",
    "participants_anonymousstart",
    "reporting_annualreport",
    "reporting_job",
}


@pytest.mark.parametrize("person", ["stina", "frida", "eva"])
def test_aggregate_roles_never_reach_a_person(two_full_programmes, person) -> None:
    with bind(two_full_programmes.people[person]):
        assert seen() == PERSON_FREE


def test_referrers_see_their_own_units_referrals_only(two_full_programmes) -> None:
    from participants.models import Participant
    from referrals.models import Referral

    cast = two_full_programmes
    with bind(cast.ali):
        assert set(Referral.objects.values_list("unit_id", flat=True)) == {cast.units["fk"].pk}
        assert count(Participant) == 0


def test_a_child_cannot_be_hung_on_another_programmes_parent(two_full_programmes) -> None:
    from django.db import IntegrityError

    from participants.models import Enrolment, EnrolmentPhase

    cast = two_full_programmes
    with bind(cast.bo):
        foreign = Enrolment.objects.first()
    phase = cast.programme.phases.first()

    def hang_it_on() -> None:
        with bind(cast.karin), connection.cursor() as cursor:
            EnrolmentPhase.objects.create(
                enrolment_id=foreign.pk,
                phase=phase,
                started_on=foreign.starts_on,
                ended_on=foreign.starts_on,
                **cast.programme.owned(),
            )
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    with pytest.raises(IntegrityError):
        hang_it_on()


def test_a_transaction_is_bound_once(cast) -> None:
    with bind(cast.karin), pytest.raises(ProgrammingError, match="redan bunden"), bind(cast.bo):
        pass


@pytest.mark.django_db(transaction=True)
def test_isolation_needs_the_policies(cluster, cast) -> None:
    """Without the policies the same questions give the neighbour's rows: the proof bites."""
    for programme, coordinator in ((cast.programme, cast.karin), (cast.neighbour, cast.bo)):
        fill_programme(programme, coordinator, cast)
    with psycopg2.connect(cluster.owner_url(DATABASE)) as owner, owner.cursor() as cursor:
        for name in names:
            cursor.execute(f"ALTER TABLE {name} DISABLE ROW LEVEL SECURITY")
    try:
        for model in CLOSED:
            with bind(cast.bo):
                assert len(set(model._default_manager.values_list("controller_id"))) == 2, model
    finally:
        with psycopg2.connect(cluster.owner_url(DATABASE)) as owner, owner.cursor() as cursor:
            for name in names:
                cursor.execute(f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY")


POLICIES = "SELECT tablename, qual, with_check FROM pg_policies ORDER BY tablename, policyname"


def policies(cursor: Any) -> dict[str, tuple[str, str]]:
    cursor.execute(POLICIES)
    return {table: (using, check) for table, using, check in cursor.fetchall()}


def test_the_planner_never_counts_with_a_policy(db) -> None:
    with connection.cursor() as cursor:
        for table, written in policies(cursor).items():
            assert all(one.startswith("COALESCE(") for one in written), table


def test_an_older_databases_policies_become_like_the_new(cluster, db) -> None:
    with contextlib.closing(psycopg2.connect(cluster.owner_url(DATABASE))) as owner:
        cursor = owner.cursor()
        new = policies(cursor)
        for table, (using, check) in new.items():
            cursor.execute(
                f"ALTER POLICY {table}_scope ON {table} "
                f"USING ({without_coalesce(using)}) WITH CHECK ({without_coalesce(check)})"
            )
        assert policies(cursor) != new
        for app in ("accounts", *APPS_WITH_PERSONAL_DATA):
            cursor.execute(UNCOUNTED.format(app=app))
        assert policies(cursor) == new
        owner.rollback()


def without_coalesce(written: str) -> str:
    return written.removeprefix("COALESCE(").removesuffix(", false)")

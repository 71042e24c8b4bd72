"""The organisations, people and programmes of the demo, made with the product's own services."""

import copy
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from random import Random
from typing import Any

from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.contrib.auth.hashers import make_password

from accounts.access import Scope, Standing
from accounts.enums import STAFF, Role
from accounts.models import Organisation, Unit, User
from accounts.services import grant_membership
from programmes.models import Budget, BudgetLine, Programme
from programmes.services import import_blueprint, import_codes, read_toml, system_scope
from rehabsteg.demo import people

BLUEPRINTS = Path(settings.BASE_DIR) / "programmes" / "blueprints"
STEGVIS: dict[str, Any] = {
    "slug": "stegvis",
    "name": "Stegvis",
    "capacity": 16,
    "group_size": 8,
    "groups_per_year": 5,
    "deciding_body": "Remissgruppen i Åsbro",
}
# Spending differs from the plan, most where people are on sick leave or posts are vacant.
OUTCOME_LOW, OUTCOME_HIGH = 0.93, 1.04
MONTHS = 12


@dataclass(frozen=True)
class Place:
    """One programme with everybody who works with it; `units` and `users` by their demo keys."""

    programme: Programme
    coordinators: tuple[User, ...]
    manager: User
    units: dict[str, Unit]
    users: dict[str, User]

    @property
    def scope(self) -> Scope:
        """The programme's own scope, and every referring unit's, for writing drafts as well."""
        own = system_scope(self.programme).standings
        referring = (
            Standing(Role.REFERRER, unit.pk, unit.organisation_id, unit.organisation.name)
            for unit in self.units.values()
        )
        return Scope(standings=(*own, *referring))

    @cached_property
    def standings(self) -> dict[int, tuple[str, str]]:
        """(role, organisation) in which each user acts, by the user's number."""
        return {self.users[one.key].pk: (one.role.value, one.organisation) for one in people.PEOPLE}


def build_municipality(*, first_day: date) -> tuple[Place, Place]:
    """Kvarnby with Rehabsteget, and the neighbour Åsbro with Stegvis. Roles hold from `first_day`."""
    organisations = {
        name: Organisation.objects.create(name=name, kind=kind)
        for name, kind in people.ORGANISATIONS.items()
    }
    units = {
        key: Unit.objects.create(organisation=organisations[organisation], name=name)
        for key, (organisation, name) in people.UNITS.items()
    }
    users = _users(units, first_day)
    import_codes(data=read_toml((BLUEPRINTS / "codes.toml").read_bytes()))
    data = read_toml((BLUEPRINTS / "rehabsteget.toml").read_bytes())
    neighbour = copy.deepcopy(data)
    neighbour["programme"].update(STEGVIS)
    del neighbour["budgets"]
    return (
        _place(data, organisations, units, users, "team"),
        _place(neighbour, organisations, units, users, "other_team"),
    )


def _users(units: dict[str, Unit], first_day: date) -> dict[str, User]:
    # One hash for all: the password is the same, and hashing it takes a noticeable time.
    hashed = make_password(people.PASSWORD)
    users = {}
    for person in people.PEOPLE:
        user = User.objects.create(email=person.email, name=person.name, password=hashed)
        grant_membership(user=user, unit=units[person.unit], role=person.role, starts_on=first_day)
        if person.secret:
            TOTP.activate(user, person.secret)
        users[person.key] = user
    return users


def _place(
    data: dict[str, Any],
    organisations: dict[str, Organisation],
    units: dict[str, Unit],
    users: dict[str, User],
    team: str,
) -> Place:
    programme = import_blueprint(
        data=data,
        association=organisations[people.ASSOCIATION],
        data_controller=units[team].organisation,
        unit=units[team],
    ).programme
    staff = [one for one in people.PEOPLE if one.unit == team and one.role in STAFF]
    return Place(
        programme=programme,
        coordinators=tuple(users[one.key] for one in staff if one.role == Role.COORDINATOR),
        manager=next(users[one.key] for one in staff if one.role == Role.MANAGER),
        units=units,
        users=users,
    )


def write_budgets(*, programme: Programme, rng: Random, first_year: int, today: date) -> None:
    """The blueprint's budget again for every year of the demo, with what it has cost so far."""
    plan = list(BudgetLine.objects.filter(budget__programme=programme).order_by("order"))
    if not plan:
        return
    for year in range(first_year, today.year + 1):
        budget = Budget.objects.create(programme=programme, year=year)
        share = 1.0 if year < today.year else (today.month - 1) / MONTHS
        BudgetLine.objects.bulk_create(
            BudgetLine(
                budget=budget,
                group=line.group,
                item=line.item,
                amount=line.amount,
                order=line.order,
                outcome=_spent(line.amount, share, rng),
            )
            for line in plan
        )


def _spent(amount: int, share: float, rng: Random) -> int | None:
    if not share:
        return None
    return round(amount * share * rng.uniform(OUTCOME_LOW, OUTCOME_HIGH) / 1000) * 1000

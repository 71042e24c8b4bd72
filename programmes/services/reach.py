"""What a user reaches, from the memberships valid today."""

from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q
from django.db.models.functions import JSONObject

from accounts.access import Scope, Standing
from accounts.enums import AGGREGATE, STAFF, Role
from accounts.models import Membership, User
from programmes.models import Programme


def scope_of(user: User, *, today: date) -> Scope:
    """The user's scope from the memberships valid today. One query.

    Staff and steering group are members of the programme's team unit; a director is a member of the
    förbund and sees aggregates of every programme it finances.
    """
    near = Programme.objects.filter(
        Q(unit=OuterRef("unit")) | Q(association=OuterRef("unit__organisation"))
    )
    told = JSONObject(
        pk="pk", name="name", unit="unit_id", association="association_id",
        controller="data_controller_id",
    )  # fmt: skip
    memberships = (
        user.memberships.valid_on(today)
        .select_related("unit__organisation")
        .annotate(programmes=ArraySubquery(near.order_by("name", "pk").values(told=told)))
    )
    found = (standing for one in memberships for standing in _standings(one, one.programmes))
    return Scope(user_id=user.pk, standings=tuple(found))


def _standings(membership: Membership, programmes: list[dict[str, Any]]) -> list[Standing]:
    role = Role(membership.role)
    organisation = membership.unit.organisation
    if role in STAFF | {Role.STEERING, Role.EVALUATOR}:
        reached = [one for one in programmes if one["unit"] == membership.unit_id]
    elif role in AGGREGATE:
        reached = [one for one in programmes if one["association"] == organisation.pk]
    else:
        reached = []
    places: list[tuple[int | None, int | None, str]] = [
        (one["pk"], one["controller"], one["name"]) for one in reached
    ]
    places = places or [(None, None, membership.unit.name)]
    return [
        Standing(role, membership.unit_id, organisation.pk, organisation.name, *place)
        for place in places
    ]


def system_scope(programme: Programme, *, user_id: int = 0) -> Scope:
    """The scope of work the system does inside one programme (import, demo, a programme's job)."""
    standing = Standing(
        Role.MANAGER,
        programme.unit_id,
        programme.data_controller_id,
        programme.data_controller.name,
        programme.pk,
        programme.data_controller_id,
    )
    return Scope(user_id=user_id, standings=(standing,))

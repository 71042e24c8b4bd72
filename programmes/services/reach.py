"""What a user reaches, from the memberships valid today."""

from datetime import date

from accounts.access import Scope, Standing
from accounts.enums import AGGREGATE, STAFF, Role
from accounts.models import Membership, User
from programmes.models import Programme


def scope_of(user: User, *, today: date) -> Scope:
    """The user's scope from the memberships valid today. Two queries.

    Staff and steering group are members of the programme's team unit; a director is a member of the
    förbund and sees aggregates of every programme it finances.
    """
    memberships = list(user.memberships.valid_on(today).select_related("unit__organisation"))
    if not memberships:
        return Scope(user_id=user.pk)
    units = [one.unit_id for one in memberships]
    organisations = [one.unit.organisation_id for one in memberships]
    programmes = list(
        Programme.objects.filter(unit_id__in=units)
        | Programme.objects.filter(association_id__in=organisations)
    )
    found = (standing for one in memberships for standing in _standings(one, programmes))
    return Scope(user_id=user.pk, standings=tuple(found))


def _standings(membership: Membership, programmes: list[Programme]) -> list[Standing]:
    role = Role(membership.role)
    organisation = membership.unit.organisation
    if role in STAFF | {Role.STEERING, Role.EVALUATOR}:
        reached = [one for one in programmes if one.unit_id == membership.unit_id]
    elif role in AGGREGATE:
        reached = [one for one in programmes if one.association_id == organisation.pk]
    else:
        reached = []
    places: list[tuple[int | None, int | None, str]] = [
        (one.pk, one.data_controller_id, one.name) for one in reached
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

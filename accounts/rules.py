"""Predicates over roles that read as sentences. Used by doors, transition tables and menus."""

import rules

from accounts.enums import Role
from accounts.models import User


def has_role(*roles: Role) -> rules.Predicate:
    """True for a user who holds one of the roles today; on a record, in the record's programme."""

    def holds(user: User, record: object = None) -> bool:
        programme_id = getattr(record, "programme_id", None)
        return any(user.scope.has(role, programme_id) for role in roles)

    name = "has_role_" + "_or_".join(role.value for role in roles)
    return rules.predicate(holds, name=name)


@rules.predicate
def is_signed_in(user: User, record: object = None) -> bool:
    """Every signed-in person, whatever the role."""
    return user.is_authenticated


is_referrer = has_role(Role.REFERRER)
is_coordinator = has_role(Role.COORDINATOR)
is_manager = has_role(Role.MANAGER)
is_staff = has_role(Role.COORDINATOR, Role.MANAGER)
sees_aggregates = has_role(Role.STEERING, Role.DIRECTOR, Role.EVALUATOR)
is_director = has_role(Role.DIRECTOR)
is_steering = has_role(Role.STEERING)
is_log_reviewer = has_role(Role.LOG_REVIEWER)
is_administrator = has_role(Role.ADMINISTRATOR)


@rules.predicate
def belongs_to_referring_unit(user: User, referral: object = None) -> bool:
    """The user works in the unit that sent (or is writing) the referral."""
    return getattr(referral, "unit_id", None) in user.scope.units


can_refer = is_referrer
gets_notices = has_role(Role.REFERRER, Role.COORDINATOR, Role.MANAGER)
can_read_referrals = is_referrer | is_staff
can_read_participants = is_staff
can_write_notes = is_coordinator
can_decide_referrals = is_staff
can_lead_groups = is_staff
can_place_people = is_staff
can_close_enrolments = is_staff
can_order_reports = is_manager
can_bring_in_registrations = is_staff
can_read_reports = is_staff | sees_aggregates

"""Giving a person a role, and ending it."""

from datetime import date

from django.db import IntegrityError, transaction

from accounts.enums import OPERATIONAL, OVERSIGHT, OrganisationKind, Role
from accounts.models import Membership, Unit, User
from core.formatting import date_iso
from core.states import Refused

EXCLUDING = "membership_roles_that_exclude_each_other"


def grant_membership(
    *, user: User, unit: Unit, role: Role, starts_on: date, ends_on: date | None = None
) -> Membership:
    """Give `user` a role in `unit` from `starts_on` to `ends_on` (both inclusive; None: for now).

    Granting what the person already has from the same day changes nothing. Raises `Refused` with
    every reason: dates in the wrong order, a role that the förbund may not have, or a role that
    cannot be combined with one the person has during the same time.
    """
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        same = user.memberships.filter(unit=unit, role=role, starts_on=starts_on, ends_on=ends_on)
        if found := same.first():
            return found
        if reasons := _reasons_against(user, unit, Role(role), starts_on, ends_on):
            raise Refused(reasons)
        return Membership.objects.create(
            user=user, unit=unit, role=role, starts_on=starts_on, ends_on=ends_on
        )


def _reasons_against(
    user: User, unit: Unit, role: Role, starts_on: date, ends_on: date | None
) -> list[str]:
    reasons = []
    if ends_on and ends_on < starts_on:
        reasons.append("Slutdatumet ligger före startdatumet.")
    at_association = unit.organisation.kind == OrganisationKind.ASSOCIATION
    if at_association and role in OPERATIONAL:
        reasons.append(
            f"{unit.organisation} får inte hantera uppgifter om deltagare. Rollen "
            f"{role.label.lower()} finns bara hos parterna."
        )
    if role == Role.DIRECTOR and not at_association:
        reasons.append(f"En förbundschef hör till ett samordningsförbund, inte {unit}.")
    if user.memberships.filter(unit=unit, role=role, starts_on=starts_on).exists():
        reasons.append(f"{user} har redan den rollen i enheten från {date_iso(starts_on)}.")
    others = user.memberships.filter(role__in=_excluded_by(role)).select_related(
        "unit__organisation"
    )
    reasons += [_exclusion(one, role) for one in others if _overlap(one, starts_on, ends_on)]
    return reasons


def _excluded_by(role: Role) -> frozenset[Role]:
    if role in OVERSIGHT:
        return OPERATIONAL
    return OVERSIGHT if role in OPERATIONAL else frozenset()


def _overlap(other: Membership, starts_on: date, ends_on: date | None) -> bool:
    begins_before_end = ends_on is None or other.starts_on <= ends_on
    return begins_before_end and (other.ends_on is None or other.ends_on >= starts_on)


def _exclusion(other: Membership, role: Role) -> str:
    until = f"till {date_iso(other.ends_on)}" if other.ends_on else "tills vidare"
    held = other.get_role_display().lower()
    return (
        f"{other.user} är {held} i {other.unit} {until}. Den som är {held} kan inte samtidigt vara "
        f"{role.label.lower()}: den som granskar eller styr får inte arbeta i ärendena."
    )


def end_membership(*, membership: Membership, ends_on: date) -> Membership:
    """Let the membership end; `ends_on` is the last day it holds. Raises `Refused`."""
    if ends_on < membership.starts_on:
        raise Refused(["Slutdatumet ligger före startdatumet."])
    try:
        with transaction.atomic():
            locked = Membership.objects.select_for_update(of=("self",)).get(pk=membership.pk)
            locked.ends_on = ends_on
            locked.save(update_fields=["ends_on"])
            return locked
    except IntegrityError as error:
        if error.__cause__.diag.constraint_name == EXCLUDING:  # type: ignore[union-attr]
            raise Refused(
                ["Personen har en annan roll under den tiden, och rollerna kan inte kombineras."]
            ) from None
        raise

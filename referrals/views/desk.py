"""The sender's desk: to which programme, from which of the own units, and what may be chosen."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from accounts.enums import OrganisationKind, Role
from accounts.models import Unit, User
from core.formatting import number
from programmes.enums import CodeList
from programmes.models import Programme
from programmes.services import code_choices
from referrals.forms import Offered, ReferralForm
from referrals.models import Referral
from referrals.rules import weeks_needed
from referrals.services import FIRST_VERSION, staff_of

# The code lists' codes that fit each kind of sender; the choice is asked for when there are several.
SENDERS: dict[str, tuple[str, ...]] = {
    OrganisationKind.FK: ("FK",),
    OrganisationKind.AF: ("AF",),
    OrganisationKind.MUNICIPALITY: ("KFS", "KSO", "KAM"),
    OrganisationKind.REGION: ("RPV", "RPS", "RAN"),
}


@dataclass(frozen=True)
class Desk:
    """Where somebody writes: to which programme, from which units, and what may be chosen."""

    programme: Programme
    units: dict[str, Unit]
    offered: Offered

    def form(self, *args: Any, **kwargs: Any) -> ReferralForm:
        """The form with this desk's choices."""
        return ReferralForm(
            *args,
            offered=self.offered,
            autosave_url=f"{reverse('referrals:referral_autosave')}?insats={self.programme.slug}",
            **kwargs,
        )

    def blank(self, request: HttpRequest) -> ReferralForm:
        """A new form, with the sender's own particulars as they were last time."""
        initial = {
            "once_key": uuid4(),
            "page_key": uuid4(),
            "version": FIRST_VERSION,
            "has_number": "yes",
            "consent_form": "signed",
            **self._as_last_time(request),
        }
        return self.form(initial=initial)

    def _as_last_time(self, request: HttpRequest) -> dict[str, str]:
        wanted = request.GET.get("enhet", "")
        own = Referral.objects.visible_to(request.user).filter(
            referrer=request.user, programme=self.programme
        )
        if wanted in self.units:
            own = own.filter(unit_id=wanted)
        last = own.order_by("-pk").values_list("unit_id", "referrer_code").first()
        unit = wanted if wanted in self.units else str(last[0]) if last else ""
        code = last[1] if last else ""
        return {
            "unit": unit if unit in self.units else next(iter(self.units)),
            "referrer_code": code,
        }

    def unit_named(self, number: str) -> Unit:
        """The own unit with this number; the first of them when the number is nobody's or theirs."""
        return self.units.get(number) or next(iter(self.units.values()))

    @property
    def only_unit(self) -> list[str]:
        """The unit's name when there is no choice, for the page's heading."""
        return [str(one) for one in self.units.values()] if len(self.units) == 1 else []

    def contact(self) -> str:
        """Whom to call in the programme, by name; blank when nobody leads it today."""
        return next((one.name for one in staff_of(self.programme, Role.MANAGER)), "")


def set_desk(user: User, programme: Programme) -> Desk:
    """The user's desk for a remiss to `programme`."""
    today = timezone.localdate()
    units = {str(one.pk): one for one in _own_units(user)}
    known = code_choices(CodeList.REFERRER, today=today)
    return Desk(
        programme=programme,
        units=units,
        offered=Offered(
            units=[(pk, str(one)) for pk, one in units.items()],
            referrer_codes={pk: _fitting(one, known) for pk, one in units.items()},
            supports=code_choices(CodeList.SUPPORT, today=today),
            weeks=weeks_needed(programme),
            rhythm=_rhythm(programme),
            target_groups=code_choices(CodeList.TARGET_GROUP, today=today),
        ),
    )


def _own_units(user: User) -> QuerySet[Unit]:
    own = Unit.objects.filter(pk__in=user.scope.units)
    return own.select_related("organisation").order_by("organisation__name", "name", "pk")


def _fitting(unit: Unit, known: list[tuple[str, str]]) -> list[tuple[str, str]]:
    codes = SENDERS.get(unit.organisation.kind, ())
    return [pair for pair in known if pair[0] in codes] or known


def _rhythm(programme: Programme) -> str:
    slots = list(programme.weekly_slots.all())
    if not slots:
        return ""
    return f", {len(slots)} dagar i veckan, {number(slots[0].hours, 1)} timmar per dag"

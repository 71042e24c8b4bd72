"""Drafts don't stay for ever: a person's particulars are not kept where nobody works with them."""

import logging
from datetime import date, timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.access import Scope, Standing, bound_to
from accounts.enums import Role
from accounts.models import Membership, Unit
from core.states import Stale
from referrals.enums import ReferralState
from referrals.models import Referral
from referrals.rules.waits import draft_ends_on
from referrals.services.draft import discard_draft

logger = logging.getLogger(__name__)


def draft_expires_on(draft: Referral) -> date:
    """The day an untouched draft is removed: `DRAFT_DAYS` days after it was last saved."""
    return draft_ends_on(draft)


def expires_soon(draft: Referral, today: date) -> bool:
    """True during the `DRAFT_WARNING_DAYS` days before the draft is removed."""
    return draft_expires_on(draft) - timedelta(days=settings.DRAFT_WARNING_DAYS) <= today


def expired_drafts(today: date) -> QuerySet[Referral]:
    """Drafts that nobody has saved for `DRAFT_DAYS` days, in the units the transaction is bound to."""
    drafts = Referral.objects.filter(state=ReferralState.DRAFT)
    touched = drafts.annotate(touched=Coalesce("saved_at", "created_at"))
    return touched.filter(touched__date__lte=today - timedelta(days=settings.DRAFT_DAYS))


def remove_expired_drafts(*, today: date | None = None) -> int:
    """Remove every expired draft, unit by unit as that unit itself. Returns how many.

    Run daily; a second run the same day finds nothing.
    """
    today = today or timezone.localdate()
    removed = 0
    for unit in referring_units():
        standing = Standing(Role.REFERRER, unit.pk, unit.organisation_id, unit.organisation.name)
        with bound_to(Scope(standings=(standing,))):
            removed += sum(_remove(one) for one in expired_drafts(today).filter(unit=unit))
    if removed:
        logger.info("Tog bort %d utkast som ingen hade rört.", removed)
    return removed


def referring_units() -> list[Unit]:
    """Every unit that somebody refers from, or has referred from."""
    members = Membership.objects.filter(role=Role.REFERRER)
    units = Unit.objects.filter(pk__in=members.values("unit_id")).select_related("organisation")
    return list(units.order_by("pk"))


def _remove(draft: Referral) -> bool:
    try:
        discard_draft(referral=draft)
    except Stale:
        # Sent between the question and the lock.
        return False
    return True

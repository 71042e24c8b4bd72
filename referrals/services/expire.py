"""Drafts don't stay for ever: a person's particulars are not kept where nobody works with them."""

import logging
from datetime import date, timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.access import Scope, Standing, bound_to
from accounts.enums import Role
from accounts.models import Unit
from referrals.enums import ReferralState
from referrals.models import Referral
from referrals.rules.waits import draft_ends_on
from referrals.services.draft import discard_draft
from referrals.services.remind import people_asked, referring_units, warned_since

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

    Never before somebody has been warned for `DRAFT_WARNING_DAYS` days. Run daily; a second run the
    same day finds nothing. A unit that fails is told in the log, and the others go on.
    """
    today = today or timezone.localdate()
    removed = 0
    for unit in referring_units():
        try:
            removed += _remove_in(unit, today)
        except Exception:
            logger.exception("Utkasten hos enhet %s kunde inte tas bort.", unit.pk)
    if removed:
        logger.info("Tog bort %d utkast som ingen hade rört.", removed)
    return removed


def _remove_in(unit: Unit, today: date) -> int:
    standing = Standing(Role.REFERRER, unit.pk, unit.organisation_id, unit.organisation.name)
    with bound_to(Scope(standings=(standing,))):
        return sum(_remove(one, today) for one in expired_drafts(today).filter(unit=unit))


def _remove(draft: Referral, today: date) -> bool:
    rows = Referral.objects.select_for_update(of=("self",))
    locked = rows.filter(pk=draft.pk, state=ReferralState.DRAFT).first()
    # Saved, sent or thrown away between the question and the lock.
    if locked is None or draft_expires_on(locked) > today or not _is_warned(locked, today):
        return False
    discard_draft(referral=locked)
    return True


def _is_warned(draft: Referral, today: date) -> bool:
    since = warned_since(draft, today)
    if since is None:
        # With nobody left to warn nobody can save it either: it isn't kept for ever.
        return not people_asked(draft, Role.REFERRER)
    return since + timedelta(days=settings.DRAFT_WARNING_DAYS) <= today

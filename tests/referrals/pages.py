"""What is posted from a remiss's pages, said once for the tests of each part."""

from uuid import uuid4

from django.urls import reverse
from django.utils import timezone

from referrals.models import Referral
from tests.cast import Cast, bind
from tests.referrals.people import income_until


def typed(**changed: object) -> dict:
    """A whole remiss for somebody on sick leave, as the form posts it."""
    return {
        "once_key": str(uuid4()),
        "page_key": str(uuid4()),
        "version": "1",
        "protected": "no",
        "has_number": "yes",
        "personnummer": "170101-2393",
        "given_name": "Marek",
        "family_name": "Nowicki",
        "on_sick_leave": "yes",
        "sick_leave_percent": "75",
        "assessment": "available",
        "needs_adaptation": "no",
        "support_code": "SJP",
        "support_until": income_until().isoformat(),
        "informed": "on",
        "consent": "signed",
        "consent_form": "signed",
        "consent_on": timezone.localdate().isoformat(),
        **changed,
    }


def new_page(cast: Cast) -> str:
    """The address of a new remiss to the cast's own programme."""
    return f"{reverse('referrals:referral_new')}?insats={cast.programme.slug}"


def autosave(cast: Cast) -> str:
    """Where a remiss is saved while it is typed."""
    return f"{reverse('referrals:referral_autosave')}?insats={cast.programme.slug}"


def page(verb: str, referral: Referral) -> str:
    """The address of a verb."""
    return reverse(f"referrals:{verb}", args=[referral.pk])


def only(cast: Cast) -> Referral:
    """The one remiss there is."""
    with bind(cast.ali):
        return Referral.objects.get()

"""What every verb on a remiss shares: the lock, the date of the new state, what must be written."""

from typing import Any

from django.utils import timezone

from core.states import Refused
from referrals.models import Referral


def lock(referral: Referral) -> Referral:
    """The remiss as it is now, locked until the transaction ends."""
    return Referral.objects.select_for_update(of=("self",), no_key=True).get(pk=referral.pk)


def entered() -> dict[str, Any]:
    """The change that comes with every new state: since when it has lasted."""
    return {"state_since": timezone.localdate()}


def demand_text(**sentences: str) -> None:
    """Refuse with every sentence whose text is missing: `demand_text(**{"Skriv …": text})`."""
    missing = [sentence for sentence, text in sentences.items() if not text.strip()]
    if missing:
        raise Refused(missing)

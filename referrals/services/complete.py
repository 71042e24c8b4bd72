"""Asking the referrer for what is missing, and the answer."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils import timezone

from accounts.models import User
from core.states import Outcome, Refused, perform
from referrals.models import Referral
from referrals.rules import TABLE
from referrals.services.change import demand_text, entered

# What a referrer may put right while answering: facts that run out, never who the person is.
ANSWERABLE = ("assessment", "assessment_on", "support_until")


def request_completion(
    *, referral: Referral, missing: str, by: date, user: User, version: int | None = None
) -> Outcome:
    """Ask the referrer for what is missing, with a last day.

    A coordinator who asks about a remiss that nobody has taken becomes responsible for it.
    """
    demand_text(**{"Skriv vad som saknas.": missing})
    if by <= timezone.localdate():
        raise Refused(["Ge remittenten tid att svara: välj en dag som kommer."])
    responsible = {} if referral.coordinator_id else {"coordinator": user}
    return perform(
        record=referral,
        table=TABLE,
        verb="request_completion",
        user=user,
        version=version,
        text=missing,
        changes=entered()
        | {"completion_request": missing, "completion_by": by, "completion_answer": ""}
        | responsible,
    )


def answer_completion(
    *,
    referral: Referral,
    answer: str,
    facts: Mapping[str, Any] | None = None,
    user: User,
    version: int | None = None,
) -> Outcome:
    """Answer what the coordinator asked for. `facts` are new values for `ANSWERABLE` fields."""
    demand_text(**{"Skriv svaret.": answer})
    known = {name: value for name, value in (facts or {}).items() if name in ANSWERABLE}
    return perform(
        record=referral,
        table=TABLE,
        verb="answer_completion",
        user=user,
        version=version,
        text=answer,
        changes=entered() | {"completion_answer": answer} | known,
    )

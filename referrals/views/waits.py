"""How long a remiss has waited in each of its steps."""

from collections.abc import Iterable
from datetime import date

from core.formatting import NBSP, local_date
from referrals.enums import WAITING_STATES, ReferralState
from referrals.models import Referral, ReferralEvent

S = ReferralState
# The steps by short names, in the order of the way.
STEPS = {
    S.SENT: "inskickad",
    S.ASSESSING: "bedömning",
    S.COMPLETION: "komplettering",
    S.TALK: "samtal",
    S.DECIDING: "remissgrupp",
    S.QUEUED: "kö",
    S.RESTING: "vila",
}


def waits_of(referrals: Iterable[Referral], today: date) -> dict[int, str]:
    """By remiss: days in each step so far, "inskickad 2, bedömning 5, kö 12". One query."""
    rows = {one.pk: one for one in referrals}
    lines: dict[int, list[tuple[str, date]]] = {}
    events = ReferralEvent.objects.filter(referral__in=list(rows)).order_by("pk")
    for key, state, at in events.values_list("referral_id", "to_state", "at"):
        lines.setdefault(key, []).append((state, local_date(at)))
    return {key: _words(days_by_step(seen, today)) for key, seen in lines.items()}


def waits_told(referral: Referral, events: Iterable[ReferralEvent], today: date) -> str:
    """The same for one remiss whose history is at hand."""
    seen = [
        (event.to_state, local_date(event.at)) for event in sorted(events, key=lambda one: one.pk)
    ]
    return _words(days_by_step(seen, today))


def _words(found: dict[ReferralState, int]) -> str:
    """Steps that have taken a day or more; the others say nothing."""
    return ", ".join(f"{STEPS[state]}{NBSP}{count}" for state, count in found.items() if count)


def days_by_step(seen: list[tuple[str, date]], today: date) -> dict[ReferralState, int]:
    """Whole days in each waiting state. `seen` is (state entered, day), oldest first."""
    total: dict[ReferralState, int] = {}
    ends = [day for _, day in seen[1:]] + [today]
    for (state, since), until in zip(seen, ends, strict=True):
        if state in WAITING_STATES:
            known = ReferralState(state)
            total[known] = total.get(known, 0) + max(0, (until - since).days)
    return {state: total[state] for state in STEPS if state in total}

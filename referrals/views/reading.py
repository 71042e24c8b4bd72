"""A list of remisser names persons: that somebody saw it is noted, like every other reading."""

from collections.abc import Iterable

from accounts.access import log_lists
from accounts.models import User
from referrals.models import Referral


def note_reading(user: User, referrals: Iterable[Referral]) -> None:
    """One line for each programme whose remisser stand in the list, written together."""
    by_owner: dict[tuple[int, int], list[int]] = {}
    for one in referrals:
        by_owner.setdefault((one.programme_id, one.controller_id), []).append(one.pk)
    log_lists(user, "remiss", by_owner)

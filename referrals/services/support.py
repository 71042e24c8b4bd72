"""What the person lives on while taking part: put right when it has changed since the talk."""

from dataclasses import asdict, dataclass
from datetime import date

from django.db import transaction

from accounts.models import User
from core.formatting import date_iso, percent
from core.states import Outcome, Refused, perform
from programmes.enums import CodeList
from programmes.services import code_labels
from referrals.models import Referral
from referrals.rules import DEMANDS, TABLE
from referrals.services.change import demand_text, lock


@dataclass(frozen=True)
class Support:
    """A code of the list of supports, its extent in percent, and the last day it is secured."""

    support_code: str
    support_percent: int | None
    support_until: date


@transaction.atomic
def change_support(
    *, referral: Referral, support: Support, why: str, user: User, version: int | None = None
) -> Outcome:
    """Note what the person lives on, how much of it and until when, and what says so.

    The same is demanded of it as of a remiss that is sent. Raises `Refused`.
    """
    demand_text(**{"Skriv vad uppgiften bygger på.": why})
    labels = code_labels(CodeList.SUPPORT)
    if support.support_code not in labels:
        raise Refused(["Välj en försörjning i listan."])
    changes = asdict(support)
    changed = lock(referral)
    for name, value in changes.items():
        setattr(changed, name, value)
    if found := [one.sentence for one in DEMANDS if one.field in changes and one.missing(changed)]:
        raise Refused(found)
    until = f"säkrad till {date_iso(support.support_until)}"
    told = (labels[support.support_code], percent(support.support_percent), until)
    return perform(
        record=referral,
        table=TABLE,
        verb="change_support",
        user=user,
        version=version,
        text=f"{', '.join(one for one in told if one)}. {why}",
        changes=changes,
    )

"""The introductory talk (inledande samtal): booked, held or not, and what the person answered."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from core.formatting import clock_at, date_short
from core.states import Outcome, Refused, perform, refusals
from referrals.enums import Offer
from referrals.models import Referral
from referrals.rules import TABLE
from referrals.services.change import demand_text, entered, lock


@dataclass(frozen=True)
class Talk:
    """What the introductory talk gave. `support_until`: income is secured to and including."""

    held_on: date
    offer: str
    summary: str = ""
    support_until: date | None = None


@transaction.atomic
def book_talk(
    *,
    referral: Referral,
    at: datetime,
    place: str,
    company: str = "",
    user: User,
    version: int | None = None,
) -> Outcome:
    """Book the introductory talk (inledande samtal), or move it to another time.

    `company` says who else takes part. An earlier talk's answer no longer counts. Raises `Refused`.
    """
    demand_text(**{"Skriv var samtalet hålls.": place})
    who = f" Med: {company}." if company else ""
    locked = lock(referral)
    # The booking itself takes away the day the talk was held, which the guard must see.
    is_seen = version in (None, locked.version)
    if is_seen and (found := refusals(TABLE["book_talk"], locked, user)):
        raise Refused(found)
    return perform(
        record=locked,
        table=TABLE,
        verb="book_talk",
        user=user,
        version=version,
        text=f"{date_short(at)} {clock_at(at)}, {place}.{who}",
        changes=entered()
        | {
            "talk_at": at,
            "talk_place": place,
            "talk_with": company,
            "talk_held_on": None,
            "offer": "",
        },
    )


def record_talk(
    *, referral: Referral, talk: Talk, user: User, version: int | None = None
) -> Outcome:
    """Write down that the introductory talk was held and what the person answered.

    The state stays and what was written can be recorded anew, until somebody declines the offer:
    then the remiss ends as withdrawn on the person's behalf. Raises `Refused`.
    """
    _check_talk(talk)
    declines = talk.offer == Offer.DECLINED
    changes: dict[str, object] = {
        "talk_held_on": talk.held_on,
        "offer": talk.offer,
        "talk_summary": talk.summary,
    }
    if talk.support_until is not None:
        changes["support_until"] = talk.support_until
    return perform(
        record=referral,
        table=TABLE,
        verb="decline_offer" if declines else "record_talk",
        user=user,
        version=version,
        text=f"Hölls {talk.held_on}. Personen: {Offer(talk.offer).label.lower()}.",
        changes=changes | (entered() if declines else {}),
    )


def miss_talk(
    *,
    referral: Referral,
    why: str,
    new_at: datetime | None = None,
    place: str = "",
    user: User,
    version: int | None = None,
) -> Outcome:
    """The talk did not come about: booked again at `new_at`, or the remiss is assessed anew.

    `why` is read by the referrer. Raises `Refused` when the talk has been held, or nothing is said.
    """
    demand_text(**{"Skriv varför samtalet inte blev av.": why})
    booked: dict[str, object] = {"talk_at": None, "talk_place": "", "talk_with": ""}
    text = why
    if new_at is not None:
        where = place or referral.talk_place
        booked = {"talk_at": new_at, "talk_place": where}
        text = f"{why} Ny tid: {date_short(new_at)} {clock_at(new_at)}, {where}."
    return perform(
        record=referral,
        table=TABLE,
        verb="rebook_talk" if new_at else "miss_talk",
        user=user,
        version=version,
        text=text,
        changes=entered() | booked,
    )


def _check_talk(talk: Talk) -> None:
    reasons = []
    if talk.offer not in Offer.values:
        reasons.append("Ange vad personen svarade på erbjudandet.")
    if talk.held_on > timezone.localdate():
        reasons.append("Samtalet kan inte ha hållits efter i dag.")
    if reasons:
        raise Refused(reasons)

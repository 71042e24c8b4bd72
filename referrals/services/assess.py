"""The coordinator's way with a remiss: take it, talk with the person, put them in the queue."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from accounts.models import User
from core.formatting import clock_at, date_short
from core.states import Outcome, Refused, perform
from referrals.enums import Offer
from referrals.models import Referral
from referrals.rules import TABLE
from referrals.services.change import demand_text, entered


@dataclass(frozen=True)
class Talk:
    """What the introductory talk gave. `support_until`: income is secured to and including."""

    held_on: date
    offer: str
    summary: str = ""
    support_until: date | None = None


def take_referral(*, referral: Referral, user: User, version: int | None = None) -> Outcome:
    """Begin the assessment; `user` becomes the one responsible coordinator."""
    return perform(
        record=referral,
        table=TABLE,
        verb="take",
        user=user,
        version=version,
        changes=entered() | {"coordinator": user},
    )


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
    return perform(
        record=referral,
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

    The state stays; what was written can be recorded anew. Raises `Refused`.
    """
    _check_talk(talk)
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
        verb="record_talk",
        user=user,
        version=version,
        text=f"Hölls {talk.held_on}. Personen: {Offer(talk.offer).label.lower()}.",
        changes=changes,
    )


def _check_talk(talk: Talk) -> None:
    reasons = []
    if talk.offer not in Offer.values:
        reasons.append("Ange vad personen svarade på erbjudandet.")
    if talk.held_on > timezone.localdate():
        reasons.append("Samtalet kan inte ha hållits efter i dag.")
    if reasons:
        raise Refused(reasons)


def queue_referral(*, referral: Referral, user: User, version: int | None = None) -> Outcome:
    """Put the person in the queue, from today. Raises `Refused` with everything that is missing."""
    return perform(
        record=referral,
        table=TABLE,
        verb="queue",
        user=user,
        version=version,
        changes=entered() | {"queued_on": timezone.localdate(), "review_on": None},
    )


def rest_referral(
    *, referral: Referral, why: str, review_on: date, user: User, version: int | None = None
) -> Outcome:
    """Let the remiss rest until somebody looks at it again on `review_on`. Raises `Refused`."""
    demand_text(**{"Skriv varför remissen ska vila.": why})
    if review_on <= timezone.localdate():
        raise Refused(["Välj en dag som kommer, då någon ser på remissen igen."])
    return perform(
        record=referral,
        table=TABLE,
        verb="rest",
        user=user,
        version=version,
        text=why,
        changes=entered() | {"review_on": review_on},
    )


def resume_referral(*, referral: Referral, user: User, version: int | None = None) -> Outcome:
    """Take up a resting remiss again."""
    return perform(
        record=referral,
        table=TABLE,
        verb="resume",
        user=user,
        version=version,
        changes=entered() | {"review_on": None},
    )

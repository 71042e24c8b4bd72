"""Somebody who has been here before: a person says so, and a person puts a number right."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from core import personal_numbers
from core.lookup import lookup_hash
from core.states import Outcome, Refused, is_repeat, perform
from participants.enums import Gender
from referrals.models import Referral
from referrals.rules import TABLE
from referrals.services.change import demand_text, lock


def confirm_same_person(*, referral: Referral, user: User, version: int | None = None) -> Outcome:
    """Note that the earlier person with the same number is the person of this remiss."""
    return perform(
        record=referral,
        table=TABLE,
        verb="confirm_person",
        user=user,
        version=version,
        changes={"same_person_on": timezone.localdate()},
    )


@transaction.atomic
def correct_number(
    *,
    referral: Referral,
    personnummer: str,
    why: str,
    user: User,
    version: int | None = None,
) -> Outcome:
    """Put another personal number on the remiss, written in any way.

    For a number that was wrong, or a samordningsnummer that has become a personnummer. Nothing is
    joined by itself: whoever the new number belongs to is asked about anew. The numbers are not in
    the history. Raises `Refused`.
    """
    demand_text(**{"Skriv varför personnumret ändras.": why})
    try:
        number = personal_numbers.normalise(personnummer)
    except personal_numbers.InvalidPersonalNumber as error:
        raise Refused([str(error)]) from error
    if not number:
        raise Refused(["Skriv det nya personnumret eller samordningsnumret."])
    locked = lock(referral)
    press: dict[str, Any] = {
        "record": locked,
        "table": TABLE,
        "verb": "correct_number",
        "user": user,
        "version": version,
        "text": personal_numbers.masked(why),
        "changes": {
            "personnummer": number,
            "personnummer_lookup": lookup_hash(number),
            "gender": Gender.WOMAN if personal_numbers.is_woman(number) else Gender.MAN,
            "birth_date": personal_numbers.birth_date(number),
            "same_person_on": None,
        },
    }
    # After the first of two presses it is the same number, and nothing is wrong.
    if lookup_hash(number) == locked.personnummer_lookup and not is_repeat(**press):
        raise Refused(["Det är samma nummer som remissen redan har."])
    return perform(**press)

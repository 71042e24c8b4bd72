"""A remiss while it is being written: private to the sender's unit, saved as one types, then sent."""

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.models import Unit, User
from core import personal_numbers
from core.lookup import lookup_hash
from core.once import create_once
from core.sorting import sort_key
from core.states import Outcome, Stale, perform
from participants.enums import Gender
from programmes.models import Programme
from referrals.enums import ReferralState
from referrals.models import Referral
from referrals.rules import TABLE
from referrals.services.attach import remove_attachments_of
from referrals.services.change import entered, lock

SORT_NAME_LENGTH = 250
NUMBER_PREFIX = "RE"
# A draft has no case number: numbers are given to what has been sent.
DRAFT_PREFIX = "utkast-"
DRAFT_KEY_LENGTH = 12
# The version of a draft that has just been begun, which a new page builds on.
FIRST_VERSION = 1


@dataclass(frozen=True)
class Identity:
    """Who the person is. `personnummer` is twelve digits or blank; then birth date and gender tell."""

    personnummer: str = ""
    given_name: str = ""
    family_name: str = ""
    gender: str = ""
    birth_date: date | None = None
    phone: str = ""

    @classmethod
    def anonymous(cls, gender: str) -> "Identity":
        """Nobody in particular: only a gender is kept."""
        return cls(gender=gender)

    def columns(self) -> dict[str, Any]:
        """The model's fields. Gender and birth date come from the number where there is one."""
        given, family = tidy_name(self.given_name), tidy_name(self.family_name)
        gender, born = self.gender, self.birth_date
        if self.personnummer:
            woman = personal_numbers.is_woman(self.personnummer)
            gender = Gender.WOMAN if woman else Gender.MAN
            born = personal_numbers.birth_date(self.personnummer)
        return {
            "personnummer": self.personnummer,
            "personnummer_lookup": lookup_hash(self.personnummer),
            "given_name": given,
            "family_name": family,
            "sort_name": sort_key(f"{family} {given}")[:SORT_NAME_LENGTH],
            "gender": gender,
            "birth_date": born,
            "phone": self.phone.strip(),
        }


def tidy_name(name: str) -> str:
    """One way of storing a name however it was typed: composed letters (NFC), single spaces."""
    return " ".join(unicodedata.normalize("NFC", name).split())


def create_draft(
    *, programme: Programme, unit: Unit, referrer: User, once_key: UUID
) -> tuple[Referral, bool]:
    """The draft with `once_key`, begun now if it isn't there: (referral, created)."""
    return create_once(
        Referral,
        once_key,
        number=f"{DRAFT_PREFIX}{once_key.hex[:DRAFT_KEY_LENGTH]}",
        unit=unit,
        referrer=referrer,
        **programme.owned(),
    )


@dataclass(frozen=True)
class Page:
    """The open page a draft is saved from: its own key, and the version it was shown with.

    A page that saved last may go on without knowing the version, so that what it saves while
    somebody types never stands in its own way.
    """

    key: UUID | None = None
    version: int | None = None


Typed = Mapping[str, str | list[str]]


@transaction.atomic
def save_draft(
    *,
    referral: Referral,
    identity: Identity,
    answers: Mapping[str, Any],
    typed: Typed,
    page: Page | None = None,
    unit: Unit | None = None,
) -> Referral:
    """Keep everything written so far. `answers` are valid model values, `typed` the form as typed.

    `unit` moves the draft to another of the sender's units. With a `page`, raises `Stale` when the
    draft has been saved from elsewhere since the page was shown; always when it has been sent.
    """
    locked = lock(referral)
    if locked.state != ReferralState.DRAFT:
        raise Stale(["Remissen är redan skickad. Ingenting av det du skrev har ändrat något."])
    words = json.dumps(typed, ensure_ascii=False)
    if page is not None and not _is_known(locked, page, words):
        raise Stale(
            ["Utkastet har sparats från ett annat ställe under tiden. Ditt är inte sparat än: "
             "spara igen för att låta det gälla."]
        )  # fmt: skip
    is_same_page = page is not None and page.key is not None and page.key == locked.page_key
    changes = {
        **answers,
        **identity.columns(),
        "typed": words,
        "page_key": page.key if page else None,
        "saved_at": timezone.now(),
        "version": locked.version if is_same_page else locked.version + 1,
    }
    if unit is not None:
        changes["unit"] = unit
    for name, value in changes.items():
        setattr(locked, name, value)
    locked.save(update_fields=[*changes])
    return locked


def _is_known(draft: Referral, page: Page, words: str) -> bool:
    """The page knows what it would replace: it saved last, or it saw the newest version."""
    saved_last = page.key is not None and page.key == draft.page_key
    return saved_last or page.version == draft.version or words == draft.typed


def typed_in(referral: Referral) -> dict[str, Any]:
    """The draft's form as it was last typed; from what is stored when nobody has typed it."""
    if referral.typed:
        return json.loads(referral.typed)
    names = ("personnummer", "given_name", "family_name", "phone")
    return {name: getattr(referral, name) or "" for name in names}


def send_referral(*, referral: Referral, user: User, version: int | None = None) -> Outcome:
    """Send the draft to the programme and give it its number. Raises `Refused` with what is missing.

    The number holds the row's own number, so that no two can be the same.
    """
    today = timezone.localdate()
    return perform(
        record=referral,
        table=TABLE,
        verb="send",
        user=user,
        version=version,
        changes=entered()
        | {
            "number": f"{NUMBER_PREFIX}-{today.year}-{referral.pk:04d}",
            "sent_on": today,
            "typed": "",
            "page_key": None,
        },
    )


@transaction.atomic
def discard_draft(*, referral: Referral) -> None:
    """Throw away a draft, whole, its files too. What has been sent stays. Raises `Stale` when it has been sent."""
    found = Referral.objects.select_for_update(of=("self",)).filter(pk=referral.pk).first()
    if found is None:
        return
    if found.state != ReferralState.DRAFT:
        raise Stale(["Remissen är redan skickad. Återta den i stället."])
    remove_attachments_of(found)
    found.delete()

"""Asking the referrer for what is missing, one thing at a time, and the answers."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from core.personal_numbers import masked
from core.states import Outcome, Refused, perform
from referrals.enums import CompletionKind
from referrals.models import CompletionItem, Referral
from referrals.rules import TABLE
from referrals.services.change import demand_text, entered, lock

# What a referrer may put right while answering: facts that run out, never who the person is.
ANSWERABLE = (
    "assessment", "assessment_on", "sick_leave_until", "support_until", "phone", "language",
)  # fmt: skip
UNANSWERED = "Inte besvarad"
# What the referrer wanted to say beside the answers.
COMMENT = "Något mer"
NAMES_SOMEBODY = "Ta bort personnumret. Remissen är anonym och får inte visa vem personen är."


@dataclass(frozen=True)
class Asked:
    """One thing to ask for. `text` is the coordinator's own words; blank for the kind's."""

    kind: str
    text: str = ""

    @property
    def words(self) -> str:
        """What the referrer reads."""
        return self.text.strip() or CompletionKind(self.kind).label


@dataclass(frozen=True)
class Answer:
    """The answer to one item: in words, and the facts of the remiss that it changes."""

    item_id: int
    words: str
    facts: Mapping[str, Any]


@transaction.atomic
def request_completion(
    *, referral: Referral, asked: Sequence[Asked], by: date, user: User, version: int | None = None
) -> Outcome:
    """Ask the referrer for each thing in `asked`, with a last day.

    A coordinator who asks about a remiss that nobody has taken becomes responsible for it.
    Raises `Refused` with everything that is wrong.
    """
    demand_text(**{"Välj eller skriv vad som saknas.": "".join(one.words for one in asked)})
    if by <= timezone.localdate():
        raise Refused(["Ge remittenten tid att svara: välj en dag som kommer."])
    words = "\n".join(one.words for one in asked)
    outcome = perform(
        record=referral,
        table=TABLE,
        verb="request_completion",
        user=user,
        version=version,
        text=f"{_things(len(asked))}, svar senast {by}.",
        changes=entered()
        | {"completion_request": words, "completion_by": by, "completion_answer": ""}
        | ({} if referral.coordinator_id else {"coordinator": user}),
    )
    if outcome.changed:
        _replace_items(outcome.record, asked)
    return outcome


def _things(number: int) -> str:
    return f"{number} sak" if number == 1 else f"{number} saker"


def _replace_items(referral: Referral, asked: Sequence[Asked]) -> None:
    # What was asked for before and never answered (the remiss was declined meanwhile) is dropped.
    referral.completion_items.open().delete()
    CompletionItem.objects.bulk_create(
        CompletionItem(referral=referral, kind=one.kind, text=one.words, **referral.owned())
        for one in asked
    )


@transaction.atomic
def answer_completion(
    *,
    referral: Referral,
    answers: Sequence[Answer],
    comment: str = "",
    user: User,
    version: int | None = None,
) -> Outcome:
    """Answer what the coordinator asked for, item by item.

    An item may be left out only when `comment` says why. Facts that an answer changes are changed in
    the remiss too. Raises `Refused` with every item that is missing.
    """
    _demand_nobody_named(referral, [comment, *(one.words for one in answers)])
    # Locked: of two presses at once, the second must see what the first one answered.
    open_items = items_to_answer(lock(referral))
    given = {one.item_id: one for one in answers if one.words.strip()}
    if not open_items:
        demand_text(**{"Skriv svaret.": comment})
    if not comment.strip():
        demand_text(
            **{
                f"Svara på: {one.text}. Går det inte, skriv varför under Något mer.": (
                    given[one.pk].words if one.pk in given else ""
                )
                for one in open_items
            }
        )
    facts = {
        name: value
        for one in given.values()
        for name, value in one.facts.items()
        if name in ANSWERABLE
    }
    outcome = perform(
        record=referral,
        table=TABLE,
        verb="answer_completion",
        user=user,
        version=version,
        text=f"Svarade på {len(given)} av {_things(len(open_items))}." if open_items else "",
        changes=entered() | {"completion_answer": _joined(open_items, given, comment)} | facts,
    )
    if outcome.changed:
        now = timezone.now()
        _close_items(open_items, given, user, now)
        _add_comment(outcome.record, comment.strip(), user, now)
    return outcome


def items_to_answer(referral: Referral) -> list[CompletionItem]:
    """What the referrer is asked for. Once answered: what the latest answer was about.

    So the same press again is known as the same, and a colleague's words keep their questions.
    """
    if open_items := list(referral.completion_items.open()):
        return open_items
    turns = referral.events.filter(verb__in=("request_completion", "answer_completion"))
    newest = turns.order_by("-pk").first()
    if newest is None or newest.verb != "answer_completion":
        return []
    answered = [one for one in referral.completion_items.all() if one.answered_at]
    latest = max((one.answered_at for one in answered if one.answered_at), default=None)
    # The words beside the answers are stored with them: nobody had asked for those.
    return [one for one in answered if one.answered_at == latest and not _is_comment(one)]


def _is_comment(item: CompletionItem) -> bool:
    stored_with_answer = item.answered_at is not None and item.asked_at >= item.answered_at
    return stored_with_answer and item.text == COMMENT


def _demand_nobody_named(referral: Referral, texts: Sequence[str]) -> None:
    if referral.is_anonymous and any(masked(text) != text for text in texts):
        raise Refused([NAMES_SOMEBODY])


def _joined(items: Sequence[CompletionItem], given: Mapping[int, Answer], comment: str) -> str:
    lines = [given[one.pk].words.strip() for one in items if one.pk in given]
    return "\n".join([*lines, comment.strip()]).strip()


def _close_items(
    items: Sequence[CompletionItem], given: Mapping[int, Answer], user: User, now: datetime
) -> None:
    for item in items:
        item.answer = given[item.pk].words.strip() if item.pk in given else UNANSWERED
        item.answered_at, item.answered_by, item.typed = now, user, ""
    fields = ["answer", "answered_at", "answered_by", "typed"]
    CompletionItem.objects.bulk_update(items, fields)


def _add_comment(referral: Referral, comment: str, user: User, now: datetime) -> None:
    if comment:
        CompletionItem.objects.create(
            referral=referral,
            kind=CompletionKind.OTHER,
            text=COMMENT,
            answer=comment,
            answered_at=now,
            answered_by=user,
            **referral.owned(),
        )


@transaction.atomic
def keep_answers(*, referral: Referral, typed: Mapping[int, Mapping[str, str]]) -> None:
    """Keep answers while they are being written, by item. They are seen by the sender's unit only.

    An anonymous person's number isn't kept even there.
    """
    locked = lock(referral)
    items = list(locked.completion_items.open())
    for item in items:
        fields = typed.get(item.pk, {})
        if locked.is_anonymous:
            fields = {name: masked(text) for name, text in fields.items()}
        item.typed = json.dumps(fields, ensure_ascii=False)
    CompletionItem.objects.bulk_update(items, ["typed"])


def typed_answer(item: CompletionItem) -> dict[str, str]:
    """The answer as it was last typed: the form's fields of this item."""
    return json.loads(item.typed) if item.typed else {}

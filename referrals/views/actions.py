"""What can be done with a remiss now, and every reason why something cannot."""

from dataclasses import dataclass
from urllib.parse import quote

from django.urls import NoReverseMatch, reverse

from accounts.enums import Role
from accounts.models import User
from core.states import Step, steps
from referrals.enums import ReferralState
from referrals.models import Referral
from referrals.rules import TABLE
from referrals.services import staff_of

# Verbs that need no words: pressed on the record's own page.
PRESSED = ("take", "queue", "resume")
# Places are given and taken back where the groups are; the address is text, groups stand above us.
ELSEWHERE = {"place": "activities:group_list", "unplace": "activities:group_list"}
ANOTHER_WORD: dict[tuple[str, str], str] = {
    ("book_talk", ReferralState.TALK): "Ändra samtalets tid"
}
ONLY_SENDERS = ("send", "answer_completion")
ONLY_MANAGERS = ("reopen", "transfer")
# Carried out on another verb's page, by what is answered there.
ON_ANOTHER_PAGE = ("rebook_talk", "decline_offer")
# Seldom the next step: last and small, however the table orders them.
ASIDE = ("assign", "reassign", "set_target_group", "correct_number", "prioritise", "transfer")


@dataclass(frozen=True)
class Action:
    """A button: a link to a page with a form, or a press (`pressed`) that carries the version."""

    label: str
    url: str
    css: str
    pressed: bool
    help: str


@dataclass(frozen=True)
class Refusal:
    """A verb that doesn't go now: every reason, and whom to ask."""

    title: str
    reasons: list[str]
    ask: str
    ask_url: str


def actions_for(referral: Referral, user: User) -> tuple[list[Action], list[Refusal]]:
    """The buttons the table allows, the most pressing first, and the refused with their reasons."""
    found = [step for step in steps(TABLE, referral, user) if step.verb not in ON_ANOTHER_PAGE]
    found.sort(key=lambda step: step.verb in ASIDE)
    allowed = [step for step in found if step.allowed]
    first = next((step for step in allowed if step.transition.primary), None)
    actions = [_action(referral, step, is_first=step is first) for step in allowed]
    people = _People(referral)
    refused = [_refusal(referral, step, user, people) for step in found if not step.allowed]
    return [one for one in actions if one.url], _joined(refused)


def _joined(refused: list[Refusal]) -> list[Refusal]:
    """Verbs that are refused for the same reasons, said once."""
    groups: dict[tuple[str, ...], list[Refusal]] = {}
    for one in refused:
        groups.setdefault((*one.reasons, one.ask), []).append(one)
    return [
        Refusal(", ".join(one.title for one in same), same[0].reasons, same[0].ask, same[0].ask_url)
        for same in groups.values()
    ]


def _action(referral: Referral, step: Step, *, is_first: bool) -> Action:
    is_quiet = step.transition.danger or step.verb in ASIDE
    css = "primary" if is_first else "quiet" if is_quiet else "secondary"
    return Action(
        label=ANOTHER_WORD.get((step.verb, referral.state), step.transition.button),
        url=_url(referral, step.verb),
        css=css,
        pressed=step.verb in PRESSED,
        help=step.transition.help if is_first else "",
    )


def _url(referral: Referral, verb: str) -> str:
    if verb not in ELSEWHERE:
        return reverse(f"referrals:{verb}", args=[referral.pk])
    try:
        return reverse(ELSEWHERE[verb])
    except NoReverseMatch:
        return ""


class _People:
    """Whom to ask, looked up once and only when somebody must be asked."""

    def __init__(self, referral: Referral) -> None:
        self.referral = referral

    def for_step(self, step: Step, user: User) -> User | None:
        """The one who can do the verb, or who can put right what is missing."""
        if step.verb in ONLY_SENDERS or step.transition.rule(user, self.referral):
            return self.referral.referrer
        if step.verb in ONLY_MANAGERS:
            return next(iter(staff_of(self.referral.programme, Role.MANAGER)), None)
        if self.referral.coordinator:
            return self.referral.coordinator
        return self._any_coordinator()

    def _any_coordinator(self) -> User | None:
        if not hasattr(self, "_coordinator"):
            people = staff_of(self.referral.programme, Role.COORDINATOR)
            self._coordinator = next(iter(people), None)
        return self._coordinator


def _refusal(referral: Referral, step: Step, user: User, people: _People) -> Refusal:
    who = people.for_step(step, user)
    label = ANOTHER_WORD.get((step.verb, referral.state), step.transition.button)
    asks = who is not None and who != user
    return Refusal(
        title=f"{label} går inte än" if step.transition.rule(user, referral) else label,
        reasons=step.refusals,
        ask=f"Fråga {who.name}" if asks and who else "",
        ask_url=_letter(who, referral) if asks and who else "",
    )


def _letter(who: User, referral: Referral) -> str:
    # The case number and nothing else: a letter's heading is no place for a person.
    return f"mailto:{who.email}?subject={quote(f'Remiss {referral.number}')}"

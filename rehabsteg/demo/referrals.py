"""Remisser: from whom, about what, and how far each has come."""

from datetime import date, timedelta
from random import Random
from typing import Any

from accounts.models import User
from core.formatting import clock_at, date_short
from participants.enums import ConsentForm, ConsentPurpose, Protection
from referrals.enums import ConsentChoice, MedicalAssessment, Offer, Priority
from rehabsteg.demo.days import at, later, office, workday
from rehabsteg.demo.identities import Identities, Person
from rehabsteg.demo.municipality import Place
from rehabsteg.demo.plan import ReferralPlan, Step, Window
from rehabsteg.demo.registrations import support_for
from rehabsteg.demo.texts import (
    ALTERNATIVES,
    COMPLETIONS,
    DECLINED,
    GOALS,
    NEEDS,
    POSSIBILITIES,
    PURPOSES,
    RESTING,
    TALK_PLACES,
    TALKS,
    WITHDRAWN,
)

# Which unit refers under which code, and how often. Åsbro has fewer senders.
SENDERS = {
    "rehabsteget": (
        ("fk", "ali", "FK", 38), ("social", "siv", "KFS", 26), ("af", "tomas", "AF", 20),
        ("care", "maria", "RPV", 8), ("psychiatry", "johan", "RPS", 5), ("social", "siv", "KSO", 3),
    ),
    "stegvis": (("other_fk", "nils", "FK", 50), ("other_social", "laila", "KFS", 50)),
}  # fmt: skip
ON_SICK_LEAVE = {"FK": 0.94, "RPV": 0.85, "RPS": 0.85, "KFS": 0.3, "KSO": 0.3, "AF": 0.08}
PLACED = "place"
SHARE_COMPLETION = 0.17
ANSWER_DAYS = 5
# How far along the way each verb comes, as a share of the time the remiss took.
WAY = {"take": 0.07, "request_completion": 0.12, "answer_completion": 0.26, "book_talk": 0.34,
       "record_talk": 0.56, "present": 0.58, "body_accepts": 0.62, "queue": 0.62,
       "place": 1.0}  # fmt: skip
# Verbs after `send` for each ending; the last verb is where the remiss stands.
ENDINGS: dict[str, tuple[str, ...]] = {
    "place": ("take", "book_talk", "record_talk", "queue", "place"),
    "queue": ("take", "book_talk", "record_talk", "queue"),
    "record_talk": ("take", "book_talk", "record_talk"),
    "book_talk": ("take", "book_talk"),
    "take": ("take",),
    "send": (),
    "request_completion": ("take", "request_completion"),
    "present": ("take", "book_talk", "record_talk", "present"),
    "prioritise": ("take", "book_talk", "record_talk", "queue", "prioritise"),
    "rest": ("take", "rest"),
    "transfer": ("take", "transfer"),
    "decline": ("take", "decline"),
    "decline_after_talk": ("take", "book_talk", "record_talk", "decline"),
    "withdraw": ("withdraw",),
    "withdraw_later": ("take", "book_talk", "withdraw"),
}
# Waiting now: (ending, days since it was sent, how many in Rehabsteget).
WAITING = (
    ("send", (0, 6), 4), ("take", (3, 12), 4), ("request_completion", (9, 26), 2),
    ("book_talk", (10, 20), 3), ("record_talk", (16, 30), 2), ("queue", (24, 88), 9),
    ("rest", (40, 90), 2), ("present", (22, 34), 2), ("prioritise", (30, 60), 1),
    ("transfer", (30, 60), 1),
)  # fmt: skip
# Programmes where a deciding body stands before the queue, and where it doesn't.
ONLY_WITH_BODY, ONLY_WITHOUT_BODY = ("present",), ("prioritise", "transfer")
TARGET_GROUPS = ("", "UNG", "", "SJU", "", "FSS", "", "", "PSY", "")
TOWARDS_A_PLACE = ("queue", "present", "body_accepts", "prioritise", "transfer")
BODY = "Försäkringskassan, kommunen och vårdcentralen"
ENDED_A_YEAR = {"decline": 8, "decline_after_talk": 7, "withdraw": 4, "withdraw_later": 5}
DRAFTS = 3
# The first sender has also a draft that is soon removed.
OLD_DRAFT_DAYS = 22
PURPOSES_OF_CONSENT = (
    (ConsentPurpose.EXCHANGE, ConsentPurpose.REGISTRATION),
    (ConsentPurpose.EXCHANGE,),
    (),
)
HANDED_OVER_TO = "Till Stegvis, Åsbro kommun."
PURPOSE_FIELDS = {"purpose": PURPOSES, "goal": GOALS, "possibility": POSSIBILITIES, "need": NEEDS}
ERASED = ("purpose", "goal", "possibility", "need", "language", "talk_summary",
          "completion_request", "completion_answer")  # fmt: skip


def plan_referral(
    rng: Random,
    place: Place,
    *,
    person: Person | None,
    gender: str,
    sent_on: date,
    until: date,
    ending: str,
    starts_on: date | None = None,
    sender: int | None = None,
) -> ReferralPlan:
    """A remiss sent on `sent_on` that came as far as `ending` by the day `until`.

    `sender` is a place in `SENDERS`; any of them when it is left out.
    """
    senders = SENDERS[place.programme.slug]
    chosen = rng.choices(senders, weights=[one[3] for one in senders])[0]
    unit, referrer, code, _ = chosen if sender is None else senders[sender]
    begun_at = office(
        rng, max(workday(sent_on - timedelta(days=rng.choice((0, 0, 1, 2)))), sent_on)
    )
    plan = ReferralPlan(
        person=person,
        gender=gender,
        unit=unit,
        referrer=place.users[referrer],
        code=code,
        coordinator=None,
        begun_at=begun_at,
    )
    plan.fields = _facts(rng, plan, sent_on)
    if ending != "draft":
        _go_the_way(rng, place, plan, sent_on, until, ending, starts_on)
    return plan


def _facts(rng: Random, plan: ReferralPlan, sent_on: date) -> dict[str, Any]:
    sick = rng.random() < ON_SICK_LEAVE[plan.code]
    facts: dict[str, Any] = {
        "target_group": "" if plan.is_anonymous else TARGET_GROUPS[sent_on.toordinal() % 10],
        "informed": True,
        "on_sick_leave": sick,
        "support_code": support_for(rng, plan.code),
        "support_until": sent_on + timedelta(days=rng.randint(290, 460)),
        **_consent(rng, plan, sent_on),
    }
    if sick:
        facts |= _sick_leave(rng, sent_on)
    else:
        facts |= {name: rng.choice(texts) for name, texts in PURPOSE_FIELDS.items()}
    facts["support_percent"] = facts.get("sick_leave_percent", 100)
    if plan.person and plan.person.language:
        facts["language"] = plan.person.language
    if rng.random() < 0.08:
        facts["accessibility"] = rng.choice(
            ("Lokal utan trappor", "Paus varje halvtimme", "Skriftlig information i förväg")
        )
    facts["needs_adaptation"] = bool(facts.get("language") or facts.get("accessibility"))
    return facts


def _consent(rng: Random, plan: ReferralPlan, sent_on: date) -> dict[str, Any]:
    if plan.is_anonymous:
        return {"consent": ConsentChoice.ANONYMOUS}
    signed = workday(sent_on - timedelta(days=rng.randint(0, 9)))
    given = min(signed, sent_on)
    return {
        "consent": ConsentChoice.SIGNED,
        "consent_on": given,
        "consent_form": ConsentForm.SIGNED if given.day % 5 else ConsentForm.ELECTRONIC,
        "consent_purposes": list(PURPOSES_OF_CONSENT[given.day % len(PURPOSES_OF_CONSENT)]),
    }


def _sick_leave(rng: Random, sent_on: date) -> dict[str, Any]:
    promised = rng.random() < 0.1
    days = rng.randint(5, 14) if promised else -rng.randint(2, 40)
    return {
        "sick_leave_percent": rng.choice((100, 100, 100, 75, 50, 50, 25)),
        "sick_leave_from": sent_on - timedelta(days=20 + sent_on.day),
        "sick_leave_until": sent_on + timedelta(days=rng.randint(30, 200)),
        "assessment": MedicalAssessment.PROMISED if promised else MedicalAssessment.AVAILABLE,
        "assessment_on": sent_on + timedelta(days=days),
    }


def _go_the_way(
    rng: Random,
    place: Place,
    plan: ReferralPlan,
    sent_on: date,
    until: date,
    ending: str,
    starts_on: date | None,
) -> None:
    """Send the remiss and take every step up to its ending, each on a working day after the last."""
    plan.steps.append(Step("send", later(office(rng, sent_on), plan.begun_at), plan.referrer))
    verbs = list(ENDINGS[ending])
    if "queue" in verbs and place.programme.deciding_body:
        at_queue = verbs.index("queue")
        verbs[at_queue : at_queue + 1] = ["present", "body_accepts"]
    if "book_talk" in verbs and not plan.is_anonymous and rng.random() < SHARE_COMPLETION:
        verbs[1:1] = ["request_completion", "answer_completion"]
    span = (until - sent_on).days
    # Who stands in the queue has stood there a while; every other last step was just taken.
    share_of_last = 1.0 if ending == "queue" or not verbs else WAY.get(verbs[-1], 1.0)
    for verb in verbs:
        share = min(1.0, WAY.get(verb, 1.0) / share_of_last)
        day = max(workday(sent_on + timedelta(days=round(share * span))), sent_on)
        moment = later(office(rng, min(day, until)), plan.steps[-1].at)
        if verb == "record_talk":
            moment = later(at(moment.date(), 15), plan.steps[-1].at)
        _take_step(rng, place, plan, verb, moment, until, starts_on)
    if plan.is_anonymous and verbs and verbs[-1] == "place":
        plan.fields |= {name: "" for name in ERASED if name in plan.fields}


def _take_step(
    rng: Random,
    place: Place,
    plan: ReferralPlan,
    verb: str,
    moment: Any,
    until: date,
    starts_on: date | None,
) -> None:
    if plan.coordinator is None and verb != "withdraw":
        plan.coordinator = rng.choice((*place.coordinators, place.coordinators[0]))
    actor: User = plan.coordinator or plan.referrer
    day, text, reason = moment.date(), "", ""
    facts: dict[str, Any] = {}
    if verb == "request_completion":
        asked, plan.answer = rng.choice(COMPLETIONS)
        by = day + timedelta(days=10)
        facts = {"completion_request": asked, "completion_by": by}
        text = f"1 sak, svar senast {by}."
    elif verb == "answer_completion":
        actor, text = plan.referrer, "Svarade på 1 av 1 sak."
        facts = {"completion_answer": plan.answer}
    elif verb == "book_talk":
        facts = _booking(rng, moment, until)
    elif verb == "record_talk":
        facts = _talk(rng, plan, day, until)
        text = f"Hölls {day}. Personen: {Offer(facts['offer']).label.lower()}."
    elif verb in TOWARDS_A_PLACE:
        actor, text, facts = _towards_a_place(place, actor, verb, day)
    elif verb == "place":
        actor = place.manager if rng.random() < 0.7 else actor
        text = f"Start {starts_on}"
    elif verb == "rest":
        text, ahead = rng.choice(RESTING), rng.randint(20, 75)
        facts = {"review_on": until + timedelta(days=ahead)}
    elif verb == "decline":
        reason, text = rng.choice(DECLINED)
        actor = place.manager if rng.random() < 0.3 else actor
        facts = {"decline_reason": reason, "alternative": rng.choice(ALTERNATIVES)}
    elif verb == "withdraw":
        actor, text = plan.referrer, rng.choice(WITHDRAWN)
    if verb == "book_talk":
        text = _booking_words(facts)
    plan.fields |= facts
    plan.steps.append(Step(verb, moment, actor, text, reason))


def _towards_a_place(
    place: Place, actor: User, verb: str, day: date
) -> tuple[User, str, dict[str, Any]]:
    """(who, words, facts) of a step between the talk and a place, here or in the other programme."""
    queued = {"queued_on": day, "review_on": None}
    if verb == "present":
        meets_on = workday(day + timedelta(days=5))
        return actor, f"Remissgruppen träffas {meets_on}.", {"body_meets_on": meets_on}
    if verb == "body_accepts":
        decided = {"body_decided_on": day, "body_members": BODY}
        return actor, f"Beslutat {day}. Insatsen passar, och tiden är rätt.", queued | decided
    if verb == "prioritise":
        why = "Sjukpenningen tar slut i vår."
        facts = {"priority": Priority.FIRST, "priority_reason": why}
        return place.manager, f"{Priority.FIRST.label}. {why}", facts
    if verb == "transfer":
        why = f"{HANDED_OVER_TO} Samtycke {day}, underskrivet papper. Bor i Åsbro sedan i höst."
        return place.manager, why, {}
    return actor, "", queued


def _booking(rng: Random, moment: Any, until: date) -> dict[str, Any]:
    day = workday(moment.date() + timedelta(days=rng.randint(5, 9)))
    return {
        "talk_at": at(day, rng.choice((9, 10, 13, 14)), rng.choice((0, 30))),
        "talk_place": rng.choice(TALK_PLACES),
        "talk_with": rng.choice(("", "", "handläggaren", "handläggaren och tolk")),
    }


def _booking_words(facts: dict[str, Any]) -> str:
    moment, company = facts["talk_at"], facts["talk_with"]
    who = f" Med: {company}." if company else ""
    return f"{date_short(moment)} {clock_at(moment)}, {facts['talk_place']}.{who}"


def _talk(rng: Random, plan: ReferralPlan, day: date, until: date) -> dict[str, Any]:
    return {
        "talk_held_on": day,
        "talk_at": at(day, 13),
        "offer": Offer.ACCEPTED,
        "talk_summary": rng.choice(TALKS),
    }


def plan_waiting(
    rng: Random, place: Place, window: Window, identities: Identities, size: int
) -> list[ReferralPlan]:
    """Remisser without a place: those that wait now, ended ones of every year, and drafts."""
    small = place.programme.capacity < 40
    found = []
    elsewhere = ONLY_WITHOUT_BODY if place.programme.deciding_body else ONLY_WITH_BODY
    for ending, days, count in WAITING:
        if ending in elsewhere:
            continue
        for _ in range(max(1, count // 3) if small else count):
            sent_on = workday(window.last - timedelta(days=rng.randint(*days)))
            found.append(_waiting(rng, place, window, identities, sent_on, window.last, ending))
    for year in range(window.first.year, window.today.year + 1):
        for ending, count in ENDED_A_YEAR.items():
            for _ in range(max(1, count // 3) if small else count):
                found += _ended(rng, place, window, identities, year, ending)
    for sender in range(1 if small else DRAFTS):
        age = rng.randint(0, 8) if sender or small else OLD_DRAFT_DAYS
        day = workday(window.last - timedelta(days=age))
        found.append(_waiting(rng, place, window, identities, day, day, "draft", sender))
    return found


def _ended(
    rng: Random, place: Place, window: Window, identities: Identities, year: int, ending: str
) -> list[ReferralPlan]:
    sent_on = workday(date(year, 1, 8) + timedelta(days=rng.randint(0, 350)))
    until = workday(sent_on + timedelta(days=rng.randint(12, 40)))
    if until > window.last:
        return []
    return [_waiting(rng, place, window, identities, sent_on, until, ending)]


def _waiting(
    rng: Random,
    place: Place,
    window: Window,
    identities: Identities,
    sent_on: date,
    until: date,
    ending: str,
    sender: int | None = None,
) -> ReferralPlan:
    anonymous = ending in ("take", "queue") and rng.random() < 0.1
    person = None if anonymous else identities.new()
    gender = person.gender if person else "K"
    plan = plan_referral(
        rng,
        place,
        person=person,
        gender=gender,
        sent_on=sent_on,
        until=until,
        ending=ending,
        sender=sender,
    )
    if ending == "book_talk":
        # The talk is still to come.
        day = workday(window.today + timedelta(days=rng.randint(2, 9)))
        plan.fields["talk_at"] = at(max(day, window.today), rng.choice((9, 10, 13)))
    elif ending == "record_talk":
        plan.fields["offer"] = rng.choice((Offer.THINKING, Offer.ACCEPTED))
    if ending == "draft":
        plan.fields["informed"] = False
        plan.fields["consent"] = ""
        plan.fields["consent_on"] = None
        plan.fields["consent_form"] = ""
        plan.fields["consent_purposes"] = []
        plan.fields["saved_at"] = plan.begun_at
    return plan


def shown_names(person: Person) -> tuple[str, str]:
    """(given, family) as the remiss has them: only the alias of somebody who is protected."""
    if person.protection != Protection.NONE:
        return "", person.alias
    return person.given_name, person.family_name

"""The head of every page about a participation: who, where, consents, warnings, tabs, steps."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from accounts.access import open_record
from accounts.enums import Reading
from accounts.models import User
from core.formatting import date_iso, percent, week_span
from core.states import steps
from participants.enums import EnrolmentState, MarkKind, Occasion
from participants.models import Consent, Enrolment, EnrolmentPhase, Registration
from participants.rules import TRANSITIONS, can_register, can_write_notes
from participants.services import missing_after, missing_before
from participants.views.badges import Badge, badge_of, consent_badges, newest_consents
from participants.views.words import week_text
from programmes.enums import CodeList, PhaseKind
from programmes.models import Code, Phase

MOST_WARNINGS = 2
WHOLE, HALF = 100, 50
DAYS_A_WEEK = 7
# Every change of state that has a page of its own; what touches groups belongs to the activities.
CHANGES = {
    "start": "participants:enrolment_start",
    "pause": "participants:enrolment_pause",
    "resume": "participants:enrolment_resume",
    "reopen": "participants:enrolment_reopen",
    "misregister": "activities:enrolment_misregister",
}


@dataclass(frozen=True)
class Notice:
    """What needs a decision, and the button that leads to it."""

    kind: str
    strong: str
    text: str
    button: str = ""
    url: str = ""


@dataclass(frozen=True)
class Action:
    """A button in the head or behind Fler val."""

    label: str
    url: str
    icon: str = ""
    primary: bool = False


@dataclass(frozen=True)
class PhaseItem:
    """What components/phases.html shows of one phase."""

    name: str
    text: str
    state: str
    percent: int


@dataclass
class Labels:
    """Plain words of every code used on the page, fetched in one query."""

    words: dict[tuple[str, str], str] = field(default_factory=dict)

    @classmethod
    def load(cls) -> "Labels":
        """All labels, the newest of each code last, so that it wins."""
        rows = Code.objects.order_by("valid_from").values_list("code_list", "code", "label")
        return cls({(code_list, code): label for code_list, code, label in rows})

    def of(self, code_list: str, code: str) -> str:
        """The label, or the code itself where there is none."""
        return self.words.get((code_list, code), code)


@dataclass
class Record:
    """A participation with what every page about it reads. Built by `read_record`."""

    enrolment: Enrolment
    consents: list[Consent]
    registrations: dict[str, Registration]
    phases: list[EnrolmentPhase]
    labels: Labels
    today: date

    def missing(self, occasion: Occasion) -> list[str]:
        """What the occasion's registration lacks."""
        registration = self.registrations.get(occasion)
        marks = list(registration.marks.all()) if registration else []
        check = missing_before if occasion == Occasion.BEFORE else missing_after
        return check(registration, marks)


def open_enrolment_record(
    request: HttpRequest, pk: int, *, writing: bool = False, reading: Reading = Reading.VIEW
) -> Enrolment:
    """The participation through the one door. `writing`: only where the user is coordinator."""
    visible = Enrolment.objects.visible_to(request.user)
    if writing:
        visible = visible.writable_by(request.user)
    related = visible.select_related(
        "participant", "phase", "coordinator", "referring_unit__organisation", "programme"
    )
    return open_record(request, related.defer("participant__personnummer"), pk, reading)


def read_record(enrolment: Enrolment) -> Record:
    """What every page about the participation reads, in a fixed number of queries."""
    registrations = enrolment.registrations.select_related("registered_by")
    return Record(
        enrolment=enrolment,
        consents=list(enrolment.consents.all()),
        registrations={one.occasion: one for one in registrations.prefetch_related("marks")},
        phases=list(enrolment.phases.select_related("phase").order_by("started_on", "pk")),
        labels=Labels.load(),
        today=timezone.localdate(),
    )


def record_head(record: Record, user: User, tab: str) -> dict[str, Any]:
    """The context that participants/record.html needs."""
    enrolment = record.enrolment
    return {
        "enrolment_pk": enrolment.pk,
        "name": enrolment.participant.shown_name,
        "sub": _sub(record),
        "phases": phase_items(record),
        "facts": _facts(record),
        "badges": consent_badges(record.consents, record.today),
        "warnings": _warnings(record, user)[:MOST_WARNINGS],
        "tabs": _tabs(enrolment, tab),
        "actions": _actions(enrolment),
        "more": _more(enrolment, user),
        "writable": can_write_notes(user, enrolment),
    }


def _sub(record: Record) -> list[str]:
    enrolment, person = record.enrolment, record.enrolment.participant
    age = person.age_on(record.today)
    words = [f"{age} år" if age is not None and not person.is_protected else ""]
    if person.birth_date and person.personnummer_lookup and not person.is_protected:
        words.append(f"{person.birth_date:%Y%m%d}-XXXX")
    if person.is_protected:
        words.append(f"{person.get_protection_display()}, namnet är ett alias")
    words.append(f"Ärende {enrolment.case_number}")
    if enrolment.state != EnrolmentState.ACTIVE:
        words.append(enrolment.get_state_display())
    return [word for word in words if word]


def phase_items(record: Record) -> list[PhaseItem]:
    """The blueprint's phases as this participation went through them, and the end."""
    blueprint = Phase.objects.filter(programme_id=record.enrolment.programme_id).order_by("order")
    lived = {one.phase_id: one for one in record.phases}
    items = [_phase_item(phase, lived.get(phase.pk), record) for phase in blueprint]
    return [*items, _end_item(record)]


def _phase_item(phase: Phase, lived: EnrolmentPhase | None, record: Record) -> PhaseItem:
    if lived is None:
        text = f"{phase.weeks} veckor" if phase.weeks else "om det behövs"
        return PhaseItem(phase.name, "inte använd" if record.enrolment.ends_on else text, "", 0)
    if lived.ended_on:
        span = week_span(lived.started_on, lived.ended_on)
        return PhaseItem(phase.name, f"klar, {span}", "done", WHOLE)
    text = week_text(lived.started_on, phase.weeks, record.today)
    if lived.started_on > record.today:
        return PhaseItem(phase.name, text, "", 0)
    if not phase.weeks:
        return PhaseItem(phase.name, text, "now", HALF)
    until = lived.started_on + timedelta(weeks=phase.weeks, days=-1)
    passed = (record.today - lived.started_on).days + 1
    share = min(WHOLE, passed * WHOLE // (phase.weeks * DAYS_A_WEEK))
    return PhaseItem(phase.name, f"{text}, till {until:%m-%d}", "now", share)


def _end_item(record: Record) -> PhaseItem:
    ends_on = record.enrolment.ends_on
    after = record.registrations.get(Occasion.AFTER)
    if ends_on is None:
        return PhaseItem("Avslut och uppföljning", "inget datum än", "", 0)
    reason = record.labels.of(CodeList.END_REASON, after.reason) if after else ""
    text = f"{date_iso(ends_on)}, {reason[:1].lower()}{reason[1:]}".rstrip(", ")
    return PhaseItem("Avslut och uppföljning", text, "done", WHOLE)


def _facts(record: Record) -> list[tuple[str, str]]:
    enrolment = record.enrolment
    referrer = record.labels.of(CodeList.REFERRER, enrolment.referrer_code)
    unit = enrolment.referring_unit
    dates = date_iso(enrolment.starts_on)
    if enrolment.ends_on:
        dates += f" – {date_iso(enrolment.ends_on)}"
    facts = [
        ("Koordinator", enrolment.coordinator.name if enrolment.coordinator else "Ingen än"),
        ("Remittent", str(unit) if unit else referrer),
        ("Försörjning före", _supports(record)),
        ("Tid i insatsen" if enrolment.ends_on else "Start", dates),
        ("Telefon", enrolment.participant.phone or "Inget nummer"),
    ]
    return facts[:-1] if enrolment.participant.is_protected else facts


def _supports(record: Record) -> str:
    before = record.registrations.get(Occasion.BEFORE)
    marks = before.marks.all() if before else []
    words = [
        f"{record.labels.of(CodeList.SUPPORT, one.code)} {percent(one.extent)}".strip()
        for one in marks
        if one.kind == MarkKind.SUPPORT
    ]
    return ", ".join(words) or "Inte registrerad"


def _warnings(record: Record, user: User) -> list[Notice]:
    enrolment = record.enrolment
    if enrolment.state == EnrolmentState.MISREGISTERED:
        told = "Det räknas inte i någon siffra och finns kvar för granskning."
        return [Notice("info", "Deltagandet är felregistrerat.", told)]
    found = [
        _start_warning(record),
        _before_warning(record, user),
        _after_warning(record),
        # After the end nobody renews a consent; the badges still say how each stands.
        *(
            _consent_warning(one, record)
            for one in newest_consents(record.consents)
            if enrolment.is_open
        ),
    ]
    return [one for one in found if one]


def _start_warning(record: Record) -> Notice | None:
    enrolment = record.enrolment
    if enrolment.state != EnrolmentState.PLANNED or enrolment.starts_on > record.today:
        return None
    return Notice(
        "soon",
        f"Starten var {date_iso(enrolment.starts_on)}.",
        "Deltagandet är fortfarande planerat. Starta det när personen har börjat.",
        "Starta deltagandet",
        reverse(CHANGES["start"], args=[enrolment.pk]),
    )


def _before_warning(record: Record, user: User) -> Notice | None:
    missing = record.missing(Occasion.BEFORE)
    if not missing:
        return None
    enrolment = record.enrolment
    begun = Occasion.BEFORE in record.registrations
    strong = "Inregistreringen är inte fullständig." if begun else "Inregistreringen saknas."
    lacking = f"Det här saknas: {', '.join(missing)}. " if begun else ""
    told = f"{lacking}Den ska beskriva veckan före {date_iso(enrolment.starts_on)}."
    if not can_register(user, enrolment):
        return Notice("soon", strong, f"{told} En koordinator fyller i den.")
    button = "Fyll i resten" if begun else "Fyll i inregistreringen"
    url = reverse("participants:registration_before", args=[enrolment.pk])
    return Notice("soon", strong, told, button, url)


def _after_warning(record: Record) -> Notice | None:
    if record.enrolment.state != EnrolmentState.CLOSED:
        return None
    missing = record.missing(Occasion.AFTER)
    if not missing:
        return None
    told = f"Det här saknas: {', '.join(missing)}."
    return Notice("soon", "Utregistreringen är inte fullständig.", told)


def _consent_warning(consent: Consent, record: Record) -> Notice | None:
    badge = badge_of(consent, record.today)
    if badge.kind not in ("soon", "late"):
        return None
    url = reverse("participants:consent_list", args=[record.enrolment.pk])
    if badge.holds:
        told = "Fråga deltagaren om samtycket ska förlängas."
    else:
        told = "Det gäller inte längre. Dela inga uppgifter med stöd av det."
    return Notice(badge.kind, f"{badge.label}.", told, "Öppna samtycken", url)


def _tabs(enrolment: Enrolment, tab: str) -> list[tuple[str, str, bool]]:
    pages = (
        ("Översikt", "participants:enrolment_detail"),
        ("Registrering", "participants:registration_detail"),
        ("Samtycken", "participants:consent_list"),
        ("Dokument", "reporting:sus_document"),
        ("Logg", "participants:enrolment_log"),
    )
    return [(label, reverse(name, args=[enrolment.pk]), name == tab) for label, name in pages]


def _actions(enrolment: Enrolment) -> list[Action]:
    if not enrolment.is_open:
        return []
    close = Action("Avsluta", reverse("activities:closure", args=[enrolment.pk]))
    return [close, _next_step(enrolment)]


def _next_step(enrolment: Enrolment) -> Action:
    if enrolment.state == EnrolmentState.PLANNED:
        url = reverse(CHANGES["start"], args=[enrolment.pk])
        return Action("Starta deltagandet", url, "check", primary=True)
    if enrolment.phase and enrolment.phase.kind == PhaseKind.TRIAL:
        url = reverse("activities:trial_list")
        return Action("Lägg in timmar", url, "clock", primary=True)
    url = reverse("activities:trial_new", args=[enrolment.pk])
    return Action("Planera arbetsprövning", url, "place", primary=True)


def _more(enrolment: Enrolment, user: User) -> list[Action]:
    """The changes that start in this state, for those who may carry them out."""
    own = [step for step in steps(TRANSITIONS, enrolment, user) if step.verb in CHANGES]
    return [
        Action(step.transition.button, reverse(CHANGES[step.verb], args=[enrolment.pk]))
        for step in own
        if step.transition.rule(user, enrolment)
    ]


__all__ = ["Badge", "Record", "open_enrolment_record", "read_record", "record_head"]

"""What is known about a remiss, as rows for the page and for paper."""

from datetime import date

from django.utils import timezone

from core.formatting import clock_at, date_iso, date_short, days_ago, percent, person_number
from participants.enums import ConsentForm, ConsentPurpose, Gender
from programmes.enums import CodeList
from programmes.services import code_labels
from referrals.enums import AttachmentKind, MedicalAssessment, Offer, Priority, ReferralState
from referrals.models import Referral, ReferralEvent
from referrals.rules import has_attached

S = ReferralState


def facts_of(referral: Referral, supports: dict[str, str]) -> list[tuple[str, str]]:
    rows = [
        ("Person", _person(referral)),
        ("Mobilnummer", referral.phone),
        ("Remittent", f"{referral.referrer.name}, {referral.unit}"),
        ("Skickad", f"{date_iso(referral.sent_on)}, {days_ago(referral.sent_on)}"),
        ("Sjukskriven", _sick_leave(referral)),
        ("Medicinsk bedömning", assessment_words(referral)),
        ("Läkarintyg", _certificate(referral)),
        ("Försörjning", _support(referral, supports)),
        ("Syfte", referral.purpose),
        ("Mål", referral.goal),
        ("Möjlighet", referral.possibility),
        ("Behov", referral.need),
        ("Målgrupp", _target_group(referral)),
        ("Turordning", _priority(referral)),
        ("Tolk", referral.language or _needs_none(referral)),
        ("Anpassning", referral.accessibility),
        ("Samtycke", consent_words(referral)),
        ("Samtycket omfattar", _covers(referral)),
        ("Koordinator", referral.coordinator.name if referral.coordinator else "Ingen än"),
    ]
    return [row for row in rows if row[1]]


def _priority(referral: Referral) -> str:
    if referral.priority == Priority.NORMAL:
        return ""
    return f"{Priority(referral.priority).label}: {referral.priority_reason}"


def _person(referral: Referral) -> str:
    gender = Gender(referral.gender).label.lower() if referral.gender else ""
    if referral.is_anonymous:
        return f"Anonym, {gender}"
    number = person_number(referral.personnummer) or f"född {date_iso(referral.birth_date)}"
    age = _age(referral.birth_date)
    return ", ".join(word for word in (referral.shown_name, age, gender, number) if word)


def _age(born: date | None) -> str:
    if born is None:
        return ""
    today = timezone.localdate()
    years = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return f"{years} år"


def _sick_leave(referral: Referral) -> str:
    if not referral.on_sick_leave:
        return "Nej"
    extent = percent(referral.sick_leave_percent)
    return f"Ja, {extent}" if extent else "Ja"


def _certificate(referral: Referral) -> str:
    first, last = referral.sick_leave_from, referral.sick_leave_until
    if not referral.on_sick_leave or not (first or last):
        return ""
    if last is None:
        return f"Från {date_iso(first)}"
    has_ended = ", har gått ut" if last < timezone.localdate() else ""
    return f"{date_iso(first)} till {date_iso(last)}{has_ended}".strip().capitalize()


def _support(referral: Referral, supports: dict[str, str]) -> str:
    kind = supports.get(referral.support_code, referral.support_code)
    until = f"säkrad till {date_iso(referral.support_until)}"
    return ", ".join(word for word in (kind, percent(referral.support_percent), until) if word)


def _target_group(referral: Referral) -> str:
    if not referral.target_group:
        return ""
    labels = code_labels(CodeList.TARGET_GROUP)
    return labels.get(referral.target_group, referral.target_group)


def _needs_none(referral: Referral) -> str:
    return "Behövs inte" if referral.needs_adaptation is False else ""


def consent_words(referral: Referral) -> str:
    if referral.is_anonymous:
        return "Nej, remissen är anonym"
    if not referral.consent:
        return ""
    who = referral.consent_representative
    by = f"{who}, ställföreträdare" if who else "Personen själv"
    form = ConsentForm(referral.consent_form).label.lower() if referral.consent_form else ""
    given = f"{by} {date_iso(referral.consent_on)}"
    return ", ".join(w for w in (given, form, f"antecknat av {referral.referrer.name}") if w)


def _covers(referral: Referral) -> str:
    if not referral.consent or referral.is_anonymous:
        return ""
    more = [ConsentPurpose(one).label.lower() for one in referral.consent_purposes]
    return ", ".join(["Att insatsen läser remissen", *more])


def assessment_words(referral: Referral) -> str:
    if not referral.on_sick_leave:
        return ""
    is_here = has_attached(referral, AttachmentKind.ASSESSMENT)
    if referral.assessment == MedicalAssessment.PROMISED:
        return "Bifogad" if is_here else f"Utlovad till {date_iso(referral.assessment_on)}"
    if referral.assessment == MedicalAssessment.ATTACHED and not is_here:
        was_here = referral.attachments.filter(kind=AttachmentKind.ASSESSMENT).exists()
        return "Bilagan är återtagen, en ny behövs" if was_here else "Bilagan saknas, en behövs"
    dated = f", daterad {date_iso(referral.assessment_on)}" if referral.assessment_on else ""
    return f"{'Bifogad' if is_here else 'Finns'}{dated}"


def answers_of(referral: Referral) -> list[tuple[str, str]]:
    """What was asked for and what was answered, in the order it was asked for."""
    if not referral.completion_request:
        return []
    waits = f"Inget svar än, begärt till {date_iso(referral.completion_by)}"
    items = [(one.text, one.answer or waits) for one in referral.completion_items.all()]
    asked = ("Koordinatorn frågade", referral.completion_request)
    return items or [asked, ("Svar", referral.completion_answer or waits)]


def decision_of(referral: Referral, events: list[ReferralEvent]) -> list[tuple[str, str]]:
    """What the referrer is told about a remiss that ended without a place."""
    if referral.state not in (S.DECLINED, S.WITHDRAWN, S.TRANSFERRED) or not events:
        return []
    reason = code_labels(CodeList.DECLINE_REASON).get(referral.decline_reason, "")
    rows = [
        ("Beslut", f"{referral.get_state_display()} {date_iso(referral.state_since)}"),
        ("Av", f"{events[0].actor_name}, {events[0].actor_organisation}"),
        ("Skäl", reason),
        ("Förklaring", events[0].text),
        ("Förslag i stället", referral.alternative),
    ]
    return [row for row in rows if row[1]]


def talk_of(referral: Referral) -> list[tuple[str, str]]:
    if not referral.talk_at:
        return []
    rows = [
        ("Tid", f"{date_short(referral.talk_at)} {clock_at(referral.talk_at)}"),
        ("Plats", referral.talk_place),
        ("Med", referral.talk_with),
        ("Hölls", date_iso(referral.talk_held_on)),
        ("Svar", Offer(referral.offer).label if referral.offer else ""),
        ("Från samtalet", referral.talk_summary),
    ]
    return [row for row in rows if row[1]]

"""Who is responsible, who the person is and what they live on: confirmed and put right by people."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.access import door, log_readings
from accounts.enums import Reading
from accounts.models import User
from accounts.rules import can_decide_referrals, is_coordinator
from core.formatting import date_iso
from participants.models import Enrolment, Participant
from programmes.enums import CodeList
from programmes.services import code_choices
from referrals import forms, services
from referrals.models import Referral
from referrals.rules import earlier_with_same_number, income_needed_until
from referrals.views.reading import note_reading
from referrals.views.verbs import GET_POST, Page, ask


def _team(referral: Referral) -> dict[str, object]:
    return {"coordinators": services.coordinators_of(referral.programme)}


@door(can_decide_referrals, methods=GET_POST)
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a remiss that nobody has taken to a coordinator."""
    return _choose_coordinator(request, pk, "assign", "Ge till en koordinator")


@door(can_decide_referrals, methods=GET_POST)
def reassign(request: HttpRequest, pk: int) -> HttpResponse:
    """Let another coordinator be responsible."""
    return _choose_coordinator(request, pk, "reassign", "Byt ansvarig koordinator")


def _choose_coordinator(request: HttpRequest, pk: int, verb: str, title: str) -> HttpResponse:
    return ask(
        request,
        pk,
        Page(
            verb,
            title,
            forms.AssignForm,
            lambda referral, form, who: services.assign_referral(
                referral=referral, coordinator=form.chosen(), **who
            ),
            "Remissen har en ansvarig koordinator, och remittenten ser vem.",
            choices=_team,
        ),
    )


@door(is_coordinator, methods=GET_POST)
def set_target_group(request: HttpRequest, pk: int) -> HttpResponse:
    """Say which target group the person belongs to."""
    return ask(
        request,
        pk,
        Page(
            "set_target_group",
            "Ange målgrupp",
            forms.TargetGroupForm,
            lambda referral, form, who: services.set_target_group(
                referral=referral,
                target_group=form.cleaned_data["target_group"],
                why=form.cleaned_data["why"],
                **who,
            ),
            "Målgruppen är sparad.",
            ("Målgruppen avgör vilka reserverade platser personen kan få.",),
            lambda referral: {
                "target_groups": code_choices(CodeList.TARGET_GROUP, today=timezone.localdate())
            },
        ),
    )


@door(is_coordinator, methods=GET_POST)
def change_support(request: HttpRequest, pk: int) -> HttpResponse:
    """Put right what the person lives on, and for how long."""
    return ask(
        request,
        pk,
        Page(
            "change_support",
            "Ändra försörjningen",
            forms.SupportForm,
            lambda referral, form, who: services.change_support(
                referral=referral, support=form.support(), why=form.cleaned_data["why"], **who
            ),
            "Försörjningen är sparad.",
            choices=lambda referral: {
                "supports": code_choices(CodeList.SUPPORT, today=timezone.localdate())
            },
            note=_needed,
        ),
    )


def _needed(referral: Referral) -> str:
    until = income_needed_until(referral.programme, timezone.localdate())
    return f"Försörjningen behöver vara säkrad till {until} för den som börjar i dag."


@door(can_decide_referrals, methods=GET_POST)
def confirm_person(request: HttpRequest, pk: int) -> HttpResponse:
    """Look at who had the number before, and say that it is the same person."""
    return ask(
        request,
        pk,
        Page(
            "confirm_person",
            "Samma person?",
            forms.SamePersonForm,
            lambda referral, form, who: services.confirm_same_person(referral=referral, **who),
            "Det är antecknat att det är samma person.",
            (
                "Personnumret finns sedan tidigare i insatsen. Jämför uppgifterna. Är det inte "
                "samma person är något av numren fel: rätta det i stället.",
            ),
            facts=known_before,
        ),
    )


@door(is_coordinator, methods=GET_POST)
def correct_number(request: HttpRequest, pk: int) -> HttpResponse:
    """Put another personal number on the remiss."""
    return ask(
        request,
        pk,
        Page(
            "correct_number",
            "Rätta personnumret",
            forms.CorrectNumberForm,
            lambda referral, form, who: services.correct_number(
                referral=referral,
                personnummer=form.cleaned_data["personnummer"],
                why=form.cleaned_data["why"],
                **who,
            ),
            "Numret är ändrat.",
            (
                "Ingenting kopplas ihop av sig självt. Finns det nya numret sedan tidigare får du "
                "frågan om det är samma person.",
            ),
        ),
    )


def known_before(user: User, referral: Referral) -> list[tuple[str, str]]:
    """This remiss beside who had the number before, for somebody who is to compare them."""
    earlier = earlier_with_same_number(referral)
    note_reading(user, earlier.referrals)
    rows = [("I remissen", f"{referral.shown_name}, född {date_iso(referral.birth_date)}")]
    if person := earlier.person:
        born = "" if person.is_protected else f", född {date_iso(person.birth_date)}"
        rows.append(("Tidigare deltagare", f"{person.shown_name}{born}"))
        rows += _participations(user, referral, person)
    rows += [
        (
            "Tidigare remiss",
            f"{one.number}, {one.shown_name}, {one.get_state_display().lower()} "
            f"sedan {date_iso(one.state_since)}",
        )
        for one in earlier.referrals
    ]
    return rows


def _participations(user: User, referral: Referral, person: Participant) -> list[tuple[str, str]]:
    found = Enrolment.objects.visible_to(user).filter(
        programme_id=referral.programme_id, participant=person
    )
    enrolments = list(found.order_by("-starts_on", "-pk"))
    log_readings(user, enrolments, Reading.VIEW)
    return [
        ("Deltagande", f"{one.case_number}, {date_iso(one.starts_on)} – {date_iso(one.ends_on)}")
        for one in enrolments
    ]

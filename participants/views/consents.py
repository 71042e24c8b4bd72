"""The list of consents, a new one, and a withdrawal."""

from datetime import date

from django.contrib import messages
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.access import door, open_record
from accounts.enums import Reading
from core.formatting import date_iso
from core.states import Refused
from participants.enums import ConsentForm
from participants.forms import ConsentRecordForm
from participants.models import Consent
from participants.rules import can_read_enrolments, can_record_consents
from participants.services import consent_words, record_consent, withdraw_consent
from participants.views.badges import badge_of
from participants.views.record import open_enrolment_record, read_record, record_head


@door(can_read_enrolments)
def consent_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Every consent and refusal, as each stands today."""
    enrolment = open_enrolment_record(request, pk)
    record = read_record(enrolment)
    head = record_head(record, request.user, "participants:consent_list")
    newest_first = sorted(record.consents, key=lambda one: (one.given_on, one.pk), reverse=True)
    context = {
        **head,
        "rows": [_row(one, record.today, pk, writable=head["writable"]) for one in newest_first],
        "new_url": reverse("participants:consent_new", args=[pk]) if head["writable"] else "",
    }
    return render(request, "participants/consent_list.html", context)


def _row(consent: Consent, today: date, pk: int, *, writable: bool) -> dict[str, object]:
    badge = badge_of(consent, today)
    withdraw = reverse("participants:consent_withdraw", args=[pk, consent.pk])
    return {
        "badge": badge,
        "given": date_iso(consent.given_on),
        "until": date_iso(consent.valid_to) or "Tills vidare",
        "form": ConsentForm(consent.form).label if consent.form else "",
        "withdraw_url": withdraw if writable and badge.holds else "",
        "words": consent_words(consent),
    }


@door(can_record_consents, methods=("GET", "POST"))
def consent_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down a consent or a refusal. The same twice is one."""
    reading = Reading.WRITE if request.method == "POST" else Reading.VIEW
    enrolment = open_enrolment_record(request, pk, writing=True, reading=reading)
    back = reverse("participants:consent_list", args=[pk])
    form = ConsentRecordForm(
        request.POST or None, cancel_url=back, initial={"given_on": timezone.localdate()}
    )
    if request.method == "POST" and form.is_valid():
        answers = dict(form.cleaned_data)
        refused = answers.pop("answer") == "no"
        try:
            record_consent(enrolment=enrolment, user=request.user, refused=refused, **answers)
        except Refused as error:
            form.add_error(None, error.reasons)
        else:
            messages.success(request, "Samtycket är antecknat.")
            return redirect(back)
    context = {"form": form, "name": enrolment.participant.shown_name, "back": back}
    return render(request, "participants/consent_new.html", context)


@door(can_record_consents, methods=("GET", "POST"))
def consent_withdraw(request: HttpRequest, pk: int, consent_pk: int) -> HttpResponse:
    """Ask with the consequences, then note the withdrawal. It takes effect at once."""
    reading = Reading.WRITE if request.method == "POST" else Reading.VIEW
    enrolment = open_enrolment_record(request, pk, writing=True, reading=reading)
    consents = Consent.objects.filter(enrolment=enrolment).select_related("enrolment")
    # The log says whose consent it was.
    consents = consents.annotate(participant_id=F("enrolment__participant_id"))
    consent = open_record(request, consents, consent_pk, reading)
    back = reverse("participants:consent_list", args=[pk])
    problems: list[str] = []
    if request.method == "POST":
        try:
            withdraw_consent(consent=consent, on=timezone.localdate(), user=request.user)
        except Refused as refused:
            problems = refused.reasons
        else:
            messages.success(request, "Samtycket är återkallat.")
            return redirect(back)
    context = {
        "name": enrolment.participant.shown_name,
        "words": consent_words(consent),
        "back": back,
        "problems": problems,
        "consequences": [
            "Uppgifter delas inte längre med stöd av det.",
            "Det som redan har lämnats ut kan inte tas tillbaka.",
            "Deltagaren kan ge ett nytt samtycke när som helst.",
        ],
    }
    return render(request, "participants/consent_withdraw.html", context)

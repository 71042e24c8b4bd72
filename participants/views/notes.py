"""Writing a note, and amending one's own."""

from django.contrib import messages
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.access import door, open_record
from accounts.enums import Reading
from core.formatting import moment_short
from core.states import Refused
from participants.forms import AmendForm, NoteForm
from participants.models import Note
from participants.rules import can_write_notes
from participants.services import amend_note, write_note
from participants.views.record import open_enrolment_record

TIMELINE = "#tidslinje"


@door(can_write_notes, methods=("GET", "POST"))
def note_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign a note. Sent twice it is written once; a blank one keeps the page and says so."""
    reading = Reading.WRITE if request.method == "POST" else Reading.VIEW
    enrolment = open_enrolment_record(request, pk, writing=True, reading=reading)
    back = reverse("participants:enrolment_detail", args=[pk])
    form = NoteForm(request.POST or None, cancel_url=back)
    if request.method == "POST" and form.is_valid():
        try:
            write_note(enrolment=enrolment, user=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, refused.reasons)
        else:
            messages.success(request, "Anteckningen är signerad.")
            return redirect(back + TIMELINE)
    context = {"form": form, "name": enrolment.participant.shown_name, "back": back}
    return render(request, "participants/note_new.html", context)


@door(can_write_notes, methods=("GET", "POST"))
def note_amend(request: HttpRequest, pk: int, note_pk: int) -> HttpResponse:
    """Sign an amendment of one's own note, with the reason. The first note stays."""
    reading = Reading.WRITE if request.method == "POST" else Reading.VIEW
    enrolment = open_enrolment_record(request, pk, writing=True, reading=reading)
    notes = Note.objects.filter(enrolment=enrolment).select_related("author", "enrolment", "amends")
    # The log says whose note it was.
    notes = notes.annotate(participant_id=F("enrolment__participant_id"))
    note = open_record(request, notes, note_pk, reading)
    back = reverse("participants:enrolment_detail", args=[pk])
    form = AmendForm(request.POST or None, cancel_url=back, initial={"text": note.text})
    if request.method == "POST" and form.is_valid():
        try:
            amend_note(note=note, user=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, refused.reasons)
        else:
            messages.success(request, "Rättelsen är signerad.")
            return redirect(back + TIMELINE)
    context = {
        "form": form,
        "name": enrolment.participant.shown_name,
        "back": back,
        "when": f"{moment_short(note.signed_at)} · {note.author.name}",
        "text": note.text,
    }
    return render(request, "participants/note_amend.html", context)

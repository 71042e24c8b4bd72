"""One short form per verb that needs words. Each carries the version the page was made from."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from accounts.models import User
from core.forms import DateField, Optional, Reveal, Row, TimeField, form_helper
from referrals.enums import MedicalAssessment, Offer
from referrals.models import Referral
from referrals.services import Talk


def _text(label: str, hint: str = "", rows: int = 4, *, required: bool = True) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, help_text=hint, widget=widget, required=required)


def _radio(label: str, options: Any = (), *, required: bool = True) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=options, widget=forms.RadioSelect, required=required
    )


class VerbForm(forms.Form):
    """What every verb's form has: the version, the buttons, and the way back."""

    submit = "Spara"
    danger = False
    error_title = "Inget är ändrat än"

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, referral: Referral, cancel_url: str, **kwargs: Any) -> None:
        kwargs["initial"] = {"version": referral.version} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self.prepare(referral)
        self.helper = form_helper(
            self,
            *self.layout(),
            submit=self.submit,
            cancel_url=cancel_url,
            danger=self.danger,
            error_title=self.error_title,
        )

    def prepare(self, referral: Referral) -> None:
        """Set what depends on the remiss: choices, first values."""

    def set_choices(self, name: str, options: list[tuple[str, str]]) -> None:
        """Set what may be chosen."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = options

    def layout(self) -> tuple[Any, ...]:
        """The fields in order; nothing means their own order."""
        return ()

    def refresh(self, referral: Referral) -> None:
        """Let the next press build on the remiss as it is now, with everything typed kept."""
        typed = {name: self.data.get(name, "") for name in self.fields}
        self.data = {**typed, "version": str(referral.version)}


class CompletionForm(VerbForm):
    """Ask the referrer for what is missing."""

    submit = "Begär komplettering"
    missing = _text("Vad saknas?", "Remittenten läser det här. En sak på varje rad.")
    by = DateField(label="Svar senast")


class AnswerForm(VerbForm):
    """The referrer's answer: only what is missing."""

    submit = "Skicka svaret"
    error_title = "Svaret är inte skickat än"
    answer = _text("Ditt svar")
    assessment = _radio(
        "Medicinsk bedömning från läkare", MedicalAssessment.choices, required=False
    )
    assessment_on = DateField(label="Vilken dag kommer den?", required=False)
    support_until = DateField(label="Försörjningen är säkrad till och med", required=False)

    def prepare(self, referral: Referral) -> None:
        """The medical question is for those on sick leave whose assessment isn't there."""
        waits = referral.assessment != MedicalAssessment.AVAILABLE
        if not (referral.on_sick_leave and waits):
            del self.fields["assessment"], self.fields["assessment_on"]
        else:
            self.initial.update(
                assessment=referral.assessment, assessment_on=referral.assessment_on
            )
        self.initial["support_until"] = referral.support_until

    def layout(self) -> tuple[Any, ...]:
        """The answer first, then the facts that may have changed."""
        medical: tuple[Any, ...] = ()
        if "assessment" in self.fields:
            medical = (Reveal("assessment", MedicalAssessment.PROMISED, "assessment_on"),)
        return ("answer", *medical, Optional("support_until"))

    def clean(self) -> dict[str, Any]:
        """A promise has a date; an assessment that is there needs none."""
        found = super().clean() or {}
        if found.get("assessment") == MedicalAssessment.AVAILABLE:
            self.errors.pop("assessment_on", None)
            found["assessment_on"] = None
        elif found.get("assessment") and not found.get("assessment_on"):
            self.add_error("assessment_on", "Ange vilken dag den medicinska bedömningen kommer.")
        return found

    def facts(self) -> dict[str, Any]:
        """The changed facts, by model field."""
        names = [name for name in ("assessment", "assessment_on") if name in self.fields]
        facts: dict[str, Any] = {name: self.cleaned_data.get(name) for name in names}
        if self.cleaned_data.get("support_until"):
            facts["support_until"] = self.cleaned_data["support_until"]
        return facts


class BookTalkForm(VerbForm):
    """When, where and with whom the introductory talk is held."""

    submit = "Boka samtalet"
    on = DateField(label="Dag")
    clock = TimeField(label="Tid")
    place = forms.CharField(
        label="Plats", max_length=200, help_text="Till exempel rum 3 eller video."
    )
    company = forms.CharField(
        label="Vilka är med?",
        max_length=300,
        required=False,
        help_text="Utöver dig och personen. Handläggaren bör vara med om det går.",
    )

    def prepare(self, referral: Referral) -> None:
        """A booked talk is moved from where it stands."""
        self.initial.setdefault("company", referral.talk_with or referral.referrer.name)
        if referral.talk_at:
            there = timezone.localtime(referral.talk_at)
            self.initial.update(on=there.date(), clock=there.time(), place=referral.talk_place)

    def layout(self) -> tuple[Any, ...]:
        """Day and time beside each other."""
        return (Row("on", "clock"), "place", "company")

    def moment(self) -> datetime:
        """The booked moment, in Swedish time."""
        return timezone.make_aware(
            datetime.combine(self.cleaned_data["on"], self.cleaned_data["clock"])
        )


class RecordTalkForm(VerbForm):
    """What the introductory talk gave."""

    submit = "Spara samtalet"
    error_title = "Samtalet är inte sparat än"
    held_on = DateField(label="När hölls samtalet?")
    offer = _radio("Personen erbjuds att delta. Svaret?", Offer.choices)
    summary = _text(
        "Från samtalet",
        "Läses av insatsens personal, inte av remittenten.",
        required=False,
    )
    support_until = DateField(label="Försörjningen är säkrad till och med", required=False)

    def prepare(self, referral: Referral) -> None:
        """What is already known; no day after today."""
        today = timezone.localdate()
        vars(self.fields["held_on"])["latest"] = today
        booked = timezone.localdate(referral.talk_at) if referral.talk_at else today
        self.initial.update(
            held_on=referral.talk_held_on or min(booked, today),
            offer=referral.offer,
            summary=referral.talk_summary,
            support_until=referral.support_until,
        )

    def talk(self) -> Talk:
        """The answers."""
        names = ("held_on", "offer", "summary", "support_until")
        return Talk(**{name: self.cleaned_data[name] for name in names})


class RestForm(VerbForm):
    """Let the remiss rest."""

    submit = "Gör vilande"
    why = _text("Varför ska remissen vila?", "Remittenten läser det här.")
    review_on = DateField(label="Se på den igen")


class DeclineForm(VerbForm):
    """Say no, with a reason and something else instead."""

    submit = "Avböj remissen"
    danger = True
    reason = _radio("Skäl")
    text = _text("Förklaring till remittenten")
    alternative = _text("Vad föreslår du i stället?", rows=3)

    def __init__(self, *args: Any, reasons: list[tuple[str, str]], **kwargs: Any) -> None:
        self.reasons = reasons
        super().__init__(*args, **kwargs)

    def prepare(self, referral: Referral) -> None:
        """The list's reasons of today."""
        self.set_choices("reason", self.reasons)


class WithdrawForm(VerbForm):
    """Take the remiss back."""

    submit = "Återta remissen"
    danger = True
    why = _text("Varför återtas remissen?")


class ReopenForm(VerbForm):
    """Open a remiss that had ended."""

    submit = "Öppna remissen igen"
    why = _text("Varför öppnas remissen igen?")
    coordinator = forms.ChoiceField(label="Ansvarig koordinator")

    def __init__(self, *args: Any, coordinators: list[User], **kwargs: Any) -> None:
        self.people = {str(one.pk): one for one in coordinators}
        super().__init__(*args, **kwargs)

    def prepare(self, referral: Referral) -> None:
        """The one who was responsible is proposed."""
        people = [(key, one.name) for key, one in self.people.items()]
        self.set_choices("coordinator", [("", "Välj"), *people])
        self.initial["coordinator"] = referral.coordinator_id

    def chosen(self) -> User:
        """The new responsible coordinator."""
        return self.people[self.cleaned_data["coordinator"]]

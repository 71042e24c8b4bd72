"""One short form per verb that needs words. Each carries the version the page was made from."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from accounts.models import User
from core.forms import DateField, Row, TimeField, form_helper
from referrals.enums import Offer
from referrals.models import Referral
from referrals.services import Talk


def text_field(
    label: str, hint: str = "", rows: int = 4, *, required: bool = True
) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, help_text=hint, widget=widget, required=required)


def radio_field(label: str, options: Any = (), *, required: bool = True) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=options, widget=forms.RadioSelect, required=required
    )


class VerbForm(forms.Form):
    """What every verb's form has: the version, the buttons, and the way back."""

    submit = "Spara"
    danger = False
    save_and_close = ""
    autosave_url = ""
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
            save_and_close=self.save_and_close,
            autosave_url=self.autosave_url,
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
        typed = {name: self._raw(name) for name in self.fields}
        self.data = {**typed, "version": str(referral.version)}

    def _raw(self, name: str) -> Any:
        if isinstance(self.fields[name], forms.MultipleChoiceField):
            return self.data.getlist(name) if hasattr(self.data, "getlist") else self.data.get(name)
        return self.data.get(name, "")


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
    offer = radio_field("Personen erbjuds att delta. Svaret?", Offer.choices)
    summary = text_field(
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
    why = text_field("Varför ska remissen vila?", "Remittenten läser det här.")
    review_on = DateField(label="Se på den igen")


class DeclineForm(VerbForm):
    """Say no, with a reason and something else instead."""

    submit = "Avböj remissen"
    danger = True
    reason = radio_field("Skäl")
    text = text_field("Förklaring till remittenten")
    alternative = text_field("Vad föreslår du i stället?", rows=3)

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
    why = text_field("Varför återtas remissen?")


class ReopenForm(VerbForm):
    """Open a remiss that had ended."""

    submit = "Öppna remissen igen"
    why = text_field("Varför öppnas remissen igen?")
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

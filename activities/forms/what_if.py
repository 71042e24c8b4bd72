"""What if: places reserved, a group more, other places. Asked with GET, for nothing is changed."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from activities.services.forecast import Change
from core.forms import DateField, Part, form_helper
from programmes.models import Programme

NEXT, EVERY = "nasta", "alla"
MOST_PLACES = 500
LONGEST_AHEAD = timedelta(days=365)
SHORT = {"class": "input--w6", "inputmode": "numeric", "autocomplete": "off"}


class WhatIfForm(forms.Form):
    """The change to think of. Everything may be left blank, but not all of it."""

    malgrupp = forms.ChoiceField(label="Reservera platser för", required=False)
    platser = forms.IntegerField(
        label="Platser i gruppen",
        required=False,
        min_value=1,
        help_text="Tomt betyder hela gruppen.",
        widget=forms.TextInput(attrs=SHORT),
        error_messages={"invalid": "Skriv ett helt tal.", "min_value": "Reservera minst en plats."},
    )
    grupper = forms.ChoiceField(
        label="I vilka grupper?",
        choices=[(NEXT, "Nästa grupp"), (EVERY, "Varje kommande grupp")],
        required=False,
        widget=forms.RadioSelect,
    )
    extra = DateField(
        label="En grupp till börjar", required=False, help_text="ÅÅÅÅ-MM-DD, inom ett år."
    )
    kapacitet = forms.IntegerField(
        label="Platser i insatsen",
        required=False,
        min_value=1,
        max_value=MOST_PLACES,
        widget=forms.TextInput(attrs=SHORT),
        error_messages={
            "invalid": "Skriv ett helt tal.",
            "min_value": "En insats har minst en plats.",
            "max_value": f"Skriv högst {MOST_PLACES} platser.",
        },
    )

    def __init__(
        self,
        *args: Any,
        programme: Programme,
        targets: Sequence[tuple[str, str]],
        today: date,
        cancel_url: str = "",
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("initial", {}).setdefault("grupper", EVERY)
        super().__init__(*args, **kwargs)
        self.programme, self.today = programme, today
        self.fields["malgrupp"].choices = [("", "Ingen"), *targets]  # type: ignore[attr-defined]
        self.fields["kapacitet"].help_text = f"Nu {programme.capacity}."
        self.helper = form_helper(
            self,
            Part("Reserverade platser", "malgrupp", "platser", "grupper"),
            Part("Fler platser eller färre", "extra", "kapacitet"),
            submit="Räkna",
            cancel="Till kön",
            cancel_url=cancel_url,
            error_title="Det går inte att räkna än",
            error_saved="Det du skrev är kvar.",
        )
        self.helper.form_method = "get"

    def clean_platser(self) -> int | None:
        """No more than a group holds."""
        places = self.cleaned_data["platser"]
        if places and places > self.programme.group_size:
            raise ValidationError(f"En grupp har högst {self.programme.group_size} platser.")
        return places

    def clean_extra(self) -> date | None:
        """A day to come that the forecast reaches."""
        day = self.cleaned_data["extra"]
        if day and not self.today < day <= self.today + LONGEST_AHEAD:
            raise ValidationError("Välj en dag från i morgon till om ett år.")
        return day

    def clean(self) -> dict[str, Any]:
        """Something must be changed, and places are for somebody."""
        answers = super().clean() or {}
        if answers.get("platser") and not answers.get("malgrupp"):
            self.add_error("malgrupp", "Välj vilken målgrupp platserna är till för.")
        asked = ("malgrupp", "platser", "extra", "kapacitet")
        if not self.errors and not any(answers.get(name) for name in asked):
            self.add_error(
                "malgrupp", "Välj en målgrupp, eller fyll i en gruppstart eller platser."
            )
        return answers

    def change(self) -> Change:
        """The change, of valid answers."""
        answers = self.cleaned_data
        target = answers["malgrupp"]
        return Change(
            target=target,
            places=(answers["platser"] or 0) if target else None,
            only_next=answers["grupper"] == NEXT,
            extra_on=answers["extra"],
            capacity=answers["kapacitet"],
        )

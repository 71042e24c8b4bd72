"""Ordering reports."""

from uuid import uuid4

from django import forms

from core.forms import form_helper


class AnnualReportForm(forms.Form):
    """Which year, and the two texts only a person can write."""

    year = forms.TypedChoiceField(label="År", coerce=int, widget=forms.RadioSelect)
    summary_text = forms.CharField(
        label="Sammanfattning",
        help_text="Året med dina ord. Skriv inget som pekar ut en enskild person.",
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    changes_text = forms.CharField(
        label="Förändringar av betydelse",
        help_text="Till exempel ny lokal, ny metod eller en målgrupp som styrgruppen har beslutat om.",
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    once_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def __init__(self, *args: object, years: list[int], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["year"].choices = [(year, str(year)) for year in years]
        self.helper = form_helper(
            self,
            submit="Beställ verksamhetsberättelsen",
            error_title="Verksamhetsberättelsen är inte beställd än",
        )


class OnceForm(forms.Form):
    """A button that may be pressed ten times and counts once."""

    once_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

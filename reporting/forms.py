"""Ordering reports, and choosing a list to bring in."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import uuid4

from django import forms

from core.forms import form_helper
from core.spreadsheets import MOST_BYTES
from programmes.models import Programme

MOST_YEARS = 5
MOST_LETTERS = 20_000


class AnnualReportForm(forms.Form):
    """Which programme and year, and the two texts only a person can write."""

    programme = forms.ModelChoiceField(
        Programme.objects.none(), label="Insats", widget=forms.RadioSelect, empty_label=None
    )
    year = forms.TypedChoiceField(label="År", coerce=int, widget=forms.RadioSelect)
    summary_text = forms.CharField(
        label="Sammanfattning",
        help_text="Året med dina ord. Skriv inget som pekar ut en enskild person.",
        required=False,
        max_length=MOST_LETTERS,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    changes_text = forms.CharField(
        label="Förändringar av betydelse",
        help_text="Till exempel ny lokal, ny metod eller en målgrupp som styrgruppen har beslutat om.",
        required=False,
        max_length=MOST_LETTERS,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    once_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def __init__(
        self, *args: Any, programmes: Sequence[Programme], today: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["programme"]
        chosen.queryset = Programme.objects.filter(pk__in=[one.pk for one in programmes])
        chosen.initial = programmes[0].pk
        if len(programmes) == 1:
            chosen.widget = forms.HiddenInput()
        year: Any = self.fields["year"]
        year.choices = _years(programmes, today)
        year.initial = year.choices[min(1, len(year.choices) - 1)][0]
        self.helper = form_helper(
            self,
            submit="Beställ verksamhetsberättelsen",
            error_title="Verksamhetsberättelsen är inte beställd än",
        )


def _years(programmes: Sequence[Programme], today: date) -> list[tuple[int, str]]:
    """This year, which is for the programme only, and those before it, newest first."""
    first = min(programme.starts_on.year for programme in programmes)
    past = range(today.year - 1, max(first, today.year - MOST_YEARS + 1) - 1, -1)
    going_on = (today.year, f"{today.year}, internt exemplar eftersom året pågår")
    return [going_on, *((year, str(year)) for year in past)]


class OnceForm(forms.Form):
    """A button that may be pressed ten times and counts once."""

    once_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)


class ImportForm(forms.Form):
    """A file with registrations, and which programme it is about."""

    programme = forms.ModelChoiceField(
        Programme.objects.none(), label="Insats", widget=forms.RadioSelect, empty_label=None
    )
    file = forms.FileField(
        label="Fil med registreringar",
        help_text="Excel (.xlsx) eller csv, högst 10 MB. Du får se vad som händer med varje rad "
        "innan något sparas.",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt,text/csv"}),
        allow_empty_file=True,
    )
    once_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def __init__(self, *args: Any, programmes: Sequence[Programme], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["programme"]
        chosen.queryset = Programme.objects.filter(pk__in=[one.pk for one in programmes])
        chosen.initial = programmes[0].pk
        if len(programmes) == 1:
            chosen.widget = forms.HiddenInput()
        self.helper = form_helper(
            self,
            submit="Granska filen",
            error_title="Filen är inte granskad",
            error_saved="Ingenting är sparat. Välj filen igen.",
        )

    def clean_file(self) -> Any:
        """Small enough to be read."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(
                f"Filen är större än {MOST_BYTES // 1_000_000} MB. Dela upp den."
            )
        return file

"""Work trials: the plan, the approvals, the hours week by week, the evaluation."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from activities.enums import TrialResult
from activities.models import WorkTrial, WorkTrialWeek
from activities.services import WeekEntry
from core.formatting import week
from core.forms import DateField, HoursField, Optional, Part, Reveal, Row, form_helper
from participants.forms import OnceForm, VersionForm

NEW = "new"
MOST_HOURS = 80
LONGEST_TEXT = 4000


class TrialHoursField(HoursField):
    """Hours in a week of work trial, with at most one decimal."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(most=MOST_HOURS, **kwargs)

    def read(self, text: str) -> Decimal:
        """6, 6,5 and 6,5 h. Raises ValidationError in words."""
        value = super().read(text)
        if value != round(value, 1):
            raise ValidationError("Skriv timmarna med högst en decimal, till exempel 6,5.")
        return value


class WorkplaceForm(OnceForm):
    """A workplace that can receive participants."""

    name = forms.CharField(label="Arbetsplats", max_length=200)
    kind = forms.CharField(label="Slags arbete", max_length=120, required=False)
    contact = forms.CharField(label="Kontaktperson", max_length=200, required=False)
    phone = forms.CharField(
        label="Telefon",
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"class": "input--w14", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = form_helper(
            self,
            "once_key",
            "name",
            "kind",
            "contact",
            "phone",
            submit="Lägg in arbetsplatsen",
            error_title="Arbetsplatsen är inte inlagd än",
        )


class TrialForm(OnceForm):
    """A plan: where, from when, doing what, and how many hours each week."""

    place = forms.ChoiceField(label="Arbetsplats", widget=forms.RadioSelect)
    new_name = forms.CharField(label="Ny arbetsplats, namn", max_length=200, required=False)
    new_contact = forms.CharField(label="Kontaktperson", max_length=200, required=False)
    new_phone = forms.CharField(
        label="Telefon",
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"class": "input--w14", "autocomplete": "off"}),
    )
    supervisor = forms.CharField(label="Handledare", max_length=200, required=False)
    tasks = forms.CharField(
        label="Arbetsuppgifter",
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    starts_on = DateField(label="Start")

    def __init__(
        self,
        *args: Any,
        workplaces: Sequence[tuple[int, str]],
        steps: Sequence[Decimal],
        cancel_url: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.weeks = [f"week_{index}" for index in range(1, len(steps) + 1)]
        self._add_places(workplaces)
        for index, (name, step) in enumerate(zip(self.weeks, steps, strict=True), start=1):
            self.fields[name] = TrialHoursField(label=f"Vecka {index}", initial=step)
            self.fields[name].suffix = "h"  # type: ignore[attr-defined]
        half = (len(self.weeks) + 1) // 2
        self.helper = form_helper(
            self,
            "once_key",
            Part(
                "Var",
                Reveal("place", NEW, "new_name", Optional("new_contact", "new_phone")),
                "supervisor",
                "tasks",
                anchor="var",
            ),
            Part(
                "När och hur mycket",
                "starts_on",
                Row(*self.weeks[:half]),
                Row(*self.weeks[half:]),
                anchor="timmar",
                text="Planerade timmar i veckan. Förslaget stiger till målet, ändra som ni vill.",
            ),
            submit="Spara planen",
            error_title="Planen är inte sparad än",
            cancel_url=cancel_url,
        )

    def _add_places(self, workplaces: Sequence[tuple[int, str]]) -> None:
        self.fields["place"].choices = [  # type: ignore[attr-defined]
            *((str(pk), name) for pk, name in workplaces),
            (NEW, "En ny arbetsplats"),
        ]
        if not workplaces:
            self.fields["place"].initial = NEW

    def clean(self) -> dict[str, Any]:
        """A new workplace has a name."""
        cleaned = super().clean() or {}
        if cleaned.get("place") == NEW and not cleaned.get("new_name"):
            self.add_error("new_name", "Skriv vad arbetsplatsen heter.")
        return cleaned

    def hours(self) -> list[Decimal]:
        """Planned hours, week by week. Call on a valid form."""
        return [self.cleaned_data[name] for name in self.weeks]


class ApprovalsForm(VersionForm):
    """When the participant and the workplace said yes."""

    participant_on = DateField(label="Deltagaren godkände", required=False)
    workplace_on = DateField(label="Arbetsplatsen godkände", required=False)

    def __init__(self, *args: Any, cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("participant_on", "workplace_on"):
            self.fields[name].latest = timezone.localdate()  # type: ignore[attr-defined]
        self.helper = form_helper(
            self,
            "version",
            "participant_on",
            "workplace_on",
            submit="Spara godkännandena",
            error_title="Godkännandena är inte sparade än",
            cancel_url=cancel_url,
        )

    def clean(self) -> dict[str, Any]:
        """One of the two at least."""
        cleaned = super().clean() or {}
        if not self.errors and not (cleaned["participant_on"] or cleaned["workplace_on"]):
            raise ValidationError("Skriv minst ett av datumen.")
        return cleaned


class EvaluationForm(VersionForm):
    """How the trial went. A person who never came needs no words."""

    result = forms.ChoiceField(
        label="Hur gick arbetsprövningen?", choices=TrialResult, widget=forms.RadioSelect
    )
    evaluation = forms.CharField(
        label="Utvärdering",
        help_text="Vad fungerade, vad var svårt, vad är nästa steg? Behövs inte om personen uteblev.",
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def __init__(self, *args: Any, cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Demanded by the answer above it, so it isn't said to be optional.
        self.fields["evaluation"].required_by_answer = True  # type: ignore[attr-defined]
        self.helper = form_helper(
            self,
            "version",
            "result",
            "evaluation",
            submit="Spara utvärderingen",
            error_title="Utvärderingen är inte sparad än",
            cancel_url=cancel_url,
        )

    def clean(self) -> dict[str, Any]:
        """Words, except about somebody who never came."""
        cleaned = super().clean() or {}
        came = cleaned.get("result") not in (None, TrialResult.NO_SHOW)
        if came and not cleaned.get("evaluation", "").strip():
            self.add_error("evaluation", "Skriv utvärderingen.")
        return cleaned


class TrialVerbForm(VersionForm):
    """A change of the trial's state; `asks` is the question when it needs words."""

    text = forms.CharField(
        label="Varför?", max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(
        self,
        *args: Any,
        submit: str,
        asks: str = "",
        danger: bool = False,
        cancel_url: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if asks:
            self.fields["text"].label = asks
        else:
            del self.fields["text"]
        self.helper = form_helper(
            self,
            *self.fields,
            submit=submit,
            error_title="Ingenting är ändrat än",
            danger=danger,
            cancel_url=cancel_url,
        )


@dataclass(frozen=True)
class HoursRow:
    """A week on the page: its fields, what is planned, and whether it can be filled in."""

    week: WorkTrialWeek
    label: str
    hours: forms.BoundField
    comment: forms.BoundField
    shown: forms.BoundField
    is_open: bool
    is_current: bool


class HoursForm(forms.Form):
    """Hours done, a row per week. Weeks that haven't begun are shown but not asked for."""

    def __init__(self, *args: Any, trial: WorkTrial, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.weeks = list(trial.weeks.order_by("monday"))
        self.today = today
        for one in self.weeks:
            name = f"{one.monday:%Y%m%d}"
            self.fields[f"hours_{name}"] = TrialHoursField(
                label=f"Gjorda timmar {week(one.monday)}",
                required=False,
                initial=one.actual_hours,
            )
            self.fields[f"comment_{name}"] = forms.CharField(
                label=f"Kommentar {week(one.monday)}",
                required=False,
                max_length=300,
                initial=one.comment,
            )
            self.fields[f"shown_{name}"] = forms.DecimalField(
                required=False, initial=one.actual_hours, widget=forms.HiddenInput
            )
        self.use_required_attribute = False

    def rows(self) -> Iterator[HoursRow]:
        """The weeks as the page draws them."""
        for one in self.weeks:
            name = f"{one.monday:%Y%m%d}"
            days_in = (self.today - one.monday).days
            yield HoursRow(
                week=one,
                label=week(one.monday),
                hours=self[f"hours_{name}"],
                comment=self[f"comment_{name}"],
                shown=self[f"shown_{name}"],
                is_open=days_in >= 0,
                is_current=0 <= days_in < 7,
            )

    def entries(self) -> list[WeekEntry]:
        """The weeks as the service takes them. Call on a valid form."""
        return [
            WeekEntry(
                monday=one.monday,
                hours=self.cleaned_data[f"hours_{one.monday:%Y%m%d}"],
                shown=self.cleaned_data[f"shown_{one.monday:%Y%m%d}"],
                comment=self.cleaned_data[f"comment_{one.monday:%Y%m%d}"],
            )
            for one in self.weeks
            if one.monday <= self.today
        ]

"""The closure of a participation, and the follow-ups after it."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from activities.enums import FollowUpState
from core.forms import Choices, DateField, Part, PercentField, Reveal, form_helper
from participants.forms import VersionForm, WeeklyHoursField
from participants.services import AfterData
from participants.services.missing import WITH_HOURS, WITHOUT_PERCENT
from programmes.enums import CodeList
from programmes.services import code_choices

# About somebody registered by mistake, or dead, nothing more is asked.
NOTHING_ASKED = ("FEL", "AVL")
MISTAKE = "Räknas aldrig i någon siffra. Finns kvar för granskning, och går inte att ångra."


class ClosureForm(VersionForm):
    """End date and reason, occupation and support after, hours reached; a gap only for a manager."""

    ends_on = DateField(label="Sista dag")
    reason = forms.ChoiceField(label="Avslutsanledning", widget=forms.RadioSelect)
    weekly_hours = WeeklyHoursField(
        label="Timmars aktivitet i veckan vid avslutet",
        help_text="Det deltagaren klarar nu, räknat på hela veckan.",
        required=False,
    )
    occupations = forms.MultipleChoiceField(
        label="Sysselsättning efter",
        help_text="Kryssa i alla som gäller direkt efter avslutet.",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    supports = forms.MultipleChoiceField(
        label="Försörjning efter",
        help_text="Kryssa i alla som gäller och skriv hur många procent.",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    gap = forms.CharField(
        label="Avsluta fast något saknas",
        help_text="Skriv varför uppgifterna inte går att få. Det står kvar i historiken.",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(
        self, *args: Any, may_leave_gap: bool = False, cancel_url: str = "", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ends_on"].latest = timezone.localdate()  # type: ignore[attr-defined]
        self.fields["weekly_hours"].required_by_answer = True  # type: ignore[attr-defined]
        self._add_choices()
        if not may_leave_gap:
            del self.fields["gap"]
        parts = [
            Part("Avslut", "ends_on", Choices("reason", FEL=MISTAKE), anchor="avslut"),
            Part("Aktivitet", "weekly_hours", anchor="aktivitet"),
            Part(
                "Sysselsättning efter",
                self._reveal("occupations", "occupation"),
                anchor="sysselsattning",
                text="100 % är alltid 40 timmar i veckan. Du kan skriva timmar eller procent.",
            ),
            Part("Försörjning efter", self._reveal("supports", "support"), anchor="forsorjning"),
        ]
        if may_leave_gap:
            parts.append(Part("Om något saknas", "gap", anchor="lucka"))
        self.helper = form_helper(
            self,
            "version",
            *parts,
            submit="Avsluta deltagandet",
            error_title="Deltagandet är inte avslutat än",
            cancel_url=cancel_url,
        )

    def _add_choices(self) -> None:
        today = timezone.localdate()
        for name, code_list in (
            ("reason", CodeList.END_REASON),
            ("occupations", CodeList.OCCUPATION),
            ("supports", CodeList.SUPPORT),
        ):
            self.fields[name].choices = code_choices(code_list, today=today)  # type: ignore[attr-defined]
        for code, label in self._options("occupations"):
            if code in WITH_HOURS:
                self.fields[f"occupation_{code}"] = WeeklyHoursField(
                    label=f"Timmar i veckan, {_lower(label)}", required=False
                )
        for code, label in self._options("supports"):
            if code not in WITHOUT_PERCENT:
                self.fields[f"support_{code}"] = PercentField(
                    label=f"Omfattning, {_lower(label)}", required=False
                )

    def _options(self, name: str) -> list[tuple[str, str]]:
        return list(self.fields[name].choices)  # type: ignore[attr-defined]

    def _reveal(self, name: str, prefix: str) -> Reveal | str:
        reveal: Reveal | None = None
        for code, _ in self._options(name):
            field = f"{prefix}_{code}"
            if field in self.fields:
                reveal = reveal.also(code, field) if reveal else Reveal(name, code, field)
        return reveal or name

    def clean(self) -> dict[str, Any]:
        """Extents belong to chosen answers, and no support stands beside none at all.

        What is missing isn't an error here: the service lists it, and a manager may close anyway.
        """
        cleaned = super().clean() or {}
        for name, prefix in (("occupations", "occupation"), ("supports", "support")):
            chosen = cleaned.get(name) or []
            for code, label in self._options(name):
                field = f"{prefix}_{code}"
                if code not in chosen and cleaned.get(field) is not None:
                    told = f"Kryssa i {_lower(label)}, eller ta bort omfattningen."
                    self.add_error(field, ValidationError(told, "unchosen"))
        supports = cleaned.get("supports") or []
        alone = [code for code in supports if code in WITHOUT_PERCENT]
        if alone and len(supports) > 1:
            label = dict(self._options("supports"))[alone[0]]
            self.add_error("supports", f"{label} kan inte stå med någon annan försörjning.")
        return cleaned

    def after(self) -> AfterData:
        """The answers as the service takes them. Call on a valid form."""
        answers = self.cleaned_data
        if answers["reason"] in NOTHING_ASKED:
            return AfterData(reason=answers["reason"])
        return AfterData(
            reason=answers["reason"],
            weekly_hours=answers["weekly_hours"],
            supports={one: answers.get(f"support_{one}") for one in answers["supports"]},
            occupations={one: answers.get(f"occupation_{one}") for one in answers["occupations"]},
        )


class FollowUpForm(forms.Form):
    """How a follow-up went."""

    shown = forms.ChoiceField(choices=FollowUpState, widget=forms.HiddenInput)
    state = forms.ChoiceField(
        label="Hur gick uppföljningen?",
        choices=[pair for pair in FollowUpState.choices if pair[0] != FollowUpState.PLANNED],
        widget=forms.RadioSelect,
    )
    done_on = DateField(label="Datum")
    occupation = forms.ChoiceField(label="Sysselsättning nu", required=False)
    weekly_hours = WeeklyHoursField(label="Timmars aktivitet i veckan nu", required=False)

    def __init__(self, *args: Any, cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        self.fields["done_on"].latest = today  # type: ignore[attr-defined]
        choices = code_choices(CodeList.OCCUPATION, today=today)
        self.fields["occupation"].choices = [("", "Välj"), *choices]  # type: ignore[attr-defined]
        self.helper = form_helper(
            self,
            "shown",
            Reveal("state", FollowUpState.DONE, "occupation", "weekly_hours"),
            "done_on",
            submit="Spara uppföljningen",
            error_title="Uppföljningen är inte sparad än",
            cancel_url=cancel_url,
        )

    def clean(self) -> dict[str, Any]:
        """A follow-up that was done has an occupation."""
        cleaned = super().clean() or {}
        if cleaned.get("state") == FollowUpState.DONE and not cleaned.get("occupation"):
            self.add_error("occupation", "Välj sysselsättning.")
        return cleaned

    def answers(self) -> tuple[str, Decimal | None]:
        """Occupation and hours, blank unless the follow-up was done. Call on a valid form."""
        if self.cleaned_data["state"] != FollowUpState.DONE:
            return "", None
        return self.cleaned_data["occupation"], self.cleaned_data["weekly_hours"]


def _lower(label: str) -> str:
    return f"{label[:1].lower()}{label[1:]}"

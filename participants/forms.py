"""What is filled in about a participation: in-registration, notes, consents, changes of state."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.enums import OrganisationKind
from core.forms import (
    DateField,
    HoursField,
    Optional,
    Part,
    PercentField,
    Reveal,
    Row,
    Text,
    form_helper,
)
from participants.enums import ConsentForm, ConsentPurpose, NoteKind
from participants.services import BeforeData
from participants.services.missing import HOURS_A_WEEK, WITH_HOURS, WITHOUT_PERCENT
from programmes.enums import CodeList
from programmes.services import code_choices

LONGEST_NOTE = 20_000
MOST_MONTHS = 780


class OnceForm(forms.Form):
    """A form that makes something: carries the key that lets ten presses make one."""

    once_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {}).setdefault("once_key", uuid4())
        super().__init__(*args, **kwargs)


class VersionForm(forms.Form):
    """A form that changes something: carries the version that was on the screen."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class NoteForm(OnceForm):
    """A note for the timeline."""

    kind = forms.ChoiceField(
        label="Slag", choices=NoteKind, initial=NoteKind.NOTE, widget=forms.RadioSelect
    )
    text = forms.CharField(
        label="Anteckning",
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": "Anteckningen är tom. Skriv något först."},
    )

    def __init__(self, *args: Any, cancel_url: str = "", action: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = form_helper(
            self,
            "once_key",
            "kind",
            "text",
            Text("Kollegorna i insatsen ser den när du signerat. Sedan kan den bara rättas."),
            submit="Signera anteckningen",
            error_title="Anteckningen är inte signerad än",
            cancel_url=cancel_url,
            action=action,
        )


class AmendForm(OnceForm):
    """The right words for a note that was wrong, and why."""

    reason = forms.CharField(
        label="Varför rättas den?",
        max_length=300,
        error_messages={"required": "Skriv varför anteckningen rättas."},
    )
    text = forms.CharField(
        label="Rättad text",
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": "Rättelsen är tom. Skriv hur det ska stå."},
    )

    def __init__(self, *args: Any, cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = form_helper(
            self,
            "once_key",
            "reason",
            "text",
            Text("Den första anteckningen står kvar som den var. Rättelsen pekar på den."),
            submit="Signera rättelsen",
            error_title="Rättelsen är inte signerad än",
            cancel_url=cancel_url,
        )


class MonthsField(PercentField):
    """A number of whole months."""

    unit = "månader"
    suffix = "månader"
    most = Decimal(MOST_MONTHS)


class WeeklyHoursField(HoursField):
    """Hours a week. A share of full time is taken too: 100 % is always 40 hours."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(most=HOURS_A_WEEK, **kwargs)

    def read(self, text: str) -> Decimal:
        """20, 20 h and 50 % are the same extent. Stored with one decimal."""
        if text.rstrip().endswith("%"):
            share = PercentField().read(text)
            return Decimal(HOURS_A_WEEK) * share / 100
        return round(super().read(text), 1)


class BeforeForm(VersionForm):
    """The in-registration: what was so within one week before the start.

    With `partial` the answers are stored as they are, and what is missing is listed instead of
    refused.
    """

    municipality = forms.CharField(
        label="Kommun",
        max_length=80,
        help_text="Där personen är folkbokförd.",
        widget=forms.TextInput(attrs={"class": "input--w20", "autocomplete": "off"}),
    )
    education = forms.ChoiceField(label="Högsta utbildning")
    months_in_support = MonthsField(
        label="Tid i offentlig försörjning före",
        help_text="Hela månader i följd. 0 om ingen. Uppehåll på högst en månad räknas inte.",
    )
    supports = forms.MultipleChoiceField(
        label="Försörjning veckan före start",
        help_text="Kryssa i alla som gäller och skriv hur många procent.",
        widget=forms.CheckboxSelectMultiple,
    )
    occupations = forms.MultipleChoiceField(
        label="Sysselsättning veckan före start",
        help_text="Den som har ett arbete men inte kan arbeta på grund av sjukdom arbetar inte.",
        widget=forms.CheckboxSelectMultiple,
    )
    consent = forms.BooleanField(
        label="Deltagaren har samtyckt skriftligt till registrering för uppföljning",
        help_text="Utan samtycke räknas personen bara anonymt.",
        required=False,
    )
    consent_on = DateField(label="Samtyckets datum", required=False)

    def __init__(
        self,
        *args: Any,
        partial: bool = False,
        has_consent: bool = False,
        cancel_url: str = "",
        used: Mapping[str, str] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.partial = partial
        self._add_choices(used or {})
        self._add_extents()
        if has_consent:
            del self.fields["consent"], self.fields["consent_on"]
        for name in ("municipality", "education", "months_in_support", "supports", "occupations"):
            self.fields[name].required = not partial
        self.helper = form_helper(
            self,
            "version",
            *self._parts(has_consent),
            submit="Spara inregistreringen",
            save_and_close="Spara ofullständig",
            error_title="Inregistreringen är inte sparad än",
            cancel_url=cancel_url,
        )

    def _add_choices(self, used: Mapping[str, str]) -> None:
        """Codes valid today, and those the registration already has (retired ones are kept)."""
        today = timezone.localdate()
        chosen = {
            "education": CodeList.EDUCATION,
            "supports": CodeList.SUPPORT,
            "occupations": CodeList.OCCUPATION,
        }
        for name, code_list in chosen.items():
            choices = code_choices(code_list, today=today)
            known = {code for code, _ in choices}
            kept = [
                (code, label)
                for key, label in used.items()
                for kind, _, code in [key.partition(":")]
                if kind == name and code not in known
            ]
            first = [("", "Välj")] if name == "education" else []
            self.fields[name].choices = first + choices + kept  # type: ignore[attr-defined]

    def _add_extents(self) -> None:
        for code, label in self._options("supports"):
            if code not in WITHOUT_PERCENT:
                self.fields[f"support_{code}"] = PercentField(
                    label=f"Omfattning, {label[:1].lower()}{label[1:]}", required=False
                )
        for code, label in self._options("occupations"):
            self.fields[f"occupation_{code}"] = WeeklyHoursField(
                label=f"Timmar i veckan, {label[:1].lower()}{label[1:]}", required=False
            )
            self.fields[f"occupation_{code}"].suffix = "timmar av 40"  # type: ignore[attr-defined]

    def _options(self, name: str) -> list[tuple[str, str]]:
        return list(self.fields[name].choices)  # type: ignore[attr-defined]

    def _parts(self, has_consent: bool) -> list[Part]:
        parts = [
            Part("Person och bakgrund", "municipality", "education", "months_in_support",
                 anchor="bakgrund"),
            Part("Försörjning före", self._reveal("supports", "support"), anchor="forsorjning"),
            Part("Sysselsättning före", self._reveal("occupations", "occupation"),
                 anchor="sysselsattning", text="100 % är alltid 40 timmar i veckan. "
                 "Du kan skriva timmar eller procent."),
        ]  # fmt: skip
        if not has_consent:
            parts.append(Part("Samtycke", "consent", "consent_on", anchor="samtycke"))
        return parts

    def _reveal(self, name: str, prefix: str) -> Reveal | str:
        reveal: Reveal | None = None
        for code, _ in self._options(name):
            field = f"{prefix}_{code}"
            if field not in self.fields:
                continue
            asked = field if code in WITH_HOURS or prefix == "support" else Optional(field)
            reveal = reveal.also(code, asked) if reveal else Reveal(name, code, asked)
        return reveal or name

    def clean(self) -> dict[str, Any]:
        """Extents belong to chosen answers; ING stands alone; a consent has its date."""
        cleaned = super().clean() or {}
        self._clean_extents("supports", "support", "Skriv hur många procent.")
        self._clean_extents("occupations", "occupation", "Skriv hur många timmar i veckan.")
        supports = cleaned.get("supports") or []
        alone = [label for code, label in self._options("supports") if code in WITHOUT_PERCENT]
        if len(supports) > 1 and any(code in WITHOUT_PERCENT for code in supports):
            self.add_error("supports", f"{alone[0]} kan inte stå med någon annan försörjning.")
        undated = cleaned.get("consent") and not cleaned.get("consent_on")
        if undated and "consent_on" not in self.errors:
            self.add_error("consent_on", "Skriv vilken dag samtycket gavs.")
        return cleaned

    def _clean_extents(self, name: str, prefix: str, sentence: str) -> None:
        chosen = self.cleaned_data.get(name) or []
        for code, label in self._options(name):
            field = f"{prefix}_{code}"
            if field not in self.fields or field in self.errors:
                continue
            extent = self.cleaned_data.get(field)
            asked = prefix == "support" or code in WITH_HOURS
            if code in chosen and extent is None and asked and not self.partial:
                self.add_error(field, ValidationError(sentence, "extent"))
            if code not in chosen and extent is not None:
                told = f"Kryssa i {label[:1].lower()}{label[1:]}, eller ta bort omfattningen."
                self.add_error(field, ValidationError(told, "unchosen"))

    def before(self) -> BeforeData:
        """The answers as the service takes them. Call on a valid form."""
        answers = self.cleaned_data
        return BeforeData(
            municipality=answers["municipality"],
            education=answers["education"],
            months_in_support=answers["months_in_support"],
            supports={one: answers.get(f"support_{one}") for one in answers["supports"]},
            occupations={one: answers.get(f"occupation_{one}") for one in answers["occupations"]},
        )


class ConsentRecordForm(forms.Form):
    """A consent, or a refusal, from the participant."""

    purpose = forms.ChoiceField(
        label="Vad gäller det?", choices=ConsentPurpose, widget=forms.RadioSelect
    )
    recipient = forms.ChoiceField(
        label="Till vem?",
        choices=[("", "Ingen särskild"), *OrganisationKind.choices],
        required=False,
        help_text="Behövs när uppgifter ska utbytas.",
    )
    answer = forms.ChoiceField(
        label="Deltagarens svar",
        choices=[("yes", "Ja, samtycker"), ("no", "Nej, nekar")],
        widget=forms.RadioSelect,
    )
    form = forms.ChoiceField(
        label="Hur gavs det?",
        choices=ConsentForm,
        widget=forms.RadioSelect,
        required=False,
        initial=ConsentForm.SIGNED,
    )
    given_on = DateField(label="Datum")
    valid_to = DateField(label="Gäller till och med", required=False)

    def __init__(self, *args: Any, cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["given_on"].latest = timezone.localdate()  # type: ignore[attr-defined]
        self.helper = form_helper(
            self,
            "purpose",
            "recipient",
            Reveal("answer", "yes", "form"),
            Row("given_on", "valid_to"),
            submit="Anteckna samtycket",
            error_title="Samtycket är inte antecknat än",
            cancel_url=cancel_url,
        )

    def clean(self) -> dict[str, Any]:
        """An exchange has a recipient, a yes has a form, an end comes after the beginning."""
        cleaned = super().clean() or {}
        if cleaned.get("purpose") == ConsentPurpose.EXCHANGE and not cleaned.get("recipient"):
            self.add_error("recipient", "Välj vem uppgifterna får utbytas med.")
        if cleaned.get("answer") == "yes" and not cleaned.get("form"):
            self.add_error("form", "Välj hur samtycket gavs.")
        given_on, valid_to = cleaned.get("given_on"), cleaned.get("valid_to")
        if given_on and valid_to and valid_to < given_on:
            self.add_error("valid_to", "Slutdatumet ligger före datumet.")
        return cleaned


class ChangeForm(VersionForm):
    """A change of state, with words where the change needs them."""

    text = forms.CharField(
        label="Varför?", max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(
        self,
        *args: Any,
        submit: str,
        label: str = "",
        danger: bool = False,
        cancel_url: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if label:
            self.fields["text"].label = label
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

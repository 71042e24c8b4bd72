"""Asking for what is missing, and the answer: a field for each thing that was asked for."""

from datetime import timedelta
from typing import Any

from django import forms
from django.urls import reverse
from django.utils import timezone

from core.formatting import date_iso
from core.forms import DateField, Reveal
from referrals.enums import AttachmentKind, CompletionKind, MedicalAssessment
from referrals.forms.verbs import VerbForm, radio_field, text_field
from referrals.models import CompletionItem, Referral
from referrals.rules import has_attached
from referrals.services import Answer, Asked, items_to_answer, typed_answer

K = CompletionKind
ANSWER_DAYS = 10
LONGEST = 300
MOST = 12
WHEN_SICK = (K.ASSESSMENT, K.CERTIFICATE)
WHEN_WELL = (K.PURPOSE, K.GOAL, K.POSSIBILITY)
ABOUT_SOMEBODY_KNOWN = (K.PHONE, K.LANGUAGE)
ALWAYS = (K.NEED, K.INCOME)
# The column of the remiss that an answer changes; other kinds are answered in words.
CHANGES: dict[str, str] = {
    K.CERTIFICATE: "sick_leave_until",
    K.INCOME: "support_until",
    K.PHONE: "phone",
    K.LANGUAGE: "language",
}
DATES = (K.CERTIFICATE, K.INCOME)
NOTHING_ATTACHED = (
    "Ingen medicinsk bedömning är bifogad. Välj Spara och svara senare, bifoga den under Bilagor på "
    "remissens sida och skicka svaret sedan. Eller välj ett annat svar."
)
SHORT = {K.PHONE: 30, K.LANGUAGE: 80}


class CompletionForm(VerbForm):
    """Ask the referrer for what is missing: what a remiss can lack, and the coordinator's own words."""

    submit = "Begär komplettering"
    asked = forms.MultipleChoiceField(
        label="Vad saknas?", widget=forms.CheckboxSelectMultiple, required=False
    )
    other = text_field(
        "Annat som saknas", "Remittenten läser det här. En sak på varje rad.", required=False
    )
    by = DateField(label="Svar senast")

    def prepare(self, referral: Referral) -> None:
        """Only what can be missing in this remiss; ten days to answer unless something else is said."""
        kinds = [*(WHEN_SICK if referral.on_sick_leave else WHEN_WELL), *ALWAYS]
        kinds += [] if referral.is_anonymous else ABOUT_SOMEBODY_KNOWN
        field = self.fields["asked"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(kind.value, kind.label) for kind in kinds]
        self.initial.setdefault("by", timezone.localdate() + timedelta(days=ANSWER_DAYS))

    def clean(self) -> dict[str, Any]:
        """At least one thing, none too long, not too many."""
        found = super().clean() or {}
        lines = self._lines(found)
        if not found.get("asked") and not lines:
            self.add_error("asked", "Välj vad som saknas, eller skriv det under Annat.")
        if any(len(line) > LONGEST for line in lines):
            self.add_error("other", f"Skriv högst {LONGEST} tecken på varje rad.")
        if len(lines) > MOST:
            self.add_error("other", f"Skriv högst {MOST} rader.")
        return found

    @staticmethod
    def _lines(found: dict[str, Any]) -> list[str]:
        return [line.strip() for line in found.get("other", "").splitlines() if line.strip()]

    def things(self) -> list[Asked]:
        """What to ask for, in the order of the page."""
        picked = [Asked(kind) for kind in self.cleaned_data["asked"]]
        return picked + [Asked(K.OTHER, line) for line in self._lines(self.cleaned_data)]


class AnswerForm(VerbForm):
    """The referrer's answer: only what is missing, one field for each thing."""

    submit = "Skicka svaret"
    save_and_close = "Spara och svara senare"
    error_title = "Svaret är inte skickat än"
    comment = text_field("Något mer koordinatorn behöver veta?", rows=3, required=False)

    def prepare(self, referral: Referral) -> None:
        """A field for each thing that is asked for, with what was typed last time."""
        open_items = referral.completion_items.open()
        self.items = items_to_answer(referral) if self.is_bound else list(open_items)
        self.has_assessment = has_attached(referral, AttachmentKind.ASSESSMENT)
        self.autosave_url = reverse("referrals:answer_autosave", args=[referral.pk])
        if not self.items:
            self.fields["comment"] = text_field("Ditt svar")
        for item in self.items:
            for name, field in _fields_of(item, referral).items():
                # The label would say (valfritt): it may be left out, but then words say why.
                vars(field)["required_by_answer"] = True
                self.fields[name] = field
                self.initial[name] = typed_answer(item).get(name, "")
        self.order_fields([name for name in self.fields if name != "comment"])

    def layout(self) -> tuple[Any, ...]:
        """The things in the order they were asked for, last room for words."""
        return (*(_laid_out(item) for item in self.items), "comment")

    def clean(self) -> dict[str, Any]:
        """Every thing is answered, or words say why it can't be."""
        found = super().clean() or {}
        for item in self.items:
            name, promised_on = _name(item), f"{_name(item)}_on"
            if found.get(name) == MedicalAssessment.PROMISED:
                if not found.get(promised_on) and promised_on not in self.errors:
                    self.add_error(promised_on, "Ange vilken dag bedömningen kommer.")
            else:
                self.errors.pop(promised_on, None)
            if found.get(name) == MedicalAssessment.ATTACHED and not self.has_assessment:
                self.add_error(name, NOTHING_ATTACHED)
            if (
                found.get(name) in (None, "")
                and name not in self.errors
                and not found.get("comment")
            ):
                self.add_error(name, "Svara på frågan. Går det inte, skriv varför i sista rutan.")
        return found

    def answers(self) -> list[Answer]:
        """What was answered: in words, and as facts of the remiss."""
        return [_answer(item, self.cleaned_data) for item in self.items]

    def typed(self) -> dict[int, dict[str, str]]:
        """Everything as it was typed, by item."""
        return {
            item.pk: {
                name: str(self.data.get(name, ""))
                for name in (_name(item), f"{_name(item)}_on")
                if name in self.fields
            }
            for item in self.items
        }


def _name(item: CompletionItem) -> str:
    return f"svar_{item.pk}"


def _fields_of(item: CompletionItem, referral: Referral) -> dict[str, forms.Field]:
    name, kind = _name(item), item.kind
    if kind == K.ASSESSMENT:
        return {
            name: radio_field(item.text, MedicalAssessment.choices, required=False),
            f"{name}_on": DateField(
                label="Vilken dag kommer den?", required=False, earliest=timezone.localdate()
            ),
        }
    if kind in DATES:
        now = date_iso(getattr(referral, CHANGES[kind]))
        hint = f"ÅÅÅÅ-MM-DD. Nu står det {now}." if now else "ÅÅÅÅ-MM-DD."
        return {name: DateField(label=item.text, required=False, help_text=hint)}
    if kind in SHORT:
        short = forms.CharField(label=item.text, required=False, max_length=SHORT[K(kind)])
        vars(short)["width"] = "w20"
        return {name: short}
    said = getattr(referral, kind, "")
    return {name: text_field(item.text, f"Du skrev: {said}" if said else "", required=False)}


def _laid_out(item: CompletionItem) -> Any:
    name = _name(item)
    if item.kind != K.ASSESSMENT:
        return name
    return Reveal(name, MedicalAssessment.PROMISED, f"{name}_on")


def _answer(item: CompletionItem, found: dict[str, Any]) -> Answer:
    value, promised_on = found.get(_name(item)), found.get(f"{_name(item)}_on")
    if value in (None, ""):
        return Answer(item.pk, "", {})
    if item.kind == K.ASSESSMENT:
        day = promised_on if value == MedicalAssessment.PROMISED else None
        words = f"{MedicalAssessment(value).label} {date_iso(day)}".strip()
        return Answer(item.pk, words, {"assessment": value, "assessment_on": day})
    words = value if isinstance(value, str) else date_iso(value)
    column = CHANGES.get(item.kind)
    return Answer(item.pk, words, {column: value} if column else {})

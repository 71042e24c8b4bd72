"""The remiss on one page, with two branches: on sick leave or not. Only what applies counts."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils import timezone

from core.forms import DateField, PercentField, PersonalNumberField, form_helper
from core.personal_numbers import masked
from participants.enums import ConsentForm, Gender
from referrals.enums import ConsentChoice, MedicalAssessment
from referrals.forms.attachment import AttachmentField, kind_field
from referrals.forms.offered import (
    ABOUT_THE_FORM,
    IDENTIFYING,
    NO,
    OPENED_BY,
    PURPOSES,
    WORDS,
    YES,
    YES_NO,
    Offered,
)
from referrals.forms.parts import lay_out
from referrals.models import Referral
from referrals.rules import FOLLOWS_SICK_LEAVE, unmet
from referrals.services import Identity, Page, Typed

NAME_LENGTH = 120
DEMANDED = ("family_name", "support_code", "support_until")
PROTECTED_NEEDS_ANONYMITY = (
    "Remissen kan inte skickas med namn och nummer när identiteten är skyddad. Välj Remittera anonymt i del 4. "
    "Det du skrev om vem personen är har inte sparats."
)


NAMES_SOMEBODY = "Ta bort personnumret eller namnet ur texten. Remissen är anonym och får inte visa vem personen är."
SHORTEST_NAME = 3
NAME_MASK = "[namn]"


def _text(label: str, hint: str = "", rows: int = 3) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, help_text=hint, widget=widget, required=False)


class WordField(forms.CharField):
    """A few words that the browser doesn't guess. `width` tells how long they usually are."""

    width = ""


def _word(label: str, hint: str = "", length: int = NAME_LENGTH, width: str = "") -> WordField:
    widget = forms.TextInput(attrs={"autocomplete": "off"})
    field = WordField(label=label, help_text=hint, widget=widget, required=False, max_length=length)
    field.width = width
    return field


def _radio(label: str, options: list[tuple[str, str]], hint: str = "") -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=options, help_text=hint, widget=forms.RadioSelect, required=False
    )


class ReferralForm(forms.Form):
    """A whole remiss. Everything may be blank in a draft; `sending` demands what the table demands.

    `referrer_codes` and `supports` are (code, label); `weeks` is how long income must last;
    `rhythm` says what a week in the programme is like. `draft_pk` is the stored draft, whose papers
    count.
    """

    once_key = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    page_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    unit = _radio("Vilken enhet remitterar du från?", [])
    referrer_code = _radio("Vilken verksamhet remitterar?", [])
    protected = _radio("Har personen skyddad identitet?", YES_NO)
    has_number = _radio("Har personen personnummer eller samordningsnummer?", YES_NO)
    personnummer = PersonalNumberField(label="Personnummer", required=False)
    birth_date = DateField(label="Födelsedatum", required=False)
    gender = _radio("Kön", Gender.choices)
    given_name = _word("Förnamn")
    family_name = _word("Efternamn")
    phone = _word("Mobilnummer", "För kallelse till det inledande samtalet.", 30, "w14")
    needs_adaptation = _radio("Behöver personen tolk eller anpassning?", YES_NO[::-1])
    language = _word("Tolk", "Vilket språk, eller teckenspråk.", 80, "w20")
    accessibility = _word(
        "Anpassning", "Till exempel hörselslinga, lokal utan trappor eller lätt svenska.", 300
    )

    on_sick_leave = _radio(
        "Är personen sjukskriven?", [(YES, "Ja, helt eller delvis"), (NO, "Nej")]
    )
    sick_leave_percent = PercentField(label="Hur mycket?", required=False)
    sick_leave_from = DateField(label="Läkarintyget gäller från", required=False)
    sick_leave_until = DateField(label="Läkarintyget gäller till", required=False)
    assessment = _radio("Medicinsk bedömning från läkare", MedicalAssessment.choices)
    assessment_dated_on = DateField(label="Bedömningens datum", required=False)
    assessment_promised_on = DateField(label="Vilken dag kommer den?", required=False)
    sick_need = _text(
        "Varför behövs insatsen?", "Skriv bara det koordinatorn behöver för att bedöma remissen."
    )
    purpose = _text("Syfte", "Vad ska insatsen vara bra för?")
    goal = _text("Mål", "Vad ska personen ha nått när insatsen är slut?")
    possibility = _text("Möjlighet", "Din bedömning av personens möjlighet att delta.")
    need = _text("Behov", "Din bedömning av vad personen behöver.")

    target_group = forms.ChoiceField(label="Särskild målgrupp", required=False)

    support_code = forms.ChoiceField(label="Vad lever personen på?", required=False)
    support_percent = PercentField(label="Omfattning", required=False)
    support_until = DateField(label="Säkrad till och med", required=False)

    informed = forms.BooleanField(
        label="Personen har fått muntlig och skriftlig information om insatsen", required=False
    )
    consent = _radio("Samtycke att insatsen får ta del av remissen", ConsentChoice.choices)
    consent_on = DateField(label="Vilken dag gavs det?", required=False)
    consent_form = _radio("Hur gavs det?", ConsentForm.choices)
    consent_representative = _word(
        "Ställföreträdarens namn", "Bara om en god man eller någon annan samtyckte för personen."
    )
    consent_purposes = forms.MultipleChoiceField(
        label="Vad omfattar det mer än att insatsen läser remissen?",
        choices=PURPOSES,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    anonymous_gender = _radio("Kön", Gender.choices)

    attachment_kind = kind_field()
    attachment = AttachmentField(required=False)

    def __init__(
        self,
        *args: Any,
        offered: Offered,
        sending: bool = False,
        autosave_url: str = "",
        draft_pk: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.sending, self.offered, self.draft_pk = sending, offered, draft_pk
        self._ask_about_the_sender()
        for name in ("protected", "gender", "anonymous_gender"):
            vars(self.fields[name])["beside"] = True
        self._offer("support_code", [("", "Välj"), *offered.supports])
        self._limit_dates()
        self._explain()
        for name in DEMANDED:
            # The label says (valfritt) otherwise; a draft may lack it, a sent remiss may not.
            vars(self.fields[name])["required_by_answer"] = True
        self.helper = form_helper(
            self,
            *lay_out(self.fields),
            submit="Skicka remissen",
            save_and_close="Spara och stäng",
            error_title="Remissen är inte skickad än",
            error_saved="Allt du skrivit är sparat.",
            autosave_url=autosave_url,
        )

    def _ask_about_the_sender(self) -> None:
        """Only what there is a choice of is asked for."""
        for name, options in (
            ("unit", self.offered.units),
            ("referrer_code", self.offered.all_codes),
        ):
            if len(options) == 1:
                del self.fields[name]
            else:
                self._offer(name, options)
        if self.offered.target_groups:
            self._offer("target_group", [("", "Ingen, den vanliga"), *self.offered.target_groups])
        else:
            del self.fields["target_group"]

    def _offer(self, name: str, options: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = options

    def _limit_dates(self) -> None:
        today = timezone.localdate()
        for name, field in self.fields.items():
            if name in ("birth_date", "assessment_dated_on", "consent_on"):
                vars(field)["latest"] = today
            elif name == "assessment_promised_on":
                vars(field)["earliest"] = today

    def _explain(self) -> None:
        words = {
            "support_until": f"ÅÅÅÅ-MM-DD. De första delarna tar {self.offered.weeks} veckor.",
            "support_percent": "Tomt: som sjukskrivningen.",
            "assessment": "Av bedömningen ska framgå att personen behöver och klarar "
            f"aktiviteterna{self.offered.rhythm}.",
        }
        for name, text in words.items():
            self.fields[name].help_text = text

    # --- what the answers mean ------------------------------------------------------------------

    @property
    def withholds_identity(self) -> bool:
        """True when nothing may be kept that shows who the person is. Also of a page just opened."""
        said: Mapping[str, Any] = self.data if self.is_bound else self.initial
        anonymous = said.get("consent") == ConsentChoice.ANONYMOUS
        return anonymous or said.get("protected") == YES

    def _answer(self, name: str) -> str:
        return str(self.data.get(self.add_prefix(name), "")) if self.is_bound else ""

    def applies(self, name: str) -> bool:
        """True when the answers given open the field."""
        if self.withholds_identity and name in IDENTIFYING:
            return False
        if name not in OPENED_BY:
            return True
        question, value = OPENED_BY[name]
        return self._answer(question) == value and self.applies(question)

    def clean(self) -> dict[str, Any]:
        """Forget errors in what doesn't apply; when sending, demand what the table demands."""
        for name in list(self.errors):
            if name in self.fields and not self.applies(name):
                del self.errors[name]
        if self.sending:
            self._demand_protection()
            self._demand_anonymous_words()
            self._demand_fitting_sender()
            self._demand()
        return self.cleaned_data

    def _demand_protection(self) -> None:
        if self._answer("consent") == ConsentChoice.ANONYMOUS:
            return
        if self._answer("protected") == YES:
            self.add_error("protected", PROTECTED_NEEDS_ANONYMITY)
        elif not self._answer("protected"):
            self.add_error("protected", "Svara på frågan: Har personen skyddad identitet?")

    def _demand_anonymous_words(self) -> None:
        if self._answer("consent") != ConsentChoice.ANONYMOUS:
            return
        for name in WORDS:
            if self.applies(name) and self._scrubbed(self._answer(name)) != self._answer(name):
                self.add_error(name, NAMES_SOMEBODY)

    def _demand_fitting_sender(self) -> None:
        if "unit" in self.fields and not self._value("unit"):
            self.add_error("unit", "Välj vilken enhet du remitterar från.")
        code, codes = self._value("referrer_code"), self.offered.codes_of(self.chosen_unit())
        if code and len(codes) > 1 and code not in codes:
            self.add_error("referrer_code", "Verksamheten finns inte i enheten. Välj en annan.")

    def _demand(self) -> None:
        draft = Referral(pk=self.draft_pk, **self.answers(), **self.identity().columns())
        for demand in unmet(draft):
            name = self._field_of(demand.field)
            if name in self.fields and self.applies(name) and name not in self.errors:
                born = name == "birth_date"
                self.add_error(name, "Skriv personens födelsedatum." if born else demand.sentence)

    def _field_of(self, name: str) -> str:
        sick = self._answer("on_sick_leave") == YES
        numberless = self._answer("has_number") == NO
        return {
            "personnummer": "birth_date" if numberless else "personnummer",
            "gender": "anonymous_gender" if self.withholds_identity else "gender",
            "assessment_on": "assessment_promised_on",
            "need": "sick_need" if sick else "need",
        }.get(name, name)

    def _scrubbed(self, text: str) -> str:
        """`text` without what shows who an anonymous person is: numbers, and names written above."""
        clean = masked(text)
        for name in ("given_name", "family_name", "consent_representative"):
            for word in self._answer(name).split():
                if len(word) >= SHORTEST_NAME:
                    whole = rf"(?<!\w){re.escape(word)}(?:s|:s)?(?!\w)"
                    clean = re.sub(whole, NAME_MASK, clean, flags=re.IGNORECASE)
        return clean

    def _value(self, name: str, default: Any = "") -> Any:
        value = self.cleaned_data.get(name) if self.applies(name) else None
        if name in WORDS and value and self.withholds_identity:
            value = self._scrubbed(value)
        return default if value in (None, "") else value

    def chosen_unit(self) -> str:
        """The number of the chosen unit; the first of the sender's own when none is chosen."""
        return self._value("unit") or self.offered.units[0][0]

    def page(self) -> Page:
        """Which open page this is, and what it builds on."""
        return Page(self.cleaned_data.get("page_key"), self.cleaned_data.get("version"))

    def _referrer_code(self) -> str:
        codes = self.offered.codes_of(self.chosen_unit())
        return codes[0] if len(codes) == 1 else self._value("referrer_code")

    def identity(self) -> Identity:
        """Who the person is; only a gender when that is all that may be kept."""
        if self.withholds_identity:
            return Identity.anonymous(self._value("anonymous_gender"))
        return Identity(
            personnummer=self._value("personnummer"),
            given_name=self._value("given_name"),
            family_name=self._value("family_name"),
            gender=self._value("gender"),
            birth_date=self._value("birth_date", None),
            phone=self._value("phone"),
        )

    def answers(self) -> dict[str, Any]:
        """Everything else, as the model's fields. What isn't valid is left blank."""
        truth = {YES: True, NO: False}
        words = ("purpose", "goal", "possibility", "support_code", "language", "accessibility",
                 "consent", "consent_form", "consent_representative", "assessment")  # fmt: skip
        dates = ("sick_leave_from", "sick_leave_until", "support_until", "consent_on")
        return {
            **{name: self._value(name) for name in words},
            **{name: self._value(name, None) for name in dates},
            "referrer_code": self._referrer_code(),
            "target_group": self._value("target_group"),
            "consent_purposes": self._value("consent_purposes", []),
            "informed": bool(self._value("informed")),
            "needs_adaptation": truth.get(self._value("needs_adaptation")),
            "on_sick_leave": truth.get(self._value("on_sick_leave")),
            "sick_leave_percent": self._value("sick_leave_percent", None),
            "assessment_on": self._value("assessment_promised_on", None)
            or self._value("assessment_dated_on", None),
            "need": self._value("sick_need") or self._value("need"),
            "support_percent": self._support_percent(),
        }

    def _support_percent(self) -> int | None:
        if self._value("support_percent", None) is not None:
            return self._value("support_percent")
        follows = self._value("support_code") in FOLLOWS_SICK_LEAVE
        return self._value("sick_leave_percent", None) if follows else None

    def build_on(self, **values: str) -> None:
        """Let the next press carry other hidden values, with everything typed kept."""
        self.data = {**{name: self._raw(name) for name in self.fields}, **values}

    def _raw(self, name: str) -> str | list[str]:
        if not isinstance(self.fields[name], forms.MultipleChoiceField):
            return self._answer(name)
        key = self.add_prefix(name)
        several = self.data.getlist(key) if hasattr(self.data, "getlist") else self.data.get(key)
        return list(several or [])

    def _kept(self, name: str) -> str | list[str]:
        raw = self._raw(name)
        if name in WORDS and self.withholds_identity and isinstance(raw, str):
            return self._scrubbed(raw)
        return raw

    def typed(self) -> Typed:
        """The form as it was typed, for the next time the draft is opened."""
        hidden = IDENTIFYING if self.withholds_identity else ()
        return {
            name: typed
            for name in self.fields
            if name not in ABOUT_THE_FORM and name not in hidden and (typed := self._kept(name))
        }

    def differences(self, saved: Typed) -> list[str]:
        """Where the stored draft says something else than this page, in words."""
        mine = self.typed()
        return [
            f"{str(field.label).rstrip('?')}: i det sparade utkastet står det "
            f"”{self._in_words(name, saved.get(name, ''))}”."
            for name, field in self.fields.items()
            if name not in ABOUT_THE_FORM and mine.get(name, "") != saved.get(name, "")
        ]

    def _in_words(self, name: str, typed: str | list[str]) -> str:
        values = typed if isinstance(typed, list) else [typed]
        labels = dict(getattr(self.fields[name], "choices", []))
        return ", ".join(str(labels.get(one, one)) for one in values if one) or "ingenting"

"""The remiss on one page, with two branches: on sick leave or not. Only what applies counts."""

from typing import Any

from crispy_forms.layout import HTML
from django import forms
from django.utils import timezone

from core.forms import (
    DateField,
    Optional,
    Part,
    PercentField,
    PersonalNumberField,
    Reveal,
    Row,
    form_helper,
)
from participants.enums import Gender
from referrals.enums import ConsentChoice, MedicalAssessment
from referrals.forms.attachment import ABOUT_PAPERS, PAPERS, AttachmentField, kind_field
from referrals.models import Referral
from referrals.rules import unmet
from referrals.services import Identity

YES, NO = "yes", "no"
YES_NO = [(YES, "Ja"), (NO, "Nej")]
NAME_LENGTH = 120

# An answer that opens each field; without that answer the field doesn't apply and isn't kept.
OPENED_BY: dict[str, tuple[str, str]] = {
    "personnummer": ("has_number", YES),
    "birth_date": ("has_number", NO),
    "gender": ("has_number", NO),
    "sick_leave_percent": ("on_sick_leave", YES),
    "sick_leave_until": ("on_sick_leave", YES),
    "assessment": ("on_sick_leave", YES),
    "assessment_dated_on": ("assessment", MedicalAssessment.AVAILABLE),
    "assessment_promised_on": ("assessment", MedicalAssessment.PROMISED),
    "sick_need": ("on_sick_leave", YES),
    "purpose": ("on_sick_leave", NO),
    "goal": ("on_sick_leave", NO),
    "possibility": ("on_sick_leave", NO),
    "need": ("on_sick_leave", NO),
    "consent_on": ("consent", ConsentChoice.SIGNED),
    "anonymous_gender": ("consent", ConsentChoice.ANONYMOUS),
}
# What shows who somebody is. Never kept about a person who is protected or anonymous.
IDENTIFYING = (
    "has_number",
    "personnummer",
    "birth_date",
    "gender",
    "given_name",
    "family_name",
    "phone",
    "language",
    "accessibility",
)
DEMANDED = ("family_name", "support_code", "support_until")
# What isn't part of the draft's text: it is stored elsewhere, or is about the form itself.
ABOUT_THE_FORM = ("once_key", "version", "attachment", "attachment_kind")

# The parts of the page: (heading, anchor, the fields whose errors belong there).
PARTS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (
        "Personen",
        "personen",
        ("referrer_code", "protected", *IDENTIFYING),
    ),
    (
        "Sjukskrivning och syfte",
        "sjukskrivning",
        (
            "on_sick_leave",
            "sick_leave_percent",
            "sick_leave_until",
            "assessment",
            "assessment_dated_on",
            "assessment_promised_on",
            "sick_need",
            "purpose",
            "goal",
            "possibility",
            "need",
        ),
    ),
    ("Försörjning", "forsorjning", ("support_code", "support_until")),
    (
        "Information och samtycke",
        "samtycke",
        ("informed", "consent", "consent_on", "anonymous_gender"),
    ),
    ("Bilagor", "bilagor", ("attachment_kind", "attachment")),
)

STOP_PROTECTED = HTML(
    '{% include "components/note.html" with kind="soon" strong="Skriv inget namn och inget nummer." '
    'text="Uppgifter om en person med skyddad identitet får inte föras in här. Välj Remittera '
    'anonymt i del 4: då får vi aldrig veta vem personen är. Ring koordinatorn om ni behöver tala om personen." '
    "only %}"
)
PROTECTED_NEEDS_ANONYMITY = (
    "Remissen kan inte skickas med skyddad identitet. Välj Remittera anonymt i del 4. "
    "Det du skrev om vem personen är har inte sparats."
)


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

    referrer_code = _radio("Vilken verksamhet remitterar?", [])
    protected = _radio("Har personen skyddad identitet?", YES_NO)
    has_number = _radio("Har personen personnummer eller samordningsnummer?", YES_NO)
    personnummer = PersonalNumberField(label="Personnummer", required=False)
    birth_date = DateField(label="Födelsedatum", required=False)
    gender = _radio("Kön", Gender.choices)
    given_name = _word("Förnamn")
    family_name = _word("Efternamn")
    phone = _word("Mobilnummer", "För kallelse till det inledande samtalet.", 30, "w14")
    language = _word("Tolk", "Vilket språk, om det behövs tolk.", 80, "w20")
    accessibility = _word("Anpassning", "Till exempel hörselslinga eller rullstol.", 300)

    on_sick_leave = _radio(
        "Är personen sjukskriven?", [(YES, "Ja, helt eller delvis"), (NO, "Nej")]
    )
    sick_leave_percent = PercentField(label="Hur mycket?", required=False)
    sick_leave_until = DateField(label="Sjukskriven till", required=False)
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

    support_code = forms.ChoiceField(label="Vad lever personen på?", required=False)
    support_until = DateField(label="Säkrad till och med", required=False)

    informed = forms.BooleanField(
        label="Personen har fått muntlig och skriftlig information om insatsen", required=False
    )
    consent = _radio("Samtycke att insatsen får ta del av remissen", ConsentChoice.choices)
    consent_on = DateField(label="Vilken dag skrevs det under?", required=False)
    anonymous_gender = _radio("Kön", Gender.choices)

    attachment_kind = kind_field()
    attachment = AttachmentField(required=False)

    def __init__(
        self,
        *args: Any,
        referrer_codes: list[tuple[str, str]],
        supports: list[tuple[str, str]],
        weeks: int,
        rhythm: str,
        sending: bool = False,
        autosave_url: str = "",
        draft_pk: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.sending, self.only_code, self.draft_pk = sending, "", draft_pk
        if len(referrer_codes) == 1:
            self.only_code = referrer_codes[0][0]
            del self.fields["referrer_code"]
        else:
            self._offer("referrer_code", referrer_codes)
        self._offer("support_code", [("", "Välj"), *supports])
        self._limit_dates()
        self._explain(weeks, rhythm)
        for name in DEMANDED:
            # The label says (valfritt) otherwise; a draft may lack it, a sent remiss may not.
            vars(self.fields[name])["required_by_answer"] = True
        self.helper = form_helper(
            self,
            *self._layout(),
            submit="Skicka remissen",
            save_and_close="Spara och stäng",
            error_title="Remissen är inte skickad än",
            error_saved="Allt du skrivit är sparat.",
            autosave_url=autosave_url,
        )

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

    def _explain(self, weeks: int, rhythm: str) -> None:
        self.fields[
            "support_until"
        ].help_text = f"ÅÅÅÅ-MM-DD. De första delarna tar {weeks} veckor."
        self.fields[
            "assessment"
        ].help_text = (
            f"Av bedömningen ska framgå att personen behöver och klarar aktiviteterna{rhythm}."
        )

    def _layout(self) -> list[Part]:
        return [
            self._person_part(),
            self._need_part(),
            Part(
                "3. Försörjning under tiden", "support_code", "support_until", anchor="forsorjning"
            ),
            self._consent_part(),
            Part("5. Bilagor", *PAPERS, anchor="bilagor", text=ABOUT_PAPERS),
        ]

    def _person_part(self) -> Part:
        sender = [] if self.only_code else ["referrer_code"]
        number = Reveal("has_number", YES, "personnummer").also(NO, "birth_date", "gender")
        return Part(
            "1. Personen",
            *sender,
            Reveal("protected", YES, STOP_PROTECTED),
            number,
            Row("given_name", "family_name"),
            "phone",
            "language",
            "accessibility",
            anchor="personen",
        )

    def _need_part(self) -> Part:
        assessment = Reveal(
            "assessment", MedicalAssessment.AVAILABLE, Optional("assessment_dated_on")
        ).also(MedicalAssessment.PROMISED, "assessment_promised_on")
        sick = [
            Optional(Row("sick_leave_percent", "sick_leave_until")),
            assessment,
            Optional("sick_need"),
        ]
        branches = Reveal(
            "on_sick_leave", YES, *sick, no="Du beskriver då syfte, mål, möjlighet och behov."
        ).also(NO, "purpose", "goal", "possibility", "need")
        return Part("2. Sjukskrivning och syfte", branches, anchor="sjukskrivning")

    def _consent_part(self) -> Part:
        consent = Reveal(
            "consent",
            ConsentChoice.SIGNED,
            "consent_on",
            anonymous="Vi får veta kön och vad du skriver om behovet, aldrig vem personen är.",
        ).also(ConsentChoice.ANONYMOUS, "anonymous_gender")
        return Part("4. Information och samtycke", "informed", consent, anchor="samtycke")

    # --- what the answers mean ------------------------------------------------------------------

    @property
    def withholds_identity(self) -> bool:
        """True when nothing may be kept that shows who the person is."""
        anonymous = self._answer("consent") == ConsentChoice.ANONYMOUS
        return anonymous or self._answer("protected") == YES

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
            if not self.applies(name):
                del self.errors[name]
        if self.sending:
            self._demand_protection()
            self._demand()
        return self.cleaned_data

    def _demand_protection(self) -> None:
        if self._answer("consent") == ConsentChoice.ANONYMOUS:
            return
        if self._answer("protected") == YES:
            self.add_error("protected", PROTECTED_NEEDS_ANONYMITY)
        elif not self._answer("protected"):
            self.add_error("protected", "Svara på frågan: Har personen skyddad identitet?")

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

    def _value(self, name: str, default: Any = "") -> Any:
        value = self.cleaned_data.get(name) if self.applies(name) else None
        return default if value in (None, "") else value

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
        sick_leave = {YES: True, NO: False}.get(self._value("on_sick_leave"))
        words = ("purpose", "goal", "possibility", "support_code", "language", "accessibility")
        return {
            **{name: self._value(name) for name in words},
            "referrer_code": self.only_code or self._value("referrer_code"),
            "consent": self._value("consent"),
            "consent_on": self._value("consent_on", None),
            "informed": bool(self._value("informed")),
            "on_sick_leave": sick_leave,
            "sick_leave_percent": self._value("sick_leave_percent", None),
            "sick_leave_until": self._value("sick_leave_until", None),
            "assessment": self._value("assessment"),
            "assessment_on": self._value("assessment_promised_on", None)
            or self._value("assessment_dated_on", None),
            "need": self._value("sick_need") or self._value("need"),
            "support_until": self._value("support_until", None),
        }

    def build_on(self, **values: str) -> None:
        """Let the next press carry other hidden values, with everything typed kept."""
        self.data = {**{name: self._answer(name) for name in self.fields}, **values}

    def typed(self) -> dict[str, str]:
        """The form as it was typed, for the next time the draft is opened."""
        hidden = IDENTIFYING if self.withholds_identity else ()
        return {
            name: self._answer(name)
            for name in self.fields
            if name not in ABOUT_THE_FORM and name not in hidden and self._answer(name)
        }

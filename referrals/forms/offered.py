"""What a remiss's page offers and which answer opens which field: read by the form and its layout."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from participants.enums import ConsentPurpose
from referrals.enums import ConsentChoice, MedicalAssessment

Pairs = list[tuple[str, str]]
YES, NO = "yes", "no"
YES_NO = [(YES, "Ja"), (NO, "Nej")]


@dataclass(frozen=True)
class Offered:
    """What may be chosen, as (code, label).

    `units` are the sender's own by number; `referrer_codes` the kinds of sender that fit each unit.
    `weeks` is how long income must last; `rhythm` says what a week in the programme is like.
    """

    units: Pairs
    referrer_codes: Mapping[str, Pairs]
    supports: Pairs
    weeks: int
    rhythm: str
    target_groups: Pairs = field(default_factory=list)

    @property
    def all_codes(self) -> Pairs:
        """Every kind of sender of every unit, each once."""
        return list(dict.fromkeys(pair for pairs in self.referrer_codes.values() for pair in pairs))

    def codes_of(self, unit: str) -> list[str]:
        """The kinds of sender that the unit can be."""
        return [code for code, _ in self.referrer_codes.get(unit, [])]


# An answer that opens each field; without that answer the field doesn't apply and isn't kept.
OPENED_BY: dict[str, tuple[str, str]] = {
    "personnummer": ("has_number", YES),
    "birth_date": ("has_number", NO),
    "gender": ("has_number", NO),
    "language": ("needs_adaptation", YES),
    "accessibility": ("needs_adaptation", YES),
    "sick_leave_percent": ("on_sick_leave", YES),
    "sick_leave_from": ("on_sick_leave", YES),
    "sick_leave_until": ("on_sick_leave", YES),
    "assessment": ("on_sick_leave", YES),
    "assessment_dated_on": ("assessment", MedicalAssessment.AVAILABLE),
    "assessment_promised_on": ("assessment", MedicalAssessment.PROMISED),
    "sick_need": ("on_sick_leave", YES),
    "purpose": ("on_sick_leave", NO),
    "goal": ("on_sick_leave", NO),
    "possibility": ("on_sick_leave", NO),
    "need": ("on_sick_leave", NO),
    "consent_form": ("consent", ConsentChoice.SIGNED),
    "consent_on": ("consent", ConsentChoice.SIGNED),
    "consent_representative": ("consent", ConsentChoice.SIGNED),
    "consent_purposes": ("consent", ConsentChoice.SIGNED),
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
    "needs_adaptation",
    "language",
    "accessibility",
    "consent_representative",
)
# Where somebody could be named in free words.
WORDS = ("purpose", "goal", "possibility", "need", "sick_need")
# What isn't part of the draft's text: it is stored elsewhere, or is about the form itself.
ABOUT_THE_FORM = ("once_key", "version", "page_key", "attachment", "attachment_kind")
# What a consent can cover beside the programme's reading of the remiss.
PURPOSES = [
    (ConsentPurpose.EXCHANGE, "Insatsen och vi får utbyta uppgifter om personen"),
    (ConsentPurpose.REGISTRATION, "Registrering för uppföljning, kräver skriftligt samtycke"),
    (ConsentPurpose.AFTER_CLOSURE, "Kontakt efter avslut"),
    (ConsentPurpose.EVALUATION, "Extern utvärdering"),
]

# The parts of the page: (heading, anchor, the fields whose errors belong there).
PARTS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (
        "Personen",
        "personen",
        ("unit", "referrer_code", "protected", *IDENTIFYING[:-1]),
    ),
    (
        "Sjukskrivning och syfte",
        "sjukskrivning",
        (
            "on_sick_leave",
            "sick_leave_percent",
            "sick_leave_from",
            "sick_leave_until",
            "assessment",
            "assessment_dated_on",
            "assessment_promised_on",
            *WORDS,
            "target_group",
        ),
    ),
    ("Försörjning", "forsorjning", ("support_code", "support_percent", "support_until")),
    (
        "Information och samtycke",
        "samtycke",
        (
            "informed",
            "consent",
            "consent_form",
            "consent_on",
            "consent_representative",
            "consent_purposes",
            "anonymous_gender",
        ),
    ),
    ("Bilagor", "bilagor", ("attachment_kind", "attachment")),
)

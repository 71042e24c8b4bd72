"""The remiss's page laid out in its parts, and right under each answer what it opens."""

from collections.abc import Container

from crispy_forms.layout import HTML

from core.forms import Opened, Optional, Part, Reveal, Row
from referrals.enums import ConsentChoice, MedicalAssessment
from referrals.forms.attachment import ABOUT_PAPERS, PAPERS
from referrals.forms.offered import NO, YES

# The page gives `contact`: whom to call about somebody who is protected.
STOP_PROTECTED = HTML('{% include "referrals/_protected.html" with contact=contact only %}')


def lay_out(shown: Container[str]) -> list[Part]:
    """The parts, with those of the sender's own questions that are in `shown`."""
    return [
        _person_part([name for name in ("unit", "referrer_code") if name in shown]),
        _need_part(["target_group"] if "target_group" in shown else []),
        Part(
            "3. Försörjning under tiden",
            "support_code",
            Row("support_percent", "support_until"),
            anchor="forsorjning",
        ),
        _consent_part(),
        Part("5. Bilagor", *PAPERS, anchor="bilagor", text=ABOUT_PAPERS),
    ]


def _person_part(sender: list[str]) -> Part:
    number = Reveal("has_number", YES, "personnummer").also(NO, "birth_date", "gender")
    adaptation = Reveal("needs_adaptation", NO).also(
        YES, Optional("language"), Optional("accessibility")
    )
    return Part(
        "1. Personen",
        *sender,
        "protected",
        Opened("protected", YES, STOP_PROTECTED),
        Opened(
            "protected",
            NO,
            number,
            Row("given_name", "family_name", even=True),
            "phone",
            adaptation,
        ),
        anchor="personen",
    )


def _need_part(more: list[str]) -> Part:
    assessment = Reveal(
        "assessment", MedicalAssessment.AVAILABLE, Optional("assessment_dated_on")
    ).also(MedicalAssessment.PROMISED, "assessment_promised_on")
    sick = [
        Optional("sick_leave_percent"),
        Optional(Row("sick_leave_from", "sick_leave_until")),
        assessment,
        Optional("sick_need"),
    ]
    branches = Reveal(
        "on_sick_leave", YES, *sick, no="Du beskriver då syfte, mål, möjlighet och behov."
    ).also(NO, "purpose", "goal", "possibility", "need")
    return Part("2. Sjukskrivning och syfte", branches, *more, anchor="sjukskrivning")


def _consent_part() -> Part:
    consent = Reveal(
        "consent",
        ConsentChoice.SIGNED,
        "consent_on",
        "consent_form",
        Optional("consent_representative"),
        Optional("consent_purposes"),
        anonymous="Vi får veta kön och vad du skriver om behovet, aldrig vem personen är. "
        "Det du har skrivit om vem i del 1 sparas inte.",
    ).also(ConsentChoice.ANONYMOUS, "anonymous_gender")
    return Part("4. Information och samtycke", "informed", consent, anchor="samtycke")

"""What a remiss must hold before it can be sent: one list for the form, the table and the server."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils import timezone

from core.personal_numbers import masked
from participants.enums import ConsentForm, ConsentPurpose
from referrals.enums import AttachmentKind, ConsentChoice, MedicalAssessment
from referrals.models import Referral
from referrals.rules.papers import has_attached

# Where a person is described in free words; an anonymous remiss may not name anybody there.
FREE_TEXTS = ("purpose", "goal", "possibility", "need", "accessibility")
# Support that is granted in parts: sjukpenning, rehabiliteringspenning, sjukersättning,
# aktivitetsersättning. Without the extent nobody can tell what the rest of the week lives on.
GRANTED_IN_PARTS = ("SJP", "REH", "SJE", "AKE")
# Support that follows the sick leave: its extent is the sick leave's unless something else is said.
FOLLOWS_SICK_LEAVE = ("SJP", "REH")


@dataclass(frozen=True)
class Demand:
    """One thing a sent remiss needs. `missing(referral)` is true when it isn't there.

    `field` is the model field the sentence belongs to. An instance is itself a guard.
    """

    field: str
    missing: Callable[[Referral], bool]
    sentence: str

    def __call__(self, referral: Referral) -> str | None:
        """The sentence when something is missing, else None."""
        return self.sentence if self.missing(referral) else None


def _is_sick_without(referral: Referral, lacks: bool) -> bool:
    return referral.on_sick_leave is True and lacks


def _lacks_when_well(field: str) -> Callable[[Referral], bool]:
    def missing(referral: Referral) -> bool:
        return referral.on_sick_leave is False and not getattr(referral, field).strip()

    return missing


def _has_no_identity(referral: Referral) -> bool:
    return not (referral.is_anonymous or referral.personnummer or referral.birth_date)


def _has_no_name(referral: Referral) -> bool:
    return not (referral.is_anonymous or referral.family_name)


def _has_no_assessment(referral: Referral) -> bool:
    if not _is_sick_without(referral, not referral.assessment):
        return False
    return not has_attached(referral, AttachmentKind.ASSESSMENT)


def _attached_assessment_is_not_there(referral: Referral) -> bool:
    says = referral.assessment == MedicalAssessment.ATTACHED
    return _is_sick_without(referral, says) and not has_attached(
        referral, AttachmentKind.ASSESSMENT
    )


def _promise_has_no_date(referral: Referral) -> bool:
    promised = referral.assessment == MedicalAssessment.PROMISED
    if not _is_sick_without(referral, promised and referral.assessment_on is None):
        return False
    return not has_attached(referral, AttachmentKind.ASSESSMENT)


def _has_papers_about_nobody(referral: Referral) -> bool:
    return referral.is_anonymous and has_attached(referral)


def _consent_has_no_date(referral: Referral) -> bool:
    return referral.consent == ConsentChoice.SIGNED and referral.consent_on is None


def _support_has_run_out(referral: Referral) -> bool:
    until = referral.support_until
    return until is not None and until < timezone.localdate()


def _certificate_ends_before_it_begins(referral: Referral) -> bool:
    first, last = referral.sick_leave_from, referral.sick_leave_until
    return _is_sick_without(referral, first is not None and last is not None and last < first)


def _support_has_no_extent(referral: Referral) -> bool:
    return referral.support_code in GRANTED_IN_PARTS and referral.support_percent is None


def _adaptation_is_unsaid(referral: Referral) -> bool:
    return not referral.is_anonymous and referral.needs_adaptation is None


def _adaptation_has_no_words(referral: Referral) -> bool:
    said = referral.language.strip() or referral.accessibility.strip()
    return bool(not referral.is_anonymous and referral.needs_adaptation and not said)


def _consent_has_no_form(referral: Referral) -> bool:
    return referral.consent == ConsentChoice.SIGNED and not referral.consent_form


def _registration_is_only_spoken(referral: Referral) -> bool:
    # Source: SUS, "skriftligt samtycke" before anything is registered.
    registers = ConsentPurpose.REGISTRATION in referral.consent_purposes
    return registers and referral.consent_form == ConsentForm.ORAL


def _names_somebody(referral: Referral) -> bool:
    texts = " ".join(getattr(referral, field) for field in FREE_TEXTS)
    return referral.is_anonymous and masked(texts) != texts


# Source: Rehabsteget, plan från och med 2012, "Förberedelser inför deltagandet".
DEMANDS = (
    Demand(
        "referrer_code", lambda r: not r.referrer_code, "Ange vilken verksamhet du remitterar från."
    ),
    Demand(
        "personnummer", _has_no_identity, "Skriv personens personnummer eller samordningsnummer."
    ),
    Demand(
        "family_name", _has_no_name, "Skriv personens efternamn, eller det enda namn personen har."
    ),
    Demand("gender", lambda r: not r.gender, "Ange personens kön."),
    Demand(
        "on_sick_leave",
        lambda r: r.on_sick_leave is None,
        "Svara på frågan: Är personen sjukskriven?",
    ),
    Demand(
        "sick_leave_until",
        _certificate_ends_before_it_begins,
        "Läkarintyget slutar innan det börjar. Kontrollera datumen.",
    ),
    Demand(
        "assessment",
        _has_no_assessment,
        "Bifoga den medicinska bedömningen, eller ange om den finns eller kommer senare.",
    ),
    Demand(
        "assessment",
        _attached_assessment_is_not_there,
        "Bifoga den medicinska bedömningen i del 5, eller ange att den finns eller kommer senare.",
    ),
    Demand(
        "assessment_on", _promise_has_no_date, "Ange vilken dag den medicinska bedömningen kommer."
    ),
    Demand("purpose", _lacks_when_well("purpose"), "Beskriv syftet med remissen."),
    Demand("goal", _lacks_when_well("goal"), "Beskriv målet för personen."),
    Demand("possibility", _lacks_when_well("possibility"), "Bedöm personens möjlighet att delta."),
    Demand("need", _lacks_when_well("need"), "Beskriv personens behov av insatsen."),
    Demand("support_code", lambda r: not r.support_code, "Svara på frågan: Vad lever personen på?"),
    Demand(
        "support_percent",
        _support_has_no_extent,
        "Ange hur stor del personen får, till exempel 100 procent.",
    ),
    Demand(
        "support_until",
        lambda r: r.support_until is None,
        "Ange till vilket datum försörjningen är säkrad, till exempel 2027-06-30.",
    ),
    Demand(
        "support_until",
        _support_has_run_out,
        "Försörjningen är inte säkrad: datumet har passerat.",
    ),
    Demand(
        "needs_adaptation",
        _adaptation_is_unsaid,
        "Svara på frågan: Behöver personen tolk eller anpassning?",
    ),
    Demand(
        "language",
        _adaptation_has_no_words,
        "Skriv vilket språk tolken ska tala, eller vilken anpassning personen behöver.",
    ),
    Demand(
        "informed",
        lambda r: not r.informed,
        "Intyga att personen har fått information. Utan den kan remissen inte skickas.",
    ),
    Demand("consent", lambda r: not r.consent, "Ange om samtycke finns, eller remittera anonymt."),
    Demand("consent_form", _consent_has_no_form, "Ange hur samtycket gavs."),
    Demand("consent_on", _consent_has_no_date, "Ange vilken dag samtycket gavs."),
    Demand(
        "consent_purposes",
        _registration_is_only_spoken,
        "Registrering för uppföljning kräver ett skriftligt samtycke. Ta bort krysset, eller be "
        "personen skriva under.",
    ),
    Demand(
        "need",
        _names_somebody,
        "Ta bort personnumret ur texten. Remissen är anonym och får inte visa vem personen är.",
    ),
    Demand(
        "attachment",
        _has_papers_about_nobody,
        "Ta bort bilagorna. Remissen är anonym, och en bilaga kan visa vem personen är.",
    ),
)


def unmet(referral: Referral) -> list[Demand]:
    """The demands the remiss doesn't meet yet, in the order of the form."""
    return [demand for demand in DEMANDS if demand.missing(referral)]

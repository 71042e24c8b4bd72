"""States and choices of a remiss."""

from django.db.models import IntegerChoices, TextChoices


class ReferralState(TextChoices):
    """Where a remiss stands. Source: process of Rehabsteget, from remiss to placement."""

    DRAFT = "draft", "Utkast"
    SENT = "sent", "Inskickad"
    ASSESSING = "assessing", "Under bedömning"
    COMPLETION = "completion", "Komplettering begärd"
    TALK = "talk", "Inledande samtal bokat"
    DECIDING = "deciding", "Hos remissgruppen"
    QUEUED = "queued", "I kö"
    RESTING = "resting", "Vilande"
    PLACED = "placed", "Placerad"
    DECLINED = "declined", "Avböjd"
    WITHDRAWN = "withdrawn", "Återtagen"
    TRANSFERRED = "transferred", "Överförd"


WAITING_STATES = (
    ReferralState.SENT,
    ReferralState.ASSESSING,
    ReferralState.COMPLETION,
    ReferralState.TALK,
    ReferralState.DECIDING,
    ReferralState.QUEUED,
    ReferralState.RESTING,
)


class Priority(IntegerChoices):
    """Who is offered a place first: the level, then the time in the queue."""

    FIRST = 1, "Förtur"
    NORMAL = 2, "Vanlig tur"
    LATER = 3, "Kan vänta"


class MedicalAssessment(TextChoices):
    """The doctor's assessment for a person on sick leave."""

    ATTACHED = "attached", "Den är bifogad"
    AVAILABLE = "available", "Den finns"
    PROMISED = "promised", "Den kommer senare"


class ConsentChoice(TextChoices):
    """Whether the person agrees that the programme learns who they are."""

    SIGNED = "signed", "Ja, personen har samtyckt"
    ANONYMOUS = "anonymous", "Remittera anonymt"


class Offer(TextChoices):
    """The person's answer to the offer made at the introductory talk."""

    ACCEPTED = "accepted", "Tackar ja"
    THINKING = "thinking", "Vill tänka"
    DECLINED = "declined", "Tackar nej"


class AttachmentKind(TextChoices):
    """What an attached paper is."""

    ASSESSMENT = "assessment", "Medicinsk bedömning"
    CONSENT = "consent", "Undertecknat samtycke"
    OTHER = "other", "Annat underlag"


class Side(TextChoices):
    """Who speaks in the case: the unit that refers, or the programme that receives."""

    SENDER = "sender", "Remittentens enhet"
    PROGRAMME = "programme", "Insatsens personal"


class CompletionKind(TextChoices):
    """What a coordinator can ask the referrer for. Some are facts of the remiss, the rest words."""

    ASSESSMENT = "assessment", "Medicinsk bedömning från läkare"
    CERTIFICATE = "certificate", "Läkarintyg, till vilket datum det gäller"
    INCOME = "income", "Försörjning, till vilket datum den är säkrad"
    PURPOSE = "purpose", "Syftet med remissen"
    GOAL = "goal", "Målet för personen"
    POSSIBILITY = "possibility", "Personens möjlighet att delta"
    NEED = "need", "Personens behov av insatsen"
    PHONE = "phone", "Mobilnummer till personen"
    LANGUAGE = "language", "Tolk, vilket språk"
    OTHER = "other", "Annat"

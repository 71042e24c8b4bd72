"""States and kinds around a participant."""

from django.db.models import TextChoices


class Gender(TextChoices):
    """Legal gender (juridiskt kön); from the personal number where there is one."""

    WOMAN = "K", "Kvinna"
    MAN = "M", "Man"


class Protection(TextChoices):
    """Protected identity. By default such a person is only counted, outside the system."""

    NONE = "none", "Ingen"
    MARKING = "marking", "Sekretessmarkering"
    PROTECTED = "protected", "Skyddad folkbokföring"


class EnrolmentState(TextChoices):
    """Where a participation (deltagande) stands. Which phase it is in is data, not state."""

    PLANNED = "planned", "Planerad"
    ACTIVE = "active", "Pågår"
    PAUSED = "paused", "Paus"
    CLOSED = "closed", "Avslutad"
    MISREGISTERED = "misregistered", "Felregistrerad"


OPEN_STATES = (EnrolmentState.PLANNED, EnrolmentState.ACTIVE, EnrolmentState.PAUSED)


class Occasion(TextChoices):
    """Before or after: within one week of start, and at the end."""

    BEFORE = "before", "Före"
    AFTER = "after", "Efter"


class MarkKind(TextChoices):
    """What a mark in a multi-choice question is about."""

    SUPPORT = "support", "Försörjning"
    OCCUPATION = "occupation", "Sysselsättning"


class NoteKind(TextChoices):
    """Kinds of journal note."""

    NOTE = "note", "Anteckning"
    CALL = "call", "Telefonsamtal"
    TALK = "talk", "Samtal"
    COORDINATION = "coordination", "Samordning"


class ConsentPurpose(TextChoices):
    """What a consent is for."""

    PARTICIPATION = "participation", "Delta i insatsen"
    EXCHANGE = "exchange", "Utbyta uppgifter"
    REGISTRATION = "registration", "Registrering för uppföljning"
    AFTER_CLOSURE = "after_closure", "Kontakt efter avslut"
    EVALUATION = "evaluation", "Extern utvärdering"


class ConsentForm(TextChoices):
    """How the consent was given."""

    SIGNED = "signed", "Underskrivet papper"
    ELECTRONIC = "electronic", "E-legitimation"
    ORAL = "oral", "Muntligt, antecknat"

"""Words of a programme blueprint."""

from django.db.models import IntegerChoices, TextChoices


class ProgrammeKind(TextChoices):
    """An insats has participants, or is structural and has counts only."""

    INDIVIDUAL = "individual", "Individinriktad insats"
    STRUCTURAL = "structural", "Strukturinriktad insats"


class PhaseKind(TextChoices):
    """What a phase is made of; decides which screens it needs."""

    GROUP = "group", "Gruppfas"
    TRIAL = "trial", "Arbetsprövning"
    SUPPORT = "support", "Fortsatt stöd"


class Anchor(TextChoices):
    """What a checkpoint's date is counted from."""

    START = "start", "Start"
    PHASE = "phase", "Fasens början"
    CLOSURE = "closure", "Avslut"


class CheckpointKind(TextChoices):
    """Kinds of checkpoint."""

    MAPPING = "mapping", "Kartläggningssamtal"
    FOLLOW_UP_TALK = "follow_up_talk", "Uppföljningssamtal"
    EVALUATION = "evaluation", "Utvärdering"
    FOLLOW_UP = "follow_up", "Uppföljning efter avslut"


class CodeList(TextChoices):
    """The code lists: of in- and out-registration, and the programmes' own.

    Codes are stable; labels have validity dates.
    """

    EDUCATION = "education", "Utbildningsnivå"
    SUPPORT = "support", "Försörjning"
    OCCUPATION = "occupation", "Sysselsättning"
    END_REASON = "end_reason", "Avslutsanledning"
    REFERRER = "referrer", "Remittent"
    GENDER = "gender", "Kön"
    DECLINE_REASON = "decline_reason", "Skäl att avböja"
    TARGET_GROUP = "target_group", "Målgrupp"


class Weekday(IntegerChoices):
    """ISO weekdays."""

    MONDAY = 1, "måndag"
    TUESDAY = 2, "tisdag"
    WEDNESDAY = 3, "onsdag"
    THURSDAY = 4, "torsdag"
    FRIDAY = 5, "fredag"
    SATURDAY = 6, "lördag"
    SUNDAY = 7, "söndag"

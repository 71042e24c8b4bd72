"""States and kinds of what happens in a programme."""

from django.db.models import TextChoices


class AttendanceKind(TextChoices):
    """How somebody was at a session. Source: process of Rehabsteget, närvaro."""

    PRESENT = "present", "Här"
    LATE = "late", "Sen"
    SICK = "sick", "Sjuk"
    CHILD = "child", "Vård av barn"
    CARE = "care", "Vårdbesök"
    AUTHORITY = "authority", "Myndighetsbesök"
    OTHER = "other", "Annat giltigt"
    ABSENT = "absent", "Ej anmäld"


ATTENDED = (AttendanceKind.PRESENT, AttendanceKind.LATE)
ANNOUNCED = (
    AttendanceKind.SICK,
    AttendanceKind.CHILD,
    AttendanceKind.CARE,
    AttendanceKind.AUTHORITY,
    AttendanceKind.OTHER,
)


class WorkTrialState(TextChoices):
    """Where a work trial (arbetsprövning) stands."""

    DRAFT = "draft", "Utkast"
    PROPOSED = "proposed", "Föreslagen"
    APPROVED = "approved", "Godkänd"
    ONGOING = "ongoing", "Pågår"
    EVALUATED = "evaluated", "Utvärderad"
    INTERRUPTED = "interrupted", "Avbruten"
    CANCELLED = "cancelled", "Inställd"


class TrialResult(TextChoices):
    """How an evaluated work trial went."""

    COMPLETED = "completed", "Genomförd"
    PARTLY = "partly", "Delvis genomförd"
    NO_SHOW = "no_show", "Uteblev"


class FollowUpState(TextChoices):
    """Where a follow-up after closure stands."""

    PLANNED = "planned", "Planerad"
    DONE = "done", "Gjord"
    NOT_REACHED = "not_reached", "Ej nådd"
    DECLINED = "declined", "Avböjd"

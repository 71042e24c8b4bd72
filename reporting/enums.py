"""States and kinds of reports and jobs."""

from django.db.models import TextChoices


class JobKind(TextChoices):
    """Long work that a user has been promised."""

    ANNUAL_REPORT = "annual_report", "Verksamhetsberättelse"
    SUS_DOCUMENT = "sus_document", "SUS-dokument"
    DATA_EXPORT = "data_export", "Dataunderlag"
    REGISTRATION_IMPORT = "registration_import", "Inläsning från fil"
    REGISTRATION_UNDO = "registration_undo", "Ångrad inläsning"


class JobState(TextChoices):
    """Where a job stands."""

    QUEUED = "queued", "I kö"
    RUNNING = "running", "Pågår"
    DONE = "done", "Klar"
    PARKED = "parked", "Stoppad"


class ImportResult(TextChoices):
    """What became of a row of a file with registrations."""

    CREATED = "created", "Ny"
    UNCHANGED = "unchanged", "Fanns redan"
    REJECTED = "rejected", "Går inte in"


class Audience(TextChoices):
    """Who a figure is for. Everyone but the programme itself gets suppressed figures."""

    PROGRAMME = "programme", "Insatsen"
    STEERING = "steering", "Styrgrupp och förbund"


class ReportState(TextChoices):
    """Where a verksamhetsberättelse stands."""

    DRAFT = "draft", "Utkast"
    SUBMITTED = "submitted", "Lämnad till styrgruppen"
    RETURNED = "returned", "Återlämnad"
    APPROVED = "approved", "Fastställd"
    CORRECTED = "corrected", "Rättad"

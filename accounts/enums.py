"""Kinds of organisation, and the roles people have in the work."""

from django.db.models import TextChoices


class OrganisationKind(TextChoices):
    """The four parties (huvudmän) and the förbund they form. Source: lag 2003:1210."""

    ASSOCIATION = "association", "Samordningsförbund"
    FK = "fk", "Försäkringskassan"
    AF = "af", "Arbetsförmedlingen"
    MUNICIPALITY = "municipality", "Kommun"
    REGION = "region", "Region"


class Role(TextChoices):
    """What a person does here. A membership gives one role in one unit for a period."""

    REFERRER = "referrer", "Remittent"
    COORDINATOR = "coordinator", "Rehabkoordinator"
    MANAGER = "manager", "Verksamhetsledare"
    STEERING = "steering", "Styrgrupp"
    DIRECTOR = "director", "Förbundschef"
    EVALUATOR = "evaluator", "Extern utvärderare"
    LOG_REVIEWER = "log_reviewer", "Loggranskare"
    ADMINISTRATOR = "administrator", "Systemadministratör"


STAFF = frozenset({Role.COORDINATOR, Role.MANAGER})
OPERATIONAL = STAFF | {Role.REFERRER}
OVERSIGHT = frozenset({Role.ADMINISTRATOR, Role.LOG_REVIEWER, Role.STEERING, Role.DIRECTOR})
AGGREGATE = frozenset({Role.STEERING, Role.DIRECTOR, Role.EVALUATOR})


class Reading(TextChoices):
    """How somebody came to read about a person."""

    VIEW = "view", "Öppnade"
    SEARCH = "search", "Sökträff"
    LIST = "list", "Lista"
    EXPORT = "export", "Export"
    PRINT = "print", "Utskrift"
    WRITE = "write", "Ändrade"


class Refusal(TextChoices):
    """Why a door stayed shut."""

    OUTSIDE = "outside", "Posten ligger utanför personens uppdrag"
    ROLE = "role", "Rollen får inte göra detta"
    INFECTED = "infected", "Filen innehöll skadlig kod"


class NoticeEmail(TextChoices):
    """How a person wants to hear by e-mail that there are notices (aviseringar)."""

    OFF = "off", "Av"
    DAILY = "daily", "Ett mejl på morgonen"
    DIRECT = "direct", "Genast när det brådskar"


class EmailKind(TextChoices):
    """Why an e-mail is sent: the morning's digest, or something that is urgent."""

    DIGEST = "digest", "Morgonmejl"
    URGENT = "urgent", "Brådskande mejl"


class EmailState(TextChoices):
    """How far an e-mail has come. Failed is tried again; parked waits for a person."""

    WAITING = "waiting", "Väntar"
    SENT = "sent", "Skickad"
    FAILED = "failed", "Misslyckad"
    PARKED = "parked", "Parkerad"

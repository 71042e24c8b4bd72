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

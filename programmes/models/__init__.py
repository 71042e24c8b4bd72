"""An insats with its blueprint and code lists, and what the steering group has decided about it."""

from programmes.models.programme import (
    Budget,
    BudgetLine,
    Checkpoint,
    ClosingDay,
    Code,
    CodeQuerySet,
    CoordinationKind,
    Goal,
    Phase,
    Programme,
    ProgrammeOwned,
    ProgrammeQuerySet,
    SessionContent,
    WeeklySlot,
)
from programmes.models.reserved import ReservedPlaces, ReservedPlacesEnd, ReservedPlacesQuerySet

__all__ = [
    "Budget",
    "BudgetLine",
    "Checkpoint",
    "ClosingDay",
    "Code",
    "CodeQuerySet",
    "CoordinationKind",
    "Goal",
    "Phase",
    "Programme",
    "ProgrammeOwned",
    "ProgrammeQuerySet",
    "ReservedPlaces",
    "ReservedPlacesEnd",
    "ReservedPlacesQuerySet",
    "SessionContent",
    "WeeklySlot",
]

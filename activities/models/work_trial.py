"""Work trials (arbetsprövning), where they take place, and the hours week by week."""

from typing import TYPE_CHECKING

import pgtrigger
from django.db import models
from django.db.models import F, Q

from activities.enums import TrialResult, WorkTrialState
from core.states import StateEvent
from participants.models import Enrolment
from programmes.models import ProgrammeOwned

if TYPE_CHECKING:
    from accounts.models import User


class WorkplaceQuerySet(models.QuerySet["Workplace"]):
    """Questions about workplaces."""

    def visible_to(self, user: "User") -> "WorkplaceQuerySet":
        """Workplaces of the programmes the user works in."""
        return self.filter(programme_id__in=sorted(user.scope.programmes))


class Workplace(ProgrammeOwned):
    """A place where participants try work."""

    name = models.CharField("arbetsplats", max_length=200)
    kind = models.CharField("slags arbete", max_length=120, blank=True)
    contact = models.CharField("kontaktperson", max_length=200, blank=True)
    phone = models.CharField("telefon", max_length=30, blank=True)
    active = models.BooleanField("tar emot", default=True)

    objects = WorkplaceQuerySet.as_manager()

    class Meta:
        verbose_name = "arbetsplats"
        verbose_name_plural = "arbetsplatser"
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "name"],
                name="workplace_once_per_programme",
                violation_error_message="Arbetsplatsen finns redan.",
            )
        ]

    def __str__(self) -> str:
        return self.name


class WorkTrialQuerySet(models.QuerySet["WorkTrial"]):
    """Questions about work trials."""

    def visible_to(self, user: "User") -> "WorkTrialQuerySet":
        """Trials of the programmes the user works in."""
        return self.filter(programme_id__in=sorted(user.scope.programmes))


class WorkTrial(ProgrammeOwned):
    """A work trial with weekly steps of hours toward the programme's goal."""

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="work_trials")
    workplace = models.ForeignKey(
        Workplace, models.PROTECT, related_name="trials", verbose_name="arbetsplats"
    )
    state = models.CharField(
        "läge", max_length=20, choices=WorkTrialState, default=WorkTrialState.DRAFT
    )
    version = models.PositiveIntegerField(default=1)
    starts_on = models.DateField("start")
    ends_on = models.DateField("slut")
    tasks = models.TextField("arbetsuppgifter", blank=True)
    supervisor = models.CharField("handledare", max_length=200, blank=True)
    participant_approved_on = models.DateField("deltagaren godkände", null=True, blank=True)
    workplace_approved_on = models.DateField("arbetsplatsen godkände", null=True, blank=True)
    result = models.CharField("resultat", max_length=12, choices=TrialResult, blank=True)
    evaluation = models.TextField("utvärdering", blank=True)
    once_key = models.UUIDField(unique=True, editable=False)

    objects = WorkTrialQuerySet.as_manager()

    class Meta:
        verbose_name = "arbetsprövning"
        verbose_name_plural = "arbetsprövningar"
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="work_trial_ends_after_it_starts",
                violation_error_message="Slutdatumet ligger före startdatumet.",
            )
        ]
        indexes = [models.Index(fields=["programme", "state"], name="work_trial_by_state")]

    def __str__(self) -> str:
        return f"{self.workplace} från {self.starts_on}"


class WorkTrialEvent(ProgrammeOwned, StateEvent):
    """The history of a work trial."""

    trial = models.ForeignKey(WorkTrial, models.PROTECT, related_name="events")

    class Meta(StateEvent.Meta):
        verbose_name = "händelse i arbetsprövningen"
        verbose_name_plural = "händelser i arbetsprövningen"
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]


class WorkTrialWeek(ProgrammeOwned):
    """Planned and actual hours of one ISO week; `monday` is the week's first day."""

    trial = models.ForeignKey(WorkTrial, models.CASCADE, related_name="weeks")
    monday = models.DateField("vecka")
    planned_hours = models.DecimalField("planerade timmar", max_digits=4, decimal_places=1)
    actual_hours = models.DecimalField(
        "gjorda timmar", max_digits=4, decimal_places=1, null=True, blank=True
    )
    comment = models.CharField("kommentar", max_length=300, blank=True)

    class Meta:
        verbose_name = "vecka i arbetsprövning"
        verbose_name_plural = "veckor i arbetsprövning"
        ordering = ["trial", "monday"]
        constraints = [
            models.UniqueConstraint(fields=["trial", "monday"], name="trial_week_once"),
            models.CheckConstraint(
                condition=Q(planned_hours__gte=0, planned_hours__lte=80)
                & (Q(actual_hours=None) | Q(actual_hours__gte=0, actual_hours__lte=80)),
                name="trial_hours_fit_a_week",
                violation_error_message="Timmarna ska vara mellan 0 och 80 i veckan.",
            ),
        ]

    def __str__(self) -> str:
        return f"v. {self.monday.isocalendar().week}"

"""A participation: one person in one programme, from start to end, with its phases and history."""

from datetime import date
from typing import TYPE_CHECKING

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.enums import Role
from accounts.models import Unit
from core.states import StateEvent
from participants.enums import OPEN_STATES, EnrolmentState
from participants.models.person import Participant
from programmes.models import Phase, ProgrammeOwned

if TYPE_CHECKING:
    from accounts.models import User


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    """Questions about participations."""

    def visible_to(self, user: "User") -> "EnrolmentQuerySet":
        """Participations in the programmes the user works in."""
        return self.filter(programme_id__in=sorted(user.scope.programmes))

    def writable_by(self, user: "User") -> "EnrolmentQuerySet":
        """Participations in the programmes where the user is coordinator, and so may write."""
        standings = user.scope.standings
        own = {one.programme_id for one in standings if one.role == Role.COORDINATOR}
        return self.filter(programme_id__in=sorted(pk for pk in own if pk is not None))

    def open(self) -> "EnrolmentQuerySet":
        """Placed and not ended: those who take one of the programme's places."""
        return self.filter(state__in=OPEN_STATES)

    def counted(self) -> "EnrolmentQuerySet":
        """All that may count in any figure: everything but wrong registrations."""
        return self.exclude(state=EnrolmentState.MISREGISTERED)


class Enrolment(ProgrammeOwned):
    """A participation (deltagande). The same person can have several, never two at the same time.

    `sort_name` is the person's, copied so that a programme's list is one index range.
    """

    participant = models.ForeignKey(
        Participant, models.PROTECT, related_name="enrolments", verbose_name="deltagare"
    )
    case_number = models.CharField("ärende", max_length=20)
    state = models.CharField(
        "läge", max_length=20, choices=EnrolmentState, default=EnrolmentState.PLANNED
    )
    phase = models.ForeignKey(
        Phase, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="fas"
    )
    coordinator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="koordinator",
    )
    referrer_code = models.CharField("remittent", max_length=20)
    referring_unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, related_name="+", verbose_name="remitterande enhet"
    )
    starts_on = models.DateField("start")
    ends_on = models.DateField("slut", null=True, blank=True)
    sort_name = models.CharField(max_length=250, editable=False, db_collation="C")
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField("inskriven", auto_now_add=True)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = "deltagande"
        verbose_name_plural = "deltaganden"
        ordering = ["sort_name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "case_number"], name="case_number_once_per_programme"
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="enrolment_ends_after_it_starts",
                violation_error_message="Slutdatumet ligger före startdatumet.",
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(ends_on__isnull=False),
                name="closed_enrolment_has_end_date",
                violation_error_message="Ett avslutat deltagande behöver ett slutdatum.",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["planned", "active", "paused"]) | Q(ends_on=None),
                name="open_enrolment_has_no_end_date",
                violation_error_message="Ett pågående deltagande har inget slutdatum.",
            ),
        ]
        indexes = [
            # The controller is what the policies ask about: with it the lists are counted from the
            # index alone.
            models.Index(
                fields=["programme", "sort_name", "id"],
                include=["controller"],
                condition=Q(state__in=["planned", "active", "paused"]),
                name="enrolment_open_by_name",
            ),
            models.Index(fields=["programme", "sort_name", "id"], name="enrolment_by_name"),
            models.Index(
                fields=["programme", "coordinator", "sort_name", "id"],
                include=["controller"],
                condition=Q(state__in=["planned", "active", "paused"]),
                name="enrolment_mine_by_name",
            ),
            models.Index(
                fields=["programme", "sort_name", "id"],
                include=["controller"],
                condition=Q(state="closed"),
                name="enrolment_closed_by_name",
            ),
            models.Index(fields=["programme", "starts_on"], name="enrolment_by_start"),
        ]

    def __str__(self) -> str:
        return self.case_number

    @property
    def is_open(self) -> bool:
        """True while the participation takes a place."""
        return self.state in OPEN_STATES


class EnrolmentEvent(ProgrammeOwned, StateEvent):
    """The history of a participation."""

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="events")

    class Meta(StateEvent.Meta):
        verbose_name = "händelse i deltagandet"
        verbose_name_plural = "händelser i deltagandet"
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]


class EnrolmentPhase(ProgrammeOwned):
    """One phase of one participation, with its dates (both inclusive)."""

    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="phases")
    phase = models.ForeignKey(Phase, models.PROTECT, related_name="+", verbose_name="fas")
    started_on = models.DateField("började")
    ended_on = models.DateField("slutade", null=True, blank=True)

    class Meta:
        verbose_name = "fas i deltagandet"
        verbose_name_plural = "faser i deltagandet"
        ordering = ["enrolment", "started_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("started_on")),
                name="enrolment_phase_ends_after_it_starts",
                violation_error_message="Fasen slutar innan den börjar.",
            ),
            models.UniqueConstraint(
                fields=["enrolment"],
                condition=Q(ended_on=None),
                name="one_phase_at_a_time",
                violation_error_message="Deltagaren är redan i en fas.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.phase} från {self.started_on}"

    def week_on(self, day: date) -> int:
        """Which week of the phase `day` lies in; the first week is 1."""
        return max(0, (day - self.started_on).days) // 7 + 1

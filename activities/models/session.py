"""A group's sessions and who was there."""

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from activities.enums import AttendanceKind
from activities.models.group import Group
from participants.models import Enrolment
from programmes.models import ProgrammeOwned, SessionContent

if TYPE_CHECKING:
    from accounts.models import User


class SessionQuerySet(models.QuerySet["Session"]):
    """Questions about sessions."""

    def visible_to(self, user: "User") -> "SessionQuerySet":
        """Sessions of the programmes the user works in."""
        return self.filter(programme_id__in=sorted(user.scope.programmes))

    def on(self, day: date) -> "SessionQuerySet":
        """Sessions of one day, in order."""
        return self.filter(starts_at__date=day).order_by("starts_at", "pk")


class Session(ProgrammeOwned):
    """One time a group meets (tillfälle). A cancelled one never counts against anybody."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="sessions")
    number = models.PositiveSmallIntegerField("nummer")
    starts_at = models.DateTimeField("börjar")
    ends_at = models.DateTimeField("slutar")
    content = models.ForeignKey(
        SessionContent,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="innehåll",
    )
    room = models.CharField("lokal", max_length=120, blank=True)
    cancelled = models.BooleanField("inställt", default=False)
    attendance_done_at = models.DateTimeField("närvaro klar", null=True, blank=True)

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = "tillfälle"
        verbose_name_plural = "tillfällen"
        ordering = ["starts_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["group", "number"], name="session_number_once"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="session_ends_after_it_starts",
                violation_error_message="Tillfället slutar innan det börjar.",
            ),
        ]
        indexes = [models.Index(fields=["programme", "starts_at"], name="session_by_time")]

    def __str__(self) -> str:
        return f"{self.group}, tillfälle {self.number}"

    @property
    def hours(self) -> Decimal:
        """Length in hours."""
        return Decimal((self.ends_at - self.starts_at).total_seconds()) / 3600


class Attendance(ProgrammeOwned):
    """How one participant was at one session: what holds now. Its history is `AttendanceChange`."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="attendances")
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="attendances")
    kind = models.CharField("närvaro", max_length=12, choices=AttendanceKind)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="av"
    )
    recorded_at = models.DateTimeField("när", auto_now=True)

    class Meta:
        verbose_name = "närvaro"
        verbose_name_plural = "närvaro"
        ordering = ["session", "enrolment"]
        constraints = [
            models.UniqueConstraint(fields=["session", "enrolment"], name="attendance_once")
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class AttendanceChange(ProgrammeOwned):
    """One recording or correction of attendance. Append-only; a correction says why."""

    attendance = models.ForeignKey(Attendance, models.CASCADE, related_name="changes")
    kind = models.CharField("närvaro", max_length=12, choices=AttendanceKind)
    reason = models.CharField("varför ändrad", max_length=300, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="av"
    )
    at = models.DateTimeField("när", auto_now_add=True)

    class Meta:
        verbose_name = "ändring av närvaro"
        verbose_name_plural = "ändringar av närvaro"
        ordering = ["attendance", "at", "pk"]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

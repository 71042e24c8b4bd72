"""Follow-ups after closure."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from activities.enums import FollowUpState
from participants.models import Enrolment
from programmes.models import Checkpoint, ProgrammeOwned

if TYPE_CHECKING:
    from accounts.models import User


class FollowUpQuerySet(models.QuerySet["FollowUp"]):
    """Questions about follow-ups."""

    def visible_to(self, user: "User") -> "FollowUpQuerySet":
        """Follow-ups of the programmes the user works in."""
        return self.filter(programme_id__in=sorted(user.scope.programmes))


class FollowUp(ProgrammeOwned):
    """A follow-up some months after closure (uppföljning). Created by the closure, done by a person."""

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="follow_ups")
    checkpoint = models.ForeignKey(
        Checkpoint, models.PROTECT, related_name="+", verbose_name="avstämning"
    )
    due_on = models.DateField("ska göras")
    state = models.CharField(
        "läge", max_length=12, choices=FollowUpState, default=FollowUpState.PLANNED
    )
    done_on = models.DateField("gjordes", null=True, blank=True)
    occupation = models.CharField("sysselsättning", max_length=20, blank=True)
    weekly_hours = models.DecimalField(
        "timmars aktivitet i veckan", max_digits=4, decimal_places=1, null=True, blank=True
    )

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        verbose_name = "uppföljning"
        verbose_name_plural = "uppföljningar"
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "checkpoint"], name="follow_up_once_per_checkpoint"
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(done_on__isnull=False),
                name="done_follow_up_has_date",
                violation_error_message="En gjord uppföljning har ett datum.",
            ),
        ]
        indexes = [models.Index(fields=["programme", "state", "due_on"], name="follow_up_due")]

    def __str__(self) -> str:
        return f"{self.checkpoint} {self.due_on}"

"""A group that goes through the group phase together."""

from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from participants.models import Enrolment
from programmes.models import ProgrammeOwned

if TYPE_CHECKING:
    from accounts.models import User


class GroupQuerySet(models.QuerySet["Group"]):
    """Questions about groups."""

    def visible_to(self, user: "User") -> "GroupQuerySet":
        """Groups of the programmes the user works in."""
        return self.filter(programme_id__in=sorted(user.scope.programmes))

    def not_over(self, day: date) -> "GroupQuerySet":
        """Running or coming on `day`, next start first."""
        return self.filter(ends_on__gte=day).order_by("starts_on", "pk")


class Group(ProgrammeOwned):
    """A group with a start, an end and at most `size` members.

    `anonymous_members` counts those of whom nothing else may be kept.
    """

    number = models.PositiveSmallIntegerField("nummer")
    starts_on = models.DateField("start")
    ends_on = models.DateField("slut")
    size = models.PositiveSmallIntegerField("platser")
    room = models.CharField("lokal", max_length=120, blank=True)
    leader = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="ledare",
    )
    anonymous_members = models.PositiveSmallIntegerField("anonyma deltagare", default=0)
    once_key = models.UUIDField(unique=True, editable=False)

    objects = GroupQuerySet.as_manager()

    class Meta:
        verbose_name = "grupp"
        verbose_name_plural = "grupper"
        ordering = ["-starts_on", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "number"],
                name="group_number_once_per_programme",
                violation_error_message="Numret är upptaget.",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="group_ends_after_it_starts",
                violation_error_message="Gruppen slutar innan den börjar.",
            ),
        ]

    def __str__(self) -> str:
        return f"Grupp {self.number}"


class GroupMembership(ProgrammeOwned):
    """One participation's time in one group (both dates inclusive)."""

    group = models.ForeignKey(Group, models.PROTECT, related_name="memberships")
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="group_memberships")
    joined_on = models.DateField("från")
    left_on = models.DateField("till", null=True, blank=True)

    class Meta:
        verbose_name = "plats i grupp"
        verbose_name_plural = "platser i grupp"
        ordering = ["group", "enrolment__sort_name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["group", "enrolment"],
                name="once_in_a_group",
                violation_error_message="Personen är redan i gruppen.",
            ),
            models.CheckConstraint(
                condition=Q(left_on=None) | Q(left_on__gte=F("joined_on")),
                name="group_membership_ends_after_it_starts",
                violation_error_message="Slutdatumet ligger före startdatumet.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group}: {self.enrolment}"

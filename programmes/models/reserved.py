"""Places that the steering group keeps for a target group: decisions with dates, never changed."""

from datetime import date
from typing import TYPE_CHECKING

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from programmes.models.programme import Programme

if TYPE_CHECKING:
    from accounts.models import User


class ReservedPlacesQuerySet(models.QuerySet["ReservedPlaces"]):
    """Questions about reserved places."""

    def visible_to(self, user: "User") -> "ReservedPlacesQuerySet":
        """Decisions of the programmes the user works in or sees aggregates of."""
        return self.filter(programme_id__in=sorted(user.scope.programmes | user.scope.aggregates))

    def valid_on(self, day: date) -> "ReservedPlacesQuerySet":
        """Decisions that hold for a group that starts on `day`, in the order they were noted."""
        return self.filter(
            Q(valid_to=None) | Q(valid_to__gte=day),
            Q(end=None) | Q(end__last_on__gte=day),
            valid_from__lte=day,
        ).order_by("pk")


class _Decision(models.Model):
    """What every noted decision says of itself. Append-only: the database refuses changes."""

    decided_on = models.DateField("styrgruppen beslutade")
    words = models.TextField("ur beslutet", blank=True)
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="antecknat av"
    )
    noted_by_name = models.CharField("namn då", max_length=200)
    noted_at = models.DateTimeField("antecknat", auto_now_add=True)
    once_key = models.UUIDField(unique=True, editable=False)

    class Meta:
        abstract = True
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]


class ReservedPlaces(_Decision):
    """The steering group reserves a whole group, or a number of places in it, for a target group.

    Holds for every group that starts from `valid_from` to `valid_to` (both inclusive; None: until
    further notice), or only for the group with `group_number`. `places` is persons in each group;
    None is the whole group. Holds nothing about persons.
    Source: Rehabsteget, plan från och med 2012, "Målgrupp".
    """

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="reserved_places")
    target_group = models.CharField("målgrupp", max_length=20)
    places = models.PositiveSmallIntegerField("platser i gruppen", null=True, blank=True)
    group_number = models.PositiveSmallIntegerField("bara grupp nummer", null=True, blank=True)
    valid_from = models.DateField("gäller grupper som startar från")
    valid_to = models.DateField("till och med", null=True, blank=True)

    objects = ReservedPlacesQuerySet.as_manager()

    class Meta(_Decision.Meta):
        verbose_name = "reserverade platser"
        verbose_name_plural = "reserverade platser"
        ordering = ["programme", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="reserved_places_end_after_they_start",
                violation_error_message="Slutdatumet ligger före startdatumet.",
            ),
            models.CheckConstraint(
                condition=Q(places=None) | Q(places__gte=1),
                name="reserved_places_are_at_least_one",
                violation_error_message="Reservera minst en plats.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.target_group} {self.valid_from}"


class ReservedPlacesEnd(_Decision):
    """The steering group ends a reservation: it holds no longer for groups starting after `last_on`.

    `last_on` may lie before the reservation's first day: then it never came to hold.
    """

    reserved = models.OneToOneField(ReservedPlaces, models.PROTECT, related_name="end")
    last_on = models.DateField("sista dag")

    class Meta(_Decision.Meta):
        verbose_name = "beslut att upphöra med reserverade platser"
        verbose_name_plural = "beslut att upphöra med reserverade platser"
        ordering = ["reserved"]

    def __str__(self) -> str:
        return f"{self.reserved} upphör {self.last_on}"

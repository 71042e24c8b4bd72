"""In- and out-registration: what was so directly before the start, and at the end."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from participants.enums import MarkKind, Occasion
from participants.models.enrolment import Enrolment
from programmes.models import ProgrammeOwned


class Registration(ProgrammeOwned):
    """The registration of one occasion of one participation (SUS in or out).

    `education` and `months_in_support` belong to the occasion before; `reason` and `weekly_hours`
    (hours of activity a week that were reached) to the occasion after. Months are whole months.
    """

    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="registrations")
    occasion = models.CharField("tillfälle", max_length=10, choices=Occasion)
    municipality = models.CharField("kommun", max_length=80, blank=True)
    education = models.CharField("utbildning", max_length=20, blank=True)
    months_in_support = models.PositiveSmallIntegerField(
        "månader i offentlig försörjning", null=True, blank=True
    )
    reason = models.CharField("avslutsanledning", max_length=20, blank=True)
    weekly_hours = models.DecimalField(
        "timmars aktivitet i veckan", max_digits=4, decimal_places=1, null=True, blank=True
    )
    registered_at = models.DateTimeField("registrerad", auto_now=True)
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="registrerad av"
    )

    class Meta:
        verbose_name = "registrering"
        verbose_name_plural = "registreringar"
        ordering = ["enrolment", "occasion"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "occasion"],
                name="registration_once_per_occasion",
                violation_error_message="Registreringen finns redan.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_occasion_display()} {self.enrolment}"


class RegistrationMark(ProgrammeOwned):
    """One mark in a multi-choice question. `extent` is percent for support, hours for occupation."""

    registration = models.ForeignKey(Registration, models.CASCADE, related_name="marks")
    kind = models.CharField("fråga", max_length=12, choices=MarkKind)
    code = models.CharField("kod", max_length=20)
    extent = models.DecimalField(
        "omfattning", max_digits=5, decimal_places=1, null=True, blank=True
    )

    class Meta:
        verbose_name = "svar i registrering"
        verbose_name_plural = "svar i registrering"
        ordering = ["registration", "kind", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["registration", "kind", "code"],
                name="mark_once",
                violation_error_message="Svaret är redan ifyllt.",
            ),
            models.CheckConstraint(
                condition=Q(extent=None) | Q(extent__gte=0),
                name="extent_is_not_negative",
                violation_error_message="Omfattningen kan inte vara mindre än noll.",
            ),
        ]

    def __str__(self) -> str:
        return self.code

"""Notes and consents."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.enums import OrganisationKind
from participants.enums import ConsentForm, ConsentPurpose, NoteKind
from participants.models.enrolment import Enrolment
from programmes.models import ProgrammeOwned


class Note(ProgrammeOwned):
    """A signed note in the journal. Never changed: an amendment is a note that points at the first."""

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="notes")
    kind = models.CharField("slag", max_length=20, choices=NoteKind, default=NoteKind.NOTE)
    text = models.TextField("text")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="skriven av"
    )
    signed_at = models.DateTimeField("signerad", auto_now_add=True)
    amends = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="amendments", verbose_name="rättar"
    )
    reason = models.CharField("varför", max_length=300, blank=True)
    once_key = models.UUIDField(unique=True, editable=False)

    class Meta:
        verbose_name = "anteckning"
        verbose_name_plural = "anteckningar"
        ordering = ["-signed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amends=None) | ~Q(reason=""),
                name="amendment_says_why",
                violation_error_message="Skriv varför anteckningen rättas.",
            )
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.signed_at:%Y-%m-%d}"


class ConsentQuerySet(models.QuerySet["Consent"]):
    """Questions about consents."""

    def valid_on(self, day: object) -> "ConsentQuerySet":
        """Given, not run out and not withdrawn on `day`. Evaluated when read, never stored."""
        return self.filter(
            Q(valid_to=None) | Q(valid_to__gte=day),
            Q(withdrawn_on=None) | Q(withdrawn_on__gt=day),
            given_on__lte=day,
            refused=False,
        )


class Consent(ProgrammeOwned):
    """A consent (samtycke): for what, to whom, in what form, how long. Refusals are rows too."""

    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="consents")
    purpose = models.CharField("ändamål", max_length=20, choices=ConsentPurpose)
    recipient = models.CharField("mottagare", max_length=20, choices=OrganisationKind, blank=True)
    form = models.CharField("form", max_length=12, choices=ConsentForm, blank=True)
    text_version = models.CharField("textens version", max_length=20, default="1")
    given_on = models.DateField("datum")
    valid_to = models.DateField("gäller till", null=True, blank=True)
    withdrawn_on = models.DateField("återkallat", null=True, blank=True)
    refused = models.BooleanField("nekat", default=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="antecknat av"
    )

    objects = ConsentQuerySet.as_manager()

    class Meta:
        verbose_name = "samtycke"
        verbose_name_plural = "samtycken"
        ordering = ["enrolment", "purpose", "recipient", "-given_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("given_on")),
                name="consent_ends_after_it_is_given",
                violation_error_message="Slutdatumet ligger före datumet.",
            )
        ]

    def __str__(self) -> str:
        return self.get_purpose_display()

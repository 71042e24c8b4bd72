"""What a coordinator asks the referrer for: one row a thing, answered one by one."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from encrypted_fields.fields import EncryptedTextField

from programmes.models import ProgrammeOwned
from referrals.enums import CompletionKind
from referrals.models.referral import Referral


class CompletionItemQuerySet(models.QuerySet["CompletionItem"]):
    """Questions about what has been asked for."""

    def open(self) -> "CompletionItemQuerySet":
        """Asked for, and not answered yet."""
        return self.filter(answered_at=None)


class CompletionItem(ProgrammeOwned):
    """One thing that is missing in a remiss (punkt i komplettering), and the answer to it.

    `typed` is the answer while it is being written, seen by the sender's unit only.
    """

    referral = models.ForeignKey(Referral, models.CASCADE, related_name="completion_items")
    kind = models.CharField("slag", max_length=20, choices=CompletionKind)
    text = models.CharField("vad som saknas", max_length=300)
    asked_at = models.DateTimeField("begärd", auto_now_add=True)
    typed = EncryptedTextField("svaret som det skrivs", null=True, blank=True)
    answer = models.TextField("svar", blank=True)
    answered_at = models.DateTimeField("besvarad", null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="besvarad av",
    )

    objects = CompletionItemQuerySet.as_manager()

    class Meta:
        verbose_name = "punkt i komplettering"
        verbose_name_plural = "punkter i komplettering"
        ordering = ["referral", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at=None) | Q(answered_by__isnull=False),
                name="answered_item_says_by_whom",
                violation_error_message="Ett svar har en avsändare.",
            )
        ]

    def __str__(self) -> str:
        return self.text

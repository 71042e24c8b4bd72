"""The talk in the case: messages between the unit that refers and the programme's staff."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models

from programmes.models import ProgrammeOwned
from referrals.enums import Side
from referrals.models.referral import Referral, only_blanked

if TYPE_CHECKING:
    from accounts.models import User


class MessageQuerySet(models.QuerySet["Message"]):
    """Questions about messages."""

    def visible_to(self, user: "User") -> "MessageQuerySet":
        """Those of the referrals the user may read."""
        return self.filter(referral__in=Referral.objects.visible_to(user).values("pk"))


class Message(ProgrammeOwned):
    """One message (meddelande) in a remiss. Append-only: what was said stays as it was said.

    The author's name, role and organisation are copied, so that it says who it was *then*.
    """

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="messages", db_index=False)
    side = models.CharField("från", max_length=10, choices=Side)
    text = models.TextField("text")
    at = models.DateTimeField("skrivet", auto_now_add=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="vem"
    )
    author_name = models.CharField("namn då", max_length=200)
    author_role = models.CharField("roll då", max_length=30, blank=True)
    author_organisation = models.CharField("organisation då", max_length=200, blank=True)
    once_key = models.UUIDField(unique=True, editable=False)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = "meddelande"
        verbose_name_plural = "meddelanden"
        ordering = ["pk"]
        indexes = [models.Index(fields=["referral", "side", "id"], name="message_by_referral")]
        triggers = [only_blanked()]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.author_name}"


class MessageReading(ProgrammeOwned):
    """How far somebody has read the other side's messages in a remiss: a mark, moved forward only.

    `last` is the number of the newest message read, `at` when the mark was last moved.
    """

    referral = models.ForeignKey(
        Referral, models.PROTECT, related_name="message_readings", db_index=False
    )
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="vem"
    )
    side = models.CharField("läser för", max_length=10, choices=Side)
    last = models.BigIntegerField("läst till och med")
    at = models.DateTimeField("läst")

    class Meta:
        verbose_name = "läst meddelande"
        verbose_name_plural = "lästa meddelanden"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["referral", "reader", "side"], name="message_reading_once_per_reader"
            )
        ]

    def __str__(self) -> str:
        return f"{self.referral_id}: {self.last}"

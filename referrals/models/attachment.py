"""Papers attached to a remiss. The row is here, the file outside the web root under a random name."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q

from programmes.models import ProgrammeOwned
from referrals.enums import AttachmentKind, Side
from referrals.models.referral import Referral

if TYPE_CHECKING:
    from accounts.models import User


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    """Questions about attachments."""

    def visible_to(self, user: "User") -> "AttachmentQuerySet":
        """Those of the referrals the user may read."""
        return self.filter(referral__in=Referral.objects.visible_to(user).values("pk"))

    def current(self) -> "AttachmentQuerySet":
        """Those that still hold: not withdrawn."""
        return self.filter(withdrawn_at=None)


class Attachment(ProgrammeOwned):
    """A file that belongs to a remiss (bilaga): a doctor's assessment, a signed consent.

    `size` is in bytes, `checksum` the SHA-256 in hex, `path` the file's place below
    `settings.FILES_DIR`. `name` is the sender's own, made harmless. Once the remiss is sent an
    attachment is never removed: it is marked as withdrawn, with why.
    """

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="attachments")
    kind = models.CharField("vad det är", max_length=10, choices=AttachmentKind)
    name = models.CharField("namn", max_length=120)
    content_type = models.CharField("typ", max_length=40)
    size = models.PositiveIntegerField("storlek")
    checksum = models.CharField("kontrollsumma", max_length=64)
    path = models.CharField("plats", max_length=80, unique=True, editable=False)
    side = models.CharField("från", max_length=10, choices=Side)
    added_at = models.DateTimeField("bifogad", auto_now_add=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="av"
    )
    adder_name = models.CharField("namn då", max_length=200)
    adder_organisation = models.CharField("organisation då", max_length=200, blank=True)
    withdrawn_at = models.DateTimeField("återtagen", null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="återtagen av",
    )
    withdrawn_why = models.TextField("varför återtagen", blank=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = "bilaga"
        verbose_name_plural = "bilagor"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["referral", "checksum"],
                condition=Q(withdrawn_at=None),
                name="attachment_once_per_referral",
                violation_error_message="Filen är redan bifogad.",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None, withdrawn_why="")
                | (
                    Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_why="")
                ),
                name="withdrawn_attachment_says_who_and_why",
                violation_error_message="En återtagen bilaga säger av vem och varför.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"

    @property
    def is_withdrawn(self) -> bool:
        """True when it no longer holds."""
        return self.withdrawn_at is not None

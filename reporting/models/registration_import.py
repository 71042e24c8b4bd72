"""A list of registrations that was brought in from a file, and what became of each row."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from participants.models import Enrolment
from programmes.models import ProgrammeOwned
from reporting.enums import ImportResult, JobState
from reporting.models.job import Job

if TYPE_CHECKING:
    from accounts.models import User

UNDO_DAYS = 1
# Far more than a command needs for the most rows. An import that is undone goes no further.
COMMAND_TAKES = timedelta(minutes=15)


class RegistrationImportQuerySet(models.QuerySet["RegistrationImport"]):
    """Questions about imports."""

    def visible_to(self, user: "User") -> "RegistrationImportQuerySet":
        """Imports to the programmes the user works in."""
        return self.filter(programme_id__in=sorted(user.scope.programmes))


class RegistrationImport(ProgrammeOwned):
    """One file with registrations: looked through, then confirmed or not (inläsning).

    `source_path` is the file itself, erased when it has been read; `rejects_path` the rows that did
    not go in. Both lie among the product's files, under names that say nothing, and neither is kept
    after `files_expire_at`. `notes` is what in the file was not read. `group_ids` are groups that the
    import made. Where it stands is told by the moments: looked through, confirmed, finished, undone.
    """

    requester = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="inläst av"
    )
    file_name = models.CharField("fil", max_length=120)
    checksum = models.CharField("kontrollsumma", max_length=64)
    source_path = models.CharField(max_length=80, blank=True, editable=False)
    rejects_path = models.CharField(max_length=80, blank=True, editable=False)
    files_expire_at = models.DateTimeField("filerna tas bort")
    notes = ArrayField(models.TextField(), verbose_name="inte läst", default=list)
    group_ids = ArrayField(models.BigIntegerField(), default=list, editable=False)
    created_at = models.DateTimeField("granskad", auto_now_add=True)
    confirmed_at = models.DateTimeField("bekräftad", null=True, blank=True)
    finished_at = models.DateTimeField("inläst", null=True, blank=True)
    undone_at = models.DateTimeField("ångrad", null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="ångrad av",
    )
    job = models.OneToOneField(
        Job, models.PROTECT, null=True, blank=True, related_name="registration_import"
    )
    undo_job = models.OneToOneField(
        Job, models.PROTECT, null=True, blank=True, related_name="undone_import"
    )
    once_key = models.UUIDField(unique=True, editable=False)

    objects = RegistrationImportQuerySet.as_manager()

    class Meta:
        verbose_name = "inläsning"
        verbose_name_plural = "inläsningar"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(finished_at=None) | Q(confirmed_at__isnull=False),
                name="finished_import_was_confirmed",
            )
        ]
        indexes = [
            models.Index(fields=["programme", "-created_at"], name="import_by_day"),
            models.Index(
                fields=["files_expire_at"],
                condition=~Q(source_path="") | ~Q(rejects_path=""),
                name="import_with_files",
            ),
        ]

    def __str__(self) -> str:
        return f"Inläsning {self.pk}"

    @property
    def may_be_undone(self) -> bool:
        """Confirmed less than a day ago, and not going on: also when it stopped half-way."""
        return (
            self.undo_until is not None and not self.is_running and self.undo_until > timezone.now()
        )

    @property
    def undo_until(self) -> datetime | None:
        """A day after it was finished, or confirmed when it never was."""
        last = self.finished_at or self.confirmed_at
        return last + timedelta(days=UNDO_DAYS) if last else None

    @property
    def is_running(self) -> bool:
        """Rows are being written, or wait for a worker. Nobody hears when a command is killed."""
        if self.confirmed_at is None or self.finished_at or self.undone_at:
            return False
        if self.job:
            return self.job.state in (JobState.QUEUED, JobState.RUNNING)
        return self.confirmed_at > timezone.now() - COMMAND_TAKES


class ImportRowQuerySet(models.QuerySet["ImportRow"]):
    """Questions about rows."""

    def undoable(self) -> "ImportRowQuerySet":
        """What the import made, and nobody has undone yet."""
        return self.filter(result=ImportResult.CREATED, written=True, undone=False)


class ImportRow(ProgrammeOwned):
    """What became of one row of the file, or would become of it until `written` is true.

    Holds nothing of the row itself but, for an anonymous one, gender and year. `fingerprint` is a
    keyed hash by which the same row in another file is known. `kept_because` says why an undo left
    the row's participation.
    """

    batch = models.ForeignKey(
        RegistrationImport, models.CASCADE, related_name="rows", verbose_name="inläsning"
    )
    number = models.PositiveIntegerField("rad")
    result = models.CharField("resultat", max_length=10, choices=ImportResult)
    messages = ArrayField(models.TextField(), verbose_name="meddelanden", default=list)
    fingerprint = models.CharField(max_length=64, blank=True, editable=False)
    gender = models.CharField("kön", max_length=1, blank=True)
    year = models.PositiveSmallIntegerField("år", null=True, blank=True)
    enrolment = models.ForeignKey(
        Enrolment, models.SET_NULL, null=True, related_name="+", verbose_name="deltagande"
    )
    written = models.BooleanField(default=False)
    undone = models.BooleanField("ångrad", default=False)
    kept_because = models.TextField("inte ångrad", blank=True)

    objects = ImportRowQuerySet.as_manager()

    class Meta:
        verbose_name = "rad i inläsningen"
        verbose_name_plural = "rader i inläsningen"
        ordering = ["batch", "number"]
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="import_row_once")]
        indexes = [
            models.Index(
                fields=["programme", "fingerprint"],
                condition=Q(written=True, undone=False) & ~Q(fingerprint=""),
                name="import_row_by_fingerprint",
            ),
            models.Index(
                fields=["programme", "gender", "year"],
                condition=Q(written=True, undone=False, result="created") & ~Q(gender=""),
                name="import_row_anonymous",
            ),
        ]

    def __str__(self) -> str:
        return f"Rad {self.number}"

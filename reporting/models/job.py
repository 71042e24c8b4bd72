"""Jobs that a user was promised, the files they make, and the annual report."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.enums import Role
from programmes.models import ProgrammeOwned
from reporting.enums import Audience, JobKind, JobState, ReportState

if TYPE_CHECKING:
    from accounts.models import User


class JobQuerySet(models.QuerySet["Job"]):
    """Questions about jobs."""

    def visible_to(self, user: "User") -> "JobQuerySet":
        """The user's own orders, and those of the programmes the user works in."""
        return self.filter(Q(requester=user) | Q(programme_id__in=sorted(user.scope.programmes)))

    def of_team(self, user: "User") -> "JobQuerySet":
        """Those of the programmes the user works in."""
        return self.filter(programme_id__in=sorted(user.scope.programmes))

    def unfinished(self) -> "JobQuerySet":
        """Queued or running."""
        return self.filter(state__in=(JobState.QUEUED, JobState.RUNNING))


class Job(ProgrammeOwned):
    """Long work as a row before it is a task. Celery and Redis only wake the worker.

    `parameters` holds ids and years, never personal data. `lease_until` is how long the worker that
    claimed the job may be silent before another one takes over; `attempts` counts claims, and a job
    that fails too often is parked. `progress` is percent, `step` says in words what is being done.
    """

    kind = models.CharField("slag", max_length=30, choices=JobKind)
    key = models.CharField("nyckel", max_length=200, unique=True)
    parameters = models.JSONField("uppgifter", default=dict)
    requester = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="beställd av"
    )
    state = models.CharField("läge", max_length=10, choices=JobState, default=JobState.QUEUED)
    created_at = models.DateTimeField("beställd", auto_now_add=True)
    started_at = models.DateTimeField("började", null=True, blank=True)
    finished_at = models.DateTimeField("klar", null=True, blank=True)
    attempts = models.PositiveSmallIntegerField("försök", default=0)
    lease_until = models.DateTimeField("förfaller", null=True, blank=True)
    worker = models.CharField("arbetare", max_length=100, blank=True)
    progress = models.PositiveSmallIntegerField("procent", default=0)
    step = models.CharField("steg", max_length=120, blank=True)
    error = models.TextField("fel", blank=True)
    expires_at = models.DateTimeField("filen tas bort", null=True, blank=True)
    file_path = models.CharField("fil", max_length=200, blank=True)
    file_name = models.CharField("filnamn", max_length=200, blank=True)
    file_type = models.CharField("filtyp", max_length=100, blank=True)
    file_size = models.PositiveBigIntegerField("storlek", null=True, blank=True)
    checksum = models.CharField("kontrollsumma", max_length=64, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = "jobb"
        verbose_name_plural = "jobb"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="done") | (~Q(checksum="") & ~Q(file_path="")),
                name="done_job_has_file",
                violation_error_message="Ett klart jobb har en fil.",
            )
        ]
        indexes = [
            models.Index(
                fields=["created_at"],
                condition=Q(state__in=["queued", "running"]),
                name="job_unfinished",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"

    @property
    def is_done(self) -> bool:
        """The file has been made."""
        return self.state == JobState.DONE

    @property
    def has_file(self) -> bool:
        """The file has been made and its time is not over."""
        return self.is_done and self.file_size is not None


class AnnualReportQuerySet(models.QuerySet["AnnualReport"]):
    """Questions about annual reports."""

    def visible_to(self, user: "User") -> "AnnualReportQuerySet":
        """Reports of programmes the user works in; from outside, those made for outside readers.

        An external evaluator reads what the styrgrupp has approved.
        """
        scope = user.scope
        evaluated = [one.programme_id for one in scope.standings if one.role == Role.EVALUATOR]
        steered = sorted(scope.aggregates - set(evaluated))
        outside = Q(programme_id__in=steered) | Q(
            programme_id__in=evaluated, state__in=(ReportState.APPROVED, ReportState.CORRECTED)
        )
        return self.filter(
            Q(programme_id__in=sorted(scope.programmes)) | Q(audience=Audience.STEERING) & outside
        )

    def finished(self) -> "AnnualReportQuerySet":
        """Those whose PDF exists."""
        return self.filter(job__state=JobState.DONE)


class AnnualReport(ProgrammeOwned):
    """A verksamhetsberättelse for a calendar year. Every order makes a new version; none is lost.

    Its figures are frozen in `figures` (as the statistics' JSON) when the PDF is made.
    """

    year = models.PositiveSmallIntegerField("år")
    version = models.PositiveSmallIntegerField("version")
    state = models.CharField("läge", max_length=12, choices=ReportState, default=ReportState.DRAFT)
    audience = models.CharField(
        "läsare", max_length=12, choices=Audience, default=Audience.STEERING
    )
    changes_text = models.TextField("förändringar av betydelse", blank=True)
    summary_text = models.TextField("sammanfattning", blank=True)
    figures = models.JSONField("frysta siffror", null=True, blank=True)
    frozen_at = models.DateTimeField("siffror frysta", null=True, blank=True)
    job = models.OneToOneField(Job, models.PROTECT, related_name="report", verbose_name="jobb")
    created_at = models.DateTimeField("beställd", auto_now_add=True)
    once_key = models.UUIDField(unique=True, editable=False)

    objects = AnnualReportQuerySet.as_manager()

    class Meta:
        verbose_name = "verksamhetsberättelse"
        verbose_name_plural = "verksamhetsberättelser"
        ordering = ["-year", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "year", "version"], name="report_version_once"
            )
        ]

    def __str__(self) -> str:
        return f"Verksamhetsberättelse {self.year}, version {self.version}"

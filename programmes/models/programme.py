"""An insats and its blueprint: everything about a programme that is data and not code."""

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import F, Q

from accounts.models import Organisation, Unit
from programmes.enums import Anchor, CheckpointKind, CodeList, PhaseKind, ProgrammeKind, Weekday

if TYPE_CHECKING:
    from accounts.models import User


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    """Questions about programmes."""

    def visible_to(self, user: "User") -> "ProgrammeQuerySet":
        """Programmes the user works in or sees aggregates of."""
        return self.filter(pk__in=user.scope.programmes | user.scope.aggregates)

    def open_on(self, day: date) -> "ProgrammeQuerySet":
        """Programmes that run on `day`."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=day), starts_on__lte=day)


class Programme(models.Model):
    """An insats that a samordningsförbund finances and an organisation runs.

    Limits in persons; the group phase's rhythm in weeks and hours.
    Source: Rehabsteget, plan från och med 2012.
    """

    association = models.ForeignKey(
        Organisation, models.PROTECT, related_name="financed", verbose_name="samordningsförbund"
    )
    data_controller = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name="personuppgiftsansvarig"
    )
    unit = models.OneToOneField(Unit, models.PROTECT, verbose_name="arbetslag")
    kind = models.CharField("slag", max_length=20, choices=ProgrammeKind)
    name = models.CharField("namn", max_length=120)
    slug = models.SlugField("kortnamn", unique=True)
    purpose = models.TextField("syfte", blank=True)
    capacity = models.PositiveSmallIntegerField("deltagare samtidigt")
    group_size = models.PositiveSmallIntegerField("deltagare i en grupp")
    groups_per_year = models.PositiveSmallIntegerField("nya grupper per år")
    weekly_hours_goal = models.DecimalField(
        "mål, timmars aktivitet i veckan", max_digits=4, decimal_places=1
    )
    assessment_days = models.PositiveSmallIntegerField("dagar att bedöma en remiss", default=7)
    # The body that decides between the introductory talk and the queue; blank where nobody does.
    deciding_body = models.CharField("beslutande remissgrupp", max_length=80, blank=True)
    starts_on = models.DateField("från och med")
    ends_on = models.DateField("till och med", null=True, blank=True)

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = "insats"
        verbose_name_plural = "insatser"
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="programme_ends_after_it_starts",
                violation_error_message="Slutdatumet ligger före startdatumet.",
            ),
            # What `same_programme` (core/row_security.py) refers to.
            models.UniqueConstraint(
                fields=["id", "data_controller"], name="programme_with_controller"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def owned(self) -> dict[str, Any]:
        """The two fields every row of the programme's personal data carries."""
        return {"programme": self, "controller_id": self.data_controller_id}

    @property
    def starts_per_year(self) -> int:
        """The most persons that can start in a year."""
        return self.groups_per_year * self.group_size


class ProgrammeOwned(models.Model):
    """A row of a programme's data: belongs to a controller, read by the programme's team only."""

    programme = models.ForeignKey(
        Programme, models.PROTECT, related_name="+", verbose_name="insats", db_index=False
    )
    controller = models.ForeignKey(
        Organisation,
        models.PROTECT,
        related_name="+",
        verbose_name="personuppgiftsansvarig",
        db_index=False,
    )

    class Meta:
        abstract = True

    def owned(self) -> dict[str, Any]:
        """The owner's two fields, for a row that hangs on this one."""
        return {"programme_id": self.programme_id, "controller_id": self.controller_id}


class Phase(models.Model):
    """One phase of the blueprint, in order. `weeks` is None when the length varies by person."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="phases")
    code = models.SlugField("kod")
    kind = models.CharField("slag", max_length=10, choices=PhaseKind)
    name = models.CharField("namn", max_length=80)
    order = models.PositiveSmallIntegerField("ordning")
    weeks = models.PositiveSmallIntegerField("veckor", null=True, blank=True)

    class Meta:
        verbose_name = "fas"
        verbose_name_plural = "faser"
        ordering = ["programme", "order"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "code"], name="phase_code_once"),
            models.UniqueConstraint(fields=["programme", "order"], name="phase_order_once"),
        ]

    def __str__(self) -> str:
        return self.name


class WeeklySlot(models.Model):
    """When the group meets: weekday, time, length in hours."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="weekly_slots")
    weekday = models.PositiveSmallIntegerField("veckodag", choices=Weekday)
    starts_at = models.TimeField("börjar")
    hours = models.DecimalField("timmar", max_digits=3, decimal_places=1)

    class Meta:
        verbose_name = "veckopass"
        verbose_name_plural = "veckopass"
        ordering = ["programme", "weekday", "starts_at"]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.starts_at:%H.%M}"


class Checkpoint(models.Model):
    """A talk or evaluation that is due a number of weeks or months after its anchor."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="checkpoints")
    phase = models.ForeignKey(Phase, models.CASCADE, null=True, blank=True, related_name="+")
    code = models.SlugField("kod")
    kind = models.CharField("slag", max_length=20, choices=CheckpointKind)
    name = models.CharField("namn", max_length=120)
    anchor = models.CharField("räknas från", max_length=10, choices=Anchor)
    weeks = models.PositiveSmallIntegerField("veckor efter", default=0)
    months = models.PositiveSmallIntegerField("månader efter", default=0)
    order = models.PositiveSmallIntegerField("ordning")

    class Meta:
        verbose_name = "avstämning"
        verbose_name_plural = "avstämningar"
        ordering = ["programme", "order"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "code"], name="checkpoint_code_once")
        ]

    def __str__(self) -> str:
        return self.name


class SessionContent(models.Model):
    """Something a group session can be about."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="session_contents")
    code = models.SlugField("kod")
    name = models.CharField("namn", max_length=120)
    order = models.PositiveSmallIntegerField("ordning")
    on_need = models.BooleanField("bara vid behov", default=False)

    class Meta:
        verbose_name = "innehåll"
        verbose_name_plural = "innehåll"
        ordering = ["programme", "order"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "code"], name="session_content_code_once")
        ]

    def __str__(self) -> str:
        return self.name


class CoordinationKind(models.Model):
    """One kind of in-depth coordination (fördjupad samordning)."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="coordination_kinds")
    code = models.SlugField("kod")
    name = models.CharField("namn", max_length=200)
    order = models.PositiveSmallIntegerField("ordning")

    class Meta:
        verbose_name = "slag av fördjupad samordning"
        verbose_name_plural = "slag av fördjupad samordning"
        ordering = ["programme", "order"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "code"], name="coordination_code_once")
        ]

    def __str__(self) -> str:
        return self.name


class Goal(models.Model):
    """A goal with a target. `figure` names the figure in the statistics that measures it, if any.

    `target` is a number of persons or a percentage, as `unit` says ("personer", "%").
    """

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="goals")
    code = models.SlugField("kod")
    name = models.CharField("mål", max_length=300)
    figure = models.CharField("mäts med", max_length=60, blank=True)
    target = models.DecimalField("målvärde", max_digits=9, decimal_places=1, null=True, blank=True)
    unit = models.CharField("enhet", max_length=20, blank=True)
    valid_from = models.DateField("gäller från")
    valid_to = models.DateField("gäller till", null=True, blank=True)
    order = models.PositiveSmallIntegerField("ordning")

    class Meta:
        verbose_name = "mål"
        verbose_name_plural = "mål"
        ordering = ["programme", "order"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "code"], name="goal_code_once"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="goal_ends_after_it_starts",
                violation_error_message="Slutdatumet ligger före startdatumet.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Budget(models.Model):
    """A programme's budget for a calendar year."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="budgets")
    year = models.PositiveSmallIntegerField("år")

    class Meta:
        verbose_name = "budget"
        verbose_name_plural = "budgetar"
        ordering = ["programme", "year"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "year"], name="budget_once_a_year")
        ]

    def __str__(self) -> str:
        return f"{self.programme} {self.year}"


class BudgetLine(models.Model):
    """One line: planned and actual cost in whole SEK. `outcome` is None until it is known."""

    budget = models.ForeignKey(Budget, models.CASCADE, related_name="lines")
    group = models.CharField("grupp", max_length=120)
    item = models.CharField("post", max_length=300)
    amount = models.PositiveIntegerField("budget, kr")
    outcome = models.IntegerField("utfall, kr", null=True, blank=True)
    order = models.PositiveSmallIntegerField("ordning")

    class Meta:
        verbose_name = "budgetrad"
        verbose_name_plural = "budgetrader"
        ordering = ["budget", "order"]

    def __str__(self) -> str:
        return f"{self.group}: {self.item}"


class ClosingDay(models.Model):
    """A day the programme is closed, beside the public holidays."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="closing_days")
    day = models.DateField("dag")
    reason = models.CharField("varför", max_length=120)

    class Meta:
        verbose_name = "stängd dag"
        verbose_name_plural = "stängda dagar"
        ordering = ["programme", "day"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "day"], name="closing_day_once")
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.reason}"


class CodeQuerySet(models.QuerySet["Code"]):
    """Questions about codes."""

    def valid_on(self, day: date) -> "CodeQuerySet":
        """Those that can be chosen on `day`. Retired codes stay readable."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day)

    def of(self, code_list: str) -> "CodeQuerySet":
        """The codes of one list, in its order."""
        return self.filter(code_list=code_list).order_by("order")


class Code(models.Model):
    """One code of a code list. `excludes_others`: cannot stand beside another of the same list."""

    code_list = models.CharField("kodlista", max_length=20, choices=CodeList)
    code = models.CharField("kod", max_length=20)
    label = models.CharField("klartext", max_length=200)
    order = models.PositiveSmallIntegerField("ordning")
    excludes_others = models.BooleanField("utesluter andra", default=False)
    valid_from = models.DateField("gäller från")
    valid_to = models.DateField("gäller till", null=True, blank=True)

    objects = CodeQuerySet.as_manager()

    class Meta:
        verbose_name = "kod"
        verbose_name_plural = "koder"
        ordering = ["code_list", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["code_list", "code", "valid_from"], name="code_once_per_list_and_date"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="code_ends_after_it_starts",
                violation_error_message="Slutdatumet ligger före startdatumet.",
            ),
        ]

    def __str__(self) -> str:
        return self.label

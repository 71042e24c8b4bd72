"""The person-free fact that every figure outside the programme is counted from."""

from django.db import models

from participants.enums import Gender, MarkKind, Occasion
from participants.models.enrolment import Enrolment
from programmes.models import ProgrammeOwned


class StatisticsFact(ProgrammeOwned):
    """One participation as it counts: no name, no number, no free text.

    Written at start and at closure, rewritten when a registration is corrected, and kept when the
    person is erased (the link is cut). `before_complete` and `after_complete` say whether the
    registration of that occasion has everything the before/after tables need: support and occupation
    with hours of work, and after the reason too; not what other tables ask, such as months.
    `hours_before` and `hours_after` are the sum of hours a week in ARB, SUB and STU.
    """

    enrolment = models.OneToOneField(
        Enrolment, models.SET_NULL, null=True, related_name="fact", verbose_name="deltagande"
    )
    gender = models.CharField("kön", max_length=1, choices=Gender)
    age_at_start = models.PositiveSmallIntegerField("ålder vid start", null=True)
    referrer = models.CharField("remittent", max_length=20)
    education = models.CharField("utbildning", max_length=20, blank=True)
    months_in_support = models.PositiveSmallIntegerField("månader i försörjning", null=True)
    started_on = models.DateField("start")
    ended_on = models.DateField("slut", null=True)
    reason = models.CharField("avslutsanledning", max_length=20, blank=True)
    weekly_hours = models.DecimalField(
        "nådda timmar i veckan", max_digits=4, decimal_places=1, null=True
    )
    before_complete = models.BooleanField("inregistrering fullständig", default=False)
    after_complete = models.BooleanField("utregistrering fullständig", default=False)
    hours_before = models.DecimalField(max_digits=5, decimal_places=1, null=True)
    hours_after = models.DecimalField(max_digits=5, decimal_places=1, null=True)
    misregistered = models.BooleanField("felregistrerad", default=False)

    class Meta:
        verbose_name = "statistikfaktum"
        verbose_name_plural = "statistikfakta"
        ordering = ["programme", "started_on", "pk"]
        indexes = [
            models.Index(fields=["programme", "started_on"], name="fact_by_start"),
            models.Index(fields=["programme", "ended_on"], name="fact_by_end"),
        ]

    def __str__(self) -> str:
        return f"{self.programme} {self.started_on}"


class FactMark(ProgrammeOwned):
    """One mark of one fact, in the same words as `RegistrationMark`."""

    fact = models.ForeignKey(StatisticsFact, models.CASCADE, related_name="marks")
    occasion = models.CharField("tillfälle", max_length=10, choices=Occasion)
    kind = models.CharField("fråga", max_length=12, choices=MarkKind)
    code = models.CharField("kod", max_length=20)
    extent = models.DecimalField("omfattning", max_digits=5, decimal_places=1, null=True)

    class Meta:
        verbose_name = "statistiksvar"
        verbose_name_plural = "statistiksvar"
        ordering = ["fact", "occasion", "kind", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["fact", "occasion", "kind", "code"], name="fact_mark_once"
            )
        ]

    def __str__(self) -> str:
        return self.code

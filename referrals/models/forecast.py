"""What a remiss in the queue is told of its coming start. Counted above, read here and by the sender."""

from django.db import models

from programmes.models import ProgrammeOwned
from referrals.models.referral import Referral


class QueueForecast(ProgrammeOwned):
    """When somebody in the queue can expect to begin: in at least four cases of five in the interval.

    A day is None when the forecast doesn't reach that far. `based_on`: ended participations counted;
    0 when they were too few and the blueprint's length was used. Rewritten whenever it changes, and
    removed when the remiss leaves the queue.
    """

    referral = models.OneToOneField(Referral, models.CASCADE, related_name="forecast")
    counted_on = models.DateField("räknad")
    earliest = models.DateField("tidigast", null=True)
    likely = models.DateField("troligen", null=True)
    latest = models.DateField("senast", null=True)
    based_on = models.PositiveIntegerField("avslutade deltaganden", default=0)

    class Meta:
        verbose_name = "prognos i kön"
        verbose_name_plural = "prognoser i kön"
        ordering = ["referral"]
        indexes = [models.Index(fields=["programme", "referral"], name="queue_forecast_by_place")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(earliest=None)
                | models.Q(latest=None)
                | models.Q(latest__gte=models.F("earliest")),
                name="queue_forecast_ends_after_it_starts",
            )
        ]

    def __str__(self) -> str:
        return f"{self.earliest} – {self.latest}"

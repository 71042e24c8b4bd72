"""The calendar year a report is about, and how much of it has passed."""

from dataclasses import dataclass
from datetime import date

from core.formatting import date_iso
from programmes.models import Programme


@dataclass(frozen=True)
class Year:
    """A programme's calendar year. `known_on` is the day the figures were taken."""

    programme: Programme
    number: int
    known_on: date

    @property
    def first(self) -> date:
        return date(self.number, 1, 1)

    @property
    def last(self) -> date:
        return date(self.number, 12, 31)

    @property
    def is_over(self) -> bool:
        """Nothing can begin or end in it any more."""
        return self.known_on > self.last

    @property
    def passed(self) -> date:
        """The last day that the figures know of."""
        return min(self.last, self.known_on)

    @property
    def reservation(self) -> str:
        """What must be said of figures taken before the year was over."""
        if self.is_over:
            return ""
        return f"Året pågår. Siffrorna gäller till och med {date_iso(self.passed)}."

"""Fields written as text. They take what people write and say in words what doesn't work.

What the user typed is shown again as it was typed; only a value that was accepted is tidied.
"""

import calendar
import re
from datetime import date, time
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from core import formatting, personal_numbers

DATE_PARTS = re.compile(r"^(\d{4})[-/.\s]?(\d{1,2})[-/.\s]?(\d{1,2})$")
WEEK_NUMBER = re.compile(r"^(?:v\.?|vecka)?\s*(\d{1,2})$", re.IGNORECASE)
TIME_PARTS = re.compile(r"^(?:kl\.?\s*)?(\d{1,2})(?:[.:,\s]?(\d{2}))?$", re.IGNORECASE)
SPACES = re.compile(r"[\s\u00a0\u2009\u202f]")
MONTHS = 12
LAST_HOUR, LAST_MINUTE = 23, 59
WEEKS_IN_LONGEST_YEAR = 53
HOURS_IN_A_WEEK = 168
# What a model field passes on when a ModelForm names one of these in `field_classes`.
MODEL_FIELD_ARGUMENTS = (
    "max_length",
    "empty_value",
    "max_digits",
    "decimal_places",
    "min_value",
    "max_value",
)


class _TextField(forms.Field):
    """A field whose input is text of a known length. `width` is one of w6, w10, w14, w20 or blank."""

    width = ""
    inputmode = "numeric"
    suffix = ""
    hint = ""

    def __init__(self, **kwargs: Any) -> None:
        for name in MODEL_FIELD_ARGUMENTS:
            kwargs.pop(name, None)
        kwargs["widget"] = kwargs.get("widget") or forms.TextInput
        kwargs["help_text"] = kwargs.get("help_text") or self.hint
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """How the input behaves: which keyboard, no guesses from the browser."""
        return {"inputmode": self.inputmode, "autocomplete": "off"}

    def to_python(self, value: Any) -> Any:
        """The value, or None for blank. `read` says how text becomes a value."""
        if value is None or (isinstance(value, str) and not value.strip()):
            return None
        return self.read(value.strip()) if isinstance(value, str) else value

    def read(self, text: str) -> Any:
        """Text that isn't blank, as a value. Raises ValidationError with a sentence."""
        raise NotImplementedError

    def has_changed(self, initial: Any, data: Any) -> bool:
        """True when the text means something else than the initial value."""
        try:
            return bool(self.to_python(initial) != self.to_python(data))
        except ValidationError:
            return True


class DateField(_TextField):
    """A date as text, ÅÅÅÅ-MM-DD. `earliest` and `latest` are inclusive."""

    width = "w10"
    hint = "ÅÅÅÅ-MM-DD"

    def __init__(
        self, *, earliest: date | None = None, latest: date | None = None, **kwargs: Any
    ) -> None:
        self.earliest, self.latest = earliest, latest
        super().__init__(**kwargs)

    def read(self, text: str) -> date:
        """2026-11-19, 20261119, 2026/11/19 and 2026.11.19 are the same day."""
        parts = DATE_PARTS.match(text)
        if not parts:
            raise ValidationError("Skriv datumet som ÅÅÅÅ-MM-DD, till exempel 2026-12-01.", "form")
        year, month, day = (int(part) for part in parts.groups())
        if not 1 <= month <= MONTHS:
            raise ValidationError("Månaden finns inte. Skriv till exempel 2026-12-01.", "month")
        try:
            return date(year, month, day)
        except ValueError as error:
            raise ValidationError(_no_such_day(year, month), "day") from error

    def validate(self, value: Any) -> None:
        """Required, and within `earliest` and `latest`."""
        super().validate(value)
        if value and self.earliest and value < self.earliest:
            raise ValidationError(f"Datumet får inte vara före {self.earliest:%Y-%m-%d}.", "early")
        if value and self.latest and value > self.latest:
            raise ValidationError(f"Datumet får inte vara efter {self.latest:%Y-%m-%d}.", "late")

    def prepare_value(self, value: Any) -> Any:
        """Shown as 2026-11-19."""
        return value if isinstance(value, str) else formatting.date_iso(value)


def _no_such_day(year: int, month: int) -> str:
    name = formatting.MONTHS[month - 1]
    last = calendar.monthrange(max(1, year), month)[1]
    return f"Dagen finns inte. {name.capitalize()} {year} har {last} dagar."


class TimeField(_TextField):
    """A time of day as text, 13.00."""

    width = "w6"
    hint = "TT.MM, till exempel 13.00"

    def read(self, text: str) -> time:
        """13.00, 13:00, 1300, 13 and kl. 13 are the same time."""
        parts = TIME_PARTS.match(text)
        if not parts:
            raise ValidationError("Skriv tiden som TT.MM, till exempel 13.00.", "form")
        hour, minute = int(parts[1]), int(parts[2] or 0)
        if hour > LAST_HOUR or minute > LAST_MINUTE:
            raise ValidationError("Tiden finns inte. Skriv till exempel 13.00.", "value")
        return time(hour, minute)

    def prepare_value(self, value: Any) -> Any:
        """Shown as 13.00."""
        return value if isinstance(value, str) else formatting.clock(value)


class WeekField(_TextField):
    """An ISO week number, 1–53. With `year`, only weeks that year has."""

    width = "w6"

    def __init__(self, *, year: int | None = None, **kwargs: Any) -> None:
        self.year = year
        super().__init__(**kwargs)

    def read(self, text: str) -> int:
        """47, v. 47, v47 and vecka 47 are the same week."""
        match = WEEK_NUMBER.match(text)
        if not match:
            raise ValidationError("Skriv veckan som ett tal, till exempel 47.", "form")
        number, last = int(match[1]), self._last_week()
        if not 1 <= number <= last:
            when = f" {self.year}" if self.year else ""
            raise ValidationError(f"Veckan finns inte. Veckorna{when} är 1–{last}.", "value")
        return number

    def _last_week(self) -> int:
        # 28 December is always in the last ISO week of its year.
        return date(self.year, 12, 28).isocalendar().week if self.year else WEEKS_IN_LONGEST_YEAR


class _DecimalText(_TextField):
    """A number with decimal comma (a point is taken too) and spaces between thousands."""

    width = "w6"
    inputmode = "decimal"
    decimals = 0
    unit = ""
    most: Decimal | None = None

    def read(self, text: str) -> Decimal:
        """Decimal comma or point; the unit may be written after the number."""
        bare = SPACES.sub("", text).replace("−", "-").removesuffix(self.unit)
        try:
            value = Decimal(bare.replace(",", "."))
        except InvalidOperation as error:
            raise ValidationError(self.not_a_number, "form") from error
        if not value.is_finite():
            raise ValidationError(self.not_a_number, "form")
        return self._checked(value)

    @property
    def not_a_number(self) -> str:
        """What to say when the text isn't a number."""
        return "Skriv ett tal, till exempel 6,5." if self.decimals else "Skriv ett helt tal."

    def _checked(self, value: Decimal) -> Decimal:
        if value < 0:
            raise ValidationError("Talet får inte vara mindre än 0.", "least")
        if self.most is not None and value > self.most:
            raise ValidationError(f"Talet får vara högst {formatting.number(self.most)}.", "most")
        if value != round(value, self.decimals):
            few = f"högst {self.decimals} decimaler" if self.decimals else "inga decimaler"
            raise ValidationError(f"Talet ska ha {few}.", "decimals")
        return value

    def prepare_value(self, value: Any) -> Any:
        """Shown as 6,5."""
        if value is None or isinstance(value, str):
            return value
        return formatting.number(value, self.decimals).replace(formatting.NBSP, " ")


class HoursField(_DecimalText):
    """Hours, at most a week's, with decimal comma. A `Decimal` with at most two decimals."""

    decimals = 2
    unit = "h"
    suffix = "timmar"

    def __init__(self, *, most: int | Decimal = HOURS_IN_A_WEEK, **kwargs: Any) -> None:
        self.most = Decimal(most)
        super().__init__(**kwargs)


class PercentField(_DecimalText):
    """A share in whole percent, 0–100, as an `int`."""

    inputmode = "numeric"
    unit = "%"
    suffix = "%"
    most = Decimal(100)

    def read(self, text: str) -> int:  # type: ignore[override]
        """50 and 50 % are the same share."""
        return int(super().read(text))


class MoneyField(_DecimalText):
    """Whole SEK, as an `int`."""

    width = "w10"
    inputmode = "numeric"
    unit = "kr"
    suffix = "kr"

    def read(self, text: str) -> int:  # type: ignore[override]
        """1300, 1 300 and 1 300 kr are the same sum."""
        return int(super().read(text))


class PersonalNumberField(_TextField):
    """A personnummer or samordningsnummer in any way of writing; twelve digits, or "" for blank."""

    width = "w14"
    hint = "12 siffror, ÅÅÅÅMMDD-XXXX. Samordningsnummer går också bra."

    def to_python(self, value: Any) -> str:
        """Twelve digits, or blank."""
        return super().to_python(value) or ""

    def read(self, text: str) -> str:
        """Normalised, or a sentence about what is wrong with it."""
        try:
            return personal_numbers.normalise(text)
        except personal_numbers.InvalidPersonalNumber as error:
            raise ValidationError(str(error), "personal_number") from error

    def prepare_value(self, value: Any) -> Any:
        """A stored number is shown as ÅÅÅÅMMDD-XXXX, a typed one as it was typed."""
        return formatting.person_number(value) if value else value

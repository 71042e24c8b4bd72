"""Form fields that take what people write, and the one way forms are laid out."""

from core.forms.fields import (
    DateField,
    HoursField,
    MoneyField,
    PercentField,
    PersonalNumberField,
    TimeField,
    WeekField,
)
from core.forms.layout import (
    Actions,
    Choices,
    Heading,
    Opened,
    Optional,
    Part,
    Reveal,
    Row,
    Suffix,
    Text,
    form_helper,
)

__all__ = [
    "Actions",
    "Choices",
    "DateField",
    "Heading",
    "HoursField",
    "MoneyField",
    "Opened",
    "Optional",
    "Part",
    "PercentField",
    "PersonalNumberField",
    "Reveal",
    "Row",
    "Suffix",
    "Text",
    "TimeField",
    "WeekField",
    "form_helper",
]

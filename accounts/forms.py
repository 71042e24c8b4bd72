"""The log reviewer's filter."""

from typing import Any

from django import forms

from accounts.services import LogFilter
from core.forms import DateField, Row, form_helper

LARGEST_NUMBER = 2**63 - 1


class LogFilterForm(forms.Form):
    """Dates, who read, and whose. Sent with GET, so that a filtered log has an address."""

    fran = DateField(label="Från och med", required=False)
    till = DateField(label="Till och med", required=False)
    vem = forms.CharField(
        label="Vem läste", required=False, max_length=100, help_text="Del av namn"
    )
    deltagare = forms.IntegerField(
        label="Om vem",
        required=False,
        min_value=1,
        max_value=LARGEST_NUMBER,
        help_text="Deltagarnummer",
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={"invalid": "Skriv numret med siffror, till exempel 127."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, width in (("vem", "w14"), ("deltagare", "w10")):
            self.fields[name].width = width  # type: ignore[attr-defined]
        for field in self.fields.values():
            # In a filter everything may be left out; saying so at each field is only noise.
            field.required_by_answer = True  # type: ignore[attr-defined]
        self.helper = form_helper(
            self,
            Row("fran", "till", "vem", "deltagare"),
            submit="Visa",
            error_title="Loggen är inte filtrerad",
            error_saved="Rätta och visa igen.",
        )
        self.helper.form_method = "get"

    def clean(self) -> dict[str, Any]:
        """The first date may not come after the last."""
        cleaned = super().clean() or {}
        first, last = cleaned.get("fran"), cleaned.get("till")
        if first and last and last < first:
            self.add_error("till", "Till och med ligger före från och med.")
        return cleaned

    @property
    def wanted(self) -> LogFilter:
        """What was asked for, of the fields that could be read."""
        cleaned = getattr(self, "cleaned_data", {})
        return LogFilter(
            first=cleaned.get("fran"),
            last=cleaned.get("till"),
            reader=cleaned.get("vem", ""),
            participant=cleaned.get("deltagare"),
        )

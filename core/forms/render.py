"""What the form templates ask about a form: which template, which input, which problems."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.safestring import SafeString, mark_safe

from core.formatting import first_sentence

LABEL_START = 5

KINDS: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.CheckboxSelectMultiple, "choices"),
    (forms.RadioSelect, "choices"),
    (forms.CheckboxInput, "tick"),
    (forms.FileInput, "file"),
    (forms.Select, "select"),
)


@dataclass(frozen=True)
class Choice:
    """One radio button or checkbox: its value, words, explanation, input and what it opens."""

    value: str
    label: str
    hint: str
    tag: SafeString
    id: str
    opens: SafeString | None


@dataclass(frozen=True)
class Problem:
    """One error: the words, and the id of the input to go to (blank for the whole form)."""

    text: str
    target: str


def kind(field: BoundField) -> str:
    """Which template part draws the field."""
    if field.is_hidden:
        return "hidden"
    widget = field.field.widget
    return next((name for cls, name in KINDS if isinstance(widget, cls)), "text")


def described_by(field: BoundField) -> str:
    """The ids of the hint and the error that belong to the field."""
    ids = [f"{field.auto_id}_hint"] if field.help_text else []
    ids += [f"{field.auto_id}_error"] if field.errors else []
    return " ".join(ids)


def control(field: BoundField, attrs: dict[str, Any]) -> SafeString:
    """The field's input with the classes of the style sheet."""
    own = dict(attrs)
    widget = field.field.widget
    if kind(field) in ("text", "select"):
        classes = ["input", own.pop("class", ""), widget.attrs.get("class", ""), _width(field)]
        own["class"] = " ".join(name for name in classes if name)
    if described := described_by(field):
        own.setdefault("aria-describedby", described)
    return field.as_widget(attrs=own)


def _width(field: BoundField) -> str:
    width = getattr(field.field, "width", "")
    return f"input--{width}" if width else ""


def choices(field: BoundField, opened: Mapping[str, SafeString] | None = None) -> list[Choice]:
    """The options of a radio or checkbox field. `opened` is the markup each answer opens."""
    explanations = getattr(field.field, "explanations", {})
    return [
        Choice(
            value=str(option.data["value"]),
            label=str(option.choice_label),
            hint=explanations.get(str(option.data["value"]), ""),
            tag=mark_safe(option.tag()),  # noqa: S308  # nosec: rendered by Django's widget
            id=option.id_for_label or "",
            opens=(opened or {}).get(str(option.data["value"])),
        )
        for option in field
        if str(option.data["value"])
    ]


def problems(form: forms.BaseForm) -> list[Problem]:
    """Every error in the order of the fields, first those of the whole form."""
    if not form.is_bound:
        return []
    found = [Problem(str(text), "") for text in form.non_field_errors()]
    for field in form:
        found += [
            Problem(_with_label(field, str(text)), _first_input(field)) for text in field.errors
        ]
    return found


def is_beside(field: BoundField) -> bool:
    """True when the options stand beside each other: two or three short words that open nothing."""
    return bool(getattr(field.field, "beside", False))


def is_optional(field: BoundField) -> bool:
    """True when the label says (valfritt): not required, and not required by an answer either."""
    asked = field.field.required or getattr(field.field, "required_by_answer", False)
    return not asked and kind(field) in ("text", "select", "file")


def _with_label(field: BoundField, text: str) -> str:
    sentence = first_sentence(text)
    label = str(field.label).rstrip("?:")
    if field.is_hidden or label[:LABEL_START].casefold() in sentence.casefold():
        return sentence
    return f"{label}: {sentence[:1].lower()}{sentence[1:]}"


def _first_input(field: BoundField) -> str:
    if field.is_hidden:
        return ""
    if kind(field) == "choices":
        return next((choice.id for choice in choices(field)), field.auto_id)
    return field.id_for_label or field.auto_id

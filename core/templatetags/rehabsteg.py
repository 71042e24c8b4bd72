"""The product's own tags and filters, built into every template (settings: `builtins`)."""

from typing import Any

from django import template
from django.forms import BoundField
from django.utils.safestring import SafeString

from core import formatting
from core.forms import render
from core.icons import icon_svg

register = template.Library()

for function in (
    formatting.date_iso,
    formatting.date_short,
    formatting.date_long,
    formatting.date_month,
    formatting.clock,
    formatting.clock_at,
    formatting.moment_short,
    formatting.moment_iso,
    formatting.week,
    formatting.number,
    formatting.kr,
    formatting.percent,
    formatting.hours,
    formatting.hours_minutes,
    formatting.days,
    formatting.days_ago,
    formatting.days_left,
    formatting.file_size,
    formatting.initials,
    formatting.person_number,
):
    register.filter(function.__name__, function)


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """`{% icon "bell" %}` or `{% icon "plus" "sm" %}`: a picture from the sprite."""
    return icon_svg(name, size)


@register.simple_tag
def control(field: BoundField, hint: str | None = None, **attrs: Any) -> SafeString:
    """`{% control field %}`: a field's input with our classes and what describes it.

    Attributes are written with `_` for `-`; `False` leaves one out. `hint` replaces the field's own
    (the template draws it, with the id `…_hint`).
    """
    if hint is not None:
        field.help_text = hint
    return render.control(field, {name.replace("_", "-"): value for name, value in attrs.items()})


@register.simple_tag(takes_context=True)
def choices(context: template.Context, field: BoundField) -> list[render.Choice]:
    """`{% choices field as options %}`: a radio or checkbox field's options, ready to draw."""
    return render.choices(field, context.get("opened"))


@register.filter
def kind(field: BoundField) -> str:
    """Which of the pack's templates draws the field: text, choices, tick, file, select, hidden."""
    return render.kind(field)


@register.filter
def is_beside(field: BoundField) -> bool:
    """True when the options stand beside each other."""
    return render.is_beside(field)


@register.filter
def is_optional(field: BoundField) -> bool:
    """True when the label should say (valfritt)."""
    return render.is_optional(field)


@register.filter
def is_words(value: object) -> bool:
    """True when a figure is said in words ("uppgift saknas"): it is then written smaller."""
    return not any(character.isdigit() for character in str(value))


@register.filter
def suffix(field: BoundField) -> str:
    """The unit written after the field, or blank."""
    return getattr(field.field, "suffix", "")


@register.simple_tag
def problems(form: Any) -> list[render.Problem]:
    """`{% problems form as items %}`: every error of a form, with the input it belongs to."""
    return render.problems(form)

"""How a form is laid out: one helper, and the layout objects the template pack adds to crispy's.

    self.helper = form_helper(
        self,
        Part("1. Personen", "personal_number", "name"),
        Part("2. Sjukskrivning", Reveal("sick_leave", "yes", "certificate").also("no", "purpose")),
        submit="Skicka remissen",
        error_title="Remissen är inte skickad än",
    )

and in the template `{% crispy form %}`.
"""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, LayoutObject
from crispy_forms.utils import TEMPLATE_PACK, render_field
from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from core.forms.render import choices, kind

PACK = "rehabsteg"
DJANGOS_OWN = forms.Field.default_error_messages["required"]


def form_helper(
    form: forms.BaseForm,
    *layout: Any,
    submit: str = "Spara",
    error_title: str = "Uppgifterna är inte sparade",
    error_saved: str = "Allt du skrivit är kvar.",
    save_and_close: str = "",
    cancel_url: str = "",
    cancel: str = "Avbryt",
    danger: bool = False,
    autosave_url: str = "",
    tag: bool = True,
    css_class: str = "form",
    action: str = "",
) -> FormHelper:
    """The crispy helper every form uses. Without `layout`, the fields in their own order.

    `submit` is the verb and the thing; "" draws no buttons (the page draws them, with
    `form="…"`). `save_and_close` names a second submit button with the name `save_and_close`.
    `danger` draws the submit button as one that cannot be undone.
    `autosave_url` is posted to while the user writes. `tag=False` leaves out `<form>`.
    """
    _say_what_is_missing(form)
    helper = FormHelper()
    helper.form_tag = tag
    helper.form_class = css_class
    helper.form_action = action
    helper.include_media = False
    helper.render_hidden_fields = True
    helper.attrs = {"novalidate": "novalidate"}
    if autosave_url:
        helper.attrs["data-autosave-url"] = autosave_url
    helper.error_title, helper.error_saved = error_title, error_saved
    buttons = Actions(submit, save_and_close, cancel_url, cancel, danger=danger)
    shown = layout or tuple(name for name in form.fields if not form[name].is_hidden)
    helper.layout = Layout(*shown, *([buttons] if submit else []))
    form.use_required_attribute = False
    return helper


def _say_what_is_missing(form: forms.BaseForm) -> None:
    """Replace "Fältet är obligatoriskt" by a sentence that names the thing, unless one is given."""
    for name, field in form.fields.items():
        if field.error_messages.get("required") is DJANGOS_OWN:
            field.error_messages["required"] = _missing(form[name])


def _missing(field: forms.BoundField) -> str:
    label = str(field.label)
    if label.endswith("?"):
        return f"Svara på frågan: {label}"
    verbs = {"choices": "Välj", "select": "Välj", "file": "Bifoga", "tick": "Kryssa i:"}
    return f"{verbs.get(kind(field), 'Fyll i')} {label[:1].lower()}{label[1:]}."


class _Block(LayoutObject):
    """A layout object with fields and a template in the pack."""

    template = ""

    def __init__(self, *fields: Any) -> None:
        self.fields = list(fields)

    def extra(self) -> dict[str, Any]:
        """What the template needs besides the rendered fields."""
        return {}

    def render(
        self, form: Any, context: Any, template_pack: str = TEMPLATE_PACK, **kwargs: Any
    ) -> SafeString:
        """The fields inside the block's template."""
        inside = self.get_rendered_fields(form, context, template_pack, **kwargs)
        path = f"{PACK}/layout/{self.template}.html"
        return render_to_string(path, {"fields": inside, **self.extra()})


class Part(_Block):
    """A part of a long form with a heading. `anchor` lets the list of parts link to it."""

    template = "part"

    def __init__(self, heading: str, *fields: Any, anchor: str = "", text: str = "") -> None:
        super().__init__(*fields)
        self.heading, self.anchor, self.text = heading, anchor, text

    def extra(self) -> dict[str, Any]:
        """Heading, anchor and the sentence under the heading."""
        return {"heading": self.heading, "anchor": self.anchor, "text": self.text}


class Row(_Block):
    """Short fields beside each other (from and to); under each other on a phone.

    `even` gives longer fields (given and family name) an equal share of the width.
    """

    template = "row"

    def __init__(self, *fields: Any, even: bool = False) -> None:
        super().__init__(*fields)
        self.even = even

    def extra(self) -> dict[str, Any]:
        """How the width is shared."""
        return {"even": self.even}


class Opened(_Block):
    """Fields that an answer further up opens, in the form's own column: `Opened("has", "yes", …)`.

    For an answer that opens most of a part. Without JavaScript they are open whatever is answered.
    """

    template = "opened"

    def __init__(self, field: str, value: str, *fields: Any) -> None:
        super().__init__(*fields)
        self.field, self.value, self.input_id = field, value, ""

    def render(
        self, form: Any, context: Any, template_pack: str = TEMPLATE_PACK, **kwargs: Any
    ) -> SafeString:
        """The fields, tied to the answer's own input."""
        answers = choices(form[self.field])
        self.input_id = next(one.id for one in answers if one.value == self.value)
        return super().render(form, context, template_pack, **kwargs)

    def extra(self) -> dict[str, Any]:
        """Which input opens them."""
        return {"opened_by": self.input_id}


class Heading(_Block):
    """A heading between fields."""

    template = "heading"

    def __init__(self, heading: str) -> None:
        super().__init__()
        self.heading = heading

    def extra(self) -> dict[str, Any]:
        """The words."""
        return {"heading": self.heading}


class Text(_Block):
    """A paragraph between fields: what happens to people's words, said where they write them."""

    template = "text"

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def extra(self) -> dict[str, Any]:
        """The words."""
        return {"text": self.text}


class Actions(_Block):
    """The form's buttons: one primary, then the others."""

    template = "actions"

    def __init__(
        self,
        submit: str,
        save_and_close: str = "",
        cancel_url: str = "",
        cancel: str = "Avbryt",
        *,
        danger: bool = False,
    ) -> None:
        super().__init__()
        self.buttons = {
            "submit": submit,
            "save_and_close": save_and_close,
            "cancel_url": cancel_url,
            "cancel": cancel,
            "danger": danger,
        }

    def extra(self) -> dict[str, Any]:
        """What the buttons say and where cancel leads."""
        return dict(self.buttons)


class Suffix(LayoutObject):
    """A field with its unit after it: `Suffix("hours", "timmar")`."""

    def __init__(self, field: str, unit: str) -> None:
        self.fields = [field]
        self.unit = unit

    def render(
        self, form: Any, context: Any, template_pack: str = TEMPLATE_PACK, **kwargs: Any
    ) -> SafeString:
        """The field, with `unit` known to its template."""
        form.fields[self.fields[0]].suffix = self.unit
        return mark_safe(render_field(self.fields[0], form, context, template_pack=template_pack))  # noqa: S308  # nosec: rendered template


class Optional(_Block):
    """Fields inside a `Reveal` that may be left blank even when the answer opens them."""

    def render(
        self, form: Any, context: Any, template_pack: str = TEMPLATE_PACK, **kwargs: Any
    ) -> SafeString:
        """Just the fields."""
        return self.get_rendered_fields(form, context, template_pack, **kwargs)


class Choices(LayoutObject):
    """Radio buttons or checkboxes with a sentence under some of the options.

    `Choices("consent", anonymous="Vi får bara kön och år.")`
    """

    def __init__(self, field: str, **explanations: str) -> None:
        self.fields = [field]
        self.explanations = explanations

    def render(
        self, form: Any, context: Any, template_pack: str = TEMPLATE_PACK, **kwargs: Any
    ) -> SafeString:
        """The field with its options explained."""
        form.fields[self.fields[0]].explanations = self.explanations
        return mark_safe(render_field(self.fields[0], form, context, template_pack=template_pack))  # noqa: S308  # nosec: rendered template


class Reveal(LayoutObject):
    """Radio buttons where an answer opens more fields, right under that answer.

    `Reveal("sick_leave", "yes", "certificate", "certificate_on").also("no", "purpose", "goal")`.
    Without JavaScript everything is open; the form validates by the answer, never by what is shown.
    """

    def __init__(self, field: str, value: str, *fields: Any, **explanations: str) -> None:
        self.field = field
        self.branches: dict[str, list[Any]] = {value: list(fields)}
        self.explanations = explanations

    def also(self, value: str, *fields: Any) -> "Reveal":
        """One more answer that opens fields."""
        self.branches[value] = list(fields)
        return self

    def branches_own_fields(self) -> list[str]:
        """The fields an answer opens and requires: those named, not those in `Optional`."""
        return [f for branch in self.branches.values() for f in branch if isinstance(f, str)]

    @property
    def fields(self) -> list[Any]:
        """Every field inside, the question first, for crispy's bookkeeping."""
        return [self.field, *(field for branch in self.branches.values() for field in branch)]

    def render(
        self, form: Any, context: Any, template_pack: str = TEMPLATE_PACK, **kwargs: Any
    ) -> SafeString:
        """The question with each answer's fields under the answer."""
        for name in self.branches_own_fields():
            form.fields[name].required_by_answer = True
        opened = {
            value: mark_safe(  # noqa: S308  # nosec: rendered templates
                "".join(render_field(f, form, context, template_pack=template_pack) for f in branch)
            )
            for value, branch in self.branches.items()
        }
        form.fields[self.field].explanations = self.explanations
        extra = {"opened": opened}
        return mark_safe(  # noqa: S308  # nosec: rendered template
            render_field(
                self.field, form, context, template_pack=template_pack, extra_context=extra
            )
        )

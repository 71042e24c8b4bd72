"""The template pack: structure, order and what belongs to what, as the guide says."""

import re
from typing import Any

import pytest
from crispy_forms.utils import render_crispy_form
from django import forms
from django.template import Context, Template

from core.forms import Choices, DateField, HoursField, Optional, Part, Reveal, Suffix, form_helper
from core.forms.render import problems


class StartForm(forms.Form):
    name = forms.CharField(label="Namn")
    start = DateField(label="Startdatum", required=False)
    hours = HoursField(label="Timmar i veckan")
    sick = forms.ChoiceField(
        label="Är personen sjukskriven?",
        widget=forms.RadioSelect,
        choices=[("yes", "Ja"), ("no", "Nej")],
    )
    certificate_on = DateField(label="Intyget kommer", required=False)
    doctor = forms.CharField(label="Läkare", required=False)
    informed = forms.BooleanField(
        label="Personen är informerad", help_text="Muntligt och skriftligt"
    )
    paper = forms.FileField(label="Bilaga", required=False)
    once = forms.CharField(widget=forms.HiddenInput, initial="k1")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = form_helper(
            self,
            Part("1. Tid", "name", "start", Suffix("hours", "h"), anchor="tid"),
            Reveal("sick", "yes", "certificate_on", Optional("doctor"), no="Beskriv syftet"),
            "informed",
            "paper",
            submit="Skicka remissen",
            error_title="Remissen är inte skickad än",
            autosave_url="/utkast/",
        )


WRONG = {"name": "", "start": "2026-13-01", "hours": "sex", "sick": "yes", "once": "k1"}


def drawn(data: dict[str, str] | None = None) -> str:
    return re.sub(r">\s+<", "><", render_crispy_form(StartForm(data, {} if data else None)))


def test_label_hint_error_input_in_that_order() -> None:
    html = drawn(WRONG)
    start = html.index('for="id_start"')
    order = [html.index(part, start) for part in ("id_start_hint", "id_start_error", "<input")]
    assert order == sorted(order)
    assert 'aria-describedby="id_start_hint id_start_error"' in html
    assert 'class="input input--w10"' in html
    assert 'value="2026-13-01"' in html
    assert "Månaden finns inte. Skriv till exempel 2026-12-01." in html


def test_everything_described_by_exists() -> None:
    html = drawn(WRONG)
    described = {
        one for ids in re.findall(r'aria-describedby="([^"]+)"', html) for one in ids.split()
    }
    assert described
    assert described <= set(re.findall(r' id="([^"]+)"', html))


def test_ids_are_unique() -> None:
    ids = re.findall(r' id="([^"]+)"', drawn(WRONG))
    assert len(ids) == len(set(ids))


def test_optional_is_said_and_required_is_not() -> None:
    html = drawn()
    assert "Startdatum <small>(valfritt)</small>" in html
    assert ">Namn</label>" in html


def test_what_an_answer_opens_is_required_unless_said_otherwise() -> None:
    html = drawn()
    assert ">Intyget kommer</label>" in html
    assert "Läkare <small>(valfritt)</small>" in html


def test_an_answer_opens_its_fields_right_under_itself() -> None:
    html = drawn()
    yes, opened, no = (
        html.index(part) for part in ('value="yes"', 'data-reveal="id_sick_0"', 'value="no"')
    )
    assert yes < opened < no
    assert opened < html.index("id_certificate_on") < no
    assert "<small>Beskriv syftet</small>" in html


def test_radio_buttons_are_a_fieldset_with_a_legend() -> None:
    html = drawn()
    assert (
        '<fieldset class="field"><legend class="field__label">Är personen sjukskriven?</legend>'
        in html
    )


def test_the_summary_comes_first_with_links_to_inputs() -> None:
    html = drawn(WRONG)
    assert html.index('role="alert"') < html.index('for="id_name"')
    assert "Remissen är inte skickad än" in html
    assert "Rätta 4 uppgifter. Allt du skrivit är kvar." in html
    assert '<a href="#id_start">Startdatum: månaden finns inte</a>' in html
    assert '<a href="#id_name">Fyll i namn</a>' in html


def test_a_form_that_has_not_been_sent_shows_no_errors() -> None:
    assert "error-summary" not in drawn()


def test_the_link_to_radio_buttons_goes_to_the_first() -> None:
    form = StartForm({**WRONG, "sick": ""})
    targets = {one.text: one.target for one in problems(form)}
    assert targets["Svara på frågan: Är personen sjukskriven?"] == "id_sick_0"


def test_an_error_of_the_whole_form_stands_whole_and_has_no_link() -> None:
    form = StartForm(WRONG)
    form.add_error(None, "Gruppen är full.")
    assert problems(form)[0].text == "Gruppen är full."
    assert problems(form)[0].target == ""


def test_hidden_fields_files_and_autosave() -> None:
    html = drawn()
    assert html.count('name="once"') == 1
    assert 'type="hidden" name="once" value="k1"' in html
    assert 'enctype="multipart/form-data"' in html
    assert 'data-autosave-url="/utkast/"' in html


def test_a_unit_stands_after_its_field() -> None:
    assert re.search(r'<div class="suffix"><input[^>]+name="hours"[^>]*><span>h</span>', drawn())


def test_what_people_write_is_escaped() -> None:
    html = drawn({**WRONG, "name": '"><script>x</script>'})
    assert "<script>" not in html


def test_no_inline_style_or_handler() -> None:
    assert not re.search(r"\s(style|on\w+)=", drawn(WRONG))


def test_a_field_by_hand_looks_the_same() -> None:
    template = Template('{% include "rehabsteg/field.html" with field=form.start only %}')
    html = template.render(Context({"form": StartForm(WRONG)}))
    assert 'aria-describedby="id_start_hint id_start_error"' in html


def test_without_a_layout_every_field_is_drawn_once() -> None:
    class Plain(forms.Form):
        text = forms.CharField(label="Text")
        many = forms.MultipleChoiceField(
            label="Vilka?", widget=forms.CheckboxSelectMultiple, choices=[("a", "A")]
        )

    form = Plain()
    form.helper = form_helper(form)
    html = render_crispy_form(form)
    assert html.count('name="text"') == html.count('name="many"') == 1
    assert ">Spara</button>" in html


def test_explained_options() -> None:
    class Asked(forms.Form):
        way = forms.ChoiceField(label="Hur?", widget=forms.RadioSelect, choices=[("a", "A")])

    form = Asked()
    form.helper = form_helper(form, Choices("way", a="Så här"))
    assert "<span>A<small>Så här</small></span>" in render_crispy_form(form)


@pytest.mark.parametrize(
    ("field", "says"),
    [
        (forms.CharField(label="Namn"), "Fyll i namn."),
        (forms.CharField(label="Varför?"), "Svara på frågan: Varför?"),
        (forms.ChoiceField(label="Orsak", choices=[]), "Välj orsak."),
        (forms.FileField(label="Intyg"), "Bifoga intyg."),
        (forms.BooleanField(label="Jag har läst"), "Kryssa i: jag har läst."),
        (forms.CharField(label="X", error_messages={"required": "Eget."}), "Eget."),
    ],
)
def test_what_is_missing_is_named(field: forms.Field, says: str) -> None:
    form = type("One", (forms.Form,), {"field": field})({}, {})
    form_helper(form)
    assert form.errors["field"] == [says]

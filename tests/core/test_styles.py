"""Raw values in one file, the dark theme the same both ways, and no icon that isn't there."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from core.icons import icon_names, icon_svg

ROOT = Path(settings.BASE_DIR)
TOKENS = (ROOT / "static/css/tokens.css").read_text()
COMPONENTS = (ROOT / "static/css/components.css").read_text()
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def values(block: str) -> dict[str, str]:
    return dict(re.findall(r"(--[\w-]+|color-scheme):\s*([^;]+);", COMMENT.sub("", block)))


def block_after(start: str) -> str:
    return TOKENS.split(start, 1)[1].split("}", 1)[0]


SYSTEM = values(block_after(':root:not([data-theme="light"]) {'))
CHOSEN = values(block_after(':root[data-theme="dark"] {'))
LIGHT = values(block_after(":root {"))


def test_dark_by_the_system_is_dark_by_choice() -> None:
    assert CHOSEN
    assert SYSTEM == CHOSEN


def test_every_dark_value_has_a_light_one() -> None:
    assert set(CHOSEN) <= set(LIGHT)


def test_every_colour_has_a_dark_value() -> None:
    colours = {name for name, value in LIGHT.items() if re.match(r"#|rgb", value)}
    assert colours - set(CHOSEN) == {"--qr-ground"}


@pytest.mark.parametrize("variable", sorted(set(re.findall(r"var\((--[\w-]+)", COMPONENTS))))
def test_every_variable_used_is_a_token(variable: str) -> None:
    assert variable in LIGHT


def test_components_hold_no_raw_colour_outside_print() -> None:
    screen = COMMENT.sub("", COMPONENTS.split("@media print {")[0])
    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b|rgba?\(|hsla?\(", screen)


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


GROUNDS = ("--canvas", "--surface", "--sunken", "--hover", "--selected")


@pytest.mark.parametrize("theme", [LIGHT, CHOSEN], ids=["light", "dark"])
@pytest.mark.parametrize("ground", [*GROUNDS, "--sunken-hover"])
@pytest.mark.parametrize("text", ["--ink", "--ink-2"])
def test_text_is_readable_on_every_ground(theme: dict[str, str], ground: str, text: str) -> None:
    assert contrast(theme[text], theme[ground]) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, CHOSEN], ids=["light", "dark"])
@pytest.mark.parametrize("meaning", ["havtorn", "lingon", "mossa", "blaklint"])
def test_meaning_is_readable_on_its_own_ground(theme: dict[str, str], meaning: str) -> None:
    assert contrast(theme[f"--{meaning}"], theme[f"--{meaning}-soft"]) >= 4.5
    assert contrast(theme[f"--{meaning}"], theme["--surface"]) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, CHOSEN], ids=["light", "dark"])
def test_edges_and_the_primary_button_are_seen(theme: dict[str, str]) -> None:
    assert contrast(theme["--line-strong"], theme["--surface"]) >= 3
    assert contrast(theme["--on-gran"], theme["--gran"]) >= 4.5
    assert contrast(theme["--focus"], theme["--canvas"]) >= 3


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_icons_named_in_templates_exist(template: Path) -> None:
    named = set(re.findall(r'{% icon "([^"]+)"', template.read_text()))
    named |= set(re.findall(r'shape="([^"]+)"', template.read_text()))
    assert named <= icon_names()


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_templates_hold_no_inline_style_script_or_handler(template: Path) -> None:
    text = template.read_text()
    assert not re.search(r"<[^>]+\s(style|on[a-z]+)=", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>", text)


@pytest.mark.parametrize(
    "template",
    sorted((ROOT / "templates/components").rglob("*.html")),
    ids=lambda path: path.stem,
)
def test_a_component_says_its_parameters(template: Path) -> None:
    assert re.match(r"{# .+ #}", template.read_text())


def test_an_icon_that_is_not_in_the_sprite_is_an_error() -> None:
    with pytest.raises(LookupError):
        icon_svg("finns-inte")


def test_an_icon_is_hidden_from_screen_readers() -> None:
    assert 'aria-hidden="true"' in icon_svg("bell")
    assert "img/icons.svg#i-bell" in icon_svg("bell")


TAG = re.compile(r"{%.*?%}|{#.*?#}|{{.*?}}", re.DOTALL)
SCREEN = [path for path in TEMPLATES if not {"pdf", "charts"} & set(path.parts)]
STYLED = set(re.findall(r"\.([a-z][\w-]*)", COMMENT.sub("", COMPONENTS)))


@pytest.mark.parametrize("template", SCREEN, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_class_in_a_template_is_styled(template: Path) -> None:
    """Classes that are put together by the template (`button--{{ … }}`) are left out."""
    text = TAG.sub("*", template.read_text())
    names = {name for value in re.findall(r'class="([^"]*)"', text) for name in value.split()}
    assert {name for name in names if "*" not in name} <= STYLED

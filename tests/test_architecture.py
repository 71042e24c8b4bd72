"""What is a rule is checked by a machine. The rules themselves: docs/arkitektur.md."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

BASE = Path(settings.BASE_DIR)
APPS = ("accounts", "programmes", "participants", "referrals", "activities", "reporting")
ROOMS = {
    "enums", "models", "rules", "services", "tasks", "forms", "admin", "views", "urls", "apps",
    "migrations", "management", "templatetags", "__init__", "access",
}  # fmt: skip
DATA_FOLDERS = {("programmes", "blueprints")}
FORBIDDEN_NAMES = {"utils", "helpers", "common", "mixins"}
TOP_LEVEL = {
    "rehabsteg", "reporting", "activities", "referrals", "participants", "programmes", "accounts",
    "core", "templates", "static", "tests", "docs",
}  # fmt: skip
LONGEST_FILE = 400
LONGEST_TEST_FILE = 600
LONGEST_FUNCTION = 50


def python_files(*folders: str) -> Iterator[Path]:
    for folder in folders:
        for path in sorted((BASE / folder).rglob("*.py")):
            if "migrations" not in path.parts and "__pycache__" not in path.parts:
                yield path


def name(path: Path) -> str:
    return str(path.relative_to(BASE))


OWN = [*python_files("core", "rehabsteg", *APPS)]


def test_every_app_has_only_the_known_rooms() -> None:
    strange = [
        f"{app}/{entry.name}"
        for app in APPS
        for entry in (BASE / app).iterdir()
        if entry.name != "__pycache__"
        and (app, entry.name) not in DATA_FOLDERS
        and entry.stem not in ROOMS
    ]
    assert strange == []


def test_access_lives_in_accounts_only() -> None:
    assert [app for app in APPS if (BASE / app / "access.py").exists()] == ["accounts"]


def test_no_room_for_leftovers() -> None:
    assert [name(path) for path in OWN if path.stem in FORBIDDEN_NAMES] == []


def test_core_has_no_tables() -> None:
    assert list(apps.get_app_config("core").get_models()) == []


def test_a_long_file_becomes_a_package() -> None:
    limits = [(path, LONGEST_FILE) for path in OWN]
    limits += [(path, LONGEST_TEST_FILE) for path in python_files("tests")]
    long = {
        name(path): count
        for path, limit in limits
        if (count := len(path.read_text().splitlines())) > limit
    }
    assert long == {}


def test_a_function_stops_at_fifty_lines() -> None:
    long = [
        f"{name(path)}:{node.lineno} {node.name}"
        for path in OWN
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef)
        and (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION
    ]
    assert long == []


def test_models_do_not_override_save() -> None:
    overridden = [
        f"{model.__module__}.{model.__name__}"
        for app in APPS
        for model in apps.get_app_config(app).get_models()
        if "save" in model.__dict__ or "delete" in model.__dict__
    ]
    assert overridden == []


def test_no_django_signals() -> None:
    used = [name(path) for path in OWN if "django.dispatch" in path.read_text()]
    used += [name(path) for path in OWN if "db.models.signals" in path.read_text()]
    assert used == []


def test_states_change_only_through_perform() -> None:
    """No view, form or task writes a state."""
    written = re.compile(r"\.state\s*=(?!=)|update\([^)]*\bstate=")
    guilty = [
        name(path)
        for path in OWN
        if {"views", "forms", "tasks"} & {path.stem, path.parent.name}
        and written.search(path.read_text())
    ]
    assert guilty == []


def test_personal_models_know_who_may_see_them() -> None:
    """A queryset of a record that has pages of its own answers `visible_to`."""
    for label in ("participants.Participant", "participants.Enrolment", "referrals.Referral",
                  "activities.Group", "activities.Session", "activities.WorkTrial",
                  "activities.Workplace", "reporting.Job", "reporting.AnnualReport", "reporting.RegistrationImport"):  # fmt: skip
        assert hasattr(apps.get_model(label).objects.all(), "visible_to"), label


def test_public_docstrings_in_models_services_and_rules() -> None:
    bare = [
        f"{name(path)}:{node.lineno} {node.name}"
        for path in OWN
        if {"models", "services", "rules", "access", "commands"} & {path.stem, path.parent.name}
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert bare == []


TEMPLATES = sorted((BASE / "templates").rglob("*.html"))


def without_comments(path: Path) -> str:
    text = re.sub(r"\{#.*?#\}", "", path.read_text())
    return re.sub(r"\{% comment.*?endcomment %\}", "", text, flags=re.DOTALL)


def test_no_inline_script_style_or_handler() -> None:
    """The content security policy would stop it in the browser; we stop it here. Paper is exempt."""
    inline = re.compile(r"<style|\sstyle=|<script(?![^>]*\bsrc=)|\son[a-z]+=|javascript:", re.I)
    guilty = [
        name(path)
        for path in TEMPLATES
        if "pdf" not in path.parts and inline.search(without_comments(path))
    ]
    assert guilty == []


def test_colours_live_in_the_tokens() -> None:
    """Charts carry print colours as attributes because the PDF engine reads nothing else there."""
    raw = re.compile(r"#[0-9a-fA-F]{3,8}\b(?!-)|\brgba?\(|\bhsl\(")
    css = (BASE / "static" / "css" / "components.css").read_text().split("@media print")[0]
    lines = [line for line in css.splitlines() if raw.search(re.sub(r"/\*.*?\*/", "", line))]
    assert lines == []


def test_components_name_their_parameters() -> None:
    bare = [
        name(path)
        for path in TEMPLATES
        if "components" in path.parts and not path.read_text().startswith(("{#", "{% comment"))
    ]
    assert bare == []


def test_pages_are_named_thing_verb() -> None:
    """`referrals:accept` is drawn by templates/referrals/referral_accept.html; parts begin with _."""
    assert {path.parent.name for path in TEMPLATES} >= {"participants", "referrals"}
    strange = [
        name(path)
        for path in TEMPLATES
        if path.parent.name in APPS and not re.fullmatch(r"_?[a-z0-9_]+\.html", path.name)
    ]
    assert strange == []


def all_views(patterns=None, namespace: str = "") -> Iterator[tuple[str, object]]:
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from all_views(entry.url_patterns, inner)
        elif isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name}", entry.callback


def test_every_view_of_ours_has_declared_who_may_enter() -> None:
    """A view that forgot would be refused by the middleware; it should not come that far."""
    ours = (*APPS, "core", "rehabsteg")
    forgot = [
        view_name
        for view_name, view in all_views()
        if view.__module__.split(".")[0] in ours and not hasattr(view, "door")
    ]
    assert forgot == []


def test_view_and_address_share_their_name() -> None:
    different = {
        view_name: view.__name__
        for view_name, view in all_views()
        if hasattr(view, "door") and view_name.split(":")[-1] != view.__name__
    }
    assert different in ({}, {"help": "help_page"})


def test_an_undeclared_view_is_refused(rf) -> None:
    from django.core.exceptions import PermissionDenied
    from django.http import HttpResponse

    from rehabsteg.middleware import DenyByDefaultMiddleware

    middleware = DenyByDefaultMiddleware(lambda request: HttpResponse())
    with pytest.raises(PermissionDenied):
        middleware.process_view(rf.get("/"), lambda request: HttpResponse(), (), {})


def test_the_top_level_is_the_house_and_nothing_else() -> None:
    folders = {
        entry.name
        for entry in BASE.iterdir()
        if entry.is_dir() and not entry.name.startswith(".") and entry.name not in
        ("var", "node_modules")
    }  # fmt: skip
    assert folders == TOP_LEVEL


def test_the_product_speaks_of_itself_alone() -> None:
    """No path of the machine it was written on."""
    import subprocess

    listed = subprocess.run(
        ["git", "ls-files"], cwd=BASE, capture_output=True, text=True, check=False
    ).stdout.split()
    text = [
        BASE / one
        for one in listed
        if Path(one).suffix in {".py", ".md", ".html", ".toml", ".yml", ".js", ".css", ".txt"}
    ]
    place = re.compile(r"(?<![\w.-])/(work|farm)/[a-z.]")
    assert [name(path) for path in text if path.exists() and place.search(path.read_text())] == []

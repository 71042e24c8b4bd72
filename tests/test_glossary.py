"""docs/ordlista.md binds every Swedish term to its identifier: a missing word stops the build."""

import importlib
import inspect
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db.models import Choices

APPS = ("accounts", "programmes", "participants", "referrals", "activities", "reporting")
GLOSSARY = (Path(settings.BASE_DIR) / "docs" / "ordlista.md").read_text().casefold()


def terms():
    """(where, identifier or "", Swedish term) of every model and every state, role or kind."""
    for app in APPS:
        for model in apps.get_app_config(app).get_models():
            yield model._meta.label, f"`{model.__name__}`", str(model._meta.verbose_name)
        enums = importlib.import_module(f"{app}.enums")
        for name, member in vars(enums).items():
            own = getattr(member, "__module__", "") == enums.__name__
            if own and inspect.isclass(member) and issubclass(member, Choices):
                for one in member:
                    yield f"{app}.{name}.{one.name}", "", str(one.label)


@pytest.mark.parametrize(("where", "identifier", "term"), list(terms()))
def test_the_word_is_in_the_glossary(where: str, identifier: str, term: str) -> None:
    assert identifier.casefold() in GLOSSARY, f"{where}: {identifier} saknas i docs/ordlista.md"
    assert term.casefold() in GLOSSARY, f"{where}: ”{term}” saknas i docs/ordlista.md"

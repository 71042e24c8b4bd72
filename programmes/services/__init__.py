"""What a user reaches, the code lists, and the import of blueprints."""

from programmes.services.budget import BudgetGroup, BudgetSummary, summarise_budget
from programmes.services.check_blueprint import Blueprint, InvalidBlueprint, check_blueprint
from programmes.services.codes import code_choices, code_labels, import_codes, newest_label
from programmes.services.import_blueprint import ImportResult, ImportRow, import_blueprint
from programmes.services.reach import scope_of, system_scope
from programmes.services.read_toml import read_toml
from programmes.services.reserve import (
    Reserved,
    end_reserved_places,
    free_for,
    note_reserved_places,
    reserved_in_group,
    reserved_on,
)

__all__ = [
    "Blueprint",
    "BudgetGroup",
    "BudgetSummary",
    "ImportResult",
    "ImportRow",
    "InvalidBlueprint",
    "Reserved",
    "check_blueprint",
    "code_choices",
    "code_labels",
    "end_reserved_places",
    "free_for",
    "import_blueprint",
    "import_codes",
    "newest_label",
    "note_reserved_places",
    "read_toml",
    "reserved_in_group",
    "reserved_on",
    "scope_of",
    "summarise_budget",
    "system_scope",
]

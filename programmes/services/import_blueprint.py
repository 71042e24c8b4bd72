"""The import of a checked blueprint: one way in for the file in the repository and the page."""

from dataclasses import dataclass, field
from typing import Any

from django.db import models, transaction

from accounts.models import Organisation, Unit
from core.formatting import counted
from programmes.models import BudgetLine, Phase, Programme
from programmes.services.check_blueprint import (
    KEYS,
    Blueprint,
    InvalidBlueprint,
    Row,
    check_blueprint,
)

CREATED, CHANGED, UNCHANGED, KEPT = "created", "changed", "unchanged", "kept"
# Room beside the real order: new rows are made here, and old ones pass through twice as far up. The
# column holds up to 32 767.
ASIDE = 10_000


@dataclass(frozen=True)
class ImportRow:
    """What the import did with one row. `part` is the table's name in the file.

    `result` is created, changed, unchanged, or kept (in the database but not in the file).
    `changes` says in words what is new, "capacity: 30 → 40".
    """

    part: str
    name: str
    result: str
    changes: tuple[str, ...] = ()


@dataclass
class ImportResult:
    """The programme, every row's result, and what the administrator should know."""

    programme: Programme
    rows: list[ImportRow] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)

    def count(self, result: str) -> int:
        """How many rows got the result."""
        return sum(row.result == result for row in self.rows)

    @property
    def changed_anything(self) -> bool:
        """False for a second import of the same file."""
        return any(row.result in (CREATED, CHANGED) for row in self.rows)


def import_blueprint(
    *,
    data: dict[str, Any],
    association: Organisation,
    data_controller: Organisation,
    unit: Unit,
    preview: bool = False,
) -> ImportResult:
    """Write a programme and its blueprint from a file's data, all or nothing.

    Rows are recognised by their code, so importing twice changes nothing. What the file leaves out
    is kept, because participants may hang on it. With `preview` everything is done and undone.
    Raises `InvalidBlueprint` with every fault and its place in the file.
    """
    blueprint = check_blueprint(data)
    with transaction.atomic():
        result = _write(blueprint, association, data_controller, unit)
        if preview:
            transaction.set_rollback(True)
    return result


def _write(
    blueprint: Blueprint, association: Organisation, data_controller: Organisation, unit: Unit
) -> ImportResult:
    owners = {"association": association, "data_controller": data_controller, "unit": unit}
    found = Programme.objects.select_for_update().filter(slug=blueprint.programme["slug"]).first()
    _refuse_other_owners(found, blueprint.programme["slug"], data_controller, unit)
    programme, row = _write_row("programme", Programme, found, {**blueprint.programme, **owners})
    result = ImportResult(programme, [row])
    for part, rows in blueprint.parts.items():
        if part == "checkpoints":
            rows = _with_phases(rows, programme)
        lines = [row.pop("lines") for row in rows] if part == "budgets" else []
        written = _write_part(result, part, getattr(programme, part), rows)
        for budget, its_lines in zip(written, lines, strict=bool(lines)):
            _write_lines(result, budget, its_lines)
    result.messages = _messages(result)
    return result


def _refuse_other_owners(
    found: Programme | None,
    slug: str,
    data_controller: Organisation,
    unit: Unit,
) -> None:
    problems = []
    if found and found.data_controller_id != data_controller.pk:
        problems.append(
            f"{found} har {found.data_controller} som personuppgiftsansvarig. Den kan inte bytas: "
            "deltagarnas uppgifter hör till den som samlade in dem."
        )
    other = Programme.objects.filter(unit=unit).exclude(slug=slug).first()
    if other:
        problems.append(f"Arbetslaget {unit} driver redan {other}. Välj ett annat arbetslag.")
    if unit.organisation_id != data_controller.pk:
        problems.append(
            f"Arbetslaget {unit} hör inte till {data_controller}. Den personuppgiftsansvariga ska "
            "vara arbetslagets organisation."
        )
    if problems:
        raise InvalidBlueprint(problems)


def _with_phases(rows: list[Row], programme: Programme) -> list[Row]:
    phases = {phase.code: phase for phase in Phase.objects.filter(programme=programme)}
    return [{**row, "phase": phases.get(row["phase"])} for row in rows]


def _write_part(
    result: ImportResult, part: str, manager: Any, rows: list[Row], key: tuple[str, ...] = ()
) -> list[Any]:
    """The part's rows as the file has them, in order; what the file leaves out comes last."""
    key = key or KEYS[part]
    existing = {tuple(getattr(one, name) for name in key): one for one in manager.all()}
    has_order = any(field.name == "order" for field in manager.model._meta.fields)
    written = []
    for order, row in enumerate(rows, start=1):
        found = existing.pop(tuple(row[name] for name in key), None)
        values = {**row, manager.field.name: manager.instance}
        if has_order:
            values["order"] = order
        one, noted = _write_row(part, manager.model, found, values)
        written.append(one)
        result.rows.append(noted)
    result.rows += [ImportRow(part, _named(one), KEPT) for one in existing.values()]
    if has_order:
        _put_in_order(manager, [one.pk for one in [*written, *existing.values()]])
    return written


def _put_in_order(manager: Any, wanted: list[int]) -> None:
    """Number the rows 1, 2, 3 …; all are moved out of the way first, since the order is unique."""
    now = dict(manager.values_list("pk", "order"))
    if all(now[pk] == order for order, pk in enumerate(wanted, start=1)):
        return
    manager.update(order=models.F("order") + 2 * ASIDE)
    for order, pk in enumerate(wanted, start=1):
        manager.filter(pk=pk).update(order=order)


def _write_lines(result: ImportResult, budget: Any, lines: list[Row]) -> None:
    _write_part(result, "budgets.lines", budget.lines, lines, key=("group", "item"))


def _write_row(
    part: str, model: type[models.Model], found: Any, values: Row
) -> tuple[Any, ImportRow]:
    """Make or change one row. Its place in the order is written last, by `_put_in_order`."""
    if found is None:
        aside = {"order": values["order"] + ASIDE} if "order" in values else {}
        made = model._default_manager.create(**(values | aside))
        return made, ImportRow(part, _named(made), CREATED)
    changes = {name: value for name, value in values.items() if getattr(found, name) != value}
    if not changes:
        return found, ImportRow(part, _named(found), UNCHANGED)
    words = tuple(
        f"{_label(model, name)}: {_word(getattr(found, name))} → {_word(value)}"
        for name, value in changes.items()
    )
    for name, value in changes.items():
        setattr(found, name, value)
    found.save(update_fields=[name for name in changes if name != "order"])
    return found, ImportRow(part, _named(found), CHANGED, words)


def _named(row: Any) -> str:
    return f"{row.budget.year} {row}" if isinstance(row, BudgetLine) else str(row)


def _label(model: type[models.Model], name: str) -> str:
    return str(getattr(model._meta.get_field(name), "verbose_name", name))


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "ja" if value else "nej"
    return "ingen uppgift" if value in (None, "") else str(value)


def _messages(result: ImportResult) -> list[str]:
    kept = result.count(KEPT)
    if not result.changed_anything:
        return ["Allt i filen finns redan. Ingenting ändras."]
    if kept:
        rows = counted(kept, "rad", "rader")
        return [f"{rows} finns i insatsen men inte i filen och är kvar som förut."]
    return []

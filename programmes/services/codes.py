"""The code lists of in- and out-registration: what may be chosen, what codes mean, the import."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce

from programmes.enums import CodeList
from programmes.models import Code
from programmes.services.read_toml import InvalidBlueprint, Section, no_doubles

FIELDS = ("label", "order", "excludes_others", "valid_to")


def code_choices(code_list: str, *, today: date) -> list[tuple[str, str]]:
    """(code, label) pairs that may be chosen today, in the list's order."""
    return list(Code.objects.of(code_list).valid_on(today).values_list("code", "label"))


def code_labels(code_list: str) -> dict[str, str]:
    """Label of every code ever in the list, newest label last: retired codes stay readable."""
    rows = Code.objects.of(code_list).order_by("valid_from").values_list("code", "label")
    return dict(rows)


def newest_label(code_list: str, column: str) -> Coalesce:
    """The same inside a query: the newest label of the code in `column`, or the code itself."""
    rows = Code.objects.of(code_list).filter(code=OuterRef(column)).order_by("-valid_from")
    return Coalesce(Subquery(rows.values("label")[:1]), column)


@dataclass(frozen=True)
class CodesImported:
    """How many codes the import made, changed and left alone."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0


def import_codes(*, data: dict[str, Any]) -> CodesImported:
    """Write the code lists of a file, all or nothing; a second import changes nothing.

    A code that isn't in the file is left: codes are retired with `valid_to`, never removed.
    Raises `InvalidBlueprint` with every fault and its place in the file.
    """
    rows = _check(data)
    counts = {"created": 0, "changed": 0, "unchanged": 0}
    with transaction.atomic():
        for row in rows:
            counts[_write(row)] += 1
    return CodesImported(**counts)


def _check(data: dict[str, Any]) -> list[Code]:
    problems: list[str] = []
    top = Section("Filen", data, problems)
    valid_from = top.day("valid_from")
    rows: list[Code] = []
    for code_list in CodeList.values:
        sections = enumerate(top.tables(code_list), start=1)
        found = [_code(section, code_list, order, valid_from) for order, section in sections]
        keys = [(row.code, row.valid_from) for row in found]
        no_doubles(f"[[{code_list}]]", keys, problems, lambda key: f"koden {key[0]} från {key[1]}")
        rows += found
    top.close()
    if problems:
        raise InvalidBlueprint(problems)
    return rows


def _code(section: Section, code_list: str, order: int, valid_from: date | None) -> Code:
    starts: Any = section.day("valid_from", required=False) or valid_from
    row = Code(
        code_list=code_list,
        code=section.text("code", most=20),
        label=section.text("label", most=200),
        order=order,
        excludes_others=section.yes("excludes_others"),
        valid_from=starts,
        valid_to=section.day("valid_to", required=False),
    )
    if row.valid_from and row.valid_to and row.valid_to < row.valid_from:
        section.fault("valid_to", "ligger före valid_from.")
    section.close()
    return row


def _write(row: Code) -> str:
    key = {"code_list": row.code_list, "code": row.code, "valid_from": row.valid_from}
    found = Code.objects.filter(**key).first()
    if found is None:
        row.save()
        return "created"
    if all(getattr(found, name) == getattr(row, name) for name in FIELDS):
        return "unchanged"
    Code.objects.filter(pk=found.pk).update(**{name: getattr(row, name) for name in FIELDS})
    return "changed"

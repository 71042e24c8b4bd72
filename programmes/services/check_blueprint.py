"""The check of a programme blueprint: everything is read and judged before anything is written."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from programmes.enums import Anchor, CheckpointKind, PhaseKind, ProgrammeKind, Weekday
from programmes.services.read_toml import InvalidBlueprint, Section, no_doubles

FIRST_YEAR, LAST_YEAR = 1990, 2100
MOST_SEK = 2_000_000_000
LATEST_MINUTE = 24 * 60

Row = dict[str, Any]


@dataclass
class Blueprint:
    """A checked blueprint: the programme's own values, and the rows of each part in order.

    A row holds model field values; a checkpoint's `phase` is the phase's code. Budgets carry their
    lines under "lines".
    """

    programme: Row
    parts: dict[str, list[Row]] = field(default_factory=dict)


def check_blueprint(data: dict[str, Any]) -> Blueprint:
    """The blueprint in a file's data. Raises `InvalidBlueprint` with every fault and its place."""
    problems: list[str] = []
    top = Section("Filen", data, problems)
    top.asked.add("programme")
    programme = _programme(Section("[programme]", data.get("programme"), problems))
    parts = {name: _rows(top, name, read) for name, read in READERS.items()}
    top.close()
    for name, key in KEYS.items():
        keys = [tuple(row[part] for part in key) for row in parts[name]]
        no_doubles(f"[[{name}]]", keys, problems, _shown)
    problems += _phases_that_are_missing(programme, parts)
    if problems:
        raise InvalidBlueprint(problems)
    return Blueprint(programme, parts)


def _shown(key: tuple[Any, ...]) -> str:
    return "”" + " ".join(str(part) for part in key) + "”"


def _rows(top: Section, name: str, read: Callable[[Section], Row]) -> list[Row]:
    rows = []
    for section in top.tables(name):
        rows.append(read(section))
        section.close()
    return rows


def _programme(section: Section) -> Row:
    row: Row = {
        "slug": section.code("slug"),
        "name": section.text("name", most=120),
        "kind": section.choice("kind", ProgrammeKind),
        "purpose": section.text("purpose", most=5000, required=False),
        "capacity": section.whole("capacity"),
        "group_size": section.whole("group_size"),
        "groups_per_year": section.whole("groups_per_year"),
        "weekly_hours_goal": section.decimal("weekly_hours_goal", most=168),
        "assessment_days": section.whole("assessment_days", least=1, most=365),
        "deciding_body": section.text("deciding_body", most=80, required=False),
        "starts_on": section.day("starts_on"),
        "ends_on": section.day("ends_on", required=False),
    }
    _in_order(section, row["starts_on"], "ends_on", row["ends_on"], "starts_on")
    if (row["group_size"] or 0) > (row["capacity"] or 0):
        section.fault("group_size", "är större än capacity: gruppen får inte plats i insatsen.")
    section.close()
    return row


def _in_order(
    section: Section, first: date | None, name: str, last: date | None, before: str
) -> None:
    if first and last and last < first:
        section.fault(name, f"ligger före {before}.")


def _phase(section: Section) -> Row:
    return {
        "code": section.code("code"),
        "kind": section.choice("kind", PhaseKind),
        "name": section.text("name", most=80),
        "weeks": section.whole("weeks", least=1, most=520, required=False),
    }


def _weekly_slot(section: Section) -> Row:
    row: Row = {
        "weekday": section.choice("weekday", Weekday, by_label=True),
        "starts_at": section.clock("starts_at"),
        "hours": section.decimal("hours", most=12),
    }
    if row["hours"] == 0:
        section.fault("hours", "ska vara mer än 0.")
    if row["starts_at"] and row["hours"]:
        begins = row["starts_at"].hour * 60 + row["starts_at"].minute
        if begins + row["hours"] * 60 > LATEST_MINUTE:
            section.fault("hours", "passet slutar efter midnatt.")
    return row


def _checkpoint(section: Section) -> Row:
    row: Row = {
        "code": section.code("code"),
        "kind": section.choice("kind", CheckpointKind),
        "name": section.text("name", most=120),
        "anchor": section.choice("anchor", Anchor),
        "phase": section.code("phase", required=False),
        "weeks": section.whole("weeks", most=520, required=False) or 0,
        "months": section.whole("months", most=120, required=False) or 0,
    }
    if row["anchor"] == Anchor.PHASE and not row["phase"]:
        section.fault("phase", "saknas: tiden räknas från en fas, så säg vilken.")
    if row["anchor"] in (Anchor.START, Anchor.CLOSURE) and row["phase"]:
        section.fault("phase", "ska bort: tiden räknas inte från en fas.")
    return row


def _session_content(section: Section) -> Row:
    return {
        "code": section.code("code"),
        "name": section.text("name", most=120),
        "on_need": section.yes("on_need"),
    }


def _coordination_kind(section: Section) -> Row:
    return {"code": section.code("code"), "name": section.text("name", most=200)}


def _goal(section: Section) -> Row:
    row: Row = {
        "code": section.code("code"),
        "name": section.text("name", most=300),
        "figure": section.text("figure", most=60, required=False),
        "target": section.decimal("target", most=99_999_999, required=False),
        "unit": section.text("unit", most=20, required=False),
        "valid_from": section.day("valid_from"),
        "valid_to": section.day("valid_to", required=False),
    }
    if row["target"] is not None and not row["unit"]:
        section.fault("unit", "saknas: säg vad målvärdet är, till exempel ”%” eller ”personer”.")
    _in_order(section, row["valid_from"], "valid_to", row["valid_to"], "valid_from")
    return row


def _budget(section: Section) -> Row:
    lines = []
    for line in section.tables("lines", place=f"{section.place} "):
        lines.append(_budget_line(line))
        line.close()
    keys = [(line["group"], line["item"]) for line in lines]
    no_doubles(f"{section.place} [[lines]]", keys, section.problems, _shown)
    total = section.whole("total", most=MOST_SEK, required=False)
    amounts = [line["amount"] or 0 for line in lines]
    if total is not None and total != sum(amounts):
        section.fault("total", f"är {total} men raderna blir {sum(amounts)} tillsammans.")
    return {"year": section.whole("year", least=FIRST_YEAR, most=LAST_YEAR), "lines": lines}


def _budget_line(section: Section) -> Row:
    return {
        "group": section.text("group", most=120),
        "item": section.text("item", most=300),
        "amount": section.whole("amount", most=MOST_SEK),
    }


def _closing_day(section: Section) -> Row:
    return {"day": section.day("day"), "reason": section.text("reason", most=120)}


READERS: dict[str, Callable[[Section], Row]] = {
    "phases": _phase,
    "weekly_slots": _weekly_slot,
    "checkpoints": _checkpoint,
    "session_contents": _session_content,
    "coordination_kinds": _coordination_kind,
    "goals": _goal,
    "budgets": _budget,
    "closing_days": _closing_day,
}
# What tells the rows of a part apart, here and in the database.
KEYS: dict[str, tuple[str, ...]] = {
    "phases": ("code",),
    "weekly_slots": ("weekday", "starts_at"),
    "checkpoints": ("code",),
    "session_contents": ("code",),
    "coordination_kinds": ("code",),
    "goals": ("code",),
    "budgets": ("year",),
    "closing_days": ("day",),
}


def _phases_that_are_missing(programme: Row, parts: dict[str, list[Row]]) -> list[str]:
    known = {phase["code"] for phase in parts["phases"]}
    sentences = [
        f"[[checkpoints]] nr {number}, phase: fasen ”{row['phase']}” finns inte i filen."
        for number, row in enumerate(parts["checkpoints"], start=1)
        if row["phase"] and row["phase"] not in known
    ]
    if programme["kind"] == ProgrammeKind.INDIVIDUAL and not known:
        sentences.append("[[phases]]: en insats med deltagare behöver minst en fas.")
    kinds = {phase["kind"] for phase in parts["phases"]}
    if PhaseKind.GROUP in kinds and not parts["weekly_slots"]:
        sentences.append("[[weekly_slots]]: en gruppfas behöver minst ett pass i veckan.")
    return sentences

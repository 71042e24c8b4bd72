"""The import of a blueprint: whole, repeatable, and plain about what is wrong in the file."""

import copy
import io
import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.enums import OrganisationKind
from accounts.models import Organisation, Unit
from programmes.enums import Anchor, CodeList
from programmes.models import BudgetLine, Code, Phase, Programme
from programmes.services import (
    InvalidBlueprint,
    code_choices,
    code_labels,
    import_blueprint,
    import_codes,
    read_toml,
    summarise_budget,
)

BLUEPRINTS = Path(__file__).parents[2] / "programmes" / "blueprints"
REHABSTEGET = BLUEPRINTS / "rehabsteget.toml"
CODES = BLUEPRINTS / "codes.toml"

WORK_STATIONS = """
[programme]
slug = "verkstan"
name = "Verkstan, arbetsinriktad rehabilitering"
kind = "individual"
starts_on = 2024-02-01
ends_on = 2026-12-31
capacity = 25
group_size = 6
groups_per_year = 7
weekly_hours_goal = 12.5
assessment_days = 14

[[phases]]
code = "inskrivning"
kind = "support"
name = "Besök och kartläggning"
weeks = 2

[[phases]]
code = "arbetsstation"
kind = "trial"
name = "Arbetsstation"
weeks = 24

[[checkpoints]]
code = "en-vecka"
kind = "evaluation"
name = "Utvärdering efter en vecka"
anchor = "start"
weeks = 1

[[checkpoints]]
code = "natverkstraff"
kind = "evaluation"
name = "Nätverksträff med parterna"
anchor = "phase"
phase = "arbetsstation"
months = 3

[[checkpoints]]
code = "uppfoljning-12"
kind = "follow_up"
name = "Uppföljning efter 12 månader"
anchor = "closure"
months = 12

[[goals]]
code = "skriftlig-plan"
name = "Deltagaren lämnar med en skriftlig plan"
target = 92.5
unit = "%"
valid_from = 2024-02-01

[[closing_days]]
day = 2024-12-27
reason = "Julstängt"

[[budgets]]
year = 2024
[[budgets.lines]]
group = "Personal"
item = "Handledare"
amount = 900_000
"""


@pytest.fixture
def owners(db: None) -> dict:
    """A förbund, a municipality and its team."""
    association = Organisation.objects.create(
        kind=OrganisationKind.ASSOCIATION, name="Samordningsförbundet Åbygden"
    )
    municipality = Organisation.objects.create(kind=OrganisationKind.MUNICIPALITY, name="Åby")
    unit = Unit.objects.create(organisation=municipality, name="Arbetslaget")
    return {"association": association, "data_controller": municipality, "unit": unit}


@pytest.fixture
def rehabsteget() -> dict:
    """The data of the repository's own file."""
    return read_toml(REHABSTEGET.read_bytes())


def test_whole_rehabsteget(owners, rehabsteget):
    programme = import_blueprint(data=rehabsteget, **owners).programme

    assert programme.data_controller == owners["data_controller"]
    assert (programme.capacity, programme.group_size, programme.starts_per_year) == (40, 15, 120)
    assert list(programme.phases.values_list("code", "weeks")) == [
        ("grupp", 8),
        ("arbetsprovning", 8),
        ("fortsatt-stod", None),
    ]
    slots = programme.weekly_slots.values_list("weekday", "starts_at__hour", "hours")
    assert list(slots) == [(1, 9, 3), (2, 9, 3), (4, 9, 3)]
    assert programme.coordination_kinds.count() == 10
    closure = programme.checkpoints.filter(anchor=Anchor.CLOSURE)
    assert [one.months for one in closure] == [6, 12]
    assert programme.goals.get(code="tio-timmar").target == 60


def test_budget_of_2012(owners, rehabsteget):
    programme = import_blueprint(data=rehabsteget, **owners).programme
    summary = summarise_budget(budget=programme.budgets.get(year=2012))

    sums = [group.amount for group in summary.groups]
    assert sums == [3_100_000, 1_300_000, 310_000, 457_000]
    assert summary.amount == 5_167_000
    assert (summary.per_place, summary.per_start) == (129_175, 43_058)
    assert summary.outcome is None


def test_second_import_changes_nothing(owners, rehabsteget):
    import_blueprint(data=copy.deepcopy(rehabsteget), **owners)
    before = everything()
    again = import_blueprint(data=rehabsteget, **owners)

    assert {row.result for row in again.rows} == {"unchanged"}
    assert not again.changed_anything
    assert everything() == before


def everything() -> list:
    """Every row of the blueprint's tables, with primary keys."""
    programme = Programme.objects.get()
    parts = ("phases", "weekly_slots", "checkpoints", "session_contents", "coordination_kinds")
    tables = [getattr(programme, part) for part in (*parts, "goals", "budgets")]
    rows = [sorted(table.values_list()) for table in tables]
    return [*rows, sorted(BudgetLine.objects.values_list()), list(Programme.objects.values_list())]


def test_a_change_and_a_new_order_touch_only_their_rows(owners, rehabsteget):
    programme = import_blueprint(data=copy.deepcopy(rehabsteget), **owners).programme
    keys = dict(programme.phases.values_list("code", "pk"))
    rehabsteget["programme"]["capacity"] = 45
    rehabsteget["phases"].reverse()
    rehabsteget["budgets"][0]["lines"][0]["amount"] += 1000
    del rehabsteget["budgets"][0]["total"]
    result = import_blueprint(data=rehabsteget, **owners)

    changed = {(row.part, row.name): row.changes for row in result.rows if row.result == "changed"}
    assert changed[("programme", "Rehabsteget")] == ("deltagare samtidigt: 40 → 45",)
    assert {part for part, _ in changed} == {"programme", "phases", "budgets.lines"}
    codes = [(phase.code, phase.pk) for phase in programme.phases.order_by("order")]
    assert codes == [(code, keys[code]) for code in ("fortsatt-stod", "arbetsprovning", "grupp")]


def test_what_the_file_leaves_out_is_kept_and_said(owners, rehabsteget):
    programme = import_blueprint(data=copy.deepcopy(rehabsteget), **owners).programme
    gone = rehabsteget["session_contents"].pop(0)
    result = import_blueprint(data=rehabsteget, **owners)

    kept = [row.name for row in result.rows if row.result == "kept"]
    assert kept == [gone["name"]]
    assert programme.session_contents.order_by("order").last().code == gone["code"]
    assert result.changed_anything  # those after it moved up one place
    assert result.messages == [
        "1\N{NO-BREAK SPACE}rad finns i insatsen men inte i filen och är kvar som förut."
    ]


def test_another_programme_with_other_phases(owners):
    programme = import_blueprint(data=read_toml(WORK_STATIONS.encode()), **owners).programme

    assert programme.weekly_hours_goal == Decimal("12.5")
    assert [phase.code for phase in programme.phases.all()] == ["inskrivning", "arbetsstation"]
    assert programme.checkpoints.get(code="natverkstraff").phase.code == "arbetsstation"
    assert programme.closing_days.get().reason == "Julstängt"
    assert summarise_budget(budget=programme.budgets.get()).amount == 900_000


def test_preview_says_the_same_and_writes_nothing(owners, rehabsteget):
    seen = import_blueprint(data=copy.deepcopy(rehabsteget), preview=True, **owners)
    assert Programme.objects.count() == 0 == Phase.objects.count()

    done = import_blueprint(data=rehabsteget, **owners)
    assert seen.rows == done.rows


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda d: d["programme"].pop("capacity"), "[programme], capacity: saknas."),
        (
            lambda d: d["programme"].update(capacity="40"),
            "[programme], capacity: ska vara ett helt tal från 0 till 32000.",
        ),
        (
            lambda d: d["programme"].update(capacity=True),
            "[programme], capacity: ska vara ett helt tal från 0 till 32000.",
        ),
        (
            lambda d: d["programme"].update(capacty=40),
            "[programme], capacty: finns inte i formatet. Kontrollera stavningen.",
        ),
        (
            lambda d: d["programme"].update(group_size=41),
            "[programme], group_size: är större än capacity: gruppen får inte plats i insatsen.",
        ),
        (
            lambda d: d["programme"].update(weekly_hours_goal=float("nan")),
            "[programme], weekly_hours_goal: ska vara ett tal från 0 till 168 med högst en decimal.",
        ),
        (
            lambda d: d["phases"][1].update(kind="provning"),
            "[[phases]] nr 2, kind: ska vara group, trial eller support, inte ”provning”.",
        ),
        (lambda d: d["phases"][1].update(code="grupp"), "[[phases]]: ”grupp” finns 2 gånger."),
        (
            lambda d: d["phases"][2].update(code="Fortsatt stöd"),
            "[[phases]] nr 3, code: får bara ha små bokstäver a–z, siffror och bindestreck.",
        ),
        (
            lambda d: d["weekly_slots"][0].update(weekday="monday"),
            "[[weekly_slots]] nr 1, weekday: ska vara måndag, tisdag, onsdag, torsdag, fredag, "
            "lördag eller söndag, inte ”monday”.",
        ),
        (
            lambda d: d["checkpoints"][1].update(phase="finns-inte"),
            "[[checkpoints]] nr 2, phase: fasen ”finns-inte” finns inte i filen.",
        ),
        (
            lambda d: d["checkpoints"][1].pop("phase"),
            "[[checkpoints]] nr 2, phase: saknas: tiden räknas från en fas, så säg vilken.",
        ),
        (
            lambda d: d["goals"][0].update(valid_to=d["goals"][0]["valid_from"].replace(year=2011)),
            "[[goals]] nr 1, valid_to: ligger före valid_from.",
        ),
        (
            lambda d: d["budgets"][0]["lines"][0].update(amount=-1),
            "[[budgets]] nr 1 [[lines]] nr 1, amount: ska vara ett helt tal från 0 till "
            "2000000000.",
        ),
        (
            lambda d: d["budgets"][0].update(total=5_166_000),
            "[[budgets]] nr 1, total: är 5166000 men raderna blir 5167000 tillsammans.",
        ),
        (
            lambda d: d.update(phases=[]),
            "[[phases]]: en insats med deltagare behöver minst en fas.",
        ),
        (
            lambda d: d.update(weekly_slots=[]),
            "[[weekly_slots]]: en gruppfas behöver minst ett pass i veckan.",
        ),
        (lambda d: d.pop("programme"), "[programme]: ska vara en tabell."),
        (lambda d: d.update(phases={"code": "a"}), "Filen, phases: skrivs som [[phases]]."),
    ],
)
def test_every_fault_is_named_by_its_place_and_nothing_is_written(
    owners, rehabsteget, change, sentence
):
    change(rehabsteget)
    with pytest.raises(InvalidBlueprint) as refused:
        import_blueprint(data=rehabsteget, **owners)

    assert sentence in refused.value.reasons
    assert not Programme.objects.exists()


def test_all_faults_are_told_at_once(owners, rehabsteget):
    rehabsteget["programme"]["capacity"] = -1
    rehabsteget["phases"][0]["name"] = " "
    del rehabsteget["goals"][2]["unit"]
    with pytest.raises(InvalidBlueprint) as refused:
        import_blueprint(data=rehabsteget, **owners)

    assert [reason.split(":")[0] for reason in refused.value.reasons] == [
        "[programme], capacity",
        "[programme], group_size",
        "[[phases]] nr 1, name",
        "[[goals]] nr 3, unit",
    ]


@pytest.mark.parametrize(
    ("content", "start"),
    [
        (b"[programme]\nslug = rehabsteget", "Rad 2, tecken 8:"),
        (b'[programme]\nslug = "reh', "Filen går inte att läsa"),
        ('slug = "å"'.encode("latin-1"), "Filen är inte sparad som UTF-8."),
        (b"#" * 500_001, "Filen är större än 500 kB."),
    ],
)
def test_a_file_that_is_no_table(content, start):
    with pytest.raises(InvalidBlueprint) as refused:
        read_toml(content)
    assert refused.value.reasons[0].startswith(start)


def test_the_controller_cannot_be_changed(owners, rehabsteget):
    import_blueprint(data=copy.deepcopy(rehabsteget), **owners)
    other = Organisation.objects.create(kind=OrganisationKind.REGION, name="Regionen")
    unit = Unit.objects.create(organisation=other, name="Mottagningen")
    with pytest.raises(InvalidBlueprint, match="kan inte bytas"):
        import_blueprint(data=rehabsteget, **{**owners, "data_controller": other, "unit": unit})


def test_a_team_runs_one_programme(owners, rehabsteget):
    import_blueprint(data=rehabsteget, **owners)
    with pytest.raises(InvalidBlueprint, match="driver redan Rehabsteget"):
        import_blueprint(data=read_toml(WORK_STATIONS.encode()), **owners)
    assert Programme.objects.count() == 1


def test_a_team_of_somebody_else_is_refused(owners, rehabsteget):
    other = Organisation.objects.create(kind=OrganisationKind.REGION, name="Regionen")
    unit = Unit.objects.create(organisation=other, name="Mottagningen")
    with pytest.raises(InvalidBlueprint, match="hör inte till Åby"):
        import_blueprint(data=rehabsteget, **{**owners, "unit": unit})


# --- code lists -------------------------------------------------------------------------------

EXPECTED = {
    CodeList.EDUCATION: "0 1 2 3 4 9",
    CodeList.SUPPORT: "SJP REH SJE AKE AKS AKA FSS STU ANN ING",
    CodeList.OCCUPATION: "ARB SUB STU AMP PRA SOK FOR SJK ANN",
    CodeList.END_REASON: "GEN FRE SJU FLY FOR AVB UTE SAM AVL ANN FEL",
    CodeList.REFERRER: "FK AF KFS KSO KAM RPV RPS RAN ANN",
    CodeList.GENDER: "K M",
}


@pytest.mark.parametrize(("code_list", "codes"), EXPECTED.items())
def test_codes_of_in_and_out_registration(db, code_list, codes):
    import_codes(data=read_toml(CODES.read_bytes()))
    assert [code for code, _ in code_choices(code_list, today=date(2005, 1, 1))] == codes.split()
    assert code_choices(code_list, today=date(2004, 12, 31)) == []


def test_codes_twice_change_nothing(db):
    first = import_codes(data=read_toml(CODES.read_bytes()))
    before = sorted(Code.objects.values_list())
    second = import_codes(data=read_toml(CODES.read_bytes()))

    assert (first.created, first.unchanged) == (Code.objects.count(), 0)
    assert (second.created, second.changed, second.unchanged) == (0, 0, first.created)
    assert sorted(Code.objects.values_list()) == before


def test_only_no_support_excludes_the_others(db):
    import_codes(data=read_toml(CODES.read_bytes()))
    alone = Code.objects.filter(excludes_others=True).values_list("code_list", "code")
    assert list(alone) == [(CodeList.SUPPORT, "ING")]


def test_a_corrected_label_is_written_and_a_retired_code_stays_readable(db):
    data = read_toml(CODES.read_bytes())
    import_codes(data=copy.deepcopy(data))
    data["support"][0]["label"] = "Sjukpenning m.m."
    data["support"][1]["valid_to"] = data["valid_from"].replace(year=2020)
    assert import_codes(data=data).changed == 2

    labels = code_labels(CodeList.SUPPORT)
    assert labels["SJP"] == "Sjukpenning m.m."
    chosen = dict(code_choices(CodeList.SUPPORT, today=data["valid_from"].replace(year=2021)))
    assert "REH" in labels
    assert "REH" not in chosen


def test_a_code_twice_is_refused(db):
    data = read_toml(CODES.read_bytes())
    data["gender"].append({"code": "K", "label": "Kvinna igen"})
    with pytest.raises(InvalidBlueprint, match="koden K från 2005-01-01 finns 2 gånger"):
        import_codes(data=data)
    assert not Code.objects.exists()


# --- the command ------------------------------------------------------------------------------


def run(*words: str) -> str:
    """The command's standard output."""
    out = io.StringIO()
    call_command("import_blueprint", *words, stdout=out)
    return out.getvalue()


def test_command_reads_the_repository_file(owners):
    names = ["--association", "Samordningsförbundet Åbygden", "--controller", "Åby"]
    with pytest.raises(CommandError, match="Insatsen är ny"):
        run(str(REHABSTEGET))
    first = json.loads(run(str(REHABSTEGET), *names, "--unit", "Arbetslaget", "--format", "json"))
    assert {row["result"] for row in first["rows"]} == {"created"}
    again = json.loads(run(str(REHABSTEGET), "--format", "json"))
    assert {row["result"] for row in again["rows"]} == {"unchanged"}


def test_command_says_what_is_wrong(owners, tmp_path):
    with pytest.raises(CommandError, match="går inte att läsa"):
        run(str(tmp_path / "saknas.toml"))
    bad = tmp_path / "fel.toml"
    bad.write_text("[programme]\nslug = 1\n")
    names = ["--association", "Samordningsförbundet Åbygden", "--controller", "Åby"]
    with pytest.raises(CommandError, match=r"\[programme\], slug: ska vara text"):
        run(str(bad), *names, "--unit", "Arbetslaget")

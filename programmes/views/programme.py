"""The programme as its people see it, and the administrator's blueprints."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.access import door, refuse
from accounts.enums import Refusal
from accounts.rules import is_administrator, is_staff, sees_aggregates
from core.formatting import (
    NBSP,
    clock,
    counted,
    date_iso,
    hours,
    kr,
    number,
    percent,
)
from programmes.forms import BlueprintForm
from programmes.models import Budget, Checkpoint, Goal, Phase, Programme
from programmes.services import (
    BudgetSummary,
    ImportResult,
    ImportRow,
    InvalidBlueprint,
    import_blueprint,
    summarise_budget,
)

PARTS = {
    "programme": "Insatsen",
    "phases": "Faser",
    "weekly_slots": "Veckopass",
    "checkpoints": "Avstämningar",
    "session_contents": "Innehåll",
    "coordination_kinds": "Fördjupad samordning",
    "goals": "Mål",
    "budgets": "Budget",
    "budgets.lines": "Budgetrader",
    "closing_days": "Stängda dagar",
}
RESULTS = {
    "created": ("Ny", "ok", "plus"),
    "changed": ("Ändras", "info", "pen"),
    "unchanged": ("Oförändrad", "none", "check"),
    "kept": ("Kvar, inte i filen", "none", "info"),
}


# --- the programme ----------------------------------------------------------------------------


@door(is_staff | sees_aggregates | is_administrator)
def programme_detail(request: HttpRequest, slug: str = "") -> HttpResponse:
    """Phases, capacity, goals with targets, and a year's budget. Holds nothing about persons."""
    reached = _reached(request)
    programme = (reached.filter(slug=slug) if slug else reached).first()
    if programme is None:
        refuse(request, Refusal.OUTSIDE)
        raise Http404("Insatsen finns inte, eller så ingår den inte i ditt uppdrag.")
    budget = _chosen_budget(request, programme)
    context = {
        "programme": programme,
        "facts": _facts(programme),
        "reserved_url": _reserved_url(request, programme),
        "others": _others(reached, programme),
        "limits": _limits(programme),
        "phases": [_phase_row(phase) for phase in programme.phases.order_by("order")],
        "rhythm": _rhythm(programme),
        "checkpoints": [
            _checkpoint_row(one)
            for one in programme.checkpoints.select_related("phase").order_by("order")
        ],
        "contents": [
            (one.name, "vid behov" if one.on_need else "")
            for one in programme.session_contents.order_by("order")
        ],
        "coordination": list(
            programme.coordination_kinds.order_by("order").values_list("name", flat=True)
        ),
        "goals": [_goal_row(goal) for goal in _goals_today(programme)],
        "years": _year_chips(programme, budget),
        "budget": _budget_table(summarise_budget(budget=budget)) if budget else None,
    }
    return render(request, "programmes/programme_detail.html", context)


def _reached(request: HttpRequest) -> QuerySet[Programme]:
    if is_administrator(request.user):
        found = Programme.objects.all()
    else:
        found = Programme.objects.visible_to(request.user)
    return found.select_related("association", "data_controller", "unit").order_by("name")


def _reserved_url(request: HttpRequest, programme: Programme) -> str:
    if is_administrator(request.user):
        return ""
    return reverse("programmes:reserved_list", args=[programme.slug])


def _facts(programme: Programme) -> list[str]:
    since = f"sedan {date_iso(programme.starts_on)}"
    if programme.ends_on:
        since = f"{date_iso(programme.starts_on)} – {date_iso(programme.ends_on)}"
    kind = programme.get_kind_display()
    return [kind, f"finansieras av {programme.association}", since]


def _others(reached: QuerySet[Programme], chosen: Programme) -> list[tuple[Any, ...]]:
    rows = [
        (one.name, None, reverse("programmes:programme_detail", args=[one.slug]), one == chosen)
        for one in reached
    ]
    return rows if len(rows) > 1 else []


def _limits(programme: Programme) -> list[tuple[str, str]]:
    return [
        ("Deltagare samtidigt", counted(programme.capacity, "plats", "platser")),
        ("Deltagare i en grupp", f"högst {number(programme.group_size)}"),
        ("Nya grupper per år", f"högst {number(programme.groups_per_year)}"),
        ("Starter per år", f"högst {number(programme.starts_per_year)}"),
        ("Mål för aktivitet", f"{hours(programme.weekly_hours_goal)} i veckan"),
        ("Bedömning av remiss", f"inom {counted(programme.assessment_days, 'dag', 'dagar')}"),
        ("Personuppgifts\u00adansvarig", programme.data_controller.name),
        ("Arbetslag", programme.unit.name),
    ]


def _phase_row(phase: Phase) -> dict[str, str]:
    length = counted(phase.weeks, "vecka", "veckor") if phase.weeks else "olika länge"
    return {"name": phase.name, "length": length}


def _rhythm(programme: Programme) -> list[tuple[str, str]]:
    return [
        (
            slot.get_weekday_display().capitalize(),
            f"kl.{NBSP}{clock(slot.starts_at)}, {hours(slot.hours)}",
        )
        for slot in programme.weekly_slots.order_by("weekday", "starts_at")
    ]


def _checkpoint_row(one: Checkpoint) -> tuple[str, str]:
    parts = []
    if one.months:
        parts.append(counted(one.months, "månad", "månader"))
    if one.weeks:
        parts.append(counted(one.weeks, "vecka", "veckor"))
    after = {"start": "start", "closure": "avslut"}.get(one.anchor, "")
    anchor = after or f"att {one.phase.name.lower() if one.phase else 'fasen'} börjat"
    return one.name, f"{' och '.join(parts) or 'direkt'} efter {anchor}"


def _goals_today(programme: Programme) -> QuerySet[Goal]:
    today = timezone.localdate()
    return programme.goals.filter(valid_from__lte=today).exclude(valid_to__lt=today)


def _goal_row(goal: Goal) -> dict[str, str]:
    return {"name": goal.name, "target": _target(goal), "since": date_iso(goal.valid_from)}


def _target(goal: Goal) -> str:
    if goal.target is None:
        return "bedöms i text"
    if goal.unit == "%":
        return percent(goal.target, 1)
    return f"{number(goal.target, 1)}{NBSP}{goal.unit}"


def _chosen_budget(request: HttpRequest, programme: Programme) -> Budget | None:
    budgets = programme.budgets.order_by("-year")
    wanted = request.GET.get("ar", "")
    if wanted.isdecimal():
        return budgets.filter(year=int(wanted[:4])).first() or budgets.first()
    return budgets.first()


def _year_chips(programme: Programme, chosen: Budget | None) -> list[tuple[Any, ...]]:
    years = programme.budgets.order_by("-year").values_list("year", flat=True)
    if chosen is None or len(years) < 2:
        return []
    here = reverse("programmes:programme_detail", args=[programme.slug])
    return [(str(year), None, f"{here}?ar={year}#budget", year == chosen.year) for year in years]


def _budget_table(summary: BudgetSummary) -> dict[str, Any]:
    """The budget as printed words: groups with a subtotal each, the total, and the shares."""
    return {
        "year": summary.year,
        "groups": [
            {
                "name": group.name,
                "lines": [
                    (line.item, number(line.amount), _outcome(line.outcome)) for line in group.lines
                ],
                "amount": number(group.amount),
                "outcome": _outcome(group.outcome),
            }
            for group in summary.groups
        ],
        "amount": number(summary.amount),
        "outcome": _outcome(summary.outcome),
        "shares": [
            (label, kr(value))
            for label, value in (
                ("Per plats", summary.per_place),
                ("Per start, när året är fullt", summary.per_start),
            )
            if value is not None
        ],
    }


def _outcome(value: int | None) -> str:
    return "inte klart" if value is None else number(Decimal(value))


# --- blueprints -------------------------------------------------------------------------------


@door(is_administrator)
def blueprint_list(request: HttpRequest) -> HttpResponse:
    """Every programme with how much its blueprint holds, and the way to read in another."""
    programmes = (
        Programme.objects.select_related("data_controller", "association")
        .annotate(
            phase_count=Count("phases", distinct=True),
            goal_count=Count("goals", distinct=True),
            checkpoint_count=Count("checkpoints", distinct=True),
        )
        .order_by("name")
    )
    context = {"rows": [_blueprint_row(one) for one in programmes]}
    return render(request, "programmes/blueprint_list.html", context)


def _blueprint_row(programme: Any) -> dict[str, str]:
    return {
        "name": programme.name,
        "url": reverse("programmes:programme_detail", args=[programme.slug]),
        "controller": programme.data_controller.name,
        "association": programme.association.name,
        "capacity": counted(programme.capacity, "plats", "platser"),
        "phases": counted(programme.phase_count, "fas", "faser"),
        "checkpoints": counted(programme.checkpoint_count, "avstämning", "avstämningar"),
        "goals": number(programme.goal_count),
    }


@door(is_administrator, methods=("GET", "POST"))
def blueprint_import(request: HttpRequest) -> HttpResponse:
    """Upload, see what would change, confirm. The same service as `manage.py import_blueprint`."""
    if request.method != "POST":
        return render(request, "programmes/blueprint_import.html", {"form": BlueprintForm()})
    form = BlueprintForm(request.POST, request.FILES)
    confirmed = "confirm" in request.POST
    result = _import(form, preview=not confirmed) if form.is_valid() else None
    if result is None:
        return render(request, "programmes/blueprint_import.html", {"form": form})
    if confirmed:
        messages.success(request, _done(result))
        return redirect("programmes:programme_detail", slug=result.programme.slug)
    return render(request, "programmes/blueprint_preview.html", _preview(form, result))


def _import(form: BlueprintForm, *, preview: bool) -> ImportResult | None:
    """The import's result, or None with the faults at the form's file field."""
    unit = form.cleaned_data["unit"]
    try:
        return import_blueprint(
            data=form.cleaned_data["data"],
            association=form.cleaned_data["association"],
            data_controller=unit.organisation,
            unit=unit,
            preview=preview,
        )
    except InvalidBlueprint as refused:
        for reason in refused.reasons:
            form.add_error("file", reason)
        return None


def _done(result: ImportResult) -> str:
    if not result.changed_anything:
        return "Allt i filen fanns redan. Ingenting är ändrat."
    return (
        f"Upplägget är inläst: {counted(result.count('created'), 'ny rad', 'nya rader')} och "
        f"{counted(result.count('changed'), 'ändrad', 'ändrade')}."
    )


def _preview(form: BlueprintForm, result: ImportResult) -> dict[str, Any]:
    by_part = {part: [row for row in result.rows if row.part == part] for part in PARTS}
    changed = {
        part: [row for row in rows if row.result != "unchanged"] for part, rows in by_part.items()
    }
    return {
        "name": result.programme.name,
        "facts": [
            counted(result.count("created"), "ny rad", "nya rader"),
            counted(result.count("changed"), "ändrad rad", "ändrade rader"),
            counted(result.count("unchanged"), "oförändrad", "oförändrade"),
        ],
        "notes": result.messages,
        "changes_anything": result.changed_anything,
        "parts": [
            {"name": PARTS[part], "rows": [_import_row(row) for row in rows]}
            for part, rows in changed.items()
            if rows
        ],
        "unchanged": [
            (PARTS[part], counted(count, "rad", "rader"))
            for part, rows in by_part.items()
            if (count := len(rows) - len(changed[part]))
        ],
        "hidden": [
            ("content", form.cleaned_data["content"]),
            ("association", form.cleaned_data["association"].pk),
            ("unit", form.cleaned_data["unit"].pk),
        ],
    }


def _import_row(row: ImportRow) -> dict[str, Any]:
    label, kind, shape = RESULTS[row.result]
    return {"name": row.name, "label": label, "kind": kind, "shape": shape, "changes": row.changes}

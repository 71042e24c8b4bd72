"""Work trials: the list, a new plan, and one trial with its weeks."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.access import door, log_list, open_record
from accounts.enums import Reading
from activities.enums import WorkTrialState
from activities.forms import (
    HoursForm,
    TrialForm,
)
from activities.forms.work_trials import NEW
from activities.models import Workplace, WorkTrial
from activities.rules import WORK_TRIAL, can_plan_trials
from activities.services import (
    add_workplace,
    log_hours,
    plan_trial,
    standard_steps,
    standard_weeks,
    weekly_hours,
)
from activities.services.work_trials import LOGGABLE
from activities.views.groups import programme_of
from activities.views.panels import hours_chart, hours_sentence
from activities.views.trial_words import trial_status
from core.formatting import counted, date_iso, hours, moment_short, number, week_of
from core.states import Refused, steps
from participants.models import Enrolment
from programmes.models import Programme

TRIALS_A_PAGE = 50
S = WorkTrialState
FILTERS = {
    "": ("Pågår eller planeras", (S.DRAFT, S.PROPOSED, S.APPROVED, S.ONGOING)),
    "pagar": ("Pågår", (S.ONGOING,)),
    "vantar": ("Väntar på svar", (S.PROPOSED,)),
    "avslutade": ("Avslutade", (S.EVALUATED, S.INTERRUPTED, S.CANCELLED)),
}


@door(can_plan_trials)
def trial_list(request: HttpRequest) -> HttpResponse:
    """Work trials in the programme, by state."""
    programme = programme_of(request)
    shown = request.GET.get("visa", "")
    shown = shown if shown in FILTERS else ""
    trials = WorkTrial.objects.visible_to(request.user)
    counts = trials.aggregate(
        **{
            f"n_{key}": Count("pk", filter=Q(state__in=states))
            for key, (_, states) in FILTERS.items()
        }
    )
    rows = (
        trials.filter(state__in=FILTERS[shown][1])
        .select_related("workplace", "enrolment__participant", "enrolment__coordinator")
        .annotate(
            done=Sum("weeks__actual_hours"),
            planned=Sum("weeks__planned_hours"),
        )
        .order_by("-starts_on", "-pk")
    )
    page = Paginator(rows, TRIALS_A_PAGE).get_page(request.GET.get("sida"))
    owner = {"programme_id": programme.pk, "controller_id": programme.data_controller_id}
    log_list(request.user, "arbetsprövningar", owner, [one.pk for one in page.object_list])
    context = {
        "page": page,
        "query": f"&visa={shown}" if shown else "",
        "rows": [_list_row(trial) for trial in page.object_list],
        "chips": [
            (label, counts[f"n_{key}"], f"?visa={key}" if key else "?", key == shown)
            for key, (label, _) in FILTERS.items()
        ],
        "facts": [counted(counts["n_pagar"], "pågår", "pågår")],
    }
    return render(request, "activities/trial_list.html", context)


def _list_row(trial: WorkTrial) -> dict[str, Any]:
    coordinator = trial.enrolment.coordinator
    done = trial.done or Decimal(0)  # type: ignore[attr-defined]
    return {
        "name": trial.enrolment.participant.shown_name,
        "url": reverse("activities:trial_detail", args=[trial.pk]),
        "place": trial.workplace.name,
        "time": f"{date_iso(trial.starts_on)} – {date_iso(trial.ends_on)}",
        "hours": f"{number(done, 1)} av {number(trial.planned, 1) or 0}",  # type: ignore[attr-defined]
        "coordinator": coordinator.name if coordinator else "ingen",
        "status": trial_status(trial),
    }


@door(can_plan_trials, methods=("GET", "POST"))
def trial_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Plan a work trial for a participation."""
    reading = Reading.WRITE if request.method == "POST" else Reading.VIEW
    found = Enrolment.objects.visible_to(request.user).select_related("participant")
    enrolment = open_record(request, found, pk, reading)
    programme = Programme.objects.get(pk=enrolment.programme_id)
    places = Workplace.objects.visible_to(request.user).filter(programme=programme, active=True)
    back = reverse("participants:enrolment_detail", args=[pk])
    form = TrialForm(
        request.POST if request.method == "POST" else None,
        workplaces=list(places.order_by("name", "pk").values_list("pk", "name")),
        steps=standard_steps(
            weeks=standard_weeks(programme=programme), goal=programme.weekly_hours_goal
        ),
        cancel_url=back,
    )
    if request.method == "POST" and form.is_valid():
        trial = _plan(request, enrolment, programme, form)
        if trial is not None:
            return redirect("activities:trial_detail", trial.pk)
    context = {"form": form, "name": enrolment.participant.shown_name, "back": back}
    return render(request, "activities/trial_new.html", context)


def _plan(
    request: HttpRequest, enrolment: Enrolment, programme: Programme, form: TrialForm
) -> WorkTrial | None:
    answers = form.cleaned_data
    try:
        trial, created = plan_trial(
            enrolment=enrolment,
            workplace=_chosen_place(request, programme, answers),
            starts_on=answers["starts_on"],
            hours=form.hours(),
            user=request.user,
            once_key=answers["once_key"],
            tasks=answers["tasks"],
            supervisor=answers["supervisor"] or answers["new_contact"],
        )
    except Refused as refusal:
        for reason in refusal.reasons:
            form.add_error(None, reason)
        return None
    if created:
        messages.success(request, "Planen är sparad som utkast.")
    return trial


def _chosen_place(request: HttpRequest, programme: Programme, answers: dict[str, Any]) -> Workplace:
    if answers["place"] == NEW:
        return add_workplace(
            programme=programme,
            name=answers["new_name"],
            contact=answers["new_contact"],
            phone=answers["new_phone"],
        )
    places = Workplace.objects.visible_to(request.user).filter(programme=programme)
    return places.get(pk=int(answers["place"]))


# --- one trial --------------------------------------------------------------------------------


def open_trial(request: HttpRequest, pk: int) -> WorkTrial:
    """The trial through the one door, with its place and person."""
    reading = Reading.WRITE if request.method == "POST" else Reading.VIEW
    trials = WorkTrial.objects.visible_to(request.user).select_related(
        "workplace", "enrolment__participant"
    )
    return open_record(request, trials, pk, reading)


@door(can_plan_trials, methods=("GET", "POST"))
def trial_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A trial: plan, hours week by week, the ladder, what can be done now. Posting logs hours."""
    trial = open_trial(request, pk)
    form = HoursForm(
        request.POST if request.method == "POST" else None, trial=trial, today=timezone.localdate()
    )
    problems: list[str] = []
    if request.method == "POST":
        if form.is_valid():
            problems = _log(request, trial, form)
            if not problems:
                return redirect(f"{request.path}#timmar")
        else:
            problems = [
                f"{form.fields[name].label}: {error}"
                for name, errors in form.errors.items()
                for error in errors
            ]
    return render(
        request, "activities/trial_detail.html", _trial_context(request, trial, form, problems)
    )


def _log(request: HttpRequest, trial: WorkTrial, form: HoursForm) -> list[str]:
    try:
        written = log_hours(trial=trial, entries=form.entries(), user=request.user)
    except Refused as refusal:
        return refusal.reasons
    if written:
        messages.success(request, f"Timmar sparade för {counted(written, 'vecka', 'veckor')}.")
    return []


def _trial_context(
    request: HttpRequest, trial: WorkTrial, form: HoursForm, problems: list[str]
) -> dict[str, Any]:
    enrolment = trial.enrolment
    ladder = weekly_hours(enrolment=enrolment)
    phases = list(enrolment.phases.select_related("phase").order_by("started_on", "pk"))
    rows = list(form.rows())
    return {
        "trial": trial,
        "name": enrolment.participant.shown_name,
        "back": reverse("participants:enrolment_detail", args=[enrolment.pk]),
        "status": trial_status(trial),
        "facts": _trial_facts(trial, rows),
        "details": _details(trial),
        "rows": [_week_row(row) for row in rows],
        "can_log": trial.state in LOGGABLE,
        "problems": problems,
        "verbs": _verbs(request, trial),
        "chart": hours_chart(ladder, phases),
        "sentence": hours_sentence(ladder),
        "has_hours": bool(ladder.weeks),
        "history": [_history_row(event) for event in trial.events.order_by("-pk")],
    }


def _trial_facts(trial: WorkTrial, rows: list[Any]) -> list[str]:
    facts = [trial.workplace.name, f"{date_iso(trial.starts_on)} – {date_iso(trial.ends_on)}"]
    current = next((i for i, row in enumerate(rows, start=1) if row.is_current), None)
    if current is not None:
        facts.append(week_of(current, len(rows)))
    return facts


def _details(trial: WorkTrial) -> list[tuple[str, str]]:
    place = trial.workplace
    contact = ", ".join(part for part in (place.contact, place.phone) if part)
    waits = "väntar"
    facts = [
        ("Handledare", trial.supervisor or "inte angiven"),
        ("Kontakt", contact or "inte angiven"),
        ("Arbetsuppgifter", trial.tasks or "inte angivna"),
        ("Deltagaren godkände", date_iso(trial.participant_approved_on) or waits),
        ("Arbetsplatsen godkände", date_iso(trial.workplace_approved_on) or waits),
    ]
    if trial.evaluation:
        facts.append(("Utvärdering", trial.evaluation))
    return facts


def _week_row(row: Any) -> dict[str, Any]:
    one = row.week
    return {
        "label": row.label,
        "days": date_iso(one.monday),
        "planned": hours(one.planned_hours),
        "done": hours(one.actual_hours) or ("väntar" if row.is_open else "kommer"),
        "hours": row.hours,
        "comment": row.comment,
        "comment_text": one.comment,
        "shown": row.shown,
        "is_open": row.is_open,
        "is_current": row.is_current,
    }


def _verbs(request: HttpRequest, trial: WorkTrial) -> list[dict[str, Any]]:
    return [
        {
            "label": step.transition.button,
            "url": reverse(f"activities:trial_{step.verb}", args=[trial.pk]),
            "primary": step.transition.primary,
            "danger": step.transition.danger,
            # What the next page asks for is no hindrance yet.
            "reasons": [] if step.verb in ("approve", "evaluate") else step.refusals,
            "ask": step.transition.ask,
        }
        for step in steps(WORK_TRIAL, trial, request.user)
    ]


def _history_row(event: Any) -> dict[str, str]:
    return {
        "month": "",
        "icon": "place",
        "kind": "",
        "meta": f"{moment_short(event.at)} · {event.actor_name}",
        "title": event.label,
        "text": event.text,
    }

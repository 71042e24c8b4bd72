"""Work trials and follow-ups."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import Min, OuterRef, Subquery
from django.urls import reverse

from activities.enums import FollowUpState, WorkTrialState
from activities.models import (
    FollowUp,
    WorkTrial,
    WorkTrialWeek,
)
from activities.services import monday_of
from activities.views.words import days_behind
from activities.views.work.item import AT_MOST, WEEK_DAYS, Day, Item, about, bucket_of, own_rows
from core.formatting import date_short, week


def trial_items(day: Day) -> Iterator[Item]:
    """Trials that wait for an answer, a start, hours or an evaluation. One query."""
    unlogged = (
        WorkTrialWeek.objects.filter(
            trial=OuterRef("pk"), actual_hours=None, monday__lte=monday_of(day.today)
        )
        .order_by()
        .values("trial")
        .annotate(first=Min("monday"))
        .values("first")
    )
    states = (WorkTrialState.PROPOSED, WorkTrialState.APPROVED, WorkTrialState.ONGOING)
    found = (
        own_rows(day, WorkTrial.objects.visible_to(day.user), "enrolment__coordinator")
        .filter(state__in=states)
        .select_related("workplace", "enrolment__participant")
        .annotate(unlogged=Subquery(unlogged))
        .order_by("starts_on", "pk")
    )
    for trial in found[:AT_MOST]:
        told = _trial_words(day, trial)
        if told is None:
            continue
        due_on, due, text, action, anchor = told
        yield about(
            trial.enrolment,
            kind="provning",
            bucket=bucket_of(due_on, day),
            due_on=due_on,
            icon="place",
            due=due,
            text=text,
            action=action,
            action_url=reverse("activities:trial_detail", args=[trial.pk]) + anchor,
        )


def _trial_words(day: Day, trial: WorkTrial) -> tuple[date, str, str, str, str] | None:
    """Due day, due in words, why, the action and where on the page; None when all is well."""
    where = trial.workplace.name
    if trial.state == WorkTrialState.PROPOSED:
        who = "deltagarens" if trial.participant_approved_on is None else "arbetsplatsens"
        text = f"Arbetsprövningen på {where} väntar på {who} godkännande"
        due_on = max(trial.starts_on, day.today - timedelta(days=1))
        return due_on, date_short(trial.starts_on), text, "Anteckna svaret", ""
    if trial.state == WorkTrialState.APPROVED:
        if trial.starts_on > day.today:
            return None
        due = days_behind(trial.starts_on, day.today)
        return trial.starts_on, due, f"Arbetsprövningen på {where} ska starta", "Starta", ""
    if trial.ends_on < day.today:
        due = days_behind(trial.ends_on, day.today)
        return trial.ends_on, due, f"Arbetsprövningen på {where} är slut", "Utvärdera", ""
    first = trial.unlogged  # type: ignore[attr-defined]
    if first is None:
        return None
    if first == monday_of(day.today):
        friday = first + timedelta(days=4)
        text = f"Inga timmar inlagda från {where} den här veckan"
        return max(friday, day.today), week(first), text, "Lägg in timmar", "#timmar"
    text = f"Inga timmar inlagda från {where} {week(first)}"
    return first + timedelta(days=6), week(first), text, "Lägg in timmar", "#timmar"


def follow_up_items(day: Day) -> Iterator[Item]:
    """Follow-ups due within a week. One query."""
    found = (
        own_rows(day, FollowUp.objects.visible_to(day.user), "enrolment__coordinator")
        .filter(state=FollowUpState.PLANNED, due_on__lte=day.today + timedelta(days=WEEK_DAYS))
        .select_related("checkpoint", "enrolment__participant")
        .order_by("due_on", "pk")
    )
    for one in found[:AT_MOST]:
        yield about(
            one.enrolment,
            kind="uppfoljning",
            bucket=bucket_of(one.due_on, day),
            due_on=one.due_on,
            icon="meet",
            due=days_behind(one.due_on, day.today),
            text=one.checkpoint.name,
            action="Anteckna",
            action_url=reverse("activities:follow_up", args=[one.pk]),
        )

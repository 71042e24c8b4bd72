"""Who may do what with groups and work trials, and the work trial's transition table."""

from typing import Any

from django.utils import timezone

from accounts.rules import can_lead_groups, can_place_people, is_manager, is_staff
from activities.enums import TrialResult, WorkTrialState
from core.formatting import date_iso
from core.states import Transition

__all__ = [
    "WORK_TRIAL",
    "can_close_with_gaps",
    "can_lead_groups",
    "can_place_people",
    "can_plan_trials",
]

can_plan_trials = is_staff
can_close_with_gaps = is_manager


def both_have_approved(trial: Any) -> str | None:
    """The participant and the workplace have both said yes, with dates."""
    missing = [
        who
        for who, day in (
            ("Deltagarens", trial.participant_approved_on),
            ("Arbetsplatsens", trial.workplace_approved_on),
        )
        if day is None
    ]
    return f"{' och '.join(missing)} godkännande saknas." if missing else None


def has_weeks(trial: Any) -> str | None:
    """There are planned hours to propose."""
    return None if trial.weeks.exists() else "Arbetsprövningen har inga planerade veckor."


def has_begun(trial: Any) -> str | None:
    """A trial isn't started ahead of its first day."""
    if timezone.localdate() >= trial.starts_on:
        return None
    return f"Arbetsprövningen börjar {date_iso(trial.starts_on)} och kan startas då."


def has_result(trial: Any) -> str | None:
    """An evaluation says how it went."""
    return None if trial.result else "Välj hur arbetsprövningen gick."


def has_evaluation(trial: Any) -> str | None:
    """Words are needed, except about somebody who never came."""
    if trial.result == TrialResult.NO_SHOW or trial.evaluation.strip():
        return None
    return "Skriv utvärderingen."


def has_logged_hours(trial: Any) -> str | None:
    """A trial that was carried out has hours."""
    if trial.result in ("", TrialResult.NO_SHOW):
        return None
    if trial.weeks.filter(actual_hours__gt=0).exists():
        return None
    return "Inga timmar är inlagda. Lägg in timmarna, eller välj Uteblev."


_STATE = WorkTrialState
_OPEN = (_STATE.DRAFT, _STATE.PROPOSED, _STATE.APPROVED)

WORK_TRIAL = {
    "propose": Transition(
        sources=frozenset({_STATE.DRAFT}),
        target=_STATE.PROPOSED,
        button="Föreslå arbetsprövningen",
        done="Arbetsprövningen föreslogs",
        rule=can_plan_trials,
        guards=(has_weeks,),
        help="Deltagaren och arbetsplatsen tar ställning till planen.",
        primary=True,
    ),
    "approve": Transition(
        sources=frozenset({_STATE.PROPOSED}),
        target=_STATE.APPROVED,
        button="Anteckna godkännande",
        done="Arbetsprövningen godkändes",
        rule=can_plan_trials,
        guards=(both_have_approved,),
        help="Både deltagaren och arbetsplatsen behöver godkänna.",
        primary=True,
    ),
    "start": Transition(
        sources=frozenset({_STATE.APPROVED}),
        target=_STATE.ONGOING,
        button="Starta arbetsprövningen",
        done="Arbetsprövningen började",
        rule=can_plan_trials,
        guards=(both_have_approved, has_begun),
        help="Deltagaren går in i arbetsprövningsfasen och timmar kan läggas in.",
        primary=True,
    ),
    "evaluate": Transition(
        sources=frozenset({_STATE.ONGOING}),
        target=_STATE.EVALUATED,
        button="Utvärdera arbetsprövningen",
        done="Arbetsprövningen utvärderades",
        rule=can_plan_trials,
        guards=(has_result, has_evaluation, has_logged_hours),
        primary=True,
    ),
    "interrupt": Transition(
        sources=frozenset({_STATE.ONGOING}),
        target=_STATE.INTERRUPTED,
        button="Avbryt arbetsprövningen",
        done="Arbetsprövningen avbröts",
        rule=can_plan_trials,
        help="Inlagda timmar finns kvar. Planen efter i dag räknas inte.",
        danger=True,
    ),
    "cancel": Transition(
        sources=frozenset(_OPEN),
        target=_STATE.CANCELLED,
        button="Ställ in arbetsprövningen",
        done="Arbetsprövningen ställdes in",
        rule=can_plan_trials,
        help="Arbetsprövningen blir inte av. Den finns kvar i historiken.",
        danger=True,
    ),
}

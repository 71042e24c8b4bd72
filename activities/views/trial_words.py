"""How the state of a work trial is said and drawn."""

from activities.enums import WorkTrialState
from activities.models import WorkTrial

SHAPES = {
    WorkTrialState.DRAFT: ("dash", ""),
    WorkTrialState.PROPOSED: ("q1", "soon"),
    WorkTrialState.APPROVED: ("q3", "info"),
    WorkTrialState.ONGOING: ("q2", "go"),
    WorkTrialState.EVALUATED: ("ok", "ok"),
    WorkTrialState.INTERRUPTED: ("no", ""),
    WorkTrialState.CANCELLED: ("no", ""),
}


def trial_status(trial: WorkTrial) -> dict[str, str]:
    """Words, shape and kind for the status component; an evaluated trial says how it went."""
    shape, kind = SHAPES[WorkTrialState(trial.state)]
    label = trial.get_state_display()
    if trial.result:
        label = f"{label}: {trial.get_result_display().lower()}"
    return {"label": label, "shape": shape, "kind": kind}

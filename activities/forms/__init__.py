"""What is filled in about groups, attendance, work trials and closure."""

from activities.forms.attendance import AttendanceForm
from activities.forms.closure import ClosureForm, FollowUpForm
from activities.forms.groups import GroupForm, PlaceForm
from activities.forms.what_if import WhatIfForm
from activities.forms.work_trials import (
    ApprovalsForm,
    EvaluationForm,
    HoursForm,
    TrialForm,
    TrialVerbForm,
    WorkplaceForm,
)

__all__ = [
    "ApprovalsForm",
    "AttendanceForm",
    "ClosureForm",
    "EvaluationForm",
    "FollowUpForm",
    "GroupForm",
    "HoursForm",
    "PlaceForm",
    "TrialForm",
    "TrialVerbForm",
    "WhatIfForm",
    "WorkplaceForm",
]

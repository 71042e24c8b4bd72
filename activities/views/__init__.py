"""The pages of activities: the day, groups, attendance, work trials, closure, panels."""

from activities.views.attendance import attendance, session_cancel
from activities.views.closure import closure, enrolment_misregister, follow_up
from activities.views.group_page import group_detail
from activities.views.groups import group_list, group_new
from activities.views.my_day import my_day
from activities.views.panels import attendance_panel, hours_panel, trial_panel
from activities.views.places import group_place, place_return
from activities.views.queue_forecast import queue_forecast
from activities.views.trial_verbs import (
    trial_approve,
    trial_cancel,
    trial_evaluate,
    trial_interrupt,
    trial_propose,
    trial_start,
)
from activities.views.what_if import queue_what_if
from activities.views.work_trials import trial_detail, trial_list, trial_new
from activities.views.workplaces import workplace_list

__all__ = [
    "attendance",
    "attendance_panel",
    "closure",
    "enrolment_misregister",
    "follow_up",
    "group_detail",
    "group_list",
    "group_new",
    "group_place",
    "hours_panel",
    "my_day",
    "place_return",
    "queue_forecast",
    "queue_what_if",
    "session_cancel",
    "trial_approve",
    "trial_cancel",
    "trial_detail",
    "trial_evaluate",
    "trial_interrupt",
    "trial_list",
    "trial_new",
    "trial_panel",
    "trial_propose",
    "trial_start",
    "workplace_list",
]

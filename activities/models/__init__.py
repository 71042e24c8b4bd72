"""What the participants do: groups, sessions, attendance, work trials, follow-ups."""

from activities.models.follow_up import FollowUp
from activities.models.group import Group, GroupMembership
from activities.models.session import Attendance, AttendanceChange, Session
from activities.models.work_trial import Workplace, WorkTrial, WorkTrialEvent, WorkTrialWeek

__all__ = [
    "Attendance",
    "AttendanceChange",
    "FollowUp",
    "Group",
    "GroupMembership",
    "Session",
    "WorkTrial",
    "WorkTrialEvent",
    "WorkTrialWeek",
    "Workplace",
]

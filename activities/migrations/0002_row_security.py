"""Closes groups, attendance, work trials and follow-ups for everyone outside the programme."""

from django.db import migrations

from core.row_security import row_security, same_programme, unique_with_programme

ENROLMENT = ("enrolment_id", "participants_enrolment")
GROUP = ("group_id", "activities_group")
SESSION = ("session_id", "activities_session")
TRIAL = ("trial_id", "activities_worktrial")

PARENTS = {
    "activities_group": [],
    "activities_groupmembership": [GROUP, ENROLMENT],
    "activities_session": [GROUP],
    "activities_attendance": [SESSION, ENROLMENT],
    "activities_attendancechange": [("attendance_id", "activities_attendance")],
    "activities_workplace": [],
    "activities_worktrial": [ENROLMENT, ("workplace_id", "activities_workplace")],
    "activities_worktrialevent": [TRIAL],
    "activities_worktrialweek": [TRIAL],
    "activities_followup": [ENROLMENT],
}
REFERRED_TO = ("group", "session", "attendance", "workplace", "worktrial")


class Migration(migrations.Migration):
    dependencies = [
        ("activities", "0001_activities"),
        ("participants", "0002_row_security"),
    ]

    operations = [
        *[unique_with_programme(f"activities_{name}") for name in REFERRED_TO],
        *[same_programme(table, parents) for table, parents in PARENTS.items()],
        *[row_security(table) for table in PARENTS],
    ]

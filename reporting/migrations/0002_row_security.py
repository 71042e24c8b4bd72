"""Closes jobs and reports. A report for outside readers is read by them too; a job by its requester."""

from django.db import migrations

from core.row_security import AGGREGATE, OWN_PROGRAMME, WORKER, row_security, same_programme

STAFF_OR_WORKER = f"{WORKER} OR ({OWN_PROGRAMME})"
REPORT = f"{STAFF_OR_WORKER} OR (audience = 'steering' AND {AGGREGATE})"
JOB = (
    f"{STAFF_OR_WORKER} OR requester_id = (SELECT rls_user()) "
    "OR EXISTS (SELECT 1 FROM reporting_annualreport r WHERE r.job_id = reporting_job.id)"
)


class Migration(migrations.Migration):
    dependencies = [
        ("reporting", "0001_jobs_and_reports"),
        ("participants", "0002_row_security"),
    ]

    operations = [
        same_programme("reporting_job"),
        same_programme("reporting_annualreport"),
        row_security("reporting_annualreport", using=REPORT, check=STAFF_OR_WORKER),
        row_security("reporting_job", using=JOB, check=STAFF_OR_WORKER),
    ]

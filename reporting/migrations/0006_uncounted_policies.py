"""Keeps the planner from counting with the policies: see core/row_security.py."""

from django.db import migrations

from core.row_security import uncounted_policies


class Migration(migrations.Migration):
    dependencies = [("reporting", "0005_report_has_job")]

    operations = [uncounted_policies("reporting")]

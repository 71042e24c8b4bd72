"""Keeps the planner from counting with the policies: see core/row_security.py."""

from django.db import migrations

from core.row_security import uncounted_policies


class Migration(migrations.Migration):
    dependencies = [("activities", "0002_row_security")]

    operations = [uncounted_policies("activities")]

"""Keeps the planner from counting with the policies: see core/row_security.py."""

from django.db import migrations

from core.row_security import uncounted_policies


class Migration(migrations.Migration):
    dependencies = [("referrals", "0003_draft_as_typed")]

    operations = [uncounted_policies("referrals")]

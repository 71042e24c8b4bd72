"""Keeps the planner from counting with the policies: see core/row_security.py."""

from django.db import migrations

from core.row_security import uncounted_policies

# A coordinator works in one programme. Told so, the database doesn't take "the programme" and "the
# coordinator" for two coincidences, and reads the own list in the order of its index.
TOGETHER = """
CREATE STATISTICS participants_enrolment_coordinator_in_programme (dependencies)
    ON programme_id, coordinator_id FROM participants_enrolment;
"""


class Migration(migrations.Migration):
    dependencies = [("participants", "0003_indexes_of_the_caseload")]

    operations = [
        uncounted_policies("participants"),
        migrations.RunSQL(
            TOGETHER, "DROP STATISTICS participants_enrolment_coordinator_in_programme;"
        ),
    ]

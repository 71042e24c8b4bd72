"""Each chip of the caseload list is one index range: mine, all open, closed."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_row_security"),
        ("participants", "0002_row_security"),
        ("programmes", "0001_programme_and_blueprint"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="enrolment",
            index=models.Index(
                condition=models.Q(("state__in", ["planned", "active", "paused"])),
                fields=["programme", "coordinator", "sort_name", "id"],
                name="enrolment_mine_by_name",
            ),
        ),
        migrations.AddIndex(
            model_name="enrolment",
            index=models.Index(
                condition=models.Q(("state", "closed")),
                fields=["programme", "sort_name", "id"],
                name="enrolment_closed_by_name",
            ),
        ),
    ]

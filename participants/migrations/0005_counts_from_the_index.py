"""Counts of the lists are read from the index alone, also under the policies."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_uncounted_policies"),
        ("participants", "0004_uncounted_policies"),
        ("programmes", "0001_programme_and_blueprint"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="enrolment",
            name="enrolment_open_by_name",
        ),
        migrations.RemoveIndex(
            model_name="enrolment",
            name="enrolment_mine_by_name",
        ),
        migrations.RemoveIndex(
            model_name="enrolment",
            name="enrolment_closed_by_name",
        ),
        migrations.AddIndex(
            model_name="enrolment",
            index=models.Index(
                condition=models.Q(("state__in", ["planned", "active", "paused"])),
                fields=["programme", "sort_name", "id"],
                include=("controller",),
                name="enrolment_open_by_name",
            ),
        ),
        migrations.AddIndex(
            model_name="enrolment",
            index=models.Index(
                condition=models.Q(("state__in", ["planned", "active", "paused"])),
                fields=["programme", "coordinator", "sort_name", "id"],
                include=("controller",),
                name="enrolment_mine_by_name",
            ),
        ),
        migrations.AddIndex(
            model_name="enrolment",
            index=models.Index(
                condition=models.Q(("state", "closed")),
                fields=["programme", "sort_name", "id"],
                include=("controller",),
                name="enrolment_closed_by_name",
            ),
        ),
    ]

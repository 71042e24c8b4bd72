"""What waits in one programme is found without looking at the others'."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_notices_and_emails"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                condition=models.Q(("read_at", None), ("settled_at", None)),
                fields=["programme_id", "sender_only"],
                name="notice_open_in_programme",
            ),
        ),
    ]

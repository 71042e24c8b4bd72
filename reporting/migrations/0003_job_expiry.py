"""Files can be kept for a limited time; SUS documents become jobs."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reporting", "0002_row_security")]

    operations = [
        migrations.AddField(
            model_name="job",
            name="expires_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="filen tas bort"),
        ),
        migrations.AlterField(
            model_name="job",
            name="kind",
            field=models.CharField(
                choices=[
                    ("annual_report", "Verksamhetsberättelse"),
                    ("sus_document", "SUS-dokument"),
                ],
                max_length=30,
                verbose_name="slag",
            ),
        ),
    ]

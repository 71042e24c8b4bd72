"""The programme's own data file becomes a job."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reporting", "0003_job_expiry")]

    operations = [
        migrations.AlterField(
            model_name="job",
            name="kind",
            field=models.CharField(
                choices=[
                    ("annual_report", "Verksamhetsberättelse"),
                    ("sus_document", "SUS-dokument"),
                    ("data_export", "Dataunderlag"),
                ],
                max_length=30,
                verbose_name="slag",
            ),
        ),
    ]

"""A long import is undone by a job."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reporting", "0008_import_row_security"),
    ]

    operations = [
        migrations.AddField(
            model_name="registrationimport",
            name="undo_job",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="undone_import",
                to="reporting.job",
            ),
        ),
        migrations.AlterField(
            model_name="job",
            name="kind",
            field=models.CharField(
                choices=[
                    ("annual_report", "Verksamhetsberättelse"),
                    ("sus_document", "SUS-dokument"),
                    ("data_export", "Dataunderlag"),
                    ("registration_import", "Inläsning från fil"),
                    ("registration_undo", "Ångrad inläsning"),
                ],
                max_length=30,
                verbose_name="slag",
            ),
        ),
    ]

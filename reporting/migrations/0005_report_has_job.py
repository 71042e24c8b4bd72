"""A report is ordered together with its job, never without."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reporting", "0004_data_export")]

    operations = [
        migrations.AlterField(
            model_name="annualreport",
            name="job",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="report",
                to="reporting.job",
                verbose_name="jobb",
            ),
        ),
    ]

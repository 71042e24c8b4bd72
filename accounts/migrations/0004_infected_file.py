"""A third reason why a door stayed shut: the file that was sent was infected."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_uncounted_policies"),
    ]

    operations = [
        migrations.AlterField(
            model_name="securityevent",
            name="refusal",
            field=models.CharField(
                choices=[
                    ("outside", "Posten ligger utanför personens uppdrag"),
                    ("role", "Rollen får inte göra detta"),
                    ("infected", "Filen innehöll skadlig kod"),
                ],
                max_length=10,
                verbose_name="varför",
            ),
        ),
    ]

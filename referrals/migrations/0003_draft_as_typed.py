"""A draft keeps what was typed, also what isn't valid yet."""

import encrypted_fields.fields
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("referrals", "0002_row_security")]

    operations = [
        migrations.AddField(
            model_name="referral",
            name="typed",
            field=encrypted_fields.fields.EncryptedTextField(
                blank=True, null=True, verbose_name="som det skrevs"
            ),
        ),
    ]

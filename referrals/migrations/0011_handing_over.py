"""Lets a remiss be handed over to a programme that the one who hands it over doesn't read.

Whoever holds the key of a row that continues another remiss may write and read that one row while
the setting lasts (see referrals/services/transfer.py); the setting ends with the transaction.
"""

from django.db import migrations

from core.row_security import OWN_PROGRAMME, OWN_UNIT

BEFORE = f"{OWN_UNIT} OR (state <> 'draft' AND {OWN_PROGRAMME})"
HANDED_OVER = (
    "state = 'sent' AND transferred_from_id IS NOT NULL AND once_key = (SELECT rls_handed_over())"
)


def alter(using: str) -> str:
    return (
        "ALTER POLICY referrals_referral_scope ON referrals_referral "
        f"USING (coalesce({using}, false)) WITH CHECK (coalesce({using}, false));"
    )


class Migration(migrations.Migration):
    dependencies = [("referrals", "0010_queue_body_and_transfer")]

    operations = [
        migrations.RunSQL(
            "CREATE FUNCTION rls_handed_over() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS "
            "$$ SELECT nullif(rls_setting('handed_over'), '')::uuid $$;",
            "DROP FUNCTION rls_handed_over;",
        ),
        migrations.RunSQL(alter(f"{BEFORE} OR ({HANDED_OVER})"), alter(BEFORE)),
    ]

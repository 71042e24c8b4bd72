"""Lets the history be forgotten with the person, and gives drafts begun earlier their month.

Anonymous people who have begun already are forgotten as those who begin from now on. Drafts that
were never saved since saving got a time of its own would be removed the day of the upgrade: they
count as saved now.
"""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

TABLES = ("referrals_referral", "referrals_referralevent")
# Those who have begun: everything but the line that says so, which holds a date alone.
BEGUN = "consent = 'anonymous' AND state = 'placed'"
FORGET = f"""
UPDATE referrals_referralevent SET text = '' WHERE text <> '' AND verb <> 'place'
    AND referral_id IN (SELECT id FROM referrals_referral WHERE {BEGUN});
UPDATE referrals_referral SET target_group = '', talk_place = '', talk_with = '',
    priority_reason = '', alternative = '', priority = 2 WHERE {BEGUN};
"""
SAVED_NOW = """
UPDATE referrals_referral SET saved_at = now() WHERE state = 'draft' AND saved_at IS NULL;
"""


def as_owner(sql: str) -> str:
    """`sql` without the policies, which hold for the tables' owner too while forced."""
    off = "".join(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;" for table in TABLES)
    on = "".join(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY;" for table in TABLES)
    return f"{off}{sql}{on}"


class Migration(migrations.Migration):
    dependencies = [
        ("referrals", "0011_handing_over"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="referralevent",
            name="append_only",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="referralevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF TG_OP = 'UPDATE' AND NEW.text = ''\n        AND to_jsonb(NEW) - 'text' = to_jsonb(OLD) - 'text' THEN\n        RETURN NEW;\n    END IF;\n    RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;\n",
                    hash="c7e95cff422e9cca363645d3a1bfdd389478352a",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_d0304",
                    table="referrals_referralevent",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.RunSQL(as_owner(FORGET + SAVED_NOW), migrations.RunSQL.noop),
    ]

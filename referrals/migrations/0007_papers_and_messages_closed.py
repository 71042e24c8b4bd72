"""Closes papers and messages: whoever sees the remiss sees them. The worker sees where files are."""

from django.db import migrations

from core.row_security import WORKER, row_security, same_programme

WITH_REFERRAL = "EXISTS (SELECT 1 FROM referrals_referral r WHERE r.id = referral_id)"
PARENT = [("referral_id", "referrals_referral")]


class Migration(migrations.Migration):
    dependencies = [("referrals", "0006_papers_and_messages")]

    operations = [
        same_programme("referrals_attachment", PARENT),
        same_programme("referrals_message", PARENT),
        same_programme("referrals_messagereading", PARENT),
        row_security(
            "referrals_attachment", using=f"{WORKER} OR {WITH_REFERRAL}", check=WITH_REFERRAL
        ),
        row_security("referrals_message", using=WITH_REFERRAL),
        row_security("referrals_messagereading", using=WITH_REFERRAL),
    ]

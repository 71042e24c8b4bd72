"""Closes the referrals: the sender's unit always, the programme once they are sent."""

from django.db import migrations

from core.row_security import (
    OWN_PROGRAMME,
    OWN_UNIT,
    row_security,
    same_programme,
    unique_with_programme,
)

REFERRAL = f"{OWN_UNIT} OR (state <> 'draft' AND {OWN_PROGRAMME})"
EVENT = "EXISTS (SELECT 1 FROM referrals_referral r WHERE r.id = referral_id)"


class Migration(migrations.Migration):
    dependencies = [
        ("referrals", "0001_referrals"),
        ("participants", "0002_row_security"),
    ]

    operations = [
        unique_with_programme("referrals_referral"),
        same_programme("referrals_referral", [("enrolment_id", "participants_enrolment")]),
        same_programme("referrals_referralevent", [("referral_id", "referrals_referral")]),
        row_security("referrals_referral", using=REFERRAL),
        row_security("referrals_referralevent", using=EVENT),
    ]

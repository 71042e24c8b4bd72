"""Closes the imports. The worker erases files whose time is over, and sees no row."""

from django.db import migrations

from core.row_security import (
    OWN_PROGRAMME,
    WORKER,
    row_security,
    same_programme,
    unique_with_programme,
)


class Migration(migrations.Migration):
    dependencies = [("reporting", "0007_registration_imports")]

    operations = [
        unique_with_programme("reporting_registrationimport"),
        same_programme("reporting_registrationimport"),
        same_programme(
            "reporting_importrow",
            [
                ("batch_id", "reporting_registrationimport"),
                ("enrolment_id", "participants_enrolment"),
            ],
        ),
        row_security("reporting_registrationimport", using=f"{WORKER} OR ({OWN_PROGRAMME})"),
        row_security("reporting_importrow"),
    ]

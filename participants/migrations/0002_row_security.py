"""Closes the participants' tables, and lets nobody be in a programme twice at the same time."""

from django.db import migrations

from core.row_security import (
    AGGREGATE,
    IN_CONTROLLER,
    OWN_PROGRAMME,
    row_security,
    same_programme,
    unique_with_programme,
)

# A person is read where they take part. Whoever already holds the full personal number (its keyed
# hash, set by `find_person`) may find the same controller's row, so that nobody is stored twice.
PERSON = (
    f"{IN_CONTROLLER} AND (programme_ids && (SELECT rls_programmes())::bigint[] "
    "OR personnummer_lookup = (SELECT rls_match()))"
)
FACT = f"({OWN_PROGRAMME}) OR {AGGREGATE}"

ENROLMENT = ("enrolment_id", "participants_enrolment")

NO_OVERLAP = """
ALTER TABLE participants_enrolment ADD CONSTRAINT enrolments_do_not_overlap EXCLUDE USING gist (
    int8range(programme_id, programme_id, '[]') WITH &&,
    int8range(participant_id, participant_id, '[]') WITH &&,
    daterange(starts_on, ends_on, '[]') WITH &&
) WHERE (state <> 'misregistered');
"""

SAME_CONTROLLER = """
ALTER TABLE participants_participant
    ADD CONSTRAINT participants_participant_id_with_controller UNIQUE (id, controller_id);
ALTER TABLE participants_enrolment ADD CONSTRAINT enrolment_of_the_controllers_participant
    FOREIGN KEY (participant_id, controller_id)
    REFERENCES participants_participant (id, controller_id);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("participants", "0001_participants"),
        ("accounts", "0002_row_security"),
    ]

    operations = [
        migrations.RunSQL(
            NO_OVERLAP,
            "ALTER TABLE participants_enrolment DROP CONSTRAINT enrolments_do_not_overlap;",
        ),
        migrations.RunSQL(
            SAME_CONTROLLER,
            "ALTER TABLE participants_enrolment "
            "DROP CONSTRAINT enrolment_of_the_controllers_participant;"
            "ALTER TABLE participants_participant "
            "DROP CONSTRAINT participants_participant_id_with_controller;",
        ),
        unique_with_programme("participants_enrolment"),
        unique_with_programme("participants_registration"),
        unique_with_programme("participants_statisticsfact"),
        same_programme("participants_enrolment"),
        same_programme("participants_enrolmentevent", [ENROLMENT]),
        same_programme("participants_enrolmentphase", [ENROLMENT]),
        same_programme("participants_registration", [ENROLMENT]),
        same_programme(
            "participants_registrationmark", [("registration_id", "participants_registration")]
        ),
        same_programme("participants_note", [ENROLMENT]),
        same_programme("participants_consent", [ENROLMENT]),
        same_programme("participants_statisticsfact", [ENROLMENT]),
        same_programme("participants_factmark", [("fact_id", "participants_statisticsfact")]),
        same_programme("participants_anonymousstart"),
        row_security("participants_participant", using=PERSON),
        row_security("participants_enrolment"),
        row_security("participants_enrolmentevent"),
        row_security("participants_enrolmentphase"),
        row_security("participants_registration"),
        row_security("participants_registrationmark"),
        row_security("participants_note"),
        row_security("participants_consent"),
        row_security("participants_statisticsfact", using=FACT, check=OWN_PROGRAMME),
        row_security("participants_factmark", using=FACT, check=OWN_PROGRAMME),
        row_security("participants_anonymousstart", using=FACT, check=OWN_PROGRAMME),
    ]

"""Participants by the hundred thousand, made by the database itself from a seed.

Personal numbers are invalid by construction (birth number 000), for the official test series is far
too small. Sizes are skewed as in life: the largest programme holds about a sixteenth of everybody.
"""

import psycopg2

PROGRAMMES = 80
YEARS = 20

PLACES = """
SELECT setseed(0.42);
INSERT INTO accounts_organisation (id, kind, name)
    SELECT 1, 'association', 'Mätförbundet'
    UNION ALL SELECT 1 + n, 'municipality', 'Kommun ' || n FROM generate_series(1, {p}) n;
INSERT INTO accounts_unit (id, organisation_id, name)
    SELECT n, 1 + n, 'Arbetslag ' || n FROM generate_series(1, {p}) n;
INSERT INTO programmes_programme (id, association_id, data_controller_id, unit_id, kind, name, slug,
        purpose, capacity, group_size, groups_per_year, weekly_hours_goal, assessment_days, starts_on,
        deciding_body)
    SELECT n, 1, 1 + n, n, 'individual', 'Insats ' || n, 'insats-' || n, '', 30000, 15, 8, 10, 7,
        '2005-01-01', false FROM generate_series(1, {p}) n;
INSERT INTO programmes_phase (id, programme_id, code, kind, name, "order", weeks)
    SELECT 3 * (n - 1) + k, n, 'fas-' || k, (ARRAY['group', 'trial', 'support'])[k],
        (ARRAY['Gruppfas', 'Arbetsprövning', 'Fortsatt stöd'])[k], k, (ARRAY[8, 8, NULL])[k]
    FROM generate_series(1, {p}) n, generate_series(1, 3) k;
INSERT INTO accounts_user (id, password, is_superuser, email, name, is_active, created_at)
    SELECT n, '!', false, 'koordinator' || n || '@example.se', 'Koordinator ' || n, true, now()
    FROM generate_series(1, {p}) n;
INSERT INTO accounts_membership (user_id, unit_id, role, starts_on)
    SELECT n, n, 'coordinator', '2005-01-01' FROM generate_series(1, {p}) n;
"""

PEOPLE = """
CREATE TEMPORARY TABLE drawn AS
    SELECT n AS id, 1 + floor({p} * power(random(), 1.75))::int AS programme,
        (ARRAY['Wikström','Åberg','Öst','Haddad','Yildiz','Nguyen','Lukasik','Ek','Berg','Holm'])
            [1 + floor(random() * 10)::int] || ' ' || md5(n::text) AS family,
        (ARRAY['K', 'M'])[1 + (random() > 0.55)::int] AS gender,
        date '2006-01-01' + floor(random() * 365 * {y})::int AS started,
        random() AS luck
    FROM generate_series(1, {n}) n;
INSERT INTO participants_participant (id, controller_id, programme_ids, personnummer_lookup,
        given_name, family_name, sort_name, gender, birth_date, phone, protection, alias, created_at)
    SELECT id, 1 + programme, ARRAY[programme], md5('ogiltigt 000-' || id), 'Prov', family,
        translate(lower(family), 'åäö', '{{|}}') || ' prov', gender, started - 12000, '', 'none', '',
        now() FROM drawn;
INSERT INTO participants_enrolment (id, programme_id, controller_id, participant_id, case_number,
        state, phase_id, coordinator_id, referrer_code, starts_on, ends_on, sort_name, version,
        created_at)
    SELECT id, programme, 1 + programme, id, 'RS-' || id,
        CASE WHEN luck < 0.05 THEN 'active' ELSE 'closed' END, 3 * (programme - 1) + 1 + (id % 3),
        programme, (ARRAY['FK', 'AF', 'KFS', 'RPV'])[1 + id % 4], started,
        CASE WHEN luck < 0.05 THEN NULL ELSE started + 210 END,
        translate(lower(family), 'åäö', '{{|}}') || ' prov', 1, now() FROM drawn;
INSERT INTO participants_enrolmentphase (programme_id, controller_id, enrolment_id, phase_id,
        started_on, ended_on)
    SELECT programme, 1 + programme, id, 3 * (programme - 1) + 1 + (id % 3), started,
        CASE WHEN luck < 0.05 THEN NULL ELSE started + 210 END FROM drawn;
INSERT INTO participants_statisticsfact (id, programme_id, controller_id, enrolment_id, gender,
        age_at_start, referrer, education, months_in_support, started_on, ended_on, reason,
        weekly_hours, before_complete, after_complete, hours_before, hours_after, misregistered)
    SELECT id, programme, 1 + programme, id, gender, 33, (ARRAY['FK', 'AF', 'KFS', 'RPV'])[1 + id % 4],
        (id % 5)::text, id % 120, started, CASE WHEN luck < 0.05 THEN NULL ELSE started + 210 END,
        CASE WHEN luck < 0.05 THEN '' ELSE 'GEN' END, 10, true, luck >= 0.05, 0, 8, false FROM drawn;
INSERT INTO participants_factmark (programme_id, controller_id, fact_id, occasion, kind, code, extent)
    SELECT programme, 1 + programme, id, 'before', 'support', 'FSS', 100 FROM drawn
    UNION ALL SELECT programme, 1 + programme, id, 'before', 'occupation', 'SJK', 0 FROM drawn;
"""

NEWEST = """
INSERT INTO participants_enrolmentevent (programme_id, controller_id, enrolment_id, verb, label,
        from_state, to_state, at, actor_id, actor_name, actor_role, actor_organisation, reason, text)
    SELECT programme_id, controller_id, id, 'start', 'Startade', 'planned', 'active', starts_on,
        coordinator_id, 'Koordinator', 'coordinator', 'Kommun', '', '' FROM participants_enrolment;
INSERT INTO participants_registration (programme_id, controller_id, enrolment_id, occasion,
        municipality, education, months_in_support, reason, registered_at, registered_by_id)
    SELECT programme_id, controller_id, id, 'before', '1880', (id % 5)::text, id % 120, '', starts_on,
        coordinator_id FROM participants_enrolment;
INSERT INTO participants_registrationmark (programme_id, controller_id, registration_id, kind, code,
        extent)
    SELECT programme_id, controller_id, id, 'support', 'FSS', 100 FROM participants_registration;
INSERT INTO participants_consent (programme_id, controller_id, enrolment_id, purpose, recipient, form,
        text_version, given_on, refused, recorded_by_id)
    SELECT programme_id, controller_id, id, 'exchange', 'fk', 'signed', '1', starts_on, false,
        coordinator_id FROM participants_enrolment;
INSERT INTO participants_note (programme_id, controller_id, enrolment_id, kind, text, author_id,
        signed_at, reason, once_key)
    SELECT programme_id, controller_id, id, 'note', 'Mätning ' || k, coordinator_id,
        now() - k * interval '3 days', '', gen_random_uuid()
    FROM participants_enrolment, generate_series(1, 20) k WHERE state = 'active';
"""

SEQUENCES = """
SELECT setval(pg_get_serial_sequence(format('%I', t.relname), 'id'), 10000000)
FROM pg_class t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attname = 'id' AND a.attidentity <> ''
WHERE t.relkind = 'r' AND t.relname ~ '^(accounts|programmes|participants)_';
"""


def fill(superuser_url: str, participants: int) -> None:
    """Fill an empty, migrated database. The superuser alone may pass row-level security.

    Foreign keys are not checked row by row (`session_replication_role`): the generator makes them
    right by construction, and the checks would take longer than the rows.
    """
    with psycopg2.connect(superuser_url) as connection, connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica; SET work_mem = '256MB';")
        numbers = {"p": PROGRAMMES, "y": YEARS, "n": participants}
        cursor.execute(PLACES.format(**numbers))
        cursor.execute(PEOPLE.format(**numbers))
        cursor.execute(NEWEST)
        cursor.execute(SEQUENCES)
    connection.close()
    connection = psycopg2.connect(superuser_url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    connection.close()

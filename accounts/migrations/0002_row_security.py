"""The functions that row-level security stands on. See docs/adr/0003 and core/row_security.py."""

from django.db import migrations

from core.row_security import row_security

FUNCTIONS = """
CREATE FUNCTION rls_bind(
    p_user bigint, p_programmes bigint[], p_controllers bigint[], p_units bigint[],
    p_aggregates bigint[], p_reviews bigint[], p_worker boolean
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    wanted text := concat_ws('|', p_user, p_programmes, p_controllers, p_units, p_aggregates,
                             p_reviews, p_worker);
    bound text := coalesce(current_setting('rehabsteget.bound', true), '');
BEGIN
    IF bound <> '' AND bound <> wanted THEN
        RAISE EXCEPTION 'Transaktionen är redan bunden till en annan räckvidd.'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM set_config('rehabsteget.bound', wanted, true),
            set_config('rehabsteget.user', p_user::text, true),
            set_config('rehabsteget.programmes', p_programmes::text, true),
            set_config('rehabsteget.controllers', p_controllers::text, true),
            set_config('rehabsteget.units', p_units::text, true),
            set_config('rehabsteget.aggregates', p_aggregates::text, true),
            set_config('rehabsteget.reviews', p_reviews::text, true),
            set_config('rehabsteget.worker', p_worker::text, true);
END $$;

CREATE FUNCTION rls_unbind() RETURNS void LANGUAGE plpgsql AS $$ BEGIN
    PERFORM set_config('rehabsteget.bound', '', true), set_config('rehabsteget.match', '', true);
END $$;

CREATE FUNCTION rls_setting(p_name text) RETURNS text LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    IF coalesce(current_setting('rehabsteget.bound', true), '') = '' THEN
        RAISE EXCEPTION 'Databasen är inte bunden till någon räckvidd: läsningen stoppas.'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN current_setting('rehabsteget.' || p_name, true);
END $$;

CREATE FUNCTION rls_user() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS
    $$ SELECT rls_setting('user')::bigint $$;
CREATE FUNCTION rls_programmes() RETURNS bigint[] LANGUAGE sql STABLE PARALLEL SAFE AS
    $$ SELECT rls_setting('programmes')::bigint[] $$;
CREATE FUNCTION rls_controllers() RETURNS bigint[] LANGUAGE sql STABLE PARALLEL SAFE AS
    $$ SELECT rls_setting('controllers')::bigint[] $$;
CREATE FUNCTION rls_units() RETURNS bigint[] LANGUAGE sql STABLE PARALLEL SAFE AS
    $$ SELECT rls_setting('units')::bigint[] $$;
CREATE FUNCTION rls_aggregates() RETURNS bigint[] LANGUAGE sql STABLE PARALLEL SAFE AS
    $$ SELECT rls_setting('aggregates')::bigint[] $$;
CREATE FUNCTION rls_reviews() RETURNS bigint[] LANGUAGE sql STABLE PARALLEL SAFE AS
    $$ SELECT rls_setting('reviews')::bigint[] $$;
CREATE FUNCTION rls_match() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS
    $$ SELECT nullif(rls_setting('match'), '') $$;
CREATE FUNCTION rls_is_worker() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS
    $$ SELECT rls_setting('worker')::boolean $$;
"""

DROP = """
DROP FUNCTION rls_is_worker; DROP FUNCTION rls_match; DROP FUNCTION rls_reviews; DROP FUNCTION rls_aggregates;
DROP FUNCTION rls_units; DROP FUNCTION rls_controllers; DROP FUNCTION rls_programmes;
DROP FUNCTION rls_user; DROP FUNCTION rls_setting; DROP FUNCTION rls_unbind;
DROP FUNCTION rls_bind;
"""

READ_LOG = (
    "user_id = (SELECT rls_user()) "
    "OR programme_id = ANY ((SELECT rls_programmes())::bigint[]) "
    "OR controller_id = ANY ((SELECT rls_reviews())::bigint[])"
)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_people_and_organisations")]

    operations = [
        migrations.RunSQL(FUNCTIONS, DROP),
        row_security("accounts_readevent", using=READ_LOG, check="user_id = (SELECT rls_user())"),
    ]

"""Row-level security: the second wall, as migration operations.

Every table with personal data gets `row_security(...)` in the migration that creates it. The
policies read what `rls_bind` set for this transaction (see accounts/migrations/0002_row_security.py);
a connection that is not bound gets an error, never an empty list.
"""

from collections.abc import Sequence

from django.db import migrations

IN_PROGRAMME = "programme_id = ANY ((SELECT rls_programmes())::bigint[])"
IN_CONTROLLER = "controller_id = ANY ((SELECT rls_controllers())::bigint[])"
OWN_PROGRAMME = f"{IN_CONTROLLER} AND {IN_PROGRAMME}"
AGGREGATE = "programme_id = ANY ((SELECT rls_aggregates())::bigint[])"
OWN_UNIT = "unit_id = ANY ((SELECT rls_units())::bigint[])"
WORKER = "(SELECT rls_is_worker())"


# For databases made before the planner was told not to count with the policies (see `row_security`).
UNCOUNTED = """
DO $$
DECLARE
    one record;
BEGIN
    FOR one IN
        SELECT tablename, policyname, qual, with_check FROM pg_policies
        WHERE schemaname = current_schema AND starts_with(tablename, '{app}_')
            AND policyname = tablename || '_scope' AND NOT starts_with(qual, 'COALESCE(')
    LOOP
        EXECUTE format(
            'ALTER POLICY %I ON %I USING (coalesce(%s, false)) WITH CHECK (coalesce(%s, false))',
            one.policyname, one.tablename, one.qual, one.with_check);
    END LOOP;
END $$;
"""


def row_security(table: str, using: str = OWN_PROGRAMME, check: str = "") -> migrations.RunSQL:
    """Close `table` for everyone whose transaction isn't bound to rows that satisfy `using`.

    `using` is SQL over the table's columns; `check` (default: the same) holds for rows written.
    FORCE makes the policy hold for the table's owner too.

    The `coalesce` changes nothing about who sees what. It keeps the planner from multiplying the
    policy's chance with that of the query's own condition on the same programme: it would expect a
    handful of rows of a large programme and sort them all instead of walking the ordered index.
    A query must therefore name its programme or parent itself, as `visible_to` does; the policy
    alone finds no index.
    """
    check = check or using
    return migrations.RunSQL(
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;"
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY;"
        f"CREATE POLICY {table}_scope ON {table} "
        f"USING (coalesce({using}, false)) WITH CHECK (coalesce({check}, false));",
        f"DROP POLICY {table}_scope ON {table};"
        f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;"
        f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;",
    )


def uncounted_policies(app: str) -> migrations.RunSQL:
    """Put the `coalesce` of `row_security` on the policies an app's tables already have."""
    return migrations.RunSQL(UNCOUNTED.format(app=app), migrations.RunSQL.noop)


def same_programme(table: str, parents: Sequence[tuple[str, str]] = ()) -> migrations.RunSQL:
    """Tie every row of `table` to the right controller and its parents to the same programme.

    Foreign keys are checked without regard to policies, so a child could otherwise be hung on
    another programme's parent by its number. `parents` are (column, parent table) pairs; the parent
    table needs `unique_with_programme`.
    """
    forward = [
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_controller_of_programme "
        f"FOREIGN KEY (programme_id, controller_id) "
        f"REFERENCES programmes_programme (id, data_controller_id);"
    ]
    backward = [f"ALTER TABLE {table} DROP CONSTRAINT {table}_controller_of_programme;"]
    for column, parent in parents:
        name = f"{table}_{column}_same_programme"
        forward.append(
            f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY ({column}, programme_id) "
            f"REFERENCES {parent} (id, programme_id) DEFERRABLE INITIALLY DEFERRED;"
        )
        backward.append(f"ALTER TABLE {table} DROP CONSTRAINT {name};")
    return migrations.RunSQL("".join(forward), "".join(backward))


def unique_with_programme(table: str, column: str = "programme_id") -> migrations.RunSQL:
    """The key that `same_programme` refers to: (id, programme)."""
    name = f"{table}_id_with_{column}"
    return migrations.RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} UNIQUE (id, {column});",
        f"ALTER TABLE {table} DROP CONSTRAINT {name};",
    )

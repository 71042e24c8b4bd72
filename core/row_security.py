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


def row_security(table: str, using: str = OWN_PROGRAMME, check: str = "") -> migrations.RunSQL:
    """Close `table` for everyone whose transaction isn't bound to rows that satisfy `using`.

    `using` is SQL over the table's columns; `check` (default: the same) holds for rows written.
    FORCE makes the policy hold for the table's owner too.
    """
    check = check or using
    return migrations.RunSQL(
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;"
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY;"
        f"CREATE POLICY {table}_scope ON {table} "
        f"USING ({using}) WITH CHECK ({check});",
        f"DROP POLICY {table}_scope ON {table};"
        f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;"
        f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;",
    )


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

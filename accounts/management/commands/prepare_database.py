"""Make the database ready: migrate as the owner, let the application role in, check both."""

import os
from typing import Any

import environ
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

GRANTS = """
    GRANT USAGE ON SCHEMA public TO {role};
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role};
    GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role};
    GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {role};
    REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {role};
"""


class Command(BaseCommand):
    """Migrates with `DATABASE_OWNER_URL` and lets the role of `DATABASE_URL` read and write.

    Without `DATABASE_OWNER_URL` the same role does both; row-level security is forced on the owner
    too. Refuses an application role that could pass row-level security.
    """

    help = "Migrerar databasen som ägare och ger programmets roll dess rättigheter."

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit code 0 when the database is ready."""
        owner = self._owner_alias()
        call_command("migrate", database=owner, interactive=False, verbosity=options["verbosity"])
        call_command("createcachetable", database=owner, verbosity=0)
        role = settings.DATABASES["default"]["USER"]
        if role != connections[owner].settings_dict["USER"]:
            with connections[owner].cursor() as cursor:
                quoted = connections[owner].ops.quote_name(role)
                cursor.execute(GRANTS.format(role=quoted))
        self._check_role()

    def _owner_alias(self) -> str:
        url = os.environ.get("DATABASE_OWNER_URL")
        if not url:
            return "default"
        connections.databases["owner"] = {
            **connections["default"].settings_dict,
            **environ.Env.db_url_config(url),
        }
        return "owner"

    def _check_role(self) -> None:
        with connections["default"].cursor() as cursor:
            cursor.execute(
                "SELECT rolname, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
            )
            role, passes = cursor.fetchone()
        if passes:
            raise CommandError(
                f"Rollen {role} kan gå förbi radskyddet. Låt DATABASE_URL peka på en roll utan "
                "SUPERUSER och BYPASSRLS."
            )

"""How the database answers the pages: number of queries, plans, and no reading of whole tables."""

import json
import subprocess
import sys

from tests.benchmarks.server import environment

MIGRATE = "from django.core.management import call_command as c; import django; django.setup(); c('prepare_database', verbosity=0); c('collectstatic', interactive=False, verbosity=0)"

# Runs in a process of its own, as the application role, bound as the page is.
EXPLAIN = """
import django, json, sys
django.setup()
from django.conf import settings
settings.ALLOWED_HOSTS = ["testserver"]
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from accounts.access import bound_to
from accounts.models import User
from programmes.services import scope_of

programme = int(sys.argv[1])
user = User.objects.get(pk=programme)
client = Client()
client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
scope = scope_of(user, today=timezone.localdate())
pages = {"lista": f"/deltagare/?insats={programme}&visa=alla",
         "avslutade": f"/deltagare/?insats={programme}&visa=avslutade"}
first = client.get(pages["lista"]).content.decode()
import re
pages["person"] = "/deltagare/%s/" % re.search(r'href="/deltagare/(\\d+)/"', first).group(1)
found = {"queries": {}, "plans": {}, "sequential": []}
def scans(node):
    if node.get("Node Type") == "Seq Scan": yield node["Relation Name"]
    for child in node.get("Plans", []): yield from scans(child)
for name, path in pages.items():
    with CaptureQueriesContext(connection, ) as captured:
        assert client.get(path).status_code == 200
    reads = [q["sql"] for q in captured.captured_queries if q["sql"].lstrip("(").upper().startswith(("SELECT", "WITH")) and "rls_" not in q["sql"]]
    every = [q["sql"] for q in captured.captured_queries if not q["sql"].upper().startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"))]
    found["queries"][name] = len(every)
    found["plans"][name] = []
    with bound_to(scope), connection.cursor() as cursor:
        for sql in reads:
            cursor.execute("EXPLAIN (FORMAT JSON) " + sql)
            plan = cursor.fetchone()[0][0]["Plan"]
            found["plans"][name].append(plan)
            found["sequential"] += [f"{name}: {table}" for table in scans(plan)
                                    if table.split("_")[0] in ("participants", "referrals", "activities")]
print(json.dumps(found))
"""


def migrate(owner_url: str, app_url: str) -> None:
    """Make the tables, as the owner, and collect the static files the pages name."""
    run(MIGRATE, {**environment(app_url), "DATABASE_OWNER_URL": owner_url})


def of_pages(app_url: str, programme: int) -> dict:
    """Queries and plans of the pages, as the application role in the given programme."""
    return json.loads(run(EXPLAIN, environment(app_url), str(programme)))


def run(code: str, env: dict[str, str], *arguments: str) -> str:
    """Run `code` in a Python of its own; its standard output."""
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-3000:])
    return done.stdout

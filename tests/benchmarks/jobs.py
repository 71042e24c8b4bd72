"""How soon a job starts, whether any is lost, and what the data export costs beside plain COPY."""

import json
import statistics
import subprocess
import sys
from pathlib import Path

from rehabsteg.launcher.postgres import Cluster
from rehabsteg.launcher.redis import RedisServer
from tests.benchmarks.plans import run
from tests.benchmarks.server import environment

LARGEST = 1
EXPORT = """
import django, json, resource, sys, time, hashlib, tempfile
django.setup()
from pathlib import Path
from django.db import connection
from accounts.access import bound_to
from core.files import write_atomically
from programmes.models import Programme
from programmes.services import system_scope
from reporting.services.export import copy_statement, write_rows

programme = Programme.objects.select_related("data_controller").get(pk=int(sys.argv[1]))
folder = Path(tempfile.mkdtemp())
statement = copy_statement(programme.pk)
def plain():
    began = time.perf_counter()
    with bound_to(system_scope(programme)), connection.cursor() as cursor, (folder / "plain").open("wb") as out:
        cursor.cursor.copy_expert(statement, out)
    return time.perf_counter() - began
def export():
    began = time.perf_counter()
    with bound_to(system_scope(programme)):
        write_atomically(folder / "export", lambda receipt: write_rows(programme=programme, receipt=receipt))
    return time.perf_counter() - began
idle = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
export(); plain()
pairs = [(export(), plain()) for _ in range(7)]
memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - idle) / 1024
rows = (folder / "export").read_bytes().count(b"\\n") - 1
ratio = sorted(one / other for one, other in pairs)[len(pairs) // 2]
print(json.dumps({"copy_over_export": ratio, "memory_mb": memory, "rows": rows}))
"""

ORDER = """
import django, json, sys, time
django.setup()
from uuid import uuid4
from accounts.access import Scope, bound_to, acting
from accounts.models import User
from programmes.models import Programme
from programmes.services import scope_of, system_scope
from reporting.models import Job
from reporting.services.export import order_data_export
from django.utils import timezone

programme = Programme.objects.select_related("data_controller").get(pk=75)
user = User.objects.get(pk=75)
worker = Scope(worker=True)
waits = []
for _ in range(20):
    with acting(user, scope_of(user, today=timezone.localdate())):
        job, _ = order_data_export(programme=programme, requester=user, once_key=uuid4())
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with bound_to(worker):
            row = Job.objects.get(pk=job.pk)
        if row.state == "done":
            break
        time.sleep(0.02)
    waits.append((row.started_at - row.created_at).total_seconds() if row.started_at else 60.0)
with bound_to(worker):
    lost = Job.objects.exclude(state="done").count()
print(json.dumps({"waits": waits, "lost": lost}))
"""


def measure(cluster: Cluster, root: Path) -> dict:
    """The figures of P7 and P10."""
    url = cluster.app_url("stor")
    export = json.loads(run(EXPORT, environment(url), str(LARGEST)))
    with RedisServer.throwaway() as redis:
        env = {**environment(url), "REDIS_URL": redis.url}
        command = [sys.executable, "-m", "celery", "--app=rehabsteg", "--quiet", "worker"]
        worker = subprocess.Popen(
            [*command, "--concurrency=2", "--without-gossip", "--without-mingle"],
            env=env,
            cwd=root,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            ordered = json.loads(run(ORDER, env))
        finally:
            worker.terminate()
            worker.wait(timeout=30)
    waits = sorted(ordered["waits"][1:])  # the first waits for the worker to start
    return {
        "export": export,
        "jobs": {
            "start_p95_seconds": waits[int(0.95 * len(waits))],
            "start_median_seconds": statistics.median(waits),
            "lost": ordered["lost"],
        },
    }

"""`make bench`: one run, one table of ratios, one JSON in var/bench/."""

import argparse
import json
import random
import statistics
import sys
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from rehabsteg.launcher.postgres import DATABASE, Cluster
from tests.benchmarks import forecast, generate, jobs, plans
from tests.benchmarks.pages import Case, cases, size_of
from tests.benchmarks.server import running

ROOT = Path(__file__).resolve().parent.parent.parent
NOISE = 1.05
SMALL_PROGRAMME, LARGE_PROGRAMME = 75, 1
SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off",
            "shared_buffers": "1GB", "max_wal_size": "8GB"}  # fmt: skip


def main() -> int:
    """Measure, print, store. 0 when every goal is met, 1 when not, 2 when the run is void."""
    wanted = argparse.ArgumentParser(prog="make bench")
    wanted.add_argument("--small", type=int, default=10_000)
    wanted.add_argument("--large", type=int, default=1_000_000)
    wanted.add_argument("--rounds", type=int, default=60)
    wanted.add_argument("--seed", type=int, default=1)
    options = wanted.parse_args()
    with ExitStack() as stack:
        cluster = stack.enter_context(Cluster.throwaway(settings=SETTINGS))
        sizes = {"liten": options.small, "stor": options.large}
        seconds = {name: prepare(cluster, name, size) for name, size in sizes.items()}
        times, extra = measure(stack, cluster, options)
        found = {
            "when": datetime.now(UTC).isoformat(timespec="seconds"),
            "seed": options.seed,
            "participants": sizes,
            "fill_seconds": seconds,
            "median_ms": {name: 1000 * statistics.median(taken) for name, taken in times.items()},
            "plans": plans.of_pages(cluster.app_url("stor"), LARGE_PROGRAMME),
            **extra,
            **jobs.measure(cluster, ROOT),
            **forecast.measure(ROOT),
        }
    found["ratios"] = ratios(found)
    store(found)
    return verdict(found)


def prepare(cluster: Cluster, name: str, participants: int) -> float:
    """A migrated database with `participants` people. Returns the seconds it took to fill."""
    if name == "liten":
        plans.migrate(cluster.owner_url(DATABASE), cluster.app_url(DATABASE))
    cluster.create_database(name, template=DATABASE)
    began = time.monotonic()
    generate.fill(cluster.superuser_url(name), participants)
    return round(time.monotonic() - began, 1)


def measure(stack: ExitStack, cluster: Cluster, options: argparse.Namespace):
    """Every case in shuffled order, round after round: name → seconds; and sizes of the lists."""
    every: list[Case] = []
    for name in ("liten", "stor"):
        server = stack.enter_context(running(cluster.app_url(name)))
        every += cases(server, cluster.superuser_url(name), name, LARGE_PROGRAMME)
        if name == "stor":
            small = cases(server, cluster.superuser_url(name), "stor, litet lag", SMALL_PROGRAMME)
            every += [case for case in small if case.name.endswith("lista")]
    unguarded = stack.enter_context(running(cluster.superuser_url("stor")))
    open_cases = cases(unguarded, cluster.superuser_url("stor"), "utan policyer", LARGE_PROGRAMME)
    every += open_cases
    control = next(case for case in every if case.name == "stor tom sida")
    every.append(Case("A/A", control.server, control.path, control.session, control.check))
    times = run(every, options.rounds, options.seed)
    where = "state = 'closed'"
    return times, {
        "list_sizes": {
            str(number): size_of(cluster.superuser_url("stor"), number, where)
            for number in (LARGE_PROGRAMME, SMALL_PROGRAMME)
        }
    }


def run(every: list[Case], rounds: int, seed: int) -> dict[str, list[float]]:
    """Ask for every page once a round in a new order. The first rounds warm up and don't count."""
    order, warm = random.Random(seed), 5
    times: dict[str, list[float]] = {case.name: [] for case in every}
    for number in range(rounds + warm):
        order.shuffle(every)
        for case in every:
            taken, body = case.server.ask(case.path, case.session)
            case.check(body)
            if number >= warm:
                times[case.name].append(taken)
    return times


def ratios(found: dict) -> list[dict]:
    """The goals, each as one ratio against a yardstick of the same run."""
    of = found["median_ms"]
    empty = of["stor tom sida"]
    table = [
        ("A/A", "tom sida mot sig själv", of["A/A"] / empty, NOISE),
        ("P1", "lista, 50 rader / tom sida", of["stor lista"] / empty, 2.5),
        # The closed: fifty rows in both. The small programme has fewer than fifty open.
        ("P2", "lista, 1 000 000 / 10 000", of["stor avslutade"] / of["liten avslutade"], 1.10),
        ("P2", "person, 1 000 000 / 10 000", of["stor person"] / of["liten person"], 1.10),
        ("P4", "sista sidan / första", of["stor lista djupt"] / of["stor avslutade"], 1.10),
        ("P4", "stort lag / litet lag", of["stor lista"] / of["stor, litet lag lista"], 1.10),
        ("P6", "med policyer / utan, lista", of["stor lista"] / of["utan policyer lista"], 1.05),
        ("P6", "med policyer / utan, person", of["stor person"] / of["utan policyer person"], 1.05),
        ("P7", "COPY / export", found["export"]["copy_over_export"], 1 / 0.8),
        ("P7", "exportens minne över vila, MB", found["export"]["memory_mb"], 64),
        ("P10", "jobb börjar, p95, sekunder", found["jobs"]["start_p95_seconds"], 1.0),
        ("P10", "jobb som gick förlorade", found["jobs"]["lost"], 0),
        ("", "prognos, 60 i kö, sekunder", found["forecast_seconds"], 1.0),
        ("P3", "frågor på listan", found["plans"]["queries"]["lista"], 10),
    ]
    return [
        {"goal": goal, "what": what, "found": round(value, 3), "at_most": round(limit, 3),
         "met": value <= limit}
        for goal, what, value, limit in table
    ]  # fmt: skip


def store(found: dict) -> None:
    """The table on standard output, everything in var/bench/."""
    for one in found["ratios"]:
        mark = "ja " if one["met"] else "NEJ"
        print(
            f"{one['goal']:<4} {one['what']:<34} {one['found']:>8.3f}  högst {one['at_most']:<6} {mark}"
        )
    folder = ROOT / "var" / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{found['when'].replace(':', '')}.json"
    path.write_text(json.dumps(found, indent=1, ensure_ascii=False))
    print(f"\nAllt finns i {path.relative_to(ROOT)}")


def verdict(found: dict) -> int:
    """Void when the control differs, failed when a goal isn't met or a tenant table is scanned."""
    if not found["ratios"][0]["met"] or found["ratios"][0]["found"] < 1 / NOISE:
        print("Körningen räknas inte: kontrollen skiljer sig från sig själv.", file=sys.stderr)
        return 2
    if found["plans"]["sequential"]:
        print(f"Läser hela tabeller: {found['plans']['sequential']}", file=sys.stderr)
        return 1
    return 0 if all(one["met"] for one in found["ratios"]) else 1


if __name__ == "__main__":
    sys.exit(main())

"""How long the forecast takes: sixty in the queue, three thousand runs."""

import os
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path


def measure(root: Path) -> dict[str, float]:
    """{"forecast_seconds": …}, measured in a process of its own."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "rehabsteg.settings.test"}
    command = [sys.executable, "-W", "ignore", "-m", "tests.benchmarks.forecast"]
    done = subprocess.run(
        command, cwd=root, env=environment, capture_output=True, text=True, check=True
    )
    return {"forecast_seconds": float(done.stdout)}


def seconds() -> float:
    """The best of three: the machine may do something else meanwhile."""
    from activities.services.forecast import (
        Arrivals,
        ComingGroup,
        Occupant,
        Picture,
        Waiting,
        estimate_stays,
        rhythm_of,
        simulate,
    )

    today = date(2026, 11, 22)
    lengths = [(20 + 7 * (number % 25), True) for number in range(250)]
    picture = Picture(
        today=today,
        capacity=40,
        group_size=15,
        group_days=56,
        queue=tuple(Waiting(("", "", "", "UNG")[number % 4]) for number in range(60)),
        occupants=tuple(Occupant(-number * 3) for number in range(38)),
        groups=(ComingGroup(day=50, size=15, number=20),),
        rhythm=rhythm_of(
            today=today,
            starts=[today - timedelta(days=10 + 45 * number) for number in range(20)],
            per_year=8,
            is_open=lambda day: day.isoweekday() in (1, 2, 4),
        ),
        stays=estimate_stays(observed=lengths, planned_days=112),
        arrivals=(Arrivals(0.27), Arrivals(0.05, "UNG")),
        leaving_per_day=0.002,
        newcomers=(Waiting(), Waiting("UNG")),
    )
    taken = []
    for seed in range(3):
        began = time.process_time()
        simulate(picture, runs=3000, seed=seed)
        taken.append(time.process_time() - began)
    return min(taken)


if __name__ == "__main__":
    import django

    django.setup()
    print(seconds())

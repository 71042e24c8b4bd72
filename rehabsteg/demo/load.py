"""The whole demo municipality in one transaction: there or not there, never half."""

from datetime import date, timedelta
from random import Random

from django.db import transaction

from accounts.access import bound_to
from activities.services.forecast import tell_forecast
from rehabsteg.demo.beside import write_beside
from rehabsteg.demo.courses import Years, plan_programme
from rehabsteg.demo.days import workday
from rehabsteg.demo.decisions import write_handed_over, write_reserved_places
from rehabsteg.demo.identities import Identities
from rehabsteg.demo.municipality import Place, build_municipality, write_budgets
from rehabsteg.demo.notices import write_notices
from rehabsteg.demo.plan import ProgrammePlan, Window
from rehabsteg.demo.reading import write_readings
from rehabsteg.demo.rows import moments_as_given
from rehabsteg.demo.write_activities import write_activities
from rehabsteg.demo.write_courses import write_courses, write_facts, write_history
from rehabsteg.demo.write_referrals import tie_referrals, write_referrals

SEED, YEARS = 2012, 3


def window_of(*, today: date, years: int = YEARS) -> Window:
    """The `years` latest whole calendar years and the current one, up to the last working day."""
    last = workday(today - timedelta(days=1))
    return Window(first=date(today.year - years, 1, 1), today=today, last=last)


def load_demo(*, today: date, seed: int = SEED, years: int = YEARS) -> dict[str, int]:
    """Make the demo municipality; returns how much of what. The same seed and day, the same demo.

    The database must hold no programme. Chance comes from `seed` alone, time from `today` alone.
    """
    window = window_of(today=today, years=years)
    with transaction.atomic(), moments_as_given():
        kvarnby, neighbour = build_municipality(first_day=window.first)
        identities = Identities(_chance(seed, 0), today)
        write_budgets(
            programme=kvarnby.programme,
            rng=_chance(seed, 1),
            first_year=window.first.year,
            today=today,
        )
        counts: dict[str, int] = {}
        for number, place in enumerate((kvarnby, neighbour), start=2):
            rng = _chance(seed, number)
            plan = plan_programme(Years(place, window, rng, identities))
            _write(place, plan, window, rng, beside=_chance(seed, number + 20))
            counts[place.programme.slug] = len(plan.courses)
        write_reserved_places(place=kvarnby, window=window, rng=_chance(seed, 7))
        with bound_to(neighbour.scope):
            write_handed_over(place=kvarnby, to=neighbour, rng=_chance(seed, 8))
        for number, place in enumerate((kvarnby, neighbour), start=20):
            write_notices(place=place, last=window.last, today=today, rng=_chance(seed, number))
        write_readings(place=kvarnby, window=window, rng=_chance(seed, 9))
    return counts


def _write(
    place: Place, plan: ProgrammePlan, window: Window, rng: Random, *, beside: Random
) -> None:
    with bound_to(place.scope):
        referrals = write_referrals(place=place, plan=plan, rng=rng)
        write_beside(
            place=place, waiting=plan.waiting, rows=referrals, last=window.last, rng=beside
        )
        written = write_courses(place=place, plan=plan, window=window, rng=rng, referrals=referrals)
        tie_referrals(referrals)
        lines = write_activities(place=place, plan=plan, window=window, rng=rng, written=written)
        write_history(written=written, courses=plan.courses, more=lines)
        write_facts(written)
        tell_forecast(programme=place.programme, today=window.today)


def _chance(seed: int, stream: int) -> Random:
    """Chance of its own for each part, so that one part's change leaves the others as they were."""
    return Random(f"{seed}-{stream}")  # noqa: S311  # nosec: made-up data, no secrets

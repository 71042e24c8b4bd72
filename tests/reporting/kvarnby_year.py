"""A year of Rehabsteget as it might have been: facts, groups, sessions, goals, budget.

Made with weights and a seed, straight into the tables, for what must be seen at its real size.
"""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from uuid import uuid4

from django.conf import settings
from django.utils import timezone

from activities.models import Group, Session
from participants.models import AnonymousStart, FactMark, StatisticsFact
from programmes.models import Budget, BudgetLine, Goal, Programme
from programmes.services import import_codes, read_toml
from tests.cast import bind

YEAR = 2024
BLUEPRINTS = Path(settings.BASE_DIR) / "programmes" / "blueprints"
REFERRERS = {"FK": 40, "KFS": 24, "AF": 18, "RPV": 7, "RPS": 6, "KAM": 3, "KSO": 2}
EDUCATION = {"0": 6, "1": 26, "2": 50, "3": 9, "4": 7, "9": 2}
MONTHS = {0: 3, 2: 5, 4: 8, 9: 14, 18: 20, 30: 18, 50: 18, 90: 8, 130: 6}
SUPPORT_BEFORE = {"SJP": 36, "FSS": 30, "AKS": 14, "REH": 5, "AKE": 8, "SJE": 4, "AKA": 3}
SUPPORT_AFTER = {"SJP": 22, "FSS": 20, "AKS": 18, "ING": 20, "REH": 5, "AKE": 8, "SJE": 5, "STU": 2}
OCCUPATION_BEFORE = {"SJK": 68, "ANN": 12, "SOK": 11, "SUB": 3, "ARB": 4, "STU": 2}
OCCUPATION_AFTER = {"SJK": 26, "ANN": 6, "SOK": 20, "SUB": 14, "ARB": 13, "STU": 13, "PRA": 8}
REASONS = {"GEN": 50, "FRE": 25, "SJU": 8, "AVB": 7, "UTE": 5, "FLY": 3, "SAM": 2}


def build_year(programme: Programme, *, seed: int = 1, starts: int = 110, year: int = YEAR) -> None:
    """Fill the programme with `year` and the end of the year before; `starts` is about that many."""
    random = Random(seed)
    with bind(programme):
        _facts(programme, random, year, starts)
        _groups(programme, year)
    _plan(programme, year)


def _chosen(random: Random, weights: dict) -> str:
    return random.choices(list(weights), weights=list(weights.values()))[0]


def _facts(programme: Programme, random: Random, year: int, starts: int) -> None:
    first = date(year, 1, 1) - timedelta(days=200)
    facts = []
    for _ in range(starts + starts // 2):
        started = first + timedelta(days=random.randrange(560))
        days = round(random.gauss(210, 50)) if random.random() < 0.8 else random.randint(20, 120)
        ended = started + timedelta(days=max(days, 7))
        facts.append(_fact(programme, random, started, ended if ended.year <= year else None))
    marks = [mark for fact in facts for mark in _marks(fact, random)]
    StatisticsFact.objects.bulk_create(facts)
    FactMark.objects.bulk_create(marks)
    AnonymousStart.objects.bulk_create(
        AnonymousStart(**programme.owned(), gender=gender, year=year)
        for gender in ("K" * (starts // 18) + "M" * (starts // 18))
    )


def _fact(
    programme: Programme, random: Random, started: date, ended: date | None
) -> StatisticsFact:
    wrong = random.random() < 0.01
    return StatisticsFact(
        **programme.owned(),
        gender=random.choices("KM", weights=(58, 42))[0],
        age_at_start=max(18, min(64, round(random.gauss(41, 11)))),
        referrer=_chosen(random, REFERRERS),
        education=_chosen(random, EDUCATION),
        months_in_support=_chosen(random, MONTHS),
        started_on=started,
        ended_on=ended,
        reason="FEL" if wrong else _chosen(random, REASONS) if ended else "",
        misregistered=wrong,
        weekly_hours=Decimal(_chosen(random, {4: 14, 8: 22, 10: 26, 15: 20, 20: 18})),
        before_complete=random.random() < 0.97,
        after_complete=bool(ended) and random.random() < 0.95,
    )


def _marks(fact: StatisticsFact, random: Random) -> list[FactMark]:
    """One form of support and one occupation for each complete occasion."""
    marks = []
    for occasion, is_known, supports, occupations in [
        ("before", fact.before_complete, SUPPORT_BEFORE, OCCUPATION_BEFORE),
        ("after", fact.after_complete, SUPPORT_AFTER, OCCUPATION_AFTER),
    ]:
        if not is_known:
            continue
        where = {**fact.owned(), "fact": fact, "occasion": occasion}
        code = _chosen(random, occupations)
        marks += [
            FactMark(**where, kind="support", code=_chosen(random, supports), extent=Decimal(100)),
            FactMark(**where, kind="occupation", code=code, extent=Decimal(20)),
        ]
        works = code in ("ARB", "SUB", "STU")
        setattr(fact, f"hours_{occasion}", Decimal(20 if works else 0))
    return marks


def _groups(programme: Programme, year: int) -> None:
    contents = list(programme.session_contents.order_by("order"))
    for number in range(1, 7):
        starts = date(year, 1, 15) + timedelta(weeks=7 * (number - 1))
        group = Group.objects.create(
            **programme.owned(),
            number=number,
            starts_on=starts,
            ends_on=starts + timedelta(weeks=8, days=-4),
            size=15,
            once_key=uuid4(),
        )
        Session.objects.bulk_create(
            Session(
                **group.owned(),
                group=group,
                number=index + 1,
                starts_at=_moment(
                    starts + timedelta(days=index // 3 * 7 + (0, 1, 3)[index % 3]), 9
                ),
                ends_at=_moment(starts + timedelta(days=index // 3 * 7 + (0, 1, 3)[index % 3]), 12),
                content=contents[index % len(contents)],
                cancelled=index == 7,
            )
            for index in range(24)
        )


def _moment(day: date, hour: int) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour)))


def _plan(programme: Programme, year: int) -> None:
    """The goals and the budget of 2012 as the blueprint has them, spent nearly as planned."""
    import_codes(data=read_toml((BLUEPRINTS / "codes.toml").read_bytes()))
    data = read_toml((BLUEPRINTS / "rehabsteget.toml").read_bytes())
    for order, row in enumerate(data["goals"]):
        Goal.objects.create(programme=programme, order=order, **row)
    budget = Budget.objects.create(programme=programme, year=year)
    for order, row in enumerate(data["budgets"][0]["lines"]):
        spent = row["amount"] * (97 + order % 5) // 100
        BudgetLine.objects.create(budget=budget, order=order, outcome=spent, **row)

"""Count the facts of one programme and period in the database: five aggregates, no objects.

Everything is read from the person-free facts, by gender; totals are sums. The shared definitions
of the figures are the conditions of the queries below: periods include both their dates, wrong
registrations count nowhere but in `misregistered`, age is at start, before/after covers those who
ended in the period with both registrations complete.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from programmes.models import Programme
from reporting.services.figures import Period

GENDERS = ("K", "M")
AGE_BANDS = ("16–24", "25–34", "35–44", "45–54", "55–64", "65–")
TIME_BANDS = (
    "ingen", "under 3 mån", "3–6 mån", "6–12 mån", "1–2 år", "2–3 år", "3–6 år", "6–9 år",
    "9 år eller mer",
)  # fmt: skip
WORK_GROUPS = ("work", "study", "seeking", "other")

Key = tuple[str, str, str]
"""What is counted, its code, and the gender."""

FLOW = """
SELECT gender,
    count(*) FILTER (WHERE counts AND started_on >= %(start)s) AS started,
    count(*) FILTER (WHERE counts AND started_on < %(start)s
        AND (ended_on IS NULL OR ended_on >= %(start)s)) AS ongoing_at_start,
    count(*) FILTER (WHERE counts AND ended_on BETWEEN %(start)s AND %(end)s) AS ended,
    count(*) FILTER (WHERE counts AND (ended_on IS NULL OR ended_on > %(end)s)) AS ongoing_at_end,
    count(*) FILTER (WHERE misregistered AND started_on >= %(start)s) AS misregistered,
    count(*) FILTER (WHERE counts AND started_on >= %(start)s AND before_complete) AS complete
FROM (
    SELECT *, NOT misregistered AS counts
    FROM participants_statisticsfact
    WHERE programme_id = %(programme)s AND started_on <= %(end)s
) AS fact
GROUP BY gender
"""

STARTED = """
SELECT asked.what, asked.code, fact.gender, count(*)
FROM participants_statisticsfact AS fact
CROSS JOIN LATERAL (VALUES
    ('age_band', CASE
        WHEN age_at_start BETWEEN 16 AND 24 THEN '16–24'
        WHEN age_at_start BETWEEN 25 AND 34 THEN '25–34'
        WHEN age_at_start BETWEEN 35 AND 44 THEN '35–44'
        WHEN age_at_start BETWEEN 45 AND 54 THEN '45–54'
        WHEN age_at_start BETWEEN 55 AND 64 THEN '55–64'
        WHEN age_at_start >= 65 THEN '65–' END),
    ('referrer', NULLIF(referrer, '')),
    ('education', NULLIF(education, '')),
    ('time_in_support', CASE
        WHEN months_in_support = 0 THEN 'ingen'
        WHEN months_in_support < 3 THEN 'under 3 mån'
        WHEN months_in_support < 6 THEN '3–6 mån'
        WHEN months_in_support < 12 THEN '6–12 mån'
        WHEN months_in_support < 24 THEN '1–2 år'
        WHEN months_in_support < 36 THEN '2–3 år'
        WHEN months_in_support < 72 THEN '3–6 år'
        WHEN months_in_support < 108 THEN '6–9 år'
        WHEN months_in_support >= 108 THEN '9 år eller mer' END)
) AS asked (what, code)
WHERE fact.programme_id = %(programme)s AND NOT fact.misregistered
    AND fact.started_on BETWEEN %(start)s AND %(end)s AND asked.code IS NOT NULL
GROUP BY 1, 2, 3
"""

ENDED = """
WITH ended AS (
    SELECT fact.*, before_complete AND after_complete AS complete, EXISTS (
        SELECT FROM participants_factmark AS mark
        WHERE mark.fact_id = fact.id AND mark.occasion = 'after' AND mark.kind = 'occupation'
            AND mark.code IN ('ARB', 'SUB', 'STU')) AS active_after
    FROM participants_statisticsfact AS fact
    WHERE programme_id = %(programme)s AND NOT misregistered
        AND ended_on BETWEEN %(start)s AND %(end)s
)
SELECT asked.what, asked.code, ended.gender, count(*)
FROM ended
CROSS JOIN LATERAL (VALUES
    ('reason', NULLIF(reason, '')),
    ('complete', CASE WHEN complete THEN '' END),
    ('increased', CASE WHEN complete
        AND coalesce(hours_after, 0) > coalesce(hours_before, 0) THEN '' END),
    ('hours_known', CASE WHEN weekly_hours IS NOT NULL THEN '' END),
    ('hours_reached', CASE WHEN weekly_hours >= %(hours)s THEN '' END),
    ('continued', CASE WHEN reason <> '' AND (reason = 'FRE' OR active_after) THEN '' END)
) AS asked (what, code)
WHERE asked.code IS NOT NULL
GROUP BY 1, 2, 3
"""

MARKS = """
SELECT mark.kind || ':' || mark.occasion, mark.code, fact.gender, count(*)
FROM participants_statisticsfact AS fact
JOIN participants_factmark AS mark ON mark.fact_id = fact.id
WHERE fact.programme_id = %(programme)s AND NOT fact.misregistered
    AND fact.before_complete AND fact.after_complete
    AND fact.ended_on BETWEEN %(start)s AND %(end)s
GROUP BY 1, 2, 3
"""

WORK_GROUP = """
SELECT 'group:' || occasion, work_group, gender, count(*)
FROM (
    SELECT fact.gender, moment.occasion, CASE
        WHEN bool_or(mark.code IN ('ARB', 'SUB')) THEN 'work'
        WHEN bool_or(mark.code = 'STU') THEN 'study'
        WHEN bool_or(mark.code = 'SOK') THEN 'seeking'
        ELSE 'other' END AS work_group
    FROM participants_statisticsfact AS fact
    CROSS JOIN (VALUES ('before'), ('after')) AS moment (occasion)
    LEFT JOIN participants_factmark AS mark ON mark.fact_id = fact.id
        AND mark.occasion = moment.occasion AND mark.kind = 'occupation'
    WHERE fact.programme_id = %(programme)s AND NOT fact.misregistered
        AND fact.before_complete AND fact.after_complete
        AND fact.ended_on BETWEEN %(start)s AND %(end)s
    GROUP BY fact.id, fact.gender, moment.occasion
) AS person
GROUP BY 1, 2, 3
"""

STAY = """
SELECT coalesce(gender, ''), avg(days),
    percentile_cont(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY days)
FROM (
    SELECT gender, ended_on - started_on AS days
    FROM participants_statisticsfact
    WHERE programme_id = %(programme)s AND NOT misregistered
        AND ended_on BETWEEN %(start)s AND %(end)s
) AS stay
GROUP BY GROUPING SETS ((gender), ())
"""

ANONYMOUS = """
SELECT gender, count(*)
FROM participants_anonymousstart
WHERE programme_id = %(programme)s AND year = ANY(%(years)s)
GROUP BY gender
"""


@dataclass
class Counts:
    """What was counted. `days`: statistic → gender ("" for all) → days in the programme."""

    counter: Counter[Key] = field(default_factory=Counter)
    days: dict[tuple[str, str], float | None] = field(default_factory=dict)

    def of(self, what: str, code: str = "", gender: str = "") -> int:
        """How many; of both genders when none is named."""
        if gender:
            return self.counter[what, code, gender]
        return sum(self.counter[what, code, one] for one in GENDERS)

    def codes(self, what: str) -> set[str]:
        """The codes that occur."""
        return {code for seen, code, _gender in self.counter if seen == what}


def count_facts(programme: Programme, period: Period) -> Counts:
    """Everything the figures need, in seven queries whose number never grows."""
    parameters = {
        "programme": programme.pk,
        "start": period.start,
        "end": period.end,
        "hours": programme.weekly_hours_goal,
        "years": period.whole_years,
    }
    counts = Counts()
    for row in _rows(FLOW, parameters):
        _count_flow(counts, *row)
    for query in (STARTED, ENDED, MARKS, WORK_GROUP):
        for what, code, gender, number in _rows(query, parameters):
            counts.counter[what, code, gender] = number
    for gender, mean, quartiles in _rows(STAY, parameters):
        q1, median, q3 = quartiles or (None, None, None)
        days = {"median": median, "mean": mean, "q1": q1, "q3": q3}
        counts.days |= {(name, gender): _number(value) for name, value in days.items()}
    for gender, number in _rows(ANONYMOUS, parameters):
        counts.counter["started_anonymous", "", gender] = number
    return counts


FLOW_COLUMNS = (
    "started", "ongoing_at_start", "ended", "ongoing_at_end", "misregistered", "complete_before",
)  # fmt: skip


def _count_flow(counts: Counts, gender: str, *numbers: int) -> None:
    for what, number in zip(FLOW_COLUMNS, numbers, strict=True):
        counts.counter[what, "", gender] = number


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _rows(query: str, parameters: dict[str, Any]) -> Iterable[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return cursor.fetchall()

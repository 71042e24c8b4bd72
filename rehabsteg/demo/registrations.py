"""In- and out-registration: plausible answers, with some that are missing."""

from decimal import Decimal
from random import Random

from rehabsteg.demo.plan import Course, Marks, ReferralPlan

MUNICIPALITIES = {"Kvarnby": 88, "Åsbro": 5, "Norrby": 4, "Lerköping": 3}
EDUCATION = {"0": 9, "1": 22, "2": 47, "3": 11, "4": 9, "9": 2}
# Months in public support before the start: (share, from, to).
MONTHS = ((3, 0, 1), (5, 1, 3), (8, 3, 6), (14, 6, 12), (22, 12, 24), (17, 24, 36), (20, 36, 72),
          (8, 72, 108), (3, 108, 180))  # fmt: skip
SHARE_INCOMPLETE = 0.04
FULL = 100

SUPPORT_BY_REFERRER = {
    "FK": {"SJP": 52, "REH": 14, "SJE": 9, "AKE": 19, "AKS": 6},
    "AF": {"AKS": 66, "AKA": 18, "FSS": 12, "ANN": 4},
    "KFS": {"FSS": 96, "AKS": 4},
    "KSO": {"FSS": 88, "SJE": 12},
    "RPV": {"SJP": 66, "FSS": 20, "AKA": 14},
    "RPS": {"SJP": 40, "AKE": 26, "FSS": 24, "SJE": 10},
}
OCCUPATION_SICK = {"SJK": 80, "ARB": 5, "PRA": 5, "ANN": 6, "FOR": 2, "STU": 2}
OCCUPATION_WELL = {"SOK": 46, "AMP": 24, "PRA": 9, "ANN": 14, "SUB": 3, "STU": 4}
# After, for those who got to the end and were able, for others who got there, for those who left.
AFTER_ABLE = {"ARB": 13, "SUB": 17, "STU": 14, "PRA": 27, "AMP": 18, "SOK": 9, "SJK": 2}
AFTER_OTHER = {"PRA": 19, "AMP": 19, "SOK": 14, "SJK": 34, "ANN": 7, "STU": 4, "SUB": 3}
AFTER_LEFT = {"SJK": 52, "SOK": 22, "ANN": 16, "ARB": 4, "FOR": 3, "AMP": 3}
HOURS = {"ARB": (8, 40), "SUB": (15, 40), "STU": (10, 40), "AMP": (10, 30), "PRA": (8, 25)}
WHOLE_WAY = ("GEN", "FRE")


def plan_before(rng: Random, referral: ReferralPlan) -> Marks:
    """What was so during the week before the start."""
    sick = bool(referral.fields.get("on_sick_leave"))
    share = [one[0] for one in MONTHS]
    _, first, last = rng.choices(MONTHS, weights=share)[0]
    marks = Marks(
        municipality=_pick(rng, MUNICIPALITIES),
        education=_pick(rng, EDUCATION),
        months=rng.randrange(first, last),
        supports=_supports(rng, referral),
        occupations=_occupations(rng, OCCUPATION_SICK if sick else OCCUPATION_WELL),
    )
    if rng.random() < SHARE_INCOMPLETE:
        _lose_something(rng, marks)
    return marks


def _pick(rng: Random, weights: dict[str, int]) -> str:
    return rng.choices(list(weights), weights=list(weights.values()))[0]


def _supports(rng: Random, referral: ReferralPlan) -> dict[str, int | None]:
    first = referral.fields["support_code"]
    if first == "ING":
        return {"ING": None}
    if first in ("SJP", "REH", "SJE") and rng.random() < 0.3:
        part = rng.choice((25, 50, 75))
        other = "AKS" if rng.random() < 0.5 else "FSS"
        return {first: part, other: FULL - part}
    return {first: FULL}


def support_for(rng: Random, code: str) -> str:
    """The main support of somebody whom this kind of referrer sends; now and then none."""
    return "ING" if rng.random() < 0.03 else _pick(rng, SUPPORT_BY_REFERRER[code])


def _occupations(rng: Random, weights: dict[str, int]) -> dict[str, Decimal | None]:
    code = _pick(rng, weights)
    found = {code: _hours(rng, code)}
    if code == "ARB" and rng.random() < 0.3:
        found["SJK"] = None
    if code in ("STU", "PRA") and rng.random() < 0.12:
        found["SUB" if code == "STU" else "SOK"] = _hours(rng, "SUB") if code == "STU" else None
    return found


def _hours(rng: Random, code: str) -> Decimal | None:
    if code not in HOURS:
        return None
    low, high = HOURS[code]
    return Decimal(rng.choice((low, low, (low + high) // 2, high)))


def _lose_something(rng: Random, marks: Marks) -> None:
    """An answer that nobody got."""
    lost = rng.choice(("education", "months", "supports", "occupations"))
    if lost == "education":
        marks.education = ""
    elif lost == "months":
        marks.months = None
    elif lost == "supports":
        marks.supports = dict.fromkeys(marks.supports)
    else:
        marks.occupations = {}


def plan_after(rng: Random, course: Course) -> Marks:
    """What was so at the end. A closure with a gap lacks the occupation or all of it."""
    assert course.before is not None
    if course.gap:
        return Marks(reason=course.reason, supports={} if rng.random() < 0.5 else {"FSS": FULL})
    finished = course.reason in WHOLE_WAY
    weights = (AFTER_ABLE if course.able else AFTER_OTHER) if finished else AFTER_LEFT
    occupations = _occupations(rng, weights)
    return Marks(
        reason=course.reason,
        weekly_hours=_reached(rng, course, occupations),
        supports=_supports_after(rng, course, occupations),
        occupations=occupations,
    )


def _reached(rng: Random, course: Course, occupations: dict[str, Decimal | None]) -> Decimal:
    in_group = Decimal(rng.choice((6, 9, 9) if course.left_group_on is None else (3, 6, 6, 9)))
    in_trial = course.trial.highest if course.trial else Decimal(0)
    now = max((hours for hours in occupations.values() if hours), default=Decimal(0))
    finished = course.reason in WHOLE_WAY
    return max(in_group, in_trial, now if finished else Decimal(0))


def _supports_after(
    rng: Random, course: Course, occupations: dict[str, Decimal | None]
) -> dict[str, int | None]:
    hours = max(
        (occupations[code] or Decimal(0) for code in ("ARB", "SUB") if code in occupations),
        default=Decimal(0),
    )
    if hours >= 30:
        return {"ING": None}
    if "STU" in occupations:
        return {"STU": FULL}
    assert course.before is not None
    known: dict[str, int | None] = {
        code: extent or FULL for code, extent in course.before.supports.items()
    }
    if hours:
        first = next(iter(known), "FSS")
        return {first: 50} if first != "ING" else {"ING": None}
    if "AMP" in occupations or (course.reason in WHOLE_WAY and rng.random() < 0.35):
        return {"AKS": FULL}
    return known if known and "ING" not in known else {"FSS": FULL}

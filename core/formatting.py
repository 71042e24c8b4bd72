"""How dates, numbers and names are written to people: one place, Swedish, non-breaking spaces.

Views format what they show with these; templates reach the same functions as filters
(`core.templatetags.rehabsteg`). Blank in, blank out: `None` never becomes the word "None".
"""

from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal

from django.utils import timezone

NBSP = "\u00a0"
DAYS = ("måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag")
MONTHS = (
    "januari",
    "februari",
    "mars",
    "april",
    "maj",
    "juni",
    "juli",
    "augusti",
    "september",
    "oktober",
    "november",
    "december",
)
LONGEST_WHOLE_MONTH_NAME = 4

Number = int | float | Decimal
Day = date | datetime | None


def local(moment: date | datetime) -> date | datetime:
    """An aware moment in Swedish time; anything else as it is."""
    if isinstance(moment, datetime) and timezone.is_aware(moment):
        return timezone.localtime(moment)
    return moment


def local_date(moment: date | datetime) -> date:
    """The Swedish calendar day of a date or a moment."""
    there = local(moment)
    return there.date() if isinstance(there, datetime) else there


def date_iso(day: Day) -> str:
    """2026-11-19: a date in data."""
    return f"{local_date(day):%Y-%m-%d}" if day else ""


def date_short(day: Day) -> str:
    """tor 19 nov: a date in a calendar."""
    if not day:
        return ""
    there = local_date(day)
    return f"{DAYS[there.weekday()][:3]}{NBSP}{there.day}{NBSP}{_month_short(there.month)}"


def date_long(day: Day) -> str:
    """torsdag 19 november 2026: a date in a heading."""
    if not day:
        return ""
    there = local_date(day)
    return f"{DAYS[there.weekday()]} {there.day} {MONTHS[there.month - 1]} {there.year}"


def date_month(day: Day) -> str:
    """November 2026: the heading of a month."""
    return f"{MONTHS[local_date(day).month - 1].capitalize()} {local_date(day).year}" if day else ""


def _month_short(month: int) -> str:
    name = MONTHS[month - 1]
    return name if len(name) <= LONGEST_WHOLE_MONTH_NAME else name[:3]


def clock(moment: datetime | time | None) -> str:
    """13.00: a time in a list of times."""
    if moment is None or moment == "":
        return ""
    there = local(moment) if isinstance(moment, datetime) else moment
    return f"{there:%H.%M}"


def clock_at(moment: datetime | time | None) -> str:
    """kl. 13.00: a time in running text."""
    return f"kl.{NBSP}{clock(moment)}" if clock(moment) else ""


def moment_short(moment: datetime | None) -> str:
    """ons 18 nov 15.20: when something happened, in a history."""
    return f"{date_short(moment)} {clock(moment)}" if moment else ""


def moment_iso(moment: datetime | None) -> str:
    """2026-11-19 15.20: when something happened, in data."""
    return f"{date_iso(moment)} {clock(moment)}" if moment else ""


def week(value: Day | int) -> str:
    """v. 47: an ISO week, from a date or its number."""
    if value is None or value == "":
        return ""
    number_ = value if isinstance(value, int) else local_date(value).isocalendar().week
    return f"v.{NBSP}{number_}"


def week_span(first: Day | int, last: Day | int) -> str:
    """v. 35–42: from one ISO week to another."""
    if week(first) == week(last):
        return week(first)
    return f"{week(first)}–{week(last).removeprefix('v.' + NBSP)}"


def week_of(number_: int, total: int) -> str:
    """v. 5 av 8: how far into a phase."""
    return f"v.{NBSP}{number_} av{NBSP}{total}"


def number(value: Number | None, decimals: int = 0) -> str:
    """1 300 or 6,5: at most `decimals` decimals, halves upwards, no trailing zeros."""
    if value is None or value == "":
        return ""
    step = Decimal(1).scaleb(-decimals)
    rounded = Decimal(str(value)).quantize(step, rounding=ROUND_HALF_UP)
    whole, _, fraction = f"{abs(rounded):f}".partition(".")
    fraction = fraction.rstrip("0")
    sign = "−" if rounded < 0 else ""
    grouped = f"{int(whole):,}".replace(",", NBSP)
    return sign + grouped + (f",{fraction}" if fraction else "")


def kr(value: Number | None) -> str:
    """1 300 kr: whole SEK."""
    return f"{number(value)}{NBSP}kr" if number(value) else ""


def percent(value: Number | None, decimals: int = 0) -> str:
    """61 %: from a value already in percent."""
    return f"{number(value, decimals)}{NBSP}%" if number(value, decimals) else ""


def share(part: Number | None, whole: Number | None) -> str:
    """61 %: how much `part` is of `whole`; blank when there is nothing to be a part of."""
    if part is None or not whole:
        return ""
    return percent(Decimal(str(part)) * 100 / Decimal(str(whole)))


def hours(value: Number | None) -> str:
    """6,5 h: hours, at most two decimals."""
    return f"{number(value, 2)}{NBSP}h" if number(value, 2) else ""


def hours_minutes(minutes: int | None) -> str:
    """4 h 30 min: time spent, from minutes."""
    if minutes is None or minutes == "":
        return ""
    whole, rest = divmod(int(minutes), 60)
    parts = [f"{whole}{NBSP}h"] if whole else []
    parts += [f"{rest}{NBSP}min"] if rest or not whole else []
    return " ".join(parts)


def counted(value: int, one: str, many: str) -> str:
    """1 person, 3 personer: a count with its noun in the right number."""
    return f"{number(value)}{NBSP}{one if value == 1 else many}"


def days(value: int) -> str:
    """1 dag, 12 dagar."""
    return counted(value, "dag", "dagar")


def days_ago(day: Day, today: date | None = None) -> str:
    """i dag, i går, 14 dagar sedan; for a day to come: i morgon, om 5 dagar."""
    if not day:
        return ""
    passed = ((today or timezone.localdate()) - local_date(day)).days
    near = {0: "i dag", 1: "i går", -1: "i morgon"}
    if passed in near:
        return near[passed]
    return f"{days(passed)} sedan" if passed > 0 else f"om {days(-passed)}"


def days_left(day: Day, today: date | None = None) -> str:
    """11 dagar kvar, i dag, 2 dagar sen: against a day something is due."""
    if not day:
        return ""
    left = (local_date(day) - (today or timezone.localdate())).days
    if left == 0:
        return "i dag"
    return f"{days(left)} kvar" if left > 0 else f"{days(-left)} sen"


def file_size(size: int | None) -> str:
    """214 kB or 1,8 MB: the size of a file, from bytes."""
    if size is None or size == "":
        return ""
    if size < 1_000_000:
        return f"{number(max(1, size / 1000))}{NBSP}kB"
    return f"{number(size / 1_000_000, 1)}{NBSP}MB"


def initials(name: str) -> str:
    """KL: the first letters of the first and the last name."""
    words = name.split()
    return "".join(word[0] for word in words[:1] + words[1:][-1:]).upper()


def person_number(value: str | None) -> str:
    """20170101-2393: twelve stored digits with the hyphen people expect; anything else as it is."""
    if value and len(value) == 12 and value.isdigit():
        return f"{value[:8]}-{value[8:]}"
    return value or ""


def first_sentence(text: str) -> str:
    """The first sentence without its full stop, for the list in an error summary."""
    for position in range(1, len(text) - 1):
        ends = text[position] in ".!?" and text[position + 1] == " "
        if ends and text[position + 2 : position + 3].isupper():
            return text[: position + 1].rstrip(".")
    return text.rstrip(".")

"""What the work list is made of: whose day it is, and one thing to do."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet
from django.urls import reverse

from accounts.models import User
from accounts.rules import is_manager
from participants.models import Enrolment
from programmes.models import Programme

LATE, TODAY, WEEK = "late", "today", "week"
BUCKETS = {LATE: "Försenat", TODAY: "I dag", WEEK: "Den här veckan"}
KINDS = {
    "remisser": "Remisser",
    "narvaro": "Närvaro",
    "samtycken": "Samtycken",
    "provning": "Arbetsprövning",
    "uppfoljning": "Uppföljning",
    "registrering": "Registrering",
}
TONES = {LATE: "late", TODAY: "soon", WEEK: "ok"}
CONSENT_DAYS, INCOME_DAYS, WEEK_DAYS = 21, 14, 7
REGISTER_WITHIN = 7
LOOK_BACK = 60
TOO_MANY_ABSENCES = 3
NUMBERS = ("", "En", "Två", "Tre", "Fyra", "Fem", "Sex")
AT_MOST = 300


@dataclass(frozen=True)
class Day:
    """Whose day it is, and which."""

    user: User
    today: date
    now: datetime
    programme: Programme

    @property
    def sees_all(self) -> bool:
        """The programme manager's day covers everybody's."""
        return is_manager(self.user)


@dataclass(frozen=True)
class Item:
    """One thing to do: who, when, why, and the action."""

    kind: str
    bucket: str
    due_on: date
    icon: str
    name: str
    url: str
    due: str
    text: str
    action: str
    action_url: str

    @property
    def tone(self) -> str:
        """How the row is coloured."""
        return TONES[self.bucket]


def own_rows(day: Day, rows: QuerySet, field: str) -> QuerySet:
    """The user's own rows by `field`; everybody's for the programme manager."""
    return rows if day.sees_all else rows.filter(**{field: day.user})


def bucket_of(due_on: date, day: Day) -> str:
    """Late, today, or later this week."""
    if due_on < day.today:
        return LATE
    return TODAY if due_on == day.today else WEEK


def about(one: Enrolment, **fields: object) -> Item:
    """An item about a participation."""
    return Item(
        name=one.participant.shown_name,
        url=reverse("participants:enrolment_detail", args=[one.pk]),
        **fields,  # type: ignore[arg-type]
    )

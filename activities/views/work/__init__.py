"""The work list, derived from facts: nothing is stored, so nothing can be forgotten or stale."""

from collections.abc import Sequence
from datetime import timedelta

from django.db.models import Count, F, Max, OuterRef, Q, Subquery

from activities.models import GroupMembership, Session
from activities.views.work.attendance import absence_items, absence_words, session_items
from activities.views.work.item import (
    AT_MOST,
    BUCKETS,
    CONSENT_DAYS,
    KINDS,
    LATE,
    LOOK_BACK,
    TOO_MANY_ABSENCES,
    Day,
    Item,
    own_rows,
)
from activities.views.work.people import enrolment_items
from activities.views.work.referrals import referral_items
from activities.views.work.trials import follow_up_items, trial_items
from participants.enums import OPEN_STATES, EnrolmentState
from participants.models import Consent, Enrolment, Note
from referrals.models import Referral

__all__ = [
    "BUCKETS",
    "KINDS",
    "LATE",
    "TOO_MANY_ABSENCES",
    "Day",
    "Item",
    "absence_words",
    "caseload_of",
    "referrals_of",
    "sessions_of",
    "work_list",
]


def work_list(
    day: Day,
    *,
    caseload: Sequence[Enrolment],
    sessions: Sequence[Session],
    referrals: Sequence[Referral],
) -> list[Item]:
    """Everything there is to do, unsorted. Three queries besides what is given."""
    open_ones = [one for one in caseload if one.is_open]
    return [
        *referral_items(day, referrals),
        *absence_items(day, open_ones),
        *session_items(day, sessions),
        *enrolment_items(day, caseload),
        *trial_items(day),
        *follow_up_items(day),
    ]


def caseload_of(day: Day) -> list[Enrolment]:
    """The user's open participations, and those closed lately with something missing. One query."""
    consent = Consent.objects.filter(
        enrolment=OuterRef("pk"),
        refused=False,
        withdrawn_on=None,
        valid_to__gte=day.today,
        valid_to__lte=day.today + timedelta(days=CONSENT_DAYS),
    ).order_by("valid_to")
    note = Note.objects.filter(enrolment=OuterRef("pk")).order_by().values("enrolment")
    recently = day.today - timedelta(days=LOOK_BACK)
    lacking = Q(fact__after_complete=False) | Q(fact__weekly_hours=None)
    unfinished = Q(lacking, state=EnrolmentState.CLOSED, ends_on__gte=recently) & ~Q(
        fact__reason__in=("AVL", "SAM")
    )
    found = (
        own_rows(day, Enrolment.objects.visible_to(day.user), "coordinator")
        .filter(Q(state__in=OPEN_STATES) | unfinished)
        .select_related("participant", "phase", "fact", "referral")
        .annotate(
            consent_to=Subquery(consent.values("valid_to")[:1]),
            consent_recipient=Subquery(consent.values("recipient")[:1]),
            noted_at=Subquery(note.annotate(last=Max("signed_at")).values("last")),
        )
        .order_by("sort_name", "pk")
    )
    return list(found[:AT_MOST])


def sessions_of(day: Day) -> list[Session]:
    """Today's sessions, and past ones whose attendance isn't taken. One query."""
    members = (
        GroupMembership.objects.filter(group=OuterRef("group"), left_on=None)
        .order_by()
        .values("group")
        .annotate(number=Count("pk"))
        .values("number")
    )
    start = day.now - timedelta(days=LOOK_BACK)
    today = Q(starts_at__date=day.today)
    undone = Q(starts_at__lt=day.now, attendance_done_at=None, cancelled=False)
    found = (
        Session.objects.visible_to(day.user)
        .filter(starts_at__gte=start, starts_at__lt=day.now + timedelta(days=1))
        .filter(today | undone)
        .annotate(members=Subquery(members))
        .annotate(expected=F("members") + F("group__anonymous_members"))
        .filter(members__gt=0)
        .select_related("group", "content")
        .order_by("starts_at", "pk")
    )
    return list(found[:AT_MOST])


def referrals_of(day: Day) -> list[Referral]:
    """Remisser that wait: one's own, and those nobody has taken yet. One query."""
    found = (
        Referral.objects.visible_to(day.user)
        .waiting()
        .select_related("programme", "unit__organisation")
        .order_by("sent_on", "pk")
    )
    if not day.sees_all:
        found = found.filter(Q(coordinator=day.user) | Q(coordinator=None))
    return list(found[:AT_MOST])

"""The sweep that tells people about remisser: derived from the rules, each occasion once."""

import logging
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import F, Q, QuerySet, Subquery
from django.db.models.expressions import OuterRef
from django.utils import timezone

from accounts.access import Scope, Standing, bound_to
from accounts.enums import OPERATIONAL, Role
from accounts.models import Membership, Notice, NoticeQuerySet, Unit
from accounts.services import settle_notices, tell
from accounts.services.notices import told_key
from core.formatting import local_date
from programmes.models import Programme
from programmes.services import system_scope
from referrals.enums import WAITING_STATES, ReferralState
from referrals.models import Referral, ReferralEvent
from referrals.rules import TO_DO, Due, reached
from referrals.rules.reminders import DRAFT, NEWS_DAYS

SUBJECT = Referral._meta.label_lower
ENDED = (
    ReferralState.PLACED,
    ReferralState.DECLINED,
    ReferralState.WITHDRAWN,
    ReferralState.TRANSFERRED,
)
# A talk that is moved is news, though the state is the same.
MOVES = ("book_talk", "rebook_talk")
GIVES = ("assign", "reassign")
# The sweep needs to know that a remiss waits, not whose it is.
NOT_READ = (
    "typed", "personnummer", "given_name", "family_name", "phone", "purpose", "goal", "possibility",
    "need", "talk_summary",
)  # fmt: skip

logger = logging.getLogger(__name__)


def remind_everybody() -> int:
    """Tell everybody who is to be told about a remiss today. Returns how many notices were made.

    May be called twice or by two at once. A programme that fails is told in the log, and the
    others go on.
    """
    today, made = timezone.localdate(), 0
    for programme in Programme.objects.open_on(today).select_related("data_controller"):
        try:
            made += remind_programme(programme=programme, today=today)
        except Exception:
            logger.exception("Påminnelserna för insats %s kunde inte göras.", programme.pk)
    _settle_closed(today)
    return made + remind_about_drafts()


def _settle_closed(today: date) -> None:
    """A programme that doesn't run asks nobody for anything: what it asked for is taken away."""
    running = Programme.objects.open_on(today).values("pk")
    for programme in Programme.objects.exclude(pk__in=running).select_related("data_controller"):
        with bound_to(Scope(standings=system_scope(programme).standings, worker=True)):
            settle_notices(among=_to_do(programme), still=())


def _to_do(programme: Programme) -> NoticeQuerySet:
    """What a programme's remisser have asked people for."""
    return Notice.objects.filter(
        programme_id=programme.pk, sender_only=False, subject=SUBJECT, kind__in=TO_DO
    )


def remind_programme(*, programme: Programme, today: date) -> int:
    """Tell about one programme's remisser, and take away what has been done. How many were made."""
    scope = Scope(standings=system_scope(programme).standings, worker=True)
    with bound_to(scope):
        referrals = list(_that_may_remind(programme, today))
        team = Team(programme, referrals, today)
        notices = [
            notice
            for referral in referrals
            for due in reached(referral, today)
            for notice in notices_for(referral, due, team)
        ]
        still = {told_key(one) for one in notices}
        settle_notices(among=_to_do(programme), still=still)
        return tell(notices=notices)


def remind_about_drafts() -> int:
    """Tell those whose drafts will soon be removed, unit by unit as that unit. How many were made.

    A unit that fails is told in the log, and the others go on.
    """
    today, made = timezone.localdate(), 0
    for unit in referring_units():
        try:
            made += _remind_unit(unit, today)
        except Exception:
            logger.exception("Påminnelserna om utkast hos enhet %s kunde inte göras.", unit.pk)
    return made


def referring_units() -> list[Unit]:
    """Every unit that somebody refers from, or has referred from."""
    members = Membership.objects.filter(role=Role.REFERRER)
    units = Unit.objects.filter(pk__in=members.values("unit_id")).select_related("organisation")
    return list(units.order_by("pk"))


def _remind_unit(unit: Unit, today: date) -> int:
    standing = Standing(Role.REFERRER, unit.pk, unit.organisation_id, unit.organisation.name)
    with bound_to(Scope(standings=(standing,), worker=True)):
        found = Referral.objects.filter(state=ReferralState.DRAFT, unit=unit)
        drafts = list(found.select_related("programme").defer(*NOT_READ).order_by("pk"))
        programmes = {one.programme_id: one.programme for one in drafts}
        teams = {pk: Team(programme, drafts, today) for pk, programme in programmes.items()}
        notices = [
            notice
            for draft in drafts
            for due in reached(draft, today)
            for notice in notices_for(draft, due, teams[draft.programme_id])
        ]
        for notice in notices:
            notice.sender_only = True
        mine = Notice.objects.filter(unit_id=unit.pk, sender_only=True, subject=SUBJECT)
        settle_notices(among=mine, still={told_key(one) for one in notices})
        return tell(notices=notices)


def _that_may_remind(programme: Programme, today: date) -> Iterable[Referral]:
    """Those that wait, and those that ended lately, with the events that reminders tell apart."""
    lately = Q(state__in=ENDED, state_since__gte=today - timedelta(days=NEWS_DAYS))
    events = ReferralEvent.objects.filter(referral=OuterRef("pk")).order_by("-pk")
    entry = events.filter(~Q(from_state=F("to_state")) | Q(verb__in=MOVES))
    given = events.filter(verb__in=GIVES)
    found: QuerySet[Referral] = (
        Referral.objects.filter(Q(state__in=WAITING_STATES) | lately, programme=programme)
        .annotate(
            entry=Subquery(entry.values("pk")[:1]),
            entry_by=Subquery(entry.values("actor")[:1]),
            entry_verb=Subquery(entry.values("verb")[:1]),
            given=Subquery(given.values("pk")[:1]),
            given_by=Subquery(given.values("actor")[:1]),
            given_at=Subquery(given.values("at")[:1]),
        )
        .defer(*NOT_READ)
        .order_by("pk")
    )
    for referral in found:
        referral.programme = programme
        yield referral


class Team:
    """Who works where today: the programme's team, and the units that refer."""

    def __init__(self, programme: Programme, referrals: Iterable[Referral], today: date) -> None:
        self._team = programme.unit_id
        self._people: dict[tuple[int, str], list[int]] = defaultdict(list)
        held = Membership.objects.valid_on(today).filter(
            unit__in={self._team, *(one.unit_id for one in referrals)},
            role__in=OPERATIONAL,
            user__is_active=True,
        )
        for unit, role, user in held.order_by("user").values_list("unit", "role", "user"):
            self._people[unit, role].append(user)

    def asked(self, referral: Referral, role: Role) -> list[int]:
        """Whom a reminder to `role` reaches: the one responsible, or everybody who could be.

        Nobody responsible, or somebody who doesn't work there any more, means all in the role: no
        remiss waits unseen.
        """
        if role == Role.REFERRER:
            return self._one_or_all(referral.referrer_id, self._people[referral.unit_id, role])
        managers = self._people[self._team, Role.MANAGER]
        coordinators = self._people[self._team, Role.COORDINATOR]
        if role == Role.MANAGER:
            return managers or coordinators
        return self._one_or_all(referral.coordinator_id, coordinators) or managers

    @staticmethod
    def _one_or_all(responsible: int | None, everybody: list[int]) -> list[int]:
        return [responsible] if responsible in everybody else everybody


def people_asked(referral: Referral, role: Role) -> list[int]:
    """Whom something about the remiss is for today, when it is for `role`."""
    return Team(referral.programme, [referral], timezone.localdate()).asked(referral, role)


def notices_for(referral: Referral, due: Due, team: Team) -> list[Notice]:
    """The notices of one reached step, unsaved."""
    people, event = team.asked(referral, due.step.role), due.reminder.event
    if due.reminder.is_news:
        actor = getattr(referral, f"{event}_by", None)
        responsible = due.step.role != Role.COORDINATOR or referral.coordinator_id
        people = [one for one in people if responsible and one != actor]
    kind, role, occasion = due.reminder.kind, due.step.role, occasion_of(referral, due)
    return [notice_to(referral, one, role, kind, occasion, due.step.urgent) for one in people]


def occasion_of(referral: Referral, due: Due) -> str:
    """What tells this reached step from the same step another time."""
    event = due.reminder.event
    number = getattr(referral, event, None) if event else ""
    return f"{number or ''}:{due.since}:{due.number}"


def warned_since(draft: Referral, today: date) -> date | None:
    """The day somebody who may save the draft was told that it will be removed; None before that.

    A draft that has been saved since is warned about anew.
    """
    told = [occasion_of(draft, due) for due in reached(draft, today) if due.reminder.kind == DRAFT]
    notices = Notice.objects.about(draft).filter(kind=DRAFT, settled_at=None)
    first = notices.filter(occasion__in=told).first()
    return local_date(first.created_at) if first else None


def notice_to(
    referral: Referral, recipient: int, role: Role, kind: str, occasion: str, urgent: bool = False
) -> Notice:
    """One notice about a remiss, unsaved."""
    return Notice(
        recipient_id=recipient,
        role=role,
        kind=kind,
        occasion=occasion,
        subject=SUBJECT,
        record_id=referral.pk,
        programme_id=referral.programme_id,
        controller_id=referral.controller_id,
        unit_id=referral.unit_id,
        urgent=urgent,
    )

"""Narrowing the programme's list: who is responsible, who referred, the state, what is late."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from accounts.enums import Role
from accounts.models import Membership
from core.sorting import sort_key
from programmes.enums import CodeList
from programmes.models import Programme, ReservedPlaces
from programmes.services import newest_label
from referrals.enums import WAITING_STATES, ReferralState

S = ReferralState
NOBODY = "ingen"
Options = list[tuple[str, str]]


@dataclass(frozen=True)
class Choice:
    """One drop-down: its name in the address, its label, and (value, words, chosen) rows."""

    name: str
    label: str
    options: list[tuple[str, str, bool]]


@dataclass(frozen=True)
class Filters:
    """What is chosen, as the page shows it and as the list is narrowed."""

    choices: list[Choice]
    only_late: bool
    condition: Q
    parameters: Mapping[str, str]

    @property
    def count(self) -> int:
        """How many are in use."""
        return len(self.parameters)


def filters_of(request: HttpRequest, programmes: Sequence[Programme], today: date) -> Filters:
    """What the address asks for. Anything unknown is left out, as if nobody had asked. Two queries.

    The target group can be chosen only where the steering group has reserved places for it: to give
    out those places. Otherwise lists of cases are not searched by people's circumstances.
    """
    coordinators, parties = _people(programmes)
    known = {
        "koordinator": ("Koordinator", coordinators),
        "part": ("Remittent", parties),
        "malgrupp": ("Målgrupp", _target_groups(programmes)),
        "lage": ("Läge", [(str(state), str(state.label)) for state in WAITING_STATES]),
    }
    chosen = {
        name: value
        for name, (_, options) in known.items()
        if (value := request.GET.get(name, "")) in dict(options) and value
    }
    only_late = request.GET.get("sena") == "ja"
    condition = Q()
    for name, value in chosen.items():
        condition &= _condition(name, value)
    if only_late:
        condition &= is_late(programmes, today)
    return Filters(
        choices=[
            Choice(name, label, [(*row, row[0] == chosen.get(name, "")) for row in options])
            for name, (label, options) in known.items()
            if options
        ],
        only_late=only_late,
        condition=condition,
        parameters=chosen | ({"sena": "ja"} if only_late else {}),
    )


def _condition(name: str, value: str) -> Q:
    if name == "koordinator":
        return Q(coordinator=None) if value == NOBODY else Q(coordinator_id=int(value))
    if name == "part":
        return Q(unit__organisation_id=int(value))
    return Q(target_group=value) if name == "malgrupp" else Q(state=value)


def _people(programmes: Sequence[Programme]) -> tuple[Options, Options]:
    """(the programmes' coordinators today, every organisation that has people who refer). One query."""
    teams = [one.unit_id for one in programmes]
    coordinators = (
        Membership.objects.valid_on(timezone.localdate())
        .filter(unit_id__in=teams, role=Role.COORDINATOR)
        .values_list("role", "user_id", "user__name")
    )
    parties = Membership.objects.filter(role=Role.REFERRER).values_list(
        "role", "unit__organisation_id", "unit__organisation__name"
    )
    # A union leaves out what is the same.
    rows = sorted(
        coordinators.order_by().union(parties.order_by()), key=lambda row: sort_key(row[2])
    )
    found: dict[str, Options] = {Role.COORDINATOR: [(NOBODY, "Ingen än")], Role.REFERRER: []}
    for role, key, name in rows:
        found[role].append((str(key), name))
    return found[Role.COORDINATOR], found[Role.REFERRER]


def _target_groups(programmes: Sequence[Programme]) -> Options:
    """Those with reserved places, in the words they have now. One query."""
    rows = ReservedPlaces.objects.filter(programme__in=programmes).order_by("target_group")
    found = rows.annotate(label=newest_label(CodeList.TARGET_GROUP, "target_group"))
    return list(found.values_list("target_group", "label").distinct())


def is_overdue(programmes: Sequence[Programme], today: date) -> Q:
    """Assessed for longer than the programme's goal."""
    late = Q(pk=None)
    for programme in programmes:
        latest = today - timedelta(days=programme.assessment_days)
        late |= Q(programme=programme, sent_on__lt=latest)
    return late & Q(state__in=(S.SENT, S.ASSESSING))


def is_late(programmes: Sequence[Programme], today: date) -> Q:
    """Something should have happened: assessment, an answer, a talk or a decision to note, a look."""
    return (
        is_overdue(programmes, today)
        | Q(state=S.COMPLETION, completion_by__lt=today)
        | Q(state=S.TALK, talk_held_on=None, talk_at__date__lt=today)
        | Q(state=S.DECIDING, body_meets_on__lt=today)
        | Q(state=S.RESTING, review_on__lte=today)
    )

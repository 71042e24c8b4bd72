"""Who reaches what: the scope, the binding of the database to it, and the one door to a record.

Three walls: every view names its rule (`door`), every row comes through `open_record`, and under
both PostgreSQL's row-level security answers only for the scope the transaction is bound to.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, TypeVar

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import connection, models, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed

from accounts.enums import AGGREGATE, STAFF, Reading, Refusal, Role
from accounts.models import ReadEvent, SecurityEvent, User
from core.kept import give_back, wants_it_back

SIGNED_OUT = 401

Record = TypeVar("Record", bound=models.Model)
View = Callable[..., HttpResponse]


@dataclass(frozen=True)
class Standing:
    """One role of one user, where it holds. `programme_id` is None outside a programme's team.

    `place` is the programme's name, or the unit's outside a programme: what the menu says.
    """

    role: Role
    unit_id: int
    organisation_id: int
    organisation: str
    programme_id: int | None = None
    controller_id: int | None = None
    place: str = ""


@dataclass(frozen=True)
class Scope:
    """What a user, or a job on a user's behalf, reaches right now.

    `standings` come from the memberships valid today. The sets below are what the database is
    bound to: programmes and controllers whose participants are read, referring units, programmes of
    which only aggregates are seen, controllers whose read log is reviewed.
    """

    user_id: int = 0
    standings: tuple[Standing, ...] = ()
    worker: bool = False
    programmes: frozenset[int] = field(init=False)
    controllers: frozenset[int] = field(init=False)
    units: frozenset[int] = field(init=False)
    aggregates: frozenset[int] = field(init=False)
    reviews: frozenset[int] = field(init=False)

    def __post_init__(self) -> None:
        def where(roles: frozenset[Role], name: str) -> frozenset[int]:
            found = (getattr(one, name) for one in self.standings if one.role in roles)
            return frozenset(number for number in found if number is not None)

        fix = object.__setattr__
        fix(self, "programmes", where(STAFF, "programme_id"))
        fix(self, "controllers", where(STAFF, "controller_id"))
        fix(self, "units", where(frozenset({Role.REFERRER}), "unit_id"))
        fix(self, "aggregates", where(AGGREGATE, "programme_id"))
        fix(self, "reviews", where(frozenset({Role.LOG_REVIEWER}), "organisation_id"))

    @property
    def roles(self) -> frozenset[Role]:
        """Every role held today."""
        return frozenset(one.role for one in self.standings)

    def has(self, role: Role, programme_id: int | None = None) -> bool:
        """True when the role is held, in the programme when one is named."""
        return any(
            one.role == role and programme_id in (None, one.programme_id) for one in self.standings
        )

    def acting_as(self, programme_id: int) -> tuple[str, str]:
        """(role, organisation) in which the user acts on a programme's record."""
        ranked = sorted(self.standings, key=lambda one: one.programme_id != programme_id)
        return (ranked[0].role.value, ranked[0].organisation) if ranked else ("", "")


def _bind(scope: Scope) -> None:
    parameters: list[Any] = [
        scope.user_id,
        sorted(scope.programmes),
        sorted(scope.controllers),
        sorted(scope.units),
        sorted(scope.aggregates),
        sorted(scope.reviews),
        scope.worker,
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rls_bind(%s, %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], "
            "%s::bigint[], %s)",
            parameters,
        )


@contextmanager
def bound_to(scope: Scope) -> Iterator[Scope]:
    """Open a transaction bound to `scope`; unbind when it ends.

    The database refuses a second bind to another scope inside the same transaction
    (`psycopg2.errors.InsufficientPrivilege` as `ProgrammingError`).
    """
    with transaction.atomic():
        _bind(scope)
        yield scope
        # A transaction that will be rolled back takes its settings with it.
        if not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute("SELECT rls_unbind()")


@contextmanager
def acting(user: User, scope: Scope) -> Iterator[User]:
    """`bound_to(scope)` with `user.scope` set: what a request or a job is wrapped in."""
    user.scope = scope
    with bound_to(scope):
        yield user


@dataclass(frozen=True)
class Door:
    """What a view has declared: who may enter, and by which methods. `rule` None: no sign-in."""

    rule: Callable[[User], bool] | None
    methods: tuple[str, ...]


def door(
    rule: Callable[[User], bool] | None, methods: tuple[str, ...] = ("GET",)
) -> Callable[[View], View]:
    """Declare a view's rule and methods. An undeclared view is refused by the middleware.

    Not signed in: sign-in page, with what was written kept when a form was sent. Wrong role: 403 with an explanation. Wrong method: 405.
    HEAD follows GET. `door(None)` is for the few pages open to everyone.
    """
    allowed = (*methods, "HEAD") if "GET" in methods else methods

    def declare(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if rule is not None and not request.user.is_authenticated:
                if wants_it_back(request):
                    return give_back(request, status=SIGNED_OUT)
                return redirect_to_login(request.get_full_path())
            if rule is not None and not rule(request.user):
                refuse(request, Refusal.ROLE)
                raise PermissionDenied("Din roll ger inte tillgång till sidan.")
            if request.method not in allowed:
                return HttpResponseNotAllowed(allowed)
            return view(request, *args, **kwargs)

        guarded.door = Door(rule, allowed)  # type: ignore[attr-defined]
        return guarded

    return declare


def refuse(request: HttpRequest, refusal: Refusal, record_id: int | None = None) -> None:
    """Write the refusal to the security log."""
    match = request.resolver_match
    # An address may hold a larger number than any record has; it is refused like every other.
    if record_id is not None:
        record_id = min(record_id, models.BigIntegerField.MAX_BIGINT)
    SecurityEvent.objects.create(
        user=request.user if request.user.is_authenticated else None,
        refusal=refusal,
        view=match.view_name if match else "",
        record_id=record_id,
    )


def open_record(
    request: HttpRequest,
    queryset: models.QuerySet[Record],
    pk: int,
    reading: Reading = Reading.VIEW,
) -> Record:
    """The one door to a record: scoped, logged, and 404 for everything outside the scope.

    `queryset` must come from `visible_to(request.user)`. A record outside answers exactly as one that
    doesn't exist, and leaves a security event.
    """
    record = queryset.filter(pk=pk).first()
    if record is None:
        refuse(request, Refusal.OUTSIDE, pk)
        raise Http404("Sidan finns inte, eller så ingår den inte i ditt uppdrag.")
    log_reading(request.user, record, reading)
    return record


def log_reading(user: Any, record: models.Model, reading: Reading) -> None:
    """Note that `user` read `record`. No reading without log: an error here stops the reading."""
    _reading(user, record, reading).save(force_insert=True)


def log_readings(user: Any, records: Iterable[models.Model], reading: Reading) -> None:
    """The same for several records at once, one line each: the hits of a search."""
    ReadEvent.objects.bulk_create(_reading(user, one, reading) for one in records)


def _reading(user: Any, record: Any, reading: Reading) -> ReadEvent:
    role, organisation = user.acting_as(record.programme_id)
    return ReadEvent(
        user=user,
        role=role,
        organisation=organisation,
        reading=reading,
        kind=record._meta.verbose_name,
        record_id=record.pk,
        participant_id=getattr(record, "participant_id", None),
        programme_id=record.programme_id,
        controller_id=record.controller_id,
    )


def log_list(user: Any, kind: str, scope_of_list: Mapping[str, int], records: list[int]) -> None:
    """Note that `user` saw a list of persons: one line a list, with how many in `record_id`."""
    owner = scope_of_list["programme_id"], scope_of_list["controller_id"]
    log_lists(user, kind, {owner: records})


def log_lists(user: Any, kind: str, by_owner: Mapping[tuple[int, int], list[int]]) -> None:
    """The same for a list of several programmes' records, by (programme, controller). One query."""
    lines = []
    for (programme_id, controller_id), records in by_owner.items():
        role, organisation = user.acting_as(programme_id)
        lines.append(
            ReadEvent(
                user=user,
                role=role,
                organisation=organisation,
                reading=Reading.LIST,
                kind=kind,
                record_id=len(records),
                programme_id=programme_id,
                controller_id=controller_id,
            )
        )
    ReadEvent.objects.bulk_create(lines)

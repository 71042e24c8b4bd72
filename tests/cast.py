"""The same people everywhere. Two controllers, so that every test has a stranger next door."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal

from django.utils import timezone

from accounts.access import Scope, acting, bound_to
from accounts.enums import OrganisationKind, Role
from accounts.models import Membership, Organisation, Unit, User
from programmes.enums import Anchor, CheckpointKind, CodeList, PhaseKind, ProgrammeKind
from programmes.models import (
    Checkpoint,
    Code,
    Phase,
    Programme,
    SessionContent,
    WeeklySlot,
)
from programmes.services import scope_of, system_scope

PASSWORD = "hemligt-men-bara-i-tester"
SINCE = date(2020, 1, 1)

CODES = {
    CodeList.EDUCATION: ["0", "1", "2", "3", "4", "9"],
    CodeList.SUPPORT: ["SJP", "REH", "SJE", "AKE", "AKS", "AKA", "FSS", "STU", "ANN", "ING"],
    CodeList.OCCUPATION: ["ARB", "SUB", "STU", "AMP", "PRA", "SOK", "FOR", "SJK", "ANN"],
    CodeList.END_REASON: [
        "GEN", "FRE", "SJU", "FLY", "FOR", "AVB", "UTE", "SAM", "AVL", "ANN", "FEL",
    ],
    CodeList.REFERRER: ["FK", "AF", "KFS", "KSO", "KAM", "RPV", "RPS", "RAN", "ANN"],
    CodeList.GENDER: ["K", "M"],
    CodeList.DECLINE_REASON: ["PLATS", "MAL", "ANNAN"],
    CodeList.TARGET_GROUP: ["UNG", "SJU", "PSY", "ANN"],
}  # fmt: skip


@dataclass
class Cast:
    """Two programmes with their people."""

    programme: Programme
    neighbour: Programme
    units: dict[str, Unit]
    people: dict[str, User]

    def __getattr__(self, name: str) -> User:
        try:
            return self.__dict__["people"][name]
        except KeyError:
            raise AttributeError(name) from None


def build_codes() -> None:
    """Every code list, with the code as its own label."""
    Code.objects.bulk_create(
        Code(
            code_list=code_list,
            code=code,
            label=f"{code_list.label} {code}",
            order=order,
            excludes_others=(code_list, code) == (CodeList.SUPPORT, "ING"),
            valid_from=date(2005, 1, 1),
        )
        for code_list, codes in CODES.items()
        for order, code in enumerate(codes)
    )


def build_programme(
    association: Organisation, controller: Organisation, unit: Unit, name: str, slug: str
) -> Programme:
    """A programme shaped as Rehabsteget: group, work trial, continued support."""
    programme = Programme.objects.create(
        association=association,
        data_controller=controller,
        unit=unit,
        kind=ProgrammeKind.INDIVIDUAL,
        name=name,
        slug=slug,
        capacity=40,
        group_size=15,
        groups_per_year=8,
        weekly_hours_goal=Decimal(10),
        starts_on=SINCE,
    )
    for order, (code, kind, weeks) in enumerate(
        [("grupp", PhaseKind.GROUP, 8), ("provning", PhaseKind.TRIAL, 8),
         ("stod", PhaseKind.SUPPORT, None)]
    ):  # fmt: skip
        Phase.objects.create(
            programme=programme, code=code, kind=kind, name=kind.label, order=order, weeks=weeks
        )
    for weekday in (1, 2, 4):
        WeeklySlot.objects.create(
            programme=programme, weekday=weekday, starts_at=time(9), hours=Decimal(3)
        )
    for order, content in enumerate(["Mental träning", "Avspänning", "Friskvård"]):
        SessionContent.objects.create(
            programme=programme, code=f"innehall-{order}", name=content, order=order
        )
    for order, months in enumerate([6, 12]):
        Checkpoint.objects.create(
            programme=programme,
            code=f"uppfoljning-{months}",
            kind=CheckpointKind.FOLLOW_UP,
            name=f"Uppföljning {months} månader",
            anchor=Anchor.CLOSURE,
            months=months,
            order=order,
        )
    return programme


def build_cast() -> Cast:
    """Organisations, units, programmes, codes and people, with memberships since 2020."""
    build_codes()
    kinds = OrganisationKind
    names = {
        "association": (kinds.ASSOCIATION, "Samordningsförbundet Kvarnbygden"),
        "fk": (kinds.FK, "Försäkringskassan"),
        "af": (kinds.AF, "Arbetsförmedlingen"),
        "municipality": (kinds.MUNICIPALITY, "Kvarnby kommun"),
        "other": (kinds.MUNICIPALITY, "Åsbro kommun"),
        "region": (kinds.REGION, "Region Kvarnby"),
    }
    organisations = {
        key: Organisation.objects.create(kind=kind, name=name)
        for key, (kind, name) in names.items()
    }
    units = {
        key: Unit.objects.create(organisation=organisations[owner], name=name)
        for key, owner, name in [
            ("team", "municipality", "Rehabsteget"),
            ("other_team", "other", "Stegvis"),
            ("fk", "fk", "Sjukförsäkring Kvarnby"),
            ("af", "af", "Kvarnby"),
            ("social", "municipality", "Försörjningsstöd"),
            ("care", "region", "Kvarnby vårdcentral"),
            ("office", "association", "Kansliet"),
            ("it", "municipality", "Digitalisering"),
        ]
    }
    programme = build_programme(
        organisations["association"], organisations["municipality"], units["team"],
        "Rehabsteget", "rehabsteget",
    )  # fmt: skip
    neighbour = build_programme(
        organisations["association"], organisations["other"], units["other_team"],
        "Stegvis", "stegvis",
    )  # fmt: skip
    people = {
        key: build_person(name, role, units[unit])
        for key, name, role, unit in [
            ("karin", "Karin Lindqvist", Role.COORDINATOR, "team"),
            ("jonas", "Jonas Ek", Role.COORDINATOR, "team"),
            ("vera", "Vera Sandell", Role.MANAGER, "team"),
            ("ali", "Ali Rezaei", Role.REFERRER, "fk"),
            ("siv", "Siv Holm", Role.REFERRER, "social"),
            ("tomas", "Tomas Hedlund", Role.REFERRER, "af"),
            ("maria", "Maria Castillo", Role.REFERRER, "care"),
            ("bo", "Bo Granat", Role.COORDINATOR, "other_team"),
            ("stina", "Stina Berg", Role.STEERING, "team"),
            ("frida", "Frida Norling", Role.DIRECTOR, "office"),
            ("eva", "Eva Lund", Role.EVALUATOR, "team"),
            ("lova", "Lova Ström", Role.LOG_REVIEWER, "it"),
            ("adam", "Adam Öhman", Role.ADMINISTRATOR, "it"),
        ]
    }
    return Cast(programme, neighbour, units, people)


def build_person(name: str, role: Role, unit: Unit) -> User:
    """A user with one membership since 2020, whose password is `PASSWORD`."""
    first = name.split()[0].lower()
    user = User.objects.create_user(f"{first}@example.se", PASSWORD, name=name)
    Membership.objects.create(user=user, unit=unit, role=role, starts_on=SINCE)
    user.scope = scope_of(user, today=timezone.localdate())
    return user


@contextmanager
def bind(who: User | Programme) -> Iterator[Scope]:
    """Bind the test's own reads and writes: as a person, or as the system inside a programme."""
    if isinstance(who, Programme):
        with bound_to(system_scope(who)) as scope:
            yield scope
    else:
        scope = scope_of(who, today=timezone.localdate())
        with acting(who, scope):
            yield scope

"""Undoing an import within a day: what nobody has worked on is erased, the rest is kept and told."""

from collections import Counter
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from activities.services.history import OWN, remove_past_groups, worked_on_since
from core.states import Refused
from participants.services.imports import remove_anonymous, remove_enrolments, why_not_removed
from programmes.models import Programme
from reporting.enums import ImportResult
from reporting.models import ImportRow, RegistrationImport
from reporting.services.registrations.files import erase_files


@dataclass(frozen=True)
class Undone:
    """How many rows were undone, and how many were kept because somebody has worked on them."""

    rows: int
    kept: int


def undo_import(*, batch: RegistrationImport, user: User) -> Undone:
    """Erase what the import made and nobody has worked on since; say why of what is kept.

    Again undoes what can be undone by then. Raises `Refused` when a day has passed.
    """
    with transaction.atomic():
        programme = Programme.objects.select_for_update(no_key=True).get(pk=batch.programme_id)
        rows = RegistrationImport.objects.select_for_update(of=("self",), no_key=True)
        locked = rows.get(pk=batch.pk, programme=programme)
        if not locked.may_be_undone:
            raise Refused(["Det går att ångra en inläsning inom ett dygn, inte senare."])
        made = locked.rows.filter(result=ImportResult.CREATED, written=True, undone=False)
        people = dict(made.exclude(enrolment=None).values_list("enrolment_id", "pk"))
        reasons = _reasons(programme, locked, list(people))
        _keep(people, reasons)
        going = [pk for pk in people if pk not in reasons]
        remove_past_groups(programme=programme, enrolments=going, groups=locked.group_ids)
        anonymous = made.exclude(gender="")
        counts = Counter((one.gender, one.year or 0) for one in anonymous)
        remove_anonymous(programme=programme, counts=counts)
        undone = [*(people[pk] for pk in going), *(one.pk for one in anonymous)]
        ImportRow.objects.filter(programme=programme, pk__in=undone).update(
            undone=True, enrolment=None
        )
        remove_enrolments(programme=programme, enrolments=going)
        _sign(locked, user)
        return Undone(len(undone), len(reasons))


def _reasons(
    programme: Programme, batch: RegistrationImport, enrolments: list[int]
) -> dict[int, list[str]]:
    assert batch.finished_at is not None
    found = why_not_removed(
        programme=programme,
        enrolments=enrolments,
        since=batch.finished_at,
        also_own=(*OWN, ImportRow),
    )
    for key, sentences in worked_on_since(programme=programme, enrolments=enrolments).items():
        found.setdefault(key, []).extend(sentences)
    return found


def _keep(people: dict[int, int], reasons: dict[int, list[str]]) -> None:
    kept = [ImportRow(pk=people[pk], kept_because=" ".join(said)) for pk, said in reasons.items()]
    ImportRow.objects.bulk_update(kept, ["kept_because"], batch_size=1_000)


def _sign(batch: RegistrationImport, user: User) -> None:
    batch.undone_at, batch.undone_by = timezone.now(), user
    batch.save(update_fields=["undone_at", "undone_by"])
    erase_files(batch)

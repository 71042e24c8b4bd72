"""Carrying out an import: some hundred rows at a time, each lot whole and under the programme's lock.

Between two lots others may work, and a worker that dies leaves whole lots: the next one goes on with
the rows that are not written. Two imports at once wait for each other lot by lot, so the second
finds what the first has written.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count
from django.utils import timezone

from accounts.access import Scope, acting
from accounts.models import User
from accounts.rules import is_staff
from activities.services.history import (
    Place,
    add_past_groups,
    group_notes,
    plan_coming_follow_ups,
)
from core.scan import demand_clean
from core.states import Refused
from participants.models import AnonymousStart
from participants.services.imports import (
    Anonymous,
    Decision,
    Entry,
    Memory,
    open_book,
    write_anonymous,
    write_people,
)
from programmes.models import Programme
from programmes.services import scope_of
from reporting.enums import ImportResult
from reporting.models import ImportRow, Job, RegistrationImport
from reporting.services.jobs import MadeFile, Progress
from reporting.services.registrations.batch import new_batch
from reporting.services.registrations.files import (
    erase_source,
    result_file,
    source_of,
    write_rejects,
)
from reporting.services.registrations.parse import ReadFile, ReadRow, read_file_rows

LOT = 500


@dataclass(frozen=True)
class RowResult:
    """What became of a row, or would become of it."""

    row: int
    result: str
    messages: list[str]


def decide_rows(
    programme: Programme, rows: Sequence[ReadRow], batch: RegistrationImport | None
) -> list[Decision]:
    """What becomes of the rows, in their order; nothing is written.

    `batch` is the import they belong to, whose earlier rows are stored already. Ten queries,
    however many rows.
    """
    readable = [one.said for one in rows if not isinstance(one.said, list)]
    book = open_book(programme, readable, _memory(programme, readable, batch))
    decisions = [
        Decision(one.row.number, ImportResult.REJECTED, tuple(one.said))
        if isinstance(one.said, list)
        else book.decide(one.said)
        for one in rows
    ]
    return _with_group_notes(programme, decisions)


def _with_group_notes(programme: Programme, decisions: list[Decision]) -> list[Decision]:
    places = [
        Place(one.row, one.person.group, one.person.starts_on, one.person.ends_on)
        for one in decisions
        if one.person and one.person.group and not one.person.is_misregistered
    ]
    notes = group_notes(programme=programme, places=places) if places else {}
    return [
        replace(one, messages=(*one.messages, notes[one.row])) if one.row in notes else one
        for one in decisions
    ]


def _memory(
    programme: Programme, rows: Sequence[Entry | Anonymous], batch: RegistrationImport | None
) -> Memory:
    """What this and earlier imports have written, as far as it concerns the rows."""
    memory = Memory()
    stored = ImportRow.objects.filter(programme=programme, written=True, undone=False)
    own = stored.filter(batch=batch) if batch else stored.none()
    others = stored.exclude(batch=batch) if batch else stored
    memory.claimed = set(
        own.exclude(enrolment=None).exclude(result=ImportResult.REJECTED)
        .values_list("enrolment_id", flat=True)
    )  # fmt: skip
    prints = {one.fingerprint for one in rows if isinstance(one, Entry)}
    # A row that was refused may point at what it contradicts; it has given nothing.
    gave = others.exclude(result=ImportResult.REJECTED).exclude(enrolment=None)
    found = gave.filter(fingerprint__in=prints).order_by("pk")
    for fingerprint, enrolment_id in found.values_list("fingerprint", "enrolment_id"):
        known = memory.enrolments.setdefault(fingerprint, [])
        if enrolment_id not in known:
            known.append(enrolment_id)
    memory.anonymous = _alike(others.filter(result=ImportResult.CREATED))
    memory.anonymous -= _alike(own.filter(result=ImportResult.UNCHANGED))
    counted_in_all = _alike(AnonymousStart.objects.filter(programme=programme))
    memory.counted_here = counted_in_all - _alike(stored.filter(result=ImportResult.CREATED))
    return memory


def _alike(rows: Any) -> Counter[tuple[str, int]]:
    counted = rows.exclude(gender="").order_by().values_list("gender", "year").annotate(Count("pk"))
    return Counter({(gender, year): count for gender, year, count in counted})


# --- carrying out ---------------------------------------------------------------------------------


@contextmanager
def as_requester(batch: RegistrationImport) -> Iterator[User]:
    """The transaction bound to what the requester reaches today. Raises `Refused` when that is over."""
    with as_user(batch.requester, batch):
        yield batch.requester


@contextmanager
def as_user(user: User, record: Job | RegistrationImport) -> Iterator[None]:
    """The same for somebody else: the transaction bound to what `user` reaches today."""
    scope: Scope = scope_of(user, today=timezone.localdate())
    with acting(user, scope):
        if not is_staff(user, record):
            raise Refused([f"{user.name} arbetar inte längre i insatsen."])
        yield


def carry_out(batch: RegistrationImport, read: ReadFile, progress: Progress) -> RegistrationImport:
    """Write every row that can be written, lot by lot, and store what became of each.

    Opens a transaction for each lot; call it outside one. May be called again after an interruption.
    """
    waiting = _waiting(batch, read.rows)
    done = len(read.rows) - len(waiting)
    for start in range(0, len(waiting), LOT):
        with as_requester(batch) as user:
            _write_lot(batch, waiting[start : start + LOT], user)
        done += len(waiting[start : start + LOT])
        progress(95 * done // len(read.rows), f"{done} av {len(read.rows)} rader.")
    with as_requester(batch):
        return finish(batch, read.table.header, read.rows)


def _waiting(batch: RegistrationImport, rows: Sequence[ReadRow]) -> list[ReadRow]:
    with as_requester(batch):
        written = set(batch.rows.filter(written=True).values_list("number", flat=True))
    return [one for one in rows if one.row.number not in written]


def write_rows(batch: RegistrationImport, rows: Sequence[ReadRow], user: User) -> None:
    """Write the rows in the caller's transaction."""
    for start in range(0, len(rows), LOT):
        _write_lot(batch, rows[start : start + LOT], user)


def _write_lot(batch: RegistrationImport, rows: Sequence[ReadRow], user: User) -> None:
    programme = Programme.objects.select_for_update(no_key=True).get(pk=batch.programme_id)
    if _is_taken_back(batch):
        raise Refused(["Inläsningen är ångrad. Läs in filen igen."])
    decisions = decide_rows(programme, rows, batch)
    people = [one.person for one in decisions if one.person]
    written = write_people(programme=programme, entries=people, user=user)
    write_anonymous(programme=programme, rows=_new_anonymous(decisions))
    enrolments = {entry.row: one.pk for entry, one in zip(people, written, strict=True)}
    by_row = {one.row: one for one in people}
    batch.group_ids += add_past_groups(
        programme=programme,
        numbers={pk: by_row[row].group or 0 for row, pk in enrolments.items() if by_row[row].group},
        made_before=batch.group_ids,
    )
    plan_coming_follow_ups(
        programme=programme,
        reasons={pk: by_row[row].after.reason for row, pk in enrolments.items()},
    )
    batch.save(update_fields=["group_ids"])
    store_results(batch, decisions, enrolments, written=True)


def _is_taken_back(batch: RegistrationImport) -> bool:
    """Somebody has undone it, or ordered that, while it went on or had stopped."""
    same = RegistrationImport.objects.filter(pk=batch.pk, programme=batch.programme_id)
    return same.exclude(undone_at=None, undo_job=None).exists()


def _new_anonymous(decisions: Iterable[Decision]) -> list[Anonymous]:
    return [
        one.entry
        for one in decisions
        if one.result == ImportResult.CREATED and isinstance(one.entry, Anonymous)
    ]


def store_results(
    batch: RegistrationImport,
    decisions: Sequence[Decision],
    enrolments: dict[int, int],
    *,
    written: bool,
) -> None:
    """What became of each row, in place of what an earlier look at it said."""
    batch.rows.filter(number__in=[one.row for one in decisions]).delete()
    ImportRow.objects.bulk_create(
        (_stored(batch, one, enrolments.get(one.row), written) for one in decisions),
        batch_size=1_000,
    )


def _stored(
    batch: RegistrationImport, decision: Decision, enrolment_id: int | None, written: bool
) -> ImportRow:
    entry = decision.entry
    anonymous = entry if isinstance(entry, Anonymous) else None
    return ImportRow(
        batch=batch,
        number=decision.row,
        result=decision.result,
        messages=list(decision.messages),
        fingerprint=entry.fingerprint if isinstance(entry, Entry) else "",
        gender=anonymous.gender if anonymous else "",
        year=anonymous.year if anonymous else None,
        enrolment_id=enrolment_id or decision.enrolment_id,
        written=written,
        **batch.owned(),
    )


def finish(
    batch: RegistrationImport, header: Sequence[str], rows: Sequence[ReadRow]
) -> RegistrationImport:
    """Say that the import is done, store the rows that did not go in, and erase the file."""
    rejected = dict(
        batch.rows.filter(result=ImportResult.REJECTED).values_list("number", "messages")
    )
    write_rejects(batch, header, [one.row for one in rows], rejected)
    batch.finished_at = timezone.now()
    batch.save(update_fields=["finished_at", "rejects_path"])
    erase_source(batch)
    return batch


# --- the ways in ----------------------------------------------------------------------------------


def make_import(job: Job, progress: Progress) -> MadeFile:
    """What the worker does with an ordered import; the job's file is the list of results."""
    with as_user(job.requester, job):
        batches = RegistrationImport.objects.select_related("requester", "programme")
        batch = batches.get(pk=job.parameters["import"], programme_id=job.programme_id)
    if batch.finished_at is None:
        with as_requester(batch):
            read = read_file_rows(source_of(batch))
        carry_out(batch, read, progress)
    with as_requester(batch):
        return result_file(batch)


def import_file(
    *, programme: Programme, user: User, name: str, data: bytes, progress: Progress
) -> list[RowResult]:
    """Bring the whole file in now, as the command does. Raises `NoTable`, and then nothing is written."""
    demand_clean(data)
    with acting(user, scope_of(user, today=timezone.localdate())):
        read = read_file_rows(data)
        batch = new_batch(programme, user, name, data, read.notes)
        batch.confirmed_at = timezone.now()
        batch.save(update_fields=["confirmed_at"])
    carry_out(batch, read, progress)
    with as_requester(batch):
        return results_of(batch)


def results_of(batch: RegistrationImport) -> list[RowResult]:
    """One result for each row of the file, in its order. Needs a bound transaction."""
    rows = batch.rows.order_by("number").values_list("number", "result", "messages")
    return [RowResult(number, result, messages) for number, result, messages in rows]

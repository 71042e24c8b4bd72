"""Undoing an import within a day: what nobody has worked on is erased, the rest is kept and told."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import User
from activities.services.history import OWN, remove_past_groups, worked_on_since
from core.states import Refused
from participants.models import EnrolmentEvent
from participants.services.imports import (
    IMPORTED,
    remove_anonymous,
    remove_enrolments,
    why_not_removed,
)
from programmes.models import Programme
from reporting.enums import JobKind
from reporting.models import ImportRow, Job, RegistrationImport
from reporting.services.jobs import MadeFile, Progress, order_job
from reporting.services.registrations.check import KEEP_DAYS, MOST_ROWS_AT_ONCE
from reporting.services.registrations.files import erase_files, result_file
from reporting.services.registrations.run import LOT, as_user

STILL_GOING = "Inläsningen pågår. Vänta tills den är klar."
TOO_LATE = "Det går att ångra en inläsning inom ett dygn, inte senare."


@dataclass(frozen=True)
class Undone:
    """How many rows were undone, and how many were kept because somebody has worked on them."""

    rows: int = 0
    kept: int = 0

    def __add__(self, other: "Undone") -> "Undone":
        return Undone(self.rows + other.rows, self.kept + other.kept)


def undo_import(*, batch: RegistrationImport, user: User) -> Undone | Job:
    """Erase what the import made and nobody has worked on since; say why of what is kept.

    At once when it is little, else as a job: then the job is returned. Again undoes what can be
    undone by then. Raises `Refused` when a day has passed, or while the import goes on.
    """
    with transaction.atomic():
        rows = RegistrationImport.objects.select_for_update(of=("self",), no_key=True)
        locked = rows.select_related("programme").get(pk=batch.pk, programme=batch.programme_id)
        if not locked.may_be_undone:
            raise Refused([TOO_LATE if not locked.is_running else STILL_GOING])
        made = locked.rows.undoable().count()
        if made > MOST_ROWS_AT_ONCE:
            return _order(locked, user, made)
        done, _ = undo_lot(batch=locked, after=0)
        sign(batch=locked, user=user)
        return done


def _order(batch: RegistrationImport, user: User, made: int) -> Job:
    before = batch.undone_at
    job, _ = order_job(
        kind=JobKind.REGISTRATION_UNDO,
        # What was kept the first time may be tried again when that undo is over.
        key=f"registration_undo:{batch.pk}:{made}:{int(before.timestamp()) if before else 0}",
        programme=batch.programme,
        requester=user,
        parameters={"import": batch.pk},
        keep_days=KEEP_DAYS,
    )
    batch.undo_job = job
    batch.save(update_fields=["undo_job"])
    return job


def make_undo(job: Job, progress: Progress) -> MadeFile:
    """What the worker does with an ordered undo; the job's file is the list of results."""
    with as_user(job.requester, job):
        batch = RegistrationImport.objects.get(
            pk=job.parameters["import"], programme_id=job.programme_id
        )
        waiting = batch.rows.undoable().count()
    total, after = Undone(), 0
    while True:
        with as_user(job.requester, job):
            done, last = undo_lot(batch=batch, after=after)
        if last is None:
            break
        total, after = total + done, last
        seen = total.rows + total.kept
        progress(95 * seen // max(1, waiting), f"{seen} av {waiting} rader.")
    with as_user(job.requester, job):
        sign(batch=batch, user=job.requester)
        return result_file(batch)


def undo_lot(*, batch: RegistrationImport, after: int) -> tuple[Undone, int | None]:
    """Undo the next rows after `after` (a row's key), whole: what was done, and the last row's key.

    None when there was no row left. Holds the programme's lock.
    """
    with transaction.atomic():
        programme = Programme.objects.select_for_update(no_key=True).get(pk=batch.programme_id)
        rows = list(batch.rows.undoable().filter(pk__gt=after).order_by("pk")[:LOT])
        if not rows:
            return Undone(), None
        people = {one.enrolment_id: one.pk for one in rows if one.enrolment_id}
        anonymous = [one for one in rows if one.gender]
        reasons = _reasons(programme, batch, list(people))
        _keep(people, reasons)
        going = [pk for pk in people if pk not in reasons]
        remove_past_groups(programme=programme, enrolments=going, groups=batch.group_ids)
        counts = Counter((one.gender, one.year or 0) for one in anonymous)
        remove_anonymous(programme=programme, counts=counts)
        undone = [*(people[pk] for pk in going), *(one.pk for one in anonymous)]
        ImportRow.objects.filter(programme=programme, pk__in=undone).update(
            undone=True, enrolment=None
        )
        remove_enrolments(programme=programme, enrolments=going)
        return Undone(len(undone), len(reasons)), rows[-1].pk


def _reasons(
    programme: Programme, batch: RegistrationImport, enrolments: list[int]
) -> dict[int, list[str]]:
    found = why_not_removed(
        programme=programme,
        enrolments=enrolments,
        since=batch.finished_at or _last_written(programme, enrolments),
        also_own=(*OWN, ImportRow),
    )
    for key, sentences in worked_on_since(programme=programme, enrolments=enrolments).items():
        found.setdefault(key, []).extend(sentences)
    return found


def _last_written(programme: Programme, enrolments: list[int]) -> datetime:
    """When the import, which never came to its end, wrote the last of these."""
    written = EnrolmentEvent.objects.filter(
        programme=programme, enrolment__in=enrolments, verb=IMPORTED
    )
    last: datetime | None = written.aggregate(last=Max("at"))["last"]
    return last or timezone.now()


def _keep(people: dict[int, int], reasons: dict[int, list[str]]) -> None:
    kept = [ImportRow(pk=people[pk], kept_because=" ".join(said)) for pk, said in reasons.items()]
    ImportRow.objects.bulk_update(kept, ["kept_because"], batch_size=1_000)


def sign(*, batch: RegistrationImport, user: User) -> None:
    """Say who undid the import, and erase what is left of its files."""
    batch.undone_at, batch.undone_by = timezone.now(), user
    batch.save(update_fields=["undone_at", "undone_by"])
    erase_files(batch)

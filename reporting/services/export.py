"""The programme's own data file: one row a participation, person-free, for its own analyses.

The database writes the file itself (`COPY`): Python would take three times as long. The rows are
counted on their way, and a file that isn't whole is never offered.
"""

from uuid import UUID

from django.db import connection

from accounts.access import bound_to
from accounts.models import User
from core.files import Receipt
from programmes.models import Programme
from programmes.services import system_scope
from reporting.enums import JobKind
from reporting.models import Job
from reporting.services.jobs import MadeFile, Progress, order_job

KEEP_DAYS = 7
BOM = "\ufeff".encode()

# Marks as one text per occasion and question ("SJP:100 FSS:25"): a column for each code would have
# to change whenever a code list does.
MARKS = """
    SELECT fact_id, occasion, kind,
           string_agg(code || coalesce(':' || extent, ''), ' ' ORDER BY code) AS said
    FROM participants_factmark WHERE programme_id = {programme} GROUP BY 1, 2, 3
"""
ROWS = """
    SELECT f.id AS rad, f.gender AS kon, f.age_at_start AS alder, f.referrer AS remittent,
           f.education AS utbildning, f.months_in_support AS manader_i_forsorjning,
           f.started_on AS start, f.ended_on AS slut, f.ended_on - f.started_on AS dagar,
           f.reason AS avslutsanledning, f.weekly_hours AS timmar_i_veckan,
           f.before_complete AS fore_fullstandig, f.after_complete AS efter_fullstandig,
           f.hours_before AS arbetstid_fore, f.hours_after AS arbetstid_efter,
           f.misregistered AS felregistrerad,
           sb.said AS forsorjning_fore, sa.said AS forsorjning_efter,
           ob.said AS sysselsattning_fore, oa.said AS sysselsattning_efter
    FROM participants_statisticsfact f
    LEFT JOIN marks sb ON sb.fact_id = f.id AND sb.occasion = 'before' AND sb.kind = 'support'
    LEFT JOIN marks sa ON sa.fact_id = f.id AND sa.occasion = 'after' AND sa.kind = 'support'
    LEFT JOIN marks ob ON ob.fact_id = f.id AND ob.occasion = 'before' AND ob.kind = 'occupation'
    LEFT JOIN marks oa ON oa.fact_id = f.id AND oa.occasion = 'after' AND oa.kind = 'occupation'
    WHERE f.programme_id = {programme} ORDER BY f.started_on, f.id
"""
COPY = "COPY (WITH marks AS MATERIALIZED ({marks}) {rows}) TO STDOUT WITH (FORMAT csv, HEADER, DELIMITER ';')"


class ShortFileError(Exception):
    """Fewer rows came than the database counted; nothing is offered."""


def order_data_export(*, programme: Programme, requester: User, once_key: UUID) -> tuple[Job, bool]:
    """Order the programme's data file: (job, created). Kept for a week."""
    return order_job(
        kind=JobKind.DATA_EXPORT,
        key=f"data_export:{programme.pk}:{once_key}",
        programme=programme,
        requester=requester,
        parameters={},
        keep_days=KEEP_DAYS,
    )


def make_data_export(job: Job, progress: Progress) -> MadeFile:
    """The file of an ordered export, written piece by piece when it is stored."""
    progress(20, "Skriver raderna.")
    programme = job.programme

    def write(receipt: Receipt) -> None:
        with bound_to(system_scope(programme, user_id=job.requester_id)):
            write_rows(programme=programme, receipt=receipt)

    return MadeFile(f"dataunderlag-{programme.slug}.csv", "text/csv; charset=utf-8", write)


def write_rows(*, programme: Programme, receipt: Receipt) -> int:
    """Write every row of the programme's facts. Needs a bound transaction. Returns how many.

    Raises `ShortFileError` when the lines written are not the rows counted.
    """
    number = int(programme.pk)
    statement = COPY.format(
        marks=MARKS.format(programme=number), rows=ROWS.format(programme=number)
    )
    lines = _LineCount(receipt)
    receipt.write(BOM)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM participants_statisticsfact WHERE programme_id = %s", [number]
        )
        expected = cursor.fetchone()[0]
        cursor.cursor.copy_expert(statement, lines)
    if lines.lines - 1 != expected:
        raise ShortFileError(f"{lines.lines - 1} rader av {expected} skrevs.")
    return expected


class _LineCount:
    """Counts lines on their way. No field holds a line break: codes, numbers and dates only."""

    def __init__(self, receipt: Receipt) -> None:
        self.receipt, self.lines = receipt, 0

    def write(self, data: bytes) -> int:
        self.lines += data.count(b"\n")
        return self.receipt.write(data)

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
# to change whenever a code list does. One pass over the marks: joined four times, the planner, who
# cannot see through the policies, reads them once for every row.
SAID = "string_agg(code || coalesce(':' || extent, ''), ' ' ORDER BY code)"
MARKS = """
    SELECT fact_id,
           {said} FILTER (WHERE occasion = 'before' AND kind = 'support') AS forsorjning_fore,
           {said} FILTER (WHERE occasion = 'after' AND kind = 'support') AS forsorjning_efter,
           {said} FILTER (WHERE occasion = 'before' AND kind = 'occupation') AS sysselsattning_fore,
           {said} FILTER (WHERE occasion = 'after' AND kind = 'occupation') AS sysselsattning_efter
    FROM participants_factmark WHERE programme_id = {programme} GROUP BY fact_id
"""
ROWS = """
    SELECT f.id AS rad, f.gender AS kon, f.age_at_start AS alder, f.referrer AS remittent,
           f.education AS utbildning, f.months_in_support AS manader_i_forsorjning,
           f.started_on AS start, f.ended_on AS slut, f.ended_on - f.started_on AS dagar,
           f.reason AS avslutsanledning, f.weekly_hours AS timmar_i_veckan,
           f.before_complete AS fore_fullstandig, f.after_complete AS efter_fullstandig,
           f.hours_before AS arbetstid_fore, f.hours_after AS arbetstid_efter,
           f.misregistered AS felregistrerad, m.forsorjning_fore, m.forsorjning_efter,
           m.sysselsattning_fore, m.sysselsattning_efter
    FROM participants_statisticsfact f LEFT JOIN ({marks}) m ON m.fact_id = f.id
    WHERE f.programme_id = {programme} ORDER BY f.started_on, f.id
"""
COPY = "COPY ({rows}) TO STDOUT WITH (FORMAT csv, HEADER, DELIMITER ';')"


def copy_statement(programme: int) -> str:
    """The statement that writes the programme's rows."""
    marks = MARKS.format(said=SAID, programme=programme)
    return COPY.format(rows=ROWS.format(marks=marks, programme=programme))


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
    statement = copy_statement(number)
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

"""The whole report of one year, put together from its chapters."""

from datetime import datetime

from django.conf import settings
from django.utils import timezone

from core.formatting import NBSP, number
from core.tables import Cell, Row, Table
from reporting.enums import Audience, ReportState
from reporting.models import AnnualReport
from reporting.services.figures import Figure
from reporting.services.report_content.people import outcome, participants
from reporting.services.report_content.tables import Figures, columns, worth_saying
from reporting.services.report_content.work import activity, economy, goals
from reporting.services.report_content.year import Year
from reporting.services.report_context import (
    Changes,
    Exhibit,
    Goals,
    ReportContext,
    ReportFigure,
    Summary,
    cover_sentence,
)


def build_report_context(*, report: AnnualReport, figures: list[Figure]) -> ReportContext:
    """Everything the report prints. Small counts are shown only in the programme's own copy."""
    programme = report.programme
    read = Figures(figures, settings.SUPPRESSION_THRESHOLD)
    year = Year(programme, report.year, known_on=_frozen(report).date())
    hours = number(programme.weekly_hours_goal, 1)
    met = goals(read, year)
    sentence = f"{_cover(read, hours)} {year.reservation}".strip()
    return ReportContext(
        programme=programme.name,
        controller=programme.data_controller.name,
        recipient=programme.association.name,
        year=report.year,
        version=report.version,
        frozen_at=_frozen(report),
        is_draft=report.state != ReportState.APPROVED,
        is_internal=report.audience == Audience.PROGRAMME,
        cover_sentence=sentence,
        summary=_summary(read, report, met, sentence, hours),
        activity=activity(year),
        goals=met,
        participants=participants(read, year),
        outcome=outcome(read, year, hours),
        changes=Changes(report.changes_text),
        economy=economy(read, year),
        definitions=tuple(read.definition(figure.id) for figure in figures),
        threshold=settings.SUPPRESSION_THRESHOLD,
    )


def _frozen(report: AnnualReport) -> datetime:
    return timezone.localtime(report.frozen_at or timezone.now())


def _cover(read: Figures, hours: str) -> str:
    return cover_sentence(
        started=read.cell("started"),
        ended=read.cell("ended"),
        reached=read.share_or_count("ten_hours_reached"),
        reaching=f"nådde {hours}{NBSP}timmars aktivitet i veckan",
    )


def _summary(read: Figures, report: AnnualReport, met: Goals, sentence: str, hours: str) -> Summary:
    return Summary(
        lead=sentence,
        figures=worth_saying(
            ReportFigure(read.cell("started"), "började"),
            ReportFigure(read.cell("ended"), "avslutade"),
            ReportFigure(
                read.share_or_count("ten_hours_reached"), f"nådde {hours} timmar i veckan"
            ),
            ReportFigure(read.cell("continued"), "gick vidare"),
        ),
        text=report.summary_text,
        goals=_goal_exhibit(met),
    )


def _goal_exhibit(met: Goals) -> Exhibit | None:
    """The goals that are measured; the others have their words in their own chapter."""
    rows = tuple(
        Row(goal.title, (Cell(goal.target), goal.outcome, Cell(goal.verdict)))
        for goal in met.results
        if goal.is_measured
    )
    if not rows:
        return None
    in_words = len(met.results) - len(rows)
    source = "Mål som gällde vid årets slut."
    if in_words:
        source += f" {number(in_words)} mål bedöms i ord, se kapitel 3."
    table = Table(
        key="mal",
        caption="Årets mål",
        columns=columns("Mål", "Uppsatt", "Utfall", "Bedömning", texts=(1, 3)),
        rows=rows,
        source=source,
    )
    return Exhibit(table)

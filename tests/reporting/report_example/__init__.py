"""An invented year of an invented programme, whose figures add up, for tests of paper."""

from reporting.services.report_context import ReportContext
from tests.reporting.report_example.definitions import FEW, HIDDEN
from tests.reporting.report_example.whole import empty_report, hidden_report, report

__all__ = ["FEW", "HIDDEN", "ReportContext", "empty_report", "hidden_report", "report"]

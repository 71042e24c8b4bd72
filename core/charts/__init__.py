"""Charts as SVG drawn by ourselves: data classes in, safe markup out, a table always beside.

Presentation attributes carry the light print colours, because the PDF engine reads nothing else
inside SVG; classes carry the screen's theme. Colours are those of `tokens.css`, held together by
a test. A chart never shows a name of a person.
"""

from core.charts.bars import HorizontalBars
from core.charts.base import Chart, Goal, LegendItem, Series
from core.charts.columns import StackedColumns
from core.charts.ladder import HoursLadder, LadderPhase, LadderWeek
from core.charts.lines import LineChart
from core.charts.small import DotPairs, GoalMeter, MiniColumns

__all__ = [
    "Chart",
    "DotPairs",
    "Goal",
    "GoalMeter",
    "HorizontalBars",
    "HoursLadder",
    "LadderPhase",
    "LadderWeek",
    "LegendItem",
    "LineChart",
    "MiniColumns",
    "Series",
    "StackedColumns",
]

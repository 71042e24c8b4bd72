"""How a forecast is said: weeks, chances, what it is counted from. Formatted once."""

from datetime import date

from activities.services.forecast import Forecast, GroupOutlook, Outlook
from core.charts import Goal, Series, StackedColumns
from core.formatting import NBSP, counted, date_iso, number, percent
from core.tables import Cell, Column, Row, Table
from programmes.models import Programme
from referrals.services import start_words, week_year, weeks

NO_TARGET = "Ingen särskild"
BEYOND = "senare än om två år"
HOW = (
    "De kommande grupperna fylls ur kön {} gånger med olika slump. I varje omgång börjar de "
    "grupper som är skapade när det är bestämt, och nästa i samma takt som de senaste åren, aldrig på "
    "en helgdag eller stängd dag. De som deltar nu stannar olika länge, så som deltagare brukar; de "
    "som hoppar av räknas med, och de som fortfarande är kvar. Platser som styrgruppen har reserverat "
    "ges till sin målgrupp. Spannet är det som håller minst fyra gånger av fem."
)


def how(forecast: Forecast) -> str:
    """How it is counted, with how many times; a long queue gets fewer."""
    return HOW.format(number(forecast.runs))


def span(outlook: Outlook, today: date) -> str:
    """v. 3–12 2027, or in words when it doesn't reach."""
    if outlook.early is None:
        return BEYOND
    if outlook.late is None:
        return f"tidigast {week_year(outlook.early, today)}"
    return weeks(outlook.early, outlook.late, today)


def likely(outlook: Outlook, today: date) -> str:
    """v. 7 2027: as likely before as after."""
    return week_year(outlook.likely, today) if outlook.likely else BEYOND


def sentence(outlook: Outlook, today: date) -> str:
    """troligen v. 7, mellan v. 3 och v. 12; what the page's finding is made of."""
    if outlook.early is None or outlook.likely is None:
        return f"kan inte räkna med någon gruppstart inom två år ({span(outlook, today)})"
    middle = f"börjar troligen {week_year(outlook.likely, today)}"
    if outlook.late is None:
        return f"{middle}, tidigast {week_year(outlook.early, today)}"
    if start_words(outlook.early, outlook.late, today=today, before="") == start_words(
        outlook.likely, outlook.likely, today=today, before=""
    ):
        return middle
    first, last = week_year(outlook.early, today), week_year(outlook.late, today)
    return f"{middle}, mellan {first} och {last}"


def chance(outlook: Outlook) -> str:
    """82 %: the chance of the very next group, in even fives; never certain."""
    share = 100 * sum(outlook.chances[:1])
    if share < 5:
        return f"under {percent(5)}"
    if share > 95:
        return f"över {percent(95)}"
    return percent(5 * round(share / 5))


def wait(outlook: Outlook, today: date) -> str:
    """11 veckor: from today to the likely start."""
    if outlook.likely is None:
        return BEYOND
    return counted(round((outlook.likely - today).days / 7), "vecka", "veckor")


def counted_from(forecast: Forecast, programme: Programme) -> list[str]:
    """What the forecast rests on, a sentence each; what is assumed is said to be."""
    stays, rhythm = forecast.picture.stays, forecast.picture.rhythm
    ended = counted(stays.ended, "avslutat deltagande", "avslutade deltaganden")
    if stays.is_assumed:
        first = (
            f"Bara {ended} finns att räkna på. Därför antas deltagandena vara så långa som "
            "upplägget säger, med spridning åt båda hållen."
        )
    else:
        still = counted(stays.ongoing, "som pågår", "som pågår")
        first = f"Räknat på {ended} och {still}."
    pace = f"{counted(programme.groups_per_year, 'grupp', 'grupper')} om året"
    second = (
        f"För få grupper har börjat för att visa en takt. De antas börja jämnt, {pace}."
        if rhythm.is_assumed
        else f"Takten är de senaste gruppstarternas, med högst {pace}."
    )
    return [first, second]


def is_assumed(forecast: Forecast) -> bool:
    """Whether anything is the blueprint's word and not what has been seen."""
    return forecast.picture.stays.is_assumed or forecast.picture.rhythm.is_assumed


def group_name(group: GroupOutlook) -> str:
    """Grupp 28, or that nobody has made it yet."""
    return "Inte skapad än" if group.number is None else f"Grupp {group.number}"


def group_start(group: GroupOutlook, today: date) -> str:
    """v. 2 2027, 2027-01-11 for a made group; the weeks it may be for another."""
    if group.number is not None:
        return f"{week_year(group.likely, today)}, {date_iso(group.likely)}"
    return weeks(group.early, group.late, today)


def free_places(group: GroupOutlook) -> str:
    """8–12: how many can be given places."""
    if group.fewest == group.most:
        return number(group.most)
    return f"{number(group.fewest)}–{number(group.most)}"


def capacity_table(forecast: Forecast) -> Table:
    """What the chart of the places ahead is drawn from."""
    today = forecast.picture.today
    rows = [
        Row(
            week_year(group.likely, today).removesuffix(f" {group.likely.isocalendar().year}"),
            (Cell(round(group.taken)), Cell(round(group.joining))),
        )
        for group in forecast.groups
    ]
    columns = (Column("Gruppstart"), Column("Upptagna innan"), Column("Börjar"))
    return Table("platser-framat", "Platser vid kommande gruppstarter", columns, tuple(rows))


def capacity_chart(forecast: Forecast) -> StackedColumns:
    """The places at the coming starts: taken before, beginning then; the limit is the line."""
    capacity = forecast.picture.capacity
    return StackedColumns(
        key="platser-framat",
        title="Platser vid kommande gruppstarter",
        table=capacity_table(forecast),
        series=(Series(0, "c4"), Series(1, "c1")),
        goal=Goal(capacity, f"{capacity}{NBSP}platser"),
    )

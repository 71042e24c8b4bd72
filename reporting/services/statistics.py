"""The figures of a programme and period, for the programme itself or for readers outside it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from django.conf import settings
from django.db.models import Q

from programmes.enums import CodeList
from programmes.models import Code, Goal, Programme
from reporting.enums import Audience
from reporting.services.count import (
    AGE_BANDS,
    TIME_BANDS,
    WORK_GROUPS,
    Counts,
    count_facts,
)
from reporting.services.definitions import make_figure
from reporting.services.figures import (
    Cell,
    Coverage,
    Figure,
    Period,
    Ref,
    Value,
    at,
    covered,
    require_publishable_period,
)
from reporting.services.spend import spend_figures
from reporting.services.suppression import Relation, Rest, same, suppress

SPLITS: tuple[dict[str, str], ...] = ({"gender": "K"}, {"gender": "M"}, {})
OCCASIONS = ("before", "after")
FLOW = ("started", "started_anonymous", "ongoing_at_start", "ended", "ongoing_at_end")
OF_STARTED = (
    ("by_age_band", "age_band"), ("by_education", "education"), ("by_referrer", "referrer"),
    ("by_time_in_support", "time_in_support"),
)  # fmt: skip
OF_COMPLETE = (
    "occupation_before_after", "occupation_grouped_before_after", "work_or_study_after",
    "started_or_increased", "support_before_after",
)  # fmt: skip
OF_ENDED = ("end_reason", *OF_COMPLETE, "ten_hours_reached", "continued")


def programme_figures(
    *, programme: Programme, start: date, end: date, audience: str
) -> list[Figure]:
    """Every figure of the programme for the period, both dates included.

    For all readers but the programme itself the figures are suppressed together, and only a whole
    calendar year can be had: PeriodNotPublishable otherwise.
    """
    outside = audience != Audience.PROGRAMME
    period = require_publishable_period(start, end) if outside else Period(start, end)
    counts = count_facts(programme, period)
    figures = _figures(programme, period, counts)
    if not outside:
        return figures
    return suppress(figures, relations=relations(counts), threshold=settings.SUPPRESSION_THRESHOLD)


def _figures(programme: Programme, period: Period, counts: Counts) -> list[Figure]:
    desk = _Desk(period, counts)
    counted = [
        *desk.flow(),
        *desk.of_started(),
        desk.time_in_programme(),
        *desk.of_ended(),
    ]
    spent = spend_figures(programme=programme, period=period, counts=counts)
    return [*counted, *spent, _goals(programme, period, counted)]


def split_cells(count: Callable[[str], int], **dimensions: str) -> Iterator[Cell]:
    """Women, men and both; `count` takes a gender, or "" for both."""
    for split in SPLITS:
        yield Cell({**dimensions, **split}, count(split.get("gender", "")))


def known_codes(code_list: str, seen: set[str], *, without: Sequence[str] = ()) -> list[str]:
    """Every code of the list in its order, then what has been registered with no code for it."""
    listed = dict.fromkeys(Code.objects.of(code_list).values_list("code", flat=True))
    return [code for code in (*listed, *sorted(seen - set(listed))) if code not in without]


@dataclass(frozen=True)
class _Desk:
    """Makes the figures of one period from what was counted."""

    period: Period
    counts: Counts

    def flow(self) -> Iterator[Figure]:
        of = self.counts.of
        for name in (*FLOW, "misregistered"):
            yield self._simple(name, name, self._covering(of(name), name))
        yield self._reconciliation()

    def _simple(self, name: str, what: str, coverage: Coverage) -> Figure:
        cells = split_cells(partial(self.counts.of, what, ""))
        return make_figure(name, self.period, cells, coverage)

    def _covering(self, included: int, name: str = "") -> Coverage:
        anonymous = self.counts.of("started_anonymous") if name == "started" else 0
        return Coverage.of(included=included, anonymous=anonymous)

    def _of_started(self, included: int) -> Coverage:
        return Coverage.of(
            included=included,
            anonymous=self.counts.of("started_anonymous"),
            incomplete=self.counts.of("started") - included,
        )

    def _of_ended(self, included: int) -> Coverage:
        return Coverage.of(included=included, incomplete=self.counts.of("ended") - included)

    def _reconciliation(self) -> Figure:
        def part(kind: str, gender: str) -> int:
            of = self.counts.of
            parts = {
                "complete": of("complete_before", "", gender),
                "anonymous": of("started_anonymous", "", gender),
                "misregistered": of("misregistered", "", gender),
            }
            parts["incomplete"] = of("started", "", gender) - parts["complete"]
            return parts[kind] if kind else sum(parts.values())

        kinds = ("complete", "incomplete", "anonymous", "misregistered")
        cells = [c for kind in kinds for c in split_cells(partial(part, kind), kind=kind)]
        cells += split_cells(partial(part, ""))
        return make_figure("reconciliation", self.period, cells, Coverage.of(included=part("", "")))

    def of_started(self) -> Iterator[Figure]:
        yield self._simple("by_gender", "started", self._of_started(self.counts.of("started")))
        lists = {"referrer": CodeList.REFERRER, "education": CodeList.EDUCATION}
        bands = {"age_band": AGE_BANDS, "time_in_support": TIME_BANDS}
        for name, what in OF_STARTED:
            codes = bands.get(what) or known_codes(lists[what], self.counts.codes(what))
            cells = self._table(what, what, codes)
            yield make_figure(name, self.period, cells, self._of_started(int(cells[-1].value or 0)))

    def _table(self, what: str, dimension: str, codes: Sequence[str], **more: str) -> list[Cell]:
        """Cells per code and gender, and last the totals over the codes."""
        of = self.counts.of

        def total(gender: str) -> int:
            return sum(of(what, code, gender) for code in codes)

        cells: list[Cell] = []
        for code in codes:
            cells += split_cells(partial(of, what, code), **{dimension: code}, **more)
        return [*cells, *split_cells(total, **more)]

    def time_in_programme(self) -> Figure:
        cells = [
            Cell(
                {"statistic": statistic, **split},
                self.counts.days.get((statistic, split.get("gender", ""))),
                depends_on=(at("ended", **split),),
            )
            for statistic in ("median", "mean", "q1", "q3")
            for split in SPLITS
        ]
        coverage = self._of_ended(self.counts.of("ended"))
        return make_figure("time_in_programme_days", self.period, cells, coverage)

    def of_ended(self) -> Iterator[Figure]:
        of = self.counts.of
        complete = self._of_ended(of("complete"))
        yield self._reasons()
        yield self._marks("occupation", CodeList.OCCUPATION, complete)
        yield self._work_groups(complete)
        yield make_figure(
            "work_or_study_after",
            self.period,
            split_cells(lambda g: of("group:after", "work", g) + of("group:after", "study", g)),
            complete,
        )
        yield self._simple("started_or_increased", "increased", complete)
        yield self._marks("support", CodeList.SUPPORT, complete)
        reached = self._of_ended(of("hours_known"))
        yield self._simple("ten_hours_reached", "hours_reached", reached)
        with_reason = sum(of("reason", code) for code in self.counts.codes("reason"))
        yield self._simple("continued", "continued", self._of_ended(with_reason))

    def _reasons(self) -> Figure:
        seen = self.counts.codes("reason")
        codes = known_codes(CodeList.END_REASON, seen, without=["FEL"])
        cells = self._table("reason", "reason", codes)
        coverage = self._of_ended(int(cells[-1].value or 0))
        return make_figure("end_reason", self.period, cells, coverage)

    def _marks(self, kind: str, code_list: str, coverage: Coverage) -> Figure:
        seen = {code for when in OCCASIONS for code in self.counts.codes(f"{kind}:{when}")}
        cells = [
            cell
            for when in OCCASIONS
            for code in known_codes(code_list, seen)
            for cell in split_cells(
                partial(self.counts.of, f"{kind}:{when}", code),
                **{"occasion": when, kind: code},
            )
        ]
        return make_figure(f"{kind}_before_after", self.period, cells, coverage)

    def _work_groups(self, coverage: Coverage) -> Figure:
        cells = [
            cell
            for when in OCCASIONS
            for cell in self._table(f"group:{when}", "group", WORK_GROUPS, occasion=when)
        ]
        return make_figure("occupation_grouped_before_after", self.period, cells, coverage)


def _goals(programme: Programme, period: Period, figures: list[Figure]) -> Figure:
    """Target, outcome and whether it is met, for the goals in force on the period's last day."""
    known = {figure.id: figure for figure in figures}
    cells: list[Cell] = []
    in_force = Q(valid_to=None) | Q(valid_to__gte=period.end)
    for goal in Goal.objects.filter(in_force, programme=programme, valid_from__lte=period.end):
        outcome, refs = _outcome(goal, known.get(goal.figure))
        met = None if outcome is None or goal.target is None else int(outcome >= goal.target)
        cells += [
            Cell({"item": goal.code, "kind": "target"}, goal.target),
            Cell({"item": goal.code, "kind": "outcome"}, outcome, depends_on=refs),
            Cell({"item": goal.code, "kind": "met"}, met, depends_on=refs),
        ]
    return make_figure("goals", period, cells)


def _outcome(goal: Goal, figure: Figure | None) -> tuple[Value, tuple[Ref, ...]]:
    """The outcome in the goal's own unit, and the counts that it tells of."""
    if figure is None:
        return None, ()
    count = figure.value()
    if goal.unit != "%":
        return count, (at(figure.id),)
    included = figure.coverage.included
    share = 100 * float(count or 0) / included if included else None
    return share, (at(figure.id), covered(figure.id, "included"))


# What readers outside know beside totals. Each line here is a way to work out a hidden count.


def relations(counts: Counts) -> list[Relation]:
    """Every equation between figures that are published together."""
    return [
        *_flow_relations(),
        *_started_relations(),
        *_ended_relations(),
        *_mark_relations(counts),
    ]


def _flow_relations() -> Iterator[Relation]:
    for split in SPLITS:
        came = at("ongoing_at_start", **split), at("started", **split)
        yield Relation(came, (at("ended", **split), at("ongoing_at_end", **split)))
        yield from same(at("started", **split), at("by_gender", **split))
        kinds = {"started_anonymous": "anonymous", "misregistered": "misregistered"}
        for name, kind in kinds.items():
            yield from same(at(name, **split), at("reconciliation", kind=kind, **split))
        registered = [at("reconciliation", kind=k, **split) for k in ("complete", "incomplete")]
        yield Relation(tuple(registered), (at("started", **split),))
    for name in (*FLOW, "misregistered", "by_gender", "reconciliation"):
        yield from same(at(name), covered(name, "included"))


def _started_relations() -> Iterator[Relation]:
    yield from same(at("started_anonymous"), covered("started", "anonymous"))
    yield from same(at("started_anonymous"), covered("by_gender", "anonymous"))
    for name, _dimension in OF_STARTED:
        yield from same(at("started_anonymous"), covered(name, "anonymous"))
        yield from same(at(name), covered(name, "included"))
        yield Relation((at(name), covered(name, "incomplete")), (at("started"),))
        yield from _parts_of("started", name)


def _parts_of(whole: str, part: str) -> Iterator[Relation]:
    """Those counted in `part` are some of `whole`; the rest are few persons or many."""
    for split in SPLITS:
        yield Relation((at(whole, **split),), (at(part, **split),), rest=Rest.PERSONS)


def _ended_relations() -> Iterator[Relation]:
    for name in (*OF_ENDED, "time_in_programme_days"):
        yield from same(at("ended"), covered(name, "total"))
    for name in ("end_reason", "time_in_programme_days"):
        first = at(name) if name == "end_reason" else at("ended")
        yield from same(first, covered(name, "included"))
    yield from _parts_of("ended", "end_reason")
    for name in ("ten_hours_reached", "continued"):
        yield from _parts_of("ended", name)
        yield Relation((covered(name, "included"),), (at(name),), rest=Rest.PERSONS)
    for split in SPLITS:
        yield from _complete_relations(split)


def _complete_relations(split: dict[str, str]) -> Iterator[Relation]:
    table = "occupation_grouped_before_after"
    everyone = at(table, occasion="before", **split)
    yield from same(everyone, at(table, occasion="after", **split))
    if not split:
        yield from same(everyone, *(covered(name, "included") for name in OF_COMPLETE))
    active = [at(table, occasion="after", group=group, **split) for group in ("work", "study")]
    yield Relation(tuple(active), (at("work_or_study_after", **split),))
    yield Relation((everyone,), (at("started_or_increased", **split),), rest=Rest.PERSONS)
    yield Relation((at("ended", **split),), (everyone,), rest=Rest.PERSONS)


def _mark_relations(counts: Counts) -> Iterator[Relation]:
    """Everybody has at least one mark at each occasion, and each mark at most once."""
    lists = {"support": CodeList.SUPPORT, "occupation": CodeList.OCCUPATION}
    for kind, code_list in lists.items():
        seen = {code for when in OCCASIONS for code in counts.codes(f"{kind}:{when}")}
        codes = known_codes(code_list, seen)
        for when in OCCASIONS:
            for split in SPLITS:
                everyone = at("occupation_grouped_before_after", occasion=when, **split)
                marks = [
                    at(f"{kind}_before_after", occasion=when, **{kind: code}, **split)
                    for code in codes
                ]
                yield from (Relation((everyone,), (mark,), rest=Rest.ANY) for mark in marks)
                given = sum(
                    counts.of(f"{kind}:{when}", code, split.get("gender", "")) for code in codes
                )
                if given >= counts.of("complete", "", split.get("gender", "")):
                    yield Relation(tuple(marks), (everyone,), rest=Rest.ANY)

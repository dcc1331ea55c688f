"""Where the bars of a chart stand. Drawn as SVG by the templates: no library, no script."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from db.topic_facts import TopicMonth

WIDTH, HEIGHT, FOOT, HEAD = 720.0, 150.0, 24.0, 26.0
SPARK_WIDTH, SPARK_HEIGHT = 160.0, 24.0
MONTHS_SHOWN = 72  # beyond that, bars of months are hairs: years then
WIDEST = 44.0
LEAST = 2.0  # a wrong sum among a hundred documents must be seen
LABEL = 90.0  # room for a year in the larger letters of a phone


@dataclass(frozen=True, slots=True)
class Bar:
    """A month (`2021-05`) or a year. `y` downwards, SVG units; `hot` is the height of its wrong sums, from the foot."""

    when: str
    documents: int
    wrong: int
    x: float
    y: float
    width: float
    height: float
    hot: float


@dataclass(frozen=True, slots=True)
class Label:
    """Words at `x`; `anchor` is where they stand from there, so that none is cut."""

    x: float
    when: str
    anchor: str = "start"


@dataclass(frozen=True, slots=True)
class Chart:
    """All that a template draws. `years`: bars are years. `peak` is the highest bar, `top` where its label stands."""

    bars: tuple[Bar, ...]
    labels: tuple[Label, ...]
    peak: Bar
    top: Label
    years: bool
    width: float
    height: float
    base: float


def by_years(months: Sequence[TopicMonth]) -> bool:
    """Whether these months are too far apart to be drawn one by one."""
    return bool(months) and len(_between(_ends(months), years=False)) > MONTHS_SHOWN


def spark(months: Sequence[TopicMonth], every: Sequence[TopicMonth]) -> Chart:
    """A line of small bars for `months`, over the time of `every` month of the report."""
    return _chart(months, _ends(every), by_years(every), SPARK_WIDTH, SPARK_HEIGHT, SPARK_HEIGHT, 1.0)


def month_chart(months: Sequence[TopicMonth]) -> Chart | None:
    """Bars from the first month to the last, or by year where that is long; None where there is one bar or none."""
    if not months:
        return None
    chart = _chart(months, _ends(months), by_years(months), WIDTH, HEIGHT, HEIGHT - FOOT, HEAD)
    return chart if len(chart.bars) > 1 else None


def _chart(
    months: Sequence[TopicMonth], ends: tuple[str, str], years: bool, width: float, height: float, base: float,
    head: float,
) -> Chart:  # fmt: skip
    size = 4 if years else 7
    documents: dict[str, int] = defaultdict(int)
    wrong: dict[str, int] = defaultdict(int)
    for month in months:
        documents[month.month[:size]] += month.documents
        wrong[month.month[:size]] += month.wrong
    slots = _between(ends, years=years)
    step = min(width / len(slots), WIDEST) if head > 1 else width / len(slots)
    scale = (base - head) / max(documents.values(), default=1)
    bars = tuple(
        Bar(
            when, documents[when], wrong[when], round(at * step, 1), round(base - documents[when] * scale, 1),
            round(max(step * 0.8, 1.0), 1), round(documents[when] * scale, 1),
            round(max(min(wrong[when], documents[when]) * scale, LEAST), 1) if wrong[when] else 0.0,
        )
        for at, when in enumerate(slots) if documents.get(when)
    )  # fmt: skip
    peak = max(bars, key=lambda bar: bar.height, default=Bar("", 0, 0, 0, base, 0, 0, 0))
    return Chart(bars, _labels(slots, step, width, years=years), peak, _top(peak, width), years, width, height, base)


def _top(peak: Bar, width: float) -> Label:
    middle = peak.x + peak.width / 2
    if middle < width * 0.25:
        return Label(peak.x, peak.when)
    if middle > width * 0.75:
        return Label(round(peak.x + peak.width, 1), peak.when, "end")
    return Label(round(middle, 1), peak.when, "middle")


def _labels(slots: Sequence[str], step: float, width: float, *, years: bool) -> tuple[Label, ...]:
    """The first and the last slot, and between them the years that have room."""
    last = Label(round(min(len(slots) * step, width), 1), slots[-1], "end")
    kept = [Label(0.0, slots[0])]
    room = LABEL if years else LABEL * 1.6
    for at, slot in enumerate(slots[1:-1], 1):
        x = round(at * step, 1)
        if (years or slot.endswith("-01")) and x - kept[-1].x >= room and last.x - x >= room * 1.5:
            kept.append(Label(x, slot[:4]))
    return (*kept, last) if last.x - kept[-1].x >= room else tuple(kept)


def _ends(months: Sequence[TopicMonth]) -> tuple[str, str]:
    return min((month.month for month in months), default=""), max((month.month for month in months), default="")


def _between(ends: tuple[str, str], *, years: bool) -> list[str]:
    if not all(ends):
        return [""]
    if years:
        return [f"{year:04}" for year in range(int(ends[0][:4]), int(ends[1][:4]) + 1)]
    first, last = (int(month[:4]) * 12 + int(month[5:7]) - 1 for month in ends)
    return [f"{number // 12:04}-{number % 12 + 1:02}" for number in range(first, last + 1)]

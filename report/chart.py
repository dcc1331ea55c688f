"""Where the bars of the month chart stand. Drawn as SVG by the template: no library, no script."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from db.reading import MonthCount

WIDTH, HEIGHT, FOOT, HEAD = 720, 160, 26, 24
MONTHS_SHOWN = 120
WIDEST = 28.0
LABEL = 60  # room for a year in the larger letters of a phone


@dataclass(frozen=True, slots=True)
class Bar:
    """A month: documents in light, claims worth checking in dark beside them. SVG units."""

    month: str
    documents: int
    check_worthy: int
    x: float
    y: float
    width: float
    height: float
    dark_x: float
    dark_y: float
    dark_height: float


@dataclass(frozen=True, slots=True)
class Label:
    """A year under its first month; `anchor` is where the text stands from `x`, so that none is cut."""

    x: float
    text: str
    anchor: str = "start"


@dataclass(frozen=True, slots=True)
class Chart:
    """All that the template draws; `top` is the number that the tallest bar stands for."""

    bars: tuple[Bar, ...]
    labels: tuple[Label, ...]
    top: int
    width: int = WIDTH
    height: int = HEIGHT
    base: int = HEIGHT - FOOT


def month_chart(counts: Sequence[MonthCount]) -> Chart | None:
    """Bars for the dated months, empty months included, the last ten years of them; None when nothing is dated."""
    dated = {count.month: count for count in counts if count.month}
    if not dated:
        return None
    months = _months_between(min(dated), max(dated))[-MONTHS_SHOWN:]
    shown = [dated.get(month, MonthCount(month, 0, 0, 0)) for month in months]
    top = max(max(count.documents, count.check_worthy) for count in shown)
    step = min(WIDTH / len(shown), 2 * WIDEST + 8)
    bars = tuple(_bar(count, number * step, step, top) for number, count in enumerate(shown))
    labels = tuple(
        _label(round(number * step, 1), month[:4])
        for number, month in enumerate(months)
        if number == 0 or month.endswith("-01")
    )
    return Chart(_spaced(bars), _apart(labels), top)


def _bar(count: MonthCount, x: float, step: float, top: int) -> Bar:
    scale = (HEIGHT - FOOT - HEAD) / top
    width = max(step * 0.4, 0.8)
    tall, dark = count.documents * scale, count.check_worthy * scale
    base = HEIGHT - FOOT
    return Bar(
        month=str(count.month), documents=count.documents, check_worthy=count.check_worthy,
        x=round(x, 1), y=round(base - tall, 1), width=round(width, 1), height=round(tall, 1),
        dark_x=round(x + width, 1), dark_y=round(base - dark, 1), dark_height=round(dark, 1),
    )  # fmt: skip


def _spaced(bars: tuple[Bar, ...]) -> tuple[Bar, ...]:
    """Months with something in them: an empty one needs no bar."""
    return tuple(bar for bar in bars if bar.documents or bar.check_worthy)


def _label(x: float, year: str) -> Label:
    return Label(WIDTH, year, "end") if x > WIDTH - LABEL else Label(x, year)


def _apart(labels: tuple[Label, ...], least: float = LABEL) -> tuple[Label, ...]:
    kept: list[Label] = []
    for label in labels:
        if not kept or label.x - kept[-1].x >= least:
            kept.append(label)
    return tuple(kept)


def _months_between(first: str, last: str) -> list[str]:
    start, end = (int(month[:4]) * 12 + int(month[5:7]) - 1 for month in (first, last))
    return [f"{number // 12:04}-{number % 12 + 1:02}" for number in range(start, end + 1)]

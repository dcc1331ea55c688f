"""What templates ask of a value, in HTML and in Markdown alike."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict

from db.gaps import GoneDocument
from db.reading import StoredCheck, TopicDocument
from db.report_claims import CONTEXT
from db.topic_facts import Amount, Place, ReportClaim
from report.chart import by_years, month_chart, spark
from report.fragments import is_web, source_link, wayback_link
from report.text import clean, one_line
from report.words import Words

OPENING = 90
AROUND = 70


def heading(document: TopicDocument | Place | GoneDocument, words: Words) -> str:
    """The title, or the first words of what has none."""
    return one_line(document.title or document.opening, OPENING) or words("untitled")


def segments(claim: ReportClaim, check: StoredCheck | None = None) -> Iterator[tuple[str, bool]]:
    """The text of a claim in pieces, and whether each is an amount; with a check, one that the check uses."""
    spans = (
        ((amount.start, amount.end) for amount in claim.amounts)
        if check is None
        else ((operand.start - claim.start, operand.end - claim.start) for operand in check.operands)
    )
    at = 0
    for start, end in sorted(set(spans)):
        if at <= start < end <= len(claim.text):
            yield claim.text[at:start], False
            yield claim.text[start:end], True
            at = end
    yield claim.text[at:], False


def around(claim: ReportClaim, amount: Amount) -> tuple[str, str, str]:
    """The words before an amount, itself, and the words after, on one line; cut at words."""
    ahead, behind = claim.text[: amount.start], claim.text[amount.end :]
    before = one_line(ahead[::-1], AROUND)[::-1] + " " * ahead[-1:].isspace()
    return (
        before,
        one_line(claim.text[amount.start : amount.end]),
        " " * behind[:1].isspace() + one_line(behind, AROUND),
    )


def passage(claim: ReportClaim) -> tuple[str, str]:
    """The archived text before and after a claim, with an ellipsis where it goes on."""
    return ("…" if claim.start > len(claim.before) else "") + claim.before, claim.after + "…" * (
        len(claim.after) >= CONTEXT
    )


def shade(number: int, most: int) -> int:
    """0 for nothing, else 1 to 4: how dark a cell of a table is."""
    return min(4, 1 + int(4 * (number - 1) / most)) if number and most else 0


def share(value: float, values: Sequence[float]) -> float:
    """The length of a bar, of 100, for a value among others."""
    most = max((abs(value) for value in values), default=0)
    return round(100 * abs(value) / most, 1) if most else 0.0


def as_meta(about: object) -> str:
    """What a report says of itself, as JSON for an attribute of its page: an index of reports reads it there."""
    return json.dumps(asdict(about), ensure_ascii=False, sort_keys=True)  # type: ignore[call-overload]


FILTERS: Mapping[str, Callable[..., object]] = {
    "is_web": is_web,
    "opened_at": source_link,
    "wayback": wayback_link,
    "one_line": one_line,
    "clean": clean,
    "heading": heading,
    "segments": segments,
    "around": around,
    "passage": passage,
    "shade": shade,
    "share": share,
    "spark": spark,
    "month_chart": month_chart,
    "by_years": by_years,
    "as_meta": as_meta,
}

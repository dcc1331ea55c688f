"""What the CDX server answers: the captures of an address, as lines of text or as JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from harvester.schedule import timestamp as written
from harvester.text import whole_number
from harvester.wayback.addresses import capture_in, is_same_page, memento_url
from harvester.wayback.errors import UnreachableError

FIELDS = ("urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length")
_DIGITS = re.compile(r"\d{14}$")
_PAGES = re.compile(r"(?:text/html|application/xhtml\+xml)$", re.I)


@dataclass(frozen=True, slots=True)
class Capture:
    """One capture. `timestamp` are its 14 digits, `digest` names its bytes; `status` is None for a repetition."""

    timestamp: str
    original: str
    mimetype: str
    status: int | None
    digest: str

    @property
    def address(self) -> str:
        """Where the page lies, as its site sent it."""
        return memento_url(self.timestamp, self.original)

    @property
    def at(self) -> str:
        """When it was made, as the archive writes times."""
        return time_of(self.timestamp)


def time_of(digits: str) -> str:
    """The time of 14 digits, as the archive writes times. Raises ValueError for what is none (month 13)."""
    return written(datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=UTC))


def read_captures(body: bytes, address: str) -> tuple[Capture, ...]:
    """The captures in an answer, each once; a key that continues a long answer is none.

    Raises UnreachableError for what is no such answer: an error page, half a JSON.
    """
    text = body.decode("utf-8", "replace").strip()
    rows = _rows_of_json(text, address) if text.startswith("[") else _rows_of_text(text, address)
    return tuple(dict.fromkeys(rows))


def is_page_of(url: str) -> Callable[[Capture], bool]:
    """Whether a capture is a page, and that of this address in any of its forms."""
    return lambda capture: bool(_PAGES.match(capture.mimetype)) and is_same_page(capture.original, url)


def choose(
    captures: Sequence[Capture], fits: Callable[[Capture], bool], *, after: str | None = None, before: str | None = None
) -> list[Capture]:
    """The captures worth asking for, the newest first and one of each text: they fit, made between these times."""
    fit = [capture for capture in captures if capture.status == 200 and fits(capture)]
    fit.sort(key=lambda capture: capture.timestamp, reverse=True)
    found: dict[str, Capture] = {}
    for capture in fit:
        if (after is None or capture.at > after) and (before is None or capture.at < before):
            found.setdefault(capture.digest, capture)
    return list(found.values())


def _rows_of_json(text: str, address: str) -> Iterator[Capture]:
    try:
        rows = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreachableError(f"{address}: broken JSON: {error}") from error
    if not rows:
        return
    header = rows[0]
    if not _is_row(header) or not {"timestamp", "original"} <= set(header):
        raise UnreachableError(f"{address}: JSON without the columns timestamp and original")
    # A row of another length is the key that continues the answer, or the empty row before it.
    yield from _captures(
        dict(zip(header, row, strict=True)) for row in rows[1:] if _is_row(row) and len(row) == len(header)
    )


def _is_row(row: object) -> bool:
    return isinstance(row, list) and all(isinstance(cell, str) for cell in row)


def _rows_of_text(text: str, address: str) -> Iterator[Capture]:
    lines = [line.split(" ") for line in text.splitlines() if line.strip()]
    if lines and len(lines[0]) != len(FIELDS):
        raise UnreachableError(f"{address}: no list of captures, it begins with: {text[:80]}")
    yield from _captures(dict(zip(FIELDS, line, strict=True)) for line in lines if len(line) == len(FIELDS))


def _captures(rows: Iterable[dict[str, str]]) -> Iterator[Capture]:
    for row in rows:
        capture = Capture(
            timestamp=row["timestamp"],
            original=row["original"],
            mimetype=row.get("mimetype", "-"),
            status=whole_number(row.get("statuscode", "")),
            digest=row.get("digest", "-"),
        )
        if _is_real(capture):
            yield capture


def _is_real(capture: Capture) -> bool:
    """Whether the row is a capture of a web page at a possible time: they may hold whatever a crawler met."""
    if not _DIGITS.match(capture.timestamp) or capture_in(capture.address) is None:
        return False
    try:
        time_of(capture.timestamp)
    except ValueError:
        return False
    return True

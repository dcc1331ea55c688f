"""The captures of a WARC file, one after the other: whoever wrote it, and however it ends.

A file may be damaged, or made to harm: lines, headers, records and what a file expands to are bounded.
"""

from __future__ import annotations

import contextlib
import gzip
import io
import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, BinaryIO

from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import BufferedReader, ChunkedDataReader
from warcio.statusandheaders import StatusAndHeadersParser

from harvester.encodings import EncodingError, undo_encodings
from harvester.schedule import parse_timestamp, timestamp

log = logging.getLogger(__name__)

# A text expands ten times, a bomb a thousand times.
EXPANDS = 100
EXPANDS_LEAST = 200_000_000
HEADER_BYTES = 256_000
OLDEST = "1990"
CUT = "the file ends in the middle of a record"
_GZIP = b"\x1f\x8b"
_PAGES = re.compile(r"\s*(?:$|(?:text|application)/(?:[\w.-]+\+)?(?:x?html|xml|rss|atom|rdf|json|plain)\b)", re.I)
_NOT_MODIFIED = "server-not-modified"


class DamagedError(Exception):
    """A file cannot be read further. Its text says where and why, in one line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """One answer of a site, as a crawler kept it. Its encodings are undone; `headers` have lower-case names.

    `body` is None where other records hold the bytes: those with `digest`, or those of `same_as` (address, time); and
    for a 304, which says that what came before stands. `digest` is the crawler's name for the bytes.
    """

    url: str
    at: str
    record: str
    status: int | None
    content_type: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    digest: str | None = None
    same_as: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A record that is no page, or cannot be taken: of what sort (several records may share it), and its address."""

    reason: str
    url: str


@dataclass(frozen=True, slots=True)
class Software:
    """What the file says wrote it."""

    name: str


def captures(file: BinaryIO, compressed_bytes: int, max_bytes: int) -> Iterator[Capture | LeftOut | Software]:
    """What a WARC file holds, in its order; `compressed_bytes` is its size, `max_bytes` the most a page may have.

    Raises DamagedError at the first place that cannot be read; all before it has been given.
    """
    records = 0
    source: Any = _Bounded(file, compressed_bytes)
    warnings = io.StringIO()
    held: Capture | LeftOut | Software | None = None
    try:
        with contextlib.redirect_stderr(warnings):
            iterator = _iterator(source)
        while True:
            with contextlib.redirect_stderr(warnings):
                record = next(iterator, None)
            if iterator.longer and isinstance(held, Capture):
                held = LeftOut("longer than they say", held.url)
            # Held back until what ends it is read: the checksum of a compressed record comes after its bytes.
            if held is not None:
                yield held
                held = None
            if record is None:
                return
            with contextlib.redirect_stderr(warnings):
                held = _read(record, max_bytes)
            records += 1
    except DamagedError as error:
        damage = str(error)
    except Exception as error:  # whatever bytes do to gzip's and warcio's parsers: what was read before is good
        log.debug("damaged after %d records", records, exc_info=True)
        damage = _told(error)
        held = None if _breaks_checksum(error) else held
    if held is not None:
        yield held
    raise DamagedError(f"damaged after {_count(records)}: {damage}")


def _iterator(source: _Bounded) -> Any:
    plain: Any = gzip.GzipFile(fileobj=source) if source.peek(2) == _GZIP else source
    iterator = _Records(_Lines(plain, source), check_digests=True, arc2warc=True)
    iterator.reader = _ShortLines(iterator.fh)
    iterator.loader.warc_parser = _Headers(iterator.loader.WARC_TYPES)
    iterator.loader.http_parser = _Headers(iterator.loader.HTTP_TYPES, verify=False)
    iterator.loader.http_req_parser = _Headers(iterator.loader.HTTP_VERBS, verify=False)
    return iterator


class _Records(ArchiveIterator):  # type: ignore[misc]
    """warcio's iterator, which takes the line after a record for the end of it whatever it says.

    `longer`: the record before goes on after the length that it tells. The next one is looked for.
    """

    longer = False

    def _consume_blanklines(self) -> tuple[bytes | None, int]:
        self.longer, skipped = False, 0
        while line := self.reader.readline():
            if line.strip() and (line.startswith(b"WARC/") or (skipped and not self.longer)):
                return line, skipped
            self.longer = self.longer or bool(line.strip())
            skipped += len(line)
        return None, skipped


def _breaks_checksum(error: Exception) -> bool:
    return isinstance(error, gzip.BadGzipFile) and str(error).startswith(("CRC check failed", "Incorrect length"))


def _told(error: Exception) -> str:
    if str(error).startswith(("Invalid WARC record", "Unknown archive format", "Wrong # of headers")):
        return "no record begins where one should"
    return "".join(filter(str.isprintable, " ".join(str(error).split())))[:120] or type(error).__name__


def _count(records: int) -> str:
    return f"{records} record{'s' * (records != 1)}"


# --- One record -------------------------------------------------------------------------------------------


def _read(record: Any, max_bytes: int) -> Capture | LeftOut | Software | None:
    kind = record.rec_type
    if kind == "warcinfo":
        return _software(record)
    if kind not in ("response", "revisit", "resource"):
        return None
    url = record.rec_headers.get_header("WARC-Target-URI") or ""
    at = _date(record.rec_headers.get_header("WARC-Date"))
    if not url.startswith(("http://", "https://", "file:///") if kind == "resource" else ("http://", "https://")):
        return None
    if at is None:
        return LeftOut("without a believable date", url)
    if reason := _no_page(record):
        return LeftOut(reason, url)
    if kind == "revisit":
        return _revisit(record, url, at)
    return _page(record, url, at, max_bytes)


def _software(record: Any) -> Software | None:
    if (record.length or 0) > HEADER_BYTES:
        return None
    lines = record.raw_stream.read().decode("utf-8", "replace")
    match = re.search(r"^software:\s*(\S.{0,80})", lines, re.I | re.M)
    return Software(match[1].strip()) if match else None


def _date(text: str | None) -> str | None:
    at = parse_timestamp(text or "")
    if at is None or not OLDEST < timestamp(at) < timestamp(datetime.now(UTC) + timedelta(days=1)):
        return None
    return timestamp(at)


def _no_page(record: Any) -> str | None:
    """Why a record need not be read: a picture, an error, half a page."""
    status, http = _status(record), record.http_headers
    if record.rec_type == "response" and http is None:
        return "without an answer"
    if status in (301, 302, 303, 307, 308):
        return "that lead elsewhere"
    if status not in (None, 200, 304):
        return f"answered {status}"
    # Nobody told what a file is: its bytes are looked at when it is read.
    of_file = (record.rec_headers.get_header("WARC-Target-URI") or "").startswith("file:///")
    if not of_file and not _PAGES.match(_content_type(record)):
        return "no pages, feeds or data (images, styles, scripts...)"
    told = record.rec_headers.get_header
    # A revisit has no bytes of its own to lose: some crawlers call that truncated.
    if record.rec_type != "revisit" and (told("WARC-Truncated") or told("WARC-Segment-Number")):
        return "cut short by the crawler"
    return None


def _status(record: Any) -> int | None:
    code = record.http_headers.get_statuscode() if record.http_headers else ""
    if record.rec_type == "revisit" and _NOT_MODIFIED in (record.rec_headers.get_header("WARC-Profile") or ""):
        return 304
    if record.rec_type == "resource":
        return None
    return int(code) if code.isdecimal() and len(code) == 3 else (200 if record.rec_type == "revisit" else 0)


def _content_type(record: Any) -> str:
    if record.http_headers:
        return str(record.http_headers.get_header("content-type") or "")
    return str(record.content_type or "") if record.rec_type == "resource" else ""


def _revisit(record: Any, url: str, at: str) -> Capture:
    headers = record.rec_headers
    same_url, same_at = headers.get_header("WARC-Refers-To-Target-URI"), headers.get_header("WARC-Refers-To-Date")
    then = parse_timestamp(same_at or "")
    return Capture(
        url=url,
        at=at,
        record=headers.get_header("WARC-Record-ID") or "",
        status=_status(record),
        content_type=_content_type(record),
        headers=_told_by_site(record),
        digest=headers.get_header("WARC-Payload-Digest"),
        same_as=(same_url.strip("<>"), timestamp(then)) if same_url and then else None,
    )


def _page(record: Any, url: str, at: str, max_bytes: int) -> Capture | LeftOut:
    if (record.length or 0) > max_bytes:
        return LeftOut(_over(max_bytes), url)
    headers = _told_by_site(record)
    chunked = "chunked" in headers.get("transfer-encoding", "").lower()
    raw = (ChunkedDataReader(record.raw_stream) if chunked else record.raw_stream).read()
    record.raw_stream.read()  # what follows the last chunk
    if record.raw_stream.limit:
        raise DamagedError(CUT)
    checked = record.digest_checker.problems
    if any(problem.startswith("block digest failed") for problem in checked):
        return LeftOut("not the bytes that their digest tells", url)
    try:
        body = _decoded(raw, headers.get("content-encoding", ""), max_bytes)
    except EncodingError as error:
        return LeftOut(_over(max_bytes) if "too large" in str(error) else str(error).partition(":")[0], url)
    return Capture(
        url=url,
        at=at,
        record=record.rec_headers.get_header("WARC-Record-ID") or "",
        status=_status(record),
        content_type=_content_type(record),
        headers=headers,
        body=body,
        # A digest that does not fit must not lead revisits to these bytes.
        digest=None if checked else record.rec_headers.get_header("WARC-Payload-Digest"),
    )


def _over(max_bytes: int) -> str:
    return f"over {max_bytes} bytes (max_bytes)"


def _decoded(raw: bytes, encodings: str, max_bytes: int) -> bytes:
    """Crawlers that undo an encoding may leave the header that told of it."""
    try:
        return undo_encodings(raw, encodings, max_bytes)
    except EncodingError:
        if raw.lstrip()[:1] in (b"<", b"{", b"["):
            return raw
        raise


def _told_by_site(record: Any) -> dict[str, str]:
    """The headers of the answer, as a harvest keeps them."""
    if record.http_headers is None:
        return {}
    told: dict[str, str] = {}
    for written, value in record.http_headers.headers:
        name = written.lower()
        if name != "set-cookie":
            told[name] = f"{told[name]}, {value}" if name in told else value
    return told


# --- Bounds -----------------------------------------------------------------------------------------------


class _Bounded(io.RawIOBase):
    """A file, and how much of it may come out when it is expanded."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file = file
        self._ahead = b""
        self.most = max(EXPANDS * size, EXPANDS_LEAST)

    def peek(self, size: int) -> bytes:
        self._ahead = self._file.read(size)
        return self._ahead

    def read(self, size: int = -1) -> bytes:
        ahead, self._ahead = self._ahead[:size] if size >= 0 else self._ahead, b""
        return ahead or self._file.read(size)

    def readable(self) -> bool:
        return True


class _Lines:
    """The expanded file: not more of it than `source` allows."""

    def __init__(self, file: Any, source: _Bounded) -> None:
        self._file = file
        self._left = source.most
        self._most = source.most
        self._at = 0

    def read(self, size: int = -1) -> bytes:
        # One block at a time: where the next one is damaged, this one is not lost with it.
        try:
            data: bytes = self._file.read1(size) if isinstance(self._file, gzip.GzipFile) else self._file.read(size)
        except EOFError as error:  # to warcio that would be an end like any other
            raise DamagedError(CUT) from error
        self._at += len(data)
        self._left -= len(data)
        if self._left < 0:
            raise DamagedError(f"it expands to over {self._most:,} bytes, {EXPANDS} times its size: not read further")
        return data

    def tell(self) -> int:
        return self._at


class _ShortLines(BufferedReader):  # type: ignore[misc]
    """warcio's reader, without a line that never ends: it would be copied again with every block."""

    def readline(self, length: int | None = None) -> bytes:
        line: bytes = super().readline(length or HEADER_BYTES)
        return line


class _Headers(StatusAndHeadersParser):  # type: ignore[misc]
    """warcio's parser, for headers of a bounded length."""

    def parse(self, stream: Any, full_statusline: Any = None) -> Any:
        return super().parse(_FewLines(stream), full_statusline)


class _FewLines:
    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._left = HEADER_BYTES

    def readline(self) -> bytes:
        line: bytes = self._stream.readline(self._left)
        self._left -= len(line)
        if self._left <= 0:
            raise DamagedError(f"headers of over {HEADER_BYTES} bytes")
        return line

"""What `filature import` does with a web archive: each capture in one transaction, so that a kill loses one at most."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from db.archive import Archive
from db.captures import Place, bytes_named, is_kept, kind_of, store_capture
from db.records import Document
from filature.output import counted
from harvester.warc.containers import captures_in, web_archive
from harvester.warc.pages import address_of, fetch_of, read_capture
from harvester.warc.reading import Capture, DamagedError, LeftOut, Software

SHOWN_NOTES = 8
INDEXED_TOGETHER = 200
# What somebody may want to look at; a crawl has thousands of the others.
WITH_ADDRESS = ("not read", "over", "not the bytes", "cut short", "revisits", "content-encoding")


@dataclass(slots=True)
class WebArchiveReport:
    """What became of one web archive. `damage` says where it could not be read further; what came before is kept."""

    what: str = ""
    counts: Counter[str] = field(default_factory=Counter)
    notes: tuple[str, ...] = ()
    damage: str | None = None


def import_web_archive(
    archive: Archive, run_id: int, path: Path, *, max_bytes: int, mirrors: Mapping[str, str]
) -> WebArchiveReport:
    """Read every capture of a WARC or WACZ file into the archive; a capture that it has is passed over."""
    reading = _Reading(archive, run_id, path, mirrors)
    report = WebArchiveReport(counts=reading.counts)
    try:
        for found in captures_in(path, max_bytes):
            reading.take(found)
    except DamagedError as error:
        report.damage = str(error)
    made_by = f" by {reading.software}" if reading.software else ""
    report.what = f"{web_archive(path)}{made_by}, {counted(reading.pages, 'page')}"
    report.notes = reading.notes()
    return report


class _Reading:
    def __init__(self, archive: Archive, run_id: int, path: Path, mirrors: Mapping[str, str]) -> None:
        self._archive, self._run_id, self._file, self._mirrors = archive, run_id, path.name, mirrors
        self._left: Counter[str] = Counter()
        self._first: dict[str, str] = {}
        self.counts: Counter[str] = Counter(new=0, changed=0, unchanged=0)
        self.pages = 0
        self.software = ""

    def take(self, found: Capture | LeftOut | Software) -> None:
        if isinstance(found, Software):
            self.software = self.software or found.name
        elif isinstance(found, LeftOut):
            self._leave(found.reason, found.url)
        else:
            self._capture(found)

    def notes(self) -> tuple[str, ...]:
        """What was left out and why: each sort once, with its number; with an address where that helps."""
        if not self._left:
            return ()
        every = [self._note(reason, number) for reason, number in self._left.most_common(SHOWN_NOTES)]
        more = len(self._left) - SHOWN_NOTES
        return (f"left out: {', '.join(every)}{f', and {more} more sorts' if more > 0 else ''}",)

    def _note(self, reason: str, number: int) -> str:
        first = f" ({self._first[reason]})" if reason.startswith(WITH_ADDRESS) and self._first[reason] else ""
        return f"{number} {reason}{first}"

    def _capture(self, capture: Capture) -> None:
        url = address_of(capture, self._mirrors)
        if url is None:
            self._leave("that no reader knows", capture.url)
            return
        if self._archive.read(is_kept, url, capture.at):
            self.counts["here"] += 1
            return
        body = capture.body
        if body is None:
            body = self._archive.read(bytes_named, capture.digest, capture.same_as)
        if body is None and capture.status != 304:
            self._leave("revisits of what is not here", capture.url)
            return
        self._store(capture, url, body)

    def _store(self, capture: Capture, url: str, body: bytes | None) -> None:
        fetch = fetch_of(capture, url, None if capture.status == 304 else body)
        documents: tuple[Document, ...] = ()
        if capture.status != 304 and body is not None:
            read = read_capture(capture, url, body, self._archive.read(kind_of, url))
            documents = read.documents
            if read.unread:
                self._leave(f"not read ({read.unread})", capture.url)
            if not documents and not read.own:
                if not read.unread:
                    self._leave("without an article", capture.url)
                return
        place = Place(file=self._file, record=capture.record, digest=capture.digest)
        with self._archive.together():
            stored = self._archive.read(store_capture, self._run_id, fetch, place, documents)
        if stored is None:
            self._leave("that were removed from this archive for good", "")
            return
        self.pages += 1
        if self.pages % INDEXED_TOGETHER == 0:
            self._archive.index_new_texts()
        self.counts.update(new=stored.new, changed=stored.changed, unchanged=stored.unchanged)

    def _leave(self, reason: str, url: str) -> None:
        self._left[reason] += 1
        self._first.setdefault(reason, url)

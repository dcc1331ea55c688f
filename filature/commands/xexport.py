"""What `filature import` does with an X data export: each thread in one transaction; a kill loses one at most."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from db.archive import Archive
from db.records import Fetch, Stored
from filature.output import counted
from harvester.model import ImportFileError
from harvester.schedule import timestamp
from harvester.xexport import Export, ExportReading, ReadThread, find_export, read_export


@dataclass(slots=True)
class ExportReport:
    """What became of one export. `error` says which of its files are damaged; what could be read is kept."""

    what: str = ""
    counts: Counter[str] = field(default_factory=Counter)
    notes: tuple[str, ...] = ()
    error: str | None = None


def import_x_export(archive: Archive, run_id: int, path: Path) -> ExportReport | None:
    """Read the threads of a zip or a folder into the archive; None for what is no X data export."""
    try:
        export = find_export(path)
    except ImportFileError as error:
        return ExportReport(error=error.reason)
    except OSError:
        return None  # who reads it as any other file says why
    if export is None:
        return None
    with export:
        return _import(archive, run_id, export)


def _import(archive: Archive, run_id: int, export: Export) -> ExportReport:
    reading = read_export(export)
    counts: Counter[str] = Counter(new=0, changed=0, unchanged=0)
    for found in reading.threads:
        counts.update(_counts(archive.save_export(run_id, _fetch(export, found), found.thread)))
    whose = f" of @{reading.account.handle}" if reading.account.handle else ""
    held = reading.counts
    threads = f"{counted(held.threads, 'thread')} of {counted(held.posts, 'post')}"
    return ExportReport(
        what=f"X data export{whose}: {counted(held.tweets, 'tweet')}, {threads}",
        counts=counts,
        notes=tuple(_notes(reading, counts["forgotten"])),
        error="; ".join(reading.errors) or None,
    )


def _fetch(export: Export, found: ReadThread) -> Fetch:
    """The entries of one thread as an answer: the rest of the export is nobody's business, and is not kept."""
    address = export.path.absolute().as_uri()
    return Fetch(
        url=f"{address}#{found.thread.document.posts[0].id}",
        final_url=address,
        fetched_at=timestamp(datetime.fromtimestamp(export.modified, UTC)),
        elapsed_ms=0,
        content_type="application/json",
        body=found.source,
    )


def _counts(stored: Stored) -> Counter[str]:
    return Counter(
        new=stored.new,
        changed=stored.changed,
        unchanged=stored.unchanged,
        merged=stored.merged,
        forgotten=stored.forgotten,
    )


def _notes(reading: ExportReading, forgotten: int) -> Iterator[str]:
    held = reading.counts
    left = [
        counted(number, noun) + more
        for number, noun, more in (
            (held.single, "single post", ""), (held.replies, "reply", " to others"), (held.retweets, "retweet", ""),
        )
        if number
    ]  # fmt: skip
    if left:
        yield f"left out: {', '.join(left)}"
    if held.edited:
        yield f"{counted(held.edited, 'post')} edited: what was said before is kept as versions"
    if held.beheaded:
        yield f"{counted(held.beheaded, 'thread')} without beginning: it replies to a tweet that is not in the export"
    if held.short_links:
        yield f"{counted(held.short_links, 'short link')} whose target the export does not tell"
    if forgotten:
        yield f"{counted(forgotten, 'thread')} kept out: somebody had them removed"
    if reading.account.handle is None:
        yield "no account.js, and no reply names its author"
    yield f"read: {', '.join(reading.files)}; no other file was opened"

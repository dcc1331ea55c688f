"""`filature import`: read saved pages, captures and lists of addresses."""

from __future__ import annotations

import logging
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from filature.errors import Status
from filature.output import counted, json_option, print_json, print_table, progress, summary
from filature.session import Session, command_options

if TYPE_CHECKING:
    from db.archive import Archive
    from db.records import Document, Stored
    from harvester.imports import Imported

log = logging.getLogger(__name__)

WORDS = {
    "new": "new",
    "changed": "changed",
    "unchanged": "known",
    "merged": "of them told by pages too",
    "here": "captures already here",
    "addresses": "addresses for the next harvest",
}
# Neighbours of a thread are for sources to follow; who brings one thread did not ask for them.
ASKED_FOR = ("item", "moved")


@dataclass(slots=True)
class FileReport:
    """What became of one file."""

    path: Path
    what: str = ""
    documents: tuple[Document, ...] = ()
    notes: tuple[str, ...] = ()
    counts: Counter[str] = field(default_factory=Counter)
    error: str | None = None


@click.command(name="import", short_help="Read saved pages, captures, web archives, lists of addresses.")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH...")
@json_option
@command_options
def import_(session: Session, paths: tuple[Path, ...], as_json: bool) -> None:
    """Read files and folders into the archive, and say what each was recognised as.

    Pages saved by a browser or SingleFile, copies of unrolled threads as text or Markdown, plain texts; addresses in a
    list of addresses are put in the queue. What is not recognised becomes a page with its whole text. A file is taken
    as seen on the day it was last modified.

    Of a web archive (WARC, WACZ), each capture of a page is read as a harvest would have read it on that day; older
    captures become earlier versions.

    An author's own X data export, zip or folder, gives its threads; no private file of it is opened.

    \b
    Examples:
        filature import fil.html notes.txt
        filature import twitter-2023-02-18.zip
        filature import crawl.warc.gz site.wacz
        filature import ~/captures --json
    """
    from harvester.imports import walk

    files = list(walk(paths))
    reports = list(import_files(session, files))
    if as_json:
        print_json([_as_dict(report) for report in reports])
    else:
        _show(session, reports)
    failed = sum(report.error is not None for report in reports)
    if failed:
        click.echo(f"filature: {counted(failed, 'file')} could not be read, see above", err=True)
        click.get_current_context().exit(Status.SOME_FAILED)


def import_files(session: Session, files: Sequence[Path]) -> Iterator[FileReport]:
    """Read each file and store what it holds, a transaction a file; what became of each, as it is done."""
    from db.archive import Archive
    from filature.wiring import recorded

    with (
        Archive.open(session.archive) as archive,
        recorded(archive, "import") as run,
        progress(session, "import", len(files)) as step,
    ):
        counts: Counter[str] = Counter(files=0, failed=0)
        for path in files:
            step(path.name)
            report = _import(session, archive, run.id, path)
            counts.update(report.counts, files=1, failed=int(report.error is not None))
            run.counts = dict(counts)
            yield report
        run.status = "some failed" if counts["failed"] else "ok"


def _import(session: Session, archive: Archive, run_id: int, path: Path) -> FileReport:
    from harvester.warc.containers import web_archive

    if path.is_file() and web_archive(path):
        return _import_web_archive(session, archive, run_id, path)
    return _import_file(archive, run_id, path)


def _import_web_archive(session: Session, archive: Archive, run_id: int, path: Path) -> FileReport:
    from filature.commands.webarchive import import_web_archive

    harvest = session.config.harvest
    report = import_web_archive(archive, run_id, path, max_bytes=harvest.max_bytes, mirrors=harvest.mirrors)
    return FileReport(path, report.what, (), report.notes, report.counts, report.damage)


def _import_file(archive: Archive, run_id: int, path: Path) -> FileReport:
    from db.errors import ContradictionError
    from filature.commands.xexport import import_x_export
    from harvester.imports import read_file
    from harvester.model import HarvestError, ImportFileError

    if export := import_x_export(archive, run_id, path):
        return FileReport(path, export.what, (), export.notes, export.counts, export.error)
    try:
        body = path.read_bytes()
        found = read_file(str(path), body)
    except ImportFileError as error:
        return FileReport(path, error=error.reason)
    except HarvestError as error:
        return FileReport(path, error=str(error))
    except OSError as error:
        return FileReport(path, error=(error.strerror or "cannot be read").lower())
    except Exception as error:  # as in a harvest: a reader's defect costs one file, not the import
        log.debug("%s: reading failed", path, exc_info=True)
        return FileReport(path, error=f"reading it failed: {type(error).__name__}: {error}")
    try:
        stored = archive.save_import(run_id, _sighting(path, body), found.documents)
    except ContradictionError as error:
        log.debug("%s: storing failed", path, exc_info=True)
        return FileReport(path, error=f"what it says cannot be kept: {error}")
    notes = (*found.notes, "kept out: somebody had it removed") if stored.forgotten else found.notes
    return FileReport(path, found.what, found.documents, notes, _counts(stored, _queue(archive, found)))


def _sighting(path: Path, body: bytes) -> Any:
    from db.records import Fetch
    from harvester.schedule import timestamp

    address = path.absolute().as_uri()
    seen = timestamp(datetime.fromtimestamp(path.stat().st_mtime, UTC))
    return Fetch(url=address, final_url=address, fetched_at=seen, elapsed_ms=0, body=body)


def _queue(archive: Archive, found: Imported) -> int:
    leads = [lead for lead in found.leads if lead.relation in ASKED_FOR]
    return archive.add_targets(leads, source=None) if leads else 0


def _counts(stored: Stored, addresses: int) -> Counter[str]:
    return Counter(new=stored.new, changed=stored.changed, unchanged=stored.unchanged, addresses=addresses)


def _show(session: Session, every: Sequence[FileReport]) -> None:
    reports = [report for report in every if report.error or not session.quiet]
    if not reports:
        return
    folder = Path(os.path.commonpath([report.path.parent.absolute() for report in reports]))
    rows = []
    for report in reports:
        came = "; ".join(filter(None, (_came(report), report.error)))
        name = report.path.absolute().relative_to(folder)
        rows.append((name, report.what or "not read", came, _author(report), "; ".join(report.notes)))
    if folder != Path(folder.anchor):
        click.echo(f"in {folder}:")
    print_table(("file", "recognised as", "came", "author, date", "doubts"), rows)
    total: Counter[str] = sum((report.counts for report in reports), Counter())
    session.say(f"{counted(len(every), 'file')}: {summary(total, WORDS)}")


def _came(report: FileReport) -> str:
    """What a file brought; also one that is damaged brings what stands before the damage."""
    return "" if report.error and not any(report.counts.values()) else summary(report.counts, WORDS)


def _author(report: FileReport) -> str:
    if len(report.documents) != 1:
        return ""
    (document,) = report.documents
    author = document.author
    name = (f"@{author.handle}" if author.handle else author.name) if author else None
    return ", ".join(filter(None, (name, (document.published_at or "")[:10])))


def _as_dict(report: FileReport) -> dict[str, Any]:
    return {
        "file": str(report.path),
        "recognised_as": report.what or None,
        "error": report.error,
        "notes": list(report.notes),
        **report.counts,
        "documents": [_document(document) for document in report.documents],
    }


def _document(document: Document) -> dict[str, Any]:
    return {
        "kind": document.kind,
        "url": document.url,
        "title": document.title,
        "author": document.author and (document.author.handle or document.author.name),
        "published_at": document.published_at,
        "published_from": document.published_from,
        "words": len(document.text.split()),
        "posts": len(document.posts),
        "first_post": document.posts[0].id if document.posts else None,
        "last_post": document.posts[-1].id if document.posts else None,
        "links": dict(Counter(link.kind for link in document.links)),
        "media": len(document.media),
        "cards": len(document.cards),
    }

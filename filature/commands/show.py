"""`filature show` and `filature history`: a document as the archive holds it, and what it said before."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from filature.errors import CommandError
from filature.output import json_option, print_json
from filature.session import Session, command_options

FINDINGS = ("fetches", "topics", "claims", "mentions", "quantities", "checks")

if TYPE_CHECKING:
    from db.history import History, StoredVersion
    from filature.reading import Reading


@click.command(short_help="Read a document of the archive.")
@click.argument("document")
@click.option("--version", "number", type=click.IntRange(min=1), help="What it said in this version.")
@json_option
@command_options
def show(session: Session, document: str, number: int | None, as_json: bool) -> None:
    """Read a DOCUMENT of the archive: its posts with their times, and what was found in them.

    DOCUMENT is its id in the archive, its address, or the id of a tweet. Sentences worth checking, and those with a
    sum, have a numbered note: what they are, who says it, their amounts, and whether the sum is right.

    \b
    Examples:
        filature show 12
        filature show https://x.com/arnaudbontemps/status/1390012345678901234
        filature show 12 --version 1
    """
    reading, parts = _read(session, document, number)
    if as_json:
        print_json(_reading_json(reading, parts))
        return
    from filature.show import reading_console, show_reading

    show_reading(reading, reading_console())


@click.command(short_help="Show what a document said before.")
@click.argument("document")
@json_option
@command_options
def history(session: Session, document: str, as_json: bool) -> None:
    """Show what a DOCUMENT said at each time, word by word, and the answers that show it gone.

    DOCUMENT is its id in the archive, its address, or the id of a tweet. A line that changed has ~ in front, one that
    went -, one that came +; [-words that went-] and {+words that came+} are marked.

    \b
    Example:
        filature history 12
    """
    from db.archive import Archive
    from filature.lookup import document_named

    with Archive.open(session.archive, readonly=True) as archive:
        found = archive.history(document_named(archive, document))
    if found is None:
        raise CommandError(f"{document}: it left {session.archive} meanwhile")
    if as_json:
        print_json(_history_json(found))
        return
    from filature.show import reading_console, show_history

    show_history(found, reading_console())


def _read(session: Session, name: str, number: int | None) -> tuple[Reading, dict[str, Any]]:
    from db.archive import Archive
    from filature.lookup import document_named
    from filature.reading import lay_out

    with Archive.open(session.archive, readonly=True) as archive:
        document_id = document_named(archive, name)
        evidence, told, parts = (
            archive.evidence(document_id),
            archive.history(document_id),
            archive.parts(document_id),
        )
    if evidence is None or told is None:
        raise CommandError(f"{name}: it left {session.archive} meanwhile")
    shown = told.version(number or evidence.document.version)
    if shown is None:
        have = ", ".join(str(version.version) for version in told.versions)
        raise CommandError(f"{name}: no version {number}; the archive has {have}")
    return lay_out(evidence, told, parts, shown), asdict(parts)


def _reading_json(reading: Reading, parts: dict[str, Any]) -> dict[str, Any]:
    """What `mine --explain --json` prints, of this version, with links, media, versions and what shows it gone."""
    shown = reading.shown
    found = asdict(reading.evidence)
    found["document"] |= {
        "version": shown.version, "title": shown.title, "text": shown.text, "snapshot": shown.snapshot,
        "posts": [asdict(post) for post in shown.posts],
    }  # fmt: skip
    if not shown.current:
        found |= {key: [] for key in FINDINGS} | {"analysis": None}
        parts = {"links": [], "media": []}
    return found | parts | {
        "versions": [_version_json(version) for version in reading.history.versions],
        "gone": asdict(reading.history.gone) if reading.history.gone else None,
    }  # fmt: skip


def _history_json(told: History) -> dict[str, Any]:
    document = asdict(told.document)
    del document["text"], document["posts"]
    pairs = zip(told.versions, told.versions[1:], strict=False)
    return {
        "document": document,
        "versions": [_version_json(version) | {"text": version.text} for version in told.versions],
        "changes": [_change_json(before, after) for before, after in pairs],
        "gone": asdict(told.gone) if told.gone else None,
        "missing": [asdict(absence) for absence in told.missing],
    }


def _version_json(version: StoredVersion) -> dict[str, Any]:
    return {
        "version": version.version, "title": version.title, "snapshot": version.snapshot,
        "first_seen_at": version.first_seen_at, "last_seen_at": version.last_seen_at, "current": version.current,
        "recovered": asdict(version.recovered) if version.recovered else None,
    }  # fmt: skip


def _change_json(before: StoredVersion, after: StoredVersion) -> dict[str, Any]:
    from filature.compare import compare

    lines = (line for line in compare(before.text, after.text) if line.op != "same")
    return {
        "from": before.version,
        "to": after.version,
        "lines": [{"op": line.op, **asdict(line)} for line in lines],
    }

"""`filature status`: what the archive holds, what failed, what waits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from filature.output import counted, json_option, print_json, print_table, print_title
from filature.screen import wrapped
from filature.session import Session, command_options

if TYPE_CHECKING:
    from db.status import Status

HELD = {
    "documents": "document",
    "posts": "post",
    "versions": "earlier version",
    "authors": "author",
    "snapshots": "snapshot",
    "claims": "claim",
    "entities": "entity",
    "quantities": "amount",
    "checks": "check",
    "topics": "topic",
}
# What runs count, where it is things: the other counts say what became of them.
NOUNS = HELD | {
    "addresses": "address",
    "edits": "edit",
    "fetches": "request",
    "files": "file",
    "mentions": "name",
    "pages": "page",
    "requests": "request",
    "wrong_sums": "wrong sum",
}


@click.command(short_help="Say what is held, what failed, what waits.")
@click.option("--limit", type=click.IntRange(min=1), default=10, show_default=True, help="Rows of each list.")
@json_option
@command_options
def status(session: Session, limit: int, as_json: bool) -> None:
    """Say what the archive holds, what failed and why, what waits, and what is gone from its site.

    \b
    Example:
        filature status --limit 50
    """
    from db.archive import Archive

    with Archive.open(session.archive, readonly=True) as archive:
        found = archive.status(limit=limit)
    if as_json:
        print_json(asdict(found))
    else:
        _show(found)


def _show(found: Status) -> None:
    held = ", ".join(counted(found.tables[table], noun) for table, noun in HELD.items() if found.tables[table])
    click.echo(wrapped(f"{found.path}, {_size(found.file_bytes)}: {held or 'nothing yet'}", hang="  "))
    waiting = f"{counted(found.waiting_count, 'address')} waiting"
    click.echo(
        f"{waiting}, {found.mined_count} of {counted(found.tables['documents'], 'document')} mined; times are UTC"
    )
    if found.sources:
        print_title("Sources")
        print_table(
            ("source", "kind", "documents", "waiting", "last asked"),
            ((s.id, s.kind, s.documents, s.waiting, _minute(s.last_checked_at)) for s in found.sources),
        )
        _lines((f"{s.id}:", s.last_error) for s in found.sources if s.last_error)
    if found.failed:
        print_title(f"Failed, refused or removed ({found.failed_count})")
        _lines((f.url, f"{f.last_error} ({_again(f.attempts, f.next_attempt_at)})") for f in found.failed)
    if found.gone:
        print_title(f"Gone from their site, kept here ({found.gone_count})")
        _lines((g.url, _gone(g.author, g.last_seen_at, g.gone_at)) for g in found.gone)
    if found.runs:
        print_title("Last runs")
        print_table(
            ("run", "command", "started", "status", "counts"),
            ((r.id, r.command, _minute(r.started_at), r.status, _counts(r.counts)) for r in found.runs),
        )


def _lines(entries: Iterable[tuple[str, str]]) -> None:
    """An address on a line of its own, to be copied whole, and what there is to say of it below."""
    for head, what in entries:
        click.echo(head)
        click.echo(wrapped(what, "    "))


def _again(attempts: int, next_attempt_at: str | None) -> str:
    tried = f"{counted(attempts, 'try')}, " if attempts > 1 else ""
    return tried + (f"again from {_minute(next_attempt_at)}" if next_attempt_at else "not tried again by itself")


def _gone(author: str | None, last_seen_at: str, gone_at: str) -> str:
    return f"{author + ', ' if author else ''}last seen {_minute(last_seen_at)}, gone since {_minute(gone_at)}"


def _counts(counts: Mapping[str, int]) -> str:
    # That a run was interrupted is its status.
    return ", ".join(_count(key, value) for key, value in counts.items() if value and key != "interrupted")


def _count(key: str, value: int) -> str:
    if key in NOUNS:
        return counted(value, NOUNS[key])
    words = {"not_modified": "not modified", "check_worthy": "worth checking"}
    return f"{value} {words.get(key, key)}" if key != "targets_added" else f"{counted(value, 'address')} found"


def _minute(at: str | None) -> str:
    return at[:16].replace("T", " ") if at else ""


def _size(number: float) -> str:
    for unit in ("bytes", "kB", "MB"):
        if number < 1000:
            return f"{number:.0f} {unit}"
        number /= 1000
    return f"{number:.1f} GB"

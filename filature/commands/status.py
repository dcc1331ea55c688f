"""`filature status`: what the archive holds, what failed, what waits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from filature.output import counted, json_option, print_json, print_table
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
    click.echo(f"{found.path}, {_size(found.file_bytes)}: {held or 'nothing yet'}")
    waiting = f"{counted(found.waiting_count, 'address')} waiting"
    click.echo(f"{waiting}, {found.mined_count} of {counted(found.tables['documents'], 'document')} mined")
    _list(
        "Sources",
        ("source", "kind", "documents", "waiting", "last asked", "what went wrong"),
        ((s.id, s.kind, s.documents, s.waiting, _minute(s.last_checked_at), s.last_error) for s in found.sources),
    )
    _list(
        f"Failed, refused or removed ({found.failed_count})",
        ("address", "why", "tries", "again"),
        ((f.url, f.last_error, f.attempts, _minute(f.next_attempt_at) or "no") for f in found.failed),
    )
    _list(
        f"Gone from their site, kept here ({found.gone_count})",
        ("address", "author", "last seen", "gone since"),
        ((g.url, g.author, _minute(g.last_seen_at), _minute(g.gone_at)) for g in found.gone),
    )
    _list(
        "Last runs",
        ("run", "command", "started", "ended", "status", "counts"),
        (
            (r.id, r.command, _minute(r.started_at), _minute(r.finished_at), r.status, _counts(r.counts))
            for r in found.runs
        ),
    )


def _list(title: str, columns: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> None:
    kept = list(rows)
    if kept:
        click.echo(f"\n{click.style(title, bold=True)}")
        print_table(columns, kept)


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{key} {value}" for key, value in counts.items() if value)


def _minute(at: str | None) -> str:
    return at[:16].replace("T", " ") if at else ""


def _size(number: float) -> str:
    for unit in ("bytes", "kB", "MB"):
        if number < 1000:
            return f"{number:.0f} {unit}"
        number /= 1000
    return f"{number:.1f} GB"

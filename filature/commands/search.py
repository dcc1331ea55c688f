"""`filature search`: find words in the archive."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from filature.errors import CommandError
from filature.output import json_option, print_json
from filature.screen import harmless, wrapped
from filature.session import Session, command_options

if TYPE_CHECKING:
    from db.search import Hit

MARKS = ("\x02", "\x03")  # around the words found; no text of a page shows as these


@click.command(short_help="Find words in the archive.")
@click.argument("words", nargs=-1, required=True, metavar="WORDS...")
@click.option("--limit", type=click.IntRange(min=1), default=10, show_default=True, help="Show this many documents.")
@click.option("--kind", type=click.Choice(["thread", "post", "page"]), help="Only documents of this kind.")
@json_option
@command_options
def search(session: Session, words: tuple[str, ...], limit: int, kind: str | None, as_json: bool) -> None:
    """Find documents that have all these WORDS, best first. Accents and capitals do not count.

    Quotes keep words together, a star stands for any ending.

    \b
    Examples:
        filature search aide medicale
        filature search '"cabinets de conseil" externalis*'
    """
    if not re.search(r"\w", " ".join(words)):
        raise CommandError(f"{' '.join(words)!r}: no word to look for; give one or more")
    from db.archive import Archive

    with Archive.open(session.archive, readonly=True) as archive:
        marks = ("", "") if as_json else MARKS
        hits = archive.search(" ".join(words), limit=limit, kind=kind, marks=marks)
    if as_json:
        print_json([asdict(hit) for hit in hits])
    elif hits:
        for hit in hits:
            _show(hit)
    else:
        session.note(f"nothing found for {' '.join(words)}")


def _show(hit: Hit) -> None:
    head = " · ".join(filter(None, (hit.author, (hit.published_at or "")[:10], hit.kind, hit.gone_at and "gone")))
    title = harmless(" ".join((hit.title or "").split()))
    if title:
        click.echo(click.style(wrapped(title), bold=True))
    click.echo(f"  {harmless(head)}")
    passage = harmless(wrapped(" ".join(hit.passage.split()), "  "))
    marked = re.compile(f"{harmless(MARKS[0])}(.*?){harmless(MARKS[1])}", re.DOTALL)
    click.echo(marked.sub(lambda found: click.style(found[1], fg="yellow", bold=True), passage))
    click.echo(f"  {harmless(hit.link)}\n")

"""`filature add`: put addresses in the queue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from filature.errors import CommandError
from filature.output import json_option, print_json
from filature.session import Session, command_options

if TYPE_CHECKING:
    from db.archive import Archive
    from db.records import Lead

WHAT = {
    "thread": "a thread",
    "ping": "a post of a thread",
    "author": "an author's threads",
    "site": "a site or a blog",
    "feed": "a feed",
    "sitemap": "a sitemap",
    "mediapart-blog": "a blog at the Club de Mediapart",
    "mediapart-post": "a post at the Club de Mediapart",
    "wordpress-api": "a WordPress site",
    "article": "a page",
}


@click.command(short_help="Put addresses in the queue.")
@click.argument("addresses", nargs=-1, required=True, metavar="URL...")
@json_option
@command_options
def add(session: Session, addresses: tuple[str, ...], as_json: bool) -> None:
    """Put addresses in the queue of the next harvest, and say what each was recognised as.

    A thread, any post of a thread (x.com, twitter.com, mobile, i/web, or its bare id), @author or an author's page,
    a blog, a feed, a post. Authors, blogs and feeds become sources, asked at every harvest.

    \b
    Examples:
        filature add https://x.com/arnaudbontemps/status/1390012345678901234
        filature add @arnaudbontemps https://blogs.mediapart.fr/collectif-nos-services-publics/blog
    """
    from db.archive import Archive

    leads = [_recognised(text, session.config.harvest.mirrors) for text in addresses]
    with Archive.open(session.archive) as archive:
        for lead in leads:
            if archive.is_forgotten(lead.url):
                raise CommandError(f"{lead.url}: kept out, somebody had it removed (docs/privacy.md)")
        known = [_queue(archive, lead) for lead in leads]
    if as_json:
        print_json([{"url": lead.url, "kind": lead.kind, "known": old} for lead, old in zip(leads, known, strict=True)])
        return
    for lead, old in zip(leads, known, strict=True):
        session.say(
            f"{lead.url}: {WHAT.get(lead.kind, lead.kind)}, {'asked again' if old else 'asked'} at the next harvest"
        )


def _recognised(text: str, mirrors: Mapping[str, str]) -> Lead:
    from harvester.addresses import is_address, recognise
    from harvester.sites import READERS

    lead = recognise(text, READERS, mirrors)
    if lead is None and is_address(text):
        raise CommandError(f"{text}: no page that can be read; give a thread, a post of a thread, or its @author")
    if lead is None:
        raise CommandError(
            f"{text!r}: not a web address, a post's id or an @author; give the address as the browser shows it"
        )
    return lead


def _queue(archive: Archive, lead: Lead) -> bool:
    """Put one address in the queue; whether it was known. What lists documents becomes a source."""
    from db.records import Source
    from harvester.sites import READERS

    lists = lead.kind == "site" or any(reader.listing for reader in READERS if reader.kind == lead.kind)
    source = lead.url if lists else None
    known = not archive.add_targets([lead], source=source, again=True)
    if source:
        archive.sync_sources([Source(id=source, kind=lead.kind, url=lead.url)])
    return known

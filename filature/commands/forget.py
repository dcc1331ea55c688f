"""`filature forget`: remove what is held of a document or an author, for good."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from filature.errors import CommandError
from filature.output import counted, json_option, print_json, progress
from filature.session import Session, command_options

if TYPE_CHECKING:
    from db.forget import Chosen, Forgotten
    from db.records import Author


@click.command(short_help="Remove a document or an author, for good.")
@click.argument("name", metavar="AUTHOR|DOCUMENT")
@click.option("--reason", default="", metavar="TEXT", help="Why, for whoever asks later: it is kept.")
@click.option("--yes", is_flag=True, help="Do not ask whether you are sure.")
@json_option
@command_options
def forget(session: Session, name: str, reason: str, yes: bool, as_json: bool) -> None:
    """Remove what the archive holds of an AUTHOR (@handle, name or page) or a DOCUMENT (id, address, a post's id): its
    texts, what was found in them, the bytes that sites sent, and what was asked for. The file is rewritten, so that
    nothing of it stays in it.

    A tombstone that holds hashes alone keeps harvests and imports from bringing it back; what is not held yet can be
    kept out too. Other people's pages that show it stay. Backups, reports and exports are yours to delete.

    \b
    Examples:
        filature forget @arnaudbontemps --reason "asked by mail on 4 May"
        filature forget https://threadreaderapp.com/thread/1390012345678901234.html --yes
    """
    from db import care
    from db.archive import Archive
    from filature.wiring import recorded

    with Archive.open(session.archive, create=False) as archive:
        # Before there is a run: a name that means nothing, or an answer of no, is none that failed.
        chosen, namesakes = _chosen(session, name)
        for person, documents in namesakes.items():
            session.note(
                f"somebody named {person} signs {counted(documents, 'document')} more: forget them too, one by one,"
                " if it is the same person"
            )
        _ask(chosen, name, yes)
        with recorded(archive, "forget") as run:
            chosen, _ = _chosen(session, name)  # with what came since
            with progress(session, "forget"):
                went = care.forget(session.archive, chosen, reason)
            run.counts = {"documents": went.documents, "fetches": went.fetches, "snapshots": went.snapshots}
    care.purge(session.archive)
    if as_json:
        print_json(asdict(went))
    else:
        _tell(session, name, went)


def _chosen(session: Session, name: str) -> tuple[Chosen, Mapping[str, int]]:
    """What a person means by a name, and how many documents each namesake signs. Raises CommandError when it means
    nothing."""
    from db import care
    from db.forget import Chosen
    from db.records import Author
    from filature.lookup import names
    from harvester.addresses import recognise
    from harvester.sites import READERS

    lead = recognise(name, READERS)
    if lead is not None and lead.kind == "author":
        handle = lead.url.rpartition("/")[2].partition("?")[0]
        held = care.held_author(session.archive, handle)
        authors = held.authors or (Author(handle=handle),)
    else:
        held, authors = care.held_document(session.archive, names(name)), ()
        if not held.document_ids:
            held = care.held_author(session.archive, name)
            authors = held.authors
    if lead is None and not held.document_ids and not authors:
        raise CommandError(
            f"{name}: neither a document nor an author of {session.archive}; give an address, an id, an @handle, or a"
            " name as the archive has it"
        )
    typed = [lead.url, *names(name)] if lead else []
    chosen = Chosen(
        what="author" if authors else "document",
        document_ids=held.document_ids,
        authors=authors,
        addresses=frozenset([*filter(_is_address, typed), *_addresses(authors, held.posts)]),
    )
    return chosen, held.namesakes


def _is_address(name: str) -> bool:
    return "://" in name


def _addresses(authors: Iterable[Author], posts: Iterable[str]) -> Iterator[str]:
    """Where authors' lists and posts may be found, whether or not that was ever asked."""
    from harvester.addresses import author_url, ping_url, thread_url

    for author in authors:
        if author.handle:
            yield author_url(author.handle)
    for post in posts:
        yield ping_url(post)
        yield thread_url(post)


def _ask(chosen: Chosen, name: str, yes: bool) -> None:
    """Make sure that it is meant; a program has to say --yes."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise CommandError("what is forgotten cannot be had back: give --yes where nobody can be asked")
    what = f"{counted(len(chosen.document_ids), 'document')}" if chosen.document_ids else "nothing that is held"
    click.confirm(f"Remove {name} ({what}) for good, and keep it out?", abort=True, err=True)


def _tell(session: Session, name: str, went: Forgotten) -> None:
    if not any(asdict(went).values()):
        session.say(f"{name}: nothing was held; kept out from now on")
        return
    session.say(
        f"{name}: {counted(went.documents, 'document')} removed, {counted(went.posts, 'post')},"
        f" {counted(went.versions, 'earlier version')}, {counted(went.snapshots, 'snapshot')},"
        f" {counted(went.fetches, 'request')}; kept out from now on"
    )
    if went.shared:
        session.note(f"{counted(went.shared, 'snapshot')} of pages that other documents need show it still")
    session.note("backups, reports and exports made before still hold it: delete them, or make them anew")

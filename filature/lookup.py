"""Which document of the archive a person means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from filature.errors import CommandError

if TYPE_CHECKING:
    from db.archive import Archive


def document_named(archive: Archive, typed: str) -> int:
    """documents.id of what somebody typed: an id, an address, a tweet's id or address. CommandError for none."""
    found = archive.find_document(names(typed))
    if found is None:
        raise CommandError(
            f"{typed}: no such document in {archive.path}; give its id there, its address or a tweet's id "
            "(filature search finds documents by their words)"
        )
    return found


def names(typed: str) -> list[str]:
    """What an archive may know a document by, given what somebody typed for it."""
    from harvester.addresses import canonical, recognise, status_id, thread_url, unarchived
    from harvester.sites import READERS

    typed = typed.strip()
    tweet = status_id(typed) or (typed if typed.isdecimal() else None)
    lead = recognise(typed, READERS)
    known = (typed, canonical(unarchived(typed)), tweet, tweet and thread_url(tweet), lead and lead.url)
    return [name for name in known if name]

"""A capture read as a harvest would have read the page: by the same readers, chosen by its address."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass

from db.records import Document, Fetch
from harvester.addresses import canonical, host_of, recognise
from harvester.captures.saved import is_html, listing_kind
from harvester.imports import read_file
from harvester.mirrors import site_address
from harvester.model import Answer, HarvestError, Reader
from harvester.sites import READERS
from harvester.visit import one_for_each_address, reason_of
from harvester.warc.reading import Capture

log = logging.getLogger(__name__)
_KINDS = {reader.kind: reader for reader in READERS}
_JSON_FEED = re.compile(rb"\s*\{[^{]{0,300}jsonfeed\.org/version/")
_ANY_PAGE = "site"


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What a capture gave. `own` when the address has a reader of its own: such a page is kept even if it gave nothing.

    `unread` says why it gave nothing though it should have.
    """

    documents: tuple[Document, ...] = ()
    own: bool = False
    unread: str | None = None


def address_of(capture: Capture, mirrors: Mapping[str, str]) -> str | None:
    """The address that a harvest would know the page by; None for pages that nobody reads (X, searches, logins)."""
    if capture.url.startswith("file:"):
        return capture.url
    url = site_address(canonical(capture.url), mirrors)
    lead = recognise(url, READERS)
    # An address of X is harvested elsewhere: the page of X itself is not what a reader expects.
    return lead.url if lead and _bare(lead.url) == _bare(url) else None


def fetch_of(capture: Capture, url: str, body: bytes | None) -> Fetch:
    """The request that the crawler made and the bytes that answered it, as the archive keeps requests."""
    return Fetch(
        url=url,
        final_url=capture.url,
        fetched_at=capture.at,
        elapsed_ms=0,
        status=capture.status,
        content_type=capture.content_type or None,
        headers=capture.headers,
        body=body,
    )


def read_capture(capture: Capture, url: str, body: bytes, kind: str | None) -> Read:
    """What a capture says, `body` being its bytes; `kind`: what a harvest reads its address as, where one met it."""
    if url.startswith("file:"):
        return _read_file(url, body)
    reader = _reader(url, body, kind)
    if reader is None:
        return Read()
    own = reader.kind != _ANY_PAGE
    answer = Answer(url=url, body=body, final_url=url, content_type=capture.content_type, headers=dict(capture.headers))
    try:
        documents = one_for_each_address(reader.read(answer).documents)
    except HarvestError as error:
        return Read(own=own, unread=reason_of(error))
    except Exception as error:  # as in a harvest: a reader's defect costs one page
        log.debug("%s: reader %s failed", url, reader.name, exc_info=True)
        return Read(own=own, unread=f"reader {reader.name} failed: {type(error).__name__}: {error}")
    return Read(documents=documents, own=own)


def _read_file(url: str, body: bytes) -> Read:
    try:
        return Read(documents=read_file(url, body).documents)
    except HarvestError as error:
        return Read(unread=getattr(error, "reason", str(error)))


def _reader(url: str, body: bytes, kind: str | None) -> Reader | None:
    """The reader of the address; of an address like any other, that of what its bytes are."""
    lead = recognise(url, READERS)
    kind = kind if kind in _KINDS else lead.kind if lead else None
    if kind != _ANY_PAGE:
        return _KINDS.get(kind or "")
    head = body[:5000].decode("utf-8", "replace")
    if listing_kind(head) == "feed" or _JSON_FEED.match(body[:1000]):
        return _KINDS["feed"]
    return _KINDS[_ANY_PAGE] if is_html(head) else None


def _bare(url: str) -> str:
    return host_of(url).removeprefix("www.")

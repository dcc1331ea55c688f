"""An Atom feed (RFC 4287) of what comes into the archive: documents, their edits and their end, and claims."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from typing import TypeAlias
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

from lxml import etree

from db import changes
from db.archive import Archive
from db.changes import Edit, NewDocument, Vanished
from report.changes import edited
from report.cited import Cited, attribution, cite
from report.differences import marked
from report.fragments import source_link, wayback_link
from report.limits import Limits
from report.render import Style
from report.text import clean, one_line
from report.words import Words

ATOM = "http://www.w3.org/2005/Atom"
OPENING = 90  # characters of a title
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_URL = "%:/?#[]@!$&'()*+,;=~-._"
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")  # RFC 4287 knows no days without a time
Element: TypeAlias = etree._Element


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry: `id` is the same in every feed, `kind` a kind of document or claim, `text` plain. None is left out."""

    id: str
    kind: str
    title: str
    updated: str
    published: str | None
    author: str | None
    link: str | None
    wayback: str | None
    text: str


def feed(archive: Archive, limits: Limits, style: Style, *, most: int | None = None) -> str:
    """The feed of what came within these limits, newest first, at most so many entries.

    The same archive and limits give the same bytes: the feed bears the time of its newest entry.
    """
    words = style.words
    entries = sorted(_entries(archive, limits, words, most), key=lambda entry: (entry.updated, entry.id), reverse=True)
    began = archive.read(changes.first_run) or f"{style.date}T00:00:00.000Z"
    root = etree.Element(f"{{{ATOM}}}feed", {_LANG: style.lang}, {None: ATOM})
    _add(root, "id", _urn(f"filature {began} {limits.authors} {limits.sources}"))
    # Not the dates, which move: authors and sources are what makes a feed another one.
    of_whom = limits.said_of_whom(words)
    _add(root, "title", words("feed_title", scope=f" ({of_whom})" if of_whom else ""))
    _add(root, "subtitle", words("feed_subtitle"))
    _add(root, "updated", max((entry.updated for entry in entries), default=began))
    _add(_add(root, "author"), "name", "filature")
    _add(root, "generator", "filature", version=version("filature"))
    for entry in entries[:most]:
        _add_entry(root, entry, words("feed_claim" if entry.kind == "claim" else f"kind_{entry.kind}"))
    text: bytes = etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)
    return text.decode("utf-8")


def _entries(archive: Archive, limits: Limits, words: Words, most: int | None) -> Iterator[Entry]:
    """One a document, which tells the last that happened to it, and one a claim that is worth a check."""
    documents: dict[int, Entry] = {}
    for document in archive.read(changes.new_documents, limits.chosen):
        documents[document.id] = _new(document, words)
    for edit in archive.read(changes.edits, limits.chosen):
        documents[edit.document_id] = _changed(edit, words)
    for missing in archive.read(changes.vanished, limits.chosen):
        documents[missing.document_id] = _missing(missing, words)
    yield from documents.values()
    latest = archive.read(changes.latest_claims, limits.chosen, most)
    repeated: Counter[str] = Counter()
    for cited, (_, mined_at) in zip(cite(archive, [key for key, _ in latest], words), latest, strict=True):
        # Its number in the archive changes whenever the document is mined again: what it says, and where, does not.
        key = f"{cited.claim.link} {' '.join(cited.claim.text.split())}"
        repeated[key] += 1
        yield _claim(cited, f"{key} {repeated[key]}", mined_at, words)


def _new(document: NewDocument, words: Words) -> Entry:
    return Entry(
        id=_urn(document.url),
        kind=document.kind,
        title=_title(document.title or document.opening, words),
        updated=document.arrived_at,
        published=document.published_at,
        author=document.author,
        link=source_link(document.url, ""),
        wayback=wayback_link(document.url, document.last_seen_at),
        text=document.opening,
    )


def _changed(edit: Edit, words: Words) -> Entry:
    told = edited(edit)
    return Entry(
        id=_urn(edit.url),
        kind=edit.kind,
        title=f"{words('feed_edited')} {_title(edit.title or edit.after.text, words)}",
        updated=edit.known_at,
        published=None,
        author=edit.author,
        link=told.source,
        wayback=told.wayback,
        text=marked(told.title + told.parts),
    )


def _missing(missing: Vanished, words: Words) -> Entry:
    return Entry(
        id=_urn(missing.url),
        kind=missing.kind,
        title=f"{words('feed_gone')} {_title(missing.title or missing.opening, words)}",
        updated=missing.gone_at,
        published=missing.published_at,
        author=missing.author,
        link=source_link(missing.url, ""),
        wayback=wayback_link(missing.url, missing.last_seen_at),
        text=missing.opening,
    )


def _claim(cited: Cited, key: str, mined_at: str, words: Words) -> Entry:
    claim = cited.claim
    notes = [attribution(claim.attributed_to, words), *(amount.surface for amount in claim.amounts)]
    parts = [claim.text, " · ".join(note for note in notes if note), *(total.told for total in cited.sums)]
    return Entry(
        id=_urn(key),
        kind="claim",
        title=_title(claim.text, words),
        updated=mined_at,
        published=claim.published_at,
        author=claim.place.author,
        link=cited.source,
        wayback=cited.wayback,
        text="\n\n".join(part for part in parts if part),
    )


def _title(text: str, words: Words) -> str:
    return one_line(text, OPENING) or words("untitled")


def _add_entry(feed: Element, entry: Entry, label: str) -> None:
    element = _add(feed, "entry")
    _add(element, "id", entry.id)
    _add(element, "title", entry.title)
    _add(element, "updated", entry.updated)
    if entry.published and _TIME.fullmatch(entry.published):
        _add(element, "published", entry.published)
    if entry.author:
        _add(_add(element, "author"), "name", one_line(entry.author))
    if entry.link:
        _add(element, "link", rel="alternate", href=quote(clean(entry.link), safe=_URL))
    if entry.wayback:
        _add(element, "link", rel="related", title="Wayback Machine", href=quote(clean(entry.wayback), safe=_URL))
    _add(element, "category", term=entry.kind, label=label)
    _add(element, "content", entry.text, type="text")


def _add(parent: Element, name: str, text: str | None = None, **attributes: str) -> Element:
    element = etree.SubElement(parent, f"{{{ATOM}}}{name}", attributes)
    element.text = None if text is None else clean(text)
    return element


def _urn(key: str) -> str:
    return uuid5(NAMESPACE_URL, clean(key)).urn

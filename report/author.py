"""The report of one author: what they wrote, about what, what they assert, what they changed and took down."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from db import changes, people
from db.archive import Archive
from db.claims import count_published, published_claims, published_wrong_sums
from db.people import SignedDocument, TopicShare
from db.reading import EntityCount
from report.changes import Edited, edited
from report.cited import Cited, Sum, cite, sums
from report.fragments import source_link, wayback_link
from report.limits import Limits, byline, find_authors
from report.render import About, Style

ENTITIES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A document of the author. `source` is its address if it is one of the web, `wayback` a copy of it."""

    document: SignedDocument
    source: str | None
    wayback: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorReport:
    """Everything the report shows, in its order. `names` and `addresses` are all that the archive knows them by.

    `wrong_left`, `claims_left` and `documents_left` count what there is beyond what is shown.
    """

    about: About
    byline: str
    names: tuple[str, ...]
    addresses: tuple[str, ...]
    topics: tuple[TopicShare, ...]
    entities: tuple[EntityCount, ...]
    wrong: tuple[Sum, ...]
    claims: tuple[Cited, ...]
    wrong_left: int
    claims_left: int
    edits: tuple[Edited, ...]
    documents: tuple[Written, ...]
    documents_left: int


def read_author(archive: Archive, name: str, limits: Limits, style: Style, *, most: int | None = None) -> AuthorReport:
    """What those called `name` published within these limits. Raises UnknownNameError with the nearest names."""
    found = find_authors(archive.read(people.authors), name)
    chosen = replace(limits.chosen, authors=tuple(author.id for author in found))
    words = style.words
    documents = archive.read(people.signed_documents, chosen)
    every = [document.id for document in documents]
    count, worth = archive.read(count_published, chosen)
    wrong = archive.read(published_wrong_sums, chosen)
    claims = cite(archive, archive.read(published_claims, chosen, most), words)
    # Edits are told of whatever day they were found on: the documents are those of the period.
    edits = archive.read(changes.edits, replace(chosen, since=None, until=None))
    return AuthorReport(
        about=About(
            kind="author",
            title=words("author_title", name=byline(found[0])),
            lang=style.lang,
            date=style.date,
            scope=limits.said(words),
            numbers={
                "documents": len(documents), "claims": count, "check_worthy": worth, "wrong_sums": len(wrong),
                "gone": sum(1 for document in documents if document.gone_at),
            },
        ),
        byline=byline(found[0]),
        names=_told(author.name for author in found),
        addresses=_told(author.url for author in found),
        topics=tuple(archive.read(people.topics_of, every)),
        entities=tuple(archive.read(people.named_in, every, ENTITIES)),
        wrong=sums(archive, wrong[:most], words),
        claims=claims,
        wrong_left=len(wrong) - len(wrong[:most]),
        claims_left=count - len(claims),
        edits=tuple(edited(edit) for edit in edits if edit.document_id in set(every)),
        documents=tuple(_written(document) for document in documents[:most]),
        documents_left=len(documents) - len(documents[:most]),
    )  # fmt: skip


def _told(values: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))


def _written(document: SignedDocument) -> Written:
    return Written(
        document=document,
        source=source_link(document.url, ""),
        wayback=wayback_link(document.url, document.last_seen_at),
    )

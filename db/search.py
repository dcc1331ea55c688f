"""Full-text search: bm25, accents and case ignored, one hit a document with its best passage."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass
from typing import Any

_WORDS = re.compile(r'"([^"]*)"(\*?)|([^\s"]+)')
# What no FTS5 string can hold: NUL ends it, halves of surrogate pairs have no UTF-8.
_UNQUOTABLE = re.compile("[\0\ud800-\udfff]")
# l'ENA, qu'on: the index holds `l` and `ena`, and whoever asks for l'ENA wants d'ENA too.
_ELISION = re.compile(r"^(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu)['’](?=\w)", re.IGNORECASE)

# `ORDER BY rank` lets FTS5 sort rowids alone; sorting rows made here would build a snippet for every match.
_DOCUMENTS = """
SELECT d.id, d.url, d.kind, d.title, coalesce('@' || a.handle, a.name), d.published_at, d.gone_at, documents_fts.rank
FROM documents_fts JOIN documents d ON d.id = documents_fts.rowid LEFT JOIN authors a ON a.id = d.author_id
WHERE documents_fts MATCH :query {kind} ORDER BY documents_fts.rank LIMIT :limit
"""
# The rowids of one document's posts follow each other; a range lets FTS5 skip all others.
_POSTS = """
SELECT p.id, p.url, snippet(posts_fts, 0, char(2), char(3), '…', 24)
FROM posts_fts JOIN posts p ON p.pk = posts_fts.rowid
WHERE posts_fts MATCH :query AND posts_fts.rowid BETWEEN :first AND :last AND p.document_id = :document
"""
_PASSAGE = """
SELECT snippet(documents_fts, -1, char(2), char(3), '…', 24) FROM documents_fts
WHERE documents_fts MATCH :query AND rowid = :document
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A document that has the words. `post_id` is its best post, None for other kinds; `link` leads to the post, or
    to the document; `passage` has the words between the marks. A lower `rank` is a better hit (bm25)."""

    document_id: int
    kind: str
    url: str
    title: str | None
    author: str | None
    published_at: str | None
    gone_at: str | None
    post_id: str | None
    link: str
    passage: str
    rank: float


def fts_query(words: str, *, operator: str = "AND") -> str:
    """The FTS5 query for what a person typed: words, "phrases", and beginnings*; empty when there is no word in it."""
    terms = []
    for phrase, star, word in _WORDS.findall(_UNQUOTABLE.sub(" ", words)):
        text = phrase or _ELISION.sub("", word)
        if any(character.isalnum() for character in text):
            terms.append(f'"{text}"*' if star or (word and word.endswith("*")) else f'"{text}"')
    return f" {operator} ".join(terms)


def search(conn: sqlite3.Connection, words: str, *, limit: int, kind: str | None, marks: tuple[str, str]) -> list[Hit]:
    """The best documents for these words, best first."""
    query = fts_query(words)
    if not query:
        return []
    sql = _DOCUMENTS.format(kind="" if kind is None else "AND d.kind = :kind")
    rows = conn.execute(sql, {"query": query, "kind": kind, "limit": limit}).fetchall()
    return [_hit(conn, row, (query, fts_query(words, operator="OR")), marks) for row in rows]


def _hit(conn: sqlite3.Connection, row: tuple[Any, ...], queries: tuple[str, str], marks: tuple[str, str]) -> Hit:
    document_id, url, kind, title, author, published_at, gone_at, rank = row
    post_id, link, passage = _best_post(conn, document_id, queries) or (
        None, url, conn.execute(_PASSAGE, {"query": queries[0], "document": document_id}).fetchone()[0],
    )  # fmt: skip
    return Hit(
        document_id=document_id, kind=kind, url=url, title=title, author=author, published_at=published_at,
        gone_at=gone_at, post_id=post_id, link=link or url, rank=rank,
        passage=passage.replace("\x02", marks[0]).replace("\x03", marks[1]),
    )  # fmt: skip


def _best_post(
    conn: sqlite3.Connection, document_id: int, queries: tuple[str, str]
) -> tuple[str, str | None, str] | None:
    """The first post with all the words, else the one with most of them."""
    first, last = conn.execute("SELECT min(pk), max(pk) FROM posts WHERE document_id = ?", (document_id,)).fetchone()
    if first is None:
        return None
    place = {"first": first, "last": last, "document": document_id}
    all_words: tuple[str, str | None, str] | None = conn.execute(
        _POSTS + " LIMIT 1", {**place, "query": queries[0]}
    ).fetchone()
    if all_words or queries[0] == queries[1]:
        return all_words
    some = conn.execute(_POSTS, {**place, "query": queries[1]}).fetchall()
    return max(some, key=lambda post: _distinct_marked(post[2]), default=None)


def _distinct_marked(passage: str) -> int:
    return len({word.casefold() for word in re.findall("\x02([^\x03]*)\x03", passage)})

"""Small invented visits, threads and findings, and the check that every scenario ends with."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from db.records import (
    Author,
    Card,
    Check,
    Claim,
    Document,
    Entity,
    Fetch,
    Findings,
    Lead,
    Link,
    Media,
    Mention,
    Operand,
    Post,
    Quantity,
    Target,
    TopicWeight,
    Visit,
    join_posts,
)

PAGE = "https://threads.example/t/100"
DAY_1 = "2021-05-01T08:00:00.000Z"
DAY_2 = "2021-05-02T08:00:00.000Z"
DAY_3 = "2021-05-03T08:00:00.000Z"
AGENT = Author(handle="lagent", name="L'Agent")
TWEETS = (
    ("100", "Le ministère paie 60 prestataires en continu, à l'année."),
    ("101", "Chaque prestataire coûte 500 euros par jour ; l'ENA n'y peut rien."),
    ("102", "Soit 30 000 euros par jour. Un été à ce prix, c'est long."),
)


def thread(
    tweets: Iterable[tuple[str, str]] = TWEETS,
    url: str = PAGE,
    author: Author | None = AGENT,
    cards: tuple[Card, ...] = (),
    **more: Any,
) -> Document:
    """A thread of these (post id, text)."""
    text, posts = join_posts(
        Post(id=key, text=words, url=f"https://x.example/lagent/status/{key}") for key, words in tweets
    )
    first = posts[0].id
    return Document(
        kind="thread", url=url, text=text, posts=posts, author=author, cards=cards, published_at=DAY_1,
        published_from="snowflake", links=(Link(kind="link", url="https://www.cour.example/rapport", post_id=first),),
        media=(Media(kind="image", url="https://img.example/1.jpg", post_id=first),), **more,
    )  # fmt: skip


def answer(
    url: str = PAGE, at: str = DAY_1, status: int = 200, body: bytes | None = b"<p>page</p>", **more: Any
) -> Fetch:
    """One request and its answer."""
    return Fetch(url=url, final_url=url, fetched_at=at, elapsed_ms=12, status=status, body=body, **more)


def visit(*documents: Document, url: str = PAGE, at: str = DAY_1, leads: tuple[Lead, ...] = (), **more: Any) -> Visit:
    """A visit that went well."""
    target = Target(url=url, kind="thread", source="agent", state="done")
    return Visit(target=target, fetches=(answer(url, at, **more),), documents=documents, leads=leads)


def gone(url: str = PAGE, at: str = DAY_2) -> Visit:
    """A visit that met a 404."""
    target = Target(url=url, kind="thread", source="agent", state="gone", last_error="404")
    return Visit(target=target, fetches=(answer(url, at, status=404, body=b"not here", error="404"),), gone=True)


def findings(text: str) -> Findings:
    """What mining would find in `thread()`: a name, three amounts, two claims, a wrong product."""

    def at(words: str) -> dict[str, Any]:
        start = text.index(words)
        return {"start": start, "end": start + len(words)}

    amounts = tuple(
        Quantity(surface=words, value=value, unit=unit, counted="prestataire", rule="number", **at(words))
        for words, value, unit in (
            ("60 prestataires", 60, "prestataire"), ("500 euros", 500, "EUR"), ("30 000 euros", 30_000, "EUR"),
        )
    )  # fmt: skip
    topic = TopicWeight(topic="outsourcing", weight=0.8, words=("prestataires",))
    claims = tuple(
        Claim(text=words, kind="quantity", check_worthy=True, score=score, topics=(topic,), rule="amount", **at(words))
        for words, score in ((TWEETS[0][1], 0.9), (TWEETS[1][1], 0.7))
    )
    twelve = Operand(role="factor", quantity=Quantity(surface="", value=12, unit="mois"))
    operands = (*(Operand(role="factor", quantity=amount) for amount in amounts[:2]), twelve)
    wrong = Check(
        relation="product", stated=30_000, computed=31_000, unit="EUR", verdict="inconsistent",
        explanation="60 x 500 = 31 000, not 30 000", operands=operands, rule="product",
    )  # fmt: skip
    ena = Entity(id="ORG:ena", name="ENA", label="ORG", wikidata="Q273579")
    ministry = Entity(id="ORG:ministere", name="Ministère", label="ORG")
    mentions = (
        Mention(surface="ministère", label="ORG", entity=ministry, rule="lexicon", **at("ministère")),
        Mention(surface="ENA", label="ORG", entity=ena, rule="lexicon", **at("ENA")),
    )
    return Findings(
        lang="fr", mentions=mentions, quantities=amounts, claims=claims, checks=(wrong,), topics=(topic,)
    )  # fmt: skip


def rows(path: Path, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
    """What another program reads in the archive at `path`."""
    with closing(sqlite3.connect(path)) as conn:
        return conn.execute(sql, parameters).fetchall()


def one(path: Path, sql: str, *parameters: Any) -> Any:
    """The only value of the only row."""
    ((value,),) = rows(path, sql, *parameters)
    return value


def problems(path: Path) -> Iterator[str]:
    """What is wrong with the file: pages, foreign keys, offsets, and search indexes that differ from their tables."""
    with closing(sqlite3.connect(path)) as conn:
        yield from (row[0] for row in conn.execute("PRAGMA integrity_check") if row[0] != "ok")
        yield from (f"foreign key: {row}" for row in conn.execute("PRAGMA foreign_key_check"))
        for table in ("documents", "posts", "claims"):
            try:
                conn.execute(f"INSERT INTO {table}_fts ({table}_fts, rank) VALUES ('integrity-check', 1)")
            except sqlite3.DatabaseError as error:
                yield f"{table}_fts: {error}"
        for table in ("posts", "claims", "mentions", "quantities"):
            words = "surface" if table in ("mentions", "quantities") else "text"
            off = conn.execute(
                f"SELECT x.{words} FROM {table} x JOIN documents d ON d.id = x.document_id"
                f' WHERE substr(d.text, x.start + 1, x."end" - x.start) <> x.{words}'
            )
            yield from (f"{table} offsets: {row[0]}" for row in off)

"""The demo's content: authors, threads and articles, from the files of content/.

A file begins with TOML between two lines of +++. A thread's posts are apart by a line of ===; those below
`=== later` come with the second visit. Articles hold HTML. `days_ago` counts from the demo's today, so that a young
thread stays young.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any
from zlib import crc32

from filature.demo.markup import seen_text

EPOCH_MS = 1288834974657
CONTENT = files("filature.demo") / "content"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoAuthor:
    """Who writes threads. `listing_closed`: the author page sends to a login."""

    handle: str
    name: str
    number: str
    listing_closed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPost:
    """One post: `source` in the notation of `markup`, `text` as a reader sees it."""

    id: str
    source: str
    posted_at: datetime

    @property
    def text(self) -> str:
        return seen_text(self.source)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoThread:
    """One thread. `markup` is G1b, G2 or G3; `role` its part in the demo (see `DemoSite`).

    `first` is how many posts the first visit shows. `right` and `wrong` are statements of its text whose sums hold or
    do not hold.
    """

    slug: str
    author: DemoAuthor
    markup: str
    role: str
    posts: tuple[DemoPost, ...]
    first: int
    right: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        return self.posts[0].id

    @property
    def path(self) -> str:
        return f"/thread/{self.id}.html"

    @property
    def time(self) -> int:
        """Seconds since 1970, as `data-time` has them."""
        return int(self.posts[0].posted_at.timestamp())

    def at(self, visit: int) -> DemoThread:
        """The thread as the first (1) or the second visit (2) finds it."""
        return self if visit > 1 else replace(self, posts=self.posts[: self.first])


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoArticle:
    """One blog post or page: `body` is HTML. `closed`: robots.txt forbids its address."""

    number: int
    slug: str
    title: str
    posted_at: datetime
    author: str
    lead: str
    body: str
    tags: tuple[str, ...] = ()
    closed: bool = False


def snowflake(moment: datetime, salt: str) -> str:
    """An id X could have given at that moment."""
    milliseconds = round(moment.timestamp() * 1000)
    return str((milliseconds - EPOCH_MS) << 22 | crc32(salt.encode()) & 0x3FFFFF)


def read_authors() -> dict[str, DemoAuthor]:
    """The authors of threads, by handle."""
    rows = tomllib.loads((CONTENT / "authors.toml").read_text(encoding="utf-8"))["authors"]
    return {row["handle"]: DemoAuthor(**row) for row in rows}


def read_threads(today: datetime) -> tuple[DemoThread, ...]:
    """All threads, oldest first."""
    authors = read_authors()
    threads = [_thread(path, authors, today) for path in _sorted(CONTENT / "threads")]
    return tuple(sorted(threads, key=lambda thread: int(thread.id)))


def read_articles(folder: str) -> tuple[DemoArticle, ...]:
    """The articles of wordpress, mediapart or spip, oldest first, numbered from 1 by date."""
    found = [(_split(path), path.name) for path in _sorted(CONTENT / folder)]
    found.sort(key=lambda item: item[0][0]["posted"])
    return tuple(_article(number, name, *parts) for number, (parts, name) in enumerate(found, start=1))


def _sorted(folder: Traversable) -> list[Traversable]:
    return sorted(folder.iterdir(), key=lambda path: path.name)


def _split(path: Traversable) -> tuple[dict[str, Any], str]:
    _, head, body = path.read_text(encoding="utf-8").split("+++\n", 2)
    return tomllib.loads(head), body.strip()


def _thread(path: Traversable, authors: dict[str, DemoAuthor], today: datetime) -> DemoThread:
    head, body = _split(path)
    slug = path.name.removesuffix(".md")
    now, _, later = body.partition("\n=== later\n")
    first, more = now.split("\n===\n"), later.split("\n===\n") if later else []
    start = head["posted"] if "posted" in head else today - timedelta(days=head["days_ago"])
    posts = _dated(slug, first, start) + _dated(f"{slug}+", more, start + timedelta(days=1))
    return DemoThread(
        slug=slug,
        author=authors[head["author"]],
        markup=head["markup"],
        role=head.get("role", "open"),
        posts=tuple(posts),
        first=len(first),
        right=tuple(head.get("right", ())),
        wrong=tuple(head.get("wrong", ())),
    )


def _dated(slug: str, sources: list[str], start: datetime) -> list[DemoPost]:
    posts, moment = [], start.astimezone(UTC)
    for number, source in enumerate(sources):
        salt = f"{slug}/{number}"
        # Whole milliseconds that differ from post to post, as people type.
        moment += timedelta(milliseconds=(crc32(salt.encode()) % 180_000 + 40_000) if number else 0)
        posts.append(DemoPost(id=snowflake(moment, salt), source=source.strip(), posted_at=moment))
    return posts


def _article(number: int, name: str, head: dict[str, Any], body: str) -> DemoArticle:
    return DemoArticle(
        number=number,
        slug=name.removesuffix(".html").split("_", 1)[-1],
        title=head["title"],
        posted_at=head["posted"].astimezone(UTC),
        author=head["author"],
        lead=head.get("lead", ""),
        body=body,
        tags=tuple(head.get("tags", ())),
        closed=head.get("closed", False),
    )

"""What every baseline stores: plain SQLite tables, one transaction a page; no search index, no snapshot."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass, field
from datetime import UTC, datetime

SITE = "https://threadreaderapp.com"
BREAK = "\ue000"
_SPACE = re.compile(r"\s+")
_BREAKS = re.compile(f" ?{BREAK} ?")
SCHEMA = """
CREATE TABLE documents (url TEXT PRIMARY KEY, handle TEXT, name TEXT, published_at TEXT, text TEXT);
CREATE TABLE posts (id TEXT PRIMARY KEY, document TEXT, position INTEGER, text TEXT, posted_at TEXT, url TEXT);
CREATE TABLE links (document TEXT, post_id TEXT, kind TEXT, url TEXT, display TEXT);
CREATE TABLE media (document TEXT, post_id TEXT, kind TEXT, url TEXT);
CREATE TABLE cards (document TEXT, url TEXT, handle TEXT, date_text TEXT, tweets INTEGER, excerpt TEXT);
"""


@dataclass
class Rows:
    """One thread: rows of each table, without the document's address."""

    url: str
    handle: str
    name: str
    posts: list[tuple[str, str]] = field(default_factory=list)
    links: list[tuple[str, str, str, str]] = field(default_factory=list)
    media: list[tuple[str, str, str]] = field(default_factory=list)
    cards: list[tuple[str, str, str, int, str]] = field(default_factory=list)


def words(text: str) -> str:
    """White space as a browser shows it; BREAK stands for `<br>`."""
    return _BREAKS.sub("\n", _SPACE.sub(" ", text)).strip()


def posted_at(tweet_id: str) -> str:
    at = datetime.fromtimestamp(((int(tweet_id) >> 22) + 1288834974657) / 1000, UTC)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def day(seconds: str) -> str:
    return datetime.fromtimestamp(int(seconds), UTC).date().isoformat()


def thread_url(tweet_id: str) -> str:
    return f"{SITE}/thread/{tweet_id}.html"


def open_store(path: str) -> sqlite3.Connection:
    conn = sqlite3.connect(path)
    conn.execute("PRAGMA journal_mode = WAL")
    conn.execute("PRAGMA synchronous = NORMAL")
    conn.executescript(SCHEMA)
    return conn


def store(conn: sqlite3.Connection, rows: Rows) -> None:
    url = rows.url
    text = "\n\n".join(text for _, text in rows.posts)
    posts = [
        (tweet_id, url, position, text, posted_at(tweet_id), f"https://x.com/{rows.handle}/status/{tweet_id}")
        for position, (tweet_id, text) in enumerate(rows.posts)
    ]
    with conn:
        conn.execute(
            "INSERT INTO documents VALUES (?, ?, ?, ?, ?)",
            (url, rows.handle, rows.name, posted_at(rows.posts[0][0]), text),
        )
        conn.executemany("INSERT INTO posts VALUES (?, ?, ?, ?, ?, ?)", posts)
        conn.executemany("INSERT INTO links VALUES (?, ?, ?, ?, ?)", [(url, *link) for link in rows.links])
        conn.executemany("INSERT INTO media VALUES (?, ?, ?, ?)", [(url, *medium) for medium in rows.media])
        conn.executemany("INSERT INTO cards VALUES (?, ?, ?, ?, ?, ?)", [(url, *card) for card in rows.cards])

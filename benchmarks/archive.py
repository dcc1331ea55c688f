"""What the archive costs: storing again what has not changed, searching a million posts, and memory.

    python -m benchmarks.archive

Every figure is a ratio between two things measured in the same run, on texts made up from a seed.
"""

from __future__ import annotations

import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import accumulate, islice
from pathlib import Path

import sqlite_utils

from db.archive import Archive
from db.cards import opening
from db.records import Author, Document, Fetch, Post, Target, Visit, join_posts
from db.search import fts_query

POSTS_A_THREAD = 40
WORDS_A_POST = 25
SEED = 7
_FIRST = ("", "b", "c", "d", "f", "l", "m", "n", "p", "r", "s", "t", "v", "ch", "tr", "pr")
_VOWEL = ("a", "e", "i", "o", "u", "é", "è", "ou", "an", "on")
_SYLLABLES = tuple(first + vowel + last for first in _FIRST for vowel in _VOWEL for last in ("", "r", "s", "t"))


class Texts:
    """Threads whose words are as frequent, and as rare, as those of a language (Zipf)."""

    def __init__(self, vocabulary: int = 30_000) -> None:
        self._random = random.Random(SEED)
        made = (
            "".join(self._random.choices(_SYLLABLES, k=self._random.choice((1, 2, 2, 3, 3, 4)))) for _ in iter(int, 1)
        )
        self.words = list(islice(dict.fromkeys(islice(made, vocabulary * 2)), vocabulary))
        self._weights = list(accumulate(1 / (rank + 2.7) for rank in range(len(self.words))))

    def thread(self, number: int, posts: int = POSTS_A_THREAD) -> Document:
        words = self._random.choices(self.words, cum_weights=self._weights, k=posts * WORDS_A_POST)
        first = 1_300_000_000_000_000_000 + number * 1000
        text, placed = join_posts(
            Post(
                id=str(first + at),
                text=" ".join(words[at * WORDS_A_POST : (at + 1) * WORDS_A_POST]),
                posted_at="2021-05-04T07:12:31.123Z",
                url=f"https://x.com/agent/status/{first + at}",
            )
            for at in range(posts)
        )
        return Document(
            kind="thread", url=f"https://threads.example/thread/{first}.html", text=text, posts=placed,
            author=Author(handle=f"agent{number % 50}"), published_at="2021-05-04T07:12:31.123Z",
            published_from="snowflake",
        )  # fmt: skip

    def threads(self, count: int, start: int = 0) -> Iterator[Document]:
        return (self.thread(number) for number in range(start, start + count))


def main() -> int:
    """Print three tables; 1 when a target is missed."""
    with tempfile.TemporaryDirectory(prefix="filature-bench-") as folder:
        return max(stored_again(Path(folder)), search_and_memory(Path(folder)))


# --- Storing again what has not changed -------------------------------------------------------------------


def stored_again(folder: Path, count: int = 1000) -> int:
    threads = list(Texts().threads(count))
    posts = sum(len(thread.posts) for thread in threads)
    ours = _ours_again(folder / "again.db", threads)
    rows = [
        (f"filature save_visit, {posts:,} posts", posts / ours[0], ours[1]),
        ("filature save_visit with the request itself", posts / ours[2], ours[3]),
    ]
    for name, searchable in (("sqlite-utils upsert_all, searchable", True), ("sqlite-utils upsert_all, bare", False)):
        seconds, growth = _upserted_again(folder / f"upsert{searchable}.db", threads, searchable=searchable)
        rows.append((name, posts / seconds, growth))
    print(f"\n{'stored again, nothing changed':48} {'posts / CPU s':>14} {'ratio':>7} {'file grows by':>16}")
    for name, speed, growth in rows:
        print(f"{name:48} {speed:14,.0f} {rows[0][1] / speed:6.1f}x {growth:12,} B")
    return _verdict("at least 8 times upsert_all of the same rows, as searchable", rows[0][1] / rows[2][1] >= 8)


def _ours_again(path: Path, threads: Sequence[Document]) -> tuple[float, int, float, int]:
    with Archive.open(path) as archive:
        run = archive.start_run("bench", "0")
        _timed(path, lambda: [archive.save_visit(run, _visit(thread, 1, body=True)) for thread in threads])
        bare = [_visit(thread, 2, body=False) for thread in threads]
        whole = [_visit(thread, 3, body=True) for thread in threads]
        return (
            *_timed(path, lambda: [archive.save_visit(run, visit) for visit in bare]),
            *_timed(path, lambda: [archive.save_visit(run, visit) for visit in whole]),
        )


def _upserted_again(path: Path, threads: Sequence[Document], *, searchable: bool) -> tuple[float, int]:
    rows = [
        {"id": post.id, "document": thread.url, "position": at, "text": post.text, "posted_at": post.posted_at,
         "url": post.url, "start": post.start, "end": post.end}
        for thread in threads for at, post in enumerate(thread.posts)
    ]  # fmt: skip
    with sqlite_utils.Database(path, execute_plugins=False) as db:
        db.enable_wal()
        table = db.table("posts")
        table.insert_all(rows, pk="id", batch_size=1000)
        if searchable:
            table.enable_fts(["text"], create_triggers=True, tokenize="unicode61 remove_diacritics 2")
        return _timed(path, lambda: table.upsert_all(rows, pk="id", batch_size=1000))


def _timed(path: Path, work: Callable[[], object]) -> tuple[float, int]:
    """CPU seconds that `work` takes, and bytes that the file grows by."""
    before = _settled_size(path)
    start = time.process_time()
    work()
    return time.process_time() - start, _settled_size(path) - before


def _settled_size(path: Path) -> int:
    conn = sqlite3.connect(path)
    conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    conn.close()
    return path.stat().st_size


def _visit(document: Document, day: int, *, body: bool) -> Visit:
    at = f"2021-05-{day:02}T08:00:00.000Z"
    fetch = Fetch(
        url=document.url, final_url=document.url, fetched_at=at, elapsed_ms=40, status=200, content_type="text/html",
        headers={"content-type": "text/html", "etag": '"1"'}, body=document.text.encode(),
    )  # fmt: skip
    target = Target(url=document.url, kind="thread", source="bench", state="done")
    return Visit(target=target, fetches=(fetch,) if body else (), documents=(document,))


# --- Searching a million posts, and memory ----------------------------------------------------------------

BY_HAND = """
SELECT documents.id, snippet(documents_fts, 1, '[', ']', '…', 24) FROM documents_fts
JOIN documents ON documents.id = documents_fts.rowid
WHERE documents_fts MATCH ? ORDER BY documents_fts.rank LIMIT 20
"""
LIKE = "SELECT count(*) FROM posts WHERE text LIKE ?"


def search_and_memory(folder: Path, posts: int = 1_000_000) -> int:
    path = folder / "million.db"
    texts = Texts()
    start = time.perf_counter()
    build(path, texts.threads(posts // POSTS_A_THREAD))
    print(f"\n{posts:,} posts, {path.stat().st_size / 2**20:,.0f} MB, built in {time.perf_counter() - start:.0f} s")
    missed = _search(path, _words(texts.words))
    small, large = _peak(folder / "small.db"), _peak(path)
    print(f"\n{'peak memory of 2,000 visits':48} {'MB':>14}")
    print(f"{'into an empty archive':48} {small:14.1f}\n{f'into one of {posts:,} posts':48} {large:14.1f}")
    return max(missed, _verdict("flat: at most 1.15 times", large <= 1.15 * small))


def build(path: Path, threads: Iterator[Document]) -> None:
    """An archive with these threads, by bulk statements: the same rows as save_visit, sooner."""
    Archive.open(path).close()
    conn = sqlite3.connect(path, isolation_level=None)
    conn.execute("PRAGMA synchronous = OFF")
    conn.execute("BEGIN")
    for key, thread in enumerate(threads, 1):
        conn.execute(
            "INSERT INTO documents (id, kind, url, published_at, words, first_seen_at, last_seen_at, digest, opening,"
            " text) VALUES (?, 'thread', ?, ?, ?, ?, ?, ?, ?, ?)",
            (key, thread.url, thread.published_at, POSTS_A_THREAD * WORDS_A_POST, thread.published_at,
             thread.published_at, thread.digest, opening(thread.text), thread.text),
        )  # fmt: skip
        conn.executemany(
            'INSERT INTO posts (id, document_id, position, text, posted_at, url, start, "end")'
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [(p.id, key, at, p.text, p.posted_at, p.url, p.start, p.end) for at, p in enumerate(thread.posts)],
        )
    for table in ("documents", "posts"):
        conn.execute(f"INSERT INTO {table}_fts ({table}_fts) VALUES ('rebuild')")
    conn.execute("COMMIT")
    conn.close()


def _words(vocabulary: Sequence[str]) -> list[str]:
    """From the most frequent to the rare: ranks 10, 13, 17... up to the end, long enough to be asked for."""
    ranks = sorted({int(10 * 1.3**step) for step in range(31) if 10 * 1.3**step < len(vocabulary)})
    return [vocabulary[rank] for rank in ranks if len(vocabulary[rank]) > 2]


def _search(path: Path, words: Sequence[str]) -> int:
    with Archive.open(path, readonly=True) as archive, sqlite3.connect(path) as conn:
        ours = [_best_ms(partial(archive.search, word, limit=20)) for word in words]
        by_hand = [_best_ms(partial(_rows, conn, BY_HAND, fts_query(word))) for word in words]
        like = [_best_ms(partial(_rows, conn, LIKE, f"%{word}%"), times=1) for word in words[::3]]
        same = all(
            [hit.document_id for hit in archive.search(word, limit=20)]
            == [row[0] for row in _rows(conn, BY_HAND, fts_query(word))]
            for word in words
        )
    conn.close()
    rows = [("filature search, with passages", ours), ("FTS5 by hand", by_hand), ("LIKE '%word%'", like)]
    middle = [statistics.median(times) for _, times in rows]
    print(f"{f'20 best documents, p50 of {len(words)} words':48} {'ms':>14} {'ratio':>7} {'slowest ms':>14}")
    for (name, times), ms in zip(rows, middle, strict=True):
        print(f"{name:48} {ms:14.2f} {ms / middle[0]:6.2f}x {max(times):14.2f}")
    return max(
        _verdict("the same documents in the same order as by hand", same),
        _verdict("at most 1.5 times the query by hand", middle[0] <= 1.5 * middle[1]),
        _verdict("at least 20 times faster than LIKE", middle[2] >= 20 * middle[0]),
    )


def _rows(conn: sqlite3.Connection, sql: str, parameter: str) -> list[tuple[int | str, ...]]:
    return conn.execute(sql, (parameter,)).fetchall()


def _best_ms(work: Callable[[], object], times: int = 3) -> float:
    best = float("inf")
    for _ in range(times):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return best * 1000


def _peak(path: Path) -> float:
    """Peak memory, in MB, of a process of its own that stores 2,000 new threads."""
    command = [sys.executable, "-m", "benchmarks.archive", "--store", str(path)]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout) / 1024


def store(path: Path, count: int = 2000) -> int:
    """Store new threads one visit at a time; the peak memory of this process in KB (Linux)."""
    with Archive.open(path) as archive:
        run = archive.start_run("bench", "0")
        for thread in Texts().threads(count, start=10**6):
            archive.save_visit(run, _visit(thread, 1, body=True))
    # Not ru_maxrss: a process inherits that of the one that started it.
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))


def _verdict(target: str, reached: bool) -> int:
    print(f"  target: {target}: {'reached' if reached else 'MISSED'}")
    return 0 if reached else 1


if __name__ == "__main__":
    if sys.argv[1:2] == ["--store"]:
        print(store(Path(sys.argv[2])))
    else:
        sys.exit(main())

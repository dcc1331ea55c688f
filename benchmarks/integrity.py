"""What it costs to know that an archive is whole: the chain at each page, verifying all of it, sealing, a backup.

    python -m benchmarks.integrity

Every figure is a ratio between two things measured in the same run, on texts made up from a seed.
"""

from __future__ import annotations

import hashlib
import random
import shutil
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import zstandard

from benchmarks.archive import Texts
from db import care, chain
from db.archive import Archive
from db.backup import backup
from db.records import Document, Fetch, Target, Visit

PAGES = 1500
PAGE_BYTES = 130_000


def main() -> int:
    """Print two tables; 1 when a target is missed."""
    with tempfile.TemporaryDirectory(prefix="filature-bench-") as folder:
        path = Path(folder) / "bench.db"
        seconds_a_page = _build(path)
        return max(_chain_cost(path, seconds_a_page), _verified(path), _copied(path))


def _visits() -> Iterator[Visit]:
    """Thread pages of the size of real ones: their text among much markup."""
    chance = random.Random(7)
    markup = [f'<div class="c{chance.randrange(400)}" id="x{chance.randrange(9000)}">' for _ in range(4000)]
    for document in Texts().threads(PAGES):
        yield _visit(document, _page(document, chance.sample(markup, 3000)))


def _page(document: Document, markup: list[str]) -> bytes:
    page = "".join(f"{tag}{post.text}" for tag, post in zip(markup, document.posts, strict=False)) + "".join(markup)
    return page.encode()[:PAGE_BYTES]


def _visit(document: Document, body: bytes) -> Visit:
    headers = {f"x-header-{number}": "a value as long as most of them are" for number in range(15)}
    fetch = Fetch(
        url=document.url, final_url=document.url, fetched_at="2021-05-04T07:12:31.123Z", elapsed_ms=40, status=200,
        content_type="text/html", headers=headers, body=body,
    )  # fmt: skip
    target = Target(url=document.url, kind="thread", source="bench", state="done")
    return Visit(target=target, fetches=(fetch,), documents=(document,))


def _build(path: Path) -> float:
    """Store all pages; seconds a page."""
    visits = list(_visits())
    with Archive.open(path) as archive:
        run = archive.start_run("bench", "0")
        start = time.process_time()
        for visit in visits:
            archive.save_visit(run, visit)
        return (time.process_time() - start) / len(visits)


def _chain_cost(path: Path, seconds_a_page: float) -> int:
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        (row,) = conn.execute(f"SELECT {', '.join(chain.COLUMNS)} FROM fetches LIMIT 1")
        conn.execute("BEGIN")
        start = time.process_time()
        for _ in range(PAGES):
            chain.extend(conn, row)
        cost = (time.process_time() - start) / PAGES
        conn.execute("ROLLBACK")
    print(f"\n{'storing a page':52} {seconds_a_page * 1e3:10.3f} ms")
    print(f"{'of which its link of the chain':52} {cost * 1e3:10.3f} ms")
    return _verdict("the chain takes at most 2 per cent of storing a page", cost <= 0.02 * seconds_a_page)


def _verified(path: Path) -> int:
    megabytes = _scalar(path, "SELECT sum(bytes) FROM snapshots") / 1e6
    rows = [
        ("filature verify --offline", _best(lambda: _verify(path))),
        ("sha256 of every unpacked snapshot, nothing else", _best(lambda: _hash_bodies(path))),
        ("PRAGMA integrity_check, nothing else", _best(lambda: _scalar(path, "PRAGMA integrity_check"))),
        ("filature seal, without its check", _best(lambda: _seal(path))),
    ]
    print(f"\n{f'{megabytes:.0f} MB of answers, {PAGES} pages':52} {'CPU s':>10} {'MB/CPU s':>8} {'ratio':>7}")
    for name, seconds in rows:
        print(f"{name:52} {seconds:10.2f} {megabytes / seconds:8.0f} {seconds / rows[0][1]:6.2f}x")
    both = rows[1][1] + rows[2][1]
    return _verdict("all checks in at most twice the two that SQLite and sha256 alone take", rows[0][1] <= 2 * both)


def _copied(path: Path) -> int:
    to = path.with_name("copy.db")
    ours = _best(lambda: backup(path, to, replace=True))
    plain = _best(lambda: shutil.copyfile(path, to))
    print(f"\n{f'{path.stat().st_size / 1e6:.0f} MB copied':52} {'CPU s':>10} {'ratio':>16}")
    print(f"{'filature backup, checked and synced':52} {ours:10.2f} {1:15.2f}x")
    print(f"{'shutil.copyfile, neither, not of one moment':52} {plain:10.2f} {plain / ours:15.2f}x")
    return 0


def _verify(path: Path) -> None:
    tally: Counter[str] = Counter()
    found = list(care.problems(path, tally))
    assert not found, found[0]
    assert tally["snapshots"] == PAGES


def _hash_bodies(path: Path) -> None:
    unpack = zstandard.ZstdDecompressor()
    with closing(sqlite3.connect(path)) as conn:
        for name, body in conn.execute("SELECT sha256, body FROM snapshots"):
            assert hashlib.sha256(unpack.decompress(body)).hexdigest() == name


def _seal(path: Path) -> None:
    care.seal(path, signed_by="bench", version="0")


def _scalar(path: Path, sql: str) -> int:
    with closing(sqlite3.connect(path)) as conn:
        found = conn.execute(sql).fetchone()[0]
    return found if isinstance(found, int) else 0


def _best(work: Callable[[], object], times: int = 3) -> float:
    best = float("inf")
    for _ in range(times):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best


def _verdict(target: str, reached: bool) -> int:
    print(f"  target: {target}: {'reached' if reached else 'MISSED'}")
    return 0 if reached else 1


if __name__ == "__main__":
    sys.exit(main())

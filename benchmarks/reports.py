"""What a topic report costs on a large archive: time, how much of it is SQLite's, and memory.

    python -m benchmarks.reports

The archive is made up from a seed: 100,000 posts in 2,500 threads, a year of them, ten topics, as many claims and
amounts as mining finds in real threads. The alternative in the same run is the least that any program would have to do:
the plain SQL of the same facts through sqlite3, fetched and thrown away. A third column shows what reading every claim
of a topic into memory costs, as a report without limits would.
"""

from __future__ import annotations

import json
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.archive import POSTS_A_THREAD, Texts, build
from db.archive import Archive
from db.records import TopicSeed
from report.render import Style, render
from report.topics import Selection, topics_report

POSTS = 100_000
TOPICS = 10
AUTHORS = 200
ENTITIES = 2_000
SEED = 11
MOST_MB = 400
STYLE = Style(date="2026-11-23")

# The facts of one topic, by hand: what a notebook would ask, and the same choice of claims.
BY_HAND = (
    "SELECT count(*), count(DISTINCT d.author_id), min(d.published_at), max(d.published_at) FROM documents d"
    " WHERE d.id IN (SELECT document_id FROM document_topics WHERE topic_id = :topic"
    " UNION SELECT c.document_id FROM claim_topics ct JOIN claims c ON c.id = ct.claim_id WHERE ct.topic_id = :topic)",
    "SELECT count(*), sum(c.check_worthy) FROM claim_topics ct JOIN claims c ON c.id = ct.claim_id"
    " WHERE ct.topic_id = :topic",
    "SELECT * FROM topic_months WHERE topic_id = :topic",
    "SELECT c.*, d.url, d.title FROM claim_topics ct JOIN claims c ON c.id = ct.claim_id"
    " JOIN documents d ON d.id = c.document_id WHERE ct.topic_id = :topic"
    " ORDER BY c.check_worthy DESC, c.score DESC LIMIT 30",
    "SELECT * FROM documents WHERE id IN (SELECT document_id FROM document_topics WHERE topic_id = :topic)"
    " ORDER BY published_at DESC LIMIT 60",
    "SELECT d.author_id, count(DISTINCT d.id), count(*) FROM claim_topics ct JOIN claims c ON c.id = ct.claim_id"
    " JOIN documents d ON d.id = c.document_id WHERE ct.topic_id = :topic GROUP BY 1 ORDER BY 2 DESC LIMIT 12",
    "SELECT e.name, e.label, count(DISTINCT m.document_id) AS n, count(*) FROM document_topics dt"
    " JOIN mentions m ON m.document_id = dt.document_id JOIN entities e ON e.id = m.entity_id"
    " WHERE dt.topic_id = :topic GROUP BY e.id ORDER BY n DESC LIMIT 40",
    "SELECT q.unit, q.value, q.surface, c.text FROM claim_topics ct JOIN quantities q ON q.claim_id = ct.claim_id"
    " JOIN claims c ON c.id = ct.claim_id WHERE ct.topic_id = :topic ORDER BY q.unit, q.value DESC LIMIT 32",
    "SELECT k.* FROM checks k JOIN document_topics dt ON dt.document_id = k.document_id AND dt.topic_id = :topic"
    " WHERE k.verdict = 'inconsistent' LIMIT 30",
    "SELECT w.value, count(*) FROM claim_topics ct, json_each(ct.words) w WHERE ct.topic_id = :topic"
    " GROUP BY 1 ORDER BY 2 DESC LIMIT 12",
)
EVERYTHING = (
    "SELECT c.*, d.url, d.title, d.opening FROM claim_topics ct JOIN claims c ON c.id = ct.claim_id"
    " JOIN documents d ON d.id = c.document_id WHERE ct.topic_id = :topic ORDER BY c.score DESC"
)


def main() -> int:
    """Print a table; 1 when a target is missed."""
    with tempfile.TemporaryDirectory(prefix="filature-bench-") as folder:
        path = Path(folder) / "large.db"
        started = time.perf_counter()
        make(path, POSTS)
        with sqlite3.connect(path) as conn:
            claims, told = conn.execute("SELECT count(*), (SELECT count(*) FROM claim_topics) FROM claims").fetchone()
        conn.close()
        size = path.stat().st_size / 2**20
        print(f"{POSTS:,} posts, {claims:,} claims, {told:,} of them in topics, {size:,.0f} MB")
        print(f"made in {time.perf_counter() - started:.0f} s")
        found = {name: _apart(path, name) for name in ("ours", "by hand", "everything")}
    return _shown(found)


def _shown(found: dict[str, dict[str, float]]) -> int:
    ours, by_hand, everything = found["ours"], found["by hand"], found["everything"]
    print(f"\n{'':44} {'wall s':>8} {'CPU s':>8} {'ratio':>7} {'peak MB':>8}")
    for name, row in (
        ("filature report topics, all of it", ours),
        ("the plain SQL of the same facts", by_hand),
        ("every claim of each topic, fetched", everything),
    ):
        print(f"{name:44} {row['wall']:8.2f} {row['cpu']:8.2f} {row['cpu'] / by_hand['cpu']:6.2f}x {row['peak']:8.0f}")
    share = ours["sql"] / ours["wall"]
    print(
        f"\nof ours, in SQLite {ours['sql']:.2f} s ({share:.0%}), rendering {ours['render']:.2f} s;"
        f" page {ours['mb']:.1f} MB"
    )
    return max(
        _verdict(f"peak memory below {MOST_MB} MB", ours["peak"] < MOST_MB),
        _verdict("most of the time is SQLite's", share > 0.5),
        _verdict("at most 3 times the plain SQL", ours["cpu"] <= 3 * by_hand["cpu"]),
    )


# --- The archive ------------------------------------------------------------------------------------------


def make(path: Path, posts: int) -> None:
    """An archive of so many posts, with what mining would have found in them, by bulk statements."""
    chance = random.Random(SEED)
    build(path, Texts().threads(posts // POSTS_A_THREAD))
    with Archive.open(path) as archive:
        archive.save_topics(
            [TopicSeed(name=f"topic{n}", label=f"Thème {n}", terms=(f"mot{n}*",)) for n in range(TOPICS)]
        )
    conn = sqlite3.connect(path, isolation_level=None)
    conn.execute("PRAGMA synchronous = OFF")
    conn.execute("BEGIN")
    conn.executemany(
        "INSERT INTO authors (id, handle) VALUES (?, ?)", [(n, f"agent{n}") for n in range(1, AUTHORS + 1)]
    )
    conn.executemany(
        "INSERT INTO entities (id, name, label) VALUES (?, ?, ?)",
        [(f"ORG:{n}", f"Organisation {n}", ("ORG", "PER", "LOC", "POLICY")[n % 4]) for n in range(ENTITIES)],
    )
    for (document,) in conn.execute("SELECT id FROM documents").fetchall():
        _mine(conn, document, chance)
    conn.execute("INSERT INTO claims_fts (claims_fts) VALUES ('rebuild')")
    conn.execute("COMMIT")
    conn.close()


def _mine(conn: sqlite3.Connection, document: int, chance: random.Random) -> None:
    day = f"2025-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}T08:00:00.000Z"
    conn.execute(
        "UPDATE documents SET published_at = ?, author_id = ? WHERE id = ?",
        (day, chance.randrange(1, AUTHORS + 1), document),
    )
    conn.execute("INSERT INTO analyses VALUES (?, 1, 'made-up', ?)", (document, day))
    topics = chance.sample(range(TOPICS), 3)
    conn.executemany(
        "INSERT INTO document_topics VALUES (?, ?, ?, '[]')", [(document, f"topic{n}", 0.3) for n in topics]
    )
    posts = conn.execute('SELECT id, text, start, "end" FROM posts WHERE document_id = ?', (document,)).fetchall()
    for post, text, start, end in posts:
        _mine_post(conn, document, (post, text, start, end), topics, chance)


def _mine_post(
    conn: sqlite3.Connection, document: int, post: tuple[str, str, int, int], topics: list[int], chance: random.Random
) -> None:
    key, text, start, end = post
    claim = conn.execute(
        'INSERT INTO claims (document_id, post_id, start, "end", text, kind, check_worthy, score, polarity,'
        " attributed_to, rule) VALUES (?, ?, ?, ?, ?, 'quantity', ?, ?, 'affirmed', ?, 'made-up')",
        (
            document,
            key,
            start,
            end,
            text,
            chance.random() < 0.3,
            chance.random(),
            "X" if chance.random() < 0.05 else None,
        ),
    ).lastrowid
    words = json.dumps([f"mot{chance.randrange(30)}"])
    conn.executemany(
        "INSERT INTO claim_topics VALUES (?, ?, 1.0, ?)",
        [(claim, f"topic{n}", words) for n in chance.sample(topics, chance.choice((1, 1, 2)))],
    )
    if chance.random() < 0.3:
        conn.execute("INSERT INTO claim_groups VALUES (?, ?)", (claim, chance.randrange(20_000)))
    conn.execute(
        'INSERT INTO mentions (document_id, post_id, start, "end", surface, label, entity_id, rule)'
        " VALUES (?, ?, ?, ?, 'x', 'ORG', ?, 'made-up')",
        (document, key, start, start + 1, f"ORG:{int(ENTITIES * chance.random() ** 3)}"),
    )
    if chance.random() < 0.5:
        _measure(conn, document, int(claim or 0), start, chance)


def _measure(conn: sqlite3.Connection, document: int, claim: int, start: int, chance: random.Random) -> None:
    amounts = [
        conn.execute(
            'INSERT INTO quantities (document_id, claim_id, start, "end", surface, value, unit, bound, rule)'
            " VALUES (?, ?, ?, ?, ?, ?, ?, '=', 'made-up')",
            (
                document,
                claim,
                start + at,
                start + at + 3,
                "100",
                chance.randrange(1000),
                chance.choice(("EUR", "%", "agent")),
            ),
        ).lastrowid
        for at in (0, 4)
    ]
    if chance.random() < 0.05:
        check = conn.execute(
            "INSERT INTO checks (document_id, relation, stated, computed, unit, verdict, explanation, rule)"
            " VALUES (?, 'share', 10, 20, '%', ?, 'x', 'made-up')",
            (document, chance.choice(("inconsistent", "consistent", "consistent"))),
        ).lastrowid
        conn.executemany(
            "INSERT INTO check_quantities VALUES (?, ?, ?)", [(check, amounts[0], "part"), (check, amounts[1], "whole")]
        )


# --- Measuring, each in a process of its own --------------------------------------------------------------


def _apart(path: Path, what: str) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.reports", "--measure", what, str(path)]
    return dict(json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))


def measure(what: str, path: Path) -> dict[str, float]:
    """Wall and CPU seconds, and the peak memory in MB of this process, whose only work this is."""
    work: Callable[[Path], dict[str, float]] = {"ours": _ours, "by hand": _by_hand, "everything": _everything}[what]
    wall, cpu = time.perf_counter(), time.process_time()
    more = work(path)
    spent = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
    # Not ru_maxrss: a process inherits that of the one that started it.
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    peak = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024
    return {**spent, "peak": peak, **more}


def _ours(path: Path) -> dict[str, float]:
    spent = 0.0

    class Timed(sqlite3.Cursor):
        """Counts the time within SQLite: to the first row, and to each that follows."""

        def execute(self, *args: object) -> Timed:
            return self._timed(super().execute, *args)  # type: ignore[return-value]

        def fetchall(self) -> list[object]:
            return self._timed(super().fetchall)  # type: ignore[return-value]

        def fetchone(self) -> object:
            return self._timed(super().fetchone)

        def __next__(self) -> object:
            return self._timed(super().__next__)

        def _timed(self, call: Callable[..., object], *args: object) -> object:
            nonlocal spent
            started = time.perf_counter()
            try:
                return call(*args)
            finally:
                spent += time.perf_counter() - started

    class Counting(sqlite3.Connection):
        def execute(self, *args: object) -> Timed:
            return self.cursor(Timed).execute(*args)

    with sqlite3.connect(
        path.absolute().as_uri() + "?mode=ro", uri=True, isolation_level=None, factory=Counting
    ) as conn:
        conn.execute("PRAGMA cache_size = -8000")
        archive = Archive(conn, path, readonly=True)
        report = topics_report(archive, Selection(), STYLE)
        started = time.perf_counter()
        page = render(report, STYLE)
        rendered = time.perf_counter() - started
    conn.close()
    return {"sql": spent, "render": rendered, "mb": len(page.encode()) / 2**20}


def _by_hand(path: Path) -> dict[str, float]:
    with sqlite3.connect(path) as conn:
        for topic in range(TOPICS):
            for query in BY_HAND:
                conn.execute(query, {"topic": f"topic{topic}"}).fetchall()
    conn.close()
    return {}


def _everything(path: Path) -> dict[str, float]:
    with sqlite3.connect(path) as conn:
        kept = [conn.execute(EVERYTHING, {"topic": f"topic{n}"}).fetchall() for n in range(TOPICS)]
    conn.close()
    return {"rows": float(sum(map(len, kept)))}


def _verdict(target: str, reached: bool) -> int:
    print(f"  target: {target}: {'reached' if reached else 'MISSED'}")
    return 0 if reached else 1


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        print(json.dumps(measure(sys.argv[2], Path(sys.argv[3]))))
    else:
        sys.exit(main())

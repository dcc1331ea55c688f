"""A long harvest of short threads from hosts that often fail: does it slow down, grow, lose a page or forget a failure?

Run: python -m benchmarks soak [--pages 50000]   (a quarter of an hour)

A server of its own process generates the threads (14 KB, ten posts: the demo site has not so many) and has 5 % of
requests go wrong. Politeness is off; robots.txt, retries and their waits are on. The harvest is the one of `filature
harvest`; later ones, at a clock set forward, ask again for what failed, until only pages that never answer are left.

Speed along the way moves with what else the machine does. So the archive as it was at a tenth of the way is kept, and
at the end both are given the same number of pages more, by turns: that says whether an archive slows as it grows.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import logging
import resource
import sqlite3
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.pages import SHORT, thread_page, thread_path
from benchmarks.soak_server import HOSTS, lasting_fault, serving
from db import care
from db.archive import Archive
from db.backup import backup
from db.records import Lead, Target
from filature.wiring import recorded
from harvester.addresses import host_of
from harvester.fetch import Client, HarvestSettings
from harvester.run import HarvestCounts, harvest
from harvester.sites import READERS

WINDOWS = 20
TURNS = 6
TURN_PAGES = 800
ENOUGH = 20_000  # of fewer pages the first fifth is the program warming up: nothing is said of speed and memory
SLOWER = 0.10  # tolerated between start and end
LARGER = 0.05  # tolerated of memory in the second half: what follows the number of pages goes on growing there
RUNS = 5  # a page that was read is due again after half a year, which these do not reach
APART = timedelta(days=31)  # what seems gone is asked for again after a month


@dataclass(frozen=True, slots=True)
class Moment:
    """After so many pages: seconds on the clock and of this process's processor time, memory and archive in MB."""

    pages: int
    clock: float
    cpu: float
    memory: float
    archive: float


class Watch:
    """Notes a moment every so many pages. `steady`: how many while every host had pages left.

    After that there is less to ask for side by side, so that fewer pages are stored at one stroke: what is measured
    then is waiting.
    """

    def __init__(self, every: int, archive: Path, pages: int) -> None:
        self.every = every
        self.archive = archive
        self.left = Counter(host_of(address(number)) for number in range(pages))
        self.steady = 0
        self.moments = [self.moment(0)]
        self.young = archive.with_name("young.db")

    def moment(self, pages: int) -> Moment:
        size = sum(file.stat().st_size for file in self.archive.parent.glob(f"{self.archive.name}*"))
        return Moment(pages, time.perf_counter(), time.process_time(), memory(), size / 1e6)

    def __call__(self, target: Target, counts: HarvestCounts) -> None:
        self.left[host_of(target.url)] -= 1
        if not self.steady and not self.left[host_of(target.url)]:
            self.steady = len(self.moments)
        if counts.pages % self.every == 0:
            self.moments.append(self.moment(counts.pages))
            print(window(*self.moments[-2:]), flush=True)
            if len(self.moments) == 1 + WINDOWS // 10:
                backup(self.archive, self.young)


def memory() -> float:
    """What this process has in memory now, in MB; where the system does not tell, the most it ever had."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        unit = 1 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6
    return int(status.partition("VmRSS:")[2].split()[0]) * 1024 / 1e6


def speed(before: Moment, after: Moment) -> float:
    """Pages a second of processor time, which other programs on the machine change little."""
    return (after.pages - before.pages) / (after.cpu - before.cpu)


def window(before: Moment, after: Moment) -> str:
    clock = (after.pages - before.pages) / (after.clock - before.clock)
    return f"{after.pages:>8}{clock:>10.0f}{speed(before, after):>14.0f}{after.memory:>10.0f}{after.archive:>13.0f}"


def site(host: int) -> str:
    return f"https://reader{host}.example"


def address(number: int) -> str:
    return site(number % HOSTS) + thread_path(number)


def run_once(path: Path, origins: Sequence[str], days: timedelta, watch: Watch | None = None) -> HarvestCounts:
    """One harvest `days` from now."""
    mirrors = {origin: site(host) for host, origin in enumerate(origins)}
    settings = HarvestSettings(contact="soak", pause_seconds=0, mirrors=mirrors)
    with Archive.open(path) as archive, recorded(archive, "harvest") as run, Client(settings) as client:
        counts = harvest(
            archive,
            READERS,
            client,
            run_id=run.id,
            now=lambda: datetime.now(UTC) + days,
            progress=watch,
        )
        run.counts = counts.as_dict()
    return counts


def queue(path: Path, numbers: range) -> None:
    with Archive.open(path) as archive, archive.together():
        archive.add_targets([Lead(url=address(number), kind="thread") for number in numbers], source=None)


def steadiness(moments: Sequence[Moment], steady: int) -> Iterator[str]:
    """Start and end side by side; what is said in capitals is a miss."""
    speeds = [speed(*pair) for pair in pairwise(moments[:steady])]
    fifth = max(1, len(speeds) // 5)
    start, end = median(speeds[:fifth]), median(speeds[-fifth:])
    print(
        f"pages a CPU second: {start:.0f} in the first fifth, {end:.0f} in the last ({end / start - 1:+.0%}),"
        f" of the {moments[steady - 1].pages} pages asked while no host had run out"
    )
    tenth, half, whole = (moments[round(part * (len(moments) - 1))].memory for part in (0.1, 0.5, 1))
    yield (
        f"memory: {tenth:.0f} MB at a tenth, {half:.0f} at half, {whole:.0f} at the end"
        + (" LARGER" if whole > half * (1 + LARGER) else "")
    )


def wear(young: Path, old: Path, origins: Sequence[str], pages: int) -> Iterator[str]:
    """What a page more costs in the archive as it was at a tenth of the way, and as it is at the end."""
    spent: dict[Path, list[float]] = {young: [], old: []}
    with closing(sqlite3.connect(young)) as conn, conn:
        conn.execute("DELETE FROM targets WHERE state = 'waiting'")  # what was asked since
    for turn in range(TURNS):
        for path in (young, old):
            queue(path, range(pages + turn * TURN_PAGES, pages + (turn + 1) * TURN_PAGES))
            started = time.process_time()
            run_once(path, origins, timedelta(0))
            spent[path].append((time.process_time() - started) / TURN_PAGES)
    start, end = (1 / median(spent[path]) for path in (young, old))
    yield (
        f"pages a CPU second, by turns: {start:.0f} in the archive of a tenth, {end:.0f} in the whole one"
        f" ({end / start - 1:+.0%})" + (" SLOWER" if end < start * (1 - SLOWER) else "")
    )


def rows(path: Path, sql: str) -> list[Any]:
    with closing(sqlite3.connect(path)) as conn:
        return conn.execute(sql).fetchall()


def wrong(path: Path, pages: int, counts: HarvestCounts) -> Iterator[str]:
    """What must not be, after the first run: pages without an outcome, counts that do not add up, damage."""
    states: dict[str, int] = dict(rows(path, "SELECT state, count(*) FROM targets GROUP BY state"))
    if set(states) - {"done", "failed", "gone"} or sum(states.values()) != pages:
        yield f"states of {pages} targets: {states}"
    if rows(path, "SELECT 1 FROM targets WHERE state <> 'done' AND coalesce(last_error, '') = '' LIMIT 1"):
        yield "a failure without a reason"
    if counts.pages != pages or counts.new != states.get("done") or counts.failed != pages - counts.new:
        yield f"{counts} where the targets are {states}"
    yield from damage(path, states.get("done", 0))


def damage(path: Path, documents: int) -> Iterator[str]:
    """What is wrong with the file, and with the documents that were read."""
    if rows(path, "PRAGMA integrity_check") != [("ok",)] or rows(path, "PRAGMA foreign_key_check"):
        yield "the file is damaged"
    for problem in care.problems(path, Counter()):
        yield str(problem)
    found = rows(path, "SELECT count(*), count(DISTINCT url), count(DISTINCT text) FROM documents")[0]
    if found != (documents, documents, documents):
        yield f"documents, addresses and texts: {found}, {documents} were read"
    if rows(path, "SELECT 1 FROM unindexed UNION SELECT 1 FROM versions"):
        yield "a document is not in the search index, or seems to have changed"
    if rows(path, "SELECT (SELECT count(*) FROM documents_fts_docsize)")[0] != (documents,):
        yield "the search index has not as many documents"


def other_bytes(path: Path, every: int) -> Iterator[str]:
    """Of each so many pages one whose bytes are not those that the server gives."""
    sql = "SELECT t.url, d.snapshot FROM targets t JOIN documents d ON d.id = t.document_id"
    kept: dict[str, str] = dict(rows(path, sql))
    for number in range(0, len(kept), every):
        if not lasting_fault(number):
            digest = hashlib.sha256(thread_page(number, SHORT)).hexdigest()
            if kept.get(address(number)) not in (digest, None):
                yield f"{address(number)}: other bytes are kept"


def left(path: Path) -> set[str]:
    return {url for (url,) in rows(path, "SELECT url FROM targets WHERE state <> 'done'")}


def faults_met(origins: Sequence[str]) -> dict[str, int]:
    with urllib.request.urlopen(f"{origins[0]}/tally") as answer:
        return dict(json.load(answer))


def soak(path: Path, pages: int, origins: Sequence[str]) -> Iterator[str]:
    """Harvest until only lasting failures are left; what went wrong on the way."""
    queue(path, range(pages))
    print(f"{'pages':>8}{'pages/s':>10}{'pages/CPU s':>14}{'MB':>10}{'archive MB':>13}", flush=True)
    watch = Watch(max(1, pages // WINDOWS), path, pages)
    counts = run_once(path, origins, timedelta(0), watch)
    yield from judged(steadiness(watch.moments, watch.steady), pages)
    met = faults_met(origins)
    kept = rows(path, "SELECT count(*) FROM fetches")[0][0]
    print(f"first run: {counts.new} stored, {counts.failed} failed with a reason, {counts.requests} requests; {met}")
    if not met["requests"] == kept == counts.requests:
        yield f"{met['requests']} requests reached the server, {counts.requests} were counted, {kept} kept"
    yield from wrong(path, pages, counts)
    yield from other_bytes(path, 50)
    lasting = {address(number) for number in range(pages) if lasting_fault(number)}
    for again in range(1, RUNS):
        if left(path) == lasting:
            break
        counts = run_once(path, origins, again * APART)
        print(f"run {again + 1}: {counts.pages} asked again, {counts.new} stored, {counts.failed} failed")
    if left(path) != lasting:
        yield f"{len(left(path) ^ lasting)} addresses do not end as they should"
    print(f"at the end: {pages - len(lasting)} stored, {len(lasting)} that never answer, each with its reason")
    yield from damage(path, pages - len(lasting))
    yield from other_bytes(path, 50)
    if pages >= ENOUGH:
        yield from judged(wear(watch.young, path, origins, pages), pages)


def judged(lines: Iterable[str], pages: int) -> Iterator[str]:
    """Print them; those that tell of a miss."""
    for line in lines:
        print(line, flush=True)
        if pages >= ENOUGH and line.endswith(("SLOWER", "LARGER")):
            yield line


def main(arguments: Sequence[str] = ()) -> int:
    """1 when it slows down by more than a tenth, goes on growing, or anything is lost."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks soak")
    parser.add_argument("--pages", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1, help="another draw of faults")
    options = parser.parse_args(arguments)
    logging.getLogger().addHandler(logging.NullHandler())
    with tempfile.TemporaryDirectory() as folder, serving(options.seed) as origins:
        found = list(soak(Path(folder, "soak.db"), options.pages, origins))
    for line in found:
        print(f"WRONG: {line}")
    if not found:
        print("nothing is lost")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

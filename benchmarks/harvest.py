"""A whole harvest of 2,000 threads from one host, against the programs that people write for it.

Politeness is off (no pause); robots.txt, retries and one log line a request are on. filature also compresses and
keeps each page, and indexes it for search; the others only store the same rows. Each runs as a process of its own,
imports included.
"""

from __future__ import annotations

import hashlib
import logging
import sqlite3
import sys
import tempfile
from pathlib import Path

from benchmarks.pages import thread_path
from benchmarks.processes import BENCH_PYTHON, Measure, measure
from benchmarks.server import serving

PAGES = 2000
SITE = "https://threadreaderapp.com"
# Name, how many pages it is given (ratios are of pages a second), and by how much filature must be faster.
BASELINES = (
    ("httpx_soup", "httpx + BeautifulSoup(lxml) + sqlite3", 400, 7.0),
    ("scrapy_lxml", "scrapy + lxml XPath + sqlite3", PAGES, 1.0),
    ("minet_soup", "minet + its soup(lxml) + sqlite3", 400, 7.0),
)
POSTS = "SELECT id, text, posted_at, url FROM posts ORDER BY id"
LINKS = "SELECT post_id, kind, url, display FROM links ORDER BY post_id, kind, url, display"
MEDIA = "SELECT post_id, kind, url FROM media ORDER BY post_id, url"
CARDS = "SELECT url, handle, date_text, tweets, excerpt FROM cards ORDER BY url, excerpt"


def harvest_all(origin: str, path: str, count: int) -> None:
    """What is measured: a real run into a real archive."""
    from db.archive import Archive
    from db.records import Lead
    from harvester.fetch import Client, HarvestSettings
    from harvester.run import harvest
    from harvester.sites import READERS

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    settings = HarvestSettings(pause_seconds=0, mirrors={origin: SITE})
    with Archive.open(path) as archive, Client(settings) as client:
        archive.add_targets([Lead(url=SITE + thread_path(n), kind="thread") for n in range(count)], source=None)
        run_id = archive.start_run("harvest", "benchmark")
        counts = harvest(archive, READERS, client, run_id=run_id)
        archive.finish_run(run_id, "done", counts.as_dict())
    if counts.new != count:
        raise SystemExit(f"expected {count} new documents: {counts}")


def digest(path: Path, pages: int) -> str:
    """Of all rows of the first `pages` threads, the order of insertion left out."""
    found = hashlib.sha256()
    last = f"{thread_path(pages).removeprefix('/thread/').removesuffix('.html')}"
    with sqlite3.connect(path) as conn:
        for sql in (POSTS, LINKS, MEDIA):
            key = "id" if sql is POSTS else "post_id"
            for row in conn.execute(sql.replace(" ORDER", f" WHERE {key} < '{last}' ORDER")):
                found.update(repr(row).encode())
    return found.hexdigest()


def line(name: str, pages: int, found: Measure) -> str:
    speed = pages / found.seconds
    return f"{name:<40}{speed:>9.0f}{1000 * found.cpu_seconds / pages:>12.2f}{found.megabytes:>10.0f}"


def main() -> int:
    """Print pages a second, ratios and memory; 1 when a ratio is missed or the rows differ."""
    missed = 0
    with tempfile.TemporaryDirectory() as folder, serving(PAGES) as origin:
        ours = Path(folder, "ours.db")
        found = measure([sys.executable, "-m", "benchmarks.harvest", origin, ours, str(PAGES)])
        print(f"{'harvest of 133 KB threads':<40}{'pages/s':>9}{'CPU ms/page':>12}{'peak MB':>10}")
        print(line("filature (search index, snapshots kept)", PAGES, found))
        for module, name, pages, wanted in BASELINES:
            theirs = Path(folder, f"{module}.db")
            paths = [thread_path(number) for number in range(pages)]
            other = measure([BENCH_PYTHON, "-m", f"benchmarks.baselines.{module}", origin, theirs, *paths])
            ratio = (PAGES / found.seconds) / (pages / other.seconds)
            same = digest(ours, pages) == digest(theirs, pages)
            missed += ratio < wanted or not same
            verdict = f"x{ratio:.1f} (at least {wanted:g})" + ("" if same else ", OTHER ROWS")
            print(f"{line(name, pages, other)}   filature {verdict}")
    return 1 if missed else 0


if __name__ == "__main__":
    if len(sys.argv) == 4:
        harvest_all(sys.argv[1], sys.argv[2], int(sys.argv[3]))
    else:
        sys.exit(main())

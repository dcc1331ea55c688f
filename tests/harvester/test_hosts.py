"""Hosts side by side, at their own pace or left alone; and runs that are stopped, killed, or fail."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Collection
from itertools import pairwise
from pathlib import Path

import pytest

from db.archive import Archive
from db.records import Lead, Source, Target
from harvester.run import HarvestCounts
from tests.harvester.runs import ROOT, days_until, listing, page, rows, run, target
from tests.harvester.server import Reply, Site, serving

# --- hosts ----------------------------------------------------------------------------------------------------------


def test_hosts_are_asked_side_by_side(archive: Archive) -> None:
    both = threading.Barrier(2, timeout=5)

    def answer(_: object) -> Reply:
        both.wait()
        return page("one")

    with serving() as one, serving() as two:
        for site in (one, two):
            site.routes["/a"] = answer
            archive.add_targets([Lead(url=site["/a"], kind="page")], source=None)
        assert run(archive).new == 2


def test_a_host_is_asked_with_a_pause(site: Site, archive: Archive) -> None:
    site.routes |= {path: page(path) for path in ("/a", "/b")}
    archive.add_targets([Lead(url=site[path], kind="page") for path in ("/a", "/b")], source=None)
    run(archive, pause_seconds=0.3)
    times = [seen.at for seen in site.seen]
    # As the site saw them: on a busy machine a request may be noticed late.
    assert [later - sooner >= 0.2 for sooner, later in pairwise(times)] == [True, True]


def test_a_host_that_does_not_answer_is_left_to_the_next_run(
    site: Site, archive: Archive, caplog: pytest.LogCaptureFixture
) -> None:
    site.routes["/a"] = page("one")
    dead = [Lead(url=f"http://nulle-part.invalid/{n}", kind="page") for n in range(9)]
    archive.add_targets([*dead, Lead(url=site["/a"], kind="page")], source=None)
    with caplog.at_level(logging.WARNING):
        counts = run(archive)
    assert (counts.failed, counts.new) == (3, 1)
    assert (
        "nulle-part.invalid is left to the next run: host name not found: nulle-part.invalid (misspelt, or no network)"
        in caplog.messages
    )
    assert rows(archive, "SELECT count(*) FROM targets WHERE state = 'waiting'") == [(6,)]


def test_a_host_that_asks_for_an_hour_is_left_alone(site: Site, archive: Archive) -> None:
    site.routes |= {f"/{n}": Reply(429, headers={"Retry-After": "3600"}) for n in range(5)}
    archive.add_targets([Lead(url=site[f"/{n}"], kind="page") for n in range(5)], source=None)
    run(archive)
    assert site.paths == ["/0"]


def test_a_host_is_left_alone_with_what_its_last_answer_leads_to(site: Site, archive: Archive) -> None:
    site.routes["/ping"] = Reply(429, headers={"Retry-After": "3600"})
    archive.add_targets([Lead(url=site["/ping"], kind="ping")], source=None)
    run(archive)
    assert site.paths == ["/ping"]
    assert target(archive, site["/instead"])["state"] == "waiting"


def test_what_leads_to_a_host_left_alone_costs_no_look_through_the_queue(site: Site, tmp_path: Path) -> None:
    looks = []

    class Watched(Archive):
        def due_hosts(self, now: str, sources: Collection[str] | None = None) -> list[str]:
            looks.append(now)
            return super().due_hosts(now, sources)

    with serving() as other, Watched.open(tmp_path / "watched.db") as archive:
        other.routes["/0"] = Reply(429, headers={"Retry-After": "3600"})
        site.routes["/list"] = listing(
            f"neighbour page {other['/0']}", *(f"neighbour page {site[f'/{n}']}" for n in range(40))
        )
        site.routes |= {f"/{n}": page(f"{n} near {other[f'/more/{n}']}") for n in range(40)}
        assert run(archive, Source(id="s", kind="list", url=site["/list"])).new == 40
        assert other.paths == ["/0"]
    assert len(looks) < 20


def test_robots_that_cannot_be_had_leave_the_host_alone(site: Site, archive: Archive) -> None:
    site.routes |= {"/robots.txt": Reply(503)}
    archive.add_targets([Lead(url=site[f"/{n}"], kind="page") for n in range(5)], source=None)
    assert run(archive).refused == 1
    assert site.paths == []
    assert days_until(target(archive, site["/0"])["next_attempt_at"]) == pytest.approx(1 / 24, abs=0.01)


def test_a_host_that_asks_for_a_day_between_requests_is_left_to_the_next_run(site: Site, archive: Archive) -> None:
    site.routes |= {f"/{n}": page(f"post {n}") for n in range(5)}
    site.routes["/robots.txt"] = Reply(200, b"User-agent: *\nCrawl-delay: 86400")
    archive.add_targets([Lead(url=site[f"/{n}"], kind="page") for n in range(5)], source=None)
    for read in (1, 2):
        counts = run(archive)
        assert (counts.pages, counts.new, counts.refused, len(site.paths)) == (2, 1, 1, read)
    [reason] = {target(archive, site[f"/{n}"])["last_error"] for n in (1, 3)}
    assert reason == "robots.txt asks for 86400 s between requests: one page a run"


# --- stopping ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_a_run_and_keeps_what_was_stored(site: Site, archive: Archive, number: int) -> None:
    site.routes |= {f"/{n}": page(str(n)) for n in range(50)}
    archive.add_targets([Lead(url=site[f"/{n}"], kind="page") for n in range(50)], source=None)

    def stop(_: Target, counts: HarvestCounts) -> None:
        if counts.pages == 3:
            os.kill(os.getpid(), number)

    before = signal.getsignal(number)
    counts = run(archive, progress=stop, pause_seconds=0.01)
    assert signal.getsignal(number) is before
    assert counts.interrupted
    assert 3 <= counts.pages <= 8
    assert rows(archive, "SELECT count(*) FROM documents") == [(counts.pages,)]
    rest = run(archive)
    assert (rest.pages, rest.interrupted) == (50 - counts.pages, False)
    assert len(site.paths) == len(set(site.paths)), "none is asked twice"


def test_a_run_that_waits_for_its_turn_stops_at_once(site: Site, archive: Archive) -> None:
    archive.add_targets([Lead(url=site["/a"], kind="page")], source=None)

    def stop_once_asked() -> None:
        # Not sooner: before the run has begun, the signal would end the tests.
        while not site.seen:
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=stop_once_asked, daemon=True).start()
    started = time.monotonic()
    assert run(archive, pause_seconds=60).interrupted
    assert time.monotonic() - started < 30, "not the minute of the pause"


def report(_: Target, counts: HarvestCounts) -> None:
    sys.stdout.write(f"{counts.pages}\n")
    sys.stdout.flush()


def harvest_until_killed(path: str, origin: str) -> None:
    """Run by the next test in a process of its own."""
    with Archive.open(path) as archive:
        archive.add_targets([Lead(url=f"{origin}/{n}", kind="page") for n in range(200)], source=None)
        run(archive, progress=report)


def test_a_killed_run_loses_at_most_the_pages_in_flight(site: Site, tmp_path: Path) -> None:
    site.routes |= {f"/{n}": page(str(n)) for n in range(200)}
    path = tmp_path / "archive.db"
    code = f"from {__name__} import harvest_until_killed as h; h({str(path)!r}, {site.origin!r})"
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        reported = next(int(line) for line in process.stdout if int(line) >= 40)
        process.kill()
    asked = len(site.paths)
    with Archive.open(path) as archive:
        [(stored,)] = rows(archive, "SELECT count(*) FROM documents")
        assert isinstance(stored, int)
        assert reported <= stored
        assert asked - stored <= 4, "those in flight where hosts need no pause"
        assert run(archive).new == 200 - stored
    assert len(site.paths) - len(set(site.paths)) == asked - stored, "only those are asked twice"


def test_an_archive_that_fails_ends_the_run_and_its_threads(site: Site, archive: Archive) -> None:
    site.routes |= {f"/{n}": page(str(n)) for n in range(20)}
    archive.add_targets([Lead(url=site[f"/{n}"], kind="page") for n in range(20)], source=None)

    def fail(_: Target, counts: HarvestCounts) -> None:
        raise OSError("no space left on device")

    with pytest.raises(OSError, match="no space"):
        run(archive, progress=fail)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("host ")]

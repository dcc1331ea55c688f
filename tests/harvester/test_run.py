"""Whole runs: a real archive, real servers on the loopback, and two small readers."""

from __future__ import annotations

import logging
import os
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from db.archive import Archive
from db.records import Document, Lead, Source, Target
from harvester.fetch import Client, HarvestSettings
from harvester.model import Answer, PageShapeError, Reader, Reading
from harvester.run import HarvestCounts, Progress, harvest, plan
from harvester.schedule import timestamp
from tests.harvester.server import Reply, Site, serving


def read_page(answer: Answer) -> Reading:
    """A page is `page <date>` and a text; the word `crash` is a defect of the reader."""
    first, _, text = answer.body.decode().partition("\n")
    if not first.startswith("page "):
        raise PageShapeError(answer.url, "no first line `page <date>`")
    if text == "crash":
        raise KeyError("x")
    leads = tuple(Lead(url=url, kind="page", relation="neighbour") for url in re.findall(r"near (\S+)", text))
    document = Document(kind="page", url=answer.address, text=text, published_at=first.removeprefix("page "))
    return Reading(documents=(document,), leads=leads)


def read_list(answer: Answer) -> Reading:
    """A list is lines of `<relation> <kind> <address>`."""
    lines = [line.split() for line in answer.body.decode().splitlines()]
    return Reading(leads=tuple(Lead(relation=r, kind=k, url=u) for r, k, u in lines))  # type: ignore[arg-type]


def read_failure(answer: Answer) -> Reading:
    if answer.status == 200:
        return Reading()
    tail = "/instead" if answer.status else "/silent"
    return Reading(leads=(Lead(url=answer.url.rsplit("/", 1)[0] + tail, kind="page", relation="moved"),))


def reader(kind: str, read: object, **flags: bool) -> Reader:
    assert callable(read)
    return Reader(name=kind, kind=kind, example="", pattern=re.compile("x"), read=read, **flags)


READERS = (
    reader("page", read_page),
    reader("list", read_list, listing=True),
    reader("ping", read_failure, reads_failures=True),
)
ROOT = Path(__file__).resolve().parents[2]
OLD = "2020-01-01T00:00:00.000Z"


def page(text: str, date: str = OLD, **headers: str) -> Reply:
    return Reply(200, f"page {date}\n{text}".encode(), headers)


def listing(*lines: str) -> Reply:
    return Reply(200, "\n".join(lines).encode())


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as site:
        yield site


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "archive.db") as archive:
        yield archive


def run(
    archive: Archive, *sources: Source, limit: int | None = None, progress: Progress | None = None, **settings: object
) -> HarvestCounts:
    values: dict[str, object] = {"pause_seconds": 0, "allow_private_addresses": True, "retries": 0} | settings
    archive.sync_sources(sources)
    run_id = archive.start_run("harvest", "0")
    with Client(HarvestSettings(**values)) as client:  # type: ignore[arg-type]
        counts = harvest(archive, READERS, client, run_id=run_id, limit=limit, progress=progress)
    archive.finish_run(run_id, "done", counts.as_dict())
    return counts


def rows(archive: Archive, sql: str, *values: object) -> list[tuple[object, ...]]:
    with sqlite3.connect(archive.path) as conn:
        return conn.execute(sql, values).fetchall()


def target(archive: Archive, url: str) -> dict[str, object]:
    [row] = rows(archive, "SELECT state, attempts, last_error, next_attempt_at FROM targets WHERE url = ?", url)
    return dict(zip(("state", "attempts", "last_error", "next_attempt_at"), row, strict=True))


def days_until(text: object) -> float:
    return (datetime.fromisoformat(str(text)) - datetime.now(UTC)) / timedelta(days=1)


# --- what a run follows -----------------------------------------------------------------------------------------


def test_a_listing_brings_its_pages_in_the_same_run_and_each_once(site: Site, archive: Archive) -> None:
    site.routes |= {
        "/list": listing(f"item page {site['/a']}", f"item page {site['/b']}", f"item page {site['/a']}"),
        "/a": page(f"one near {site['/c']} near {site['/list']}"),
        "/b": page("two"),
        "/c": page("three"),
    }
    counts = run(archive, Source(id="liste", kind="list", url=site["/list"]))
    assert sorted(site.paths) == ["/a", "/b", "/c", "/list"]
    assert counts == HarvestCounts(pages=4, requests=5, new=3, targets_added=3)
    assert rows(archive, "SELECT url, source, snapshot IS NOT NULL FROM documents ORDER BY url") == [
        (site[path], "liste", 1) for path in ("/a", "/b", "/c")
    ]
    assert rows(archive, "SELECT last_error FROM sources WHERE last_checked_at IS NOT NULL") == [(None,)]
    assert rows(archive, "SELECT count(*) FROM fetches WHERE url LIKE '%/robots.txt'") == [(1,)]


def test_a_second_run_asks_again_for_the_listing_alone(site: Site, archive: Archive) -> None:
    source = Source(id="liste", kind="list", url=site["/list"])
    site.routes |= {"/list": listing(f"item page {site['/a']}"), "/a": page("one")}
    run(archive, source)
    site.seen.clear()
    assert run(archive, source) == HarvestCounts(pages=1, requests=2)
    assert site.paths == ["/list"]
    assert days_until(target(archive, site["/a"])["next_attempt_at"]) == pytest.approx(180, abs=1)


def test_further_pages_are_read_while_they_bring_unknown_addresses(site: Site, archive: Archive) -> None:
    source = Source(id="liste", kind="list", url=site["/list"])
    site.routes |= {
        "/list": listing(f"item page {site['/c']}", f"more list {site['/list2']}"),
        "/list2": listing(f"item page {site['/b']}", f"more list {site['/list3']}"),
        "/list3": listing(f"item page {site['/a']}", f"more list {site['/list4']}"),
        "/list4": listing(),
        **{path: page(path) for path in ("/a", "/b", "/c", "/d", "/e")},
    }
    run(archive, source)
    assert [path for path in site.paths if "list" in path] == ["/list", "/list2", "/list3", "/list4"]
    site.seen.clear()
    run(archive, source)
    assert site.paths == ["/list"], "nothing new: no further page"
    site.seen.clear()
    site.routes["/list"] = listing(f"item page {site['/e']}", f"more list {site['/list2']}")
    site.routes["/list2"] = listing(f"item page {site['/d']}", f"more list {site['/list3']}")
    run(archive, source)
    assert sorted(site.paths) == ["/d", "/e", "/list", "/list2", "/list3"], "as far as it is new, and one page more"


def test_an_address_without_a_source_leads_only_to_where_it_moved(site: Site, archive: Archive) -> None:
    site.routes |= {
        "/list": listing(f"item page {site['/a']}", f"more list {site['/2']}", f"moved page {site['/b']}"),
        "/b": page(f"here near {site['/c']}"),
    }
    archive.add_targets([Lead(url=site["/list"], kind="list")], source=None)
    run(archive)
    assert site.paths == ["/list", "/b"]


def test_leads_to_other_things_than_pages_are_passed_over(site: Site, archive: Archive) -> None:
    site.routes["/list"] = listing("item page mailto:a@exemple.fr", "moved page javascript:void(0)")
    assert run(archive, Source(id="l", kind="list", url=site["/list"])).targets_added == 0


def test_limit(site: Site, archive: Archive) -> None:
    site.routes |= {"/list": listing(*(f"item page {site[f'/{n}']}" for n in range(9)))}
    site.routes |= {f"/{n}": page(str(n)) for n in range(9)}
    assert run(archive, Source(id="l", kind="list", url=site["/list"]), limit=4).pages == 4
    assert len(site.paths) == 4
    assert run(archive, limit=100).pages == 7, "the other six, and the listing once more"


def test_plan_asks_nothing(site: Site, archive: Archive) -> None:
    archive.add_targets([Lead(url=site[f"/{n}"], kind="page") for n in range(5)], source=None)
    assert [target.url for target in plan(archive)] == [site[f"/{n}"] for n in range(5)]
    assert len(list(plan(archive, limit=2))) == 2
    assert site.seen == []


def test_a_further_page_left_by_a_run_that_ended_early_stays_a_further_page(site: Site, archive: Archive) -> None:
    source = Source(id="liste", kind="list", url=site["/list"])
    site.routes |= {
        "/list": listing(f"item page {site['/b']}", f"more list {site['/list2']}"),
        "/list2": listing(f"item page {site['/a']}"),
        **{path: page(path) for path in ("/a", "/b")},
    }
    run(archive, source, limit=1)
    assert site.paths == ["/list"]
    assert run(archive, source).new == 2
    site.seen.clear()
    run(archive, source)
    assert site.paths == ["/list"], "the second page is not asked for by itself"


def test_a_page_that_is_a_source_is_looked_at_in_every_run(site: Site, archive: Archive) -> None:
    source = Source(id="page", kind="page", url=site["/a"])
    site.routes["/a"] = lambda headers: Reply(304) if headers.get("if-none-match") else page("one", ETag='"1"')
    assert run(archive, source).new == 1
    assert run(archive, source) == HarvestCounts(pages=1, requests=2, not_modified=1)
    assert run(archive) == HarvestCounts(), "not as an address of the queue"


def test_an_address_that_becomes_a_source_is_looked_at_as_one(site: Site, archive: Archive) -> None:
    site.routes |= {"/list": listing(f"item page {site['/a']}"), "/a": page("one")}
    run(archive, Source(id="liste", kind="list", url=site["/list"]))
    site.seen.clear()
    run(archive, Source(id="page", kind="page", url=site["/a"]))
    assert "/a" in site.paths
    assert rows(archive, "SELECT count(*) FROM sources WHERE last_checked_at IS NULL") == [(0,)]


# --- what a visit leaves ------------------------------------------------------------------------------------------


def test_a_conditional_request_leaves_the_document_untouched(site: Site, archive: Archive) -> None:
    recent = timestamp(datetime.now(UTC) - timedelta(days=80))
    url = site["/a"]
    site.routes["/a"] = lambda headers: Reply(304) if headers.get("if-none-match") else page("one", recent, ETag='"1"')
    archive.add_targets([Lead(url=url, kind="page")], source=None)
    assert run(archive).new == 1
    assert days_until(target(archive, url)["next_attempt_at"]) == pytest.approx(10, abs=0.1)
    archive.add_targets([Lead(url=url, kind="page")], source=None, again=True)
    assert run(archive) == HarvestCounts(pages=1, requests=2, not_modified=1)
    assert days_until(target(archive, url)["next_attempt_at"]) == pytest.approx(10, abs=0.1), "by the stored page"
    assert rows(archive, "SELECT version, gone_at FROM documents") == [(1, None)]


def test_a_page_that_changed_has_a_new_version(site: Site, archive: Archive) -> None:
    site.routes["/a"] = [page("one"), page("two")]
    for _ in range(2):
        archive.add_targets([Lead(url=site["/a"], kind="page")], source=None, again=True)
        counts = run(archive)
    assert (counts.changed, counts.new) == (1, 0)
    assert rows(archive, "SELECT text, version FROM documents") == [("two", 2)]


@pytest.mark.parametrize(
    ("reply", "state", "reason", "days"),
    [
        (Reply(404, b"x"), "gone", "answered 404 Not Found", 30),
        (Reply(410, b"x"), "gone", "answered 410 Gone", 30),
        (Reply(500, b"x"), "failed", "answered 500 Internal Server Error", 1 / 24),
        (Reply(403, b"x"), "failed", "answered 403 Forbidden", 1 / 24),
        (Reply(429, b"x", {"Retry-After": "7200"}), "failed", "answered 429 Too Many Requests", 2 / 24),
        (Reply(200, b"challenge"), "failed", "no first line `page <date>`", 1 / 24),
        (Reply(200, b"page x\ncrash"), "failed", "reader page failed: KeyError: 'x'", 1 / 24),
        (
            Reply(302, headers={"Location": "/login?next=a"}),
            "refused",
            "closed: leads to a login page, {}/login?next=a",
            7,
        ),
    ],
)
def test_what_goes_wrong_is_kept_with_its_reason(
    site: Site, archive: Archive, reply: Reply, state: str, reason: str, days: float
) -> None:
    site.routes |= {"/a": reply, "/login?next=a": Reply(200, b"log in")}
    archive.add_targets([Lead(url=site["/a"], kind="page")], source=None)
    counts = run(archive)
    # Nothing vanished that was never seen: the run says that an address failed.
    assert counts.as_dict()["refused" if state == "refused" else "failed"] == counts.pages == 1
    found = target(archive, site["/a"])
    assert (found["state"], found["attempts"]) == (state, 1)
    assert found["last_error"] == reason.format(site.origin)
    assert days_until(found["next_attempt_at"]) == pytest.approx(days, abs=0.01)
    assert rows(archive, "SELECT count(*) FROM documents") == [(0,)]
    [(kept,)] = rows(archive, "SELECT snapshot IS NOT NULL FROM fetches ORDER BY id DESC LIMIT 1")
    assert kept == 1, "the page that was no page can be looked at"


def test_a_listing_that_holds_a_post_twice_gives_its_first_form(site: Site, archive: Archive) -> None:
    def read_twice(answer: Answer) -> Reading:
        texts = ("as it is", "as it was")
        return Reading(documents=tuple(Document(kind="post", url=answer.url, text=text) for text in texts))

    site.routes["/twice"] = page("x")
    archive.add_targets([Lead(url=site["/twice"], kind="twice")], source=None)
    with Client(HarvestSettings(pause_seconds=0, allow_private_addresses=True)) as client:
        counts = harvest(archive, (reader("twice", read_twice),), client, run_id=archive.start_run("harvest", "0"))
    assert (counts.new, counts.changed) == (1, 0)
    assert rows(archive, "SELECT text, version FROM documents") == [("as it is", 1)]


def test_a_page_that_vanishes_keeps_what_it_said(site: Site, archive: Archive) -> None:
    site.routes["/a"] = [page("one"), Reply(404, b"x")]
    for _ in range(2):
        archive.add_targets([Lead(url=site["/a"], kind="page")], source=None, again=True)
        run(archive)
    assert rows(archive, "SELECT text, gone_at IS NOT NULL FROM documents") == [("one", 1)]


def test_a_page_that_failed_is_asked_for_whole(site: Site, archive: Archive) -> None:
    site.routes["/a"] = Reply(200, b"challenge", {"ETag": '"1"'})
    archive.add_targets([Lead(url=site["/a"], kind="page")], source=None)
    run(archive)
    with sqlite3.connect(archive.path) as conn:
        conn.execute("UPDATE targets SET next_attempt_at = NULL")
    run(archive)
    assert "if-none-match" not in site.seen[-1].headers


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply(403), "listing closed: answered 403"),
        (Reply(401), "listing closed: answered 401"),
        (Reply(302, headers={"Location": "/account/login"}), "listing closed: leads to a login page, {}/account/login"),
    ],
)
def test_a_closed_listing_is_refused_and_noted(site: Site, archive: Archive, reply: Reply, reason: str) -> None:
    site.routes |= {"/list": reply, "/account/login": Reply(200, b"log in")}
    assert run(archive, Source(id="l", kind="list", url=site["/list"])).refused == 1
    assert rows(archive, "SELECT last_error FROM sources") == [(reason.format(site.origin),)]
    assert days_until(target(archive, site["/list"])["next_attempt_at"]) == pytest.approx(1, abs=0.01)


def test_a_reader_of_failures_says_what_to_try_instead(site: Site, archive: Archive) -> None:
    site.routes["/instead"] = page("found")
    archive.add_targets([Lead(url=site["/ping"], kind="ping")], source=None)
    counts = run(archive)
    assert (counts.new, counts.gone, counts.failed) == (1, 0, 0), "a 404 that leads elsewhere is no failure"
    assert target(archive, site["/ping"]) == {
        "state": "done", "attempts": 0, "last_error": None, "next_attempt_at": None,
    }  # fmt: skip
    archive.add_targets([Lead(url="http://nulle-part.invalid/ping", kind="ping")], source=None)
    run(archive)
    assert target(archive, "http://nulle-part.invalid/silent")["state"] == "failed"


def test_a_closed_path_is_refused(site: Site, archive: Archive) -> None:
    site.routes |= {"/robots.txt": Reply(200, b"User-agent: *\nDisallow: /a"), "/b": page("two")}
    archive.add_targets([Lead(url=site[path], kind="page") for path in ("/a", "/b")], source=None)
    counts = run(archive)
    assert (counts.refused, counts.new) == (1, 1)
    assert target(archive, site["/a"])["last_error"] == "closed by robots.txt"


def test_robots_are_asked_for_conditionally_by_the_next_run(site: Site, archive: Archive) -> None:
    rules = Reply(200, b"User-agent: *\nDisallow: /b", {"ETag": '"r"'})
    site.routes |= {"/robots.txt": [rules, Reply(304)], "/a": page("one"), "/b": page("two")}
    for path in ("/a", "/b"):
        archive.add_targets([Lead(url=site[path], kind="page")], source=None)
        counts = run(archive)
    assert counts.refused == 1
    assert site.seen[-1].headers["if-none-match"] == '"r"'


def test_a_kind_that_nobody_reads(site: Site, archive: Archive) -> None:
    archive.add_targets([Lead(url=site["/a"], kind="hologram")], source=None)
    assert run(archive).failed == 1
    assert target(archive, site["/a"])["last_error"] == "nothing reads addresses of kind 'hologram'"


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
    run(archive, pause_seconds=0.15)
    times = [seen.at for seen in site.seen]
    assert [later - sooner >= 0.14 for sooner, later in pairwise(times)] == [True, True]


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
    threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGTERM)).start()
    started = time.monotonic()
    assert run(archive, pause_seconds=60).interrupted
    assert time.monotonic() - started < 3


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


# --- mirrors ----------------------------------------------------------------------------------------------------------


def test_a_mirror_gives_pages_of_its_site(site: Site, archive: Archive) -> None:
    site.routes |= {"/list": listing("item page https://fils.exemple/a"), "/a": page("one")}
    source = Source(id="l", kind="list", url="https://fils.exemple/list")
    run(archive, source, mirrors={site.origin: "https://fils.exemple"}, allow_private_addresses=False)
    assert rows(archive, "SELECT url FROM documents") == [("https://fils.exemple/a",)]
    assert rows(archive, "SELECT final_url FROM fetches WHERE url = 'https://fils.exemple/a'") == [(site["/a"],)]


def test_a_refusal_names_the_site_not_its_mirror(site: Site, archive: Archive) -> None:
    site.routes |= {"/list": Reply(302, headers={"Location": "/login"}), "/login": Reply(200, b"log in")}
    source = Source(id="l", kind="list", url="https://fils.exemple/list")
    run(archive, source, mirrors={site.origin: "https://fils.exemple"}, allow_private_addresses=False)
    reason = "listing closed: leads to a login page, https://fils.exemple/login"
    assert (
        rows(archive, "SELECT last_error FROM targets")
        == rows(archive, "SELECT last_error FROM sources")
        == [(reason,)]
    )

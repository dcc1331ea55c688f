"""Whole runs: a real archive, real servers on the loopback, and three small readers."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

from db.archive import Archive
from db.records import Document, Lead, Source
from harvester.fetch import Client, HarvestSettings
from harvester.model import Answer, Reading
from harvester.run import HarvestCounts, harvest, plan
from harvester.schedule import timestamp
from tests.harvester.runs import OLD, days_until, listing, page, reader, rows, run, target
from tests.harvester.server import Reply, Site

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


@pytest.mark.parametrize("found", ["due", "added", "moved", "more"])
def test_a_page_that_failed_is_asked_for_whole(site: Site, archive: Archive, found: str) -> None:
    challenge = Reply(200, b"challenge", {"ETag": '"1"'})
    site.routes["/a"] = lambda headers: Reply(304) if headers.get("if-none-match") else challenge
    archive.add_targets([Lead(url=site["/a"], kind="page")], source=None)
    run(archive)
    if found == "due":
        with sqlite3.connect(archive.path) as conn:
            conn.execute("UPDATE targets SET next_attempt_at = ?", (OLD,))
    elif found == "added":
        archive.add_targets([Lead(url=site["/a"], kind="page")], source=None, again=True)
    else:
        site.routes |= {"/list": listing(f"{found} page {site['/a']}", f"item page {site['/b']}"), "/b": page("two")}
        archive.add_targets([Lead(url=site["/list"], kind="list")], source="s" if found == "more" else None)
    run(archive)
    assert [one.headers.get("if-none-match") for one in site.seen if one.path == "/a"] == [None, None]
    assert (target(archive, site["/a"])["state"], target(archive, site["/a"])["last_error"]) == (
        "failed", "no first line `page <date>`",
    )  # fmt: skip


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

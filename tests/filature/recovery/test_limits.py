"""`filature recover`: answers that are no capture of the page, limits that are respected, saving on request."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

import pytest

from db import care
from tests.db.samples import one, rows
from tests.filature.conftest import Run
from tests.filature.recovery.conftest import FIRST, G2, LAST, PAGES, ROOT, SHORTER, THREAD, result, wayback_query
from tests.harvester.server import Reply, Site
from tests.wayback import NOTICE, ORIGIN, Kept, Machine, memento, path_of

# --- What goes wrong ----------------------------------------------------------------------------------


def test_the_newest_that_can_be_read_is_taken(run: Run, archive: Path, wayback: Machine) -> None:
    wayback.keep("20210601000000", THREAD, (PAGES / "challenge.html").read_bytes())
    wayback.keep(LAST, THREAD, G2)
    wayback.keep(FIRST, THREAD, SHORTER)
    found = result(run, THREAD)
    assert found["captured_at"] == "2021-05-04T09:30:15.000Z"
    assert len(found["refused"]) == 1  # type: ignore[arg-type]
    assert len(wayback.shown) == 2


@pytest.mark.parametrize(
    ("reply", "state", "why"),
    [
        (Reply(200, NOTICE), "unreadable", "a notice of the Wayback Machine"),
        (Reply(404, NOTICE), "unreadable", "never archived"),
        (memento(Kept(LAST, THREAD, b"slow down", 429)), "unreadable", "the capture is of an answer 429"),
        (memento(Kept("20150101000000", THREAD, G2)), "unreadable", "too far from the one asked for"),
        (Reply(302, headers={"Location": THREAD}), "unreadable", "leads out of the captures"),
        (Reply(302, headers={"Location": path_of(LAST, THREAD)}), "unreadable", "in a loop"),
        (Reply(503, b"busy"), "failed", "answered 503"),
        (Reply(429, b"slow down"), "stopped", "asks to be left alone"),
        (memento(Kept(LAST, THREAD, (PAGES / "not_found.html").read_bytes())), "unreadable", "thread not found"),
        (memento(Kept(LAST, THREAD, (PAGES / "g3_2026.html").read_bytes())), "unreadable", "shows another thread"),
    ],
)
def test_what_is_no_capture_of_the_page_is_refused(
    run: Run, archive: Path, wayback: Machine, reply: Reply, state: str, why: str
) -> None:
    wayback.routes[wayback.keep(LAST, THREAD, G2)] = reply
    found = result(run, THREAD)
    assert found["state"] == state
    assert why in str(found["why"])
    assert one(archive, "SELECT count(*) FROM documents") == 0


def test_a_redirect_to_a_capture_nearby_is_followed_and_dated_by_it(run: Run, archive: Path, wayback: Machine) -> None:
    near = "20210506000000"
    wayback.routes[wayback.keep(LAST, THREAD, G2)] = Reply(
        302, headers={"Location": f"{ORIGIN}/web/{near}/{THREAD}", "X-Archive-Redirect-Reason": "found capture"}
    )
    wayback.routes[path_of(near, THREAD)] = memento(Kept(near, THREAD, G2))
    assert result(run, THREAD)["captured_at"] == "2021-05-06T00:00:00.000Z"


@pytest.mark.parametrize(
    ("reply", "state"),
    [
        (Reply(200, b"[]"), "no capture"),
        (Reply(200, b""), "no capture"),
        (Reply(404, b""), "no capture"),
        (Reply(403, b"AdministrativeAccessControlException: Blocked Site Error"), "excluded"),
        (Reply(403, b"go away"), "failed"),
        (Reply(504, b"too slow"), "failed"),
        (Reply(200, b"<html>maintenance of the index</html>"), "failed"),
        (Reply(200, b'[["urlkey", '), "failed"),
        (Reply(429, b""), "stopped"),
    ],
)
def test_answers_to_a_search(run: Run, archive: Path, wayback: Machine, reply: Reply, state: str) -> None:
    wayback.routes["/cdx/search/cdx?" + wayback_query()] = reply
    assert result(run, THREAD)["state"] == state
    wayback.seen.clear()
    again = run("recover", THREAD)
    assert bool(wayback.searches) is (state in ("failed", "stopped"))
    assert again.exit_code == (3 if wayback.searches else 0)


def test_no_capture_is_remembered_for_some_days(run: Run, archive: Path, here: Path, wayback: Machine) -> None:
    assert result(run, THREAD)["state"] == "no capture"
    wayback.seen.clear()
    done = run("recover", THREAD)
    assert "no capture" in done.stdout
    assert wayback.paths == []
    config = (here / "config.toml").read_text(encoding="utf-8")
    (here / "config.toml").write_text(config + "again_days = 0\n", encoding="utf-8")
    assert run("recover", THREAD).exit_code == 0
    assert len(wayback.searches) == 1


def test_a_capture_that_came_is_not_asked_for_twice(run: Run, archive: Path, wayback: Machine) -> None:
    wayback.keep(LAST, THREAD, (PAGES / "challenge.html").read_bytes())
    assert result(run, THREAD)["state"] == "unreadable"
    assert result(run, THREAD, "--again")["state"] == "nothing newer"
    assert len(wayback.shown) == 1
    wayback.keep("20220101000000", THREAD, G2)
    assert result(run, THREAD, "--again")["state"] == "recovered"
    assert len(wayback.shown) == 2


def test_it_stops_when_asked_to_and_the_next_run_goes_on(run: Run, archive: Path, wayback: Machine) -> None:
    other = THREAD.replace(ROOT, "1268236053509046999")
    wayback.routes[wayback.keep(LAST, THREAD, G2)] = [Reply(429, b""), memento(Kept(LAST, THREAD, G2))]
    stopped = run("recover", THREAD, other)
    assert stopped.exit_code == 3
    assert "2 left, run again later" in stopped.stderr
    assert len(stopped.stderr.splitlines()) == 1
    assert len(wayback.paths) == 2
    done = run("recover", THREAD, other)
    assert done.exit_code == 0
    assert "1 recovered, 1 no capture" in done.stdout


def test_it_gives_up_when_nobody_answers(run: Run, archive: Path, wayback: Machine) -> None:
    numbers = [str(int(ROOT) + n) for n in range(5)]
    for number in numbers:
        query = wayback_query().replace(ROOT, number)
        wayback.routes["/cdx/search/cdx?" + query] = Reply(502, b"")
    done = run("recover", *numbers)
    assert done.exit_code == 3
    assert "does not answer; 2 left" in done.stderr
    assert len(wayback.searches) == 3


def test_a_run_that_is_killed_keeps_what_came_and_the_next_goes_on(
    run: Run, archive: Path, here: Path, wayback: Machine
) -> None:
    arrived, killed = threading.Event(), threading.Event()

    def stuck(headers: Mapping[str, str]) -> Reply:
        arrived.set()
        killed.wait(20)
        return Reply(404)

    other = "https://threadreaderapp.com/thread/1094872415466422272.html"
    wayback.keep(LAST, THREAD, G2)
    wayback.routes[wayback.keep(LAST, other, (PAGES / "g1b_2019.html").read_bytes())] = stuck
    process = subprocess.Popen([sys.executable, "-m", "filature", "recover", THREAD, other], cwd=here)
    assert arrived.wait(20)
    process.kill()
    process.wait()
    killed.set()
    assert rows(archive, "SELECT url FROM documents") == [(THREAD,)]
    del wayback.routes[path_of(LAST, other)]
    wayback.seen.clear()
    assert run("recover", THREAD, other).exit_code == 0
    assert len(wayback.shown) == 1
    assert rows(archive, "SELECT status FROM runs ORDER BY id") == [("interrupted",), ("ok",)]
    assert list(care.problems(archive, Counter())) == []


def test_its_robots_are_obeyed(run: Run, archive: Path, wayback: Machine) -> None:
    wayback.routes["/robots.txt"] = Reply(200, b"User-agent: *\nDisallow: /cdx/")
    done = run("recover", THREAD)
    assert done.exit_code == 3
    assert "closed by robots.txt" in done.stderr
    assert wayback.paths == []


def test_it_is_asked_at_its_own_pace(run: Run, archive: Path, here: Path, wayback: Machine) -> None:
    config = (here / "config.toml").read_text(encoding="utf-8").replace("[wayback]\npause_seconds = 0", "")
    (here / "config.toml").write_text(f"{config}[wayback]\npause_seconds = 0.3\n", encoding="utf-8")
    wayback.keep(LAST, THREAD, G2)
    result(run, THREAD)
    times = [seen.at for seen in wayback.seen]
    assert len(times) == 3
    # As the server saw them: on a busy machine a request may be noticed late.
    assert all(later - earlier > 0.2 for earlier, later in pairwise(times))


def test_forgetting_removes_what_was_asked(run: Run, archive: Path, wayback: Machine) -> None:
    wayback.keep(LAST, THREAD, G2)
    result(run, THREAD)
    assert run("forget", THREAD, "--reason", "asked", "--yes").exit_code == 0
    assert one(archive, "SELECT count(*) FROM recoveries") == 0
    assert one(archive, "SELECT count(*) FROM fetches WHERE url LIKE '%' || ? || '%'", ROOT) == 0
    assert run("recover", THREAD).exit_code == 2


def test_what_a_forgotten_author_wrote_is_asked_for_once(run: Run, archive: Path, wayback: Machine, site: Site) -> None:
    run("add", THREAD)
    run("harvest")
    assert run("forget", "@greffe_du_soir", "--yes").exit_code == 0
    wayback.keep(LAST, THREAD, G2)
    assert run("recover").exit_code == 0
    assert one(archive, "SELECT count(*) FROM documents") == 0
    asked = len(wayback.seen)
    assert asked > 0
    run("recover")
    assert len(wayback.seen) == asked
    assert rows(archive, "SELECT url FROM targets WHERE url = ?", THREAD) == []


def test_a_recovered_page_does_not_make_a_harvest_conditional(
    run: Run, archive: Path, wayback: Machine, site: Site
) -> None:
    kept = Kept(LAST, THREAD, G2)
    wayback.routes[wayback.keep(LAST, THREAD, G2)] = memento(kept, ETag='"capture"')
    result(run, THREAD)
    site.routes[f"/thread/{ROOT}.html"] = Reply(200, SHORTER, {"content-type": "text/html"})
    run("add", THREAD)
    run("harvest")
    assert all("if-none-match" not in seen.headers for seen in site.seen)
    assert one(archive, "SELECT count(*) FROM posts") == 4


# --- Asking for a capture -----------------------------------------------------------------------------


def test_a_page_is_saved_only_when_asked(run: Run, archive: Path, wayback: Machine) -> None:
    wayback.routes[f"/save/{THREAD}"] = Reply(302, headers={"Location": f"{ORIGIN}/web/20261122010203/{THREAD}"})
    done = run("recover", "--save", THREAD)
    assert done.exit_code == 0, done.stderr
    assert done.stdout == f"saved: {ORIGIN}/web/20261122010203/{THREAD}\n"
    assert wayback.paths == [f"/save/{THREAD}"]
    assert rows(archive, "SELECT what, outcome FROM recoveries") == [("save", "saved")]


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (Reply(429, b""), "left alone"),
        (Reply(509, b""), "too many captures"),
        (Reply(200, NOTICE), "no capture was named"),
        (Reply(523, b""), "answered 523"),
    ],
)
def test_what_could_not_be_saved_is_one_line(run: Run, archive: Path, wayback: Machine, reply: Reply, why: str) -> None:
    wayback.routes[f"/save/{THREAD}"] = reply
    done = run("recover", "--save", THREAD)
    assert done.exit_code == 3
    assert why in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("words", [["--save"], ["not an address"], ["https://x.com/home"]])
def test_what_is_no_page_is_refused(run: Run, archive: Path, wayback: Machine, words: list[str]) -> None:
    done = run("recover", *words)
    assert done.exit_code == 2
    assert len(done.stderr.splitlines()) == 1
    assert wayback.paths == []


def test_nothing_missing_says_so(run: Run, archive: Path) -> None:
    assert run("recover").stdout == "nothing to ask the Wayback Machine for\n"


def test_an_address_that_may_not_be_read_is_not_called_read(run: Run, archive: Path, site: Site) -> None:
    site.routes["/robots.txt"] = Reply(200, b"User-agent: *\nDisallow: /")
    run("add", THREAD)
    run("harvest")
    assert run("recover").stdout == (
        "nothing to ask the Wayback Machine for; 1 address could not be read: `filature status`\n"
    )


def test_where_no_archive_is_none_is_made(run: Run, here: Path) -> None:
    assert "0 addresses to ask" in run("recover", "--dry-run").stdout
    assert "nothing to ask" in run("recover").stdout
    assert list(here.iterdir()) == []


def test_quiet_says_nothing_but_errors(run: Run, archive: Path, wayback: Machine) -> None:
    wayback.keep(LAST, THREAD, G2)
    done = run("recover", THREAD, "--quiet")
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "")

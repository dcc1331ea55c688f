"""`filature verify` asks for known pages again, says what has become of them, and keeps what shows it."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from db import care
from db.archive import Archive
from db.records import Lead
from tests.db.samples import one, rows
from tests.filature.conftest import Run
from tests.harvester.server import Reply, Site

ROBOTS = Reply(200, b"User-agent: *\nAllow: /")
PAGES = ("same", "edited", "removed", "broken", "silent")


def article(words: str) -> Reply:
    """A page of a site, invented, with enough words for an article."""
    text = f"{words} Les agents publics tiennent les services, jour après jour, dans toutes les communes du pays. " * 6
    head = '<meta property="article:published_time" content="2021-05-04T08:00:00+00:00"><title>Un article</title>'
    body = f"<html lang=fr><head>{head}</head><body><article><h1>Un article</h1><p>{text}</p></article></body></html>"
    return Reply(200, body.encode(), {"content-type": "text/html; charset=utf-8"})


@pytest.fixture
def path(run: Run, here: Path, site: Site) -> Path:
    """An archive with five pages of a site on this machine."""
    config = 'archive = "filature.db"\n[harvest]\npause_seconds = 0\nallow_private_addresses = true\nretries = 0\n'
    (here / "config.toml").write_text(f'{config}contact = "test@example.org"\n', encoding="utf-8")
    site.routes["/robots.txt"] = ROBOTS
    path = here / "filature.db"
    with Archive.open(path) as archive:
        for name in PAGES:
            site.routes[f"/{name}"] = article(f"Voici {name}.")
            archive.add_targets([Lead(url=site[f"/{name}"], kind="article")], source=None)
    done = run("harvest")
    assert done.exit_code == 0, done.stderr
    assert one(path, "SELECT count(*) FROM documents") == len(PAGES)
    return path


@pytest.fixture
def later(site: Site, path: Path) -> Path:
    """The same, when the site has changed."""
    site.routes["/edited"] = article("Voici tout autre chose.")
    site.routes["/removed"] = Reply(410, b"removed")
    site.routes["/broken"] = Reply(500, b"oops")
    site.routes["/silent"] = Reply(200, raw=lambda connection: connection.close())
    site.seen.clear()
    return path


def test_what_vanished_changed_or_cannot_be_reached_is_told(run: Run, later: Path, site: Site) -> None:
    done = run("verify", "--json")
    assert done.exit_code == 3
    states = {one["url"].rpartition("/")[2]: one["state"] for one in json.loads(done.stdout)}
    assert states == {
        "same": "unchanged", "edited": "changed", "removed": "gone", "broken": "unreachable", "silent": "unreachable",
    }  # fmt: skip
    assert sorted(site.paths) == sorted(f"/{name}" for name in PAGES)


def test_what_it_finds_is_kept_as_evidence(run: Run, later: Path, site: Site) -> None:
    before = one(later, "SELECT count(*) FROM fetches")
    run("verify")
    assert one(later, "SELECT count(*) FROM fetches") > before + 4
    assert rows(later, "SELECT url FROM documents WHERE gone_at IS NOT NULL") == [(site["/removed"],)]
    assert rows(later, "SELECT d.url FROM versions JOIN documents d ON d.id = document_id") == [(site["/edited"],)]
    assert rows(later, "SELECT command, status FROM runs ORDER BY id")[-1] == ("verify", "some failed")
    assert list(care.problems(later, Counter())) == []


def test_the_table_puts_what_is_gone_first_and_counts(run: Run, later: Path) -> None:
    done = run("verify")
    lines = done.stdout.splitlines()
    assert lines[2].startswith("gone")
    assert "410" in lines[2]
    assert lines[-1] == "5 pages: 1 gone, 1 changed, 2 unreachable, 1 unchanged"


def test_what_is_gone_is_not_asked_for_twice(run: Run, later: Path, site: Site) -> None:
    run("verify")
    site.seen.clear()
    run("verify")
    assert "/removed" not in site.paths


@pytest.mark.parametrize("count", [1, 3])
def test_a_sample_asks_for_no_more_than_that(run: Run, path: Path, site: Site, count: int) -> None:
    site.seen.clear()
    done = run("verify", "--sample", count)
    assert done.exit_code == 0
    assert len(site.paths) == count
    assert f"{count} page" in done.stdout


def test_robots_are_obeyed(run: Run, path: Path, site: Site) -> None:
    site.routes["/robots.txt"] = Reply(200, b"User-agent: *\nDisallow: /")
    site.seen.clear()
    done = run("verify")
    assert done.exit_code == 3
    assert site.paths == []
    assert "closed by robots.txt" in done.stdout
    assert rows(path, "SELECT url FROM documents WHERE gone_at IS NOT NULL") == []


def test_an_archive_without_pages_says_so(run: Run, here: Path) -> None:
    (here / "config.toml").write_text('archive = "empty.db"\n', encoding="utf-8")
    Archive.open(here / "empty.db").close()
    done = run("verify")
    assert done.exit_code == 0
    assert "no document here has a page of its own to ask for" in done.stdout


def test_an_authority_without_a_seal_is_refused(run: Run, path: Path) -> None:
    assert run("verify", "--authority", "ca.pem").exit_code == 2

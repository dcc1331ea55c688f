"""From the demo site to the archive, twice: what a person who runs filature every day relies on."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from db.archive import Archive
from db.records import Source
from filature.config import parse_config
from filature.demo import DemoSite, Request
from filature.wiring import mining_settings
from harvester.addresses import recognise
from harvester.fetch import Client, HarvestSettings
from harvester.run import HarvestCounts, harvest
from harvester.sites import READERS
from nlp.pool import mine_tasks
from nlp.settings import pipeline_name

THREADS = 18
ARTICLES = 13


class Harvested:
    """An archive filled from the demo site; `again` runs it once more, at another time."""

    def __init__(self, site: DemoSite, folder: Path) -> None:
        self.site = site
        self.path = folder / "filature.db"
        self.runs: list[HarvestCounts] = []
        self.asked: list[list[Request]] = []

    def again(self, *, later: timedelta = timedelta(0)) -> HarvestCounts:
        """One harvest, `later` than now; its counts, and its requests in `asked`."""
        before = len(self.site.visits)
        config = parse_config(self.site.config(self.path.parent))
        settings = HarvestSettings(
            contact=config.harvest.contact,
            pause_seconds=0,
            allow_private_addresses=True,
            mirrors=config.harvest.mirrors,
        )
        leads = [(source.name, recognise(source.url, READERS, config.harvest.mirrors)) for source in config.sources]
        with Archive.open(self.path) as archive, archive.hold("harvest"), Client(settings) as client:
            archive.sync_sources(Source(id=name, kind=lead.kind, url=lead.url) for name, lead in leads if lead)
            run_id = archive.start_run("harvest", "test")
            counts = harvest(archive, READERS, client, run_id=run_id, now=lambda: datetime.now(UTC) + later)
            archive.finish_run(run_id, "ok", counts.as_dict())
        self.runs.append(counts)
        self.asked.append(self.site.visits[before:])
        return counts

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)) as conn:
            return conn.execute(sql, values).fetchall()

    def one(self, sql: str, *values: object) -> Any:
        return self.rows(sql, *values)[0][0]


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Harvested]:
    """Harvested today, then once more after the site has moved on."""
    with DemoSite() as site:
        harvested = Harvested(site, tmp_path_factory.mktemp("twice"))
        harvested.again()
        site.advance()
        harvested.again()
        yield harvested


@pytest.fixture(scope="module")
def mined(twice: Harvested, tmp_path_factory: pytest.TempPathFactory) -> Harvested:
    """A copy of that archive, mined."""
    folder = tmp_path_factory.mktemp("mined")
    copy = Harvested(twice.site, folder)
    twice.rows("VACUUM INTO ?", str(copy.path))
    settings = mining_settings(parse_config(twice.site.config(folder)))
    pipeline = pipeline_name(settings)
    with Archive.open(copy.path) as archive:
        archive.save_topics(settings.topics)
        found = list(mine_tasks(archive.documents_to_mine(pipeline), settings, 1))
        archive.save_many_findings(found, pipeline, "2026-01-01T00:00:00.000Z")
    return copy


def test_the_first_harvest_keeps_all_that_can_be_read(twice: Harvested) -> None:
    counts = twice.runs[0]
    assert (counts.new, counts.changed, counts.failed, counts.refused) == (THREADS + ARTICLES, 0, 1, 3)
    assert twice.rows("SELECT kind, count(*) FROM documents GROUP BY kind ORDER BY kind") == [
        ("post", ARTICLES),
        ("thread", THREADS),
    ]
    assert {url for (url,) in twice.rows("SELECT url FROM documents WHERE kind = 'thread'")} == {
        twice.site.url(thread) for thread in twice.site.visible_threads()
    }


def test_the_second_harvest_finds_what_has_changed_and_nothing_else(twice: Harvested) -> None:
    counts = twice.runs[1]
    assert (counts.new, counts.changed, counts.gone, counts.failed) == (0, 1, 1, 0)
    grown, gone = twice.site.thread("grown"), twice.site.thread("gone")
    assert twice.rows("SELECT url, version FROM documents WHERE version > 1") == [(twice.site.url(grown), 2)]
    assert twice.rows("SELECT url FROM documents WHERE gone_at IS NOT NULL") == [(twice.site.url(gone),)]


def test_a_grown_thread_keeps_what_it_said_before(twice: Harvested) -> None:
    grown = twice.site.thread("grown")
    url = twice.site.url(grown)
    now = twice.one("SELECT text FROM documents WHERE url = ?", url)
    before = twice.one(
        "SELECT versions.text FROM versions JOIN documents ON documents.id = document_id"
        " WHERE url = ? AND versions.version = 1",
        url,
    )
    assert now.startswith(before)
    assert grown.posts[-1].text in now
    assert grown.posts[-1].text not in before
    assert [row[0] for row in twice.rows(
        "SELECT posts.id FROM posts JOIN documents ON documents.id = document_id WHERE documents.url = ?"
        " ORDER BY position", url
    )] == [post.id for post in grown.posts]  # fmt: skip


def test_a_gone_thread_keeps_its_words(twice: Harvested) -> None:
    gone = twice.site.thread("gone")
    text = twice.one("SELECT text FROM documents WHERE url = ?", twice.site.url(gone))
    assert all(post.text in text for post in gone.posts)


def test_nothing_unchanged_is_sent_again(twice: Harvested) -> None:
    first, second = twice.asked
    known = {(request.host, request.path) for request in first if request.status == 200}
    again = [request for request in second if (request.host, request.path) in known]
    assert again
    assert all(request.conditional for request in again)
    resent = {request.path.split("?")[0] for request in second if request.status == 200}
    changed = {"/user/atelier_public", "/user/brancard_blouse", twice.site.thread("grown").path}
    assert resent == changed
    assert sum(request.bytes for request in second) < 0.2 * sum(request.bytes for request in first)


def test_no_page_is_asked_for_twice_in_a_run(twice: Harvested) -> None:
    limited = twice.site.thread("limited").path
    for asked in twice.asked:
        paths = [(request.host, request.path) for request in asked if request.path != limited]
        assert len(paths) == len(set(paths))


def test_robots_txt_comes_first_and_is_obeyed(twice: Harvested) -> None:
    closed = [twice.site.thread("closed").path, "/prive/notes-de-travail"]
    assert [request for asked in twice.asked for request in asked if request.path in closed] == []
    refused = twice.rows("SELECT url, last_error FROM targets WHERE state = 'refused' AND last_error LIKE '%robots%'")
    assert sorted(url for url, _ in refused) == sorted(
        url
        for url in (twice.site.url(twice.site.thread("closed")), "https://union-locale.example/prive/notes-de-travail")
    )
    for host in ("threadreader", "blog", "club", "spip"):
        assert next(request for request in twice.asked[0] if request.host == host).path == "/robots.txt"


def test_a_challenge_is_a_failure_with_its_page(twice: Harvested) -> None:
    url = twice.site.url(twice.site.thread("challenge"))
    ((state, reason),) = twice.rows("SELECT state, last_error FROM targets WHERE url = ?", url)
    assert state == "failed"
    assert "challenge" in reason
    assert twice.rows("SELECT * FROM documents WHERE url = ?", url) == []
    with Archive.open(twice.path, readonly=True) as archive:
        body = archive.snapshot(twice.one("SELECT snapshot FROM fetches WHERE url = ?", url))
    assert body is not None
    assert b"Just a moment" in body


def test_a_closed_listing_does_not_close_its_threads(twice: Harvested) -> None:
    reason = twice.one("SELECT last_error FROM sources WHERE id = 'guichet_numero9'")
    threads = twice.one(
        "SELECT count(*) FROM documents JOIN authors ON authors.id = author_id WHERE handle = 'guichet_numero9'"
    )
    assert "login" in reason
    assert threads == 3


def test_a_host_that_asks_to_wait_is_waited_for(twice: Harvested) -> None:
    url = twice.site.url(twice.site.thread("limited"))
    assert [status for (status,) in twice.rows("SELECT status FROM fetches WHERE url = ? ORDER BY id", url)] == [
        429,
        200,
    ]
    assert twice.one("SELECT count(*) FROM documents WHERE url = ?", url) == 1


def test_every_post_stands_where_the_archive_says(twice: Harvested) -> None:
    rows = twice.rows(
        'SELECT documents.text, posts.text, posts.start, posts."end" FROM posts'
        " JOIN documents ON documents.id = document_id"
    )
    assert len(rows) == sum(len(thread.posts) for thread in twice.site.visible_threads(2)) + 5
    assert [text for text, post, start, end in rows if text[start:end] != post] == []


def test_every_document_is_traced_to_the_bytes_it_was_read_from(twice: Harvested) -> None:
    untraced = twice.rows(
        "SELECT url FROM documents WHERE NOT EXISTS (SELECT 1 FROM fetches JOIN snapshots ON sha256 = snapshot"
        " WHERE fetches.snapshot = documents.snapshot AND fetches.status = 200)"
    )
    assert untraced == []
    with Archive.open(twice.path, readonly=True) as archive:
        body = archive.snapshot(twice.one("SELECT snapshot FROM documents WHERE url LIKE '%la-cantine-deleguee%'"))
    assert body is not None
    assert "délégation de service public de dix ans" in body.decode("unicode_escape")


def test_every_request_is_kept(twice: Harvested) -> None:
    kept = twice.one("SELECT count(*) FROM fetches")
    assert kept == sum(len(asked) for asked in twice.asked)


@pytest.mark.model
def test_every_claim_leads_to_its_words_its_page_and_its_day(mined: Harvested) -> None:
    rows = mined.rows(
        'SELECT c.text, c.start, c."end", d.text, d.snapshot, p.start, p."end" FROM claims c'
        " JOIN documents d ON d.id = c.document_id LEFT JOIN posts p ON p.document_id = d.id AND p.id = c.post_id"
    )
    assert len({(text, start) for text, start, *_ in rows}) > THREADS + ARTICLES
    for claim, start, end, text, snapshot, post_start, post_end in rows:
        assert text[start:end] == claim
        assert post_start is None or post_start <= start < end <= post_end
        assert mined.rows("SELECT fetched_at FROM fetches WHERE snapshot = ? AND status = 200", snapshot)
    sourced = mined.rows("SELECT claim, author, date, link FROM claims_with_sources")
    assert len(sourced) == len(rows)
    assert [row for row in sourced if not row[3].startswith("https://") or not row[1]] == []


@pytest.mark.model
@pytest.mark.parametrize("table", ["quantities", "mentions"])
def test_names_and_amounts_stand_where_the_archive_says(mined: Harvested, table: str) -> None:
    rows = mined.rows(
        f'SELECT surface, start, "end", text FROM {table} found JOIN documents ON documents.id = document_id'
    )
    assert rows
    assert [surface for surface, start, end, text in rows if text[start:end] != surface] == []


@pytest.mark.model
def test_a_sum_that_does_not_hold_is_named(mined: Harvested) -> None:
    thread = next(thread for thread in mined.site.threads if "Deux fois plus cher" in thread.wrong)
    sums = mined.rows("SELECT amounts FROM wrong_sums WHERE link = ?", mined.site.url(thread))
    assert ("90 000 € | 30 000 € | Deux fois",) in sums


def test_months_later_old_pages_are_asked_for_and_not_sent(tmp_path: Path) -> None:
    with DemoSite() as site:
        harvested = Harvested(site, tmp_path)
        harvested.again()
        counts = harvested.again(later=timedelta(days=200))
    assert (counts.new, counts.changed, counts.gone) == (0, 0, 0)
    assert counts.not_modified >= THREADS
    sent = {request.path.split("?")[0] for request in harvested.asked[1] if request.status == 200}
    assert sent == {"/account/login", site.thread("challenge").path}

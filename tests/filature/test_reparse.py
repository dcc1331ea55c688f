"""`filature reparse`: a better reader's gain, without a word lost and without a word put in the author's mouth."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from db import fulltext
from db.archive import Archive
from db.changes import edits
from db.claims import Chosen
from db.connection import connect, transaction
from db.dictionary import questions
from db.records import Author, Document, Fetch, Target, Visit, join_posts
from filature.cli import main
from harvester.model import Answer
from harvester.reparse import completed, differences
from harvester.sites.threadreader import READER
from tests.db.samples import one, problems, rows
from tests.filature.conftest import Run

PAGES = Path(__file__).resolve().parents[1] / "pages"
THREAD = "https://threadreaderapp.com/thread/1268236053509046272.html"
BODY = (PAGES / "threadreader" / "g2_2020.html").read_bytes()
DAY, LATER = "2021-05-04T07:12:31.000Z", "2021-06-04T07:12:31.000Z"
(TODAY,) = READER.read(Answer(url=THREAD, body=BODY)).documents


def poorer(document: Document, **more: Any) -> Document:
    """A thread as a reader that loses its last post would have read it."""
    text, posts = join_posts(document.posts[:-1])
    return replace(document, text=text, posts=posts, **more)


def fetch(body: bytes = BODY, at: str = DAY, url: str = THREAD, **more: Any) -> Fetch:
    headers = {"content-type": "text/html"}
    fields: dict[str, Any] = {
        "final_url": url,
        "elapsed_ms": 1,
        "status": 200,
        "content_type": "text/html",
        "headers": headers,
    }
    return Fetch(url=url, fetched_at=at, body=body, **(fields | more))


def keep(path: Path, *documents: Document, error: str | None = None, at: str = DAY, **more: Any) -> None:
    """A visit of an earlier version of the program, and what that read."""
    with Archive.open(path) as archive:
        run_id = archive.start_run("harvest", "0.0.1")
        state = "failed" if error else "done"
        target = Target(url=THREAD, kind="thread", source="agent", state=state, last_error=error)  # type: ignore[arg-type]
        archive.save_visit(run_id, Visit(target=target, fetches=(fetch(at=at, **more),), documents=documents))


@pytest.fixture
def path(here: Path) -> Path:
    Path("config.toml").touch()
    return here / "filature.db"


def test_a_better_reading_is_a_version_that_is_not_the_authors(path: Path, run: Run) -> None:
    old = poorer(TODAY, title="Vieux titre")
    keep(path, old)
    keep(path, old, at=LATER)
    with Archive.open(path) as archive:
        archive.save_visit(1, Visit(target=Target(url=THREAD, kind="thread", state="gone"), fetches=(), gone=True))
    times = "SELECT first_seen_at, last_seen_at, gone_at FROM documents"
    before = rows(path, times)
    done = run("reparse", "--yes")
    assert "1 answer read again: 1 with another text" in done.stdout
    assert (one(path, "SELECT text FROM documents"), one(path, "SELECT version FROM documents")) == (TODAY.text, 2)
    assert rows(path, "SELECT version, text, title, reparsed, snapshot FROM versions") == [
        (1, old.text, "Vieux titre", 1, one(path, "SELECT snapshot FROM documents"))
    ]
    assert rows(path, times) == before
    assert rows(path, "SELECT command, status, counts FROM runs ORDER BY id DESC LIMIT 1") == [
        ("reparse", "ok", '{"text": 1}')
    ]
    assert list(problems(path)) == []
    assert run("search", TODAY.posts[-1].text.split()[0]).stdout
    assert "nothing would change" in run("reparse", "--yes").stdout


def test_texts_that_a_killed_reparse_left_out_of_the_search_index_are_put_in(path: Path, run: Run) -> None:
    keep(path, TODAY)
    with closing(connect(path, readonly=False)) as conn, transaction(conn):
        fulltext.remove(conn, 1)
        fulltext.await_indexing(conn, 1)
    assert "nothing would change" in run("reparse", "--dry-run").stdout
    assert one(path, "SELECT count(*) FROM unindexed") == 1
    assert "nothing would change" in run("reparse", "--yes").stdout
    assert one(path, "SELECT count(*) FROM unindexed") == 0
    assert list(problems(path)) == []


def test_a_killed_reparse_has_ended_for_the_next(path: Path, run: Run) -> None:
    keep(path, TODAY)
    with Archive.open(path) as archive:
        archive.start_run("reparse", "0.1.0")
    assert "nothing would change" in run("reparse", "--dry-run").stdout
    assert one(path, "SELECT status FROM runs WHERE command = 'reparse'") == "running"
    assert "nothing would change" in run("reparse", "--yes").stdout
    assert one(path, "SELECT status FROM runs WHERE command = 'reparse'") == "interrupted"


def test_a_better_reading_is_no_edit_in_the_news(path: Path, run: Run) -> None:
    more = join_posts((*TODAY.posts, replace(TODAY.posts[-1], id="99", text="Un post que personne n'a écrit.")))
    keep(path, replace(TODAY, text=more[0], posts=more[1]))
    run("reparse", "--yes", "--quiet")
    with Archive.open(path) as archive:
        assert archive.read(edits, Chosen()) == []
    for question in questions():
        if question.name in ("deleted_tweets", "what_changed"):
            assert rows(path, question.sql) == []
    assert "read again by a better reader" in run("history", "1").stdout


@pytest.mark.parametrize(
    ("old", "what"),
    [
        (replace(TODAY, title="Vieux titre"), {"title"}),
        (replace(TODAY, published_at="2001-01-01T00:00:00.000Z", published_from="text"), {"date"}),
        (replace(TODAY, author=Author(handle="un_autre")), {"author"}),
        (replace(TODAY, links=()), {"links"}),
        (replace(TODAY, media=()), {"media"}),
        (replace(TODAY, posts=tuple(replace(post, posted_at=None) for post in TODAY.posts)), {"posts"}),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, set) else "",
)
def test_what_is_not_text_makes_no_version(path: Path, run: Run, old: Document, what: set[str]) -> None:
    keep(path, old)
    report = json.loads(run("reparse", "--dry-run", "--json").stdout)
    assert {found["what"] for found in report["differences"]} == what
    assert run("reparse", "--yes").exit_code == 0
    assert one(path, "SELECT count(*) FROM versions") == 0
    assert json.loads(run("reparse", "--dry-run", "--json").stdout)["differences"] == []
    assert list(problems(path)) == []


def test_what_is_no_longer_read_is_not_forgotten(path: Path, run: Run) -> None:
    known = replace(TODAY, author=TODAY.author, published_at=DAY)
    found = differences(known, replace(TODAY, author=None, published_at=None, published_from=None))
    assert found == ()
    keep(path, TODAY, body=b"<html><body>Just a moment</body></html>")
    done = run("reparse", "--yes")
    assert "left as it is" in done.stdout
    assert "nothing would change" in done.stdout
    assert one(path, "SELECT text FROM documents") == TODAY.text


def test_a_title_links_and_media_stay_where_a_new_reading_tells_none() -> None:
    known = replace(TODAY, title="Un titre")
    poorly = completed(known, replace(TODAY, title=None, links=(), media=()))
    assert (poorly.title, poorly.links, poorly.media) == ("Un titre", TODAY.links, TODAY.media)
    assert completed(known, TODAY) == TODAY


def test_a_capture_that_could_not_be_read_counts_as_seen_on_its_day(path: Path, run: Run) -> None:
    keep(path, error="no tweet", headers={"memento-datetime": "Sat, 02 Jan 2021 10:00:00 GMT"})
    assert run("reparse", "--yes").exit_code == 0
    assert rows(path, "SELECT first_seen_at, last_seen_at FROM documents") == [("2021-01-02T10:00:00.000Z",) * 2]


def test_a_page_that_could_not_be_read_is_read_now(path: Path, run: Run) -> None:
    keep(path, error="no tweet")
    assert "1 read for the first time" in run("reparse", "--yes", "--source", "agent").stdout
    assert rows(path, "SELECT text, source, first_seen_at FROM documents") == [(TODAY.text, "agent", DAY)]
    assert rows(path, "SELECT state, last_error, document_id FROM targets") == [("done", None, 1)]
    assert "no source 'autre' in the archive; sources: agent" in run("reparse", "--source", "autre").stderr


@pytest.mark.parametrize(
    ("words", "answer", "stored"),
    [(("--dry-run",), None, 0), ((), "n\n", 0), ((), "", 0), ((), "y\n", 1), (("1", "--yes"), None, 1)],
)
def test_nothing_is_stored_unasked(path: Path, words: tuple[str, ...], answer: str | None, stored: int) -> None:
    keep(path, poorer(TODAY))
    done = CliRunner().invoke(main, ["reparse", *words], input=answer)
    assert done.exit_code == 0
    assert "1 with another text" in done.stdout
    assert one(path, "SELECT count(*) FROM versions") == stored


def test_saved_files_and_captures_are_read_again_too(path: Path, run: Run) -> None:
    with Archive.open(path) as archive:
        run_id = archive.start_run("import", "0.0.1")
        file = "file:///captures/fil%20un.html"
        archive.save_import(run_id, fetch(url=file, status=None, headers={}), [poorer(TODAY)])
    assert "1 with another text" in run("reparse", "--yes").stdout
    assert one(path, "SELECT text FROM documents") == TODAY.text


def test_what_was_forgotten_is_not_read_again(path: Path, run: Run) -> None:
    card = next(card for card in TODAY.cards if card.handle and card.handle != (TODAY.author or Author()).handle)
    keep(path, poorer(TODAY, author=None))
    assert run("forget", f"@{card.handle}", "--yes").exit_code == 0
    assert run("reparse", "--yes").exit_code == 0
    assert one(path, "SELECT text FROM documents") == TODAY.text
    assert one(path, "SELECT count(*) FROM cards") > 0
    assert one(path, "SELECT count(*) FROM cards WHERE handle = ?", card.handle) == 0


def test_a_text_that_turns_out_to_be_by_somebody_forgotten_is_left_alone(path: Path, run: Run) -> None:
    assert TODAY.author is not None
    old = poorer(TODAY, author=None, cards=())
    keep(path, old)
    run("forget", f"@{TODAY.author.handle}", "--yes")
    before = rows(path, "SELECT text, version, author_id FROM documents")
    assert "stored: " in run("reparse", "--yes").stdout
    assert rows(path, "SELECT text, version, author_id FROM documents") == before
    assert one(path, "SELECT counts FROM runs ORDER BY id DESC LIMIT 1") in ("{}", '{"text": 0}')

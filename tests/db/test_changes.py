"""What came into an archive in a time: new, edited, gone, claimed, wrong, failing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import pytest

from db import changes
from db.archive import Archive
from db.claims import Chosen, count_published, published_claims, published_wrong_sums
from db.records import Claim, Document, Findings, Source
from tests.db.samples import AGENT, DAY_1, DAY_2, DAY_3, PAGE, TWEETS, answer, findings, gone, one, thread, visit

DAY_4 = "2021-05-04T08:00:00.000Z"
BEFORE, BETWEEN, AFTER = "2021-04-30", "2021-05-01T12:00:00.000Z", "2021-05-03T12:00:00.000Z"


@pytest.fixture
def dated(archive: Archive, path: Path, run_id: int) -> int:
    """A run of the days that the samples bear."""
    set_run(path, run_id, DAY_1, DAY_4)
    return run_id


def set_run(path: Path, run_id: int, started_at: str, finished_at: str | None) -> None:
    with closing(sqlite3.connect(path)) as conn, conn:
        conn.execute("UPDATE runs SET started_at = ?, finished_at = ? WHERE id = ?", (started_at, finished_at, run_id))


def mine(archive: Archive, at: str, pipeline: str = "p1") -> None:
    for task in list(archive.documents_to_mine(pipeline)):
        found = findings(task.text) if TWEETS[0][1] in task.text and TWEETS[1][1] in task.text else said(task.text)
        archive.save_findings(task, pipeline, found, at)


def said(text: str) -> Findings:
    """Every paragraph is a claim."""
    parts = text.split("\n\n")
    claims = (
        Claim(
            text=part, kind="event", check_worthy=True, score=0.5, start=text.index(part),
            end=text.index(part) + len(part),
        )
        for part in parts
    )  # fmt: skip
    return Findings(claims=tuple(claims))


def urls(found: Iterable[changes.NewDocument | changes.Edit | changes.Vanished]) -> list[str]:
    return [document.url for document in found]


@pytest.mark.parametrize(
    ("since", "until", "found"),
    [
        (BEFORE, None, 1),
        (DAY_1, None, 1),
        (BETWEEN, None, 0),
        (BEFORE, DAY_1, 0),
        (BEFORE, BETWEEN, 1),
        (None, None, 1),
    ],
)
def test_a_document_is_new_from_when_it_came(
    archive: Archive, dated: int, since: str | None, until: str | None, found: int
) -> None:
    archive.save_visit(dated, visit(thread()))
    archive.save_visit(dated, visit(thread(), at=DAY_3))  # seen again: still there, not new
    assert len(archive.read(changes.new_documents, Chosen(since=since, until=until))) == found


def test_a_file_comes_when_it_is_imported_however_old_it_is(archive: Archive, path: Path, dated: int) -> None:
    set_run(path, dated, DAY_3, DAY_4)
    archive.save_import(dated, answer("file:///a.txt", "2009-01-01T00:00:00.000Z"), [thread()])
    (document,) = archive.read(changes.new_documents, Chosen(since=BETWEEN))
    assert (document.arrived_at, document.first_seen_at) == (DAY_3, "2009-01-01T00:00:00.000Z")


def test_a_page_read_from_bytes_kept_before_is_new_when_it_was_read(archive: Archive, dated: int) -> None:
    page = Document(kind="page", url="https://a.example/p", text="Une page.")
    archive.save_visit(dated, visit(thread()))
    archive.save_visit(dated, visit(thread(), page, at=DAY_2))  # the same bytes, better understood
    assert urls(archive.read(changes.new_documents, Chosen(since=BETWEEN))) == [page.url]


def test_an_edit_tells_both_texts_and_when_it_was_known(archive: Archive, dated: int) -> None:
    archive.save_visit(dated, visit(thread()))
    archive.save_visit(dated, visit(thread(TWEETS[:2]), at=DAY_2, body=b"shorter"))
    (edit,) = archive.read(changes.edits, Chosen(since=BETWEEN))
    assert (edit.url, edit.author, edit.known_at, edit.before.seen_at) == (PAGE, "@lagent", DAY_2, DAY_1)
    assert TWEETS[2][1] in edit.before.text
    assert TWEETS[2][1] not in edit.after.text
    assert archive.read(changes.edits, Chosen(since=AFTER)) == []


def test_a_text_that_comes_back_is_an_edit_each_time(archive: Archive, dated: int) -> None:
    archive.save_visit(dated, visit(thread()))
    archive.save_visit(dated, visit(thread(TWEETS[:2]), at=DAY_2, body=b"shorter"))
    archive.save_visit(dated, visit(thread(), at=DAY_3))  # the very bytes of the first day
    known = [edit.known_at for edit in archive.read(changes.edits, Chosen(since=BEFORE))]
    assert known == [DAY_2, DAY_3]


def test_an_old_copy_imported_late_is_an_edit_known_late(archive: Archive, path: Path, dated: int) -> None:
    archive.save_visit(dated, visit(thread(), at=DAY_2))
    late = archive.start_run("import", "0.1.0")
    set_run(path, late, DAY_4, None)
    copy = thread([*TWEETS, ("104", "Une phrase retirée depuis.")])
    archive.save_import(late, answer("file:///old.html", DAY_1, body=b"old"), [copy])
    (edit,) = archive.read(changes.edits, Chosen(since=AFTER))
    assert (edit.before.seen_at, edit.known_at) == (DAY_1, DAY_4)
    assert "retirée" in edit.before.text
    assert archive.read(changes.new_documents, Chosen(since=AFTER)) == []


def test_the_gone_come_with_the_answer_that_shows_it(archive: Archive, path: Path, dated: int) -> None:
    archive.save_visit(dated, visit(thread()))
    archive.save_visit(dated, gone(PAGE, DAY_2))
    (missing,) = archive.read(changes.vanished, Chosen(since=BETWEEN))
    assert (missing.gone_at, missing.status, missing.asked) == (DAY_2, 404, PAGE)
    assert one(path, "SELECT url FROM fetches WHERE id = ?", missing.fetch_id) == PAGE
    assert archive.read(changes.vanished, Chosen(since=AFTER)) == []
    archive.save_visit(dated, visit(thread(), at=DAY_3))
    assert archive.read(changes.vanished, Chosen(since=BETWEEN)) == []


def test_claims_are_new_when_their_text_was_first_mined(archive: Archive, dated: int) -> None:
    archive.save_topics([])
    archive.save_visit(dated, visit(thread()))
    mine(archive, DAY_2)
    assert archive.read(changes.new_claims, Chosen(since=BETWEEN)) == [1, 2]
    assert archive.read(changes.new_wrong_sums, Chosen(since=BETWEEN)) == [1]
    assert archive.read(changes.new_claims, Chosen(since=AFTER)) == []
    assert archive.read(changes.new_wrong_sums, Chosen(since=AFTER)) == []


def test_mining_again_makes_no_news_but_is_counted(archive: Archive, dated: int) -> None:
    archive.save_visit(dated, visit(thread()))
    mine(archive, DAY_1)
    mine(archive, DAY_4, "p2")
    assert archive.read(changes.new_claims, Chosen(since=BETWEEN)) == []
    assert archive.read(changes.mined_again, Chosen(since=BETWEEN)) == 1
    assert archive.read(changes.mined_again, Chosen(since=BEFORE)) == 0


@pytest.mark.parametrize(("mined_before", "found"), [(True, 1), (False, 3)])
def test_of_an_edited_text_the_words_it_had_are_no_news(
    archive: Archive, dated: int, mined_before: bool, found: int
) -> None:
    archive.save_visit(dated, visit(thread()))
    if mined_before:
        mine(archive, DAY_1)
    archive.save_visit(dated, visit(thread([*TWEETS[1:], ("103", "Une phrase de plus.")]), at=DAY_3, body=b"other"))
    mine(archive, DAY_3)
    assert len(archive.read(changes.new_claims, Chosen(since=BETWEEN))) == found
    assert len(archive.read(changes.new_claims, Chosen(since=BEFORE))) == 3
    assert len(archive.read(changes.new_claims, Chosen(since=BEFORE, until=BETWEEN))) == 3 - found
    assert {at for _, at in archive.read(changes.latest_claims, Chosen(since=BETWEEN), None)} == {DAY_3}


def test_what_a_second_edit_leaves_is_as_old_as_the_first(archive: Archive, dated: int) -> None:
    added = [*TWEETS[1:], ("103", "Une phrase de plus.")]
    for at, tweets in ((DAY_1, TWEETS), (DAY_2, added), (DAY_4, added[1:])):
        archive.save_visit(dated, visit(thread(tweets), at=at, body=at.encode()))
        mine(archive, at)
    assert [at for _, at in archive.read(changes.latest_claims, Chosen(since=BEFORE), None)] == [DAY_2, DAY_1]
    assert archive.read(changes.new_claims, Chosen(since=AFTER)) == []
    assert len(archive.read(changes.new_claims, Chosen(since=BETWEEN))) == 1


def test_an_archive_from_before_knows_what_was_mined(path: Path, archive: Archive, dated: int) -> None:
    archive.save_visit(dated, visit(thread()))
    mine(archive, DAY_1)
    with closing(sqlite3.connect(path)) as conn, conn:
        conn.execute("DROP TABLE first_mined")
        conn.execute("DELETE FROM _sqlite_migrations WHERE name LIKE 'm010%'")
    with Archive.open(path) as again:
        assert again.read(changes.new_claims, Chosen(since=BETWEEN)) == []
        assert len(again.read(changes.new_claims, Chosen(since=BEFORE))) == 2


def test_failing_sources_say_when_they_last_worked(archive: Archive, dated: int) -> None:
    source = Source(id="agent", kind="threads", url=PAGE)
    archive.sync_sources([source])
    archive.save_visit(dated, visit(thread()))
    archive.note_source("agent", checked_at=DAY_1, error=None)
    assert archive.read(changes.failing_sources, Chosen(since=BEFORE)) == []
    archive.note_source("agent", checked_at=DAY_3, error="503")
    (failing,) = archive.read(changes.failing_sources, Chosen(since=BETWEEN))
    assert (failing.worked_at, failing.checked_at, failing.error) == (DAY_1, DAY_3, "503")
    assert archive.read(changes.failing_sources, Chosen(since=DAY_4)) == []


def test_the_last_report_is_the_last_that_ended_well(archive: Archive, path: Path) -> None:
    assert archive.read(changes.last_report, "report changes") is None
    for command, status, at in (
        ("report changes", "ok", DAY_1), ("report changes", "failed", DAY_2), ("harvest", "ok", DAY_3),
    ):  # fmt: skip
        run = archive.start_run(command, "0.1.0")
        archive.finish_run(run, status, {})
        set_run(path, run, at, at)
    assert archive.read(changes.last_report, "report changes") == DAY_1
    assert archive.read(changes.first_run) == DAY_1


def author_of(path: Path) -> int:
    return int(one(path, "SELECT id FROM authors WHERE handle = ?", AGENT.handle))


def test_filters_leave_out_other_authors_and_sources(archive: Archive, path: Path, dated: int) -> None:
    archive.save_visit(dated, visit(thread()))
    mine(archive, DAY_2)
    ours = Chosen(since=BEFORE, authors=(author_of(path),), sources=("agent",))
    for chosen, there in ((ours, True), (Chosen(authors=(99,)), False), (Chosen(sources=("autre",)), False)):
        assert bool(archive.read(changes.new_documents, chosen)) is there
        assert bool(archive.read(changes.new_claims, chosen)) is there
        assert bool(archive.read(published_claims, chosen, None)) is there


@pytest.mark.parametrize(
    ("since", "until", "found"), [(None, None, 2), ("2021-05-01", None, 2), ("2021-05-02", None, 0), (None, DAY_1, 0)]
)
def test_published_claims_are_chosen_by_day(
    archive: Archive, dated: int, since: str | None, until: str | None, found: int
) -> None:
    archive.save_visit(dated, visit(thread(), at=DAY_3))
    mine(archive, DAY_4)
    chosen = Chosen(since=since, until=until)
    assert archive.read(published_claims, chosen, None) == [1, 2][:found]  # the surest first
    assert archive.read(published_claims, chosen, 1) == [1][:found]
    assert archive.read(count_published, chosen) == (found, found)
    assert len(archive.read(published_wrong_sums, chosen)) == bool(found)

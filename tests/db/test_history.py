"""What a document said at each time, the answers that show it missing, and the view that tells both."""

from __future__ import annotations

from pathlib import Path

from db.archive import Archive
from db.history import History
from db.parts import Parts, StoredLink, StoredMedia
from tests.db.samples import DAY_1, DAY_2, DAY_3, PAGE, TWEETS, answer, gone, rows, thread, visit

LONGER = thread([*TWEETS, ("103", "Et l'an prochain, rebelote.")])
DAY_4 = "2021-05-04T08:00:00.000Z"


def history_of(archive: Archive, name: str = PAGE) -> History:
    found = archive.find_document([name])
    told = archive.history(found) if found else None
    assert told is not None
    return told


def test_a_document_that_never_changed_has_one_version(archive: Archive, run_id: int) -> None:
    archive.save_visit(run_id, visit(thread()))
    archive.save_visit(run_id, visit(thread(), at=DAY_3))
    told = history_of(archive)
    (only,) = told.versions
    assert (only.version, only.current, only.first_seen_at, only.last_seen_at) == (1, True, DAY_1, DAY_3)
    assert (told.gone, told.missing) == (None, ())


def test_versions_know_their_days_and_posts(archive: Archive, run_id: int) -> None:
    archive.save_visit(run_id, visit(LONGER, body=b"<p>long</p>"))
    archive.save_visit(run_id, visit(LONGER, at=DAY_2, body=b"<p>long</p>"))
    archive.save_visit(run_id, visit(thread(), at=DAY_3, body=b"<p>short</p>"))
    before, after = history_of(archive).versions
    assert (before.first_seen_at, before.last_seen_at, before.current) == (DAY_1, DAY_2, False)
    assert (after.first_seen_at, after.last_seen_at, after.current) == (DAY_3, DAY_3, True)
    assert [post.text for post in before.posts] == [post.text for post in LONGER.posts]
    assert [before.text[post.start : post.end] for post in before.posts] == [post.text for post in before.posts]
    assert before.posts[0].url == after.posts[0].url  # known from the post that stayed
    assert before.posts[3].url is None
    assert before.snapshot != after.snapshot


def test_a_text_that_comes_back_is_a_version_of_its_own_time(archive: Archive, run_id: int) -> None:
    archive.save_visit(run_id, visit(thread(), body=b"<p>short</p>"))
    archive.save_visit(run_id, visit(LONGER, at=DAY_2, body=b"<p>long</p>"))
    archive.save_visit(run_id, visit(thread(), at=DAY_3, body=b"<p>short</p>"))
    versions = history_of(archive).versions
    assert [(version.version, version.first_seen_at) for version in versions] == [(1, DAY_1), (2, DAY_2), (3, DAY_3)]


def test_what_came_before_a_version(archive: Archive, run_id: int) -> None:
    archive.save_visit(run_id, visit(LONGER))
    archive.save_visit(run_id, visit(thread(), at=DAY_3))
    told = history_of(archive)
    before = told.before(2)
    assert before is not None
    assert before.version == 1
    assert told.before(1) is None
    assert told.version(3) is None


def test_an_older_copy_imported_later_comes_first(archive: Archive, run_id: int) -> None:
    archive.save_visit(run_id, visit(thread(), at=DAY_2))
    archive.save_visit(run_id, visit(LONGER, at=DAY_3, body=b"<p>more</p>"))
    file = answer("file:///saved.html", DAY_1, body=b"<p>saved</p>")
    archive.save_import(run_id, file, [thread([*TWEETS[:2], ("102", "Soit 30 000 euros.")])])
    told = history_of(archive)
    assert [version.first_seen_at for version in told.versions] == [DAY_1, DAY_2, DAY_3]
    assert told.versions[-1].current


def test_a_vanished_document_names_the_answer_that_shows_it(archive: Archive, run_id: int) -> None:
    archive.save_visit(run_id, visit(thread()))
    archive.save_visit(run_id, gone(at=DAY_2))
    proof = history_of(archive).gone
    assert proof is not None
    assert (proof.at, proof.status, proof.url, proof.run_id) == (DAY_2, 404, PAGE, run_id)


def test_a_page_without_the_first_post_is_the_proof_that_its_thread_is_gone(archive: Archive, run_id: int) -> None:
    archive.save_visit(run_id, visit(thread()))
    rest = thread(TWEETS[1:], url="https://threads.example/t/101")
    archive.save_visit(run_id, visit(rest, at=DAY_2, body=b"<p>rest</p>"))
    proof = history_of(archive).gone
    assert proof is not None
    assert (proof.at, proof.status) == (DAY_2, 200)


def test_a_document_that_came_back_keeps_what_was_answered(archive: Archive, run_id: int) -> None:
    archive.save_visit(run_id, visit(thread()))
    archive.save_visit(run_id, gone(at=DAY_2))
    archive.save_visit(run_id, visit(thread(), at=DAY_3))
    told = history_of(archive)
    assert told.gone is None
    assert [(absence.at, absence.status) for absence in told.missing] == [(DAY_2, 404)]


def test_the_view_tells_it_in_plain_words(archive: Archive, run_id: int, path: Path) -> None:
    archive.save_visit(run_id, visit(thread()))
    archive.save_visit(run_id, visit(LONGER, at=DAY_2, body=b"<p>more</p>"))
    archive.save_visit(run_id, gone(at=DAY_3))
    archive.save_visit(run_id, gone(at=DAY_4))
    told = rows(path, "SELECT at, what, version, longer_by, status, author FROM document_history ORDER BY at")
    longer_by = len(LONGER.text) - len(thread().text)
    assert told == [
        (DAY_1, "first read", 1, None, None, "@lagent"),
        (DAY_2, "changed", 2, longer_by, None, "@lagent"),
        (DAY_3, "gone", None, None, 404, "@lagent"),
        (DAY_4, "missing", None, None, 404, "@lagent"),
    ]


def test_links_and_media_of_a_document(archive: Archive, run_id: int) -> None:
    archive.save_visit(run_id, visit(thread()))
    assert archive.parts(1) == Parts(
        (StoredLink("100", "link", "https://www.cour.example/rapport", "", "cour.example"),),
        (StoredMedia("100", "image", "https://img.example/1.jpg", ""),),
    )
    assert archive.parts(99) == Parts()
    assert archive.history(99) is None

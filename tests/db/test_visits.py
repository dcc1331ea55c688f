"""What a visit leaves in the archive: new, unchanged, changed, gone, back again, not modified."""

from __future__ import annotations

import dataclasses
import json
import sqlite3
import time
from pathlib import Path

import pytest

from db.archive import Archive
from db.records import Author, Document, Lead, Post, Stored, Target, Validators, Visit, join_posts
from tests.db.samples import DAY_1, DAY_2, DAY_3, PAGE, TWEETS, answer, gone, one, problems, rows, thread, visit

SEEN = "SELECT version, first_seen_at, last_seen_at, gone_at FROM documents"


def test_a_new_thread_is_kept_whole(archive: Archive, path: Path, run_id: int) -> None:
    assert archive.save_visit(run_id, visit(thread())) == Stored(new=1)
    document = archive.document(PAGE)
    assert document is not None
    assert document.text == thread().text
    assert [(post.id, post.text) for post in document.posts] == list(TWEETS)
    assert all(document.text[post.start : post.end] == post.text for post in document.posts)
    assert document.words == len(document.text.split())
    assert (document.handle, document.author, document.source) == ("lagent", "L'Agent", "agent")
    assert rows(path, "SELECT domain, post_id FROM links") == [("cour.example", "100")]
    assert one(path, "SELECT document_id FROM targets WHERE url = ?", PAGE) == document.id
    assert archive.snapshot(document.snapshot or "") == b"<p>page</p>"
    assert [sight.fetched_at for sight in archive.sights(document.snapshot or "")] == [DAY_1]


def test_what_is_saved_together_stands_or_falls_together(archive: Archive, path: Path, run_id: int) -> None:
    def save_two(and_then: str) -> None:
        with archive.together():
            archive.save_visit(run_id, visit(thread()))
            archive.save_fetch(run_id, answer())
            if and_then == "fail":
                raise KeyError("x")

    with pytest.raises(KeyError):
        save_two("fail")
    assert [one(path, f"SELECT count(*) FROM {table}") for table in ("documents", "fetches", "snapshots")] == [0, 0, 0]
    save_two("go on")
    assert [one(path, f"SELECT count(*) FROM {table}") for table in ("documents", "fetches")] == [1, 2]


def test_of_what_fails_among_others_nothing_stays(archive: Archive, path: Path, run_id: int) -> None:
    broken = dataclasses.replace(thread(), url="https://threads.example/t/7", published_at=7j)  # type: ignore[arg-type]
    with archive.together():
        archive.save_visit(run_id, visit(thread()))
        with pytest.raises(sqlite3.Error):
            archive.save_visit(run_id, visit(broken, url="https://threads.example/t/7", body=b"broken"))
        archive.save_fetch(run_id, answer("https://threads.example/robots.txt"))
    assert rows(path, "SELECT url FROM documents") == [(PAGE,)]
    assert rows(path, "SELECT url FROM fetches ORDER BY id") == [(PAGE,), ("https://threads.example/robots.txt",)]
    assert one(path, "SELECT fetches FROM chain_head") == 2
    assert list(problems(path)) == []


def test_an_unchanged_thread_is_only_sighted(archive: Archive, path: Path, run_id: int) -> None:
    archive.save_visit(run_id, visit(thread()))
    assert archive.save_visit(run_id, visit(thread(title="42 views"), at=DAY_2, body=b"other bytes")) == Stored(
        unchanged=1
    )
    assert rows(path, SEEN) == [(1, DAY_1, DAY_2, None)]
    assert one(path, "SELECT count(*) FROM versions") == 0
    assert one(path, "SELECT count(*) FROM posts") == 3
    assert one(path, "SELECT count(*) FROM snapshots") == 2


def test_what_an_unchanged_page_tells_of_its_author_and_date_is_taken(
    archive: Archive, path: Path, run_id: int
) -> None:
    bare = Document(kind="page", url="https://a.example/p", text="Un texte.")
    full = Document(
        kind="page", url=bare.url, text=bare.text, author=Author(name="Une Plume"), published_at=DAY_1,
        published_from="meta",
    )  # fmt: skip
    archive.save_visit(run_id, visit(bare, url=bare.url))
    assert archive.save_visit(run_id, visit(full, url=bare.url, at=DAY_2)).unchanged == 1
    assert rows(path, "SELECT author_id, published_at, published_from, version FROM documents") == [
        (1, DAY_1, "meta", 1)
    ]


def test_two_addresses_that_word_a_post_differently_make_one_version_each(
    archive: Archive, path: Path, run_id: int
) -> None:
    short, long = (Document(kind="post", url="https://a.example/p", text=text) for text in ("Le texte.", "Titre Texte"))
    changes = []
    for text, asked, body in ((short, "feed", b"1"), (long, "p", b"2"), (short, "feed", b"3"), (long, "p", b"4")):
        stored = archive.save_visit(run_id, visit(text, url=f"https://a.example/{asked}", body=body))
        changes.append((stored.new, stored.changed, stored.unchanged))
    assert changes == [(1, 0, 0), (0, 1, 0), (0, 0, 1), (0, 0, 1)]
    assert archive.save_visit(run_id, visit(short, url="https://a.example/p", body=b"5")).changed == 1, "taken back"


def test_a_page_of_a_web_archive_is_no_proof_that_a_thread_is_online(archive: Archive, path: Path, run_id: int) -> None:
    copy = f"https://web.archive.org/web/2021id_/{PAGE}"
    archive.save_visit(run_id, visit(thread()))
    archive.save_visit(run_id, gone())
    kept = {"memento-datetime": "Sat, 01 May 2021 10:00:00 GMT", "content-type": "text/html"}
    stored = archive.save_visit(run_id, visit(thread(), url=copy, at=DAY_3, headers=kept, content_type="text/html"))
    assert stored.unchanged == 1
    assert rows(path, SEEN) == [(1, DAY_1, "2021-05-01T10:00:00.000Z", DAY_2)]
    archive.save_visit(run_id, gone(copy, at=DAY_3))
    assert rows(path, "SELECT gone_at FROM documents") == [(DAY_2,)]


@pytest.mark.parametrize(
    ("told", "seen"),
    [
        ("Fri, 31 Dec 9999 23:59:59 -1400", DAY_3),  # no moment of UTC
        ("some day", DAY_3),
        ("Sat, 01 May 2021 10:00:00 -0000", "2021-05-01T10:00:00.000Z"),
    ],
)
def test_a_day_of_capture_that_makes_no_sense_stops_no_run(
    archive: Archive, path: Path, run_id: int, told: str, seen: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Europe/Paris")
    time.tzset()
    try:
        archive.save_visit(run_id, visit(thread(), at=DAY_3, headers={"memento-datetime": told}))
    finally:
        monkeypatch.undo()
        time.tzset()
    assert one(path, "SELECT last_seen_at FROM documents") == seen


def test_a_thread_that_lost_its_first_post_is_another_and_the_first_is_gone(
    archive: Archive, path: Path, run_id: int
) -> None:
    archive.save_visit(run_id, visit(thread()))
    rest = dataclasses.replace(thread(TWEETS[1:]), url="https://threadreaderapp.com/thread/101.html")
    assert archive.save_visit(run_id, visit(rest, at=DAY_2, body=b"less")) == Stored(new=1, gone=1)
    assert rows(path, "SELECT url, gone_at FROM documents ORDER BY id") == [(PAGE, DAY_2), (rest.url, None)]


def test_what_an_address_given_by_hand_stands_for_is_asked_again(archive: Archive, path: Path, run_id: int) -> None:
    archive.save_visit(run_id, visit(thread()))
    moved = Lead(url=PAGE, kind="thread", relation="moved")
    for source, state in (("agent", "done"), (None, "waiting")):
        target = Target(url="https://a.example/ping", kind="ping", source=source, state="done")
        archive.save_visit(run_id, Visit(target=target, leads=(moved,)))
        assert one(path, "SELECT state FROM targets WHERE url = ?", PAGE) == state


def test_a_thread_that_shrinks_loses_no_word(archive: Archive, path: Path, run_id: int) -> None:
    archive.save_visit(run_id, visit(thread()))
    assert archive.save_visit(run_id, visit(thread(TWEETS[:2]), at=DAY_2, body=b"shorter")) == Stored(changed=1)
    assert rows(path, SEEN) == [(2, DAY_1, DAY_2, None)]
    ((version, text, posts, seen_at, snapshot),) = rows(
        path, "SELECT version, text, posts, seen_at, snapshot FROM versions"
    )
    assert (version, text, seen_at) == (1, thread().text, DAY_1)
    assert [text[start:end] for _, start, end in json.loads(posts)] == [words for _, words in TWEETS]
    assert archive.snapshot(snapshot) == b"<p>page</p>"
    assert not archive.search("30 000")
    assert archive.search("prestataires")


def test_gone_keeps_the_content_and_back_again_clears_it(archive: Archive, path: Path, run_id: int) -> None:
    archive.save_visit(run_id, visit(thread()))
    assert archive.save_visit(run_id, gone()) == Stored(gone=1)
    assert rows(path, SEEN) == [(1, DAY_1, DAY_1, DAY_2)]
    assert archive.save_visit(run_id, gone(at=DAY_3)) == Stored()
    assert one(path, "SELECT gone_at FROM documents") == DAY_2
    assert archive.search("prestataires")[0].gone_at == DAY_2
    assert archive.save_visit(run_id, visit(thread(), at=DAY_3)) == Stored(unchanged=1)
    assert rows(path, SEEN) == [(1, DAY_1, DAY_3, None)]


@pytest.mark.parametrize(
    ("address", "content_type", "missing"),
    [
        ("https://threads.example/t/99?from=home", "text/html; charset=utf-8", 1),
        ("https://threads.example/feed.xml", "application/rss+xml", 0),
        ("https://threads.example/api/posts", "application/json", 0),
    ],
)
def test_a_page_that_vanishes_takes_its_document_a_feed_does_not(
    archive: Archive, run_id: int, address: str, content_type: str, missing: int
) -> None:
    archive.save_visit(run_id, visit(thread(), url=address, content_type=content_type))
    assert archive.save_visit(run_id, gone(address)) == Stored(gone=missing)


def test_a_page_with_many_documents_takes_none_with_it(archive: Archive, run_id: int) -> None:
    other = thread([("200", "Un autre fil.")], "https://threads.example/t/200")
    archive.save_visit(run_id, visit(thread(), other, url="https://threads.example/all", content_type="text/html"))
    assert archive.save_visit(run_id, gone("https://threads.example/all")) == Stored()


def test_not_modified_sights_the_document_and_refers_to_the_snapshot(archive: Archive, path: Path, run_id: int) -> None:
    archive.save_visit(
        run_id, visit(thread(), headers={"ETag": '"v1"', "Last-Modified": "Sat, 01 May 2021 08:00:00 GMT"})
    )
    asked = archive.validators(PAGE)
    assert asked == Validators(etag='"v1"', last_modified="Sat, 01 May 2021 08:00:00 GMT")
    assert archive.save_visit(run_id, visit(at=DAY_2, status=304, body=None)) == Stored(unchanged=1)
    assert one(path, "SELECT last_seen_at FROM documents") == DAY_2
    assert one(path, "SELECT count(DISTINCT snapshot) FROM fetches") == 1
    assert archive.validators(PAGE) == asked
    assert archive.snapshot_of(PAGE) == b"<p>page</p>"


@pytest.mark.parametrize("status", [403, 404, 503])
def test_an_error_page_is_kept_but_never_asked_against(archive: Archive, path: Path, run_id: int, status: int) -> None:
    target = Target(url=PAGE, kind="thread", state="failed", last_error=f"status {status}")
    refused = answer(status=status, body=b"no", headers={"ETag": '"error"'})
    archive.save_visit(run_id, Visit(target=target, fetches=(refused,)))
    assert archive.validators(PAGE) is None
    assert archive.snapshot_of(PAGE) is None
    assert one(path, "SELECT count(*) FROM snapshots") == 1
    assert one(path, "SELECT last_error FROM targets") == f"status {status}"


def test_leads_are_queued_once(archive: Archive, run_id: int) -> None:
    leads = (Lead(url="https://threads.example/t/1", kind="thread"), Lead(url="https://b.example/", kind="feed"))
    assert archive.save_visit(run_id, visit(thread(), leads=leads)).targets_added == 2
    assert archive.save_visit(run_id, visit(thread(), leads=leads, at=DAY_2)).targets_added == 0
    (target,) = archive.due_targets("b.example", DAY_2)
    assert (target.source, target.discovered_from, target.kind) == ("agent", PAGE, "feed")


def test_a_visit_that_fails_half_way_leaves_nothing(archive: Archive, path: Path, run_id: int) -> None:
    twice = thread([("1", "une fois"), ("1", "le même identifiant")], url="https://threads.example/t/1")
    with pytest.raises(Exception, match="UNIQUE"):
        archive.save_visit(run_id, visit(thread(), twice))
    assert one(path, "SELECT count(*) FROM documents") == 0
    assert one(path, "SELECT count(*) FROM fetches") == 0


def test_what_sqlite_cannot_hold_is_replaced_one_for_one(archive: Archive, run_id: int) -> None:
    odd = thread([("1", "avant\0après"), ("2", "moitié \ud83d d'emoji")])
    assert archive.save_visit(run_id, visit(odd)).new == 1
    assert archive.save_visit(run_id, visit(odd, at=DAY_2)).unchanged == 1
    document = archive.document(PAGE)
    assert document is not None
    assert [post.text for post in document.posts] == ["avant\ufffdaprès", "moitié \ufffd d'emoji"]


# --- Files ------------------------------------------------------------------------------------------------


def capture(words: str = "Tout le texte, sans identifiant.") -> Document:
    text, posts = join_posts([Post(id=f"{PAGE}#1", text=words)])
    return Document(kind="thread", url=PAGE, text=text, posts=posts)


def test_a_capture_does_not_replace_a_harvested_thread(archive: Archive, path: Path, run_id: int) -> None:
    archive.save_visit(run_id, visit(thread(), at=DAY_2))
    assert archive.save_import(run_id, answer("file:///capture.txt", DAY_3), [capture()]) == Stored(unchanged=1)
    assert rows(path, SEEN) == [(1, DAY_2, DAY_3, None)]
    assert one(path, "SELECT text FROM documents") == thread().text


def test_a_harvested_thread_replaces_a_capture(archive: Archive, path: Path, run_id: int) -> None:
    archive.save_import(run_id, answer("file:///capture.txt", DAY_1), [capture()])
    assert archive.save_visit(run_id, visit(thread(), at=DAY_2)) == Stored(changed=1)
    assert one(path, "SELECT text FROM versions") == capture().text


def test_an_older_copy_becomes_a_version(archive: Archive, path: Path, run_id: int) -> None:
    archive.save_visit(run_id, visit(thread(TWEETS[:2]), at=DAY_3))
    assert archive.save_import(run_id, answer("file:///old.warc", DAY_1), [thread()]) == Stored(changed=1)
    assert archive.save_import(run_id, answer("file:///old.warc", DAY_1), [thread()]) == Stored(unchanged=1)
    assert one(path, "SELECT text FROM documents") == thread(TWEETS[:2]).text
    assert rows(path, "SELECT text, seen_at FROM versions") == [(thread().text, DAY_1)]
    assert rows(path, SEEN) == [(2, DAY_1, DAY_3, None)]


def test_a_file_is_no_proof_that_a_document_is_back(archive: Archive, path: Path, run_id: int) -> None:
    archive.save_visit(run_id, visit(thread()))
    archive.save_visit(run_id, gone())
    archive.save_import(run_id, answer("file:///copy.html", DAY_3), [thread()])
    assert one(path, "SELECT gone_at FROM documents") == DAY_2


def test_authors_are_one_whatever_the_case_of_their_handle(archive: Archive, path: Path, run_id: int) -> None:
    for number, author in enumerate(
        [Author(handle="lagent"), Author(handle="LAgent", name="L'Agent"), Author(name="X"), Author(name="X")]
    ):
        url = f"https://threads.example/t/{number}"
        archive.save_visit(run_id, visit(thread(url=url, author=author), url=url))
    assert rows(path, "SELECT handle, name FROM authors ORDER BY id") == [("lagent", "L'Agent"), (None, "X")]

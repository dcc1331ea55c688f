"""A thread told by its author's own export and by a page: one document, and nothing moves twice."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from db.archive import Archive
from db.merging import same_words, says_more
from db.records import Author, Document, EarlierText, ExportedThread, Link, Media, Post, Stored, join_posts
from tests.db.samples import AGENT, DAY_1, DAY_2, DAY_3, PAGE, TWEETS, answer, gone, one, rows, thread, visit

FILE = "file:///export.zip#100"
MORE = ("103", "Et la suite, que personne n'a déroulée.")
DOCUMENTS = "SELECT url, version, gone_at FROM documents ORDER BY id"


def exported(
    *tweets: tuple[str, str], url: str = PAGE, earlier: tuple[EarlierText, ...] = (), **former: str
) -> ExportedThread:
    document = thread(tweets or [*TWEETS, MORE], url, AGENT)
    posts = tuple(
        Post(id=post.id, text=post.text, url=post.url, reply_to=before.id if before else None)
        for post, before in zip(document.posts, (None, *document.posts), strict=False)
    )
    text, placed = join_posts(posts)
    media = (Media(kind="image", url="https://img.example/1.jpg", alt="Une affiche", post_id=placed[0].id),)
    document = Document(
        kind="thread", url=url, text=text, posts=placed, author=AGENT, published_at=DAY_1, published_from="snowflake",
        links=document.links, media=media,
    )  # fmt: skip
    return ExportedThread(document=document, earlier=earlier, former_ids={key[1:]: to for key, to in former.items()})


def save(archive: Archive, run_id: int, told: ExportedThread, at: str = DAY_2, body: bytes = b"[1]") -> Stored:
    return archive.save_export(run_id, answer(FILE, at, status=None, body=body), told)  # type: ignore[arg-type]


def said(path: Path) -> list[str]:
    return [text for (text,) in rows(path, "SELECT text FROM posts ORDER BY document_id, position")]


def versions(path: Path) -> int:
    return int(one(path, "SELECT count(*) FROM versions"))


def everything(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """All that the archive holds of documents, but for the days on which they were seen."""
    columns = {
        "documents": "id, url, title, digest, version, text, gone_at, snapshot", "versions": "*", "links": "*",
        "posts": "id, position, text, reply_to, snapshot", "media": "*", "edits": "*", "snapshots": "sha256",
        "tellings": "document_id, origin, snapshot, digest, posts",
    }  # fmt: skip
    return {table: rows(path, f"SELECT {names} FROM {table}") for table, names in columns.items()}


def test_a_thread_of_an_export_is_kept_whole(archive: Archive, path: Path, run_id: int) -> None:
    assert save(archive, run_id, exported()) == Stored(new=1)
    assert said(path) == [text for _, text in (*TWEETS, MORE)]
    assert rows(path, "SELECT id, reply_to FROM posts")[1:] == [("101", "100"), ("102", "101"), ("103", "102")]
    assert archive.snapshot(one(path, "SELECT snapshot FROM documents")) == b"[1]"


@pytest.mark.parametrize("page_first", [True, False])
def test_both_sources_make_one_thread_and_stay_its_sources(
    archive: Archive, path: Path, run_id: int, page_first: bool
) -> None:
    if page_first:
        archive.save_visit(run_id, visit(thread()))
        assert save(archive, run_id, exported()) == Stored(changed=1, merged=1)
    else:
        save(archive, run_id, exported())
        assert archive.save_visit(run_id, visit(thread(), at=DAY_3)) == Stored(unchanged=1)
    assert said(path) == [text for _, text in (*TWEETS, MORE)]
    assert rows(path, "SELECT alt FROM media") == [("Une affiche",)]
    told = dict(rows(path, "SELECT origin, snapshot FROM tellings"))
    assert {archive.snapshot(snapshot) for snapshot in told.values()} == {b"<p>page</p>", b"[1]"}
    found = archive.evidence(one(path, "SELECT id FROM documents"))
    assert found is not None
    assert {fetch.url for fetch in found.fetches} == {FILE, PAGE}


@pytest.mark.parametrize("page_first", [True, False])
def test_nothing_moves_when_both_say_the_same_again(
    archive: Archive, path: Path, run_id: int, page_first: bool
) -> None:
    page = thread([*TWEETS[:2], ("102", "Soit autre chose, vraiment."), ("104", "Un tweet effacé depuis.")])
    for again in (False, True, True):
        before = everything(path)
        for turn in (page_first, not page_first):
            if turn:
                archive.save_visit(run_id, visit(page, at=DAY_3))
            else:
                save(archive, run_id, exported())
        assert not again or everything(path) == before
    assert said(path) == [text for _, text in (*TWEETS, ("104", "Un tweet effacé depuis."), MORE)]
    assert one(path, "SELECT count(*) FROM fetches WHERE url = ?", FILE) == 1


def test_each_post_names_the_snapshot_it_comes_from(archive: Archive, path: Path, run_id: int) -> None:
    archive.save_visit(run_id, visit(thread([*TWEETS, ("104", "Effacé.")])))
    save(archive, run_id, exported())
    told = rows(
        path, "SELECT p.id, coalesce(p.snapshot, d.snapshot) FROM posts p JOIN documents d ON d.id = document_id"
    )
    assert {key: archive.snapshot(snapshot) for key, snapshot in told} == {
        "100": b"<p>page</p>", "101": b"<p>page</p>", "102": b"<p>page</p>", "103": b"[1]", "104": b"<p>page</p>",
    }  # fmt: skip


def test_another_form_of_the_same_words_is_no_version(archive: Archive, path: Path, run_id: int) -> None:
    page = thread([("100", "Le rapport :\ncour.example/rappo… 👇🏽"), ("101", "@lagent Suite  longue…")])
    told = exported(
        ("100", "Le rapport : https://www.cour.example/rapport-2021 👇🏽"), ("101", "Suite longue et entière.")
    )
    archive.save_visit(run_id, visit(page))
    assert save(archive, run_id, told) == Stored(unchanged=1, merged=1)
    assert said(path) == ["Le rapport : https://www.cour.example/rapport-2021 👇🏽", "Suite longue et entière."]
    assert (versions(path), rows(path, DOCUMENTS)) == (0, [(PAGE, 1, None)])
    assert archive.save_visit(run_id, visit(page, at=DAY_3)) == Stored(unchanged=1)
    assert said(path)[0].endswith("rapport-2021 👇🏽")


def test_what_is_restated_is_mined_again(archive: Archive, path: Path, run_id: int) -> None:
    archive.save_visit(run_id, visit(thread([("100", "Voir cour.example/rappo…"), TWEETS[1]])))
    (task,) = archive.documents_to_mine("p")
    from db.records import Findings

    archive.save_findings(task, "p", Findings(), DAY_1)
    save(archive, run_id, exported(("100", "Voir https://cour.example/rapport"), TWEETS[1]))
    assert [again.text for again in archive.documents_to_mine("p")] == [
        f"Voir https://cour.example/rapport\n\n{TWEETS[1][1]}"
    ]


def test_what_an_author_wrote_counts_more_than_a_page_and_what_the_page_said_is_a_version(
    archive: Archive, path: Path, run_id: int
) -> None:
    page = thread([("100", "Ils sont 50."), TWEETS[1]])
    archive.save_visit(run_id, visit(page))
    assert save(archive, run_id, exported(("100", "Ils sont 60."), TWEETS[1])) == Stored(changed=1, merged=1)
    assert (said(path)[0], versions(path)) == ("Ils sont 60.", 1)
    archive.save_visit(run_id, visit(page, at=DAY_3))
    assert (said(path)[0], versions(path)) == ("Ils sont 60.", 1)


def test_a_page_that_changes_after_the_export_makes_one_version(archive: Archive, path: Path, run_id: int) -> None:
    archive.save_visit(run_id, visit(thread()))
    save(archive, run_id, exported())
    later = thread(
        [TWEETS[0], ("101", "Chaque prestataire coûte 600 euros."), TWEETS[2], ("105", "Depuis, on attend.")]
    )
    assert archive.save_visit(run_id, visit(later, at=DAY_3)).changed == 1
    for _ in range(2):
        archive.save_visit(run_id, visit(later, at=DAY_3))
        save(archive, run_id, exported())
    assert said(path)[1] == "Chaque prestataire coûte 600 euros."
    assert [key for (key,) in rows(path, "SELECT id FROM posts ORDER BY position")] == [
        "100",
        "101",
        "102",
        "105",
        "103",
    ]
    assert versions(path) == 2


def test_what_a_page_loses_goes_unless_the_export_has_it(archive: Archive, path: Path, run_id: int) -> None:
    archive.save_visit(run_id, visit(thread([*TWEETS, ("104", "Effacé.")])))
    save(archive, run_id, exported())
    archive.save_visit(run_id, visit(thread(TWEETS[:1]), at=DAY_3))
    assert [key for (key,) in rows(path, "SELECT id FROM posts ORDER BY position")] == ["100", "101", "102", "103"]
    assert "Effacé." in str(rows(path, "SELECT text FROM versions"))


def test_a_page_that_begins_later_is_the_same_thread_and_takes_nothing_away(
    archive: Archive, path: Path, run_id: int
) -> None:
    later = thread([TWEETS[1], TWEETS[2]], "https://threads.example/t/101")
    archive.save_visit(run_id, visit(later, url=later.url))
    assert save(archive, run_id, exported()).merged == 1
    archive.save_visit(run_id, visit(later, url=later.url, at=DAY_3, body=b"again"))
    archive.save_visit(run_id, visit(later, at=DAY_3, body=b"once more"))
    assert len(said(path)) == 4
    assert [(url, gone_at) for url, _, gone_at in rows(path, DOCUMENTS)] == [(later.url, None)]


def test_a_page_under_an_earlier_id_is_the_edited_thread(archive: Archive, path: Path, run_id: int) -> None:
    url = "https://threads.example/t/150"
    earlier = EarlierText(document=thread([("100", "Ils sont 50.")]), until=DAY_1)
    told = exported(("150", "Ils sont 60."), TWEETS[1], url=url, earlier=(earlier,), _100="150")
    page = thread([("100", "Ils sont 50."), TWEETS[1]])
    for turn in (1, 2):
        save(archive, run_id, told)
        archive.save_visit(run_id, visit(page, at=DAY_3))
        assert [key for (key,) in rows(path, "SELECT id FROM posts ORDER BY position")] == ["150", "101"], turn
    assert said(path)[0] == "Ils sont 60."
    assert rows(path, "SELECT text, seen_at FROM versions") == [("Ils sont 50.", DAY_1)]
    assert rows(path, "SELECT id, post_id FROM edits") == [("100", "150")]


def test_an_unrolled_earlier_id_becomes_the_edited_thread(archive: Archive, path: Path, run_id: int) -> None:
    archive.save_visit(run_id, visit(thread([("100", "Ils sont 50."), TWEETS[1]])))
    told = exported(("150", "Ils sont 60."), TWEETS[1], url="https://threads.example/t/150", _100="150")
    for _ in range(2):
        save(archive, run_id, told)
        archive.save_visit(run_id, visit(thread([("100", "Ils sont 50."), TWEETS[1]]), at=DAY_3))
    assert said(path) == ["Ils sont 60.", TWEETS[1][1]]
    assert (rows(path, DOCUMENTS), versions(path)) == ([(PAGE, 2, None)], 1)


def test_a_later_export_adds_and_takes_nothing_away_and_an_older_one_adds_only(
    archive: Archive, path: Path, run_id: int
) -> None:
    save(archive, run_id, exported(*TWEETS), at=DAY_2)
    assert save(archive, run_id, exported(TWEETS[0], TWEETS[2], MORE), at=DAY_3, body=b"[2]") == Stored(changed=1)
    assert save(archive, run_id, exported(("100", "Brouillon."), *TWEETS[1:]), at=DAY_1, body=b"[3]").changed == 0
    assert said(path) == [text for _, text in (*TWEETS, MORE)]


def test_what_an_export_told_stays_told_when_a_later_one_is_cut_and_the_page_loses_it(
    archive: Archive, path: Path, run_id: int
) -> None:
    archive.save_visit(run_id, visit(thread()))
    save(archive, run_id, exported())
    save(archive, run_id, exported(*TWEETS[:2]), at=DAY_3, body=b"[cut]")
    archive.save_visit(run_id, visit(thread(TWEETS[:1]), at=DAY_3, body=b"less"))
    assert said(path) == [text for _, text in (*TWEETS, MORE)]


def test_files_clear_no_absence(archive: Archive, path: Path, run_id: int) -> None:
    archive.save_visit(run_id, visit(thread()))
    archive.save_visit(run_id, gone())
    save(archive, run_id, exported(), at=DAY_1)
    assert rows(path, "SELECT gone_at, first_seen_at, last_seen_at FROM documents") == [(DAY_2, DAY_1, DAY_1)]


def test_a_copy_without_ids_gives_way_to_an_export_and_never_replaces_it(
    archive: Archive, path: Path, run_id: int
) -> None:
    text, posts = join_posts([Post(id=f"{PAGE}#1", text="Tout le fil, copié.")])
    copy = Document(kind="thread", url=PAGE, text=text, posts=posts)
    archive.save_import(run_id, answer("file:///copy.txt", DAY_3), [copy])
    assert save(archive, run_id, exported(), at=DAY_1).changed == 1
    assert archive.save_import(run_id, answer("file:///copy.txt", DAY_3), [copy]).unchanged == 1
    assert archive.save_visit(run_id, visit(copy, at=DAY_3)).unchanged == 1
    assert len(said(path)) == 4


def test_threads_of_others_are_stored_as_ever(archive: Archive, path: Path, run_id: int) -> None:
    save(archive, run_id, exported())
    other = thread(
        [("900", "Un autre fil."), ("901", "Sa suite.")], "https://threads.example/t/900", Author(handle="x")
    )
    assert archive.save_visit(run_id, visit(other, url=other.url)) == Stored(new=1)
    assert archive.save_visit(run_id, visit(other, url=other.url, at=DAY_2)) == Stored(unchanged=1)
    assert one(path, "SELECT count(*) FROM tellings") == 1


@pytest.mark.parametrize(
    ("one_text", "other"),
    [
        ("a  b\nc", "a b c"),
        ("voir https://t.co/abc ici", "voir https://a.example/x ici"),
        ("voir (a.example/pag…), ici", "voir (https://www.a.example/page/2), ici"),
        ("fini https://t.co/abc", "fini"),
        ("fini https://twitter.com/a/status/12", "fini"),
        ("@a @b merci", "merci"),
        ("un long texte qui est cou…", "un long texte qui est coupé ici et continue"),
        ("un long texte qui est… https://t.co/abc", "un long texte qui est coupé"),
        ("café", "cafe\u0301"),
    ],
)
def test_one_text_in_two_forms(one_text: str, other: str) -> None:
    assert same_words(one_text, other)
    assert same_words(other, one_text)
    assert not (says_more(one_text, other) and says_more(other, one_text))


@pytest.mark.parametrize(
    ("one_text", "other"),
    [
        ("50 agents", "60 agents"),
        ("un deux", "un deux trois"),
        ("voir https://a.example/x", "voir https://b.example/x"),
        ("voir a.example/pag…", "voir https://a.example/autre"),
        ("il dit… non", "il dit oui"),
        ("", "mot"),
    ],
)
def test_two_texts(one_text: str, other: str) -> None:
    assert not same_words(one_text, other)
    assert not same_words(other, one_text)


@pytest.mark.parametrize(
    ("more", "less"),
    [
        ("voir https://a.example/page/2", "voir a.example/pag…"),
        ("voir https://a.example/", "voir https://t.co/abc"),
        ("texte coupé et suite", "texte coup…"),
    ],
)
def test_the_form_that_says_more(more: str, less: str) -> None:
    assert says_more(more, less)
    assert not says_more(less, more)
    assert not says_more(more, more)


def test_links_follow_the_source_that_has_them_whole(archive: Archive, path: Path, run_id: int) -> None:
    told = exported()
    short = Link(kind="link", url="https://t.co/abc", display="https://t.co/abc", post_id="100")
    told = ExportedThread(document=Document(**{**vars(told.document), "links": (short,)}))
    save(archive, run_id, told)
    archive.save_visit(run_id, visit(thread(), at=DAY_3))
    assert rows(path, "SELECT url FROM links") == [("https://www.cour.example/rapport",)]
    assert json.loads(one(path, "SELECT posts FROM tellings WHERE origin = 'page'")).keys() == {"100", "101", "102"}

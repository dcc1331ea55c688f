"""The feed: valid Atom, the same bytes from the same archive, ids that last, and nothing but text in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import feedparser
import pytest
from lxml import etree

from db.archive import Archive
from db.records import Author, Document
from report.feed import ATOM, feed
from report.limits import limits
from report.render import Style
from tests.report.conftest import BLOG, SENTENCE, THREAD, findings
from tests.report.history import DAY, live, visit

STYLE = Style(lang="en", date="2021-06-09")


@pytest.fixture
def lived(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "archive.db") as archive:
        live(archive)
        yield archive


def made(archive: Archive, since: str = "2021-06-01", most: int | None = None, **given: Any) -> str:
    return feed(archive, limits(archive, DAY(9), since=since, **given), STYLE, most=most)


def entries(text: str) -> list[Any]:
    parsed = feedparser.parse(text)
    assert not parsed.bozo, parsed.get("bozo_exception")
    return list(parsed.entries)


def test_a_feed_has_documents_edits_the_gone_and_claims(lived: Archive) -> None:
    found = {entry.title: entry for entry in entries(made(lived))}
    evil, edit, gone, claim = found.values()
    assert (edit.title, edit.updated, edit.link) == ("[edited] L'argent", DAY(3), THREAD)
    assert "Et [-personne ne-]{+chacun+} recompte." in edit.content[0].value
    assert (gone.title, gone.updated, gone.link) == (
        "[gone] <img src=x onerror=alert(1)>",
        DAY(3),
        BLOG.replace("<", "%3C").replace(">", "%3E"),
    )
    assert (claim.tags[0].term, claim.tags[0].label, claim.author) == ("claim", "claim", "@lagent")
    assert (evil.tags[0].term, claim.updated) == ("page", DAY(2))
    assert claim.link.startswith(f"{THREAD}#:~:text=")
    assert SENTENCE in claim.content[0].value
    assert "according to la Cour" in claim.content[0].value
    assert "the sum gives €30,000" in claim.content[0].value
    assert [link.href for link in claim.links if link.rel == "related"] == [
        f"https://web.archive.org/web/20210603080000/{THREAD}"
    ]
    assert evil.link.startswith("urn:uuid:")  # feedparser's stand-in: there is no address to go to


def test_a_feed_is_atom_as_the_standard_wants_it(lived: Archive) -> None:
    root = etree.fromstring(made(lived).encode())
    assert root.tag == f"{{{ATOM}}}feed"
    for element in [root, *root.findall(f"{{{ATOM}}}entry")]:
        for name in ("id", "title", "updated"):
            (child,) = element.findall(f"{{{ATOM}}}{name}")
            assert child.text
        assert element.findtext(f"{{{ATOM}}}id", "").startswith("urn:uuid:")
    ids = root.xpath("//a:id/text()", namespaces={"a": ATOM})
    assert len(set(ids)) == len(ids)
    assert {content.get("type") for content in root.iter(f"{{{ATOM}}}content")} == {"text"}


def test_hostile_words_stay_words(lived: Archive) -> None:
    text = made(lived)
    assert not any(character in text for character in "\x1b\x0c")
    assert "<script" not in text
    assert 'href="javascript' not in text
    (evil,) = (entry for entry in entries(text) if "script" in entry.title)
    assert evil.title.startswith("</title><script>alert(1)</script> & *gras*")


def test_the_same_archive_gives_the_same_bytes_and_ids_outlast_mining(lived: Archive) -> None:
    before = made(lived)
    assert made(lived) == before
    for task in list(lived.documents_to_mine("other")):  # every claim gets another number
        lived.save_findings(task, "other", findings(task.text), DAY(6))
    assert made(lived) == before


def test_a_feed_is_cut_at_its_oldest(lived: Archive) -> None:
    assert [entry.updated for entry in entries(made(lived, most=2))] == [DAY(4), DAY(3)]
    assert entries(made(lived, since="2021-06-08")) == []
    assert {entry.updated for entry in entries(made(lived, since="2021-06-04"))} == {DAY(4)}


def test_a_feed_of_one_author_is_another_feed(lived: Archive) -> None:
    whole, one = feedparser.parse(made(lived)), feedparser.parse(made(lived, author=["lagent"]))
    assert whole.feed.id != one.feed.id
    assert one.feed.title == "filature: what is new (by @lagent)"
    assert {entry.author for entry in one.entries} == {"@lagent"}
    assert one.entries[0].id in {entry.id for entry in whole.entries}


def test_an_empty_archive_has_an_empty_feed(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "archive.db") as archive:
        assert entries(made(archive)) == []


def test_no_character_breaks_the_feed(tmp_path: Path) -> None:
    characters = [*map(chr, range(32)), "\x7f", "\x85", "\ud83d", "\ufffe", "\uffff", "\U0001fffe", "]]>"]
    with Archive.open(tmp_path / "archive.db") as archive:
        run = archive.start_run("harvest", "0.1.0")
        for number, character in enumerate(characters):
            text = f"Avant{character}après"
            url = f"https://a.example/{number}"
            document = Document(kind="page", url=url, text=text, title=text, author=Author(name=text))
            archive.save_visit(run, visit(document, DAY(1), text.encode("utf-8", "replace")))
        archive.finish_run(run, "ok", {})
        titles = [entry.title for entry in entries(made(archive))]
    assert len(titles) == len(characters)
    assert all(title.startswith("Avant") and title.endswith("après") for title in titles)

"""Reports of changes, claims and an author: what they tell, in each format, and what stays text in them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from markdown_it import MarkdownIt

from db.archive import Archive
from db.records import Document
from report.author import read_author
from report.changes import read_changes
from report.claims import read_claims
from report.digest import digest
from report.errors import UnknownNameError
from report.feed import feed
from report.limits import Limits, limits
from report.render import Format, Report, Style, render
from tests.report import hostile
from tests.report.conftest import BLOG, SENTENCE, THREAD
from tests.report.history import DAY, EVIL, live, visit
from tests.report.test_hostile import PAGE, assert_only_text

KINDS = ("changes", "claims", "author")
FORMATS: tuple[Format, ...] = ("html", "md", "json")
Read = Callable[[Archive, Limits, Style], Report]
READ: dict[str, Read] = {
    "changes": read_changes,
    "claims": read_claims,
    "author": lambda archive, within, style: read_author(archive, "@lagent", within, style),
}


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    with Archive.open(tmp_path_factory.mktemp("lived") / "archive.db") as archive:
        live(archive)
        yield archive


@pytest.fixture(scope="module")
def trap(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    with Archive.open(tmp_path_factory.mktemp("trap") / "archive.db") as archive:
        hostile.fill(archive)
        yield archive


def written(archive: Archive, kind: str, form: Format, lang: str = "en", since: str | None = None) -> str:
    style = Style(lang=lang, format=form, date="2021-06-09")
    return render(READ[kind](archive, limits(archive, DAY(9), since=since), style), style)


def page_of(archive: Archive, kind: str, **given: str) -> BeautifulSoup:
    return BeautifulSoup(written(archive, kind, "html", **given), "lxml")


def made_of(markdown: str) -> BeautifulSoup:
    made = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(markdown)
    page = BeautifulSoup(made, "lxml")
    for cell in page.select("th, td"):
        del cell["style"]  # where its numbers stand
    return page


def texts(page: BeautifulSoup, selector: str) -> list[str]:
    return [" ".join(tag.get_text().split()) for tag in page.select(selector)]


def test_changes_tell_what_came_changed_and_went(lived: Archive) -> None:
    page = page_of(lived, "changes")
    assert texts(page, ".numbers dd") == ["3", "1", "1", "1", "1", "1"]
    assert texts(page, "main h2")[:-1] == [
        "New wrong sums", "Vanished documents", "Edited documents", "New documents", "New claims",
    ]  # fmt: skip
    (gone,) = texts(page, "#gone .sum")
    assert gone.startswith("last seen on 1 June 2021 · answer 404 on 3 June 2021 at 08:00 (UTC)")
    assert texts(page, "#edits del") == ["personne ne"]
    assert texts(page, "#edits ins") == ["chacun"]
    before, after = texts(page, "#edits .passage p:first-of-type")
    assert before.endswith("Et personne ne recompte.")
    assert after.endswith("Et chacun recompte.")
    assert BLOG in [tag["href"] for tag in page.select("#gone a")]


@pytest.mark.parametrize("kind", KINDS)
def test_claims_come_with_all_that_it_takes_to_judge_them(lived: Archive, kind: str) -> None:
    page = page_of(lived, kind)
    (card,) = page.select("#claims .claim")
    assert texts(page, "#claims blockquote b") == ["60 prestataires", "500 €", "40 000 €"]
    assert "according to la Cour" in card.get_text()
    source, post, wayback = (str(tag["href"]) for tag in card.select(".links > a"))
    assert source.startswith(f"{THREAD}#:~:text=Selon%20la%20Cour")
    assert post == "https://x.example/lagent/status/100"
    assert wayback == f"https://web.archive.org/web/20210603080000/{THREAD}"
    assert SENTENCE in card.select_one(".passage p").get_text()  # type: ignore[union-attr]
    (verdict,) = texts(page, "#wrong .verdict")
    assert re.match(
        "60 prestataires, 500 €: the sum gives .?30,000.*, not .?40,000.* as the text says: 25% less", verdict
    )


def test_an_author_is_told_with_topics_names_and_documents(lived: Archive) -> None:
    page = page_of(lived, "author")
    assert texts(page, "h1") == ["What @lagent writes"]
    assert texts(page, "#names th[scope=row]") == ["externalisation", "Cour des comptes"]
    assert texts(page, "#documents .head a")[0] == "L'argent"
    assert texts(page, "#edits ins") == ["chacun"]


def test_an_unknown_author_stops_the_report(lived: Archive) -> None:
    with pytest.raises(UnknownNameError, match="no author 'lagant' in the archive; authors: @lagent"):
        read_author(lived, "lagant", limits(lived, DAY(9)), Style(date="2021-06-09"))


@pytest.mark.parametrize(
    ("since", "found"), [("2021-06-01", [3, 1, 1, 1]), ("2021-06-03", [1, 1, 1, 0]), ("2021-06-06", [0, 0, 0, 0])]
)
def test_changes_begin_where_they_are_asked_to(lived: Archive, since: str, found: list[int]) -> None:
    told = json.loads(written(lived, "changes", "json", since=since))
    assert [len(told[key]) for key in ("documents", "edits", "gone", "claims")] == found
    assert told["since"] == since


def test_lists_are_cut_and_what_is_left_is_counted(lived: Archive) -> None:
    style = Style(lang="en", date="2021-06-09")
    report = read_changes(lived, limits(lived, DAY(9)), style, most=1)
    assert (len(report.documents), report.left.documents) == (1, 2)
    assert '<p class="note">2 more: ' in render(report, style)


def test_json_has_both_texts_of_an_edit_and_the_parts_between(lived: Archive) -> None:
    (edit,) = json.loads(written(lived, "changes", "json"))["edits"]
    assert "personne" in edit["edit"]["before"]["text"]
    assert "chacun" in edit["edit"]["after"]["text"]
    assert [part["op"] for part in edit["parts"]] == ["skipped", "same", "out", "in", "same"]


def test_markdown_marks_what_was_taken_out_and_put_in(lived: Archive) -> None:
    assert "~~personne ne~~" in written(lived, "changes", "md")
    assert "**chacun**" in written(lived, "changes", "md")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_same_archive_gives_the_same_bytes(lived: Archive, kind: str, form: Format, lang: str) -> None:
    assert written(lived, kind, form, lang) == written(lived, kind, form, lang)


@pytest.mark.parametrize("kind", ["changes", "claims"])
@pytest.mark.parametrize("where", ["trap", "lived"])
def test_a_page_holds_texts_and_nothing_of_theirs(kind: str, where: str, request: pytest.FixtureRequest) -> None:
    archive = request.getfixturevalue(where)
    source = written(archive, kind, "html")
    page = BeautifulSoup(source, "lxml")
    assert_only_text(page, f"{PAGE} ins del")
    assert "default-src 'none'" in str(page.select_one("meta[http-equiv]"))
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f]", source)


@pytest.mark.parametrize("kind", ["changes", "claims"])
@pytest.mark.parametrize("where", ["trap", "lived"])
def test_markdown_becomes_text_and_our_links_alone(kind: str, where: str, request: pytest.FixtureRequest) -> None:
    source = written(request.getfixturevalue(where), kind, "md")
    page = made_of(source)
    assert_only_text(page, "html body h1 h2 h3 p ul li strong em s a table thead tbody tr th td code")
    assert {str(tag["href"]).split(":")[0] for tag in page.select("a")} <= {"https"}
    assert "\u202e" not in source
    assert "\x1b" not in source


def test_a_hostile_edit_stays_text(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "archive.db") as archive:
        run = archive.start_run("harvest", "0.1.0")
        for number, text in enumerate(
            (f"{EVIL}\n\nAvant ~~ ** {EVIL}", f"{EVIL}\n\n<b>Après</b> `a` {EVIL} \n\n\n \n")
        ):
            document = Document(kind="page", url="https://a.example/p", text=text, title=text[: 40 + number])
            archive.save_visit(run, visit(document, DAY(number + 1), text.encode()))
        archive.finish_run(run, "ok", {})
        made = made_of(written(archive, "changes", "md"))
        assert_only_text(made, "html body h1 h2 p ul li strong s a table thead tbody tr th td")
        assert_only_text(page_of(archive, "changes"), f"{PAGE} ins del")


def test_mails_and_feeds_of_hostile_words_hold_no_control_characters(trap: Archive) -> None:
    style = Style(lang="fr", date="2021-06-09")
    for text in (digest(trap, limits(trap, DAY(9)), style), feed(trap, limits(trap, DAY(9)), style)):
        assert text
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f]", text)

"""Whatever a text of the archive holds, it stays text, in every format and language of a report."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from markdown_it import MarkdownIt

from db.archive import Archive
from report.markdown import escape, link
from report.render import Format, Style, render
from report.shelf import shelve
from report.topics import Selection, topics_report
from tests.report import hostile


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    with Archive.open(tmp_path_factory.mktemp("hostile") / "archive.db") as opened:
        hostile.fill(opened)
        yield opened


def written(archive: Archive, form: Format, lang: str = "fr") -> str:
    style = Style(lang=lang, format=form, date="2021-09-02")
    return render(topics_report(archive, Selection(), style), style)


def assert_only_text(page: BeautifulSoup, allowed: str) -> None:
    assert {tag.name for tag in page.find_all(True)} <= set(allowed.split())
    for tag in page.find_all(True):
        assert not [name for name in tag.attrs if name.startswith("on") or name in ("style", "src", "srcset")]
        if "href" in tag.attrs:
            assert re.match(r"https?://|#|[\w-]+\.\w+$", str(tag["href"])), tag["href"]


PAGE = """html head meta title style body a p h1 h2 h3 header main section nav dl div dt dd table caption thead tbody
tr th td span bdi abbr svg g rect line text ol ul li strong article blockquote b details summary mark q figure
figcaption code"""


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_page_holds_texts_and_nothing_of_theirs(archive: Archive, lang: str) -> None:
    source = written(archive, "html", lang)
    page = BeautifulSoup(source, "lxml")
    assert_only_text(page, PAGE)
    assert page.title is not None
    said = {quote.get_text() for quote in page.select("blockquote")}
    assert {sentence.removesuffix("\x07\x1b[31m") for sentence in hostile.SENTENCES[:6]} <= said
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f]", source)
    # What turns the direction of text stays within the block of its sentence; in names and titles there is none.
    assert not [name for name in page.select("bdi, title, abbr, .meta, .note") if "\u202e" in name.get_text()]
    assert "javascript:alert(14)" not in str(page.select("a"))


def test_markdown_becomes_text_and_our_links_alone(archive: Archive) -> None:
    source = written(archive, "md")
    made = MarkdownIt("commonmark", {"html": True}).enable("table").render(source)
    page = BeautifulSoup(re.sub(r' style="text-align:\w+"', "", made), "lxml")  # the renderer's own, of columns
    assert_only_text(page, "html body h1 h2 h3 p ul li strong a table thead tbody tr th td code")
    links = {str(tag["href"]) for tag in page.select("a")}
    assert links
    assert all(
        address.startswith(("https://a.example/%22", "https://gone.example/", "https://web.")) for address in links
    )
    cells = {len(row.select("th, td")) for row in page.select("table")[0].select("tr")}
    assert cells == {5}  # a bar within a label is no new cell
    assert "<script>alert(3)</script> 12 agents sur 30 disent 90 %" in page.get_text()
    assert "\u202e" not in source
    assert "\x1b" not in source


def test_json_holds_every_text_as_it_is(archive: Archive) -> None:
    told = json.loads(written(archive, "json"))
    (topic,) = told["topics"]
    texts = {claim["claim"]["text"] for claim in topic["claims"]}
    assert set(hostile.SENTENCES[1:5]) <= texts
    assert {claim["source"] for claim in topic["claims"]} >= {None}


def test_an_index_of_hostile_reports_is_text_too(archive: Archive, tmp_path: Path) -> None:
    style = Style(date="2021-09-02")
    asked = Selection(topics=("piege",), authors=(hostile.NAME,))
    shelve(tmp_path, "topics", topics_report(archive, asked, style), style)
    page = BeautifulSoup((tmp_path / "index.html").read_text(encoding="utf-8"), "lxml")
    assert_only_text(page, PAGE)
    assert "Piège <b onclick=alert(11)>| [x](javascript:alert(12))" in page.get_text()


@pytest.mark.parametrize(
    "text",
    [
        "[a](javascript:alert(1))", "![a](https://a.example/x.png)", "<a href='https://a.example'>x</a>",
        "<https://a.example>", "https://a.example/", "www.a.example", "[a]: https://a.example", "# a", "> a", "- a",
        "+ a", "1. a", "1) a", "a | b", "***", "---", "===", "```a", "~~~a", "~~a~~", "`a`", "_a_ __a__ *a*",
        "&lt;b&gt; &amp; &#60;b>", "a\\", "\\[a](b)", "a  \nb", "    a", "\ta", "a\n\n<div>b", "<!-- a", "<?php",
        "[^1]", "- [ ] a", "javascript:alert(1)", "a\u2028# b", "=a", "$a$",
    ],
)  # fmt: skip
def test_no_text_means_anything_to_markdown(text: str) -> None:
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    made = BeautifulSoup(parser.render(escape(text)), "lxml")
    assert {tag.name for tag in made.find_all(True)} == {"html", "body", "p"}
    assert made.get_text().strip() == " ".join(text.split())


@pytest.mark.parametrize(
    ("url", "made"),
    [
        ("https://a.example/b?c=d&e=f#g", "[x](<https://a.example/b?c=d&e=f#g>)"),
        ("https://a.example/ )>\n<b", "[x](<https://a.example/%20)%3E%0A%3Cb>)"),
        ("https://a.example/%C3%A9é", "[x](<https://a.example/%C3%A9%C3%A9>)"),
        ("javascript:alert(1)", "x"),
        ("https://[not", "x"),
        (None, "x"),
    ],
)
def test_only_addresses_of_the_web_become_links(url: str | None, made: str) -> None:
    assert link("x", url) == made

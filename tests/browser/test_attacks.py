"""A thread whose every part is an attack stays text: on pages, in Markdown, JSON, CSV and the feed."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from bs4 import BeautifulSoup
from lxml import etree
from markdown_it import MarkdownIt

from tests.browser.conftest import Watch, Watched, report
from tests.browser.samples import ATTACK, BREAKOUT, FORMULA, HOSTILE, LINE, LONG, MARKUP, TURNED, attack

PAGES = (
    f"/-/read/{ATTACK}",
    f"/-/read/{ATTACK}/versions",
    "/filature/documents",
    f"/filature/documents/{ATTACK}",
    "/filature/claims",
    "/filature/checks",
    "/filature/links",
    "/filature/media",
    "/filature/authors",
    "/filature/entities",
    "/filature/topics",
    "/filature/claims_with_sources?_facet=attributed_to",
    "/filature/document_history",
    f"/filature/documents?_search={FORMULA}",
    f"/filature?sql=select+'{MARKUP}'+as+url",
)
REPORTS = ("topics.html", "claims.html", "changes.html", "author_of_mal.html", "index.html")
FORMATS = ("md", "json")
# What a page made of: scripts that are not ours, handlers, addresses that run, and what would load something.
ALIVE = """() => [...document.querySelectorAll('*')].flatMap(e => [
  ...(e.matches('img, iframe, object, embed, video, audio, base, svg script, [srcdoc]') ? [e.outerHTML] : []),
  ...[...e.attributes].filter(a => a.name.startsWith('on')).map(a => a.name + '=' + a.value),
  ...(/^(javascript|data|vbscript):/i.test(e.getAttribute('href') ?? '') ? [e.outerHTML] : []),
  ...(e.matches('script') && /alert/.test(e.textContent) ? [e.outerHTML] : []),
])"""


@pytest.fixture(params=[*PAGES, *REPORTS])
def watched(request: pytest.FixtureRequest, served: str, folder: Path, seen: Watch) -> Watched:
    return seen(folder / "reports" / request.param if request.param in REPORTS else served + request.param)


def test_nothing_runs_loads_or_leaves(watched: Watched) -> None:
    assert watched.misdeeds == []
    assert watched.page.evaluate(ALIVE) == []


@pytest.mark.parametrize("name", [f"/-/read/{ATTACK}", "topics.html", "claims.html", "author_of_mal.html"])
def test_the_words_are_there_as_they_were(name: str, served: str, folder: Path, seen: Watch) -> None:
    page = seen(folder / "reports" / name if name in REPORTS else served + name).page
    text = " ".join(str(page.text_content("body")).split())
    assert [line for line in HOSTILE if " ".join(line.split()) not in text] == []


def test_what_turns_the_direction_of_a_name_stays_in_the_name(served: str, seen: Watch) -> None:
    """Right-to-left overrides end with the element that holds them: what follows reads on as it should."""
    page = seen(f"{served}/-/read/{ATTACK}").page
    left, right = page.evaluate(
        """() => { const by = document.querySelector('.by'), range = document.createRange();
        const at = by.lastElementChild.previousSibling; range.setStart(by.firstChild, 0);
        const name = by.querySelector('bdi').getBoundingClientRect();
        range.selectNodeContents(by.querySelector('time')); return [name.left, range.getBoundingClientRect().left]; }"""
    )
    assert left < right


def test_markdown_has_no_markup_but_its_own(folder: Path) -> None:
    for words in (("topics",), ("claims",), ("author", "@mal"), ("changes", "--since", "2021-01-01")):
        text = report(folder, *words, "--format", "md", "-o", "-")
        made = BeautifulSoup(MarkdownIt("commonmark", {"html": True}).enable("table").render(text), "lxml")
        assert [str(tag)[:200] for tag in made.select("script, img, svg, style, iframe, [onload], [onerror]")] == []
        assert [a["href"] for a in made.select("a[href]") if not str(a["href"]).startswith(("http", "#"))] == []
        if words[0] != "changes":  # tells of the document, not of its claims
            assert " ".join(MARKUP.split()) in " ".join(made.get_text().split())


def test_json_has_every_character(folder: Path) -> None:
    found = json.loads(report(folder, "claims", "--format", "json", "-o", "-"))
    assert set(HOSTILE) <= set(_texts(found))


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for part in value.values() for text in _texts(part)]
    if isinstance(value, list):
        return [text for part in value for text in _texts(part)]
    return [value] if isinstance(value, str) else []


def test_the_feed_is_xml_whose_markup_is_ours(folder: Path) -> None:
    feed = etree.fromstring((folder / "reports" / "feed.xml").read_bytes(), etree.XMLParser(huge_tree=True))
    atom = {"a": "http://www.w3.org/2005/Atom"}
    assert feed.xpath("//a:entry", namespaces=atom)
    for content in feed.xpath("//a:content | //a:summary", namespaces=atom):
        if content.get("type") == "html":
            made = BeautifulSoup(content.text or "", "lxml")
            assert made.select("script, img, svg, style, iframe, [onload], [onerror]") == []
            assert [a["href"] for a in made.select("a[href]") if not str(a["href"]).startswith("http")] == []
        assert content.get("type") in (None, "text", "html")
    links = feed.xpath("//a:link/@href | //a:id/text()", namespaces=atom)
    assert [link for link in links if link.startswith(("javascript:", "data:"))] == []
    assert any(MARKUP in text for text in feed.itertext())


def test_csv_has_texts_as_they_are(served: str) -> None:
    """A spreadsheet may take =... for a formula: docs/reading.md says so; values are not changed."""
    answer = httpx.get(f"{served}/filature/posts.csv?document_id={ATTACK}&_size=max")
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.headers["x-content-type-options"] == "nosniff"
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["text"] for row in rows] == [post.text for post in attack().posts]


def test_json_of_datasette_has_texts_as_they_are(served: str) -> None:
    (row,) = httpx.get(f"{served}/filature/documents/{ATTACK}.json?_shape=array").json()
    assert (row["title"], row["text"]) == (attack().title, attack().text)


def test_an_author_and_a_link_are_told_in_their_own_words(served: str, seen: Watch) -> None:
    page = seen(f"{served}/-/read/{ATTACK}").page
    assert TURNED in str(page.text_content(".by"))
    assert BREAKOUT in str(page.text_content(".shown"))
    assert [code.inner_text() for code in page.query_selector_all(".shown code")] == [
        "javascript:alert(7)", "http://[bad", "data:text/html,<script>alert(8)</script>",
    ]  # fmt: skip


@pytest.mark.parametrize("address", [f"/-/read/{LONG}", f"/filature/documents/{LONG}", "/filature/documents"])
def test_a_line_of_ten_million_characters_stays_a_line(address: str, served: str, watch: Watch) -> None:
    watched = watch(served + address)
    assert watched.misdeeds == []
    assert len(str(watched.page.text_content("body"))) < len(LINE) / 10

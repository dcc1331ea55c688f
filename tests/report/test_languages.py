"""A report in French and in English: everything that is ours is translated, everything of the archive is not."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from bs4.element import NavigableString

from db.archive import Archive
from report.render import Style, render
from report.shelf import shelve
from report.templating import environment
from report.topics import Selection, topics_report
from report.words import Words
from tests.report import hostile

DAY = "2021-09-02"
# What is the same in both languages: the program's name, a service's, calls to type, formats, and these nouns.
ALIKE = {"filature", "filature ·", "Wayback Machine", "filature mine --explain", "filature report claims --topic piege"}
NOUNS = {
    "Documents",
    "Mentions",
    "document",
    "documents",
    "Document",
    "page",
    "Euros",
    "Date",
    "Organisations",
    "cause",
}
SHOWN = ("title", "aria-label", "data-label", "content")


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("languages") / "archive.db"
    with Archive.open(path) as archive:
        hostile.fill(archive)
    return path


def page(path: Path, lang: str) -> BeautifulSoup:
    style = Style(lang=lang, date=DAY)
    with Archive.open(path, readonly=True) as archive:
        return BeautifulSoup(render(topics_report(archive, Selection(), style), style), "lxml")


def told(page: BeautifulSoup) -> Iterator[str]:
    """Every text that a person sees or hears, each part of a line that our middle dots divide on its own."""
    for text in page.find_all(string=True):
        if type(text) is NavigableString and text.parent and text.parent.name != "style":
            yield from (part.strip() for part in str(text).split(" · "))
    for tag in page.find_all(True):
        if tag.name != "meta":
            yield from (str(tag[name]) for name in SHOWN if name in tag.attrs)


def of_the_archive(path: Path) -> str:
    """All texts of the archive, one under the other, their spaces alike."""
    with closing(sqlite3.connect(path)) as conn:
        named = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%_fts%'"
        tables = [name for (name,) in conn.execute(named)]
        rows = [row for table in tables for row in conn.execute(f"SELECT * FROM {table}")]
    return spaced("\n".join(str(cell) for row in rows for cell in row if isinstance(cell, str)))


def spaced(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub("[\x00-\x08\x0b-\x1f\u202c\u202e]", "", text)).casefold()


def test_what_is_the_same_in_both_languages_comes_from_the_archive(path: Path) -> None:
    french, english = (set(told(page(path, lang))) for lang in ("fr", "en"))
    archive = of_the_archive(path)
    same = {text for text in french & english if re.search(r"[^\W\d_]{2}", text)}
    ours = {
        text
        for text in same
        if spaced(text).strip("… ") not in archive
        and text not in ALIKE
        and not set(re.findall(r"[^\W\d_]+", text)) <= NOUNS
        and not text.startswith("filature mine --explain ")
    }
    assert ours == set()
    assert len(french & english) > 20  # sentences, names, titles: the comparison has something to compare


def test_words_that_are_alike_are_known_to_be() -> None:
    french, english = Words("fr"), Words("en")
    keys = french.keys()
    assert keys == english.keys()
    alike = {key for key in keys if french.raw(key) == english.raw(key) and re.search(r"[^\W\d_]{2}", french.raw(key))}
    # Numbers and names in places, and words that both languages have: a new one is looked at, then listed here.
    assert {re.sub(r"\{\w+\}", "", french.raw(key)).strip(" ,:–.…()") for key in alike} <= {
        *NOUNS,
        *ALIKE,
        "source",
        "",
    }


TEMPLATES = ["base.html", "charts.html", "index.html", "parts.html", "parts.md", "topics.html", "topics.md"]


@pytest.mark.parametrize("template", TEMPLATES)
def test_templates_have_no_words_of_their_own(template: str) -> None:
    made = environment(None, autoescape=True)
    assert made.loader is not None
    source = made.loader.get_source(made, template)[0]
    bare = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|`[^`]*`", "", source, flags=re.DOTALL)
    bare = re.sub(r'<[^<>]*>| \w+=""', " ", bare)
    calls = {"filature", "report", "claims", "topic", "mine", "explain"}
    assert set(re.findall(r"[^\W\d_]{2,}", bare)) - calls == set()
    shown = re.findall(r'(?:title|aria-label|data-label|alt)="([^"{]+)', source)
    assert shown == []


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("fr", ["Rapport du 2\xa0septembre 2021", "1er\xa0mai 2021", "40\u202f%", "12\u202f€"]),
        ("en", ["Report of 2 September 2021", "1 May 2021", "40%", "€12"]),
    ],
)
def test_numbers_and_dates_in_the_manner_of_each_language(path: Path, lang: str, said: list[str]) -> None:
    text = page(path, lang).get_text()
    assert [words for words in said if words not in text] == []


def test_the_language_of_a_text_is_told_to_who_hears_it(path: Path) -> None:
    english, french = page(path, "en"), page(path, "fr")
    assert english.html is not None
    assert english.html["lang"] == "en"
    assert {quote.get("lang") for quote in english.select("blockquote")} == {"fr"}
    assert {quote.get("lang") for quote in french.select("blockquote")} == {None}


def test_an_index_in_both_languages(path: Path, tmp_path: Path) -> None:
    texts = []
    for lang in ("fr", "en"):
        style = Style(lang=lang, date=DAY)
        with Archive.open(path, readonly=True) as archive:
            shelve(tmp_path / lang, "topics", topics_report(archive, Selection(), style), style)
        texts.append(set(told(BeautifulSoup((tmp_path / lang / "index.html").read_text(encoding="utf-8"), "lxml"))))
    same = {text for text in texts[0] & texts[1] if re.search(r"[^\W\d_]{2}", text)}
    assert same - ALIKE - NOUNS == set()

"""Pages to documents: `tests/pages/blogs/expected.json` says why each page is there and what it must become."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from harvester.model import Answer, PageShapeError
from harvester.sites import READERS, article
from harvester.sites.rules import rule_book
from tests.shared import shared

PAGES = Path(__file__).resolve().parents[1] / "pages" / "blogs"
EXPECTED: dict[str, dict[str, Any]] = json.loads((PAGES / "expected.json").read_text(encoding="utf-8"))
HTML = "text/html; charset=utf-8"


def answer(url: str, body: bytes | str, content_type: str = HTML) -> Answer:
    return Answer(url=url, body=body if isinstance(body, bytes) else body.encode(), content_type=content_type)


@pytest.mark.parametrize("name", EXPECTED)
def test_page(name: str) -> None:
    expected = EXPECTED[name]
    (document,) = article.read(answer(expected["url"], (PAGES / name).read_bytes())).documents
    # Spaces that do not break are spaces to who reads.
    text = document.text.replace("\xa0", " ")
    assert (document.url, document.kind) == (expected["url"], expected["kind"])
    assert (document.title or "").replace("\xa0", " ") == expected["title"]
    assert document.author is not None
    assert document.author.name == expected["author"]
    assert (document.published_at, document.published_from) == (expected["date"], expected["from"])
    assert [phrase for phrase in expected["with"] if phrase not in text] == []
    assert [phrase for phrase in expected["without"] if phrase in text] == []
    if "links" in expected:
        assert [link.url for link in document.links] == expected["links"]
    if "media" in expected:
        assert [media.url for media in document.media] == expected["media"]


PARAGRAPH = "Le conseil municipal a voté la reprise en régie du service des eaux, par 19 voix contre 8. " * 8


def page(head: str = "", body: str = "", title: str = "Un titre") -> str:
    return f"<html><head><title>{title}</title>{head}</head><body>{body}</body></html>"


@pytest.mark.parametrize(
    ("body", "content_type", "reason"),
    [
        (b"", HTML, "empty"),
        (b"  \n", HTML, "empty"),
        (b"%PDF-1.7 ...", "application/pdf", "application/pdf"),
        (b'<?xml version="1.0"?><rss version="2.0"><channel/></rss>', "text/xml", "expected a web page"),
        (b'{"a": 1}', "application/json", "application/json"),
        (page(title="Just a moment...", body="<div id=challenge-form>Enable JavaScript</div>"), HTML, "challenge"),
        (page(title="Page introuvable - Le blog", body="<h1>Oups</h1><p>Rien ici.</p>"), HTML, "does not exist"),
        (page(title="Erreur 404", body="<p>Retour à l'accueil</p>"), HTML, "does not exist"),
        (page(title="Connexion", body="<form>Mot de passe <input type=password></form>"), HTML, "log in"),
        (page(title="403 Forbidden", body="nginx"), HTML, "refusal"),
        (page(title="Le blog", body="<nav>Accueil</nav><div id=app></div>"), HTML, "no article body"),
        (
            page('<meta name="generator" content="WordPress 6">', '<div class="entry-content"><p> </p></div>'),
            HTML,
            "no article body",
        ),
    ],
)
def test_no_article_is_an_error_with_its_reason(body: bytes | str, content_type: str, reason: str) -> None:
    with pytest.raises(PageShapeError, match=reason):
        article.read(answer("https://exemple.org/2021/05/billet", body, content_type))


def test_an_article_about_an_error_page_is_an_article() -> None:
    text = page(
        title="404 not found : les services publics introuvables", body=f"<article><p>{PARAGRAPH * 3}</p></article>"
    )
    (document,) = article.read(answer("https://exemple.org/a", text)).documents
    assert "reprise en régie" in document.text


@pytest.mark.parametrize(
    ("head", "body", "date", "source"),
    [
        (
            '<meta property="article:published_time" content="2021-05-04T10:00:00+02:00">',
            "",
            "2021-05-04T08:00",
            "meta",
        ),
        ("", '<time pubdate datetime="2021-05-04">le 4</time>', "2021-05-04T00:00", "microdata"),
        ("", '<abbr class="published" title="2021-05-04T08:00:00Z">mardi</abbr>', "2021-05-04T08:00", "microdata"),
        ("", "<p>Publié le 4 mai 2021 à 10h05 par la rédaction</p>", "2021-05-04T08:05", "text"),
        ("", "<p>Mis à jour le 7 mai 2021</p><p>Paru le 4 mai 2021</p>", "2021-05-04T00:00", "text"),
        # Nothing but the address, whose month alone would be no date.
        ("", "", "2021-05-03T00:00", "url"),
        # A comment's date is not the article's.
        ("", '<div class="comment"><time datetime="2022-01-01">…</time></div>', "2021-05-03T00:00", "url"),
    ],
)
def test_dates_are_trusted_in_order(head: str, body: str, date: str, source: str) -> None:
    html = page(head, f"<article><h1>Un titre</h1>{body}<div><p>{PARAGRAPH}</p></div></article>")
    (document,) = article.read(answer("https://exemple.org/2021/05/03/un-titre", html)).documents
    assert ((document.published_at or "")[:16], document.published_from) == (date, source)


def test_nothing_tells_the_date() -> None:
    html = page(body=f"<article><h1>Un titre</h1><p>{PARAGRAPH}</p></article>")
    (document,) = article.read(answer("https://exemple.org/un-titre", html)).documents
    assert (document.published_at, document.published_from, document.kind) == (None, None, "page")


def test_six_digits_of_a_club_address_are_a_last_resort() -> None:
    html = page(
        body=f'<main><h1 class="title">Un titre</h1><div class="content-article"><p>{PARAGRAPH}</p></div></main>'
    )
    (document,) = article.read(answer("https://blogs.mediapart.fr/qui/blog/040521/un-titre", html)).documents
    assert (document.published_at, document.published_from) == ("2021-05-04T00:00:00.000Z", "url")


@pytest.mark.parametrize(
    ("encoding", "content_type", "meta"),
    [
        ("utf-8", "text/html; charset=UTF-8", ""),
        ("iso-8859-15", "text/html; charset=iso-8859-15", ""),
        ("windows-1252", "text/html", '<meta charset="windows-1252">'),
    ],
)
def test_encodings(encoding: str, content_type: str, meta: str) -> None:
    html = page(meta, f"<article><p>À l'œuvre : 3 € de l'heure. {PARAGRAPH}</p></article>")
    (document,) = article.read(answer("https://exemple.org/a", html.encode(encoding), content_type)).documents
    assert document.text.startswith("À l'œuvre : 3 € de l'heure.")


@pytest.mark.parametrize(
    "doctype", ["", '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "x.dtd">', "<!-- x -->"]
)
@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-15"])
def test_xhtml_is_a_page(doctype: str, encoding: str) -> None:
    html = f'<?xml version="1.0" encoding="{encoding}"?>\n{doctype}' + page(
        body=f"<div><p>À 3 €. {PARAGRAPH}</p></div>"
    )
    (document,) = article.read(
        answer("https://exemple.org/a", html.encode(encoding), "application/xhtml+xml")
    ).documents
    assert document.text.startswith("À 3 €.")


def test_depth_and_size_are_no_trap() -> None:
    deep = "<div>" * 2000 + PARAGRAPH + "</div>" * 2000
    wide = "<p>" + "</p><p>".join(["Une ligne de plus."] * 500) + "</p>"
    html = page('<meta name="generator" content="WordPress 6">', f'<div class="entry-content">{wide}{deep}</div>')
    (document,) = article.read(answer("https://exemple.org/a", html)).documents
    assert document.text.count("Une ligne de plus.") == 500


def test_rules_are_sound() -> None:
    names = [rule.name for rule in rule_book().rules]
    assert len(set(names)) == len(names)
    for rule in rule_book().rules:
        assert rule.body, rule.name
        assert rule.hosts or rule.marks, rule.name


def test_each_kind_has_one_reader() -> None:
    kinds = [reader.kind for reader in READERS]
    assert len(set(kinds)) == len(kinds)


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: str(reader.name))
def test_example_is_read_by_its_own_reader_first(reader: Any) -> None:
    first = next(other for other in READERS if other.pattern.fullmatch(reader.example))
    assert first is reader


REFERENCE = (
    "blogger_plentylife.html wordpress_bondyblog_2020.html wordpress_aoc_2019_paywall.html"
    " spip_attac-france_2019_privatisations.html mediapart-club_2019-06-27_elba.html spip_cric-grenoble_2019.html"
)


@pytest.mark.parametrize("name", REFERENCE.split())
def test_real_page(name: str) -> None:
    folder = shared("pages/blogs")
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))[name]
    (document,) = article.read(answer(expected["url"], (folder / name).read_bytes())).documents
    found = {"title": document.title, "author": document.author and document.author.name}
    assert {key: value for key, value in found.items() if key in expected} == {
        key: expected[key] for key in found if key in expected
    }
    assert document.url == expected["url"]
    if "date" in expected:
        assert (document.published_at or "")[:10] == expected["date"]
    assert [phrase for phrase in expected.get("with", ()) if phrase not in document.text] == []
    assert [phrase for phrase in expected.get("without", ()) if phrase in document.text] == []

"""Feeds to documents and leads."""

from __future__ import annotations

from pathlib import Path

import pytest

from db.records import Author, Lead
from harvester.model import Answer, PageShapeError
from harvester.sites import feeds
from tests.shared import shared

PAGES = Path(__file__).resolve().parents[1] / "pages" / "feeds"


def answer(name: str, url: str, content_type: str = "application/rss+xml") -> Answer:
    return Answer(url=url, body=(PAGES / name).read_bytes(), content_type=content_type)


def test_spip_has_no_pubdate_and_mostly_introductions() -> None:
    reading = feeds.read(answer("spip_backend.xml", "https://syndicat.exemple.org/spip.php?page=backend"))
    assert reading.leads == (Lead(url="https://syndicat.exemple.org/spip.php?article321", kind="article"),)
    (document,) = reading.documents
    assert (document.url, document.title) == (
        "https://syndicat.exemple.org/spip.php?article322",
        "Le compte des postes",
    )
    assert (document.published_at, document.published_from) == ("2020-02-10T07:00:00.000Z", "feed")
    assert document.author == Author(name="Ysolde Marnavin")
    assert document.text.startswith("Le compte des postes, refait.\n\nLe comptage")
    assert document.text.endswith("La méthode est publiée.")
    assert [link.url for link in document.links] == ["https://syndicat.exemple.org/spip.php?article12"]


def test_wordpress_whole_posts_are_documents_and_cut_ones_leads() -> None:
    reading = feeds.read(answer("wordpress_rss2.xml", "https://carnet.exemple.fr/feed/"))
    (document,) = reading.documents
    assert (document.url, document.title) == ("https://carnet.exemple.fr/eau-en-regie/", "L’eau en régie")
    assert (document.kind, document.lang, document.author) == ("post", "fr", Author(name="Anaïs Bélorgeot"))
    assert document.published_at == "2021-03-09T22:30:00.000Z"
    assert document.text.endswith("Et les fuites\xa0?\n\nLe rendement passe de 71 à 84 %.")
    assert reading.leads == (
        Lead(url="https://carnet.exemple.fr/coupe/", kind="article"),
        Lead(url="https://carnet.exemple.fr/court/", kind="article"),
        Lead(url="https://carnet.exemple.fr/feed/?paged=2", kind="feed", relation="more"),
    )


def test_wordpress_pages_on() -> None:
    reading = feeds.read(answer("wordpress_rss2.xml", "https://carnet.exemple.fr/feed/?paged=2"))
    assert reading.leads[-1] == Lead(url="https://carnet.exemple.fr/feed/?paged=3", kind="feed", relation="more")


@pytest.mark.parametrize("status", [400, 404, 410])
def test_a_page_after_the_last_ends_the_listing(status: int) -> None:
    reading = feeds.read(Answer(url="https://carnet.exemple.fr/feed/?paged=9", body=b"<html>", status=status))
    assert (reading.documents, reading.leads) == ((), ())


def test_blogger_says_where_its_next_page_is_and_feedburner_where_the_post_was() -> None:
    reading = feeds.read(answer("blogger_atom.xml", "https://bassin-lasne.blogspot.com/feeds/posts/default"))
    (document,) = reading.documents
    assert document.url == "https://bassin-lasne.blogspot.com/2017/05/budget-participatif.html"
    assert (document.published_at, document.author) == ("2017-05-03T16:00:00.000Z", Author(name="Ferdinand Oustry"))
    assert [media.url for media in document.media] == ["https://1.bp.blogspot.com/s1600/carte.png"]
    following = "https://www.blogger.com/feeds/77/posts/default?start-index=26&max-results=25"
    assert reading.leads == (Lead(url=following, kind="feed", relation="more"),)


@pytest.mark.parametrize(
    ("name", "url", "leads"),
    [
        (
            "rdf.xml",
            "https://revue.exemple.org/rss",
            ["https://revue.exemple.org/n3/a1", "https://revue.exemple.org/n3/a2"],
        ),
        (
            "overblog_rss.xml",
            "https://usagers-sercey.over-blog.com/rss",
            ["https://usagers-sercey.over-blog.com/2022/09/le-bureau-de-poste.html"],
        ),
    ],
)
def test_summaries_are_leads(name: str, url: str, leads: list[str]) -> None:
    reading = feeds.read(answer(name, url))
    assert reading.documents == ()
    assert [(lead.url, lead.kind, lead.relation) for lead in reading.leads] == [(u, "article", "item") for u in leads]


@pytest.mark.parametrize("content_type", ["application/xml", "text/xml; charset=ISO-8859-15", ""])
def test_declared_encodings_and_long_descriptions(content_type: str) -> None:
    (document,) = feeds.read(answer("latin9.xml", "https://echo.exemple.org/rss", content_type)).documents
    assert document.title == "À l'œuvre : 3 € par tête"
    assert document.author == Author(name="Côme Ardouin")
    assert document.text.endswith("À bientôt.")


def test_json_feed() -> None:
    reading = feeds.read(answer("jsonfeed.json", "https://quais.exemple.org/feed.json", "application/feed+json"))
    (document,) = reading.documents
    assert (document.url, document.title) == ("https://quais.exemple.org/notes/2", "Onze contrats")
    assert document.author == Author(name="Marthe Lavaudieu, Elio Sancerre")
    assert document.published_at == "2020-11-02T19:00:49.000Z"
    assert [link.url for link in document.links] == ["https://quais.exemple.org/contrats.ods"]
    assert reading.leads == (
        Lead(url="https://quais.exemple.org/notes/1", kind="article"),
        Lead(url="https://quais.exemple.org/feed.json?page=2", kind="feed", relation="more"),
    )


RSS = '<rss version="2.0"><channel><title>t</title>{}</channel></rss>'


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("", "expected a feed"),
        ("<html><title>Le blog</title><body>Bonjour</body></html>", "expected a feed"),
        ('{"error": "closed"}', "JSON"),
        ("{", "JSON"),
        ('{"version": "https://jsonfeed.org/version/1", "items": [{"id": "1"}]}', "no address"),
        (RSS.format("<item><title>Sans adresse</title></item>"), "no address"),
        # A feed of comments is no feed of posts.
        (RSS.format("<item><link>https://e.org/a/#comment-3</link></item>"), "no address"),
    ],
)
def test_no_feed_is_an_error_with_its_reason(body: str, reason: str) -> None:
    with pytest.raises(PageShapeError, match=reason):
        feeds.read(Answer(url="https://exemple.org/syndication", body=body.encode()))


def test_an_empty_feed_is_a_feed() -> None:
    assert feeds.read(Answer(url="https://exemple.org/f.rss", body=RSS.format("").encode())).leads == ()


@pytest.mark.parametrize("mark", ["[…]", "[...]", "(...)", "…", "Lire la suite →", "Read more", "(more…)"])
def test_marks_of_a_cut(mark: str) -> None:
    text = "Un mot. " * 500 + mark
    item = f"<item><link>https://e.org/a</link><description>{text}</description></item>"
    reading = feeds.read(Answer(url="https://e.org/f.rss", body=RSS.format(item).encode()))
    assert reading.documents == ()
    assert reading.leads == (Lead(url="https://e.org/a", kind="article"),)


@pytest.mark.parametrize(
    ("name", "entries", "following"),
    [
        ("blogger_atom_2017_next-link.xml", 25, "start-index=26"),
        ("rss1_rdf.xml", 69, None),
        ("wordpress-2.7_rss2_2008.xml", 10, "paged=2"),
        ("wordpress_podlove_paged_next_TRIMMED.xml", 1, "paged=2"),
    ],
)
def test_real_feed(name: str, entries: int, following: str | None) -> None:
    body = shared(f"pages/feeds/{name}").read_bytes()
    feed = feeds.parse(Answer(url="https://exemple.org/feed/", body=body, content_type="text/xml"))
    assert len(feed.entries) == entries
    assert all(entry.published_at and entry.title for entry in feed.entries)
    assert (following in (feed.following or "")) if following else feed.following is None


def test_real_feed_without_addresses() -> None:
    body = shared("pages/feeds/rp_missing-fields.atom").read_bytes()
    with pytest.raises(PageShapeError, match="no address"):
        feeds.read(Answer(url="https://exemple.org/f.atom", body=body))

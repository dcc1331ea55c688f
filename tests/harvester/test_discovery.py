"""What an address offers: listings of sites, the interfaces behind them, and what to try when nothing is announced."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from db.records import Author, Lead
from harvester.model import Answer, PageShapeError
from harvester.sites import discovery, feeds, mediapart, sitemap, wordpress
from harvester.sites.guesses import GUESSES
from tests.shared import shared

PAGES = Path(__file__).resolve().parents[1] / "pages"
TEXT = "Le conseil municipal a voté la reprise en régie du service des eaux, par 19 voix contre 8. " * 8
API = "https://e.org/wp-json/wp/v2/posts?per_page=50&page=1&orderby=date&order=desc&_embed=author&_fields="


def home(head: str = "", url: str = "https://e.org/", headers: Mapping[str, str] | None = None) -> Answer:
    html = f"<html lang=fr><head><title>Le blog</title>{head}</head><body><main><p>{TEXT}</p></main></body></html>"
    return Answer(url=url, body=html.encode(), content_type="text/html; charset=utf-8", headers=headers or {})


def feed(href: str, title: str = "Flux", kind: str = "application/rss+xml") -> str:
    return f'<link rel="alternate" type="{kind}" title="{title}" href="{href}">'


COMMENTS = [
    "/comments/feed/",
    "https://e.org/feeds/comments/default",
    "comments/feed",
    "/?feed=comments-rss2",
    "/wp-commentsrss2.php",
    "/comments.xml",
    "/index.php?feed/atom/comments",
    "/feed/rss2/comments",
]
HOW = (("/rss", "Comment changer la ville » Flux"), ("/comment-changer/rss", "Flux"), ("/rss?q=comment", "Flux"))


@pytest.mark.parametrize(
    ("answer", "kind", "url"),
    [
        (home(feed("/rss")), "feed", "https://e.org/rss"),
        (
            home('<base href="https://e.org/blog/">' + feed("spip.php?page=backend")),
            "feed",
            "https://e.org/blog/spip.php?page=backend",
        ),
        (
            home(feed("/comments/feed/", "Le blog » Flux des commentaires") + feed("/feed/")),
            "feed",
            "https://e.org/feed/",
        ),
        *((home(feed(href) + feed("/feed/")), "feed", "https://e.org/feed/") for href in COMMENTS),
        *((home(feed(href, title) + feed("/b")), "feed", f"https://e.org{href}") for href, title in HOW),
        (home(feed("https://commentfaire.fr/rss")), "feed", "https://commentfaire.fr/rss"),
        (
            home(feed("/oembed?u=x", kind="application/json+oembed") + feed("/atom", kind="application/atom+xml")),
            "feed",
            "https://e.org/atom",
        ),
        (home(feed("/feed.json", kind="application/feed+json")), "feed", "https://e.org/feed.json"),
        # WordPress: the interface has every post, the feed the newest ten.
        (home(feed("/feed/") + '<link rel="https://api.w.org/" href="https://e.org/wp-json/">'), "wordpress-api", API),
        (
            home(headers={"link": '<https://e.org/x>; rel="y", <https://e.org/wp-json/>; rel="https://api.w.org/"'}),
            "wordpress-api",
            API,
        ),
        (
            home(headers={"link": '<https://e.org/?rest_route=/>; rel="https://api.w.org/"'}),
            "wordpress-api",
            "https://e.org/?rest_route=/wp/v2/posts&per_page=50",
        ),
        # An interface elsewhere speaks otherwise.
        (
            home(feed("/feed/") + '<link rel="https://api.w.org/" href="https://api.exemple.com/sites/e">'),
            "feed",
            "https://e.org/feed/",
        ),
        # A section with a feed of its own.
        (
            home(
                feed("/feed/") + feed("/category/eau/feed/") + '<link rel="https://api.w.org/" href="/wp-json/">',
                url="https://e.org/category/eau/",
            ),
            "feed",
            "https://e.org/category/eau/feed/",
        ),
        # Engines that announce nothing.
        (home('<meta name="generator" content="SPIP 3.2.7">'), "feed", "https://e.org/spip.php?page=backend"),
        (home('<meta name="generator" content="blogger">'), "feed", "https://e.org/feeds/posts/default"),
        (home(url="https://eau.over-blog.com/"), "feed", "https://eau.over-blog.com/rss"),
        (home(url="https://eau.substack.com/"), "feed", "https://eau.substack.com/feed"),
    ],
)
def test_one_listing_a_site(answer: Answer, kind: str, url: str) -> None:
    reading = discovery.read(answer)
    (lead,) = reading.leads
    assert reading.documents == ()
    assert (lead.kind, lead.relation) == (kind, "moved")
    assert lead.url.startswith(url) if kind == "wordpress-api" else lead.url == url


def test_a_site_that_offers_nothing_gives_its_own_page_and_a_guess() -> None:
    reading = discovery.read(home())
    assert [(d.kind, d.url) for d in reading.documents] == [("page", "https://e.org/")]
    assert reading.leads == (Lead(url="https://e.org/sitemap.xml", kind="sitemap", relation="moved"),)


def test_a_home_page_made_by_scripts_gives_a_guess_alone() -> None:
    body = b"<html><head><title>Le blog</title></head><body><div id=app></div></body></html>"
    reading = discovery.read(Answer(url="https://e.org/", body=body))
    assert (reading.documents, len(reading.leads)) == ((), 1)


def test_an_article_is_itself_whatever_its_site_announces() -> None:
    head = '<meta property="og:type" content="article">' + feed("/feed/")
    reading = discovery.read(home(head, url="https://e.org/regie/"))
    assert [d.kind for d in reading.documents] == ["post"]
    assert reading.leads == ()


@pytest.mark.parametrize(
    "name",
    ["spip_article.html", "wordpress_yoast.html", "blogger_article.html", "unknown_engine.html", "mediapart_2019.html"],
)
def test_a_page_of_one_post_is_known_as_such(name: str) -> None:
    expected = json.loads((PAGES / "blogs" / "expected.json").read_text(encoding="utf-8"))[name]
    body = (PAGES / "blogs" / name).read_bytes()
    reading = discovery.read(Answer(url=expected["url"], body=body, content_type="text/html"))
    assert [(d.url, d.kind) for d in reading.documents] == [(expected["url"], "post")]


def test_a_page_that_is_no_home_is_itself() -> None:
    reading = discovery.read(home(url="https://e.org/qui-sommes-nous"))
    assert [d.kind for d in reading.documents] == ["page"]
    assert reading.leads == ()


@pytest.mark.parametrize("status", [200, 404])
def test_guesses_follow_one_another_to_an_end(status: int) -> None:
    readers = {"sitemap": sitemap.read, "feed": feeds.read}
    tried = ["https://e.org/sitemap.xml"]
    kind = "sitemap"
    while tried[-1] != "https://e.org/index.xml":
        (lead,) = readers[kind](Answer(url=tried[-1], body=b"<html>Rien</html>", status=status)).leads
        tried.append(lead.url)
        kind = lead.kind
    assert len(tried) == len(set(tried)) == len(GUESSES)
    with pytest.raises(PageShapeError):
        feeds.read(Answer(url=tried[-1], body=b"<html>Rien</html>", status=status))


@pytest.mark.parametrize("status", [0, 429, 500, 503])
def test_a_guess_that_may_still_answer_is_not_given_up(status: int) -> None:
    with pytest.raises(PageShapeError):
        feeds.read(Answer(url="https://e.org/feed/", body=b"", status=status))


# --- WordPress's interface --------------------------------------------------------------------------------

POSTS = "https://carnet.exemple.fr/wp-json/wp/v2/posts?per_page=50&page=2&_fields=id,link"


def posts(url: str = POSTS, total: str = "3") -> Answer:
    body = (PAGES / "feeds" / "wordpress_posts.json").read_bytes()
    return Answer(url=url, body=body, content_type="application/json", headers={"x-wp-totalpages": total})


def test_wordpress_posts() -> None:
    reading = wordpress.read(posts())
    first, second = reading.documents  # the third is under a password, the last a picture
    assert (first.url, first.kind) == ("https://carnet.exemple.fr/cantines-bio/", "post")
    assert first.title == "Cantines : le bio ne coûte pas plus cher – 1/2"
    assert first.author == Author(name="Anaïs Bélorgeot", url="https://carnet.exemple.fr/author/anais/")
    assert (first.published_at, first.published_from) == ("2021-03-09T22:30:00.000Z", "api")
    assert first.text == "Un repas bio revient à 2,14\xa0€.\n\ndenrées\nénergie"
    assert second.author == Author(name="Timothée Sorgues")  # users are hidden, a plug-in tells the name
    assert second.published_at == "2021-02-01T07:00:00.000Z"
    assert reading.leads == (Lead(url=POSTS.replace("page=2", "page=3"), kind="wordpress-api", relation="more"),)


def test_wordpress_last_page() -> None:
    assert wordpress.read(posts(total="2")).leads == ()


@pytest.mark.parametrize(
    ("url", "answered", "feed_url"),
    [
        ("https://e.org/wp-json/wp/v2/posts?page=1", (401, b'{"code":"rest_forbidden"}'), "https://e.org/feed/"),
        ("https://e.org/blog/wp-json/wp/v2/posts?page=1", (404, b""), "https://e.org/blog/feed/"),
        ("https://e.org/?rest_route=/wp/v2/posts&page=1", (403, b"no"), "https://e.org/feed/"),
        ("https://e.org/wp-json/wp/v2/posts?page=1", (200, b"<!DOCTYPE html><html>Accueil"), "https://e.org/feed/"),
    ],
)
def test_a_closed_interface_leads_to_the_feed(url: str, answered: tuple[int, bytes], feed_url: str) -> None:
    reading = wordpress.read(Answer(url=url, status=answered[0], body=answered[1]))
    assert reading.leads == (Lead(url=feed_url, kind="feed", relation="moved"),)


def test_wordpress_page_after_the_last() -> None:
    body = json.dumps({"code": "rest_post_invalid_page_number"}).encode()
    assert wordpress.read(Answer(url=POSTS, status=400, body=body)).leads == ()


@pytest.mark.parametrize(("status", "body"), [(503, b""), (200, b'{"code": "x"}'), (200, b"{"), (0, b"")])
def test_wordpress_errors(status: int, body: bytes) -> None:
    with pytest.raises(PageShapeError):
        wordpress.read(Answer(url=POSTS, status=status, body=body))


# --- Maps of sites ----------------------------------------------------------------------------------------


def site_map(name: str, url: str = "https://www.carnet.exemple.fr/sitemap.xml") -> Answer:
    return Answer(url=url, body=(PAGES / "feeds" / name).read_bytes(), content_type="text/xml")


def test_map_of_maps() -> None:
    assert sitemap.read(site_map("sitemap_index.xml")).leads == (
        Lead(url="https://www.carnet.exemple.fr/post-sitemap.xml.gz", kind="sitemap"),
        Lead(url="https://www.carnet.exemple.fr/page-sitemap.xml", kind="sitemap"),
    )


@pytest.mark.parametrize("packed", [False, True])
def test_map_of_pages(packed: bool) -> None:
    answer = site_map("sitemap_urlset.xml")
    body = gzip.compress(answer.body) if packed else answer.body
    leads = sitemap.read(Answer(url=answer.url + ".gz", body=body)).leads
    assert leads == (
        Lead(url="https://carnet.exemple.fr/cantines-bio/", kind="article"),
        Lead(url="https://carnet.exemple.fr/?p=81", kind="article"),
    )


def test_map_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = "".join(f"<url><loc>https://e.org/{n}</loc></url>" for n in range(50))
    body = f"<urlset>{entries}</urlset>".encode()
    monkeypatch.setattr(sitemap, "MOST_ADDRESSES", 20)
    assert len(sitemap.read(Answer(url="https://e.org/map.xml", body=body)).leads) == 20
    monkeypatch.setattr(sitemap, "MOST_BYTES", 100)
    with pytest.raises(PageShapeError, match="larger than"):
        sitemap.read(Answer(url="https://e.org/map.xml.gz", body=gzip.compress(body)))


@pytest.mark.parametrize(
    "body",
    [b"", b"<html><body>Plan du site</body></html>", b"\x1f\x8bbroken", b"Plan du site"],
)
def test_no_map(body: bytes) -> None:
    with pytest.raises(PageShapeError):
        sitemap.read(Answer(url="https://e.org/map.xml", body=body))


def test_entities_of_a_map_are_not_expanded() -> None:
    entity = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]>'
    body = f"{entity}<urlset><url><loc>https://e.org/&f;</loc></url></urlset>".encode()
    (lead,) = sitemap.read(Answer(url="https://e.org/map.xml", body=body)).leads
    assert lead.url.startswith("https://e.org/&f")


def test_real_map_of_maps() -> None:
    body = shared("pages/feeds/sitemap_index.xml").read_bytes()
    leads = sitemap.read(Answer(url="http://www.example.com/sitemap.xml", body=body)).leads
    assert [lead.url for lead in leads] == [f"http://www.example.com/sitemap{n}.xml.gz" for n in (1, 2)]


# --- Mediapart's Club -------------------------------------------------------------------------------------

BLOG = "https://blogs.mediapart.fr/basile-corvandier/blog"


def club(url: str, status: int = 200) -> Answer:
    return Answer(url=url, body=(PAGES / "blogs" / "mediapart_2021_list.html").read_bytes(), status=status)


@pytest.mark.parametrize(("asked", "following"), [("", "?page=2"), ("?page=2", "?page=3")])
def test_club_list(asked: str, following: str) -> None:
    assert mediapart.read_list(club(BLOG + asked)).leads == (
        Lead(url=f"{BLOG}/161121/guichets-fermes", kind="mediapart-post"),
        Lead(url=f"{BLOG}/021021/la-file", kind="mediapart-post"),
        Lead(url=BLOG + following, kind="mediapart-blog", relation="more"),
    )


@pytest.mark.parametrize(
    "url", ["https://blogs.mediapart.fr/basile-corvandier", "https://blogs.mediapart.fr/blog/basile-corvandier"]
)
def test_club_front_page(url: str) -> None:
    assert mediapart.read_list(club(url)).leads == (Lead(url=BLOG, kind="mediapart-blog", relation="moved"),)


def test_club_list_without_posts() -> None:
    nobody = "https://blogs.mediapart.fr/personne/blog"
    with pytest.raises(PageShapeError, match="no address of a post"):
        mediapart.read_list(club(nobody))
    assert mediapart.read_list(club(f"{nobody}?page=7")).leads == ()
    assert mediapart.read_list(club(f"{BLOG}?page=7", status=404)).leads == ()
    with pytest.raises(PageShapeError):
        mediapart.read_list(club(BLOG, status=503))

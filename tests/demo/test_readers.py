"""The demo's pages are such as the harvester's readers expect."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import httpx
import pytest

from db.records import Document
from filature.demo import DemoSite, DemoThread
from filature.demo.site import SITES
from filature.demo.texts import read_threads
from harvester.mirrors import site_address
from harvester.model import Answer, PageShapeError, Reading, RefusedError
from harvester.sites import READERS

TODAY = datetime(2026, 3, 4, 12, tzinfo=UTC)
READABLE = [t.slug for t in read_threads(TODAY) if t.role not in ("closed", "challenge", "limited")]


def read(demo: DemoSite, client: httpx.Client, url: str, kind: str) -> Reading:
    page = client.get(demo.local(url), follow_redirects=True)
    reader = next(reader for reader in READERS if reader.kind == kind)
    return reader.read(
        Answer(
            url=url,
            final_url=site_address(str(page.url), demo.mirrors),
            body=page.content,
            status=page.status_code,
            content_type=page.headers["content-type"],
            headers=dict(page.headers),
        )
    )


def named(demo: DemoSite, slug: str) -> DemoThread:
    return next(thread.at(1) for thread in demo.threads if thread.slug == slug)


def words(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


@pytest.mark.parametrize("slug", READABLE)
def test_each_thread_is_read_whole(demo: DemoSite, client: httpx.Client, slug: str) -> None:
    thread = named(demo, slug)
    (document,) = read(demo, client, demo.url(thread), "thread").documents
    assert document.author is not None
    assert (document.kind, document.author.handle) == ("thread", thread.author.handle)
    assert [words(post.text) for post in document.posts] == [words(post.text) for post in thread.posts]
    assert all(document.text[post.start : post.end] == post.text for post in document.posts)
    if thread.markup != "G1b":
        assert [post.id for post in document.posts] == [post.id for post in thread.posts]
        assert [post.posted_at for post in document.posts] == [iso(post.posted_at) for post in thread.posts]


def iso(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


@pytest.mark.parametrize(
    ("slug", "kinds", "best"),
    [
        ("2021-01-21_centre_vaccination", ["video"], "/1736x1080/"),
        ("2021-05-04_ena_insp", ["image", "image"], "E0DemoA2xEAA1"),
        ("2022-06-14_budget_agence", ["gif"], "tweet_video/FVDemoA4XEAE1.mp4"),
    ],
)
def test_media(demo: DemoSite, client: httpx.Client, slug: str, kinds: list[str], best: str) -> None:
    document = thread_document(demo, client, slug)
    assert [media.kind for media in document.media] == kinds
    assert best in document.media[0].url


def thread_document(demo: DemoSite, client: httpx.Client, slug: str) -> Document:
    return read(demo, client, demo.url(named(demo, slug)), "thread").documents[0]


def test_links_have_their_real_address(demo: DemoSite, client: httpx.Client) -> None:
    links = thread_document(demo, client, "2021-03-18_externalisation").links
    cut = next(link for link in links if link.kind == "link")
    assert cut.url == "https://www.ccomptes.fr/fr/publications/exemple-de-demonstration-prestations"
    assert cut.display.endswith("…")
    assert {link.display for link in links if link.kind == "hashtag"} == {"#ServicesPublics", "#Externalisation"}
    quotes = [link.url for link in thread_document(demo, client, "2021-05-04_ena_insp").links if link.kind == "quote"]
    assert len(quotes) == 1
    assert quotes[0].endswith("/status/1388557300000000000")


def test_authors_lists_lead_to_all_their_threads(demo: DemoSite, client: httpx.Client) -> None:
    url: str | None = f"{SITES['threadreader']}/user/atelier_public?ajax=true"
    found = []
    while url:
        leads = read(demo, client, url, "author").leads
        found += [lead.url for lead in leads if lead.relation == "item"]
        url = next((lead.url for lead in leads if lead.relation == "more"), None)
    assert set(found) == {demo.url(t) for t in demo.threads if t.author.handle == "atelier_public"}


def test_a_closed_list_is_a_refusal_and_a_challenge_an_error(demo: DemoSite, client: httpx.Client) -> None:
    with pytest.raises(RefusedError):
        read(demo, client, f"{SITES['threadreader']}/user/guichet_numero9?ajax=true", "author")
    with pytest.raises(PageShapeError):
        read(demo, client, demo.url(demo.thread("challenge")), "thread")


def test_threads_of_a_closed_list_lead_to_each_other(demo: DemoSite, client: httpx.Client) -> None:
    mine = [thread for thread in demo.threads if thread.author.listing_closed]
    leads = read(demo, client, demo.url(mine[0]), "thread").leads
    assert {lead.url for lead in leads if lead.relation == "neighbour"} == {demo.url(thread) for thread in mine[1:3]}


def test_a_wordpress_blog_is_found_from_its_home(demo: DemoSite, client: httpx.Client) -> None:
    (listing,) = read(demo, client, f"{SITES['blog']}/", "site").leads
    assert listing.kind == "wordpress-api"
    documents = read(demo, client, listing.url, listing.kind).documents
    assert {document.url for document in documents} == {url for url in demo.articles if url.startswith(SITES["blog"])}
    assert {document.author and document.author.name for document in documents} == {
        "Solène Quiberac",
        "Bastien Orvault",
    }
    check_articles(demo, documents)


def test_a_wordpress_feed(demo: DemoSite, client: httpx.Client) -> None:
    first = read(demo, client, f"{SITES['blog']}/feed/", "feed")
    more = next(lead for lead in first.leads if lead.relation == "more")
    second = read(demo, client, more.url, "feed")
    documents = (*first.documents, *second.documents)
    short = [lead.url for lead in (*first.leads, *second.leads) if lead.kind == "article"]
    # Texts so short that they may be summaries are read from their pages.
    assert {document.url for document in documents} | set(short) == {
        u for u in demo.articles if u.startswith(SITES["blog"])
    }
    assert len(documents) >= 4
    check_articles(demo, documents)


def test_the_club(demo: DemoSite, client: httpx.Client) -> None:
    first = read(demo, client, demo.mediapart.blog, "mediapart-blog").leads
    more = next(lead for lead in first if lead.relation == "more")
    leads = [*first, *read(demo, client, more.url, "mediapart-blog").leads]
    posts = [lead.url for lead in leads if lead.kind == "mediapart-post"]
    assert set(posts) == {url for url in demo.articles if url.startswith(SITES["club"])}
    documents = [read(demo, client, url, "mediapart-post").documents[0] for url in posts]
    check_articles(demo, documents)
    assert all("espace de libre expression" not in document.text for document in documents)
    assert {document.author.name for document in documents if document.author} == {"Collectif L’Atelier public"}


def test_a_spip_site(demo: DemoSite, client: httpx.Client) -> None:
    leads = read(demo, client, f"{SITES['spip']}/spip.php?page=backend", "feed").leads
    articles = [lead.url for lead in leads if lead.kind == "article"]
    assert set(articles) == {url for url in demo.articles if url.startswith(SITES["spip"])}
    check_articles(demo, [read(demo, client, url, "article").documents[0] for url in articles])


def check_articles(demo: DemoSite, documents: object) -> None:
    """Title, day and text of each, and nothing of what stands around them."""
    assert isinstance(documents, tuple | list)
    for document in documents:
        article = demo.articles[document.url]
        assert document.title == article.title
        assert (document.published_at or "")[:10] == f"{article.posted_at:%Y-%m-%d}"
        paragraphs = re.findall(r"<p>(.*?)</p>", article.body)
        assert [p for p in paragraphs if words(p) not in words(document.text)] == []
        assert "Articles récents" not in document.text
        assert "Dans la même rubrique" not in document.text

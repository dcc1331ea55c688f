"""What the demo site does to those who ask, over real HTTP."""

from __future__ import annotations

import re
import socket

import httpx
import pytest

from filature.config import parse_config
from filature.demo import DemoSite
from filature.demo.site import SITES

CARD = re.compile(r'data-link-href="(/thread/\d+\.html)"')
TIME = re.compile(r'data-time="(\d+)"')


@pytest.mark.parametrize(
    "address",
    [
        "{threadreader}/robots.txt",
        "{threadreader}/user/atelier_public",
        "{threadreader}/user/atelier_public?ajax=true",
        "{blog}/",
        "{blog}/feed/",
        "{blog}/wp-json/wp/v2/posts",
        "{blog}/2021/06/la-cantine-deleguee/",
        "{club}/collectif-l-atelier-public/blog",
        "{club}/collectif-l-atelier-public/blog/151222/tribune-ame",
        "{spip}/spip.php?page=backend",
        "{spip}/spip.php?article1",
        "{spip}/sitemap.xml",
    ],
)
def test_each_page_has_a_validator_and_honours_it(demo: DemoSite, client: httpx.Client, address: str) -> None:
    url = address.format(threadreader=demo.threadreader, blog=demo.blog, club=demo.club, spip=demo.spip)
    first = client.get(url)
    again = client.get(url, headers={"If-None-Match": first.headers["etag"]})
    changed = client.get(url, headers={"If-None-Match": '"something-else"'})
    assert (first.status_code, again.status_code, changed.status_code) == (200, 304, 200)
    assert (again.content, changed.content) == (b"", first.content)
    assert again.headers["etag"] == first.headers["etag"]


def test_connections_are_kept(demo: DemoSite) -> None:
    with socket.create_connection(("127.0.0.1", int(demo.spip.rsplit(":", 1)[1]))) as plug:
        for _ in range(2):
            plug.sendall(b"GET /robots.txt HTTP/1.1\r\nHost: x\r\n\r\n")
            assert plug.recv(65536).startswith(b"HTTP/1.1 200")


def test_view_counts_move_and_validators_do_not(demo: DemoSite, client: httpx.Client) -> None:
    url = demo.local(demo.url(demo.thread("english")))
    first, second = client.get(url), client.get(url)
    assert first.content != second.content
    assert first.headers["etag"] == second.headers["etag"]


def test_an_author_page_comes_in_batches_that_end(demo: DemoSite, client: httpx.Client) -> None:
    url, seen, sizes = f"{demo.threadreader}/user/atelier_public?ajax=true", [], []
    address = url
    while cards := CARD.findall((batch := client.get(address)).text):
        sizes.append(len(cards))
        seen += cards
        address = f"{url}&before={min(TIME.findall(batch.text), key=int)}"
    assert sizes == [5, 4]
    mine = [thread.path for thread in demo.threads if thread.author.handle == "atelier_public"]
    assert seen == mine[::-1]


def test_a_closed_listing_sends_to_a_login(demo: DemoSite, client: httpx.Client) -> None:
    answer = client.get(f"{demo.threadreader}/user/guichet_numero9?ajax=true", follow_redirects=True)
    assert answer.history[0].status_code == 302
    assert answer.url.path == "/account/login"


def test_threads_of_a_closed_listing_are_reached_from_card_to_card(demo: DemoSite, client: httpx.Client) -> None:
    mine = {t.path for t in demo.threads if t.author.listing_closed}
    todo, seen = [min(mine)], set[str]()
    while todo:
        path = todo.pop()
        if path in mine - seen:
            seen.add(path)
            todo += CARD.findall(client.get(demo.threadreader + path).text)
    assert seen == mine


def test_robots_closes_a_thread_and_an_article_that_listings_show(demo: DemoSite, client: httpx.Client) -> None:
    closed = demo.thread("closed").path
    listing = client.get(f"{demo.threadreader}/user/atelier_public?ajax=true").text
    assert f"Disallow: {closed}" in client.get(f"{demo.threadreader}/robots.txt").text.splitlines()
    more = client.get(f"{demo.threadreader}/user/atelier_public?ajax=true&before={min(TIME.findall(listing))}").text
    assert closed in CARD.findall(listing + more)
    assert "Disallow: /prive/" in client.get(f"{demo.spip}/robots.txt").text.splitlines()
    assert f"{SITES['spip']}/prive/" in client.get(f"{demo.spip}/spip.php?page=backend").text


def test_too_many_requests_once(fresh: DemoSite, client: httpx.Client) -> None:
    answers = [client.get(fresh.local(fresh.url(fresh.thread("limited")))) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [429, 200, 200]
    assert answers[0].headers["retry-after"] == "1"


def test_a_challenge_looks_like_a_success(demo: DemoSite, client: httpx.Client) -> None:
    answer = client.get(demo.local(demo.url(demo.thread("challenge"))))
    assert answer.status_code == 200
    assert "Just a moment" in answer.text
    assert "content-tweet" not in answer.text


def test_time_passes_for_two_threads(fresh: DemoSite, client: httpx.Client) -> None:
    grown, gone = fresh.thread("grown"), fresh.thread("gone")
    before = {
        t.slug: client.get(fresh.local(fresh.url(t))) for t in fresh.threads if t.role not in ("limited", "challenge")
    }
    fresh.advance()
    after = {
        t.slug: client.get(fresh.local(fresh.url(t))) for t in fresh.threads if t.role not in ("limited", "challenge")
    }
    assert before[gone.slug].status_code == 200
    assert after[gone.slug].status_code == 404
    assert [page.text.count('data-tweet="') for page in (before[grown.slug], after[grown.slug])] == [5, 8]
    untouched = set(before) - {grown.slug, gone.slug, "young_accueil"}
    cards_of_changed = {s for s in untouched if before[s].headers["etag"] != after[s].headers["etag"]}
    # The size a card announces moves with the thread it shows.
    assert cards_of_changed <= {
        "2024-10-11_loi_de_finances",
        "2025-03-06_cap22_bilan",
        "2024-01-18_deserts",
        "2022-12-07_ame",
    }


def test_visits_say_what_was_asked(fresh: DemoSite, client: httpx.Client) -> None:
    first = client.get(f"{fresh.spip}/spip.php?page=backend")
    client.get(f"{fresh.spip}/spip.php?page=backend", headers={"If-None-Match": first.headers["etag"]})
    client.get(f"{fresh.club}/nothing")
    assert [(v.host, v.path, v.status, v.bytes > 0, v.conditional) for v in fresh.visits] == [
        ("spip", "/spip.php?page=backend", 200, True, False),
        ("spip", "/spip.php?page=backend", 304, False, True),
        ("club", "/nothing", 404, True, False),
    ]


@pytest.mark.parametrize(("place", "code"), [("first", 200), ("middle", 200), ("unknown", 404)])
def test_ping_names_the_thread_of_any_tweet(demo: DemoSite, client: httpx.Client, place: str, code: int) -> None:
    thread = demo.thread("english")
    number = {"first": thread.id, "middle": thread.posts[3].id, "unknown": "1000000000000000000"}[place]
    answer = client.get(f"{demo.threadreader}/api/v0/ping/{number}.json")
    assert (answer.status_code, answer.json()["code"]) == (code, code)
    assert answer.json().get("pong") == (thread.id if code == 200 else None)


def test_wordpress_rest_pages(demo: DemoSite, client: httpx.Client) -> None:
    posts = f"{demo.blog}/wp-json/wp/v2/posts"
    first = client.get(posts, params={"per_page": 5, "order": "asc", "_fields": "id,link"})
    assert (first.headers["x-wp-total"], first.headers["x-wp-totalpages"]) == ("6", "2")
    assert [row["id"] for row in first.json()] == [1, 2, 3, 4, 5]
    assert set(first.json()[0]) == {"id", "link"}
    past = client.get(posts, params={"per_page": 5, "page": 3})
    assert (past.status_code, past.json()["code"]) == (400, "rest_post_invalid_page_number")
    assert 'rel="https://api.w.org/"' in first.headers["link"]


def test_wordpress_feed_pages(demo: DemoSite, client: httpx.Client) -> None:
    pages = [client.get(f"{demo.blog}/feed/", params={"paged": number}) for number in (1, 2, 3)]
    assert [page.text.count("<item>") for page in pages] == [4, 2, 0]
    assert pages[2].status_code == 404


def test_the_club_lists_in_pages(demo: DemoSite, client: httpx.Client) -> None:
    pages = [client.get(demo.local(demo.mediapart.blog), params={"page": number}).text for number in (1, 2, 3)]
    assert [page.count("<h3") for page in pages] == [3, 1, 0]


def test_the_config_is_one_that_filature_reads(demo: DemoSite) -> None:
    config = parse_config(demo.config("/tmp/somewhere"))
    assert config.archive.name == "filature.db"
    assert config.harvest.allow_private_addresses
    assert dict(config.harvest.mirrors) == demo.mirrors
    assert {source.name for source in config.sources} >= {"atelier_public", "club", "union_locale"}
    assert len(config.topics) == 8
    assert all(demo.local(source.url).startswith("http://127.0.0.1:") for source in config.sources)


def test_closing_frees_the_ports() -> None:
    with DemoSite() as site:
        port = int(site.threadreader.rsplit(":", 1)[1])
    with pytest.raises(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):  # noqa: PT011
        pass

"""Links to the words of a claim, followed in a browser: they open the page at those words and no others."""

from __future__ import annotations

import html
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Watch
from tests.browser.samples import ARTICLE, SENTENCES, THREAD, TWICE, WRONG, article, thread
from tests.harvester.server import Reply, Site, serving

HTML = {"Content-Type": "text/html; charset=utf-8"}
TALL = "<style>h1 { margin: 0 0 99vh } p { margin: 0 0 60vh }</style>"
# Where the words of a claim stand in the window, and how high that is.
SEEN = """words => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    for (let at = node.data.indexOf(words); at >= 0; at = node.data.indexOf(words, at + 1)) {
      const range = document.createRange();
      range.setStart(node, at); range.setEnd(node, at + words.length);
      const box = range.getBoundingClientRect();
      found.push(box.top >= 0 && box.bottom <= innerHeight);
    }
  }
  return found;
}"""


@pytest.fixture(scope="module")
def archived() -> Iterator[Site]:
    """The article and the thread as their sites showed them, tall enough that one claim is seen at a time."""
    with serving() as site:
        for document in (article(), thread()):
            blocks = [post.text for post in document.posts] or document.text.split("\n\n")
            body = "".join(f"<p>{html.escape(block)}</p>" for block in blocks)
            page = f"<!doctype html><title>.</title>{TALL}<h1>.</h1>{body}"
            site.routes[urlsplit(document.url).path] = Reply(200, page.encode(), HTML)
        site.routes["/"] = Reply(200, b"<!doctype html><title>.</title>", HTML)
        site.routes["/favicon.ico"] = Reply(204)
        yield site


def followed(page: Page, link: str, site: Site) -> dict[str, list[bool]]:
    """Open a link's page on this machine by a click, as a person does; which places of each sentence are then seen."""
    parts = urlsplit(link)
    page.goto(site["/"])
    page.set_content(f'<a href="{html.escape(site[parts.path])}#{html.escape(parts.fragment)}">there</a>')
    page.click("a")
    page.wait_for_load_state()
    page.wait_for_function("scrollY > 0", timeout=5000)  # it scrolls when the page has been drawn
    return {words: page.evaluate(SEEN, words) for words in SENTENCES}


def source_links(page: Page, host: str) -> list[str]:
    """The links to words on a page of this host."""
    links = page.eval_on_selector_all("a[href*=':~:']", "links => links.map(a => a.href)")
    return [link for link in dict.fromkeys(links) if urlsplit(link).netloc == host]


@pytest.mark.parametrize(("document", "host"), [(ARTICLE, "blog.example"), (THREAD, "threads.example")])
def test_a_link_of_the_reading_page_opens_at_its_words(
    document: int, host: str, served: str, seen: Watch, watch: Watch, archived: Site
) -> None:
    reading = seen(f"{served}/-/read/{document}").page
    links = reading.eval_on_selector_all(
        ".notes a[href*=':~:']",
        "links => links.map(a => [a.href, document.getElementById('c' + a.closest('li')"
        ".querySelector('a[href^=\"#c\"]').getAttribute('href').slice(2)).innerText])",
    )
    assert sorted(words for _, words in links) == sorted(
        words for words in SENTENCES for _ in range((article() if document == ARTICLE else thread()).text.count(words))
    )
    page = watch(archived["/"]).page
    places: dict[str, list[int]] = {}
    for link, words in links:
        shown = followed(page, link, archived)[words]
        assert shown.count(True) == 1, (link, shown)
        places.setdefault(words, []).append(shown.index(True))
    assert {words: sorted(found) for words, found in places.items()} == {
        words: list(range(len(found))) for words, found in places.items()
    }


def test_links_of_a_report_open_at_their_words(folder: Path, seen: Watch, watch: Watch, archived: Site) -> None:
    report = seen(folder / "reports" / "topics.html").page
    page = watch(archived["/"]).page
    reached = set()
    for link in source_links(report, "blog.example") + source_links(report, "threads.example"):
        places = followed(page, link, archived)
        shown = {
            (words, place) for words, seen_at in places.items() for place, is_seen in enumerate(seen_at) if is_seen
        }
        assert shown, link
        reached |= {(urlsplit(link).netloc, *found) for found in shown}
    assert reached >= {
        ("blog.example", TWICE, 0), ("blog.example", TWICE, 1), ("blog.example", WRONG, 0),
        ("threads.example", TWICE, 0), ("threads.example", TWICE, 1), ("threads.example", WRONG, 0),
    }  # fmt: skip

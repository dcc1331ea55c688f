"""Pages past the bounds are refused at once, by the error of their reader; pages within are read."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from harvester.imports import read_file
from harvester.model import Answer, HarvestError, PageShapeError, Reading
from harvester.sites import article, feeds, threadreader, wordpress
from harvester.sites.soup import UnboundedPageError
from harvester.sites.tree import parse_tree

TWEET = "<div class=content-tweet data-tweet='1767507115766710272'>Un mot."
DEEP = "<div>" * 1_000_000
AGAIN = "<p>" + "".join(f"<b id={n}>" for n in range(5_000)) + "</p>" + "<p>x</p>" * 5_000
ATTRIBUTES = "<p " + " ".join(f"a{n}=1" for n in range(200_000)) + ">"
TAGS = "<p>x</p>" * 200_000


@pytest.mark.parametrize("page", [DEEP, AGAIN, ATTRIBUTES, TAGS], ids=["deep", "again", "attributes", "tags"])
def test_what_no_page_comes_near(page: str) -> None:
    with pytest.raises(UnboundedPageError):
        parse_tree(page)
    with pytest.raises(PageShapeError, match="no page for people"):
        threadreader.read(Answer(url="https://threadreaderapp.com/thread/1.html", body=(TWEET + page).encode()))
    with pytest.raises(HarvestError):
        read_file("x", f"<!doctype html>{page}".encode())


def test_many_elements_nested_deep() -> None:
    page = f"<!doctype html><article>{'<div>' * 2_000}{'<p>Un mot.</p>' * 20_000}"
    with pytest.raises(PageShapeError, match="no page for people"):
        article.read(Answer(url="https://blog.example/2021/05/un-billet", body=page.encode()))


def test_posts_inside_posts() -> None:
    page = "".join(f"<div class=content-tweet data-tweet='{n}'>{'mot ' * 500}" for n in range(1, 50))
    with pytest.raises(PageShapeError, match="posts inside posts"):
        threadreader.read(Answer(url="https://threadreaderapp.com/thread/1.html", body=page.encode()))


@pytest.mark.parametrize(
    ("read", "body", "told"),
    [
        (
            feeds.read,
            json.dumps({"version": "https://jsonfeed.org/version/1", "items": [{"url": "/a"}] * 60}),
            "60 entries",
        ),
        (
            feeds.read,
            f"<rss version='2.0'><channel>{'<item><link>/a</link></item>' * 60}</channel></rss>",
            "60 entries",
        ),
        (wordpress.read, json.dumps([{"content": {"rendered": "a"}}] * 600), "600 posts"),
    ],
    ids=["JSON feed", "RSS", "WordPress"],
)
def test_answers_of_too_many_posts(
    read: Callable[[Answer], Reading], body: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "MOST_ENTRIES", 50)
    with pytest.raises(PageShapeError, match=told):
        read(Answer(url="https://blog.example/fil", body=body.encode()))


def test_an_entry_that_nobody_wrote_leads_to_its_page() -> None:
    items = [{"url": "https://blog.example/a", "content_html": "Un mot. " * 100 + "<div>" * 4_000}]
    body = json.dumps({"version": "https://jsonfeed.org/version/1", "items": items}).encode()
    reading = feeds.read(Answer(url="https://blog.example/feed.json", body=body))
    assert (reading.documents, [lead.kind for lead in reading.leads]) == ((), ["article"])


@pytest.mark.parametrize("depth", [600, 2_500])
def test_deeper_than_python_may_call(depth: int) -> None:
    page = (TWEET + "<div>" * depth).encode()
    with pytest.raises(PageShapeError, match="no page for people"):
        threadreader.read(Answer(url="https://threadreaderapp.com/thread/1.html", body=page))


@pytest.mark.parametrize(
    "page",
    [
        f"<p>{'un mot ' * 100_000}</p>",
        f"<p title='{'un mot ' * 100_000}'>x</p>",
        "<p>Un <b>mot</b> <a href='/a'>là</a>.</p>" * 20_000,
        "<ul>" + "<li>x" * 50_000 + "</ul>",
    ],
)
def test_what_is_only_long(page: str) -> None:
    parse_tree(page)

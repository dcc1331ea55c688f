"""WordPress's own interface (REST, `wp/v2/posts`): whole posts, fifty an answer, newest first."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from db.records import Author, Document, Lead
from harvester.addresses import canonical
from harvester.dates import from_machine
from harvester.model import Answer, PageShapeError, Reader, Reading
from harvester.sites.markup import absolute, fragment, line, links_of, media_of, readable
from harvester.sites.rules import rule_book, rule_named, without_notices
from harvester.text import whole_number

PER_PAGE = 50
MOST_POSTS = 500  # of an answer: a plug-in may give more than was asked for, no site gives ten times as many
# The author is a number; the name comes embedded where users are shown, or from a plug-in that most sites have.
_FIELDS = "id,date,date_gmt,link,title,content,author,_links,_embedded,yoast_head_json.author"
# Answers by which a site says that its interface is not for us; its feed is.
_CLOSED = frozenset((401, 403, 404, 405, 406, 410))


def listing_address(root: str) -> str:
    """The first page of posts of the interface whose root is `root` (as announced by `rel="https://api.w.org/"`)."""
    query = f"per_page={PER_PAGE}&page=1&orderby=date&order=desc&_embed=author&_fields={_FIELDS}"
    if "rest_route=" in root:  # sites without pretty addresses
        return canonical(f"{root.rstrip('/')}/wp/v2/posts&{query}")
    return canonical(f"{root.rstrip('/')}/wp/v2/posts?{query}")


def read(answer: Answer) -> Reading:
    """The posts of one page of the listing, and the next page. A closed interface gives a lead to the site's feed."""
    if answer.status == 400 and _page(answer.url) > 1:
        return Reading()  # a page after the last: posts were withdrawn since the total was told
    if answer.status in _CLOSED:
        return Reading(leads=(_feed(answer.url),))
    if not 200 <= answer.status < 300:
        raise PageShapeError(answer.address, f"expected posts as JSON, got status {answer.status}")
    posts = _posts(answer)
    if posts is None:
        return Reading(leads=(_feed(answer.url),))
    leads = (_next(answer),) if posts and _page(answer.address) < _pages(answer) else ()
    return Reading(documents=tuple(d for post in posts if (d := _document(post))), leads=leads)


def _posts(answer: Answer) -> list[dict[str, Any]] | None:
    """The posts of an answer; None when it is a page for people, as sites send that closed the interface."""
    if answer.body.lstrip()[:1] == b"<":
        return None
    try:
        posts = json.loads(answer.body)
    except (ValueError, RecursionError) as error:
        raise PageShapeError(answer.address, f"expected posts as JSON: {error}") from error
    if not isinstance(posts, list):
        raise PageShapeError(answer.address, f"expected a list of posts, got {str(posts)[:120]}")
    if len(posts) > MOST_POSTS:
        raise PageShapeError(answer.address, f"{len(posts)} posts in one answer, where {PER_PAGE} were asked for")
    return [post for post in posts if isinstance(post, dict) and isinstance(post.get("content"), dict)]


def _document(post: dict[str, Any]) -> Document | None:
    """One post; None for one under a password, or without words."""
    url = absolute(post.get("link"), "")
    if url is None or post["content"].get("protected"):
        return None
    body = fragment(str(post["content"].get("rendered") or ""))
    for tag in body.select(", ".join((*rule_book().junk, *rule_named("wordpress").junk))):
        tag.extract()
    text = without_notices(readable(body))
    if not text:
        return None
    gmt = str(post.get("date_gmt") or "")
    published_at = from_machine(f"{gmt}Z") if gmt else from_machine(str(post.get("date") or ""))
    return Document(
        kind="post",
        url=canonical(url),
        text=text,
        title=line(fragment(str((post.get("title") or {}).get("rendered") or ""))) or None,
        author=_author(post),
        published_at=published_at,
        published_from="api" if published_at else None,
        links=links_of((body,), url),
        media=media_of((body,), url),
    )


def _author(post: dict[str, Any]) -> Author | None:
    people = (post.get("_embedded") or {}).get("author") or []
    named = [person for person in people if isinstance(person, dict) and person.get("name")]
    if not named:
        name = (post.get("yoast_head_json") or {}).get("author")
        return Author(name=str(name)) if name else None
    return Author(name=", ".join(str(p["name"]) for p in named), url=absolute(named[0].get("link"), ""))


def _query(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query))


def _page(url: str) -> int:
    number = _query(url).get("page", "1")
    return whole_number(number) or 1


def _pages(answer: Answer) -> int:
    total = answer.headers.get("x-wp-totalpages", "")
    return whole_number(total) or 1


def _next(answer: Answer) -> Lead:
    parts = urlsplit(answer.address)
    query = {**_query(answer.address), "page": str(_page(answer.address) + 1)}
    url = parts._replace(query=urlencode(query, safe=",/")).geturl()
    return Lead(url=canonical(url), kind="wordpress-api", relation="more")


def _feed(url: str) -> Lead:
    """The feed of the site whose interface this is: below the same folder."""
    parts = urlsplit(url)
    folder = parts.path.partition("wp-json")[0] if "wp-json" in parts.path else parts.path
    feed = parts._replace(path=f"{folder.rstrip('/')}/feed/", query="").geturl()
    return Lead(url=canonical(feed), kind="feed", relation="moved")


READER = Reader(
    name="wordpress",
    kind="wordpress-api",
    example="https://www.example.org/wp-json/wp/v2/posts?per_page=50&page=1",
    pattern=re.compile(r"https?://[^/]+/(?:.*wp-json/wp/v2/posts(?:\?.*)?|.*[?&]rest_route=/wp/v2/posts\b.*)$"),
    read=read,
    listing=True,
    reads_failures=True,
)

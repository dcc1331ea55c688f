"""Blogs of Mediapart's Club: their lists of posts, and the posts. No feed of a single blog is known."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlsplit

from db.records import Lead
from harvester.addresses import canonical, origin_of
from harvester.model import Answer, PageShapeError, Reader, Reading
from harvester.sites.article import document_of
from harvester.sites.markup import absolute
from harvester.sites.page import open_page
from harvester.text import whole_number

_POST = re.compile(r"/(?:edition/[^/]+/article|(?:blog/)?[^/]+(?:/blog)?)/\d{6}/[^/]+/?$")
_SLUG = re.compile(r"^/(?:blog/)?([^/]+)")


def read_post(answer: Answer) -> Reading:
    """One post. Its date is the one that the page shows: the six digits of the address may be days off."""
    return Reading(documents=(document_of(open_page(answer), kind="post"),))


def read_list(answer: Answer) -> Reading:
    """Leads to the posts of one page of a blog's list, and to the next page while there are posts."""
    parts = urlsplit(answer.address)
    number = dict(parse_qsl(parts.query)).get("page", "1")
    page_number = whole_number(number) or 1
    if answer.status in (404, 410) and page_number > 1:
        return Reading()
    if not 200 <= answer.status < 300:
        raise PageShapeError(answer.address, f"expected a list of posts, got status {answer.status}")
    slug = _SLUG.match(parts.path)
    listing = f"{origin_of(answer.address)}/{slug[1] if slug else ''}/blog"
    if parts.path.rstrip("/") != urlsplit(listing).path:  # the blog's front page
        return Reading(leads=(Lead(url=listing, kind="mediapart-blog", relation="moved"),))
    posts = _posts(answer, urlsplit(listing).path)
    if not posts and page_number == 1:
        raise PageShapeError(answer.address, f"no address of a post ({listing}/DDMMYY/title)")
    more = Lead(url=f"{listing}?page={page_number + 1}", kind="mediapart-blog", relation="more")
    return Reading(leads=(*posts, more) if posts else ())


def _posts(answer: Answer, below: str) -> list[Lead]:
    """The posts of this blog: by their addresses, which outlived three layouts; side bars show other people's."""
    page = open_page(answer)
    found = (absolute(anchor["href"], page.base) for anchor in page.soup.select("a[href]"))
    own = (url for url in found if url and urlsplit(url).path.startswith(f"{below}/"))
    posts = (urlsplit(url)._replace(query="", fragment="").geturl() for url in own if _POST.match(urlsplit(url).path))
    return [Lead(url=url, kind="mediapart-post") for url in dict.fromkeys(map(canonical, posts))]


POST = Reader(
    name="mediapart-post",
    kind="mediapart-post",
    example="https://blogs.mediapart.fr/odile-tressart/blog/040521/la-regie-retrouvee",
    pattern=re.compile(
        r"https?://blogs\.mediapart\.fr/(?:edition/[^/]+/article|blog/[^/]+|[^/]+/blog)/\d{6}/[^/?#]+/?(?:[?#].*)?$"
    ),
    read=read_post,
)
LIST = Reader(
    name="mediapart-blog",
    kind="mediapart-blog",
    example="https://blogs.mediapart.fr/odile-tressart/blog",
    pattern=re.compile(
        r"https?://blogs\.mediapart\.fr/(?:blog/[^/?#]+|(?!edition/|blog/?$)[^/?#]+(?:/blog)?)/?(?:\?.*)?$"
    ),
    read=read_list,
    listing=True,
    reads_failures=True,
)

"""Clippings: markdown that a browser extension made of a page, with what it knew of the page on top."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from db.records import Author, Card, Document, Link, Media, Post, join_posts
from harvester import snowflake
from harvester.addresses import THREADREADER, X, canonical, host_of, status_id, thread_url, web_address
from harvester.captures.names import links_in
from harvester.captures.threads import author_of, cards_of, cut, is_thread
from harvester.dates import from_machine
from harvester.sites.threadreader_tweet import MEDIA_HOSTS, best_video
from harvester.text import capture_address, title_of

# A person may have written a line or two above the clipping's own head.
_FRONT = re.compile(r"\A(?:[^\n]*\n){0,2}?---\n((?:\w[^\n:]*+:[^\n]*+\n|[ \t][^\n]*+\n)++)---\n")
_FIELD = re.compile(r"^(\w[\w-]*):[ \t]*(.*(?:\n[ \t]+-.*)*)", re.M)
_WIKI = re.compile(r"^\s*-?\s*[\"']?(?:\[\[)?|(?:\]\])?[\"']?\s*$")
# `(?:(?!x).)` stops where the next x begins: an end that is missing is looked for once, not once for each.
_VIDEO = re.compile(r"<video\b(?:(?!<video\b).)*?</video>|<iframe\b(?:(?!<iframe\b).)*?</iframe>", re.S)
_SOURCE = re.compile(r"src=\"([^\"]+)\"")
_IMAGE = re.compile(r"!\[((?:(?!!\[)[^\]])*+)\]\(\s*+<?([^)\s>]++)>?(?:(?!\]\()[^)])*+\)")
_LINK = re.compile(r"\[([^\[\]]++)\]\(\s*+<?([^)\s>]++)>?(?:(?!\]\()[^)])*+\)")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!<>~|])")
_BOLD = re.compile(r"(?<!\\)\*\*(?=\S)((?:(?!\*\*).)+)(?<=\S)(?<!\\)\*\*")
_THREAD = re.compile(r"threadreaderapp\.com/(?:thread|scrolly|convos)/(\d+)")
_KEEP_LINK = re.compile(r"Keep Current with \[[^\[\]]*+\]\([^()\s]*/user/(\w{1,15})\)")
_READ_LINK = re.compile(r"\[Read [\d,.]+ tweets?\]\([^()\s]*/thread/(\d+)")


def front_matter(text: str) -> tuple[dict[str, str], str]:
    """The fields above a clipping, and the rest; no field when there is no such head."""
    match = _FRONT.match(text)
    if not match:
        return {}, text
    fields = {key.lower(): _WIKI.sub("", value.split("\n")[-1]).strip() for key, value in _FIELD.findall(match[1])}
    return fields, text[match.end() :]


def read_clipping(fields: dict[str, str], body: str) -> Document:
    """The document of a clipping: a thread when it comes from an unrolled page, else a page with its address."""
    source = canonical(fields.get("source") or fields.get("url") or "")
    if _THREAD.search(source) or (not source and is_thread(body)):
        return _thread(source, body)
    text = plain(body).strip()
    title = fields.get("title") or title_of(text)
    at = from_machine(fields.get("published", ""))
    return Document(
        kind="page",
        url=source if host_of(source) else capture_address(text),
        text=text,
        title=title,
        author=_signed(fields.get("author")),
        published_at=at,
        published_from="meta" if at else None,
        links=tuple(_links(body, source, None)),
    )


def _thread(source: str, body: str) -> Document:
    parts = cut(body)
    # A line that is empty parts tweets; inside a tweet, blank lines hold the two spaces of a line break.
    blocks = [block for block in re.split(r"\n{2,}", parts.body) if block.strip()]
    root = _THREAD.search(source)
    url = thread_url(root[1]) if root else capture_address(plain(parts.body))
    posts: list[Post] = []
    links: list[Link] = []
    media: list[Media] = []
    for block in blocks:
        post = Post(id=f"{url}#{len(posts) + 1}", text=plain(block).strip())
        links.extend(_links(block, THREADREADER, post.id))
        media.extend(_media(block, post.id))
        posts.append(post)
    text, placed = join_posts(posts)
    tail = [plain(line) for line in parts.tail]
    author = _with_handle(author_of(replace(parts, tail=tail)), parts.tail)
    at = snowflake.posted_at(root[1]) if root else None
    return Document(
        kind="thread",
        url=url,
        text=text,
        title=title_of(text),
        author=author,
        published_at=at,
        # The address may name any tweet of the thread: this is not the first one's own time.
        published_from="url" if at else None,
        posts=placed,
        links=tuple(dict.fromkeys((*links, *_plain_links(text, placed, links)))),
        media=tuple(media),
        cards=_with_addresses(cards_of(tail, author.handle if author else None), parts.tail),
    )


def plain(markdown: str) -> str:
    """The words of a clipping: links by their text, no image, no video, no escape."""
    text = _IMAGE.sub("", _VIDEO.sub("", markdown))
    text = _BOLD.sub(r"\1", _LINK.sub(r"\1", text))
    lines = (line.strip() for line in _ESCAPE.sub(r"\1", text).split("\n"))
    return re.sub(r"[ \t]{2,}", " ", "\n".join(lines))


def _links(markdown: str, base: str, post_id: str | None) -> Iterator[Link]:
    for display, href in _LINK.findall(_IMAGE.sub("", markdown)):
        url = web_address(href, base or THREADREADER)
        if url is None or url.startswith(f"{THREADREADER}/thread/?"):  # words that advertising made links
            continue
        shown = plain(display).strip()
        if shown[:1] in "@#" and shown[1:]:
            yield Link(kind="mention" if shown[0] == "@" else "hashtag", url=url, display=shown, post_id=post_id)
        else:
            yield Link(kind="quote" if status_id(url) else "link", url=url, display=shown, post_id=post_id)


def _plain_links(text: str, posts: tuple[Post, ...], known: list[Link]) -> Iterator[Link]:
    shown = {(link.post_id, link.display.lower()) for link in known}
    yield from (link for link in links_in(text, posts) if (link.post_id, link.display.lower()) not in shown)


def _media(markdown: str, post_id: str) -> Iterator[Media]:
    for alt, url in _IMAGE.findall(markdown):
        if host_of(url) in MEDIA_HOSTS:
            yield Media(kind="image", url=url, alt="" if alt == "Image" else alt, post_id=post_id)
    for box in _VIDEO.findall(markdown):
        if best := best_video([url for url in _SOURCE.findall(box) if host_of(url) in MEDIA_HOSTS]):
            yield Media(kind="gif" if "/tweet_video/" in best else "video", url=best, post_id=post_id)


def _with_handle(author: Author | None, tail: Sequence[str]) -> Author | None:
    found = _KEEP_LINK.search("\n".join(tail))
    if author is None or author.handle or not found:
        return author
    return replace(author, handle=found[1], url=f"{X}/{found[1]}")


def _with_addresses(cards: tuple[Card, ...], tail: Sequence[str]) -> tuple[Card, ...]:
    """Cards with the addresses that their "Read n tweets" lead to, where each has one."""
    ids = _READ_LINK.findall("\n".join(tail))
    if len(ids) != len(cards):
        return cards
    return tuple(replace(card, url=thread_url(tweet_id)) for card, tweet_id in zip(cards, ids, strict=True))


def _signed(author: str | None) -> Author | None:
    if not author:
        return None
    return Author(handle=author[1:], url=f"{X}/{author[1:]}") if author[0] == "@" else Author(name=author)

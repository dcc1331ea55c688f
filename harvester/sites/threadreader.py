"""Thread Reader App: unrolled threads, in the markup of every year since 2019.

The rule that holds through all of them: a tweet of the thread is an element of class `content-tweet` with a
`data-tweet` attribute; a tweet of a card, another thread, has the class and no attribute. Pages of early 2019
number their tweets (`id="tweet_3"`) and tell no ids.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

from db.records import POST_SEPARATOR, Author, Document, Link, Media, Post, offsets
from harvester import snowflake
from harvester.addresses import THREADREADER, X, host_of, origin_of, status_id, thread_url, unarchived
from harvester.model import Answer, PageShapeError, Reader, Reading
from harvester.sites.soup import UnboundedPageError
from harvester.sites.threadreader_cards import cards_of, neighbours
from harvester.sites.threadreader_tweet import Tweet, read_tweet, words_of
from harvester.sites.tree import parse_tree
from harvester.text import capture_address, title_of, whole_number

log = logging.getLogger(__name__)
TWEET = ".content-tweet[data-tweet]"
NUMBERED_TWEET = ".content-tweet[id^='tweet_']"
PATTERN = re.compile(r"https?://(?:www\.)?threadreaderapp\.com/thread/\d+(?:\.html?)?/?(?:\?.*)?$", re.I)
_THREAD_ID = re.compile(r"/(?:thread|scrolly|convos)/(\d+)")
PERMALINK = b'<sup class="tw-permalink"><i class="fas fa-link"></i></sup>'  # two elements at the end of each tweet
_END = re.compile(rb"<script|<footer")  # what follows the last tweet, be it a card's
_FOOTER = re.compile(rb"<footer")
_HANDLE = re.compile(r"\w{1,20}", re.A)
_SVG = re.compile(rb"<svg\b.*?</svg>", re.S)
_NAME = ".username a, .twitter_name a, .screenName a, .twitter_screen_name a"


class Block(NamedTuple):
    """One tweet's element: `tweet_id` is None on pages that tell no ids."""

    node: LexborNode
    tweet_id: str | None
    handle: str | None


def read(answer: Answer) -> Reading:
    """The thread of a page, and leads to the other threads of its author that the page shows.

    Raises PageShapeError when the page holds no tweet, with what it seems to be instead.
    """
    try:
        return _read(answer)
    except UnboundedPageError as error:
        raise PageShapeError(answer.address or "page", f"no page for people: {error}") from error


def _read(answer: Answer) -> Reading:
    body = from_body(answer.body)
    tree = parse_tree(body)
    origin = site_origin(answer.address)
    blocks = list(_blocks(tree))
    if not blocks:
        raise PageShapeError(answer.address or "page", f"no tweet (element {TWEET}): {what_instead(answer.body)}")
    tweets = list(_tweets(blocks, origin, len(body)))
    document = _document(tree, blocks, tweets, origin, answer.address)
    return Reading(documents=(document,), leads=neighbours(document, origin))


def is_thread(page: str) -> bool:
    """Whether a page holds a thread, wherever it comes from. Raises UnboundedPageError for no page for people."""
    tree = parse_tree(page)
    return any(True for _ in _blocks(tree))


def from_body(body: bytes) -> bytes:
    """What is worth parsing: neither the style sheets of the head, a quarter of a page, nor drawings, nor the end.

    Parsing a page of 133 KB takes half the time it takes when all is left in.
    """
    start = max(body.find(b"<body"), 0)
    kept = body[start : _end_of_tweets(body, start)].replace(PERMALINK, b"")
    return _without_drawings(kept) if b"<svg" in kept else kept


def _end_of_tweets(body: bytes, start: int) -> int | None:
    """Where nothing more is told; None for the end of the page."""
    last = body.rfind(b'class="content-tweet', start)
    if last < 0:
        return None
    # A quote or a picture in a tweet may bring its script: until the tweet is over, a script ends nothing.
    over = last if body.find(b"thread-card", start, last) >= 0 else body.rfind(b"tw-permalink", last)
    end = _END.search(body, over) if over >= 0 else _FOOTER.search(body, last)
    return end.start() if end else None


def _without_drawings(body: bytes) -> bytes:
    """As far as drawings are closed: after the last end of one, each beginning would be followed to the end."""
    last = body.rfind(b"</svg>") + len(b"</svg>")
    return _SVG.sub(b"", body[:last]) + body[last:] if last >= len(b"</svg>") else body


def site_origin(address: str) -> str:
    """Where the site answers: itself, or a mirror that stands in for it. Saved and archived pages are the site's."""
    host = host_of(unarchived(address)).removeprefix("www.")
    ours = host in ("", "threadreaderapp.com", "web.archive.org")
    return THREADREADER if ours else origin_of(address)


def _blocks(tree: LexborHTMLParser) -> Iterator[Block]:
    seen: set[str] = set()
    for node in tree.css(TWEET):
        attributes = node.attributes
        tweet_id = attributes.get("data-tweet") or ""
        if whole_number(tweet_id, digits=19) is not None and tweet_id not in seen:
            seen.add(tweet_id)
            yield Block(node, tweet_id, _handle(attributes.get("data-screenname")))
    if not seen:
        numbered = tree.css(NUMBERED_TWEET)
        yield from (Block(node, None, _handle(node.attributes.get("data-screenname"))) for node in numbered)


def _handle(told: str | None) -> str | None:
    """What may be a handle: it goes into addresses and selectors."""
    return told if told and _HANDLE.fullmatch(told) else None


def _tweets(blocks: list[Block], origin: str, page_bytes: int) -> Iterator[Tweet]:
    """Each block read. Raises UnboundedPageError when all say more than the page: they stand inside each other."""
    left = page_bytes
    for block in blocks:
        tweet = read_tweet(block.node, origin, block.tweet_id)
        left -= len(tweet.text)
        if left < 0:
            raise UnboundedPageError("posts inside posts")
        yield tweet


def _document(tree: LexborHTMLParser, blocks: list[Block], tweets: list[Tweet], origin: str, address: str) -> Document:
    author = _author(tree, blocks[0].handle)
    root = blocks[0].tweet_id or _id_in_page(tree, address)
    url = thread_url(root, origin) if root else capture_address("\n".join(tweet.text for tweet in tweets))
    posts, links, media = _posts(blocks, tweets, url, root, author.handle)
    text = POST_SEPARATOR.join([tweet.text for tweet in tweets])
    published_at, published_from = _published(root, _page_time(tree), url)
    return Document(
        kind="thread",
        url=url,
        text=text,
        title=title_of(text),
        author=author,
        published_at=published_at,
        published_from=published_from,
        posts=posts,
        links=links,
        media=media,
        cards=cards_of(tree, origin),
    )


def _posts(
    blocks: list[Block], tweets: list[Tweet], url: str, root: str | None, handle: str | None
) -> tuple[tuple[Post, ...], tuple[Link, ...], tuple[Media, ...]]:
    posts: list[Post] = []
    links: list[Link] = []
    media: list[Media] = []
    places = offsets(tweet.text for tweet in tweets)
    for number, (block, tweet, (start, end)) in enumerate(zip(blocks, tweets, places, strict=True), 1):
        if block.tweet_id:
            address = f"{X}/{block.handle or handle or 'i/web'}/status/{block.tweet_id}"
            posted_at = snowflake.posted_at(block.tweet_id)
            posts.append(
                Post(id=block.tweet_id, text=tweet.text, start=start, end=end, posted_at=posted_at, url=address)
            )
            if tweet.links:
                links.extend(_elsewhere(tweet.links, {root, block.tweet_id}))
            if tweet.media:
                media.extend(tweet.media)
        else:
            posts.append(Post(id=f"{url}#{number}", text=tweet.text, start=start, end=end))
            links.extend(replace(link, post_id=f"{url}#{number}") for link in _elsewhere(tweet.links, {root}))
            media.extend(replace(medium, post_id=f"{url}#{number}") for medium in tweet.media)
    return tuple(posts), tuple(links), tuple(media)


def _elsewhere(links: Iterable[Link], own: set[str | None]) -> Iterator[Link]:
    """The links of a tweet, without quotes of itself or of the thread, and without the second form of one quote."""
    quoted = set(own)
    for link in links:
        if link.kind == "quote":
            tweet_id = status_id(link.url)
            if tweet_id in quoted:
                continue
            quoted.add(tweet_id)
        yield link


def _author(tree: LexborHTMLParser, handle: str | None) -> Author:
    """Who wrote the thread. Names are taken from the page's head only: further down they are other people's."""
    names: list[str] = []
    for node in tree.css(_NAME)[:4]:
        shown = words_of(node)
        if handle is None and shown.startswith("@"):
            handle = _handle(shown[1:])
        names.append("" if shown.startswith("@") else shown)
        leads_to = (node.attributes.get("href") or "").rstrip("/").rsplit("/", 1)[-1]
        if handle and leads_to.lower() != handle.lower():
            names.pop()
    name = next(filter(None, names), None) or _name_of_picture(tree, handle)
    return Author(handle=handle, name=name, url=f"{X}/{handle}" if handle else None)


def _name_of_picture(tree: LexborHTMLParser, handle: str | None) -> str | None:
    image = tree.css_first(f"a[href$='/{handle}'] img[alt$=' Profile picture']") if handle else None
    return (image.attributes.get("alt") or "").removesuffix(" Profile picture").strip() or None if image else None


def _id_in_page(tree: LexborHTMLParser, address: str) -> str | None:
    match = _THREAD_ID.search(address)
    time = tree.css_first(".thread-info a.time[href]")
    return match[1] if match else status_id(time.attributes.get("href") or "") if time else None


def _page_time(tree: LexborHTMLParser) -> int | None:
    """Unix seconds of the thread as the page tells them. The first time of a page may be a card's: not that one."""
    node = tree.css_first(".thread-info a.time[data-time], a.time[data-time*='1'][href*='/status/']")
    told = (node.attributes.get("data-time") or "").strip() if node else ""
    return whole_number(told, digits=11)


def _published(root: str | None, told: int | None, url: str) -> tuple[str | None, str | None]:
    ms = snowflake.unix_ms(root) if root else None
    if ms is None:
        return (snowflake.iso(told * 1000), "page") if told else (None, None)
    if told is not None and abs(ms // 1000 - told) > 1:
        log.warning("%s: the page says %s, its id %s", url, snowflake.iso(told * 1000), snowflake.iso(ms))
    return snowflake.iso(ms), "snowflake"


def what_instead(page: bytes) -> str:
    """What a page without tweets seems to be, in words for the person who reads the error."""
    tree = parse_tree(page.decode("utf-8", "replace"))
    title = tree.css_first("title")
    body = tree.body.text(separator=" ", strip=True) if tree.body else ""
    words = f"{title.text() if title else ''} {body}".lower()
    if not words.strip():
        return "the page is empty"
    if re.search(r"just a moment|attention required|checking your browser|cf-challenge|verify you are human", words):
        return "a challenge page of the site's protection, try again later or open it in a browser and import it"
    if tree.css_first("input[type=password]") or re.search(r"\b(?:log|sign) ?in (?:to|with)\b", words[:2000]):
        return "a login page"
    if re.search(r"thread (?:was |is )?not found|no unroll|does(?:n't| not) exist|page not found|404", words[:2000]):
        return 'a "thread not found" notice: nobody asked for this unroll, or it was removed'
    if tree.css_first(".content-tweet, .thread-card"):
        return "only previews of other threads"
    return "new markup or a notice, its words begin with: " + " ".join(body.split()[:12])


READER = Reader(
    name="Thread Reader thread",
    kind="thread",
    example=f"{THREADREADER}/thread/1388556666777751552.html",
    pattern=PATTERN,
    read=read,
)

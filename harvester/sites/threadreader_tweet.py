"""One tweet of an unrolled page: its words as a browser shows them, and the links and media it holds."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from selectolax.lexbor import LexborNode

from db.records import Link, LinkKind, Media, MediaKind
from harvester.addresses import X, host_of, status_id, web_address
from harvester.sites.soup import UnboundedPageError
from harvester.text import names_in

BREAK = "\x1e"  # stands for a line break until white space is squeezed: one of those that str.splitlines knows
NOT_WORDS = frozenset(
    ["script", "style", "template", "noscript", "svg", "button", "form", "textarea", "select", "object", "head"]
)
EMBEDS = frozenset(["img", "video", "iframe"])
BLOCKS = frozenset(["p", "div", "li", "ul", "ol", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6"])
# Added by the page's scripts or by the reader's browser: not the author's words.
ADDED = frozenset(["tw-permalink", "entity-url-preview", "entity-reveal-action", "vsc-controller"])
HIDDEN_MENTIONS = frozenset(["entity-mention-first", "entity-mention-threadreader"])
KNOWN_LINKS = frozenset(["entity-mention", "entity-hashtag", "entity-url"])
MEDIA_BOXES = frozenset(["entity-image", "entity-video", "entity-video-gif", "entity-embed", "twitter-player"])
MEDIA_HOSTS = frozenset(["pbs.twimg.com", "video.twimg.com"])
MEDIA_SITES = tuple(f"https://{host}/" for host in MEDIA_HOSTS)
MOST_SHOWN = 200  # addresses of one post within which names are no names: each is looked for in all its text
_SPACES = re.compile(" {2,}")
_SIZE = re.compile(r"/(\d{2,5})x(\d{2,5})/")
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none", re.I)
_YOUTUBE = re.compile(r"(?:youtube(?:-nocookie)?\.com/embed/|youtu\.be/)([\w-]{6,})")


@dataclass(slots=True)
class Tweet:
    """What the walk over one tweet gathers. `text` is complete after `read_tweet`; `known` are addresses of media."""

    origin: str
    post_id: str | None = None
    words: list[str] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    media: list[Media] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    text: str = ""
    words_only: bool = False

    def link(self, kind: LinkKind, url: str, display: str = "") -> None:
        self.links.append(Link(kind=kind, url=url, display=display, post_id=self.post_id))

    def medium(self, medium: Media) -> None:
        if medium.url not in self.known:
            self.known.add(medium.url)
            self.media.append(medium)


def read_tweet(node: LexborNode, origin: str, post_id: str | None = None) -> Tweet:
    """The text of a tweet's element, its links with real addresses, its media at full size.

    Hidden reply mentions are links and no words; a quoted tweet is a link of kind quote. Mentions and hashtags
    that the page leaves plain (those after mid-2023) become links too, with addresses on x.com.
    """
    tweet = Tweet(origin, post_id)
    _read_words(node, tweet, tweet.words)
    tweet.text = tidy(tweet.words)
    if "@" in tweet.text or "#" in tweet.text:
        _plain_names(tweet)
    return tweet


def text_of(node: LexborNode) -> str:
    """The text alone of a tweet's element: what `read_tweet` gives, links and media not looked at."""
    found: list[str] = []
    _read_words(node, Tweet("", words_only=True), found)
    return tidy(found)


def words_of(node: LexborNode) -> str:
    """The words of any element on one line."""
    return text_of(node).replace("\n", " ")


def tidy(words: list[str]) -> str:
    """White space as a browser shows it: runs are one space, `<br>` and odd separators are line breaks."""
    # Plain replacements: a regular expression that looks at each character takes a third of the whole reading.
    text = "".join(words).replace("\n", " ").replace("\t", " ").replace("\r", " ").strip()
    if "  " in text:
        text = _SPACES.sub(" ", text)
    lines = text.splitlines()
    return "\n".join([line.strip(" ") for line in lines]) if len(lines) > 1 else text


def _read_words(node: LexborNode, tweet: Tweet, words: list[str]) -> None:
    try:
        _walk(node, tweet, words)
    except RecursionError:
        raise UnboundedPageError("elements nested deeper than any post's") from None


def _walk(node: LexborNode, tweet: Tweet, words: list[str]) -> None:
    for child in node.iter(include_text=True):
        text = child.text_content  # None for elements
        if text is not None:
            words.append(text)
            continue
        tag = child.tag
        if tag == "br":
            words.append(BREAK)
        elif tag not in NOT_WORDS:
            _element(child, tag or "", tweet, words)


@lru_cache(maxsize=1000)
def _classes(names: str) -> frozenset[str]:
    return frozenset(names.split())


def _element(node: LexborNode, tag: str, tweet: Tweet, words: list[str]) -> None:
    attributes = node.attributes
    names = attributes.get("class") or ""
    if names == "tw-permalink":  # at the end of every tweet
        return
    classes = _classes(names)
    if tag == "a":
        _anchor(node, attributes, classes, tweet, words)
    elif classes & ADDED or _is_hidden(attributes) or (tweet.words_only and tag in EMBEDS):
        return
    elif tag == "img":
        _image(node, attributes, tweet)
    elif tag == "video":
        _video(node, attributes, tweet)
    elif tag == "iframe":
        _iframe(attributes, tweet)
    elif "twitter-tweet" in classes:
        _quote(node, tweet)
    elif email := attributes.get("data-cfemail"):
        words.append(_email(email))
    elif classes & MEDIA_BOXES:
        _walk(node, tweet, [])
    elif tag in BLOCKS:
        words.append(BREAK)
        _walk(node, tweet, words)
        words.append(BREAK)
    else:
        _walk(node, tweet, words)


def _is_hidden(attributes: dict[str, str | None]) -> bool:
    return "hidden" in attributes or bool(_HIDDEN_STYLE.search(attributes.get("style") or ""))


def _anchor(
    node: LexborNode, attributes: dict[str, str | None], classes: frozenset[str], tweet: Tweet, words: list[str]
) -> None:
    if email := attributes.get("data-cfemail"):
        words.append(_email(email))
        return
    known = classes & KNOWN_LINKS
    # A hidden link is a duplicate, except the original of a preview, which stands in the author's sentence.
    if not known and _is_hidden(attributes):
        return
    display: list[str] = []
    _walk(node, tweet, display)
    if not classes & HIDDEN_MENTIONS:
        words.extend(display)
    if not tweet.words_only:
        _link(node, attributes.get("href"), classes, tidy(display), tweet)


def _link(node: LexborNode, href: str | None, classes: frozenset[str], shown: str, tweet: Tweet) -> None:
    address = web_address(href, tweet.origin)
    # Not css_first, which compiles its selector each time.
    if not shown and any(inner.tag == "img" for inner in node.traverse()):
        return
    # Advertising turns words of saved pages into links to nowhere on the site.
    if address and not (address.startswith(f"{tweet.origin}/thread/?") and not classes & KNOWN_LINKS):
        tweet.link(_kind(address, classes, shown), address, shown)


def _kind(href: str, classes: frozenset[str], shown: str) -> LinkKind:
    if "entity-mention" in classes or (shown[:1] == "@" and "entity-url" not in classes):
        return "mention"
    if "entity-hashtag" in classes or (shown[:1] == "#" and "entity-url" not in classes):
        return "hashtag"
    return "quote" if status_id(href) else "link"


def _image(node: LexborNode, attributes: dict[str, str | None], tweet: Tweet) -> None:
    """The link round an image leads to its full size. `src` comes last: a one-pixel picture until a script has run."""
    alt = (attributes.get("alt") or "").strip()
    parent = node.parent
    full = parent.attributes.get("href") if parent is not None and parent.tag == "a" else None
    for candidate in (full, attributes.get("data-src"), attributes.get("src")):
        if url := _media_address(candidate, tweet.origin):
            kind: MediaKind = "gif" if "/tweet_video_thumb/" in url else "image"
            tweet.medium(Media(kind=kind, url=url, alt="" if alt == "Image" else alt, post_id=tweet.post_id))
            return


def _media_address(href: str | None, origin: str) -> str | None:
    url = web_address(href, origin)
    if url is None or url.endswith("/1px.png"):
        return None
    return url if url.startswith(MEDIA_SITES) or host_of(url) in MEDIA_HOSTS or url.startswith(f"{origin}/") else None


def _video(node: LexborNode, attributes: dict[str, str | None], tweet: Tweet) -> None:
    sources = [attributes.get("src"), *(source.attributes.get("src") for source in node.css("source"))]
    url = best_video([address for source in sources if (address := _media_address(source, tweet.origin))])
    if url:
        kind: MediaKind = "gif" if "/tweet_video/" in url else "video"
        tweet.medium(Media(kind=kind, url=url, alt=(attributes.get("aria-label") or "").strip(), post_id=tweet.post_id))


def best_video(addresses: list[str]) -> str | None:
    """The largest file by the `WIDTHxHEIGHT` of its path: order tells nothing, and playlists are a last resort."""

    def worth(address: str) -> tuple[bool, int]:
        size = _SIZE.search(address)
        return ".m3u8" not in address, int(size[1]) * int(size[2]) if size else 0

    return max(addresses, key=worth, default=None)


def _iframe(attributes: dict[str, str | None], tweet: Tweet) -> None:
    source = attributes.get("src") or ""
    quoted = attributes.get("data-tweet-id") or "".join(re.findall(r"[?&]id=(\d+)", source)[:1])
    if quoted:
        tweet.link("quote", f"{X}/i/web/status/{quoted}")
    elif video := _YOUTUBE.search(source):
        tweet.link("link", f"https://www.youtube.com/watch?v={video[1]}")


def _quote(node: LexborNode, tweet: Tweet) -> None:
    for anchor in node.css("a[href]"):
        href = web_address(anchor.attributes.get("href"), tweet.origin)
        if href and status_id(href):
            return tweet.link("quote", href, words_of(anchor))
    return None


def _email(coded: str) -> str:
    """An e-mail address that Cloudflare hid from robots: hexadecimal, the first byte is the key of the others."""
    try:
        key, *rest = bytes.fromhex(coded)
    except ValueError:
        return ""
    return bytes(byte ^ key for byte in rest).decode("utf-8", "replace")


def _plain_names(tweet: Tweet) -> None:
    known = {(link.kind, link.display.lower()) for link in tweet.links}
    shown = [link.display for link in tweet.links if link.kind == "link" and link.display]
    text = tweet.text
    for display in dict.fromkeys(shown[:MOST_SHOWN]):
        text = text.replace(display, " ")
    for kind, match in names_in(text):
        if (kind, match[0].lower()) not in known:
            known.add((kind, match[0].lower()))
            tweet.link(kind, f"{X}/{'hashtag/' if kind == 'hashtag' else ''}{match[1]}", match[0])

"""Feeds: RSS, Atom, RDF and JSON Feed.

An entry that holds its whole post becomes a document: the feed is the blog's own text, with its date and author, and
the page need not be asked for. An entry that is cut, or short enough to be cut, becomes a lead to its page.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import feedparser

from db.records import Author, Document, Lead
from harvester.addresses import canonical
from harvester.dates import from_machine, from_parsed
from harvester.model import Answer, PageShapeError, Reader, Reading
from harvester.sites.guesses import next_guess
from harvester.sites.markup import absolute, fragment, line, links_of, media_of, readable
from harvester.sites.rules import rule_book, without_notices
from harvester.text import whole_number

# Characters from which an entry can be taken for the whole post. Descriptions are summaries on most engines, and
# what their authors write for summaries rarely goes beyond a screen.
WHOLE_CONTENT, WHOLE_DESCRIPTION = 600, 2500
_CUT = re.compile(
    r"(?:\[\s*(?:…|\.\.\.)\s*\]|\(\s*(?:…|\.\.\.)\s*\)|…|\.\.\.|(?:lire|voir) (?:la )?suite.{0,80}"
    r"|continuer la lecture.{0,120}|la suite (?:est|sur|ici)\b.{0,80}|en savoir plus|lire l.article.{0,80}"
    r"|read (?:more|the rest).{0,80}|continue reading.{0,120}|\(more…?\))[\s»→>)\]]*$",
    re.IGNORECASE,
)
_ENDLESS_WORD = re.compile(rb"(?<![\w.+;-])(?:[\w.+-]|&#?\w{1,8};){2000,}+")
LONGEST_NAME, LONGEST_DECLARATION = 500, 1000  # characters
MOST_ENTRIES = 5_000  # of one answer; engines give ten to five hundred
_WORDPRESS = re.compile(r"wordpress\.(?:org|com)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry, from whatever kind of feed. `content` is HTML; `described`: it comes from the summary's place."""

    url: str
    title: str
    content: str
    described: bool
    author: Author | None
    published_at: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed's entries that have an address, and the address of its next page."""

    entries: tuple[Entry, ...]
    following: str | None = None
    lang: str | None = None


def read(answer: Answer) -> Reading:
    """Documents for whole entries, leads for the others, and the feed's next page.

    For an answer that failed: the next address to try when this one was a guess, the end of the listing when it was a
    page after the last; else PageShapeError.
    """
    if answer.status in (400, 404, 410) and _page_number(answer.url) > 1:
        return Reading()
    try:
        feed = parse(answer)
    except PageShapeError:
        if guess := next_guess(answer):
            return Reading(leads=(guess,))
        raise
    documents = [_document(entry, feed.lang) for entry in feed.entries]
    leads = [Lead(url=e.url, kind="article") for e, d in zip(feed.entries, documents, strict=True) if d is None]
    if feed.following:
        leads.append(Lead(url=feed.following, kind="feed", relation="more"))
    return Reading(documents=tuple(d for d in documents if d), leads=tuple(dict.fromkeys(leads)))


def parse(answer: Answer) -> Feed:
    """The feed in an answer; PageShapeError when it is none, or when no entry says where its post is."""
    if not 200 <= answer.status < 300:
        raise PageShapeError(answer.address, f"expected a feed, got status {answer.status}")
    feed = _json_feed(answer) if answer.body.lstrip()[:1] == b"{" else _xml_feed(answer)
    if _page_number(answer.address) > 1 and feed.following == canonical(answer.address):
        return replace(feed, following=None)
    return feed


def _document(entry: Entry, lang: str | None) -> Document | None:
    """The post in an entry, when the entry holds all of it."""
    body = fragment(entry.content)
    for tag in body.select(", ".join((*rule_book().junk, ".hyperlien"))):
        tag.extract()
    text = without_notices(readable(body))
    if len(text) < (WHOLE_DESCRIPTION if entry.described else WHOLE_CONTENT) or _CUT.search(text[-200:]):
        return None
    return Document(
        kind="post",
        url=entry.url,
        text=text,
        title=entry.title or None,
        author=entry.author,
        published_at=entry.published_at,
        published_from="feed" if entry.published_at else None,
        lang=lang,
        links=links_of((body,), entry.url),
        media=media_of((body,), entry.url),
    )


# --- RSS, Atom, RDF ---------------------------------------------------------------------------------------


def _xml_feed(answer: Answer) -> Feed:
    headers = {"content-location": answer.address}
    if answer.content_type:
        headers["content-type"] = answer.content_type
    # feedparser looks for mail addresses in names, with the square of the length of what may be one.
    body = _ENDLESS_WORD.sub(b"", answer.body).lstrip()
    # It looks for the encoding as far as the line goes, with the square of its length: the declaration gets its own.
    start, end, rest = body[:LONGEST_DECLARATION].partition(b"?>")
    if body.startswith(b"<?xml"):
        if not end:
            raise PageShapeError(answer.address, "expected a feed, got an XML declaration without an end")
        body = start + end + b"\n" + rest + body[LONGEST_DECLARATION:]
    try:
        parsed = feedparser.parse(body, response_headers=headers)
    except Exception as error:
        raise PageShapeError(answer.address, f"expected a feed, got what cannot be read as one: {error}") from error
    if not parsed.get("version"):
        raise PageShapeError(answer.address, "expected a feed (RSS, Atom, RDF or JSON Feed), got something else")
    _refuse_endless(len(parsed.entries), answer)
    entries = tuple(entry for raw in parsed.entries if (entry := _entry(raw, answer.address)))
    if parsed.entries and not entries:
        raise PageShapeError(answer.address, f"a feed whose {len(parsed.entries)} entries have no address")
    lang = str(parsed.feed.get("language") or "")[:2].lower()
    return Feed(entries=entries, following=_following(parsed, answer, bool(entries)), lang=lang or None)


def _entry(raw: Any, base: str) -> Entry | None:
    # FeedBurner replaces the addresses by its own, which count clicks and may be gone.
    url = absolute(raw.get("feedburner_origlink") or raw.get("link"), base)
    if url is None or urlsplit(url).fragment.startswith("comment"):
        return None
    contents = [str(c.value) for c in raw.get("content", ()) if "plain" not in str(c.get("type"))]
    content = max(contents, key=len, default="")
    return Entry(
        url=canonical(url),
        title=line(fragment(str(raw.get("title") or ""))),
        content=content or str(raw.get("summary") or ""),
        described=not content,
        author=_author(raw),
        published_at=_published(raw),
    )


def _refuse_endless(entries: int, answer: Answer) -> None:
    if entries > MOST_ENTRIES:
        raise PageShapeError(answer.address, f"a feed of {entries} entries, {MOST_ENTRIES} are taken")


def _author(raw: Any) -> Author | None:
    """The author's name: Blogger and RSS put an address behind it, or in its place."""
    details = raw.get("author_detail") or {}
    name = str(details.get("name") or raw.get("author") or "")[:LONGEST_NAME]
    name = " ".join(re.sub(r"\S+@\S+", "", re.sub(r"\([^()]*@[^()]*\)", "", name)).split()).strip("() ")
    return Author(name=name, url=absolute(details.get("href"), "")) if name else None


def _published(raw: Any) -> str | None:
    # feedparser warns when `published` is read where only `updated` is; SPIP's and RDF's dc:date becomes `updated`.
    for name in ("published_parsed", "updated_parsed"):
        value = dict.get(raw, name)
        if value:
            return from_parsed(value)
    return None


def _following(parsed: Any, answer: Answer, any_entries: bool) -> str | None:
    """The feed's next page: as announced, or the way WordPress pages where it announces nothing."""
    announced = [link.get("href") for link in parsed.feed.get("links", ()) if link.get("rel") == "next"]
    if announced:
        return _web(announced[0], answer.address)
    if any_entries and _WORDPRESS.search(str(parsed.feed.get("generator") or "")):
        return _paged(answer.address, _page_number(answer.address) + 1)
    return None


def _web(href: object, base: str) -> str | None:
    url = absolute(href, base)
    return canonical(url) if url else None


def _page_number(url: str) -> int:
    number = dict(parse_qsl(urlsplit(url).query)).get("paged", "1")
    return whole_number(number) or 1


def _paged(url: str, number: int) -> str:
    parts = urlsplit(url)
    query = {**dict(parse_qsl(parts.query)), "paged": str(number)}
    return canonical(parts._replace(query=urlencode(query)).geturl())


# --- JSON Feed --------------------------------------------------------------------------------------------


def _json_feed(answer: Answer) -> Feed:
    try:
        data = json.loads(answer.body)
        if "jsonfeed.org/version" not in str(data["version"]):
            raise ValueError("another kind of JSON")
        items = [item for item in data.get("items", ()) if isinstance(item, dict)]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise PageShapeError(answer.address, f"expected a feed, got JSON that is no JSON Feed: {error}") from error
    _refuse_endless(len(items), answer)
    entries = tuple(entry for item in items if (entry := _json_entry(item, data, answer.address)))
    if items and not entries:
        raise PageShapeError(answer.address, f"a feed whose {len(items)} items have no address")
    lang = str(data.get("language") or "")[:2].lower()
    return Feed(entries=entries, following=_web(data.get("next_url"), answer.address), lang=lang or None)


def _json_entry(item: dict[str, Any], feed: dict[str, Any], base: str) -> Entry | None:
    url = _web(item.get("url") or item.get("external_url"), base)
    if url is None:
        return None
    content = item.get("content_html") or _as_html(str(item.get("content_text") or ""))
    return Entry(
        url=url,
        title=str(item.get("title") or ""),
        content=str(content or _as_html(str(item.get("summary") or ""))),
        described=not content,
        author=_json_author(item) or _json_author(feed),
        published_at=from_machine(str(item.get("date_published") or "")),
    )


def _json_author(holder: dict[str, Any]) -> Author | None:
    people = holder.get("authors") or [holder.get("author")]
    named = [person for person in people if isinstance(person, dict) and person.get("name")]
    if not named:
        return None
    return Author(name=", ".join(str(p["name"]) for p in named), url=absolute(named[0].get("url"), ""))


def _as_html(text: str) -> str:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    return "".join(f"<p>{paragraph}</p>" for paragraph in re.split(r"\n{2,}", escaped)) if text else ""


READER = Reader(
    name="feed",
    kind="feed",
    example="https://www.example.org/feed/",
    pattern=re.compile(
        r"https?://[^/]+/(?!.*sitemap)(?:.*/)?(?:"
        r"(?:feed|rss|atom|backend|index|rss2)(?:\.(?:xml|rdf|rss|json|atom))?/?(?:\?.*)?"
        r"|[^/?]+\.(?:rss|atom|rdf)(?:\?.*)?|feeds?/.*|(?:spip\.php|[^/]*)?\?(?:.*&)?(?:page=backend|feed=).*)$",
        re.IGNORECASE,
    ),
    read=read,
    listing=True,
    reads_failures=True,
)

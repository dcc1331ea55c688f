"""Answers read again by today's readers, and what differs. Pure: an answer in, documents and differences out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import unquote

from db.records import Author, Document, Fetch
from harvester.addresses import origin_of, unarchived
from harvester.imports import read_file
from harvester.mirrors import site_address
from harvester.model import Answer, HarvestError, PageShapeError
from harvester.sites import READERS
from harvester.visit import one_for_each_address, reason_of
from harvester.warc.pages import read_capture
from harvester.warc.reading import Capture
from harvester.wayback.tweets import tweet_in

What = Literal["text", "title", "author", "date", "links", "media", "posts"]
_KINDS = {reader.kind: reader for reader in READERS}
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs between two readings, and a little of how it was and how it is."""

    what: What
    before: str
    after: str


class UnreadError(Exception):
    """Today's readers find nothing in an answer. Its text says why, without the address."""


def read_again(fetch: Fetch, kind: str | None, mirrors: Mapping[str, str], *, redirected: bool) -> tuple[Document, ...]:
    """What an answer of the archive says, by the reader that a harvest or an import would take today."""
    url, body = site_address(fetch.url, mirrors), fetch.body or b""
    try:
        if url.startswith("file:"):
            return read_file(unquote(url), body).documents
        if (tweet := tweet_in(url, body)) is not None:
            return (tweet,)
        if kind in _KINDS:
            address = _answering(fetch, mirrors, redirected=redirected)
            answer = Answer(
                url=url,
                final_url=address,
                body=body,
                status=fetch.status or 200,
                content_type=fetch.content_type or "",
                headers=fetch.headers,
            )
            return one_for_each_address(_KINDS[kind].read(answer).documents)
    except HarvestError as error:
        reason = reason_of(error) if isinstance(error, PageShapeError) else str(error)
        raise UnreadError(reason) from error
    except Exception as error:  # as in a harvest: a reader's defect costs one page
        raise UnreadError(f"its reader failed: {type(error).__name__}: {error}") from error
    return _read_capture(fetch, url, body)


def _read_capture(fetch: Fetch, url: str, body: bytes) -> tuple[Document, ...]:
    capture = Capture(
        url=fetch.final_url,
        at=fetch.fetched_at,
        record="",
        status=fetch.status,
        content_type=fetch.content_type or "",
        headers=fetch.headers,
    )
    read = read_capture(capture, url, body, None)
    if read.unread:
        raise UnreadError(read.unread)
    return read.documents


def _answering(fetch: Fetch, mirrors: Mapping[str, str], *, redirected: bool) -> str:
    """The address that answered, on its site: without a redirect it is on the site that was asked."""
    address = site_address(fetch.final_url, mirrors)
    if unarchived(fetch.url) == fetch.url:  # recovered: its links are those of the page, not of its capture
        address = unarchived(address)
    asked, answered = origin_of(site_address(fetch.url, mirrors)), origin_of(address)
    return address if redirected or asked == answered else asked + address[len(answered) :]


# --- Comparing ------------------------------------------------------------------------------------------------


def differences(before: Document, after: Document) -> tuple[Difference, ...]:
    """What a new reading tells otherwise; what it does not tell any more is not forgotten, and no difference."""
    return tuple(_differences(before, after))


def completed(before: Document, after: Document) -> Document:
    """A new reading with the title, the links and the media that it does not tell any more."""
    return replace(
        after,
        title=after.title or before.title,
        links=after.links or before.links,
        media=after.media or before.media,
    )


def says_else(found: Sequence[Difference]) -> bool:
    """Whether the text, or the posts that make it, differ: that is a version, the rest is not."""
    return any(one.what == "text" for one in found)


def _differences(before: Document, after: Document) -> Iterator[Difference]:
    old_posts, new_posts = [[(post.id, post.text) for post in one.posts] for one in (before, after)]
    if before.text != after.text or old_posts != new_posts:
        yield Difference("text", *_parts(before, after))
    elif any(
        (new.posted_at or old.posted_at, new.url or old.url) != (old.posted_at, old.url)
        for old, new in zip(before.posts, after.posts, strict=True)
    ):
        yield Difference("posts", "other times or addresses of posts", "")
    if after.title != before.title:
        yield Difference("title", before.title or "", after.title or "")
    if after.author is not None and not _same_author(before.author, after.author):
        yield Difference("author", _named(before.author), _named(after.author))
    if after.published_at not in (None, before.published_at):
        yield Difference("date", before.published_at or "", f"{after.published_at} ({after.published_from})")
    if before.links != after.links:
        yield Difference("links", *_listed([x.url for x in before.links], [x.url for x in after.links]))
    if before.media != after.media:
        yield Difference("media", *_listed([x.url for x in before.media], [x.url for x in after.media]))


def _same_author(before: Author | None, after: Author) -> bool:
    """An author's row gathers what several pages tell: it may know more than this page."""
    if before is None:
        return not (after.handle or after.name or after.url)
    if after.handle and before.handle:
        return after.handle.lstrip("@").casefold() == before.handle.casefold()
    if before.handle:
        return not after.name or before.name is None or after.name == before.name
    return after.handle is None and (after.name, after.url) == (before.name, before.url)


def _named(author: Author | None) -> str:
    if author is None:
        return ""
    return f"@{author.handle}" if author.handle else author.name or author.url or ""


def _parts(before: Document, after: Document) -> tuple[str, str]:
    """How many posts or words each has, and where they begin to differ."""
    at = next((n for n, (x, y) in enumerate(zip(before.text, after.text, strict=False)) if x != y), None)
    start = max(0, min(len(before.text), len(after.text)) if at is None else at)
    start = max(0, before.text.rfind(" ", 0, start) + 1)
    return tuple(f"{_size(one)}: {_around(one.text, start)}" for one in (before, after))  # type: ignore[return-value]


def _size(document: Document) -> str:
    number, noun = (len(document.posts), "post") if document.posts else (len(document.text.split()), "word")
    return f"{number} {noun}{'s' * (number != 1)}"


def _around(text: str, start: int) -> str:
    shown = " ".join(text[start : start + _SHOWN].split())
    return f"{'…' * (start > 0)}{shown}{'…' * (start + _SHOWN < len(text))}" if shown else "(ends)"


def _listed(before: Sequence[str], after: Sequence[str]) -> tuple[str, str]:
    """How many there are, and the first that the other does not have."""
    return _with_first(before, set(after)), _with_first(after, set(before))


def _with_first(urls: Sequence[str], others: set[str]) -> str:
    own = next((url for url in urls if url not in others), None)
    return f"{len(urls)}{f', {own}' if own else ''}"

"""Text captures of unrolled pages: copied from a browser, stripped of tags by a program, or shown one by one.

Five kinds were met; each keeps the thread's words and loses something else. See `docs/captures.md`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

from db.records import Author, Card, Document, Post, join_posts
from harvester import snowflake
from harvester.addresses import X, thread_url
from harvester.captures.furniture import folded, furniture
from harvester.captures.names import links_in
from harvester.captures.segments import paragraphs, placed, segments
from harvester.dates import day_text
from harvester.text import capture_address, title_of, whole_number

_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)"
_DATE = re.compile(rf"(?:\d{{1,2}} {_MONTH}(?: \d{{4}})?|{_MONTH} \d{{1,2}}(?:, \d{{4}})?)\s*•?$")
_FULL_DATE = re.compile(rf"({_MONTH}) (\d{{1,2}}), (\d{{4}}), (\d+) tweets?$")
_COUNT = re.compile(r"(?:.*\D)?(\d+) tweets?\s*(?:[•,].*)?$")
_READ = re.compile(r"Read ([\d,.]+) tweets?$")
_VIEWS = re.compile(r"[\d,. ]+ views?$")
_LEAK = re.compile(r'^[^\n]*?thread#showTweet"(?:(?!showTweet)[^\n>])*?data-tweet="(\d+)"[^\n>]*>', re.M)
_SCREENNAME = re.compile(r'thread#showTweet"(?:(?!showTweet)[^\n>])*?data-screenname="(\w{1,15})"')
_HANDLE = re.compile(r"@(\w{1,15})$", re.A)
_PICTURE = re.compile(r"(.+?) Profile picture$")
_KEEP = re.compile(r"Keep Current with (.+)$")
_MORE = re.compile(r"More from @(\w{1,15})")
_NAMED = re.compile(r"thread[_ -](\d{15,19})(?!\d)")
HEADER_LINES = 80
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Parts:
    """A capture cut in three: lines above the thread, its body as it stands, lines below."""

    header: Sequence[str]
    body: str
    tail: Sequence[str]


def end_of_thread(lines: Sequence[str]) -> int | None:
    """The index of the line that ends a thread, None when the text shows no end."""
    kept = [folded(line) for line in lines]
    known = furniture()
    for number, line in enumerate(kept):
        if not line.startswith(known.thread_ends):
            continue
        following = islice(filter(None, islice(kept, number + 1, None)), 5)
        if any(words.startswith(known.thread_lines) for words in following):
            return number
    return None


def is_header_line(line: str) -> bool:
    """Whether a line stands above threads on their pages."""
    words = folded(line)
    known = furniture()
    return (
        not words or words in known.header or words.startswith(known.header_begins) or bool(_VIEWS.match(line.strip()))
    )


def is_thread(text: str) -> bool:
    """Whether something in a text says that it is an unrolled thread: the lines below it, or a scrolly page's head."""
    lines = text.split("\n")
    dated = any(_FULL_DATE.match(line.strip()) for line in lines[:HEADER_LINES])
    return dated or end_of_thread(lines) is not None


def cut(text: str) -> Parts:
    """A thread's capture cut in three."""
    lines = text.split("\n")
    end = end_of_thread(lines)
    start = _start_of_thread(lines[:end])
    return Parts(lines[:start], "\n".join(lines[start:end]).strip(), lines[end:] if end is not None else ())


def _start_of_thread(lines: Sequence[str]) -> int:
    """Below the count of tweets where the header shows it; else below the lines that are surely the site's."""
    start = 0
    for number, line in enumerate(lines[:HEADER_LINES]):
        # "12 tweets" alone may be the author's words.
        shown = line.strip()
        if _FULL_DATE.match(shown) or (_COUNT.match(shown) and "•" in shown):
            start = number + 1
    while start < len(lines) and is_header_line(lines[start]):
        start += 1
    return start if any(line.strip() for line in lines[:start]) else 0


def read_thread(parts: Parts, name: str = "") -> Document:
    """The thread of a text capture. Posts are candidates (see `segments`), or the blocks of a scrolly page."""
    told = next((match for line in parts.header if (match := _FULL_DATE.match(line.strip()))), None)
    url = capture_address(parts.body)
    spans = paragraphs(parts.body) if told else segments(parts.body)
    posts = placed(parts.body, spans, url)
    published_at = _day(told) if told else None
    published_from = "text" if published_at else None
    if published_at is None and (named := _NAMED.search(name)):
        published_at = snowflake.posted_at(named[1])
        published_from = "filename" if published_at else None
    return _document(parts, url, parts.body, posts, (published_at, published_from))


def read_leaked(text: str) -> Document | None:
    """The thread of a page stripped of its tags by a pattern that stops at `>`: the ids of tweets are left in it."""
    marks = list(_LEAK.finditer(text))
    if not marks:
        return None
    rest = text[marks[-1].end() :].split("\n")
    end = end_of_thread(rest)
    last = "\n".join(rest[:end])
    bodies = [text[mark.end() : after.start()] for mark, after in pairwise(marks)] + [last]
    handle = _SCREENNAME.search(text)
    by = handle[1] if handle else "i/web"
    told: dict[str, Post] = {}  # a page shown twice in one text is one thread, as in a saved page
    for mark, words in zip(marks, bodies, strict=True):
        at, url = snowflake.posted_at(mark[1]), f"{X}/{by}/status/{mark[1]}"
        told.setdefault(mark[1], Post(id=mark[1], text=words.strip(), posted_at=at, url=url))
    body, posts = join_posts(told.values())
    parts = Parts(text[: marks[0].start()].split("\n"), body, rest[end:] if end is not None else ())
    at = posts[0].posted_at
    return _document(parts, thread_url(posts[0].id), body, posts, (at, "snowflake" if at else None))


def _document(
    parts: Parts, url: str, text: str, posts: tuple[Post, ...], published: tuple[str | None, str | None]
) -> Document:
    author = author_of(parts)
    return Document(
        kind="thread",
        url=url,
        text=text,
        title=title_of(text),
        author=author,
        published_at=published[0],
        published_from=published[1],
        posts=posts,
        links=links_in(text, posts),
        cards=cards_of(parts.tail, author.handle if author else None),
    )


def author_of(parts: Parts) -> Author | None:
    """Who wrote the thread, from the site's own lines only: a handle in the thread may be anybody's."""
    tail = [line.strip("#* ") for line in parts.tail]
    header = [line.strip() for line in parts.header]
    name = _first(_KEEP, tail) or _first(_PICTURE, [*tail, *header])
    handle = _first(_MORE, tail) or _first(_HANDLE, header) or _first(_SCREENNAME, header)
    if not (name or handle):
        return None
    return Author(handle=handle, name=name, url=f"{X}/{handle}" if handle else None)


def _first(pattern: re.Pattern[str], lines: Sequence[str]) -> str | None:
    return next((match[1].strip() for line in lines if (match := pattern.match(line))), None)


def cards_of(tail: Sequence[str], handle: str | None) -> tuple[Card, ...]:
    """The author's other threads: a date, the text of their first tweets, "Read n tweets" where it was kept."""
    lines = [line.strip("#* ") for line in tail]
    start = next((number for number, line in enumerate(lines) if _MORE.match(line)), len(lines))
    below = lines[start + 1 :]
    end = next((n for n, line in enumerate(below) if folded(line).startswith(furniture().thread_lines)), len(below))
    sized = any(_READ.match(line) for line in below[:end])
    cards: list[list[str]] = [[]]
    for line in below[:end]:
        if not sized and _DATE.match(line):
            cards.append([])
        cards[-1].append(line)
        if _READ.match(line):
            cards.append([])
    return tuple(_card(words, handle) for words in cards if any(words))


def _card(lines: list[str], handle: str | None) -> Card:
    words = "\n".join(lines).strip().split("\n")
    size = _READ.match(words[-1])
    date = words[0] if _DATE.match(words[0]) else None
    excerpt = "\n".join(words[bool(date) : len(words) - bool(size)]).strip()
    tweets = whole_number(re.sub(r"[^0-9]", "", size[1])) if size else None
    return Card(url=None, handle=handle, date_text=date, tweets=tweets, excerpt=excerpt)


def _day(told: re.Match[str]) -> str | None:
    return day_text(int(told[3]), MONTHS.index(told[1][:3]) + 1, int(told[2]))

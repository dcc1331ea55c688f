"""What a report is limited to: read from what people type, and said back to them in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from db.archive import Archive
from db.claims import Chosen
from db.people import StoredAuthor, authors, sources
from report.dates import DAYS, first_day, last_day
from report.errors import DateError, DiscoveredTopicError, PeriodError, UnknownNameError
from report.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits of a report: `chosen` for the archive, the rest for people; "" and () where there is none."""

    chosen: Chosen
    since: str = ""
    until: str = ""
    authors: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()

    def said(self, words: Words) -> str:
        """In words: `depuis le 1 mai 2021, par @lagent`; "" when there are none."""
        parts = [words("limits_since", date=words.date(self.since))] if self.since else []
        parts += [words("limits_until", date=words.date(self.until))] if self.until else []
        parts += [self.said_of_whom(words)] if self.authors or self.sources else []
        parts += [words("limits_topics", names=", ".join(self.topics))] if self.topics else []
        return ", ".join(parts)

    def said_of_whom(self, words: Words) -> str:
        """The same without the dates."""
        parts = [words("limits_authors", names=", ".join(self.authors))] if self.authors else []
        parts += [words("limits_sources", names=", ".join(self.sources))] if self.sources else []
        return ", ".join(parts)


def limits(
    archive: Archive,
    now: str,
    *,
    since: str | None = None,
    until: str | None = None,
    author: Sequence[str] = (),
    source: Sequence[str] = (),
    topic: Sequence[str] = (),
) -> Limits:
    """What is meant by these words; `now` is an ISO time. Raises DateError, PeriodError, UnknownNameError and
    DiscoveredTopicError."""
    begin = moment(since, now) if since else None
    end = last_day(until, now[:10]) if until and not _is_ago(until) else moment(until, now) if until else None
    if since and until and begin and end and begin[:10] > end[:10]:
        raise PeriodError(since, until)
    known = archive.read(authors) if author else []
    named = [find_authors(known, name) for name in author]
    every = archive.read(sources) if source else []
    _refuse_unknown("source", source, every)
    topics = {found.id: found for found in archive.topics()} if topic else {}
    _refuse_unknown("topic", topic, sorted(topics))
    for name in topic:
        if topics[name].origin == "discovered":
            raise DiscoveredTopicError(name)
    return Limits(
        chosen=Chosen(
            since=begin,
            until=_day_after(end) if end and len(end) == len("2021-05-04") else end,
            authors=tuple(found.id for group in named for found in group),
            sources=tuple(source),
            topics=tuple(topic),
        ),
        since=begin or "",
        until=end or "",
        authors=tuple(byline(group[0]) for group in named),
        sources=tuple(source),
        topics=tuple(topics[name].label for name in topic),
    )


def _refuse_unknown(what: str, names: Sequence[str], known: Sequence[str]) -> None:
    for name in names:
        if name not in known:
            raise UnknownNameError(what, name, known)


def moment(text: str, now: str) -> str:
    """The ISO time meant by `7d` or `2w` (so long before `now`, to the millisecond), or the first day of a date.

    Raises DateError.
    """
    if not _is_ago(text):
        return first_day(text, now[:10])
    try:
        at = datetime.fromisoformat(now) - timedelta(days=int(text[:-1]) * DAYS[text[-1]])
    except OverflowError as error:
        raise DateError(text) from error
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def find_authors(known: Sequence[StoredAuthor], name: str) -> list[StoredAuthor]:
    """Those called so: one by handle, with or without @ and whatever the case, else all of that name.

    Raises UnknownNameError.
    """
    wanted = " ".join(name.split()).casefold()
    found = [author for author in known if author.handle and author.handle.casefold() == wanted.removeprefix("@")]
    found = found or [author for author in known if author.name and " ".join(author.name.split()).casefold() == wanted]
    if not found:
        raise UnknownNameError("author", name, [byline(author) for author in known])
    return found


def byline(author: StoredAuthor) -> str:
    """`@handle`, else the name."""
    return f"@{author.handle}" if author.handle else author.name or author.url or ""


def _is_ago(text: str) -> bool:
    return text[-1:] in DAYS and text[:-1].isdecimal() and text.isascii()


def _day_after(day: str) -> str:
    try:
        return (date.fromisoformat(day) + timedelta(days=1)).isoformat()
    except OverflowError as error:  # the last day that there is
        raise DateError(day) from error

"""The topic report: what is said about each topic, by whom, with which figures, and which sums are wrong."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.metadata import version

from db import gaps
from db.archive import Archive
from db.reading import EntityCount, StoredCheck, TopicDocument
from db.topic_facts import Amount, ReportClaim, Term, TopicAuthor, TopicMonth, TopicNumbers
from db.topic_report import TopicReader, read_topics
from report.cited import Cited, cite
from report.errors import DiscoveredTopicError, UnknownNameError
from report.limits import Limits, limits
from report.render import About, Style
from report.shelf import named
from report.sums import explained
from report.words import Words

CLAIMS = 30
WRONG = 30
QUOTES = 10
DOCUMENTS = 60
ENTITIES = 10
AUTHORS = 12
TERMS = 12
UNITS = 4
AMOUNTS = 8
GONE = 50
_NONE_YET = "; run `filature mine` with [[topics]] in config.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What a person asked for, as typed: names of topics, dates (report/dates.py), authors and sources."""

    topics: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None
    authors: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AmountTold:
    """An amount among others of its unit, and the claim it stands in."""

    amount: Amount
    claim: ReportClaim


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """Amounts of one unit side by side, the largest first."""

    unit: str | None
    amounts: tuple[AmountTold, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """A sum that does not agree: `told` says in words what came out, `claims` are those that its amounts stand in."""

    told: str
    check: StoredCheck
    claims: tuple[Cited, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One topic: what is shown of it, in `left` how much more there is, and the `command` that tells all its claims."""

    numbers: TopicNumbers
    seeds: tuple[str, ...]
    terms: tuple[Term, ...]
    months: tuple[TopicMonth, ...]
    wrong: tuple[Wrong, ...]
    claims: tuple[Cited, ...]
    amounts: tuple[Unit, ...]
    quotes: tuple[Cited, ...]
    entities: Mapping[str, Sequence[EntityCount]]
    authors: tuple[TopicAuthor, ...]
    documents: tuple[TopicDocument, ...]
    left: Mapping[str, int]
    command: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorTopics:
    """Who writes most, and how many documents of theirs are about each topic, in the order of the report."""

    author: str | None
    documents: int
    claims: int
    topics: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """What is gone from the web, and what could not be read."""

    gone: tuple[gaps.GoneDocument, ...]
    unread: tuple[gaps.Unread, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """What it takes to write the same report again. `command` is the call, `limits` how much of each kind is shown."""

    version: str
    held: gaps.Held
    command: str
    limits: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicsReport:
    """Everything the report shows, in its order. `unsigned` and `undated` count documents of all its topics."""

    about: About
    unsigned: int
    undated: int
    first: str | None
    last: str | None
    topics: tuple[Topic, ...]
    empty: tuple[TopicNumbers, ...]
    authors: tuple[AuthorTopics, ...]
    missing: Missing
    method: Method

    @property
    def months(self) -> tuple[TopicMonth, ...]:
        """The months of all topics: what their charts share."""
        return tuple(month for topic in self.topics for month in topic.months)

    @property
    def example(self) -> int | None:
        """The id of a document of the report, to show a call with; None where there is none."""
        return next((document.id for topic in self.topics for document in topic.documents), None)


def topics_report(archive: Archive, asked: Selection, style: Style) -> TopicsReport:
    """The report on the topics named, or on all of config.toml.

    Raises UnknownNameError, DateError, and DiscoveredTopicError.
    """
    # Days are counted back from the whole day that the report bears, not from the instant it is written.
    only = limits(
        archive, f"{style.date}T00:00:00.000Z", since=asked.since, until=asked.until, author=asked.authors,
        source=asked.sources,
    )  # fmt: skip
    topics = _topics(archive, asked.topics)
    return archive.read(read_topics, only.chosen, topics, lambda reader: _report(archive, reader, asked, only, style))


def file_name(asked: Selection, lang: str | None = None) -> str:
    """A name for the files of this selection: the same whenever the same is asked for. `lang` where it was chosen."""
    given = {"since": asked.since, "until": asked.until, "by": asked.authors, "from": asked.sources, "lang": lang}
    return named(["topics", *asked.topics], given)


def _topics(archive: Archive, names: Sequence[str]) -> list[str]:
    every = archive.topics()
    origins = {topic.id: topic.origin for topic in every}
    for name in names:
        if name not in origins:
            raise UnknownNameError("topic", name, sorted(origins), _NONE_YET)
        if origins[name] == "discovered":
            raise DiscoveredTopicError(name)
    return list(dict.fromkeys(names)) if names else [topic.id for topic in every if topic.origin == "seeded"]


def _report(archive: Archive, reader: TopicReader, asked: Selection, only: Limits, style: Style) -> TopicsReport:
    numbers = reader.numbers()
    told = [topic for topic in numbers if topic.documents]
    if not asked.topics:
        told.sort(key=lambda topic: (-topic.check_worthy, -topic.documents, topic.id))
    topics = tuple(
        _topic(archive, reader, topic, style.words, _claims_command(topic.id, asked, only)) for topic in told
    )
    unsigned, undated = reader.unknown()
    return TopicsReport(
        about=_about(reader, asked, only, style, told),
        unsigned=unsigned,
        undated=undated,
        first=min((topic.first for topic in told if topic.first), default=None),
        last=max((topic.last for topic in told if topic.last), default=None),
        topics=topics,
        empty=tuple(topic for topic in numbers if not topic.documents),
        authors=_authors(reader, [topic.id for topic in told]),
        missing=Missing(gone=tuple(reader.gone(GONE)), unread=tuple(reader.unread())),
        method=Method(
            version=version("filature"),
            held=reader.held(),
            command=_command(asked, style),
            limits={"claims": CLAIMS, "documents": DOCUMENTS, "quotes": QUOTES, "entities": ENTITIES},
        ),
    )


def _about(reader: TopicReader, asked: Selection, only: Limits, style: Style, told: Sequence[TopicNumbers]) -> About:
    words = style.words
    alone = told[0].label if len(told) == 1 and len(asked.topics) == 1 else None
    return About(
        kind="topics",
        title=alone or words("topics_title"),
        lang=style.lang,
        date=style.date,
        scope=only.said(words),
        numbers={**reader.whole(), "topics": len(told)},
    )


def _command(asked: Selection, style: Style) -> str:
    words = ["filature", "report", "topics", *asked.topics, *_limits_typed(asked, asked.since, asked.until)]
    return shlex.join([*words, "--lang", style.lang, "--date", style.date])


def _claims_command(topic: str, asked: Selection, only: Limits) -> str:
    """The call that tells all claims of a topic within the same limits; days as dates, for `30d` moves on."""
    since, end = only.chosen.since, only.chosen.until
    last = (date.fromisoformat(end[:10]) - timedelta(days=1)).isoformat() if end else None
    limited = _limits_typed(asked, since[:10] if since else None, last)
    return shlex.join(["filature", "report", "claims", "--topic", topic, *limited])


def _limits_typed(asked: Selection, since: str | None, until: str | None) -> list[str]:
    words: list[str] = []
    for option, values in (
        ("--since", [since]), ("--until", [until]), ("--author", asked.authors), ("--source", asked.sources)
    ):  # fmt: skip
        for value in values:
            words += [option, value] if value else []
    return words


def _topic(archive: Archive, reader: TopicReader, numbers: TopicNumbers, words: Words, command: str) -> Topic:
    topic = numbers.id
    wrong = _wrong(archive, reader.wrong_sums(topic, WRONG), words)
    shown = {cited.claim.id for sum_ in wrong for cited in sum_.claims}
    claims = cite(archive, reader.strongest(topic, CLAIMS, without=shown), words)
    shown |= {cited.claim.id for cited in claims}
    documents = reader.documents(topic, DOCUMENTS)
    return Topic(
        numbers=numbers,
        seeds=reader.seeds(topic),
        terms=tuple(reader.terms(topic, TERMS)),
        months=tuple(reader.months(topic)),
        wrong=wrong,
        claims=claims,
        amounts=_amounts(reader, topic),
        quotes=cite(archive, reader.strongest(topic, QUOTES, quoted=True, without=shown), words),
        entities=_by_label(reader.entities(topic, ENTITIES)),
        authors=tuple(reader.authors(topic, AUTHORS)),
        documents=tuple(documents),
        left={
            "claims": max(numbers.claims - len(shown), 0),
            "documents": numbers.documents - len(documents),
            "wrong_sums": numbers.wrong - len(wrong),
        },
        command=command,
    )


def _wrong(archive: Archive, checks: Sequence[StoredCheck], words: Words) -> tuple[Wrong, ...]:
    cited = cite(archive, [claim for check in checks for claim, _ in check.claims], words)
    claims = {one.claim.id: one for one in cited}
    return tuple(
        Wrong(told=explained(check, words), check=check, claims=tuple(claims[claim] for claim, _ in check.claims))
        for check in checks
    )


def _amounts(reader: TopicReader, topic: str) -> tuple[Unit, ...]:
    units = reader.amounts(topic, units=UNITS, limit=AMOUNTS)
    places = reader.claims_of_quantities([key for _, keys in units for key in keys])
    claims = {claim.id: claim for claim in reader.claims([claim for claim, _ in places.values()])}

    def told(key: int) -> AmountTold:
        claim, start = places[key]
        amount = next(amount for amount in claims[claim].amounts if amount.start == start)
        return AmountTold(amount=amount, claim=claims[claim])

    return tuple(Unit(unit=unit, amounts=tuple(told(key) for key in keys)) for unit, keys in units)


def _by_label(entities: Sequence[EntityCount]) -> dict[str, list[EntityCount]]:
    groups: dict[str, list[EntityCount]] = {label: [] for label in ("PER", "ORG", "POLICY", "LOC")}
    for entity in entities:
        groups.setdefault(entity.label, []).append(entity)
    return {label: group for label, group in groups.items() if group}


def _authors(reader: TopicReader, topics: Sequence[str]) -> tuple[AuthorTopics, ...]:
    known = [author for author in reader.whole_authors(AUTHORS) if author.author_id is not None]
    found = reader.topics_of(author.author_id for author in known)
    return tuple(
        AuthorTopics(
            author=author.author,
            documents=author.documents,
            claims=author.claims,
            topics=tuple(found[author.author_id].get(topic, 0) for topic in topics),
        )
        for author in known
    )

"""What a topic report is made of, as it comes out of the archive."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicNumbers:
    """A topic of the scope in numbers. `first`, `last` are times of publication; `wrong` counts wrong sums."""

    id: str
    label: str
    origin: str
    documents: int
    claims: int
    check_worthy: int
    wrong: int
    authors: int
    gone: int
    unsigned: int
    undated: int
    first: str | None
    last: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicMonth:
    """A month (`2021-05`) of a topic."""

    month: str
    documents: int
    claims: int
    check_worthy: int
    wrong: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicAuthor:
    """Who writes about a topic, and how much."""

    author_id: int | None
    author: str | None
    documents: int
    claims: int
    check_worthy: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A word that put claims into a topic, and how many."""

    term: str
    claims: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where words were read: document, page, copy. `file` names the imported file of what has no address on the web."""

    document_id: int
    kind: str
    title: str | None
    opening: str
    author: str | None
    published_at: str | None
    url: str
    version: int
    snapshot: str | None
    seen_at: str
    gone_at: str | None
    lang: str | None
    file: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """A claim of another document that says the same."""

    claim_id: int
    text: str
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """An amount of a claim. `start`, `end` are code points of the claim's text."""

    surface: str
    value: float
    unit: str | None
    bound: str
    counted: str | None
    per: str | None
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportClaim:
    """A claim with all that is needed to judge and to find it.

    `text` is `documents.text[start:end]` of `place.version`; `before` and `after` are the archived text around it.
    `published_at` and `link` are those of the post where there is one. `group` counts the claims, this one included,
    that say the same.
    """

    id: int
    start: int
    end: int
    before: str
    text: str
    after: str
    kind: str
    check_worthy: bool
    score: float
    negated: bool
    attributed_to: str | None
    published_at: str | None
    link: str
    place: Place
    amounts: tuple[Amount, ...]
    elsewhere: tuple[Elsewhere, ...]
    group: int

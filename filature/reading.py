"""A document laid out for reading: its posts, the sentences worth a look marked in them, and a note on each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from db.evidence import Evidence, FoundCheck, FoundClaim, FoundQuantity
from db.history import History, StoredVersion
from db.parts import Parts, StoredLink, StoredMedia
from db.reading import StoredPost
from filature.explain import Passage, amount, passages

# How the date of a document is known, by documents.published_from.
DATED = {
    "snowflake": "from the id of the post",
    "page": "as the page shows it",
    "feed": "from the feed",
    "json-ld": "from the page's JSON-LD",
    "meta": "from the page's metadata",
    "microdata": "from the page's microdata",
    "text": "read in the text",
    "url": "from the address",
    "api": "from the site's interface",
    "filename": "from the name of the file",
    "htmldate": "estimated from the page",
}
PARAGRAPH = re.compile(r".+?(?:\n\s*\n|\Z)", re.DOTALL)
DIGITS = re.compile(r"\d|[.,](?=\d)")
SYMBOLS = {"EUR": "€"}
SHOWN_LINKS = ("link", "quote")  # mentions and hashtags are in the text


@dataclass(frozen=True, slots=True)
class Note:
    """What is said of a marked sentence; `number` counts from 1 through the document."""

    number: int
    claim: FoundClaim
    amounts: tuple[FoundQuantity, ...]
    checks: tuple[FoundCheck, ...]

    @property
    def wrong(self) -> bool:
        """Whether one of its sums is wrong."""
        return any(check.verdict == "inconsistent" for check in self.checks)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some text: plain, or a piece of a marked sentence; `amount` where it is one; `last` where the sentence ends."""

    text: str
    note: Note | None = None
    amount: bool = False
    first: bool = False
    last: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A post (`number` from 1), or paragraphs of what has none, up to one that has notes."""

    number: int | None
    post: StoredPost | None
    text: str
    stretches: tuple[Stretch, ...]
    notes: tuple[Note, ...]
    links: tuple[StoredLink, ...]
    media: tuple[StoredMedia, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A version of a document to read. `loose` are wrong sums that stand in no sentence.

    `links` and `media` belong to no post. An earlier version has no notes: findings are those of the current one.
    """

    evidence: Evidence
    history: History
    shown: StoredVersion
    sections: tuple[Section, ...]
    loose: tuple[FoundCheck, ...] = ()
    links: tuple[StoredLink, ...] = ()
    media: tuple[StoredMedia, ...] = ()

    @property
    def notes(self) -> list[Note]:
        """Every note, in order."""
        return [note for section in self.sections for note in section.notes]

    @property
    def wrong(self) -> list[Note]:
        """The notes on sentences with a wrong sum."""
        return [note for note in self.notes if note.wrong]

    @property
    def author(self) -> str | None:
        """`@handle`, or the name."""
        document = self.evidence.document
        return f"@{document.handle}" if document.handle else document.author

    @property
    def dated(self) -> str:
        """How the date is known; empty when it is not."""
        known = self.evidence.document.published_from
        return DATED.get(known, known) if known else ""


def value_told(found: FoundQuantity) -> str:
    """What an amount was read as; empty where its words say the same number."""
    told = amount(found.value, SYMBOLS.get(found.unit or "", found.unit))
    return "" if DIGITS.findall(told) == DIGITS.findall(found.surface) else told


def lay_out(evidence: Evidence, history: History, parts: Parts, shown: StoredVersion) -> Reading:
    """One version of a document laid out for reading; `history` and `parts` are those of the same document."""
    found = passages(evidence) if shown.current else []
    notes = tuple(_notes(found))
    parts = parts if shown.current else Parts()
    # What belongs to a post that is not there, or to none, is told at the end.
    posts = {post.id for post in shown.posts}
    return Reading(
        evidence=evidence,
        history=history,
        shown=shown,
        sections=tuple(_sections(shown, notes, parts)),
        loose=tuple(
            check for passage in found if passage.claim is None for check in passage.checks if _is_wrong(check)
        ),
        links=tuple(link for link in parts.links if link.post_id not in posts and link.kind in SHOWN_LINKS),
        media=tuple(item for item in parts.media if item.post_id not in posts),
    )


def _is_wrong(check: FoundCheck) -> bool:
    return check.verdict == "inconsistent"


def _notes(found: Sequence[Passage]) -> Iterator[Note]:
    number = 0
    for passage in found:
        claim = passage.claim
        if claim is not None and (claim.check_worthy or passage.checks):
            number += 1
            yield Note(number, claim, tuple(passage.quantities), tuple(passage.checks))


def _sections(shown: StoredVersion, notes: Sequence[Note], parts: Parts) -> Iterator[Section]:
    if not shown.posts:
        yield from _passages_of(shown.text, notes)
        return
    for number, post in enumerate(shown.posts, 1):
        inside = [note for note in notes if post.start <= note.claim.start < post.end]
        yield Section(
            number=number,
            post=post,
            text=post.text,
            stretches=_stretches(post.text, post.start, inside),
            notes=tuple(inside),
            links=tuple(link for link in parts.links if link.post_id == post.id and link.kind in SHOWN_LINKS),
            media=tuple(item for item in parts.media if item.post_id == post.id),
        )


def _passages_of(text: str, notes: Sequence[Note]) -> Iterator[Section]:
    """A text without posts, cut after each paragraph that has notes, so that they stand near their words."""
    at, inside = 0, list[Note]()
    for paragraph in PARAGRAPH.finditer(text):
        inside += [note for note in notes if paragraph.start() <= note.claim.start < paragraph.end()]
        if not inside and paragraph.end() < len(text):
            continue
        words = text[at : paragraph.end()]
        if words.strip():
            found = tuple(inside)
            yield Section(None, None, words.rstrip("\n"), _stretches(words.rstrip("\n"), at, found), found, (), ())
        at, inside = paragraph.end(), []


def _stretches(text: str, offset: int, notes: Sequence[Note]) -> tuple[Stretch, ...]:
    """`text`, which starts at `offset` of the document, cut where sentences and amounts begin and end."""
    found: list[Stretch] = []
    at = 0
    for note in notes:
        start, end = max(note.claim.start - offset, at), min(note.claim.end - offset, len(text))
        if start >= end:
            continue
        found.append(Stretch(text[at:start]))
        inner = list(_inner(text, offset, start, end, note))
        inner[0] = replace(inner[0], first=True)
        inner[-1] = replace(inner[-1], last=True)
        found += inner
        at = end
    return tuple(stretch for stretch in (*found, Stretch(text[at:])) if stretch.text)


def _inner(text: str, offset: int, start: int, end: int, note: Note) -> Iterator[Stretch]:
    at = start
    for found in note.amounts:
        first, last = max(found.start - offset, at), min(found.end - offset, end)
        if first >= last:
            continue
        if at < first:
            yield Stretch(text[at:first], note)
        yield Stretch(text[first:last], note, amount=True)
        at = last
    if at < end:
        yield Stretch(text[at:end], note)

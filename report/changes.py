"""The report of changes: what came into the archive since the last one, and what went from the web."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from db import changes
from db.archive import Archive
from db.changes import Edit, NewDocument, Vanished
from db.claims import count_worth
from report.cited import Cited, Sum, cite, sums
from report.differences import Part, differences
from report.fragments import source_link, wayback_link
from report.limits import Limits
from report.render import About, Style
from report.words import Words

COMMAND = "report changes"  # what the last report is known by in `runs`
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A new document. `source` is its address if it is one of the web, `wayback` a copy of it."""

    document: NewDocument
    source: str | None
    wayback: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """A document whose words changed. `parts` and `title` say how; both empty: other posts, with the same words."""

    edit: Edit
    title: tuple[Part, ...]
    parts: tuple[Part, ...]
    source: str | None
    wayback: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """A document that its site no longer has. `told` says in words what shows it.

    `address` is where that answer came from, `wayback` a copy of the page near the day it was last seen.
    """

    document: Vanished
    told: str
    address: str | None
    wayback: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """How many of each there are beyond those that are shown."""

    documents: int
    edits: int
    gone: int
    wrong: int
    claims: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangesReport:
    """Everything the report shows, in its order.

    `since` is the beginning, "" when everything is new; `told` says it in words. `mined_again` counts texts whose
    findings are no news because they had been mined before.
    """

    about: About
    since: str
    told: str
    gone: tuple[Gone, ...]
    edits: tuple[Edited, ...]
    wrong: tuple[Sum, ...]
    documents: tuple[Arrival, ...]
    claims: tuple[Cited, ...]
    left: Left
    mined_again: int

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing new at all."""
        return not (self.gone or self.edits or self.wrong or self.documents or self.claims)


def read_changes(archive: Archive, limits: Limits, style: Style, *, most: int | None = None) -> ChangesReport:
    """What changed within these limits; at most so many of each kind."""
    chosen, words = limits.chosen, style.words
    documents = archive.read(changes.new_documents, chosen)
    edits = archive.read(changes.edits, chosen)
    gone = archive.read(changes.vanished, chosen)
    wrong = archive.read(changes.new_wrong_sums, chosen)
    claims = archive.read(changes.new_claims, chosen)
    return ChangesReport(
        about=About(
            kind="changes",
            title=words("changes_title"),
            lang=style.lang,
            date=style.date,
            scope=limits.said_of_whom(words),
            numbers={
                "documents": len(documents), "edits": len(edits), "gone": len(gone), "claims": len(claims),
                "check_worthy": archive.read(count_worth, claims), "wrong_sums": len(wrong),
            },
        ),
        since=limits.since,
        told=since_told(limits.since, words, kind="changes"),
        gone=tuple(_gone(missing, words) for missing in gone[:most]),
        edits=tuple(edited(edit) for edit in edits[:most]),
        wrong=sums(archive, wrong[:most], words),
        documents=tuple(_arrival(document) for document in documents[:most]),
        claims=cite(archive, claims[:most], words),
        left=Left(
            documents=_beyond(documents, most), edits=_beyond(edits, most), gone=_beyond(gone, most),
            wrong=_beyond(wrong, most), claims=_beyond(claims, most),
        ),
        mined_again=archive.read(changes.mined_again, chosen),
    )  # fmt: skip


def edited(edit: Edit) -> Edited:
    """An edit with what was taken out and put in."""
    before, after = edit.before, edit.after
    return Edited(
        edit=edit,
        title=differences(before.title or "", after.title or ""),
        parts=differences(before.text, after.text),
        source=source_link(edit.url, ""),
        wayback=wayback_link(edit.url, before.seen_at),
    )


def _arrival(document: NewDocument) -> Arrival:
    return Arrival(
        document=document,
        source=source_link(document.url, ""),
        wayback=wayback_link(document.url, document.last_seen_at),
    )


def since_told(since: str, words: Words, kind: str) -> str:
    """Since when a report or a digest tells, in words; `kind` is how its words begin."""
    if not since:
        return words(f"{kind}_first")
    return words(f"{kind}_since", date=words.date(since), time=since[11:16] or "00:00")


def _gone(missing: Vanished, words: Words) -> Gone:
    when = {"date": words.date(missing.gone_at), "time": missing.gone_at[11:16]}
    answered = missing.status in (404, 410)
    return Gone(
        document=missing,
        told=words("changes_answer", status=missing.status, **when) if answered else words("changes_moved", **when),
        address=source_link(missing.asked or missing.url, ""),
        wayback=wayback_link(missing.url, missing.last_seen_at),
    )


def _beyond(found: Sequence[T], most: int | None) -> int:
    return 0 if most is None else max(len(found) - most, 0)

"""A digest of what changed, as plain text for a mail: 72 columns, addresses on lines of their own."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence

from db import changes
from db.archive import Archive
from db.changes import FailingSource
from report.changes import Arrival, ChangesReport, Edited, Gone, read_changes, since_told
from report.cited import Cited, Sum, attribution
from report.differences import marked
from report.fragments import is_web
from report.limits import Limits
from report.render import Style
from report.sums import INSIDE_NUMBER
from report.text import one_line
from report.words import Words

COMMAND = "digest"  # what the last digest is known by in `runs`
WIDTH = 72
OPENING = 90  # characters of a title
EDIT = 400  # characters of an edit: a mail is skimmed
SHOWN = 20
STRONGEST = 10
# Numbers stay whole at the end of a line, and French signs with their words.
_UNBROKEN = re.compile(rf"{INSIDE_NUMBER.pattern}|(?<=«) | (?=[»:;!?](?:\s|$))")


def digest(archive: Archive, limits: Limits, style: Style) -> str:
    """The digest of what changed within these limits, "" when nothing is new.

    A source that has been failing since before says nothing new by itself; one that began to fail does.
    """
    found = read_changes(archive, limits, style, most=SHOWN)
    failing = archive.read(changes.failing_sources, limits.chosen)
    if found.is_empty and not any(_began(source, limits.since) for source in failing):
        return ""
    return "\n".join(_lines(found, failing, style.words)) + "\n"


def _began(source: FailingSource, since: str) -> bool:
    """Whether the source gave a proper answer in the time of the digest, and fails now, or never gave any."""
    return source.worked_at is None or source.worked_at >= since


def _lines(found: ChangesReport, failing: Sequence[FailingSource], words: Words) -> Iterator[str]:
    yield from _wrapped(since_told(found.since, words, "digest"))
    if found.about.scope:
        yield from _wrapped(found.about.scope)
    numbers = found.about.numbers
    worth = [cited for cited in found.claims if cited.claim.check_worthy]
    for title, count, entries in (
        ("changes_wrong", numbers["wrong_sums"], [_sum(total, words) for total in found.wrong]),
        ("changes_gone", numbers["gone"], [_gone(gone, words) for gone in found.gone]),
        ("changes_edits", numbers["edits"], [_edit(edit, words) for edit in found.edits]),
        ("digest_claims", numbers["check_worthy"], [_claim(cited, words) for cited in worth[:STRONGEST]]),
        ("changes_documents", numbers["documents"], [_document(arrival, words) for arrival in found.documents]),
        ("digest_failing", len(failing), [_source(source, words) for source in failing]),
    ):
        if entries:
            yield from ("", f"{words(title)} ({words.number(count)})".upper(), "")
            for entry in entries:
                yield from entry
            if count > len(entries):
                yield f"  {words('digest_left', count=words.number(count - len(entries)))}"
    yield from ("", "-- ", *_wrapped(words("digest_foot")))


def _sum(total: Sum, words: Words) -> Iterator[str]:
    yield from _item(total.told)
    for sentence in total.sentences:
        yield from _indented(f"« {sentence} »" if words.lang == "fr" else f"“{sentence}”")
    place = total.place
    yield from _foot([place.author, words.date(place.published_at)], place.url)


def _gone(gone: Gone, words: Words) -> Iterator[str]:
    document = gone.document
    yield from _item(_title(document.title or document.opening, words))
    yield from _foot([document.author, words.date(document.published_at), gone.told], document.url)
    if gone.wayback:
        yield f"    {_address(gone.wayback)}"


def _edit(edit: Edited, words: Words) -> Iterator[str]:
    told = edit.edit
    yield from _item(_title(told.title or told.after.text, words))
    change = marked(edit.title + edit.parts) or words("changes_same_words")
    yield from _indented(one_line(change, EDIT))
    yield from _foot([told.author, words.date(told.known_at)], told.url)


def _claim(cited: Cited, words: Words) -> Iterator[str]:
    claim = cited.claim
    yield from _item(claim.text)
    yield from _foot(
        [attribution(claim.attributed_to, words), claim.place.author, words.date(claim.published_at)], claim.link
    )


def _document(arrival: Arrival, words: Words) -> Iterator[str]:
    document = arrival.document
    yield from _item(_title(document.title or document.opening, words))
    worth = words("changes_worth", count=document.check_worthy) if document.check_worthy else None
    kind = words(f"kind_{document.kind}")
    yield from _foot([kind, document.author, words.date(document.published_at), worth], document.url)


def _source(source: FailingSource, words: Words) -> Iterator[str]:
    yield from _item(f"{source.id} : {source.error}" if words.lang == "fr" else f"{source.id}: {source.error}")
    worked = source.worked_at
    yield from _foot(
        [words("digest_failing_since", date=words.date(worked)) if worked else words("digest_failing_never")],
        source.url,
    )


def _title(text: str, words: Words) -> str:
    return one_line(text, OPENING) or words("untitled")


def _item(text: str) -> list[str]:
    return _wrapped(text, "* ", "  ")


def _indented(text: str) -> list[str]:
    return _wrapped(text, "  ", "  ")


def _foot(parts: Iterable[str | None], url: str) -> Iterator[str]:
    yield from _wrapped(" · ".join(one_line(part) for part in parts if part), "    ", "    ")
    if is_web(url):
        yield f"    {_address(url)}"


def _address(url: str) -> str:
    # Whole, however long: an address that is cut leads nowhere.
    return "".join(one_line(url).split())


def _wrapped(text: str, first: str = "", rest: str = "") -> list[str]:
    line = _UNBROKEN.sub("\u202f", one_line(text))
    return textwrap.wrap(
        line, WIDTH, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False,
        break_long_words="://" not in line,
    )  # fmt: skip

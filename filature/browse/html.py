"""The reading pages: a document, and its versions side by side. One file each, no script, nothing loaded."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from urllib.parse import quote, urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from db.evidence import FoundCheck, FoundClaim
from db.history import History, StoredVersion
from db.reading import StoredDocument
from filature.compare import compare, fold
from filature.explain import VERDICTS, flat, moment
from filature.reading import Note, Reading, Section, value_told
from report.fragments import is_web, source_link, wayback_link

CHARACTERS = 400_000  # of a text on one page: more than a book, and what a browser lays out at once
LINE = 20_000  # of a line in a comparison
HEADING = 140
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where things are: `home` of the site, `base` of the archive in it, `name` of the archive."""

    home: str
    base: str
    reading: str
    name: str

    def row(self, table: str, key: object) -> str:
        """The row of a table."""
        return f"{self.base}/{table}/{quote(str(key), safe='')}"

    def read(self, document_id: int, number: int | None = None) -> str:
        """The reading page of a document, or of one of its versions."""
        return f"{self.reading}/{document_id}" + (f"?version={number}" if number else "")

    def versions(self, document_id: int) -> str:
        """Its versions compared."""
        return f"{self.reading}/{document_id}/versions"

    def trace(self, claim_id: int) -> str:
        """Where a claim comes from, to the requests."""
        return f"{self.base}/trace_a_claim?{urlencode({'claim_id': claim_id})}"

    def group(self, group_id: int) -> str:
        """The claims that say the same."""
        return f"{self.base}/claim_groups?{urlencode({'group_id': group_id})}"


def policy() -> str:
    """The Content-Security-Policy of these pages: their own style, forms to themselves, and nothing else."""
    return (
        f"default-src 'none'; style-src '{_style_hash()}'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )


def reading_page(reading: Reading, at: Addresses) -> str:
    """The page of one version of a document."""
    document, shown = reading.evidence.document, reading.shown
    sections, left = _within(reading.sections, CHARACTERS)
    values = {
        "reading": reading, "document": document, "shown": shown, "history": reading.history,
        "versions": reading.history.versions, "gone": reading.history.gone, "wrong": reading.wrong,
        "sections": sections, "left": left, "wayback": wayback_link(document.url, shown.last_seen_at),
        "fetches": reading.evidence.fetches if shown.current else (),
        "analysis": reading.evidence.analysis if shown.current else None,
        "topics": reading.evidence.topics if shown.current else (),
    }  # fmt: skip
    return _render("reading.html", at, values)


def versions_page(history: History, before: StoredVersion | None, after: StoredVersion | None, at: Addresses) -> str:
    """Two versions of a document side by side; without them, that there is only one."""
    folds = fold(compare(_titled(before), _titled(after))) if before and after else ()
    values = {
        "document": history.document, "versions": history.versions, "gone": history.gone, "before": before,
        "after": after, "folds": folds,
    }  # fmt: skip
    return _render("versions.html", at, values)


def _titled(shown: StoredVersion) -> str:
    """Title and text as one: a title that changes is a line that changes."""
    return f"{shown.title}\n{shown.text}" if shown.title and not shown.posts else shown.text


def _within(sections: tuple[Section, ...], room: int) -> tuple[list[Section], int]:
    """The sections that fit into `room` characters, the last one cut, and how many characters do not."""
    kept: list[Section] = []
    left = sum(len(section.text) for section in sections)
    for section in sections:
        if room <= 0:
            break
        kept.append(section if len(section.text) <= room else _cut(section, room))
        room -= len(section.text)
        left -= len(section.text)
    return kept, left if room >= 0 else left - room


def _cut(section: Section, room: int) -> Section:
    stretches = []
    for stretch in section.stretches:
        if room <= 0:
            break
        stretches.append(replace(stretch, text=stretch.text[:room]))
        room -= len(stretch.text)
    if stretches and stretches[-1].note:  # the sentence ends where the text does
        stretches[-1] = replace(stretches[-1], last=True)
    numbers = {stretch.note.number for stretch in stretches if stretch.note}
    notes = tuple(note for note in section.notes if note.number in numbers)
    return replace(section, stretches=tuple(stretches), notes=notes)


def _render(template: str, at: Addresses, values: Mapping[str, object]) -> str:
    return _environment().get_template(template).render(at=at, **values)


@cache
def _style() -> str:
    return files("filature.browse").joinpath("pages/reading.css").read_text(encoding="utf-8")


@cache
def _style_hash() -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("filature.browse", "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(style=Markup(_style()), version=version("filature"))
    environment.filters.update(
        is_web=is_web, moment=moment, flat=flat, heading=_heading, told=_told, verdict=_verdict, value=value_told,
        source=_source, language=_language, clipped=_clipped,
    )  # fmt: skip
    return environment


def _language(told: str | None) -> str:
    """The language of a text as pages may name it; French where it is not known, or is none."""
    return told if told and LANGUAGE.fullmatch(told) else "fr"


def _heading(shown: StoredDocument | StoredVersion) -> str:
    """The title, or the first words of what has none."""
    words = " ".join((shown.title or shown.text[: HEADING * 2]).split()) or "Without a title"
    return words if len(words) <= HEADING else f"{words[:HEADING].rsplit(' ', 1)[0]}…"


def _told(note: Note) -> str:
    """What a pointer that rests on a sentence is told."""
    parts = [note.claim.kind]
    if note.claim.check_worthy:
        parts.append(f"worth checking {note.claim.score:.2f}")
    return "; ".join([" · ".join(parts), *(f"{_verdict(check)} {check.explanation}" for check in note.checks)])


def _verdict(check: FoundCheck) -> str:
    sign, words, _ = VERDICTS[check.verdict]
    return f"{sign} {words}:"


def _source(claim: FoundClaim, document: StoredDocument) -> str | None:
    return source_link(document.url, claim.text, within=document.text, at=claim.start)


def _clipped(text: str) -> str:
    return text if len(text) <= LINE else f"{text[:LINE]}… ({len(text) - LINE:,} more characters)"

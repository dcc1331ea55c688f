"""Claims and sums with all that lets a reader judge them: their source, archived copies, and what came out wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from db import report_claims
from db.archive import Archive
from db.reading import StoredCheck
from db.topic_facts import Place, ReportClaim
from db.topic_report import UNNAMED
from report.fragments import source_link, wayback_link
from report.sums import explained
from report.text import one_line
from report.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """A sum done again: `told` says in words what came out; `sentences` are those that its amounts stand in.

    `source` opens the page at the last of them, `wayback` a copy of the page: None for what has no address on the web.
    """

    id: int
    verdict: str
    told: str
    sentences: tuple[str, ...]
    place: Place
    source: str | None
    wayback: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """A claim with its sums. `source` opens the page at its words, `wayback` a copy of it near the day it was seen."""

    claim: ReportClaim
    source: str | None
    wayback: str | None
    sums: tuple[Sum, ...]


def cite(archive: Archive, ids: Sequence[int], words: Words) -> tuple[Cited, ...]:
    """The claims with these claims.id, in this order."""
    claims = archive.read(report_claims.claims, ids)
    checks = archive.read(report_claims.checks_of, [claim.id for claim in claims])
    texts = _texts(archive, {claim.place.document_id for claim in claims})
    starts = archive.read(report_claims.starts, _last_claims(check for found in checks.values() for check in found))
    return tuple(
        Cited(
            claim=claim,
            source=source_link(
                claim.place.url, claim.text, within=texts.get(claim.place.document_id, ""), at=claim.start
            ),
            wayback=wayback_link(claim.place.url, claim.place.seen_at),
            sums=tuple(_sum(check, claim.place, words, texts, starts) for check in checks.get(claim.id, ())),
        )
        for claim in claims
    )


def sums(archive: Archive, ids: Sequence[int], words: Words) -> tuple[Sum, ...]:
    """The checks with these checks.id, in this order, in words."""
    wanted = "SELECT id AS check_id FROM checks WHERE id IN (SELECT value FROM json_each(?))"
    found = archive.read(report_claims.checks, wanted, (f"[{', '.join(map(str, ids))}]",))
    places = archive.read(report_claims.places, {check.document_id for check in found})
    texts = _texts(archive, places)
    starts = archive.read(report_claims.starts, _last_claims(found))
    told = {check.id: _sum(check, places[check.document_id], words, texts, starts) for check in found}
    return tuple(told[key] for key in ids if key in told)


def attribution(attributed_to: str | None, words: Words) -> str | None:
    """Who is said to assert a claim, in words; None when its author does."""
    if attributed_to == UNNAMED:
        return words("unnamed")
    return f"{words('said_by')} {one_line(attributed_to)}" if attributed_to else None


def _texts(archive: Archive, documents: Iterable[int]) -> dict[int, str]:
    return {key: document.text for key in documents if (document := archive.document(key))}


def _last_claims(checks: Iterable[StoredCheck]) -> set[int]:
    """claims.id of the sentences at which the sources of sums open."""
    return {check.claims[-1][0] for check in checks if check.claims}


def _sum(check: StoredCheck, place: Place, words: Words, texts: Mapping[int, str], starts: Mapping[int, int]) -> Sum:
    sentences = tuple(text for _, text in check.claims)
    last, said = check.claims[-1] if check.claims else (0, "")
    return Sum(
        id=check.id,
        verdict=check.verdict,
        told=explained(check, words),
        sentences=sentences,
        place=place,
        source=source_link(place.url, said, within=texts.get(place.document_id, ""), at=starts.get(last, 0)),
        wayback=wayback_link(place.url, place.seen_at),
    )

"""The report of claims: what was asserted in a period, by some authors, and which sums do not come out right."""

from __future__ import annotations

from dataclasses import dataclass

from db.archive import Archive
from db.claims import count_published, published_claims, published_wrong_sums
from report.cited import Cited, Sum, cite, sums
from report.limits import Limits
from report.render import About, Style


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimsReport:
    """Everything the report shows, in its order; `left` and `wrong_left` count the claims and sums beyond those."""

    about: About
    wrong: tuple[Sum, ...]
    claims: tuple[Cited, ...]
    left: int
    wrong_left: int


def read_claims(archive: Archive, limits: Limits, style: Style, *, most: int | None = None) -> ClaimsReport:
    """The claims within these limits, at most so many: with wrong sums, then the surest to be worth a check."""
    words = style.words
    count, worth = archive.read(count_published, limits.chosen)
    wrong = archive.read(published_wrong_sums, limits.chosen)
    claims = cite(archive, archive.read(published_claims, limits.chosen, most), words)
    return ClaimsReport(
        about=About(
            kind="claims",
            title=words("all_claims_title"),
            lang=style.lang,
            date=style.date,
            scope=limits.said(words),
            numbers={"claims": count, "check_worthy": worth, "wrong_sums": len(wrong)},
        ),
        wrong=sums(archive, wrong[:most], words),
        claims=claims,
        left=count - len(claims),
        wrong_left=len(wrong) - len(wrong[:most]),
    )

"""Dates, authors and sources as people type them."""

from __future__ import annotations

import pytest

from db.archive import Archive
from db.people import StoredAuthor
from report.errors import DateError, ReportError, UnknownNameError
from report.limits import find_authors, limits, moment
from report.words import Words

NOW = "2026-02-10T06:23:00.000Z"
KNOWN = [
    StoredAuthor(id=1, handle="lagent", name="L'Agent", url=None, documents=2),
    StoredAuthor(id=2, handle=None, name="Une  lectrice", url="https://a.example", documents=1),
    StoredAuthor(id=3, handle=None, name="Une lectrice", url="https://b.example", documents=1),
]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("7d", "2026-02-03T06:23:00.000Z"),
        ("2w", "2026-01-27T06:23:00.000Z"),
        ("0d", NOW),
        ("2026-01-31", "2026-01-31"),
        ("2025", "2025-01-01"),
    ],
)
def test_moments(typed: str, meant: str) -> None:
    assert moment(typed, NOW) == meant


@pytest.mark.parametrize("typed", ["", "7", "d", "-7d", "7 d", "7h", "99999999999d", "999999w", "2026-13-01", "hier"])
def test_what_is_no_date_is_said_in_one_line(typed: str) -> None:
    with pytest.raises(DateError) as caught:
        moment(typed, NOW)
    assert "7d" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("typed", "found"),
    [("lagent", [1]), ("@LAgent", [1]), ("l'agent", [1]), ("une lectrice", [2, 3]), (" Une lectrice ", [2, 3])],
)
def test_authors_by_handle_or_by_name(typed: str, found: list[int]) -> None:
    assert [author.id for author in find_authors(KNOWN, typed)] == found


@pytest.mark.parametrize("typed", ["lagnet", "@lagant", "personne", ""])
def test_an_unknown_author_brings_the_nearest(typed: str) -> None:
    with pytest.raises(UnknownNameError, match="@lagent"):
        find_authors(KNOWN, typed)


def test_limits_are_said_back(archive: Archive) -> None:
    found = limits(archive, NOW, since="2021-05", until="2021-05", author=["lagent"])
    assert (found.chosen.since, found.chosen.until, len(found.chosen.authors)) == ("2021-05-01", "2021-06-01", 1)
    assert found.said(Words("en")).replace("\xa0", " ") == "from 1 May 2021 on, up to 31 May 2021, by @lagent"
    assert limits(archive, NOW).said(Words("fr")) == ""


@pytest.mark.parametrize("given", [{"source": ["nulle-part"]}, {"author": ["personne"]}, {"until": "9999-12-31"}])
def test_limits_that_mean_nothing_are_refused(archive: Archive, given: dict[str, str]) -> None:
    with pytest.raises(ReportError):
        limits(archive, NOW, **given)

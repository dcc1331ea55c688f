"""The digest: a mail when something is new, silence when nothing is."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from db.archive import Archive
from db.records import Fetch, Target, Visit
from report.digest import WIDTH, digest
from report.limits import limits
from report.render import Style
from tests.report.history import DAY, SITE, live


@pytest.fixture
def lived(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "archive.db") as archive:
        live(archive)
        yield archive


def made(archive: Archive, since: str | None = None, lang: str = "en") -> str:
    return digest(archive, limits(archive, DAY(9), since=since), Style(lang=lang, date="2021-06-09"))


def test_a_digest_tells_the_gravest_first(lived: Archive) -> None:
    text = made(lived)
    titles = [line for line in text.splitlines() if line.isupper() and line.endswith(")") and line[0] != " "]
    assert titles == [
        "NEW WRONG SUMS (1)",
        "VANISHED DOCUMENTS (1)",
        "EDITED DOCUMENTS (1)",
        "CLAIMS WORTH CHECKING, THE STRONGEST (1)",
        "NEW DOCUMENTS (3)",
        "SOURCES THAT FAIL (1)",
    ]
    assert text.startswith("First digest: all that the archive holds is new.\n")
    squeezed = " ".join(text.split())
    assert "answer 404 on 3 June 2021 at 08:00 (UTC)" in squeezed
    assert "Et [-personne ne-]{+chacun+} recompte." in squeezed
    assert "blog: 503 from blog.example never answered" in squeezed


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_digest_fits_a_mail(lived: Archive, lang: str) -> None:
    text = made(lived, lang=lang)
    long = [line for line in text.splitlines() if len(line) > WIDTH and "://" not in line]
    assert long == []
    assert {unicodedata.category(character) for character in text if character != "\n"}.isdisjoint({"Cc", "Cf"})
    assert text.endswith(".\n")


def test_a_digest_says_since_when(lived: Archive) -> None:
    assert made(lived, "2021-06-03").startswith("What has changed in the archive since 3 June 2021 at 00:00 (UTC).\n")
    assert "soit 40\u202f000\u202f€" in made(lived, "2021-06-01", "fr").replace("\n  ", " ")


@pytest.mark.parametrize("since", ["2021-06-06", "2021-06-07", "1d"])
def test_a_digest_of_nothing_is_nothing(lived: Archive, since: str) -> None:
    assert made(lived, since) == ""


def test_a_source_that_goes_on_failing_is_no_news_by_itself(lived: Archive) -> None:
    fetch = Fetch(url=SITE, final_url=SITE, fetched_at=DAY(1), elapsed_ms=1, status=200, body=b"feed")
    target = Target(url=SITE, kind="feed", state="done", source="blog")
    lived.save_visit(1, Visit(target=target, fetches=(fetch,)))
    lived.note_source("blog", checked_at=DAY(8), error="503")
    assert made(lived, "2021-06-07") == ""
    assert "last answer on 1 June 2021" in made(lived, "2021-06-01")


def test_a_source_that_begins_to_fail_is_news(lived: Archive) -> None:
    lived.note_source("blog", checked_at=DAY(8), error="503")
    assert "SOURCES THAT FAIL (1)" in made(lived, "2021-06-07")

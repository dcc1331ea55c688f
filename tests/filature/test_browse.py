"""What Datasette's pages show: the questions first, short cells, and a link from each finding to its source."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from db.archive import Archive
from db.dictionary import questions
from filature.browse.cells import number
from tests.filature.test_serve import archive, get

__all__ = ["archive"]


def page(path: Path, address: str) -> BeautifulSoup:
    (answer,) = get(path, address)
    assert answer.status_code == 200, answer.text
    return BeautifulSoup(answer.text, "lxml")


@pytest.mark.parametrize("address", ["/", "/small"])
def test_the_first_pages_offer_every_question_and_explain_tables(archive: Path, address: str) -> None:
    found = page(archive, address)
    links = [str(link["href"]) for link in found.select(".start a")]
    assert links[0] == "/small/sums_that_are_wrong"
    assert sorted(links) == sorted(f"/small/{question.name}" for question in questions())
    assert "Sums in documents that do not come out right." in found.get_text()


def test_bookkeeping_is_hidden_and_every_table_described(archive: Path) -> None:
    listed = page(archive, "/small").select("#tables + dl > div")
    assert "_sqlite_migrations" not in [entry.dt.get_text() for entry in listed if entry.dt]
    assert [entry.get_text() for entry in listed if entry.dd and not entry.dd.get_text(strip=True)] == []


def test_a_wrong_sum_leads_to_its_document(archive: Path) -> None:
    row = page(archive, "/small/wrong_sums").select(".rows-and-columns tbody tr")[0]
    links = [str(link["href"]) for link in row.select("a")]
    assert "/small/documents/1" in links
    assert "/small/checks/1" in links
    assert row.select(".col-computed")[0].get_text() == "30\u202f000"


def test_a_claim_shows_its_verdict_and_leads_to_its_trace(archive: Path) -> None:
    row = page(archive, "/small/claims_with_sources?_search=prestataires").select(".rows-and-columns tbody tr")[0]
    assert row.select("strong.wrong")[0].get_text() == "inconsistent"
    assert "/small/trace_a_claim?claim_id=1" in [str(link["href"]) for link in row.select("a")]
    assert row.select(".col-snapshot code")[0].get_text() == row.select(".col-snapshot a")[0]["title"][:12]


def test_a_row_says_what_each_line_is(archive: Path) -> None:
    found = page(archive, "/small/documents/1")
    assert 'content: "published_at"' in " ".join(style.get_text() for style in found.select("style"))
    assert found.select(".col-first_seen_at time")[0].get_text() == "2021-06-01 08:00"


def test_explanations_of_columns_open_above_the_rows(archive: Path) -> None:
    opened = page(archive, "/small/claims").select("details.columns dl")[0]
    assert "1 when a fact-checker would bother, else 0." in opened.get_text()


def test_programs_get_values_as_they_are(archive: Path) -> None:
    (answer,) = get(archive, "/small/claims_with_sources.json?_shape=array")
    assert answer.json()[0]["score"] == 0.9
    with Archive.open(archive, readonly=True) as opened:
        assert answer.json()[0]["snapshot"] == opened.topic_documents("externalisation")[-1].snapshot


def test_figures_of_an_answer_stand_to_the_right(archive: Path) -> None:
    row = page(archive, "/small/authors_by_topic").select(".rows-and-columns tbody tr")[0]
    assert [cell.get_text() for cell in row.select(".number")] == ["1", "1", "1"]


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.45977011494252873, "0.4598"), (20.0, "20"), (64285.7, "64\u202f286"), (0.5, "0.5")],
)  # fmt: skip
def test_numbers_that_people_read(value: float, shown: str) -> None:
    assert number(value) == shown

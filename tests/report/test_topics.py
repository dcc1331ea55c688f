"""Topic reports: what a reader finds in them, and what never gets in."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from db.archive import Archive
from db.records import DiscoveredTopic, TopicEvent, TopicWeight
from report.errors import UnknownNameError
from report.topics import write_topics
from tests.report.conftest import SENTENCE, THREAD

WRONG = (
    "60 prestataires, 500\u202f€\xa0: le calcul donne 30\u202f000\u202f€, mais le texte dit 40\u202f000\u202f€,"
    " 33,3\u202f% de plus."
)


@pytest.fixture
def page(archive: Archive, tmp_path: Path) -> BeautifulSoup:
    write_topics(archive, tmp_path / "out")
    return BeautifulSoup((tmp_path / "out/externalisation.html").read_text(encoding="utf-8"), "lxml")


def test_one_file_a_topic_and_an_index(archive: Archive, tmp_path: Path) -> None:
    written = write_topics(archive, tmp_path / "out")
    assert [path.name for path in written] == ["externalisation.html", "vaccination.html", "index.html"]
    index = BeautifulSoup(written[-1].read_text(encoding="utf-8"), "lxml")
    rows = [[cell.get_text() for cell in row.select("td")] for row in index.select("tbody tr")]
    assert rows == [["Externalisation <&>", "2", "1", "1", "1"], ["Vaccination", "0", "0", "0", "0"]]


def test_a_discovered_topic_has_a_page_when_it_is_asked_for(archive: Archive, tmp_path: Path) -> None:
    found = DiscoveredTopic(id="trains-gares", label="trains, gares", terms=(("trains", 1.0),))
    weights = [(key, [TopicWeight(topic=found.id, weight=1.0)]) for key in archive.document_ids()]
    archive.save_discovery([found], weights, [TopicEvent(found.id, "born")], "2021-06-02T08:00:00.000Z")
    names = {path.name for path in write_topics(archive, tmp_path / "out")}
    assert names == {"externalisation.html", "vaccination.html", "index.html"}
    asked = write_topics(archive, tmp_path / "asked", topics=["trains-gares"])
    assert [path.name for path in asked] == ["trains-gares.html", "index.html"]
    assert "trains, gares" in asked[0].read_text(encoding="utf-8")


def test_a_claim_shows_its_words_its_amounts_who_says_it_and_where(page: BeautifulSoup) -> None:
    (claim,) = page.select("#claims .claim")
    assert claim.blockquote is not None
    assert claim.blockquote.get_text() == SENTENCE
    chips = [chip.get_text() for chip in claim.select(".chips li")]
    assert chips == ["calcul faux", "60 prestataires", "500 €", "40 000 €", "quantité", "à vérifier 90\u202f%"]
    said = [" ".join(line.get_text().split()) for line in claim.select(".meta")]
    assert claim.select(".meta")[0].get_text() == WRONG
    assert said[1] == "selon la Cour · @lagent · 1 mai 2021 · Lire à la source · Voir le message"
    assert "document 1, version 1, caractères 18 à 103" in said[2]
    links = [str(link["href"]) for link in claim.select("a")]
    assert links == [
        f"{THREAD}#:~:text=Selon%20la%20Cour%2C%2060,000%20%E2%82%AC%20par%20jour.",
        "https://x.example/lagent/status/100",
    ]


def test_a_wrong_sum_comes_first_in_plain_words_with_its_sentence_and_source(page: BeautifulSoup) -> None:
    assert [section.get("id") for section in page.select("section")][:2] == ["wrong", "claims"]
    (wrong,) = page.select("#wrong .claim")
    assert [line.get_text() for line in wrong.select(".verdict, blockquote")] == [WRONG, SENTENCE]
    assert [str(link["href"])[:22] for link in wrong.select("a")] == ["https://threads.exampl", "#c1"]
    assert page.select("#c1")


def test_every_link_within_the_page_leads_somewhere(page: BeautifulSoup) -> None:
    targets = {str(element["id"]) for element in page.select("[id]")}
    assert {str(link["href"])[1:] for link in page.select('a[href^="#"]')} <= targets


def test_documents_names_months_and_method(page: BeautifulSoup) -> None:
    text = " ".join(page.get_text(" ").split())
    assert "Cour des comptes @Courdescomptes 1 1" in text
    assert "prestataire*" in text
    assert "analyse by-hand, état de l’archive au 1 juin 2021" in text
    assert [title.get_text() for title in page.select("svg g title")] == [
        "mars 2021 – documents 1, à vérifier 0",
        "mai 2021 – documents 1, à vérifier 1",
    ]
    documents = [
        [cell.get_text() for cell in row.select("td")] for row in page.select("section table")[-1].select("tbody tr")
    ]
    assert documents == [
        ["1 mai 2021", "L'argent fil", "@lagent", "1", "23"],
        ["9 mars 2021", "<img src=x onerror=alert(1)> billet", "Une lectrice", "0", "6"],
    ]


def test_nothing_runs_and_nothing_is_loaded(page: BeautifulSoup, tmp_path: Path) -> None:
    assert not page.select("script, img, iframe, link, [onerror], [style]")
    (policy,) = page.select("meta[http-equiv=Content-Security-Policy]")
    assert re.fullmatch(
        r"default-src 'none'; style-src 'sha256-[\w+/]{43}='; base-uri 'none'; form-action 'none'",
        str(policy["content"]),
    )
    source = (tmp_path / "out/externalisation.html").read_text(encoding="utf-8")
    assert "javascript:" not in source
    assert "<img" not in source


def test_the_same_archive_gives_the_same_bytes(archive: Archive, tmp_path: Path) -> None:
    first = [path.read_bytes() for path in write_topics(archive, tmp_path / "a")]
    assert first == [path.read_bytes() for path in write_topics(archive, tmp_path / "b")]


def test_only_the_topics_asked_for(archive: Archive, tmp_path: Path) -> None:
    written = write_topics(archive, tmp_path, topics=["vaccination"])
    assert [path.name for path in written] == ["vaccination.html", "index.html"]
    assert "Aucun document" in written[0].read_text(encoding="utf-8")


def test_an_unknown_topic_is_answered_with_those_there_are(archive: Archive, tmp_path: Path) -> None:
    with pytest.raises(
        UnknownNameError, match=r"^no topic 'sante' in the archive; topics: externalisation, vaccination$"
    ):
        write_topics(archive, tmp_path, topics=["sante"])


def test_english_words(archive: Archive, tmp_path: Path) -> None:
    page = write_topics(archive, tmp_path, lang="en")[0].read_text(encoding="utf-8")
    assert "sums do not agree" in page
    assert f'<blockquote lang="fr">{SENTENCE}' in page
    assert "1 May 2021" in page
    assert SENTENCE in page

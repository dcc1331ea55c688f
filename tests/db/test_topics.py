"""Discovered topics in the archive: kept apart from those of config.toml, and what happened to them."""

from __future__ import annotations

from pathlib import Path

import pytest

from db.archive import Archive
from db.records import DiscoveredTopic, Document, Findings, KnownTopic, TopicEvent, TopicSeed, TopicWeight
from tests.db.samples import DAY_2, DAY_3, rows, visit

TRAINS = DiscoveredTopic(id="trains-gares", label="trains, gares", terms=(("trains", 1.0), ("gares", 0.6)))
WATER = DiscoveredTopic(id="eau-nappe", label="eau, nappe", terms=(("eau", 1.0), ("nappe", 0.9)))


@pytest.fixture
def three(archive: Archive, run_id: int) -> list[int]:
    """Three documents: the first two about trains, the last about both."""
    for number in range(3):
        page = Document(kind="page", url=f"https://a.example/{number}", text=f"Page {number}.")
        archive.save_visit(run_id, visit(page, url=page.url))
    ids = archive.document_ids()
    save(archive, ids)
    return ids


def given(topic: DiscoveredTopic, weight: float) -> TopicWeight:
    return TopicWeight(topic=topic.id, weight=weight, words=(topic.terms[0][0],))


def save(archive: Archive, ids: list[int], *events: TopicEvent) -> None:
    both = [given(WATER, 0.6), given(TRAINS, 0.4)]
    weights = zip(ids, ([given(TRAINS, 1.0)], [given(TRAINS, 0.9)], both), strict=True)
    archive.save_discovery([TRAINS, WATER], weights, events, DAY_2)


def test_texts_and_ids_come_in_the_same_order(archive: Archive, three: list[int]) -> None:
    assert list(archive.texts()) == ["Page 0.", "Page 1.", "Page 2."]
    assert three == sorted(three)


def test_a_known_topic_has_its_terms_and_the_documents_it_leads(archive: Archive, three: list[int]) -> None:
    assert archive.known_topics() == [
        KnownTopic(id=WATER.id, label=WATER.label, terms=("eau", "nappe"), members=frozenset(three[2:])),
        KnownTopic(id=TRAINS.id, label=TRAINS.label, terms=("trains", "gares"), members=frozenset(three[:2])),
    ]


def test_the_next_discovery_replaces_the_one_before(archive: Archive, three: list[int], path: Path) -> None:
    died = TopicEvent(WATER.id, "died")
    archive.save_discovery([TRAINS], [(three[0], [given(TRAINS, 0.5)])], [died], DAY_3)
    assert rows(path, "SELECT topic_id, document_id, weight FROM document_topics") == [(TRAINS.id, three[0], 0.5)]
    assert rows(path, "SELECT id, origin FROM topics") == [(TRAINS.id, "discovered")]
    assert WATER.id in archive.used_topic_ids()
    assert [(event.at, event.event) for event in archive.topic_events(WATER.id)] == [(DAY_3, "died")]


def test_a_discovery_that_fails_changes_nothing(archive: Archive, three: list[int]) -> None:
    before = archive.known_topics()
    with pytest.raises(ZeroDivisionError):
        archive.save_discovery([TRAINS], ((key, [given(TRAINS, 1 / 0)]) for key in three), [], DAY_3)
    assert archive.known_topics() == before


def test_a_merged_topic_has_the_documents_and_terms_of_both(archive: Archive, three: list[int]) -> None:
    archive.join_topics(TRAINS.id, WATER.id, DAY_3)
    (topic,) = archive.known_topics()
    assert (topic.id, topic.absorbed, topic.members) == (TRAINS.id, 1, frozenset(three))
    assert set(topic.terms) == {"eau", "trains", "nappe", "gares"}
    assert [(event.topic, event.event) for event in archive.topic_events(TRAINS.id)] == [(WATER.id, "joined")]


def test_a_new_label_is_told_with_the_old_one(archive: Archive, three: list[int]) -> None:
    archive.rename_topic(WATER.id, "L'eau", DAY_3)
    assert archive.known_topics()[0].label == "L'eau"
    assert [(e.event, e.other) for e in archive.topic_events(WATER.id)] == [("renamed", "eau, nappe")]


def test_a_topic_that_is_pinned_and_then_configured_is_left_to_the_configuration(
    archive: Archive, three: list[int], path: Path
) -> None:
    archive.note_topic_events([TopicEvent(WATER.id, "pinned")], DAY_3)
    archive.save_topics([TopicSeed(name=WATER.id, label="Water", terms=("nappe*",))])
    assert {topic.id for topic in archive.known_topics()} == {WATER.id, TRAINS.id}
    save(archive, three)
    assert rows(path, "SELECT label, origin FROM topics WHERE id = ?", WATER.id) == [("Water", "seeded")]
    assert rows(path, "SELECT term FROM topic_terms WHERE topic_id = ?", WATER.id) == [("nappe*",)]


def test_mining_again_leaves_discovered_topics_alone(full: Archive, path: Path) -> None:
    weights = "SELECT topic_id, document_id, weight FROM document_topics WHERE topic_id = 'ena-agents'"
    before = rows(path, weights)
    for task in list(full.documents_to_mine("p2")):
        full.save_findings(task, "p2", Findings(), DAY_3)
    assert rows(path, weights) == before
    assert rows(path, "SELECT * FROM document_topics WHERE topic_id = 'outsourcing'") == []

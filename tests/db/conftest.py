"""An archive in a folder of its own, checked for damage after every test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from db.archive import Archive
from db.records import (
    Author,
    Card,
    Claim,
    DiscoveredTopic,
    Findings,
    Lead,
    Source,
    TopicEvent,
    TopicSeed,
    TopicWeight,
)
from tests.db.samples import DAY_2, DAY_3, TWEETS, findings, gone, problems, thread, visit


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "archive.db"


@pytest.fixture
def archive(path: Path) -> Iterator[Archive]:
    with Archive.open(path) as opened:
        yield opened
    assert list(problems(path)) == []


@pytest.fixture
def full(archive: Archive, run_id: int) -> Archive:
    """An archive with something in every table: mined, changed, gone, shown on cards."""
    excerpt = TWEETS[0][1]
    seen = Card(url=None, handle="lagent", date_text="1 May", tweets=3, excerpt=excerpt)
    missing = Card(
        url=None, handle="autre", date_text="2 May", tweets=9, excerpt="Un fil que personne n'a gardé ici, hélas."
    )
    other = thread(
        [("200", excerpt), ("201", "L'ENA forme, les prestataires facturent.")], "https://threads.example/t/200",
        Author(handle="autre", name="Une Autre"), cards=(missing, seen),
    )  # fmt: skip
    longer = thread([*TWEETS, ("103", "Ce tweet va disparaître.")])
    lead = Lead(url="https://threads.example/t/300", kind="thread")
    archive.sync_sources([Source(id="agent", kind="threads", url="https://threads.example/user/lagent")])
    archive.save_topics(
        [TopicSeed(name="outsourcing", label="Outsourcing of the State", terms=("prestataire*", "externalis*"))]
    )
    archive.save_visit(run_id, visit(longer, leads=(lead,)))
    archive.save_visit(run_id, visit(thread(), at=DAY_2, body=b"shorter"))
    archive.save_visit(run_id, visit(other, url=other.url))
    archive.save_visit(run_id, gone(other.url, DAY_3))
    (first, second) = archive.documents_to_mine("p1")
    archive.save_findings(first, "p1", findings(first.text), DAY_3)
    same = second.text.index(excerpt)
    claim = Claim(text=excerpt, kind="quantity", check_worthy=True, score=0.6, start=same, end=same + len(excerpt))
    archive.save_findings(second, "p1", Findings(claims=(claim,)), DAY_3)
    archive.save_claim_groups({found.id: 1 for found in archive.claims_for_grouping() if found.text == excerpt})
    found = DiscoveredTopic(id="ena-agents", label="ENA, agents", terms=(("ENA", 1.0), ("agents", 0.5)))
    weights = [(first.document_id, [TopicWeight(topic=found.id, weight=0.7, words=("ENA",))])]
    archive.save_discovery([found], weights, [TopicEvent(found.id, "born")], DAY_3)
    archive.index_new_texts()
    return archive


@pytest.fixture
def run_id(archive: Archive) -> int:
    return archive.start_run("harvest", "0.1.0")

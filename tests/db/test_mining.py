"""What waits for mining, and what comes back from it."""

from __future__ import annotations

from pathlib import Path

from db.archive import Archive
from db.records import Claim, Document, Findings, MiningTask, TopicSeed
from tests.db.samples import DAY_2, DAY_3, PAGE, TWEETS, findings, one, rows, thread, visit

ARTICLE = Document(kind="page", url="https://a.example/p", text="Une page.")


def mined(archive: Archive, run_id: int) -> MiningTask:
    archive.save_visit(run_id, visit(thread()))
    (task,) = archive.documents_to_mine("p1")
    assert archive.save_findings(task, "p1", findings(task.text), DAY_2)
    return task


def test_a_task_has_the_text_and_its_posts(archive: Archive, run_id: int) -> None:
    archive.save_visit(run_id, visit(thread()))
    archive.save_visit(run_id, visit(ARTICLE, url=ARTICLE.url))
    task, page = archive.documents_to_mine("p1")
    assert [(post_id, task.text[start:end]) for post_id, start, end in task.posts] == list(TWEETS)
    assert (page.text, page.posts, page.version) == ("Une page.", (), 1)


def test_findings_stand_where_they_were_found(archive: Archive, path: Path, run_id: int) -> None:
    mined(archive, run_id)
    assert rows(path, "SELECT post_id, text, check_worthy FROM claims") == [
        ("100", TWEETS[0][1], 1),
        ("101", TWEETS[1][1], 1),
    ]
    assert rows(path, "SELECT surface, claim_id, value, counted FROM quantities") == [
        ("60 prestataires", 1, 60.0, "prestataire"),
        ("500 euros", 2, 500.0, "prestataire"),
        ("30 000 euros", None, 30_000.0, "prestataire"),
    ]
    assert rows(path, "SELECT surface, post_id, entity_id FROM mentions") == [
        ("ministère", "100", "ORG:ministere"),
        ("ENA", "101", "ORG:ena"),
    ]
    assert rows(path, "SELECT q.surface, cq.role FROM check_quantities cq JOIN quantities q ON q.id = quantity_id") == [
        ("60 prestataires", "factor"),
        ("500 euros", "factor"),
    ]
    assert one(path, "SELECT lang FROM documents") == "fr"
    assert rows(path, "SELECT words FROM document_topics") == [('["prestataires"]',)]
    assert one(path, "SELECT count(*) FROM claims_fts WHERE claims_fts MATCH 'ministere'") == 1


def test_a_document_is_mined_once_a_version_and_pipeline(archive: Archive, run_id: int) -> None:
    mined(archive, run_id)
    assert archive.count_to_mine("p1") == 0
    assert list(archive.documents_to_mine("p1")) == []
    assert archive.count_to_mine("p2") == 1
    archive.save_visit(run_id, visit(thread(TWEETS[:2]), at=DAY_3, body=b"changed"))
    assert archive.count_to_mine("p1") == 1


def test_mining_again_replaces(archive: Archive, path: Path, run_id: int) -> None:
    task = mined(archive, run_id)
    before = rows(path, "SELECT (SELECT count(*) FROM claims), (SELECT count(*) FROM checks), count(*) FROM mentions")
    assert archive.save_findings(task, "p2", findings(task.text), DAY_3)
    assert before == rows(
        path, "SELECT (SELECT count(*) FROM claims), (SELECT count(*) FROM checks), count(*) FROM mentions"
    )
    assert rows(path, "SELECT pipeline, analysed_at FROM analyses") == [("p2", DAY_3)]
    assert archive.count_to_mine("p1") == 1
    assert archive.save_findings(task, "p3", Findings(), DAY_3)
    assert one(path, "SELECT count(*) FROM quantities") == 0


def test_a_changed_text_drops_its_findings_and_refuses_late_ones(archive: Archive, path: Path, run_id: int) -> None:
    task = mined(archive, run_id)
    archive.save_visit(run_id, visit(thread(TWEETS[1:]), at=DAY_3, body=b"changed"))
    for table in ("claims", "quantities", "mentions", "checks", "document_topics", "claim_topics", "analyses"):
        assert one(path, f"SELECT count(*) FROM {table}") == 0, table
    assert not archive.save_findings(task, "p1", findings(task.text), DAY_3)
    assert one(path, "SELECT count(*) FROM claims") == 0


def test_an_unchanged_text_keeps_its_findings(archive: Archive, path: Path, run_id: int) -> None:
    mined(archive, run_id)
    archive.save_visit(run_id, visit(thread(), at=DAY_3))
    assert one(path, "SELECT count(*) FROM claims") == 2


def test_many_documents_are_streamed_while_findings_are_saved(archive: Archive, run_id: int) -> None:
    for number in range(250):
        url = f"https://a.example/{number}"
        archive.save_visit(run_id, visit(Document(kind="page", url=url, text=f"Page {number}."), url=url))
    assert len(list(archive.documents_to_mine("p1", 7))) == 7
    seen = []
    for task in archive.documents_to_mine("p1"):
        seen.append(task.document_id)
        claim = Claim(text=task.text, kind="event", check_worthy=True, score=0.9, start=0, end=len(task.text))
        assert archive.save_many_findings([(task, Findings(claims=(claim,)))], "p1", DAY_2) == 1
    assert seen == sorted(set(seen))
    assert len(seen) == 250
    claims = [claim.id for claim in archive.claims_for_grouping()]
    assert len(set(claims)) == 250
    assert archive.has_ungrouped_claims()
    archive.save_claim_groups(dict.fromkeys(claims, 1))
    assert not archive.has_ungrouped_claims()


def test_groups_are_replaced_and_ignore_claims_that_are_gone(archive: Archive, path: Path, run_id: int) -> None:
    mined(archive, run_id)
    archive.save_claim_groups({1: 1, 2: 1, 99: 1})
    assert rows(path, "SELECT claim_id, group_id FROM claim_groups") == [(1, 1), (2, 1)]
    archive.save_claim_groups({2: 5})
    assert rows(path, "SELECT claim_id, group_id FROM claim_groups") == [(2, 5)]


def test_topics_follow_the_configuration(archive: Archive, path: Path, run_id: int) -> None:
    archive.save_topics([TopicSeed(name="ena", label="ENA", terms=("ENA", "enarque*")), TopicSeed(name="x", label="X")])
    mined(archive, run_id)
    archive.save_topics([TopicSeed(name="ena", label="The ENA", terms=("haute fonction publique",))])
    assert rows(path, "SELECT id, label, origin FROM topics ORDER BY id") == [
        ("ena", "The ENA", "seeded"),
        ("outsourcing", "outsourcing", "seeded"),
    ]
    assert rows(path, "SELECT term, rank FROM topic_terms") == [("haute fonction publique", 1)]


# --- Read back --------------------------------------------------------------------------------------------


def test_a_report_reads_a_topic(full: Archive) -> None:
    topic, discovered = full.topics()
    assert (discovered.id, discovered.origin, discovered.documents, discovered.claims) == (
        "ena-agents",
        "discovered",
        1,
        0,
    )
    assert (topic.id, topic.documents, topic.claims, topic.check_worthy) == ("outsourcing", 1, 2, 2)
    assert topic.terms == ("prestataire*", "externalis*")
    (document,) = full.topic_documents("outsourcing")
    assert (document.url, document.author, document.claims, document.weight) == (PAGE, "@lagent", 2, 0.8)
    assert full.topic_documents("no such topic") == []


def test_status_says_what_is_there_and_what_went_wrong(full: Archive, run_id: int) -> None:
    full.finish_run(run_id, "done", {"new": 2})
    full.note_source("agent", checked_at=DAY_3, error="login asked for")
    status = full.status(limit=5)
    assert (status.tables["documents"], status.tables["posts"], status.waiting_count) == (2, 5, 2)
    assert [(source.id, source.last_error, source.documents) for source in status.sources] == [
        ("agent", "login asked for", 2)
    ]
    assert [(failed.state, failed.last_error) for failed in status.failed] == [("gone", "404")]
    assert [(run.status, run.counts) for run in status.runs] == [("done", {"new": 2})]
    assert [gone.gone_at for gone in status.gone] == [DAY_3]
    assert (status.gone_count, status.failed_count, status.mined_count) == (1, 1, 2)
    assert status.file_bytes > 100_000

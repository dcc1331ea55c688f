"""The queue: what is due, for whom, in what order."""

from __future__ import annotations

from pathlib import Path

import pytest

from db.archive import Archive
from db.queue import host_of
from db.records import Lead, Source, Target, TargetState, Visit
from tests.db.samples import DAY_1, DAY_2, DAY_3, one, rows

SOURCES = (
    Source(id="agent", kind="threads", url="https://threads.example/user/agent"),
    Source(id="blog", kind="feed", url="https://blog.example:8080/feed"),
)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://Threads.example/t/1", "threads.example"),
        ("http://me:secret@a.example:8080?x=//b", "a.example:8080"),
        ("https://[::1]:80/x", "[::1]:80"),
        ("no address", ""),
        ("https://[broken", "[broken"),
    ],
)
def test_host(url: str, host: str) -> None:
    assert host_of(url) == host


def test_sources_are_stored_and_queued_once(archive: Archive, path: Path) -> None:
    for _ in range(2):
        archive.sync_sources(SOURCES)
    assert archive.due_hosts(DAY_1) == ["blog.example:8080", "threads.example"]
    assert archive.due_hosts(DAY_1, ["blog"]) == ["blog.example:8080"]
    assert archive.due_hosts(DAY_1, []) == []
    assert one(path, "SELECT count(*) FROM targets") == 2
    archive.note_source("blog", checked_at=DAY_2, error="no answer")
    archive.sync_sources([Source(id="blog", kind="feed", url="https://blog.example/atom")])
    assert rows(path, "SELECT url, last_checked_at, last_error FROM sources WHERE id = 'blog'") == [
        ("https://blog.example/atom", DAY_2, "no answer")
    ]


def after(archive: Archive, state: TargetState, next_attempt_at: str | None) -> None:
    target = Target(url=SOURCES[0].url, kind="threads", source="agent", state=state, next_attempt_at=next_attempt_at)
    archive.save_visit(archive.start_run("harvest", "0"), Visit(target=target))


@pytest.mark.parametrize(
    ("state", "next_attempt_at", "due", "due_after_sync"),
    [
        ("waiting", None, True, True),
        ("waiting", DAY_1, True, True),
        ("waiting", DAY_3, False, False),
        ("done", None, False, True),
        ("done", DAY_1, True, True),
        ("failed", DAY_3, False, False),
        ("failed", None, False, True),
        ("gone", None, False, True),
        ("refused", None, False, True),
    ],
)
def test_what_is_due(
    archive: Archive, state: TargetState, next_attempt_at: str | None, due: bool, due_after_sync: bool
) -> None:
    after(archive, state, next_attempt_at)
    assert bool(archive.due_hosts(DAY_2)) is due
    assert len(archive.due_targets("threads.example", DAY_2)) == due
    archive.sync_sources(SOURCES[:1])
    assert bool(archive.due_hosts(DAY_2)) is due_after_sync


def test_again_makes_a_known_address_due(archive: Archive) -> None:
    after(archive, "failed", DAY_3)
    lead = Lead(url=SOURCES[0].url, kind="threads")
    assert archive.add_targets([lead], source=None) == 0
    assert archive.due_hosts(DAY_2) == []
    assert archive.add_targets([lead], source=None, again=True) == 0
    assert archive.due_hosts(DAY_2) == ["threads.example"]


def test_oldest_first_and_no_more_than_asked_for(archive: Archive) -> None:
    leads = [Lead(url=f"https://a.example/{number}", kind="page") for number in (3, 1, 2)]
    assert archive.add_targets([*leads, leads[0]], source="blog", discovered_from="https://b.example/") == 3
    assert [target.url[-1] for target in archive.due_targets("a.example", DAY_1)] == ["3", "1", "2"]
    (first,) = archive.due_targets("a.example", DAY_1, limit=1)
    assert first == Target(
        url="https://a.example/3", kind="page", source="blog", discovered_from="https://b.example/", attempts=0
    )


def test_the_queue_is_read_by_its_indexes(archive: Archive) -> None:
    plans: list[str] = []
    archive._conn.set_trace_callback(plans.append)
    archive.due_hosts(DAY_1)
    archive.due_targets("a.example", DAY_1, ["blog"])
    archive._conn.set_trace_callback(None)
    for sql in plans:
        steps = [str(row[3]) for row in archive._conn.execute(f"EXPLAIN QUERY PLAN {sql}")]
        looks = [step for step in steps if " t " in step or "targets" in step]
        assert {"targets_waiting", "targets_again"} <= set(" ".join(looks).split())
        assert all("INDEX targets_" in step or "PRIMARY KEY" in step for step in looks), looks
        assert all(step.startswith("SEARCH") for step in looks), looks


def test_what_was_read_is_not_passed_again(archive: Archive) -> None:
    """A look for what is due must cost the same in an old archive: SQLite's own count of its steps says."""

    def steps() -> int:
        counted = 0

        def count() -> None:
            nonlocal counted
            counted += 1

        archive._conn.set_progress_handler(count, 1)
        archive.due_hosts(DAY_2)
        archive.due_targets("a.example", DAY_2)
        archive._conn.set_progress_handler(None, 0)
        return counted

    archive.add_targets([Lead(url="https://a.example/new", kind="page")], source=None)
    young = steps()
    run = archive.start_run("harvest", "0")
    for number in range(200):
        read = Target(url=f"https://a.example/{number}", kind="page", state="done", next_attempt_at=DAY_3)
        archive.save_visit(run, Visit(target=read))
    assert [target.url for target in archive.due_targets("a.example", DAY_2)] == ["https://a.example/new"]
    assert steps() < young + 100

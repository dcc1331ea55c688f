"""An archive that lives through some days: a thread edited, a post gone, a claim that is wrong, hostile words."""

from __future__ import annotations

import dataclasses
import sqlite3
from contextlib import closing
from pathlib import Path

from db.archive import Archive
from db.records import Author, Document, Fetch, Source, Target, Visit, join_posts
from tests.report.conftest import findings, post, thread

DAY = "2021-06-0{}T08:00:00.000Z".format
SITE = "https://blog.example/fil"
EVIL = "</title><script>alert(1)</script> & *gras* [lien](javascript:alert(1)) \x1b[31m\x0c\u202e"


def hostile() -> Document:
    """A page that tries everything."""
    return Document(
        kind="page", url="javascript:alert(1)", text=f"{EVIL}\n\n# Titre\n\n{EVIL}", title=EVIL,
        author=Author(name=f"Mallory {EVIL}", url="javascript:alert(2)"),
    )  # fmt: skip


def edited() -> Document:
    """The thread of conftest, some words of its second post changed."""
    first, second = thread().posts
    text, posts = join_posts([first, dataclasses.replace(second, text="Et chacun recompte.")])
    return dataclasses.replace(thread(), text=text, posts=posts)


def visit(document: Document, at: str, body: bytes = b"page", status: int = 200) -> Visit:
    fetch = Fetch(
        url=document.url, final_url=document.url, fetched_at=at, elapsed_ms=1, status=status, body=body,
        error=None if status == 200 else str(status),
    )  # fmt: skip
    there = status == 200
    target = Target(url=document.url, kind="thread", state="done" if there else "gone", source="blog")
    return Visit(target=target, fetches=(fetch,), documents=(document,) if there else (), gone=not there)


def live(archive: Archive) -> None:
    """Day 1: two documents; day 2: mined; day 3: the thread changes, the post goes; day 4: a hostile page; mined."""
    archive.sync_sources([Source(id="blog", kind="feed", url=SITE)])
    run = archive.start_run("harvest", "0.1.0")
    for document in (thread(), post()):
        archive.save_visit(run, visit(document, DAY(1)))
    mine(archive, DAY(2))
    archive.save_visit(run, visit(edited(), DAY(3), b"edited"))
    archive.save_visit(run, visit(post(), DAY(3), b"no", 404))
    archive.save_visit(run, visit(hostile(), DAY(4), b"evil"))
    mine(archive, DAY(5))
    archive.note_source("blog", checked_at=DAY(5), error="503 from blog.example")
    archive.finish_run(run, "ok", {})
    set_run(archive.path, run, DAY(1), DAY(5))


def mine(archive: Archive, at: str) -> None:
    for task in list(archive.documents_to_mine("by-hand")):
        archive.save_findings(task, "by-hand", findings(task.text), at)


def set_run(path: Path, run_id: int, started_at: str, finished_at: str) -> None:
    """Give a run the days that its requests bear."""
    with closing(sqlite3.connect(path)) as conn, conn:
        conn.execute("UPDATE runs SET started_at = ?, finished_at = ? WHERE id = ?", (started_at, finished_at, run_id))

"""Whole runs over servers on the loopback, by three small readers: what the tests of harvests share."""

from __future__ import annotations

import re
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

from db.archive import Archive
from db.records import Document, Lead, Source
from harvester.fetch import Client, HarvestSettings
from harvester.model import Answer, PageShapeError, Reader, Reading
from harvester.run import HarvestCounts, Progress, harvest
from tests.harvester.server import Reply


def read_page(answer: Answer) -> Reading:
    """A page is `page <date>` and a text; the word `crash` is a defect of the reader."""
    first, _, text = answer.body.decode().partition("\n")
    if not first.startswith("page "):
        raise PageShapeError(answer.url, "no first line `page <date>`")
    if text == "crash":
        raise KeyError("x")
    leads = tuple(Lead(url=url, kind="page", relation="neighbour") for url in re.findall(r"near (\S+)", text))
    document = Document(kind="page", url=answer.address, text=text, published_at=first.removeprefix("page "))
    return Reading(documents=(document,), leads=leads)


def read_list(answer: Answer) -> Reading:
    """A list is lines of `<relation> <kind> <address>`."""
    lines = [line.split() for line in answer.body.decode().splitlines()]
    return Reading(leads=tuple(Lead(relation=r, kind=k, url=u) for r, k, u in lines))  # type: ignore[arg-type]


def read_failure(answer: Answer) -> Reading:
    if answer.status == 200:
        return Reading()
    tail = "/instead" if answer.status else "/silent"
    return Reading(leads=(Lead(url=answer.url.rsplit("/", 1)[0] + tail, kind="page", relation="moved"),))


def reader(kind: str, read: object, **flags: bool) -> Reader:
    assert callable(read)
    return Reader(name=kind, kind=kind, example="", pattern=re.compile("x"), read=read, **flags)


READERS = (
    reader("page", read_page),
    reader("list", read_list, listing=True),
    reader("ping", read_failure, reads_failures=True),
)
ROOT = Path(__file__).resolve().parents[2]
OLD = "2020-01-01T00:00:00.000Z"


def page(text: str, date: str = OLD, **headers: str) -> Reply:
    return Reply(200, f"page {date}\n{text}".encode(), headers)


def listing(*lines: str) -> Reply:
    return Reply(200, "\n".join(lines).encode())


def run(
    archive: Archive, *sources: Source, limit: int | None = None, progress: Progress | None = None, **settings: object
) -> HarvestCounts:
    values: dict[str, object] = {"pause_seconds": 0, "allow_private_addresses": True, "retries": 0} | settings
    archive.sync_sources(sources)
    run_id = archive.start_run("harvest", "0")
    with Client(HarvestSettings(**values)) as client:  # type: ignore[arg-type]
        counts = harvest(archive, READERS, client, run_id=run_id, limit=limit, progress=progress)
    archive.finish_run(run_id, "done", counts.as_dict())
    return counts


def rows(archive: Archive, sql: str, *values: object) -> list[tuple[object, ...]]:
    with sqlite3.connect(archive.path) as conn:
        return conn.execute(sql, values).fetchall()


def target(archive: Archive, url: str) -> dict[str, object]:
    [row] = rows(archive, "SELECT state, attempts, last_error, next_attempt_at FROM targets WHERE url = ?", url)
    return dict(zip(("state", "attempts", "last_error", "next_attempt_at"), row, strict=True))


def days_until(text: object) -> float:
    return (datetime.fromisoformat(str(text)) - datetime.now(UTC)) / timedelta(days=1)

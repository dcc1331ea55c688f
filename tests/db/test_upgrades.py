"""An archive of any released schema is brought up to date with every row; an upgrade that fails changes nothing."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import zstandard
from sqlite_utils import Database

from db import care
from db.archive import Archive
from db.backup import restore
from db.connection import transaction
from db.errors import ArchiveUnusableError
from db.forget import Chosen
from db.migrations import migrations
from tests.db.samples import AGENT, problems, thread, visit

ARCHIVES = Path(__file__).resolve().parents[1] / "archives"
RELEASED = sorted(file.name.removesuffix(".db.zst") for file in ARCHIVES.glob("*.db.zst"))
# Never released by themselves, all in the first version.
FIRST = ("m002", "m003", "m004")
Content = dict[str, list[dict[str, Any]]]


def unpacked(name: str, to: Path) -> Path:
    to.write_bytes(zstandard.ZstdDecompressor().decompress((ARCHIVES / f"{name}.db.zst").read_bytes()))
    return to


def partly_made(step: str, to: Path) -> Path:
    """An archive whose upgrade to the first version would have ended before `step`, with the rows it could hold."""
    whole = unpacked(RELEASED[0], to.with_name("whole.db"))
    with closing(sqlite3.connect(to, isolation_level=None)) as conn:
        stop = next(m.name for m in migrations.pending(Database(conn)) if m.name.startswith(step))
        migrations.apply(Database(conn), stop_before=stop)
        conn.execute("ATTACH ? AS whole", (str(whole),))
        for table in tables(conn):
            names = ", ".join(f'"{row[1]}"' for row in conn.execute(f"PRAGMA table_info({table})"))
            conn.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM whole.{table}")
    return to


def tables(conn: sqlite3.Connection) -> list[str]:
    found = conn.execute(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE '%sqlite%'"
    )
    return [row[0] for row in found]


def content(path: Path) -> Content:
    """Every row of every table."""
    with closing(sqlite3.connect(path)) as conn:
        conn.row_factory = sqlite3.Row
        return {name: [dict(row) for row in conn.execute(f"SELECT * FROM {name}")] for name in tables(conn)}


def kept(before: Content, after: Content) -> Iterator[str]:
    """What an upgrade lost: rows, in the columns they had."""
    for table, old in before.items():
        now = after[table]
        lost = [row for row in old if not any(row.items() <= other.items() for other in now)]
        yield from (f"{table}: {row}" for row in lost)
        if len(now) != len(old) and table not in ("unindexed", "first_mined"):
            yield f"{table}: {len(old)} rows, {len(now)} now"


@pytest.fixture(params=[*FIRST, *RELEASED])
def old(request: pytest.FixtureRequest, path: Path) -> Path:
    """An archive of an older schema."""
    return unpacked(request.param, path) if request.param in RELEASED else partly_made(request.param, path)


def test_there_is_an_archive_of_each_released_schema() -> None:
    assert RELEASED[0] == "m005"
    assert len(RELEASED) >= 5


def test_an_upgrade_keeps_every_row_and_gives_a_chain(old: Path) -> None:
    before = content(old)
    assert before["fetches"]
    Archive.open(old).close()
    assert list(kept(before, content(old))) == []
    tally: Counter[str] = Counter()
    assert [str(problem) for problem in care.problems(old, tally)] == []
    assert tally["requests"] == len(before["fetches"])
    assert [found for found in problems(old) if "_fts" not in found] == []


@pytest.mark.parametrize("name", RELEASED)
def test_an_archive_that_was_brought_up_to_date_works(path: Path, name: str) -> None:
    with Archive.open(unpacked(name, path)) as archive:
        assert archive.search("prestataires")
        run = archive.start_run("harvest", "0.1.0")
        stored = archive.save_visit(run, visit(thread([("100", "Tout autre chose.")]), at="2030-01-01T00:00:00.000Z"))
        assert (stored.new, stored.changed) == (0, 1)
        (task,) = [task for task in archive.documents_to_mine("p1") if "Tout autre" in task.text]
        assert task.version == 3
    assert list(care.problems(path, Counter())) == []
    assert list(problems(path)) == []


@pytest.mark.parametrize("name", RELEASED)
def test_an_old_backup_does_not_bring_back_what_was_forgotten(path: Path, tmp_path: Path, name: str) -> None:
    backup = unpacked(name, tmp_path / "backup.db")
    before = content(backup)
    Archive.open(path).close()
    care.forget(path, Chosen(what="author", authors=(AGENT,)), "asked")
    restore(backup, path, replace=True)
    left = content(path)
    assert 0 < len(left["documents"]) < len(before["documents"])
    assert "lagent" not in [author["handle"] for author in left["authors"]]
    assert list(care.problems(path, Counter())) == []


def test_to_read_an_old_archive_changes_nothing(path: Path) -> None:
    old = unpacked(RELEASED[0], path)
    before = old.read_bytes()
    with pytest.raises(ArchiveUnusableError, match="written by an older filature; run `filature harvest` once"):
        Archive.open(old, readonly=True)
    assert old.read_bytes() == before


STEPS = [migration.name for migration in migrations.pending(Database(memory=True))]


@pytest.mark.parametrize("step", STEPS[5:])
@pytest.mark.parametrize("kind", ["an error", "the program is killed"])
def test_an_upgrade_that_fails_leaves_the_archive_as_it_was(
    path: Path, step: str, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = unpacked(RELEASED[0], path)
    before = content(old)
    (migration,) = [found for found in migrations._migrations if found.name == step]
    real = migration.fn

    def fails(db: Database) -> None:
        real(db)
        raise KeyboardInterrupt if kind == "the program is killed" else sqlite3.OperationalError("no such thing")

    monkeypatch.setattr(migration, "fn", fails)
    with pytest.raises((KeyboardInterrupt, sqlite3.OperationalError)):
        Archive.open(old)
    monkeypatch.undo()
    assert content(old) == before
    Archive.open(old).close()
    assert list(kept(before, content(old))) == []


def test_an_upgrade_for_which_the_disk_has_no_room_is_one_line_and_changes_nothing(path: Path) -> None:
    old = unpacked(RELEASED[0], path)
    before = content(old)
    with closing(sqlite3.connect(old, isolation_level=None)) as conn:
        pages = conn.execute("PRAGMA page_count").fetchone()[0]
        conn.execute(f"PRAGMA max_page_count = {pages + 3}")
        with pytest.raises(sqlite3.OperationalError, match="full"), transaction(conn):
            migrations.apply(Database(conn))
    assert content(old) == before

"""Every table, view and column is described, nothing else is, and the questions run."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import get_args

import pytest

from db import records
from db.archive import Archive
from db.dictionary import Question, datasette_metadata, questions, tables

ROOT = Path(__file__).resolve().parents[2]
PARAMETERS = {"words": "60 prestataires", "unit": "EUR", "name": "ENA", "claim_id": "1"}


def actual(path: Path) -> dict[tuple[str, bool], list[str]]:
    """(name, is it a view) -> columns, without SQLite's own tables and those inside FTS5."""
    with closing(sqlite3.connect(path)) as conn:
        names = conn.execute("SELECT name, type FROM sqlite_master WHERE type IN ('table', 'view')").fetchall()
        return {
            (name, kind == "view"): [column[1] for column in conn.execute(f"PRAGMA table_info({name})")]
            for name, kind in names
            if "_fts" not in name and not name.startswith(("sqlite_", "_sqlite_"))
        }


def test_tables_views_and_columns_are_described_and_no_others(archive: Archive, path: Path) -> None:
    described = {(table.name, table.view): sorted(table.columns) for table in tables()}
    assert described == {key: sorted(columns) for key, columns in actual(path).items()}


def test_what_datasette_is_told_names_real_columns() -> None:
    for table in tables():
        named = [*table.shown.get("facets", [])]
        named += [table.shown[key] for key in ("sort", "sort_desc", "label_column", "fts_pk") if key in table.shown]
        assert set(named) <= set(table.columns), table.name
        assert set(table.shown) <= {"facets", "sort", "sort_desc", "label_column", "fts_table", "fts_pk"}, table.name


def test_each_description_is_a_sentence() -> None:
    for table in tables():
        assert all(text.endswith((".", ".")) and len(text) > 4 for text in (table.about, *table.columns.values()))


@pytest.mark.parametrize(
    ("values", "table", "column"),
    [
        (records.DocumentKind, "documents", "kind"),
        (records.LinkKind, "links", "kind"),
        (records.MediaKind, "media", "kind"),
        (records.TargetState, "targets", "state"),
        (records.EntityLabel, "entities", "label"),
        (records.Bound, "quantities", "bound"),
        (records.ClaimKind, "claims", "kind"),
        (records.Polarity, "claims", "polarity"),
        (records.Relation, "checks", "relation"),
        (records.Verdict, "checks", "verdict"),
        (records.TopicEventKind, "topic_events", "event"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_descriptions_name_every_value(values: object, table: str, column: str) -> None:
    (text,) = (entry.columns[column] for entry in tables() if entry.name == table)
    assert [value for value in get_args(values) if value not in text] == []


def ask(path: Path, question: Question) -> list[object]:
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as conn:
        return conn.execute(question.sql, PARAMETERS).fetchall()


@pytest.mark.parametrize("question", questions(), ids=lambda question: question.name)
def test_questions_run_on_an_empty_archive(archive: Archive, path: Path, question: Question) -> None:
    assert ask(path, question) == []


@pytest.mark.parametrize("question", questions(), ids=lambda question: question.name)
def test_questions_give_rows_on_a_full_one(full: Archive, path: Path, question: Question) -> None:
    assert ask(path, question)
    assert question.title
    assert set(re.findall(r":(\w+)", question.sql)) <= set(PARAMETERS)


def test_every_table_and_view_of_a_full_archive_has_rows(full: Archive, path: Path) -> None:
    with closing(sqlite3.connect(path)) as conn:
        empty = [t.name for t in tables() if not conn.execute(f"SELECT count(*) FROM {t.name}").fetchone()[0]]
    # Nothing waits in an archive at rest; nobody has sealed this one, had anything removed, or imported an export.
    others = {"captures", "recoveries"}  # filled where web archives are imported, or asked
    assert [name for name in empty if name not in others] == [
        "unindexed", "tellings", "edits", "seals", "tombstones", "tombstone_keys", "erased_fetches",
    ]  # fmt: skip


def test_metadata_is_what_datasette_reads() -> None:
    metadata = datasette_metadata("mine", title="My archive")
    assert metadata["title"] == "My archive"
    assert set(metadata["databases"]) == {"mine"}
    assert len(metadata["databases"]["mine"]["queries"]) >= 8
    assert metadata["databases"]["mine"]["tables"]["claims"]["columns"]["start"]


def test_the_data_dictionary_is_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "cogapp", "--check", "docs/archive.md"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{done.stdout}{done.stderr}\nrun: make docs"

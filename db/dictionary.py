"""What every table, view and column holds, in plain words: for Datasette and for docs/archive.md."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Table:
    """A table or view. `shown` holds what Datasette should know: facets, sort, sort_desc, label_column."""

    name: str
    about: str
    columns: Mapping[str, str]
    view: bool
    shown: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Question:
    """A query ready to run: `name` is that of its file, `title` its first line."""

    name: str
    title: str
    sql: str


@cache
def tables() -> tuple[Table, ...]:
    """Every table, then every view, as db/dictionary.toml describes them."""
    described = tomllib.loads(files("db").joinpath("dictionary.toml").read_text(encoding="utf-8"))["tables"]
    return tuple(_table(name, entry) for name, entry in described.items())


@cache
def questions() -> tuple[Question, ...]:
    """The queries of db/queries/, by name. Each starts with its title as a comment."""
    found = sorted(files("db").joinpath("queries").iterdir(), key=lambda file: file.name)
    return tuple(_question(file.name, file.read_text(encoding="utf-8")) for file in found if file.name.endswith(".sql"))


def datasette_metadata(database: str = "filature", *, title: str = "filature") -> dict[str, Any]:
    """Datasette's metadata for an archive served under the name `database` (the file's name without its ending)."""
    return {
        "title": title,
        "description": "Public threads and policy posts, what they claim, and whether the arithmetic holds.",
        "databases": {
            database: {
                "tables": {
                    **{table.name: _metadata(table) for table in tables()},
                    "_sqlite_migrations": {"hidden": True},
                },
                "queries": {
                    question.name: {"title": question.title, "sql": question.sql, "hide_sql": True}
                    for question in questions()
                },
            }
        },
    }


def markdown() -> str:
    """The data dictionary, as docs/archive.md shows it."""
    return "\n".join(_lines())


def _table(name: str, entry: Mapping[str, Any]) -> Table:
    shown = {key: value for key, value in entry.items() if key not in ("about", "columns", "view")}
    return Table(name, entry["about"], entry["columns"], entry.get("view", False), shown)


def _question(file: str, text: str) -> Question:
    first, _, sql = text.partition("\n")
    return Question(file.removesuffix(".sql"), first.removeprefix("-- "), sql.strip())


def _metadata(table: Table) -> dict[str, Any]:
    return {"description": table.about, "columns": dict(table.columns), **table.shown}


def _lines() -> Iterator[str]:
    for heading, view in (("Tables", False), ("Views", True)):
        yield f"## {heading}\n"
        for table in tables():
            if table.view is view:
                yield f"### {table.name}\n\n{table.about}\n\n| column | what it holds |\n|---|---|"
                yield from (f"| `{column}` | {what} |" for column, what in table.columns.items())
                yield ""
    yield "## Questions ready to run\n\n`filature serve` lists them; the files are in `db/queries/`.\n"
    yield "| name | what it answers |\n|---|---|"
    yield from (f"| `{question.name}` | {question.title} |" for question in questions())

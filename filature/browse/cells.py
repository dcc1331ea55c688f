"""A Datasette plugin: cells that people can read. JSON and CSV keep the values as they are."""

from __future__ import annotations

import re
from typing import Any

from datasette import hookimpl
from markupsafe import Markup

from db.dictionary import questions, tables

HASHES = ("snapshot", "sha256")
TIME = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)[\d:.]*Z")
# Where a number in a view or in the answer to a question leads; in a table, foreign keys are links already.
LEADS = {
    "author_id": "authors/{}",
    "run_id": "runs/{}",
    "check_id": "checks/{}",
    "claim_id": "trace_a_claim?claim_id={}",
    "group_id": "claim_groups?group_id={}",
}
LONGEST, SHOWN = 200_000, 400  # characters: no browser lays out a line of millions in time
DOCUMENTS = ("document_id", "thread_id")  # numbers of documents, which can be read
FIRST = ("sums_that_are_wrong", "claims_to_check", "said_by_several", "deleted_tweets", "gone_from_the_web")


@hookimpl  # type: ignore[untyped-decorator]
def render_cell(
    row: Any, value: object, column: str, table: str | None, database: str, datasette: Any
) -> Markup | str | None:
    """Numbers grouped or rounded, times to the minute, hashes short, ids as links, wrong verdicts in bold.

    Each document can be read from where its number stands, at the post or the claim of the row.
    """
    base = datasette.urls.database(database)
    if column in DOCUMENTS and value is not None:
        return _document(value, reading_place(table, row, column), base, datasette)
    if (table, column) == ("documents", "title"):
        place = datasette.urls.path(f"-/read/{row['id']}")
        return Markup('<a href="{}">{}</a>').format(place, value or "read it")
    if isinstance(value, float):
        return Markup('<span class="number">{}</span>').format(f"{value:.2f}" if column == "score" else number(value))
    if isinstance(value, str) and len(value) > LONGEST:
        return Markup("{}… ({:,} characters)").format(value[:SHOWN], len(value))
    if column in HASHES and isinstance(value, str) and len(value) == 64:
        return Markup('<a href="{}/snapshots/{}" title="{}"><code>{}</code></a>').format(base, value, value, value[:12])
    if column in LEADS and isinstance(value, int):
        return Markup('<a href="{}/{}">{}</a>').format(base, LEADS[column].format(value), value)
    if isinstance(value, int) and table is None:
        return Markup('<span class="number">{}</span>').format(value)
    if column == "verdict" and value == "inconsistent":
        return Markup('<strong class="wrong">inconsistent</strong>')
    if isinstance(value, str) and column.endswith("_at") and (found := TIME.fullmatch(value)):
        return Markup('<time datetime="{}" title="{}">{} {}</time>').format(value, value, found[1], found[2])
    return None


@hookimpl  # type: ignore[untyped-decorator]
def extra_template_vars(template: str | None) -> dict[str, object]:
    """For the first pages: what each table and view holds, and the questions, those most asked first.

    For the page of a row: where its document is read.
    """
    if template == "row.html":
        return {"reading_place": reading_place}
    if template not in ("index.html", "database.html"):
        return {}
    asked = sorted(questions(), key=lambda question: FIRST.index(question.name) if question.name in FIRST else 99)
    return {"questions": asked, "about": {table.name: table.about for table in tables()}}


def reading_place(table: str | None, row: Any, column: str = "document_id") -> str | None:
    """Where the document of a row is read, after `/-/read/`: at its post, its claim, in its version; None for none."""
    number = _key(row, "id" if table == "documents" else column)
    if not isinstance(number, int):
        return None
    claim = _key(row, "id" if table == "claims" else "claim_id")
    if isinstance(claim, int) and column == "document_id":
        return f"{number}#c{claim}"
    if table == "posts":
        return f"{number}#p{row['position'] + 1}"
    if table in ("versions", "document_history") and isinstance(row["version"], int):
        return f"{number}?version={row['version']}"
    return str(number)


def _key(row: Any, column: str) -> object:
    """A value of the row, None where it has no such column; Datasette may put a label beside a foreign key."""
    value = row[column] if column in row.keys() else None  # noqa: SIM118 (a sqlite3.Row is searched by value)
    return value["value"] if isinstance(value, dict) else value


def _document(value: object, place: str | None, base: str, datasette: Any) -> Markup:
    """The row of a document, and its reading page. Datasette gives a row's label with its key."""
    key, label = (value["value"], value["label"]) if isinstance(value, dict) else (value, value)
    row = Markup('<a href="{}/documents/{}">{}</a>').format(base, key, label or key)
    if place is None:
        return row
    read = datasette.urls.path(f"-/read/{place}")
    return row + Markup(' <a class="read" href="{}" aria-label="Read document {}">read</a>').format(read, key)


def number(value: float) -> str:
    """Whole ones in groups of three, others with four significant digits."""
    if abs(value) >= 1000 or value.is_integer():
        return f"{value:,.0f}".replace(",", "\u202f")
    return f"{float(f'{value:.4g}'):.10f}".rstrip("0")

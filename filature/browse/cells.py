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
    "thread_id": "documents/{}",
    "run_id": "runs/{}",
    "document_id": "documents/{}",
    "check_id": "checks/{}",
    "claim_id": "trace_a_claim?claim_id={}",
    "group_id": "claim_groups?group_id={}",
}
FIRST = ("sums_that_are_wrong", "claims_to_check", "said_by_several", "deleted_tweets", "gone_from_the_web")


@hookimpl  # type: ignore[untyped-decorator]
def render_cell(value: object, column: str, table: str | None, database: str, datasette: Any) -> Markup | str | None:
    """Numbers grouped or rounded, times to the minute, hashes short, ids as links, wrong verdicts in bold."""
    base = datasette.urls.database(database)
    if isinstance(value, float):
        return Markup('<span class="number">{}</span>').format(f"{value:.2f}" if column == "score" else number(value))
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
    """For the first pages: what each table and view holds, and the questions, those most asked first."""
    if template not in ("index.html", "database.html"):
        return {}
    asked = sorted(questions(), key=lambda question: FIRST.index(question.name) if question.name in FIRST else 99)
    return {"questions": asked, "about": {table.name: table.about for table in tables()}}


def number(value: float) -> str:
    """Whole ones in groups of three, others with four significant digits."""
    if abs(value) >= 1000 or value.is_integer():
        return f"{value:,.0f}".replace(",", "\u202f")
    return f"{float(f'{value:.4g}'):.10f}".rstrip("0")

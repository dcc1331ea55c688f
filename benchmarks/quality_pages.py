"""How pages and feeds of ../shared/pages are read, beside what is expected: python -m benchmarks.quality_pages

A cell is `ok`, what was found instead of what was expected, or `-` where nothing is expected. `with` and `without`
count the phrases that are where they must be.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from db.records import Document
from harvester.addresses import reader_of
from harvester.model import Answer, PageShapeError, Reader
from harvester.sites import READERS, article, feeds, sitemap
from harvester.sites.page import open_page
from harvester.sites.rules import rule_for

PAGES = Path(__file__).resolve().parents[1].parent / "shared" / "pages"


def cell(found: str | None, expected: str | None) -> str:
    if expected is None:
        return f"- ({found})" if found else "-"
    return "ok" if found == expected else f"WRONG: {found!r}, not {expected!r}"


def phrases(document: Document, expected: dict[str, Any], name: str) -> str:
    """How many phrases are right, of how many."""
    wanted = expected.get(name, [])
    right = sum((phrase in document.text) == (name == "with") for phrase in wanted)
    return f"{right}/{len(wanted)}" if wanted else "-"


def page_row(path: Path, expected: dict[str, Any]) -> list[str]:
    answer = Answer(url=expected["url"], body=path.read_bytes(), content_type="text/html")
    reader = reader_of(answer.url, READERS)
    rule = rule_for(answer.url, open_page(answer).soup).name or "trafilatura"
    try:
        (document,) = article.read(answer).documents
    except PageShapeError as error:
        return [path.name, rule, error.missing, *[""] * 6]
    return [
        path.name,
        f"{reader.name if reader else '?'}, {rule}",
        cell(document.title, expected.get("title")),
        cell(document.author.name if document.author else None, expected.get("author")),
        cell((document.published_at or "")[:10], expected.get("date")),
        document.published_from or "",
        phrases(document, expected, "with"),
        phrases(document, expected, "without"),
        str(len(document.text)),
    ]


def feed_row(path: Path) -> list[str]:
    reader: Reader = sitemap.READER if "sitemap" in path.name else feeds.READER
    # The maps of the protocol's own example name this site; a map tells of its own site only.
    answer = Answer(url=f"http://www.example.com/{path.name}", body=path.read_bytes(), content_type="text/xml")
    try:
        reading = reader.read(answer)
    except PageShapeError as error:
        return [path.name, reader.kind, error.missing, *[""] * 4]
    more = [lead.url for lead in reading.leads if lead.relation == "more"]
    entries = len(reading.documents) + len(reading.leads) - len(more)
    dates = [document.published_at for document in reading.documents if document.published_at]
    return [
        path.name,
        reader.kind,
        str(entries),
        str(len(reading.documents)),
        str(len(reading.leads) - len(more)),
        more[0] if more else "",
        dates[0] if dates else "",
    ]


def table(title: str, columns: str, rows: list[list[str]]) -> Table:
    made = Table(title=title)
    for column in columns.split():
        made.add_column(column.replace("_", " "), overflow="fold")
    for row in rows:
        made.add_row(*row)
    return made


def main() -> None:
    if not PAGES.exists():
        raise SystemExit(f"no reference material: {PAGES} is absent")
    expected = json.loads((PAGES / "blogs" / "expected.json").read_text(encoding="utf-8"))
    pages = [page_row(PAGES / "blogs" / name, entry) for name, entry in sorted(expected.items())]
    lists = [feed_row(path) for path in sorted((PAGES / "feeds").iterdir()) if path.suffix in (".xml", ".atom")]
    console = Console(width=200)
    columns = "file reader,_rule title author date published_from with without characters"
    console.print(table("Pages", columns, pages))
    console.print(table("Feeds and maps", "file kind entries documents leads next first_date", lists))


if __name__ == "__main__":
    main()

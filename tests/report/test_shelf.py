"""A folder of reports: names that stay, names that say the day, and an index of all."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from db.archive import Archive
from db.records import Author, Document, Fetch, Target, Visit
from report.render import Format, Style
from report.shelf import index, shelve
from report.topics import Selection, topics_report
from tests.report.conftest import findings, thread


def put(archive: Archive, folder: Path, day: str, form: Format = "html", name: str = "topics") -> list[str]:
    style = Style(date=day, format=form)
    return [path.name for path in shelve(folder, name, topics_report(archive, Selection(), style), style)]


def test_a_stable_name_for_readers_and_a_dated_one_to_cite(archive: Archive, tmp_path: Path) -> None:
    assert put(archive, tmp_path, "2021-06-07") == ["topics-2021-06-07.html", "topics.html", "index.html"]
    assert put(archive, tmp_path, "2021-06-14") == ["topics-2021-06-14.html", "topics.html", "index.html"]
    assert (tmp_path / "topics.html").read_bytes() == (tmp_path / "topics-2021-06-14.html").read_bytes()
    # A report of an earlier day, written again, leaves the newest alone.
    assert put(archive, tmp_path, "2021-06-07") == ["topics-2021-06-07.html", "index.html"]
    assert not list(tmp_path.glob(".*"))


def test_the_index_says_what_there_is_and_what_has_changed(archive: Archive, tmp_path: Path) -> None:
    put(archive, tmp_path, "2021-06-07")
    put(archive, tmp_path, "2021-06-07", "json")
    add_a_document(archive)
    put(archive, tmp_path, "2021-06-14")
    put(archive, tmp_path, "2021-06-14", name="topics_since_7d")
    page = BeautifulSoup((tmp_path / "index.html").read_text(encoding="utf-8"), "lxml")
    assert [str(link["href"]) for link in page.select(".newest a")] == ["topics_since_7d.html", "topics.html"]
    rows = [[cell.get_text() for cell in row.select("th, td")] for row in page.select("tbody tr")]
    assert rows == [
        ["14\xa0juin 2021", "Rapport par thème", "3", "2", "2", "0"],
        ["14\xa0juin 2021", "Rapport par thème", "3 +1", "2 +1", "2 +1", "0"],
        ["7\xa0juin 2021", "Rapport par thème json", "2", "1", "1", "0"],
    ]
    links = [str(link["href"]) for link in page.select("tbody a")]
    assert links == ["topics_since_7d-2021-06-14.html", "topics-2021-06-14.html", "topics-2021-06-07.html",
                     "topics-2021-06-07.json"]  # fmt: skip
    assert all((tmp_path / link).exists() for link in links)


META = '<meta name="filature-report" content="{}">'


@pytest.mark.parametrize("content", ["", "<title>x</title>", META.format("{}"), META.format("["), "\udcff"])
def test_pages_of_others_are_passed_over(archive: Archive, tmp_path: Path, content: str) -> None:
    (tmp_path / "notes-2021-01-01.html").write_text(content, encoding="utf-8", errors="surrogateescape")
    (tmp_path / "externalisation.html").write_text("a page of an earlier version")
    put(archive, tmp_path, "2021-06-07")
    assert [one.page for one in index(tmp_path).past] == ["topics-2021-06-07.html"]


def add_a_document(archive: Archive) -> None:
    text = thread().text
    url = "https://threads.example/t/200"
    document = Document(
        kind="post", url=url, text=text, author=Author(name="X"), published_at="2021-06-10T08:00:00.000Z"
    )
    run = archive.start_run("harvest", "0.1.0")
    fetch = Fetch(url=url, final_url=url, fetched_at="2021-06-11T08:00:00.000Z", elapsed_ms=1, status=200, body=b"x")
    target = Target(url=url, kind="thread", state="done")
    archive.save_visit(run, Visit(target=target, fetches=(fetch,), documents=(document,)))
    for task in list(archive.documents_to_mine("by-hand")):
        archive.save_findings(task, "by-hand", findings(task.text), "2021-06-12T08:00:00.000Z")

"""`filature report claims|author|changes|feed` and `filature digest`, as they are called."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import feedparser
import pytest

from db.archive import Archive
from db.lock import run_lock
from filature.commands.reports.limited import file_name
from tests.filature.conftest import Run
from tests.report.history import DAY, edited, live, visit

ARCHIVE = "filature.db"


@pytest.fixture
def archive(here: Path) -> Path:
    with Archive.open(here / ARCHIVE) as opened:
        live(opened)
    (here / "config.toml").write_text("", encoding="utf-8")
    return here / ARCHIVE


def runs(archive: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(archive)) as conn:
        return conn.execute("SELECT command, status FROM runs ORDER BY id").fetchall()


@pytest.mark.parametrize("words", [("claims",), ("author", "lagent"), ("changes",)])
@pytest.mark.parametrize("form", ["html", "md", "json"])
def test_a_report_goes_to_stdout(archive: Path, run: Run, words: tuple[str, ...], form: str) -> None:
    result = run("report", *words, "--format", form, "-o", "-", "--date", "2021-06-09")
    assert (result.exit_code, result.stderr) == (0, "")
    starts = {"html": "<!doctype html>", "md": "# ", "json": "{"}
    assert result.stdout.startswith(starts[form])


def test_reports_stand_in_the_folder_with_an_index(archive: Path, here: Path, run: Run) -> None:
    for words in (("claims", "--since", "2021"), ("author", "@lagent"), ("changes",)):
        assert run("report", *words, "--date", "2021-06-09", "--lang", "en").exit_code == 0
    assert run("report", "feed", "--date", "2021-06-09").stdout == "reports/feed.xml written\n"
    names = {path.name for path in (here / "reports").iterdir()}
    assert {
        "claims_since_2021_lang_en.html",
        "author_of_lagent_lang_en-2021-06-09.html",
        "changes_lang_en.html",
        "feed.xml",
    } <= names
    index = (here / "reports" / "index.html").read_text(encoding="utf-8")
    assert "What @lagent writes" in index.replace("<bdi>", "")
    assert "What has changed" in index


def test_another_language_leaves_the_report_of_the_day_alone(archive: Path, here: Path, run: Run) -> None:
    for words in (("topics",), ("claims",), ("author", "@lagent"), ("changes",)):
        for lang in ((), ("--lang", "fr"), ("--lang", "en")):
            assert run("report", *words, "--date", "2021-06-09", *lang).exit_code == 0
        names = {path.name for path in (here / "reports").glob(f"{words[0]}*")}
        plain = f"{words[0]}_of_lagent" if words[0] == "author" else words[0]
        assert names == {
            f"{plain}{more}{day}.html" for more in ("", "_lang_en") for day in ("", "-2021-06-09")
        }  # fmt: skip
        assert 'lang="fr"' in (here / "reports" / f"{plain}-2021-06-09.html").read_text(encoding="utf-8")[:200]


def test_reports_on_others_have_files_of_their_own() -> None:
    long = [("a" * 60, "b" * 60, end) for end in ("un", "deux")]
    names = [file_name("claims", by=authors) for authors in (*long, ("作者",), ("筆者",))]
    assert len(set(names)) == len(names)
    assert all(name.isascii() and len(name) < 120 for name in names)


def test_changes_begin_where_the_last_report_ended(archive: Path, run: Run) -> None:
    first = json.loads(run("report", "changes", "-o", "-", "--format", "json").stdout)
    assert (first["since"], len(first["documents"])) == ("", 3)
    second = json.loads(run("report", "changes", "-o", "-", "--format", "json").stdout)
    assert (second["since"][:2], second["documents"], second["claims"]) == ("20", [], [])
    with Archive.open(archive) as opened:
        opened.save_visit(opened.start_run("harvest", "0.1.0"), visit(edited(), DAY(9), b"again"))
        page = edited()
        there = visit(page.__class__(kind="page", url="https://new.example/", text="Du neuf."), DAY(9), b"new")
        opened.save_visit(opened.start_run("harvest", "0.1.0"), there)
    third = json.loads(run("report", "changes", "-o", "-", "--format", "json").stdout)
    assert [arrival["document"]["url"] for arrival in third["documents"]] == ["https://new.example/"]
    assert runs(archive).count(("report changes", "ok")) == 3


def test_a_look_back_does_not_count_as_the_last_report(archive: Path, run: Run) -> None:
    for given in (("--since", "2021-06-01"), ("--author", "lagent"), ("--source", "blog")):
        told = json.loads(run("report", "changes", *given, "-o", "-", "--format", "json").stdout)
        assert told["documents"]
    assert "report changes" not in {command for command, _ in runs(archive)}


def test_a_page_of_the_folder_tells_of_its_whole_day(archive: Path, here: Path, run: Run) -> None:
    run("report", "changes")
    run("report", "changes")
    (page,) = (here / "reports").glob("changes-*.html")
    assert "Nouveaux documents" in page.read_text(encoding="utf-8")


def test_a_report_of_nothing_is_not_written(here: Path, run: Run) -> None:
    Archive.open(here / ARCHIVE).close()
    result = run("report", "changes", "--archive", ARCHIVE)
    assert (result.exit_code, result.stdout) == (0, "nothing new\n")
    assert json.loads(run("report", "changes", "--archive", ARCHIVE, "--json").stdout) == []
    assert not (here / "reports").exists()


@pytest.mark.parametrize("command", [("report", "changes", "-o", "-"), ("digest",)])
def test_an_archive_that_another_run_holds_is_told_of_without_a_mark(
    archive: Path, run: Run, command: tuple[str, ...]
) -> None:
    with run_lock(archive, "harvest"):
        result = run(*command)
    assert (result.exit_code, bool(result.stdout)) == (0, True)
    assert "will tell the same again" in result.stderr
    assert runs(archive) == [("harvest", "ok")]


@pytest.mark.parametrize("command", [("report", "changes", "-o", "-"), ("digest",)])
def test_an_archive_that_cannot_be_written_to_is_left_as_it_is(
    archive: Path, here: Path, run: Run, command: tuple[str, ...]
) -> None:
    (here / f"{ARCHIVE}.lock").unlink()
    (here / f"{ARCHIVE}.lock").mkdir()  # root may write to any file, but not open a folder as one
    before = archive.read_bytes()
    result = run(*command)
    assert (result.exit_code, bool(result.stdout)) == (0, True)
    assert "lock" in result.stderr
    assert archive.read_bytes() == before


@pytest.mark.parametrize(
    "command",
    [
        *(("report", "changes"), ("report", "claims"), ("report", "feed"), ("digest",)),
        *(("mine",), ("topics", "discover"), ("seal",), ("verify",)),
    ],
)
def test_no_archive_is_made_by_looking_at_it(here: Path, run: Run, command: tuple[str, ...]) -> None:
    result = run(*command, "--archive", "nothing.db")
    assert result.exit_code == 5
    assert "no archive here yet" in result.stderr
    assert list(here.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("report", "author", "lagnet"), "no author 'lagnet' in the archive; authors: @lagent, "),
        (("report", "claims", "--since", "hier"), "'hier' is no date; write "),
        (("report", "claims", "--topic", "rien"), "no topic 'rien' in the archive; "),
        (("report", "claims", "--since", "2022", "--until", "2021"), "--until 2021 comes before --since 2022: "),
        (("report", "topics", "-o", "a.pdf"), "a.pdf: no report is written as pdf; name it .html"),
        (("reparse", "--source", "blag"), "no source 'blag' in the archive; sources: blog"),
        (("export", "warc", "--since", "2021-05-04Thier"), "'2021-05-04Thier' is no date; write "),
        (("search", "("), "'(': no word to look for; "),
        (("report", "changes", "--since", "7"), "'7' is no date; write "),
        (("report", "feed", "--source", "blag"), "no source 'blag' in the archive; sources: blog"),
        (("digest", "--since", "1h"), "'1h' is no date; write "),
        (("digest", "--author", "nobody"), "no author 'nobody' in the archive; "),
    ],
)
def test_what_makes_no_sense_is_said_in_one_line(archive: Path, run: Run, words: tuple[str, ...], says: str) -> None:
    result = run(*words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert says in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_digest_is_silent_when_nothing_is_new(archive: Path, run: Run) -> None:
    first = run("digest", "--quiet", "--lang", "en")
    assert first.stdout.startswith("First digest")
    again = run("digest", "--lang", "en")
    assert (again.exit_code, again.stdout, again.stderr) == (0, "", "")
    assert run("digest", "--since", "7d", "--date", "2021-06-09").stdout
    assert run("digest", "--since", "7d").stdout == ""


def test_a_feed_is_the_same_bytes_on_the_same_day(archive: Path, run: Run) -> None:
    first, second = (run("report", "feed", "-o", "-", "--date", "2021-06-09").stdout for _ in range(2))
    assert first == second
    parsed = feedparser.parse(first)
    assert not parsed.bozo
    assert len(parsed.entries) == 4
    assert len(feedparser.parse(run("report", "feed", "-o", "-").stdout).entries) == 0  # not in the last 30 days


def test_a_look_back_is_told_apart_in_the_index(archive: Path, here: Path, run: Run) -> None:
    run("report", "changes", "--lang", "en", "--date", "2021-06-09")
    run("report", "changes", "--lang", "en", "--date", "2021-06-09", "--since", "2021-01-01")
    index = (here / "reports" / "index.html").read_text(encoding="utf-8")
    index = index.replace("\xa0", " ")
    assert (index.count(">What has changed<"), index.count(">from 1 January 2021 on<")) == (4, 2)

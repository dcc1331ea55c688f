"""`filature forget` as a user runs it: by handle, name, address, id; it asks; what is gone stays gone."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from db import care
from db.archive import Archive
from db.records import Author
from tests.db.samples import one, rows, thread, visit
from tests.filature.conftest import Run

ID = "1390000000000000777"
URL = f"https://threadreaderapp.com/thread/{ID}.html"
DOCUMENT = thread([(ID, "Un fil zkwarnig."), ("1390000000000000778", "Et sa suite.")], URL, Author(handle="Qzorb"))


@pytest.fixture
def path(here: Path) -> Path:
    """An archive with the thread of somebody, and another."""
    (here / "config.toml").write_text('archive = "filature.db"\n', encoding="utf-8")
    path = here / "filature.db"
    with Archive.open(path) as archive:
        run = archive.start_run("harvest", "0.1.0")
        archive.save_visit(run, visit(DOCUMENT, url=URL, body=b"zkwarnig"))
        archive.save_visit(run, visit(thread(), body=b"other"))
        archive.finish_run(run, "ok", {})
    return path


@pytest.mark.parametrize(
    "name",
    ["@qzorb", "https://x.com/Qzorb", "https://threadreaderapp.com/user/qzorb", URL, ID, "1",
     f"https://x.com/qzorb/status/{ID}", "https://mobile.twitter.com/i/web/status/1390000000000000778", "Qzorb"],
)  # fmt: skip
def test_whatever_it_is_called_it_is_gone(run: Run, path: Path, name: str) -> None:
    done = run("forget", name, "--yes", "--reason", "asked")
    assert done.exit_code == 0, done.stderr
    assert "1 document removed, 2 posts" in done.stdout
    assert "backups" in done.stderr
    assert b"zkwarnig" not in path.read_bytes()
    assert one(path, "SELECT count(*) FROM documents") == 1
    assert one(path, "SELECT reason FROM tombstones") == "asked"
    assert rows(path, "SELECT status FROM runs") == [("ok",), ("ok",)]
    assert list(care.problems(path, Counter())) == []
    assert run("verify", "--offline").exit_code == 0


def test_it_cannot_be_added_or_imported_again(run: Run, path: Path, here: Path) -> None:
    run("forget", "@qzorb", "--yes")
    for address in (URL, ID, "@QZORB", f"https://x.com/qzorb/status/{ID}"):
        done = run("add", address)
        assert done.exit_code == 2
        assert "kept out, somebody had it removed" in done.stderr
    assert rows(path, "SELECT url FROM targets WHERE url LIKE '%qzorb%' OR url LIKE ?", f"%{ID}%") == []
    assert rows(path, "SELECT url FROM sources") == []


def test_a_saved_page_of_it_is_kept_out_and_that_is_said(run: Run, path: Path, here: Path) -> None:
    run("forget", "@qzorb", "--yes")
    capture = here / "thread.html"
    post = f'<div id="tweet_1" class="content-tweet" data-screenname="Qzorb" data-tweet="{ID}">Un fil zkwarnig.</div>'
    capture.write_text(f'<html><link rel="canonical" href="{URL}"><body><div class="t-main">{post}</div></body></html>')
    done = run("import", capture)
    assert "kept out: somebody had it removed" in " ".join(done.stdout.split())
    assert rows(path, "SELECT url FROM fetches WHERE url LIKE 'file:%'") == []


def test_somebody_of_the_same_name_is_spoken_of_and_left_alone(run: Run, path: Path) -> None:
    named = Author(handle="qzorb_bis", name="Wyxmina Qzorb")
    alone = Author(name="Wyxmina Qzorb", url="https://blog.example/wyxmina")
    with Archive.open(path) as archive:
        for number, author in ((5, named), (6, alone)):
            url = f"https://threads.example/t/{number}"
            document = thread([(str(number), f"Le fil {number}.")], url, author)
            archive.save_visit(1, visit(document, url=url, body=str(number).encode()))
    done = run("forget", "@qzorb_bis", "--yes")
    assert done.exit_code == 0
    assert "somebody named Wyxmina Qzorb signs 1 document more" in done.stderr
    assert one(path, "SELECT count(*) FROM documents") == 3


def test_who_is_not_in_the_archive_can_be_kept_out(run: Run, path: Path) -> None:
    done = run("forget", "@nobody_here", "--yes", "--json")
    assert json.loads(done.stdout)["documents"] == 0
    run("add", "@nobody_here")
    assert rows(path, "SELECT url FROM targets WHERE url LIKE '%nobody%'") == []


@pytest.mark.parametrize(("name", "says"), [("Personne", "neither a document nor an author"), ("99", "neither")])
def test_what_is_not_there_is_one_line(run: Run, path: Path, name: str, says: str) -> None:
    done = run("forget", name, "--yes")
    assert done.exit_code == 2
    assert says in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert one(path, "SELECT count(*) FROM runs WHERE command = 'forget'") == 0


def test_where_no_archive_is_none_is_made(run: Run, here: Path) -> None:
    done = run("forget", "@qzorb", "--yes", "--archive", "typo.db", "--quiet")
    assert (done.exit_code, done.stderr.count("\n")) == (5, 1)
    assert list(here.iterdir()) == []


def test_where_nobody_can_be_asked_nothing_is_removed(run: Run, path: Path) -> None:
    done = run("forget", "@qzorb")
    assert done.exit_code == 2
    assert "give --yes" in done.stderr
    assert one(path, "SELECT count(*) FROM documents") == 2

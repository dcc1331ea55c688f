"""Ten kinds of bad input: one line that says what is wrong and what to do, a status, and never a traceback."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from db.archive import Archive
from db.records import Document, Post
from harvester import imports
from harvester.imports import Imported, read_file
from tests.filature.conftest import Run, run_outside
from tests.harvester.server import Reply, Site

HARVEST = (
    '[harvest]\npause_seconds = 0.0\nretries = 0\ntimeout_seconds = 5\nallow_private_addresses = true\ncontact = "t"\n'
)


def source(url: str) -> str:
    return f'{HARVEST}[[sources]]\nname = "one"\nkind = "page"\nurl = "{url}"\n'


def why(run: Run) -> str:
    """What `filature status` says of the only target, without the table's spaces."""
    return " ".join(run("status").stdout.split())


@pytest.mark.parametrize(
    ("config", "line"),
    [
        ("[harvest\n", "config.toml line 1, column 9: not TOML: expected ']' at the end of a table declaration"),
        ("[harvest]\npause = 1\n", "config.toml [harvest]: unknown key 'pause', did you mean 'pause_seconds'?"),
    ],
)
def test_broken_configuration(config: str, line: str, here: Path) -> None:
    (here / "config.toml").write_text(config)
    done = run_outside("harvest", cwd=here)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"filature: {line}\n")


@pytest.mark.parametrize(
    ("name", "body", "status", "said"),
    [
        ("photo.html", b"\x89PNG\r\n\x1a\n" + bytes(40), 3, "it is an image"),
        ("data.bin", b"abc\0def", 3, "it is not text (it holds zero bytes)"),
        ("empty.txt", b"", 3, "it is empty"),
        ("latin.txt", "Les employés s'inquiètent du budget, à raison.".encode("cp1252"), 0, "1 new"),
    ],
)
def test_files_that_hold_no_text_or_another_encoding(
    name: str, body: bytes, status: int, said: str, here: Path, run: Run
) -> None:
    (here / name).write_bytes(body)
    (here / "good.txt").write_text("Une note sur le budget de la mairie, gardée telle quelle.", encoding="utf-8")
    (here / "config.toml").touch()
    result = run("import", name, "good.txt")
    assert (result.exit_code, said in result.stdout) == (status, True)
    assert result.stderr == ("filature: 1 file could not be read, see above\n" if status else "")
    assert " 2 new" in result.stdout if status == 0 else " 1 new" in result.stdout


def test_a_file_that_cannot_be_read(run: Run) -> None:
    # What reading gives does not depend on who runs the test, unlike permissions.
    result = run("import", "/proc/self/mem", "--quiet")
    assert (result.exit_code, "input/output error" in result.stdout) == (3, True)


@pytest.mark.parametrize("defect", ["in reading", "in what was read"])
def test_a_file_that_meets_a_defect_is_named_and_the_others_are_read(
    defect: str, here: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    twice = (Post(id="1", text="Une"), Post(id="1", text="note"))

    def read(name: str, body: bytes) -> Imported:
        if b"good" in body:
            return read_file(name, body)
        if defect == "in reading":
            raise KeyError("x")
        return Imported(
            what="text", documents=(Document(kind="thread", url="capture:x", text="Une note", posts=twice),)
        )

    monkeypatch.setattr(imports, "read_file", read)
    (here / "a.txt").write_text("Une note.")
    (here / "b.txt").write_text("Another note, a good one.")
    result = run("import", "a.txt", "b.txt")
    said = "reading it failed: KeyError: 'x'" if defect == "in reading" else "what it says cannot be kept: UNIQUE"
    assert (result.exit_code, said in result.stdout, " 1 new" in result.stdout) == (3, True, True)


def test_a_file_that_is_not_there(run: Run) -> None:
    result = run("import", "absent.html", "--quiet")
    assert (result.exit_code, result.stderr) == (2, "filature: absent.html: no such file or folder\n")


def test_a_page_that_is_too_large(site: Site, here: Path, run: Run) -> None:
    site.routes["/big"] = Reply(200, b"<p>" + b"mot " * 15_000_000)
    (here / "config.toml").write_text(source(site["/big"]))
    result = run("harvest", "--quiet")
    assert (result.exit_code, result.stderr) == (3, "filature: 1 failed; `filature status` says which and why\n")
    assert "too large" in why(run)


def test_redirects_in_a_loop(site: Site, here: Path, run: Run) -> None:
    site.routes["/a"] = Reply(302, headers={"location": "/b"})
    site.routes["/b"] = Reply(302, headers={"location": "/a"})
    (here / "config.toml").write_text(source(site["/a"]))
    assert run("harvest", "--quiet").exit_code == 3
    assert "redirects in a loop" in why(run)


def test_a_name_that_does_not_exist(here: Path, run: Run) -> None:
    (here / "config.toml").write_text(source("http://nobody.invalid/page"))
    result = run("harvest", "--quiet")
    assert (result.exit_code, len(result.stderr.splitlines())) == (3, 1)
    assert "nobody.invalid" in why(run)


def test_no_tls_where_it_was_promised(site: Site, here: Path, run: Run) -> None:
    (here / "config.toml").write_text(source(site["/page"].replace("http://", "https://")))
    result = run("harvest", "--quiet")
    assert (result.exit_code, len(result.stderr.splitlines())) == (3, 1)
    assert "TLS" in why(run)


def test_an_archive_where_nothing_can_be_written(run: Run) -> None:
    result = run("add", "https://example.org/", "--archive", "/proc/filature.db", "--quiet")
    assert result.exit_code == 5
    assert result.stderr.startswith("filature: /proc/filature.db: it cannot be ")
    assert len(result.stderr.splitlines()) == 1


def test_an_archive_of_a_newer_version(here: Path, run: Run) -> None:
    path = here / "newer.db"
    Archive.open(path).close()
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("UPDATE _sqlite_migrations SET name = 'm999_from_the_future' WHERE name LIKE 'm005%'")
        conn.commit()
    for command in ("status", "harvest"):
        result = run(command, "--archive", path, "--quiet")
        assert (result.exit_code, result.stderr) == (
            5,
            f"filature: {path}: written by a newer filature (m999_from_the_future is unknown here); "
            "upgrade filature to open it\n",
        )


def test_an_archive_that_is_no_database(here: Path, run: Run) -> None:
    path = here / "letter.db"
    path.write_text("Madame, Monsieur, " * 100)
    result = run("status", "--archive", path)
    assert (result.exit_code, len(result.stderr.splitlines())) == (5, 1)
    assert "not a filature archive" in result.stderr


def test_nothing_to_harvest_makes_no_archive(here: Path, run: Run) -> None:
    (here / "config.toml").touch()
    result = run("harvest")
    assert (result.exit_code, result.stderr.startswith("filature: nothing to harvest: no source")) == (2, True)
    assert [file.name for file in here.iterdir()] == ["config.toml"]


def test_an_archive_that_is_a_folder(here: Path, run: Run) -> None:
    result = run("status", "--archive", here)
    assert (result.exit_code, result.stderr) == (2, f"filature: {here}: a folder; name a file for the archive\n")


def test_a_model_that_is_not_installed(here: Path, run: Run) -> None:
    from tests.report.conftest import fill

    (here / "config.toml").write_text('[mining]\nmodel = "fr_absent_md"\nprocesses = 1\n')
    with Archive.open(here / "filature.db") as archive:
        fill(archive)
    result = run("mine", "--quiet")
    assert result.exit_code == 2
    assert (
        result.stderr == "filature: the French model 'fr_absent_md' is not installed: run `pip install fr-absent-md`, "
        "then try again\n"
    )


def test_a_report_that_cannot_be_written(here: Path, run: Run) -> None:
    from tests.report.conftest import fill

    with Archive.open(here / "filature.db") as archive:
        fill(archive)
    (here / "taken").write_text("")
    result = run("report", "topics", "-o", here / "taken" / "below" / "a.html", "--quiet")
    assert (result.exit_code, result.stderr) == (
        2,
        f"filature: {here}/taken/below: not a directory; give another path\n",
    )


def test_a_report_that_is_to_take_the_name_of_a_folder(here: Path, run: Run) -> None:
    from tests.report.conftest import fill

    with Archive.open(here / "filature.db") as archive:
        fill(archive)
    (here / "caps").mkdir()
    result = run("report", "topics", "-o", "caps", "--quiet")
    assert (result.exit_code, result.stderr) == (2, "filature: caps: is a directory; give another path\n")
    assert not (here / ".caps.part").exists()


def test_an_archive_that_is_restored_over(here: Path, run: Run) -> None:
    Archive.open(here / "filature.db").close()
    assert run("backup", "copy.db", "--quiet").exit_code == 0
    restored = run("restore", "copy.db", "--quiet")
    assert (restored.exit_code, restored.stderr) == (
        2,
        "filature: filature.db: an archive is there already; --replace puts it aside\n",
    )
    again = run("backup", "copy.db", "--quiet")
    assert (again.exit_code, again.stderr) == (2, "filature: copy.db: there already; give another path\n")


def test_a_port_that_is_taken(here: Path, run: Run, site: Site) -> None:
    Archive.open(here / "filature.db").close()
    result = run("serve", "--port", site.port, "--quiet")
    assert result.exit_code == 2
    assert (
        result.stderr
        == f"filature: port {site.port}: address already in use; take another with --port, or any with --port 0\n"
    )

"""`filature seal` and `filature verify --offline` as a user runs them, with a timestamp authority of our own."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from db.archive import Archive
from tests.db.samples import DAY_2, thread, visit
from tests.filature.authority import Authority, answering, make_authority, openssl
from tests.filature.conftest import Run

BROKEN = 6


@pytest.fixture
def path(here: Path) -> Path:
    """An archive with two requests."""
    (here / "config.toml").write_text('archive = "filature.db"\n', encoding="utf-8")
    path = here / "filature.db"
    with Archive.open(path) as archive:
        run = archive.start_run("harvest", "0.1.0")
        archive.save_visit(run, visit(thread()))
        archive.save_visit(run, visit(thread(), at=DAY_2, body=b"once more"))
        archive.finish_run(run, "ok", {})
    return path


def tamper(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as conn, conn:
        conn.execute(statement)


def test_an_archive_is_verified_sealed_and_verified_against_its_seal(run: Run, path: Path) -> None:
    done = run("verify", "--offline")
    assert done.exit_code == 0
    assert done.stdout.startswith("nothing is wrong: 2 requests, 2 snapshots, 1 document, 3 posts")
    done = run("seal", "--by", "A. Tester")
    assert done.exit_code == 0
    (seal,) = path.parent.glob("filature.seal-*.json")
    assert str(seal.name) in done.stdout
    assert json.loads(seal.read_text())["signed_by"] == "A. Tester"
    assert run("verify", "--offline", "--seal", seal).exit_code == 0


def test_a_second_seal_of_a_day_has_a_name_of_its_own_and_none_is_overwritten(run: Run, path: Path) -> None:
    assert [run("seal").exit_code for _ in range(2)] == [0, 0]
    first, second = sorted(path.parent.glob("filature.seal-*.json"), key=lambda file: len(file.name))
    assert second.name == f"{first.stem}-2.json"
    done = run("seal", "-o", first)
    assert done.exit_code == 2
    assert "never overwritten" in done.stderr


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE fetches SET url = 'https://other.example/' WHERE id = 1", "fetches 1: its chain is"),
        ("UPDATE posts SET start = start + 1 WHERE pk = 1", "posts 1: "),
        ("DELETE FROM fetches WHERE id = 1", "fetches 1: removed"),
    ],
)
def test_the_first_thing_that_is_wrong_ends_the_command_with_a_status_of_its_own(
    run: Run, path: Path, statement: str, says: str
) -> None:
    tamper(path, statement)
    done = run("verify", "--offline")
    assert done.exit_code == BROKEN
    assert says in done.stdout.splitlines()[0]
    assert says in done.stderr
    assert len(done.stderr.splitlines()) == 1
    listed = json.loads(run("verify", "--offline", "--json").stdout)
    assert says.startswith(f"{listed['problems'][0]['table']} {listed['problems'][0]['row']}")


def test_what_is_broken_is_not_sealed(run: Run, path: Path) -> None:
    tamper(path, "UPDATE fetches SET status = 404 WHERE id = 2")
    done = run("seal")
    assert done.exit_code == BROKEN
    assert "fetches 2" in done.stderr
    assert not list(path.parent.glob("*.seal-*"))


def test_a_cut_end_is_seen_with_the_seal_outside(run: Run, path: Path) -> None:
    run("seal", "-o", "outside.json")
    tamper(path, "DELETE FROM fetches WHERE id = 2")
    tamper(path, "UPDATE chain_head SET fetches = 1, chain = (SELECT chain FROM fetches WHERE id = 1)")
    tamper(path, "DELETE FROM seals")
    done = run("verify", "--offline", "--seal", "outside.json")
    assert done.exit_code == BROKEN
    assert "1 requests, seal outside.json counted 2: the last ones were removed" in done.stderr


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--seal", "none.json"), "none.json: no such file"),
        (("--seal", "config.txt"), "not a seal"),
        (("--seal", "seal.json", "--authority", "ca.pem"), "seal.json.tsr: no timestamp here"),
    ],
)
def test_what_cannot_be_compared_is_one_line(run: Run, path: Path, words: tuple[str, ...], says: str) -> None:
    Path("config.txt").write_text("archive = 'x'")
    run("seal", "-o", "seal.json")
    done = run("verify", "--offline", *words)
    assert done.exit_code == 2
    assert says in done.stderr
    assert len(done.stderr.splitlines()) == 1


# --- Timestamps -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    if shutil.which("openssl") is None:
        pytest.skip("the openssl command makes the authority, and is not installed")
    with answering(make_authority(tmp_path_factory.mktemp("authority"))) as running:
        yield running


def test_a_stamped_seal_is_believed_with_the_certificate_of_its_authority(
    run: Run, path: Path, authority: Authority
) -> None:
    done = run("seal", "-o", "seal.json", "--timestamp", authority.url)
    assert done.exit_code == 0, done.stderr
    assert "seal.json.tsr: stamped at 20" in done.stdout
    assert "its signature unchecked" in run("verify", "--offline", "--seal", "seal.json").stdout
    done = run("verify", "--offline", "--seal", "seal.json", "--authority", authority.certificate)
    assert done.exit_code == 0, done.stderr
    assert "signed by an authority you trust" in done.stdout
    # The same two files convince a program that has never heard of us.
    said = openssl("ts", "-verify", "-data", "seal.json", "-in", "seal.json.tsr", "-CAfile", authority.certificate)
    assert "OK" in said


def test_an_authority_that_sends_its_certificates_in_any_order_is_understood(
    run: Run, path: Path, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(authority, "chained", True)
    done = run("seal", "-o", "seal.json", "--timestamp", authority.url)
    assert done.exit_code == 0, done.stderr
    both = Path("both.pem")
    both.write_bytes(authority.certificate.read_bytes() + (authority.folder / "tsa.pem").read_bytes())
    done = run("verify", "--offline", "--seal", "seal.json", "--authority", both)
    assert done.exit_code == 0, done.stderr
    assert "signed by an authority you trust" in done.stdout


def test_a_manifest_that_was_written_anew_does_not_fit_its_stamp(run: Run, path: Path, authority: Authority) -> None:
    run("seal", "-o", "seal.json", "--timestamp", authority.url)
    seal = Path("seal.json")
    seal.write_text(seal.read_text().replace('"signed_by": ""', '"signed_by": "Somebody else"'))
    done = run("verify", "--offline", "--seal", "seal.json")
    assert done.exit_code == BROKEN
    assert "a timestamp of other bytes" in done.stderr


def test_an_authority_that_nobody_vouches_for_is_not_believed(
    run: Run, path: Path, authority: Authority, tmp_path: Path
) -> None:
    run("seal", "-o", "seal.json", "--timestamp", authority.url)
    stranger = make_authority(tmp_path / "stranger")
    done = run("verify", "--offline", "--seal", "seal.json", "--authority", stranger.certificate)
    assert done.exit_code == BROKEN
    assert "not signed by an authority that you trust" in done.stderr


@pytest.mark.parametrize(
    ("status", "body", "says"),
    [
        (500, b"", "answered 500"),
        (200, b"<html>hello</html>", "not a timestamp"),
        (200, b"", "not a timestamp"),
        (200, bytes(2_000_000), "more than 1000000 bytes"),
    ],
)
def test_a_seal_without_its_stamp_stands(
    run: Run, path: Path, authority: Authority, status: int, body: bytes, says: str
) -> None:
    authority.instead[:] = [(status, body)] * 2
    done = run("seal", "-o", "seal.json", "--timestamp", authority.url)
    authority.instead.clear()
    assert done.exit_code == 3
    assert says in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not Path("seal.json.tsr").exists()
    assert run("verify", "--offline", "--seal", "seal.json").exit_code == 0


def test_a_stamp_of_something_else_is_not_taken(run: Run, path: Path, authority: Authority, here: Path) -> None:
    (here / "other.txt").write_text("something else")
    openssl("ts", "-query", "-data", here / "other.txt", "-sha256", "-cert", "-out", here / "other.tsq")
    authority.instead.append((200, authority.reply((here / "other.tsq").read_bytes())))
    done = run("seal", "-o", "seal.json", "--timestamp", authority.url)
    assert done.exit_code == 3
    assert "answered for another request" in done.stderr


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/", "nonsense", "ftp://a.example/"])
def test_an_authority_that_is_not_there_is_one_line(run: Run, path: Path, url: str) -> None:
    done = run("seal", "-o", "seal.json", "--timestamp", url)
    assert done.exit_code == 3
    assert "sealed, but not stamped" in done.stderr
    assert len(done.stderr.splitlines()) == 1

"""Whatever is changed in an archive behind its back is named: which table, which row, what was expected."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest
import zstandard

from db import care, chain
from db.archive import Archive
from db.errors import NoSealError
from tests.db.samples import one, rows, thread, visit

ARCHIVES = Path(__file__).resolve().parents[1] / "archives"


def found(path: Path) -> list[str]:
    return [str(problem) for problem in care.problems(path, Counter())]


def tamper(path: Path, *statements: str) -> None:
    """Change the file as another program would: nothing is checked."""
    with closing(sqlite3.connect(path)) as conn, conn:
        for statement in statements:
            assert conn.execute(statement).rowcount, statement


def rechain(path: Path) -> None:
    """Work out the whole chain anew, as a careful forger would."""
    columns = ", ".join(chain.COLUMNS)
    with closing(sqlite3.connect(path)) as conn, conn:
        before = ""
        for key, *row in conn.execute(f"SELECT id, {columns} FROM fetches ORDER BY id").fetchall():
            before = chain.link(before, chain.digest(row))
            conn.execute("UPDATE fetches SET chain = ? WHERE id = ?", (before, key))
        conn.execute("UPDATE chain_head SET chain = ?, fetches = (SELECT count(*) FROM fetches)", (before,))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with something in every table, made once."""
    path = tmp_path_factory.mktemp("made") / "archive.db"
    path.write_bytes(zstandard.ZstdDecompressor().decompress((ARCHIVES / "m014.db.zst").read_bytes()))
    Archive.open(path).close()
    return path


@pytest.fixture
def whole(made: Path, tmp_path: Path) -> Path:
    """A copy of it, to do with as one likes."""
    return Path(shutil.copy(made, tmp_path / "copy.db"))


def test_nothing_is_wrong_with_an_archive_that_nobody_touched(whole: Path) -> None:
    tally: Counter[str] = Counter()
    assert list(care.problems(whole, tally)) == []
    assert tally["requests"] == one(whole, "SELECT count(*) FROM fetches")
    assert tally["bytes"] == one(whole, "SELECT sum(bytes) FROM snapshots")
    for table in ("snapshots", "documents", "versions", "posts", "claims", "mentions", "quantities"):
        assert tally[table] == one(whole, f"SELECT count(*) FROM {table}") > 0


LAST = "(SELECT max(id) FROM fetches)"
CASES = {
    "a column of a request": ("UPDATE fetches SET url = 'https://other.example/' WHERE id = 2", "fetches 2: its chain"),
    "a date of a request": (
        "UPDATE fetches SET fetched_at = '2020-01-01T00:00:00.000Z' WHERE id = 1",
        "fetches 1: its chain",
    ),
    "a header": ("UPDATE fetches SET headers = '{}  ' WHERE id = 3", "fetches 3: its chain is"),
    "a link of the chain": ("UPDATE fetches SET chain = 'abc' WHERE id = 2", "fetches 2: its chain is abc"),
    "a request removed": ("DELETE FROM fetches WHERE id = 2", "fetches 2: removed"),
    "the last request removed": (f"DELETE FROM fetches WHERE id = {LAST}", "chain_head 1: counts 4 requests"),
    "a request added": (
        "INSERT INTO fetches (run_id, url, final_url, elapsed_ms, fetched_at, headers)"
        " VALUES (1, 'https://planted.example/', 'https://planted.example/', 1, '2021-05-01T08:00:00.000Z', '{}')",
        "fetches 5: its chain is empty",
    ),
    "a snapshot removed": (
        "DELETE FROM snapshots WHERE sha256 = (SELECT snapshot FROM documents WHERE id = 1)",
        "its snapshot 13602ce5",
    ),
    "a snapshot added": (
        "INSERT INTO snapshots SELECT replace(sha256, 'a', 'b'), bytes, first_fetched_at, body FROM snapshots LIMIT 1",
        "its bytes are changed: their sha256 is",
    ),
    "a snapshot's size": ("UPDATE snapshots SET bytes = bytes + 1 WHERE rowid = 1", "were kept, they announce"),
    "a snapshot emptied": ("UPDATE snapshots SET body = x'' WHERE rowid = 1", "its bytes are changed"),
    "a post moved": ('UPDATE posts SET start = start + 1, "end" = "end" + 1 WHERE pk = 2', "posts 2: "),
    "a post before the text": ("UPDATE posts SET start = -1 WHERE pk = 1", "posts 1: "),
    "a post reworded": ("UPDATE posts SET text = 'Autre chose.' WHERE pk = 2", "posts 2: 'Autre chose.' was expected"),
    "a post removed": ("DELETE FROM posts WHERE pk = 1", "documents 1: its posts or its text are changed"),
    "two posts swapped": (
        "UPDATE posts SET position = 9 - position WHERE document_id = 1",
        "documents 1: its posts or its text",
    ),
    "a text": ("UPDATE documents SET text = replace(text, '60', '61') WHERE id = 1", "posts "),
    "a claim moved": ("UPDATE claims SET start = start - 1 WHERE id = 2", "claims 2: "),
    "a claim reworded": ("UPDATE claims SET text = text || '!' WHERE id = 1", "claims 1: "),
    "a name moved": ('UPDATE mentions SET "end" = "end" + 2 WHERE id = 1', "mentions 1: "),
    "an amount moved": ("UPDATE quantities SET start = 10000 WHERE id = 3", "quantities 3: "),
    "a document removed": ("DELETE FROM documents WHERE id = 2", "its document_id 2 is not in documents: removed"),
    "a version's posts": ("UPDATE versions SET text = 'Rien.'", "versions of document 1, version 1: post"),
    "a version's number": ("UPDATE versions SET version = 7", "versions of document 1, version 7: the document is at"),
    "the head of the chain": ("UPDATE chain_head SET fetches = 3", "chain_head 1: counts 3 requests"),
}


@pytest.mark.parametrize("case", CASES)
def test_what_was_changed_is_named(whole: Path, case: str) -> None:
    statement, says = CASES[case]
    tamper(whole, statement)
    problems = found(whole)
    assert problems, "nothing was noticed"
    assert any(says in problem for problem in problems), problems


def test_the_row_that_was_changed_is_the_only_one_named(whole: Path) -> None:
    tamper(whole, "UPDATE fetches SET status = 404 WHERE id = 2")
    (problem,) = care.problems(whole, Counter())
    assert (problem.table, problem.row) == ("fetches", "2")


def test_a_request_emptied_as_if_it_had_been_forgotten_is_noticed(whole: Path) -> None:
    columns = ", ".join(chain.COLUMNS)
    digest = chain.digest(rows(whole, f"SELECT {columns} FROM fetches WHERE id = 2")[0])
    empty = ", ".join(f"{column} = {value!r}" if value is not None else f"{column} = NULL"
                      for column, value in chain.ERASED.items())  # fmt: skip
    tamper(whole, "INSERT INTO tombstones VALUES (1, '2021-05-01T08:00:00.000Z', 'document', '', 0, 0, 0, 0, 'salt')")
    tamper(whole, f"INSERT INTO erased_fetches VALUES (2, 1, '{digest}')", f"UPDATE fetches SET {empty} WHERE id = 2")
    assert "erased_fetches: 1 requests are emptied, tombstones tell of 0" in found(whole)


@pytest.mark.parametrize("place", [0, 5, 0.5, -1])
def test_one_byte_of_a_snapshot(whole: Path, place: float) -> None:
    name, body = rows(whole, "SELECT sha256, body FROM snapshots ORDER BY length(body) DESC")[0]
    at = int(place * len(body)) if isinstance(place, float) else place
    changed = bytearray(body)
    changed[at] ^= 1
    with closing(sqlite3.connect(whole)) as conn, conn:
        conn.execute("UPDATE snapshots SET body = ? WHERE sha256 = ?", (bytes(changed), name))
    assert [problem.row for problem in care.problems(whole, Counter())] == [name]


def test_one_byte_of_the_file_where_a_snapshot_lies(whole: Path) -> None:
    name, body = rows(whole, "SELECT sha256, body FROM snapshots")[0]
    with closing(sqlite3.connect(whole)) as conn:
        conn.execute("PRAGMA journal_mode = DELETE")  # all in one file
    content = bytearray(whole.read_bytes())
    assert content.count(body) == 1
    content[content.index(body) + len(body) // 2] ^= 0x40
    whole.write_bytes(content)
    assert f"snapshots {name}: its bytes are changed" in found(whole)[0]


def test_a_snapshot_that_announces_a_gigabyte_is_not_unpacked(whole: Path) -> None:
    bomb = zstandard.ZstdCompressor().compress(bytes(1 << 26))
    with closing(sqlite3.connect(whole)) as conn, conn:
        conn.execute("UPDATE snapshots SET body = ? WHERE rowid = 1", (bomb,))
    assert "they announce 67108864" in found(whole)[0]


def test_a_page_of_the_file_that_is_overwritten_is_told_not_raised(whole: Path) -> None:
    with closing(sqlite3.connect(whole)) as conn:
        conn.execute("PRAGMA journal_mode = DELETE")
        page = conn.execute("SELECT rootpage FROM sqlite_master WHERE name = 'fetches'").fetchone()[0]
    with whole.open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(bytes(2000))
    assert found(whole)[0].startswith("file: ")


# --- Seals ------------------------------------------------------------------------------------------------


def sealed(path: Path) -> str:
    """The text of a seal of the archive, as it would be kept elsewhere."""
    manifest = care.seal(path, signed_by="A. Tester", version="0.1.0")
    return json.dumps(manifest)


def against(path: Path, manifest: str) -> list[str]:
    return [str(problem) for problem in care.seal_problems(path, manifest, "seal.json")]


def test_a_seal_says_what_is_there_and_fits(whole: Path) -> None:
    seal = sealed(whole)
    manifest = json.loads(seal)
    assert manifest["signed_by"] == "A. Tester"
    assert manifest["fetches"] == {"count": 4, "chain": one(whole, "SELECT chain FROM fetches WHERE id = 4")}
    assert manifest["tables"]["posts"]["rows"] == one(whole, "SELECT count(*) FROM posts")
    assert found(whole) == []
    assert against(whole, seal) == []


def test_an_archive_that_grew_still_fits(whole: Path) -> None:
    seal = sealed(whole)
    with Archive.open(whole) as archive:
        run = archive.start_run("harvest", "0.1.0")
        archive.save_visit(run, visit(thread([("100", "Réécrit.")]), at="2021-06-01T08:00:00.000Z", body=b"new"))
    assert against(whole, seal) == []
    assert found(whole) == []


CUT = (f"UPDATE chain_head SET fetches = fetches - 1, chain = (SELECT chain FROM fetches WHERE id = {LAST} - 1)",
       f"DELETE FROM fetches WHERE id = {LAST}")  # fmt: skip


def test_a_cut_end_is_seen_by_the_seal_only(whole: Path) -> None:
    tamper(whole, *CUT)
    without = found(whole)
    assert not [problem for problem in without if "fetches" in problem or "chain" in problem]


@pytest.mark.parametrize("outside", [False, True])
def test_a_seal_shows_a_cut_end(whole: Path, outside: bool) -> None:
    seal = sealed(whole)
    tamper(whole, *CUT)
    problems = against(whole, seal) if outside else found(whole)
    assert any("3 requests, seal" in problem and "counted 4" in problem for problem in problems)


def test_a_seal_shows_a_chain_that_was_worked_out_anew(whole: Path) -> None:
    seal = sealed(whole)
    tamper(whole, "UPDATE fetches SET fetched_at = '2019-01-01T00:00:00.000Z' WHERE id = 1")
    rechain(whole)
    tamper(whole, "DELETE FROM seals")
    assert found(whole) == []  # a careful forger is seen from outside alone
    assert "requests were changed, and the chain worked out anew" in against(whole, seal)[0]


CHANGED = {
    "a link": ("UPDATE links SET url = 'https://other.example/' WHERE id = 1", "links: "),
    "a card removed": ("DELETE FROM cards WHERE id = 1", "cards: "),
    "an author": ("UPDATE authors SET name = 'Autre' WHERE id = 1", "authors: "),
    "a check": ("UPDATE checks SET verdict = 'consistent'", "checks: "),
    "a date": ("UPDATE documents SET published_at = '2022-01-01T00:00:00.000Z' WHERE id = 1", "documents: "),
    "a claim removed": ("DELETE FROM claims WHERE id = 1", "claims: "),
}


@pytest.mark.parametrize("case", CHANGED)
def test_what_no_chain_covers_is_covered_until_the_next_run(whole: Path, case: str) -> None:
    seal = sealed(whole)
    statement, says = CHANGED[case]
    tamper(whole, statement)
    assert any(problem.startswith(says) and "no run was made since" in problem for problem in against(whole, seal))


@pytest.mark.parametrize(
    "edit",
    [
        lambda manifest: manifest["fetches"].update(count=3),
        lambda manifest: manifest.update(sealed_at="2001-01-01T00:00:00.000Z"),
        lambda manifest: manifest["tables"]["posts"].update(rows=1),
    ],
)
def test_an_edited_manifest_is_noticed(whole: Path, edit: object) -> None:
    manifest = json.loads(sealed(whole))
    edit(manifest)  # type: ignore[operator]
    assert "the manifest was edited" in against(whole, json.dumps(manifest))[0]


@pytest.mark.parametrize("text", ["", "no json", "[]", '{"format": "something else"}'])
def test_what_is_no_seal_is_refused(whole: Path, text: str) -> None:
    with pytest.raises(NoSealError, match=r"seal\.json: not a seal"):
        against(whole, text)


def test_a_manifest_without_its_parts_is_told(whole: Path) -> None:
    assert "cannot be read" in against(whole, '{"format": "filature seal 1"}')[0]

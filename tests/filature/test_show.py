"""`filature show` and `filature history`: what a reader sees, and what a program gets."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from db.archive import Archive
from db.records import Document, Findings
from filature.config import Config
from filature.wiring import mining_settings
from nlp.settings import pipeline_name
from tests.db.samples import DAY_1, DAY_2, DAY_3, PAGE, TWEETS, findings, gone, thread, visit
from tests.filature.conftest import Run

PIPELINE = pipeline_name(mining_settings(Config()))
ATTACK = "Titre \x1b]0;volé\x07\x1b[2J\u202e renversé"


def stored(path: Path, *documents: Document, found: Findings | None = None) -> Path:
    with Archive.open(path) as opened:
        run_id = opened.start_run("harvest", "0")
        for day, document in zip((DAY_1, DAY_2, DAY_3), documents, strict=False):
            opened.save_visit(run_id, visit(document, url=document.url, at=day, body=document.text.encode()))
        for task in list(opened.documents_to_mine(PIPELINE)):
            opened.save_findings(task, PIPELINE, found or findings(task.text), DAY_3)
    return path


@pytest.fixture
def archive(here: Path) -> Path:
    """A thread whose first post said 50 before it said 60, mined, with a wrong product; then gone."""
    before = thread([(key, text.replace("60", "50")) for key, text in TWEETS], title="Un compte")
    path = stored(here / "small.db", before, thread(title="Un compte"))
    with Archive.open(path) as opened:
        opened.save_visit(opened.start_run("harvest", "0"), gone(at=DAY_3))
    return path


def said(run: Run, *words: object) -> str:
    result = run("--archive", *words)
    assert result.exit_code == 0, result.stderr
    return str(result.stdout)


def told(run: Run, *words: object) -> Any:
    return json.loads(said(run, *words, "--json"))


@pytest.mark.parametrize("name", ["1", PAGE, "101", "https://twitter.com/i/web/status/102"])
def test_a_document_is_read_by_id_address_or_tweet(name: str, run: Run, archive: Path) -> None:
    assert "Chaque prestataire coûte 500 euros par jour" in said(run, archive, "show", name)


def test_sentences_that_are_alike_are_not_called_the_same(run: Run, archive: Path) -> None:
    with Archive.open(archive) as opened:
        claims = [claim.id for claim in opened.claims_for_grouping()]
        opened.save_claim_groups(dict.fromkeys(claims, 1))
    assert len(claims) > 1
    assert f"{len(claims)} similar sentences in the archive" in " ".join(said(run, archive, "show", "1").split())


def test_a_reading_says_who_when_and_how_that_is_known(run: Run, archive: Path) -> None:
    text = said(run, archive, "show", "1")
    assert "@lagent · L'Agent · thread of 3 posts" in text
    assert "2021-05-01 08:00, from the id of the post" in text
    assert "version 2 of 2 (the newest)" in text
    assert "─ 2  https://x.example/lagent/status/101" in text


def test_marked_sentences_have_their_amounts_and_sums(run: Run, archive: Path) -> None:
    text = " ".join(said(run, archive, "show", "1").split())
    assert "en continu, à l'année. [1]" in text
    assert "[1] quantity · worth checking 0.90" in text
    assert "amounts: 60 prestataires" in text
    assert "✗ WRONG SUM: 60 x 500 = 31 000, not 30 000" in text
    assert "1 wrong sum" in text


def test_links_and_media_stand_under_their_post(run: Run, archive: Path) -> None:
    text = said(run, archive, "show", "1")
    assert text.index("https://www.cour.example/rapport") < text.index("─ 2")
    assert text.index("https://img.example/1.jpg") < text.index("─ 2")


def test_a_gone_document_names_the_answer(run: Run, archive: Path) -> None:
    for command in ("show", "history"):
        assert "answered 404 (request 3, run 2)" in " ".join(said(run, archive, command, "1").split())


def test_an_earlier_version_is_read_without_findings(run: Run, archive: Path) -> None:
    text = said(run, archive, "show", "1", "--version", "1")
    assert "Le ministère paie 50 prestataires" in text
    assert "[1]" not in text
    assert "What it said before" in text


def test_an_unknown_version_names_those_there_are(run: Run, archive: Path) -> None:
    result = run("--archive", archive, "show", "1", "--version", "3")
    assert result.exit_code == 2
    assert result.stderr.splitlines()[-1] == "filature: 1: no version 3; the archive has 1, 2"


@pytest.mark.parametrize("command", ["show", "history"])
def test_an_unknown_document_is_one_line(command: str, run: Run, archive: Path) -> None:
    result = run("--archive", archive, command, "77")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "77: no such document in" in result.stderr


def test_changes_are_told_word_by_word(run: Run, archive: Path) -> None:
    text = said(run, archive, "history", "1")
    assert "~ Le ministère paie [-50-]{+60+} prestataires" in text
    assert "version 1 → version 2" in text


def test_programs_get_the_reading(run: Run, archive: Path) -> None:
    found = told(run, archive, "show", "1")
    assert found["document"]["posts"][0]["text"] in found["document"]["text"]
    assert (
        found["claims"][0]["text"] == found["document"]["text"][found["claims"][0]["start"] : found["claims"][0]["end"]]
    )
    assert found["links"][0]["url"] == "https://www.cour.example/rapport"
    assert found["gone"]["status"] == 404
    before = told(run, archive, "show", "1", "--version", "1")
    assert "paie 50" in before["document"]["text"]
    assert (before["claims"], before["analysis"], before["document"]["version"]) == ([], None, 1)


def test_programs_get_the_history(run: Run, archive: Path) -> None:
    found = told(run, archive, "history", "1")
    assert [version["first_seen_at"] for version in found["versions"]] == [DAY_1, DAY_2]
    (change,) = found["changes"]
    assert (change["from"], change["to"], change["lines"][0]["op"]) == (1, 2, "changed")
    assert found["gone"]["at"] == DAY_3


@pytest.mark.parametrize(
    "command", [("show", "1"), ("history", "1"), ("search", "renverse"), ("mine", "--explain", "1")]
)
def test_nothing_a_page_wrote_reaches_the_terminal_as_an_order(command: tuple[str, ...], run: Run, here: Path) -> None:
    hostile = thread([("1", ATTACK), ("2", "\x9b31mrouge\r\x08")], title=ATTACK)
    after = thread([("1", f"{ATTACK} !"), ("2", "\x9b31mrouge\r\x08")], title=ATTACK)
    path = stored(here / "hostile.db", hostile, after, found=Findings())
    text = said(run, path, *command)
    assert "renversé" in text
    assert not set(text) & set("\x1b\x07\x08\r\x9b\u202e")


def test_notes_of_an_article_stand_under_their_paragraph(run: Run, here: Path) -> None:
    first, last = "\n\n".join(text for _, text in TWEETS), "Un dernier paragraphe, sans rien."
    article = Document(kind="post", url="https://blog.example/a", text=f"{first}\n\n{last}", title="Un billet")
    text = said(run, stored(here / "blog.db", article), "show", "1")
    assert text.index("Le ministère paie") < text.index("[1] quantity") < text.index("Chaque prestataire")
    assert text.rstrip().endswith(last)


@pytest.mark.parametrize("command", ["show", "history"])
def test_no_line_is_wider_than_the_terminal(
    command: str, run: Run, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert max(map(len, said(run, archive, command, "1").splitlines())) <= 80


def test_a_line_of_any_length_is_printed_whole_and_at_once(run: Run, here: Path) -> None:
    long = Document(kind="page", url="https://long.example/", text="a" * 3_000_000)
    started = time.process_time()
    assert "a" * 3_000_000 in said(run, stored(here / "long.db", long, found=Findings()), "show", "1")
    assert time.process_time() - started < 5  # folding it here took ten seconds

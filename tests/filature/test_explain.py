"""`filature mine --explain`: every finding with its rule, from an archive whose findings are made by hand."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path

import pytest
from rich.console import Console

from db.archive import Archive
from db.records import Findings
from filature.config import Config
from filature.explain import passages, show, width_for
from filature.wiring import mining_settings
from nlp.settings import pipeline_name
from tests.db.samples import DAY_2, DAY_3, PAGE, findings, thread, visit
from tests.filature.conftest import ROOT, Run

PIPELINE = pipeline_name(mining_settings(Config()))


@pytest.fixture
def archive(here: Path) -> Path:
    """A thread of three posts, seen twice, mined: two names, three amounts, two sentences, a wrong product."""
    path = here / "small.db"
    with Archive.open(path) as opened:
        run_id = opened.start_run("harvest", "0")
        opened.save_visit(run_id, visit(thread()))
        opened.save_visit(run_id, visit(thread(), at=DAY_2))
        store(opened, findings(thread().text))
    return path


def store(archive: Archive, found: Findings) -> None:
    (task,) = archive.documents_to_mine(PIPELINE)
    archive.save_findings(task, PIPELINE, found, DAY_3)


def explained(run: Run, archive: Path, name: str = "1") -> str:
    result = run("--archive", archive, "mine", "--explain", name)
    assert result.exit_code == 0
    return result.stdout


@pytest.mark.parametrize("name", ["1", PAGE, f" {PAGE}#top", "101", "https://twitter.com/i/web/status/102"])
def test_a_document_is_found_by_id_address_or_tweet(name: str, run: Run, archive: Path) -> None:
    assert "Le ministère paie 60 prestataires" in explained(run, archive, name)


@pytest.mark.parametrize("name", ["2", "https://threads.example/t/9", "@lagent", "?", ""])
def test_an_unknown_document_is_one_line_and_a_status(name: str, run: Run, archive: Path) -> None:
    result = run("--archive", archive, "mine", "--explain", name)
    assert (result.exit_code, result.stdout) == (2, "")
    (line,) = [line for line in result.stderr.splitlines() if not line.startswith("no config.toml")]
    assert "no such document" in line
    assert "filature search" in line


def test_limit_makes_no_sense_with_one_document(run: Run, archive: Path) -> None:
    assert run("--archive", archive, "mine", "--explain", "1", "--limit", "2").exit_code == 2


@pytest.mark.parametrize(
    "words",
    [
        "thread of 3 posts · 2021-05-01 (snowflake)",
        f"2021-05-01 08:00 from {PAGE}, and 1 time since, unchanged",
        f"mined     2021-05-03 08:00 by pipeline {PIPELINE}, language fr",
        "✗ 1 wrong sum",
        "── post 2  https://x.example/lagent/status/101",
        "● Le ministère paie 60 prestataires en continu, à l'année.",
        "quantity · worth 0.90 · by the author",
        "outsourcing 0.80: prestataires",
        "ENA · Q273579",
        "60 prestataire ",
        "500 EUR (prestataire)",
        "✗ WRONG SUM: product",
        "60 x 500 = 31 000, not 30 000",
        "31 000 EUR",
    ],
)
def test_the_page_says(words: str, run: Run, archive: Path) -> None:
    assert words in explained(run, archive).replace("\u202f", " ")


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("à l'année", "amount"),
        ("60 prestataires  ", "number"),
        ("ministère  ", "lexicon"),
        ("gives     recomputed", "product"),
    ],
)
def test_every_finding_stands_beside_its_rule(words: str, rule: str, run: Run, archive: Path) -> None:
    lines = explained(run, archive).splitlines()
    at = next(number for number, line in enumerate(lines) if words in line)
    assert any(line.rstrip(" │").endswith(rule) for line in lines[at : at + 2])


@pytest.mark.parametrize(("columns", "width"), [(40, 60), (80, 80), (120, 120), (300, 120)])
def test_lines_fit(columns: int, width: int, run: Run, archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    assert width_for(columns) == width
    output = explained(run, archive)
    assert max(map(len, output.splitlines())) == width
    assert "\x1b" not in output


def test_no_address_is_cut(run: Run, archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    output = explained(run, archive)
    assert "…" not in output
    assert all(post.url and post.url in output.replace("\n", "") for post in thread().posts[:2])


def test_colours_change_no_word(archive: Path) -> None:
    with Archive.open(archive, readonly=True) as opened:
        evidence = opened.evidence(1)
    assert evidence
    plain, coloured = Console(width=80, record=True, no_color=True), Console(width=80, record=True, color_system="256")
    texts = []
    for console in (plain, coloured):
        with console.capture():
            show(evidence, console)
        texts.append(console.export_text())
    assert texts[0] == texts[1]


def test_what_stands_in_no_sentence_comes_last(archive: Path) -> None:
    with Archive.open(archive, readonly=True) as opened:
        evidence = opened.evidence(1)
    assert evidence
    *inside, outside = passages(evidence)
    assert [p.claim.text[:8] for p in inside if p.claim] == ["Le minis", "Chaque p"]
    assert [q.surface for q in outside.quantities] == ["30 000 euros"]
    assert sum(len(p.quantities) for p in [*inside, outside]) == len(evidence.quantities) == 3


def test_json_holds_all_and_its_offsets(run: Run, archive: Path) -> None:
    told = json.loads(run("--archive", archive, "mine", "--explain", "1", "--json").stdout)
    text = told["document"]["text"]
    for kind, words in (("claims", "text"), ("mentions", "surface"), ("quantities", "surface")):
        assert told[kind]
        for item in told[kind]:
            assert text[item["start"] : item["end"]] == item[words]
            assert item["rule"]
    (check,) = told["checks"]
    assert (check["verdict"], check["rule"], check["computed"]) == ("inconsistent", "product", 31_000)
    known = {quantity["id"] for quantity in told["quantities"]}
    assert [operand["role"] for operand in check["operands"]] == ["factor", "factor"]
    assert {operand["quantity_id"] for operand in check["operands"]} <= known
    assert told["analysis"] == {"version": 1, "pipeline": PIPELINE, "analysed_at": DAY_3}
    assert [fetch["fetched_at"] for fetch in told["fetches"]] == ["2021-05-01T08:00:00.000Z", DAY_2]
    assert {fetch["snapshot"] for fetch in told["fetches"]} == {told["document"]["snapshot"]}


def test_the_json_form_is_documented(run: Run, archive: Path) -> None:
    page = (ROOT / "docs" / "explain.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"`(\w+)`", page))
    told = json.loads(run("--archive", archive, "mine", "--explain", "1", "--json").stdout)
    assert keys(told) - documented == set()


def keys(value: object) -> set[str]:
    """Every key of a JSON value, at any depth."""
    if isinstance(value, dict):
        return set(value).union(*map(keys, value.values()))
    return set().union(*map(keys, value)) if isinstance(value, list) else set()


@pytest.mark.model
def test_a_document_that_waits_is_mined_first(run: Run, here: Path) -> None:
    path = here / "new.db"
    text = "Le Sénat compte 60 agents. Parmi eux, 30 sont contractuels, soit 5 %."
    with Archive.open(path) as opened:
        opened.save_visit(opened.start_run("harvest", "0"), visit(thread([("100", text)])))
    first = run("--archive", path, "mine", "--explain", "100", "--json")
    assert "mining it first" in first.stderr
    told = json.loads(first.stdout)
    assert [mention["name"] for mention in told["mentions"]] == ["Sénat"]
    assert [(check["stated"], check["computed"]) for check in told["checks"]] == [(5, 50)]
    again = run("--archive", path, "mine", "--explain", "100", "--json")
    assert "mining" not in again.stderr
    assert again.stdout == first.stdout


@pytest.mark.model
def test_findings_of_another_pipeline_are_renewed(run: Run, archive: Path) -> None:
    with Archive.open(archive) as opened:
        (task,) = opened.documents_to_mine("older")
        stale = dataclasses.replace(findings(task.text).mentions[0], rule="of long ago")
        opened.save_findings(task, "older", Findings(mentions=(stale,)), DAY_3)
    assert "of long ago" not in explained(run, archive)

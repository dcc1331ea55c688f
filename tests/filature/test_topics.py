"""`filature topics`: list, discover, show, rename, merge, pin, on a real archive and without the model."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from db.archive import Archive
from db.records import Document, Fetch, Target, TopicSeed, Visit
from filature.config import load_config
from nlp.topics import compile_topics
from tests.filature.conftest import Run

THEMES = (
    "hôpital soignants urgences lits infirmières médecins patients",
    "école élèves professeurs classes collège lycée rentrée",
    "gares trains voyageurs quais guichets billets rails",
)


@pytest.fixture
def archive(here: Path) -> Path:
    """Three themes of six documents, and one topic of config.toml."""
    path = here / "filature.db"
    with Archive.open(path) as opened:
        opened.save_topics([TopicSeed(name="water", label="Water", terms=("nappe*",))])
        add(opened, range(18))
    return path


def add(opened: Archive, numbers: range) -> None:
    run = opened.start_run("harvest", "0.1.0")
    for number in numbers:
        words = random.Random(number).choices(THEMES[number % 3].split(), k=30)
        url = f"https://blog.example/{number}"
        document = Document(kind="post", url=url, title=f"Billet {number}", text=" ".join(f"Les {w}." for w in words))
        fetch = Fetch(
            url=url, final_url=url, fetched_at="2021-06-01T08:00:00.000Z", elapsed_ms=1, status=200, body=b"page"
        )
        target = Target(url=url, kind="article", state="done")
        opened.save_visit(run, Visit(target=target, fetches=(fetch,), documents=(document,)))


def discovered(run: Run) -> list[str]:
    return [topic["id"] for topic in json.loads(run("topics", "--json").stdout) if topic["origin"] == "discovered"]


def test_topics_are_discovered_and_listed_after_those_of_the_configuration(run: Run, archive: Path) -> None:
    result = run("topics", "discover")
    assert result.stdout.splitlines()[-1] == "18 documents: 3 topics"
    assert result.stdout.count(": new\n") == 3
    lines = run("topics").stdout.splitlines()
    assert [lines[1], lines[4].split()[0]] == ["Of config.toml", "water"]
    assert [lines[6], len(lines[9:])] == ["Discovered", 3]
    assert run("topics", "discover").stdout == "18 documents: 3 topics\n"


def test_a_number_of_topics_and_json(run: Run, archive: Path) -> None:
    found = json.loads(run("topics", "discover", "--count", 2, "--json").stdout)
    assert [len(topic["terms"]) > 2 for topic in found["topics"]] == [True, True]
    assert found["tried"] == []


def test_a_topic_is_shown_with_its_documents_and_its_past(run: Run, archive: Path) -> None:
    run("topics", "discover")
    name = discovered(run)[0]
    shown = run("topics", "show", name, "--limit", 3).stdout
    assert shown.count("Billet") == 3
    assert "100%" in shown
    assert shown.splitlines()[-1].endswith("  new")
    assert len(json.loads(run("topics", "show", name, "--json").stdout)["heaviest"]) == 6


def test_a_label_of_ones_own_stays_when_documents_are_added(run: Run, archive: Path) -> None:
    run("topics", "discover")
    name = discovered(run)[0]
    assert run("topics", "rename", name, "Mon sujet").stdout == f"{name}: Mon sujet\n"
    with Archive.open(archive) as opened:
        add(opened, range(18, 24))
    assert run("topics", "discover").stdout == "24 documents: 3 topics\n"
    assert "Mon sujet" in run("topics").stdout


def test_merged_topics_stay_merged(run: Run, archive: Path) -> None:
    run("topics", "discover")
    one, other, _ = discovered(run)
    assert run("topics", "merge", one, other).stdout == f"{one}: {other} is part of it, 12 documents\n"
    assert run("topics", "discover").stdout == "18 documents: 2 topics\n"
    assert f"{other}: merged into {one} by hand" in run("topics", "show", one).stdout


def test_a_pinned_topic_is_found_by_its_terms(run: Run, archive: Path, here: Path) -> None:
    config = here / "config.toml"
    config.write_text('archive = "filature.db"\n', encoding="utf-8")
    run("topics", "discover")
    name = next(topic for topic in discovered(run) if "train" in run("topics", "show", topic).stdout)
    block = run("topics", "pin", name).stdout
    assert block.startswith("\n[[topics]]\n")
    assert config.read_text(encoding="utf-8") == 'archive = "filature.db"\n'
    assert run("topics", "pin", name, "--write").stdout == f"config.toml: [[topics]] {name}; run filature mine\n"
    assert config.read_text(encoding="utf-8") == 'archive = "filature.db"\n' + block
    (entry,) = load_config(config).topics
    seed = TopicSeed(name=entry.name, label=entry.label, terms=entry.terms)
    assert compile_topics([seed]).words("Un train entre en gare.")[name] == ("train", "gare")
    again = run("topics", "pin", name, "--write")
    assert (again.exit_code, "is taken by [[topics]] 1" in again.stderr) == (2, True)


def test_what_is_pinned_is_not_discovered_again(run: Run, archive: Path, here: Path) -> None:
    (here / "config.toml").write_text('archive = "filature.db"\n', encoding="utf-8")
    run("topics", "discover")
    name = discovered(run)[0]
    run("topics", "pin", name, "--write")
    entry = load_config(here / "config.toml").topics[0]
    with Archive.open(archive) as opened:
        opened.save_topics([TopicSeed(name=entry.name, label=entry.label, terms=entry.terms)])
    assert run("topics", "discover").stdout == "18 documents: 3 topics\n"
    assert len(discovered(run)) == 2


@pytest.mark.parametrize("words", [("rename", "autre", "Un"), ("merge", "autre", "autres"), ("rename", "water", "Un")])
def test_a_wrong_name_is_no_run(run: Run, archive: Path, words: tuple[str, ...]) -> None:
    assert run("topics", *words).exit_code == 2
    with Archive.open(archive, readonly=True) as opened:
        assert [found.command for found in opened.status().runs] == ["harvest"]


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("show", "nope"), "no topic 'nope' in"),
        (("rename", "water", "x"), "water: a topic of config.toml; change it there"),
        (("merge", "water", "water"), "cannot be merged with itself"),
        (("merge", "water", "nope"), "a topic of config.toml"),
        (("pin", "water"), "a topic of config.toml"),
        (("rename", "water", " "), "the label is empty"),
    ],
)
def test_what_cannot_be_done_is_one_line(run: Run, archive: Path, words: tuple[str, ...], line: str) -> None:
    result = run("topics", *words)
    assert result.exit_code == 2
    assert line in result.stderr
    assert result.stderr.count("\n") <= 2


def test_an_archive_without_documents(run: Run, here: Path) -> None:
    Archive.open(here / "filature.db").close()
    assert run("topics", "discover").stdout == "0 documents: 0 topics\n"
    assert "no topics yet" in run("topics").stderr

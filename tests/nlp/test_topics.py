"""Topics by the terms of the configuration: forms, accents, acronyms, and what short sentences are said about."""

from __future__ import annotations

import pytest

from db.records import TopicSeed
from nlp.sentences import split_sentences
from nlp.topics import claim_topics, compile_topics, document_topics, topic_words

MATCHER = compile_topics(
    [
        TopicSeed(
            name="ecole",
            label="École",
            terms=("élève*", "école publique", "aide d'État", "école*", "visite* médicale*"),
        ),
        TopicSeed(name="ars", label="ARS", terms=("ARS", "agence* régionale* de santé", "hôpita*")),
        TopicSeed(name="soins", label="Soins", terms=("médica*", "école* d'infirmières")),
        TopicSeed(name="ena", label="ENA", terms=("ENA", "haut* fonctionnaire*")),
    ]
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Les élèves attendent.", {"ecole": ("élèves",)}),
        ("LES ELEVES ATTENDENT", {"ecole": ("ELEVES",)}),
        ("les eleves attendent", {"ecole": ("eleves",)}),
        ("Un taux élevé", {}),
        ("une aide d’Etat", {"ecole": ("aide d’Etat",)}),
        ("Les écoles publiques", {"ecole": ("écoles publiques",)}),
        ("l'ARS et #ARS", {"ars": ("ARS", "#ARS")}),
        ("#AgenceRégionaleDeSanté", {"ars": ("#AgenceRégionaleDeSanté",)}),
        ("#VisiteMédicale, #visitemedicale", {"ecole": ("#VisiteMédicale",)}),
        ("les arts et les ars", {}),
        ("une agence régionale de santé, les hôpitaux", {"ars": ("agence régionale de santé", "hôpitaux")}),
        ("sortie de l'Ena", {"ena": ("Ena",)}),
        ("hauts-fonctionnaires", {"ena": ("hauts-fonctionnaires",)}),
        ("la visite médicale", {"ecole": ("visite médicale",)}),
        ("une école d'infirmières", {"soins": ("école d'infirmières",)}),
        ("visite médicale, carte médicale", {"ecole": ("visite médicale",), "soins": ("médicale",)}),
        ("", {}),
    ],
)  # fmt: skip
def test_terms(text: str, found: dict[str, tuple[str, ...]]) -> None:
    assert MATCHER.words(text) == found


def test_a_short_sentence_is_about_what_was_said_before() -> None:
    text = "L'hôpital de Vire perd des lits.\n40 de moins en dix ans.\nEt ce n'est pas fini."
    topics = claim_topics(topic_words(MATCHER, text, split_sentences(text)))
    assert [t.topic for t in topics[1]] == ["ars"]
    assert topics[1][0].weight < topics[0][0].weight
    assert topics[1][0].words == ("hôpital",)


def test_a_topic_that_recurs_belongs_to_all_sentences() -> None:
    text = "L'hôpital ferme.\nL'hôpital attend.\nLes élèves partent."
    topics = claim_topics(topic_words(MATCHER, text, split_sentences(text)))
    assert {t.topic for t in topics[2]} == {"ecole", "ars"}


def test_a_topic_named_seldom_beside_another_stays_with_its_sentences() -> None:
    text = "L'hôpital ferme.\n" * 5 + "Les élèves partent.\nLes élèves attendent.\nVoilà."
    topics = claim_topics(topic_words(MATCHER, text, split_sentences(text)))
    assert [t.topic for t in topics[-1]] == ["ars"]


def test_topics_of_a_document_come_heaviest_first() -> None:
    text = "L'hôpital ferme. L'hôpital attend. Les élèves partent. Voilà."
    topics = document_topics(topic_words(MATCHER, text, split_sentences(text)))
    assert [(t.topic, t.weight) for t in topics] == [("ars", 0.6667), ("ecole", 0.3333)]
    assert document_topics(()) == ()

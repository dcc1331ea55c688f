"""Discovered topics: on invented sentences of a few themes, small enough to know what must come out."""

from __future__ import annotations

import random
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np
import pytest

from db.records import KnownTopic, TopicEvent
from nlp.discovery import Discovery, discover, find
from nlp.discovery.choice import choose
from nlp.discovery.labels import label_of
from nlp.discovery.terms import PASSAGE, read, stem
from nlp.discovery.vocabulary import Floats, build_vocabulary, surfaces, to_stems

THEMES = {
    "hospital": "hôpital soignants urgences lits infirmières médecins patients blocs opératoires",
    "school": "école élèves professeurs classes collège lycée rentrée cantine programmes",
    "train": "gares trains voyageurs quais guichets billets rails cheminots lignes",
    "water": "rivière nappe sécheresse forage irrigation barrage captage robinet pesticides",
}


def text_about(theme: str, number: int, words: int = 30) -> str:
    chosen = random.Random(f"{theme}{number}").choices(THEMES[theme].split(), k=words)
    return " ".join(f"Les {word}." for word in chosen)


def corpus(each: int, themes: Sequence[str] = ("hospital", "school", "train"), first: int = 0) -> dict[str, str]:
    return {f"{theme}{n}": text_about(theme, n) for n in range(first, first + each) for theme in themes}


def found(texts: dict[str, str], **options: object) -> Discovery:
    return discover(list(texts.values()), list(texts), **options)  # type: ignore[arg-type]


def known(discovery: Discovery) -> list[KnownTopic]:
    return [
        KnownTopic(
            id=topic.id, label=topic.label, terms=tuple(term for term, _ in topic.terms),
            members=frozenset(key for key, name in discovery.leading.items() if name == topic.id),
        )
        for topic in discovery.topics
    ]  # fmt: skip


def theme_of(discovery: Discovery, theme: str) -> str:
    names = {name for key, name in discovery.leading.items() if str(key).startswith(theme)}
    assert len(names) == 1, names
    return names.pop()


# --- Words ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("token", "expected"),
    [
        ("Retraités", "retrait"), ("retraites", "retrait"), ("impôts", "impot"), ("Œuvres", "oeuvre"), ("PS", "ps"),
        ("ps", ""), ("pourrait", ""), ("été", ""), ("2021", ""), ("T2A", "t2a"), (".", None), ("\n", None),
        ("soignant·e·s", "soignan"), ("sous-traitants", "sous-tr"), ("serait-il", ""), ("the", ""),
    ],
)  # fmt: skip
def test_stems(token: str, expected: str | None) -> None:
    assert stem(token) == expected


def test_addresses_and_handles_are_no_words_and_long_texts_are_read_in_parts() -> None:
    reading = read(["Voir https://x.example/retraites @caisse : la caisse", "mot " * (3 * PASSAGE), ""])
    assert reading.words == ("Voir", "\n", ":", "la", "caisse", "mot")
    assert reading.owners.tolist() == [0, 1, 1, 1]
    assert reading.texts == 3


def test_phrases_are_found_and_written_as_the_texts_write_them() -> None:
    texts = [f"Le pouvoir d'achat baisse, le loyer {word} monte." for word in THEMES["train"].split()]
    stems = to_stems(read(texts))
    vocabulary = build_vocabulary(stems)
    assert "pouvoir achat" not in vocabulary.columns  # in every text: it tells none from another
    more = to_stems(read([*texts, *(f"Rien de tel : {word} !" for word in THEMES["water"].split() * 2)]))
    assert "pouvoir achat" in build_vocabulary(more).columns
    assert surfaces(more, {"pouvoir achat", "baisse"}) == {"pouvoir achat": "pouvoir d'achat", "baisse": "baisse"}
    assert "baisse loyer" not in build_vocabulary(more).columns  # a comma stands between


def test_a_label_prefers_phrases_and_what_is_its_own() -> None:
    terms = [("pouvoir", 1.0), ("pouvoir achat", 0.9), ("achat", 0.9), ("euro", 0.8), ("prix", 0.6), ("inflati", 0.5)]
    everywhere = {"pouvoir": 1.0, "pouvoir achat": 0.9, "achat": 0.9, "euro": 4.0, "prix": 0.6, "inflati": 0.5}
    written = {"pouvoir achat": "pouvoir d'achat", "inflati": "inflation"}
    assert label_of(terms, everywhere, written) == "pouvoir d'achat, prix, inflation"


# --- Topics -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("topics", [None, 3])
def test_themes_are_found_with_their_words(topics: int | None) -> None:
    discovery = found(corpus(8), topics=topics)
    assert len(discovery.topics) == 3
    for theme in ("hospital", "school", "train"):
        topic = next(t for t in discovery.topics if t.id == theme_of(discovery, theme))
        assert {term for term, _ in topic.terms[:5]} <= set(THEMES[theme].split())
        assert topic.size == 8
        assert len(topic.label.split(", ")) == 3
        assert topic.terms[0][1] == 1.0
    assert {event.event for event in discovery.events} == {"born"}


def test_the_same_texts_give_the_same_topics_and_nothing_happens() -> None:
    texts = corpus(8)
    first = found(texts)
    assert found(texts) == first
    again = found(texts, previous=known(first))
    assert (again.topics, again.events) == (first.topics, ())


def test_a_text_gets_weights_and_the_words_that_decided() -> None:
    discovery = found(corpus(8), topics=3)
    both, nothing = discovery.assign([text_about("school", 99) + text_about("train", 99, 15), "Ah bon ?"])
    assert [weight.topic for weight in both] == [theme_of(discovery, "school"), theme_of(discovery, "train")]
    assert 0.5 < both[0].weight < 0.9
    assert sum(weight.weight for weight in both) <= 1.001
    assert set(both[1].words) <= set(THEMES["train"].split())
    assert nothing == ()


@pytest.mark.parametrize("texts", [[], [""], ["Oui."], ["Un hôpital."], ["Un hôpital.", "Une école."]])
def test_next_to_nothing_is_no_error(texts: list[str]) -> None:
    discovery = discover(texts, range(len(texts)))
    assert len(discovery.topics) <= 1
    assert len(list(discovery.assign(texts))) == len(texts)


def test_five_texts_are_enough() -> None:
    texts = corpus(3, ("hospital", "train"))
    texts.pop("train2")
    discovery = found(texts)
    assert theme_of(discovery, "hospital") != theme_of(discovery, "train")


# --- From run to run --------------------------------------------------------------------------------------


def test_topics_keep_id_and_label_when_texts_are_added() -> None:
    first = found(corpus(8), topics=3)
    renamed = [replace(topic, label=f"Mine {n}") for n, topic in enumerate(known(first))]
    more = corpus(8) | corpus(3, ("hospital", "school", "train"), first=8) | corpus(9, ("water",))
    second = found(more, previous=renamed, topics=4)
    for theme in ("hospital", "school", "train"):
        assert theme_of(second, theme) == theme_of(first, theme)
    assert {topic.label for topic in second.topics} >= {"Mine 0", "Mine 1", "Mine 2"}
    assert second.events == (TopicEvent(theme_of(second, "water"), "born"),)


def test_what_is_gone_dies_and_its_id_is_not_given_again() -> None:
    first = found(corpus(8), topics=3)
    train = theme_of(first, "train")
    second = found(corpus(8, ("hospital", "school")), previous=known(first), topics=2)
    assert second.events == (TopicEvent(train, "died"),)
    third = found(corpus(8), previous=known(second), topics=3, taken={train})
    assert theme_of(third, "train") == f"{train}-2"


def test_topics_merge_and_split() -> None:
    both = {f"both{n}": text_about("hospital", n, 15) + text_about("school", n, 15) for n in range(20, 30)}
    texts = both | corpus(4, ("hospital", "school")) | corpus(22, ("train",))
    apart = found(texts, topics=3)
    together = found(texts, topics=2, previous=known(apart))
    (gone,) = {topic.id for topic in apart.topics} - {topic.id for topic in together.topics}
    (event,) = together.events
    assert (event.topic, event.event, event.other) == (gone, "merged", theme_of(together, "both"))
    split = found(texts, topics=3, previous=known(together), taken={gone})
    assert [(came.event, came.other) for came in split.events] == [("split", theme_of(together, "both"))]


def test_what_a_person_merged_stays_merged() -> None:
    first = found(corpus(8), topics=3)
    one, other, third = known(first)
    merged = replace(one, terms=one.terms[:10] + other.terms[:10], members=one.members | other.members, absorbed=1)
    second = found(corpus(8) | corpus(2, first=8), topics=3, previous=[merged, third])
    assert {topic.id for topic in second.topics} == {one.id, third.id}
    assert second.events == ()
    assert {topic.id: topic.size for topic in second.topics}[one.id] == 20


# --- Many texts -------------------------------------------------------------------------------------------


class Generated:
    """Texts that are made when they are asked for: none is kept."""

    def __init__(self, count: int) -> None:
        self.count = count

    def __iter__(self) -> Iterator[str]:
        themes = list(THEMES)
        return (text_about(themes[n % 4], n, 12) for n in range(self.count))


def peak(count: int) -> tuple[int, Discovery]:
    tracemalloc.start()
    discovery = discover(Generated(count), range(count), topics=4)
    top = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return top, discovery


def test_memory_does_not_grow_with_the_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(find, "LARGE", 300)
    monkeypatch.setattr(find, "BATCH", 100)
    peak(400)
    (few, _), (many, discovery) = peak(600), peak(2_400)
    assert many < few * 1.3
    leading = [weights[0].topic for weights in discovery.assign(Generated(40))]
    assert [leading[n] for n in range(4)] * 10 == leading
    assert len(set(leading)) == 4


@pytest.mark.parametrize(
    ("told", "chosen"),
    [
        (lambda factors: np.eye(len(factors)), 3),
        (lambda factors: np.eye(len(factors))[:, : 2 if len(factors) == 3 else None], 2),  # one of three leads no text
        (lambda factors: np.zeros((9, len(factors))), 1),
    ],
    ids=["fits", "one leads nothing", "nothing has a topic"],
)
def test_each_topic_must_lead_a_text(told: Callable[[Floats], Floats], chosen: int) -> None:
    stems = to_stems(read(corpus(8).values()))
    rows = build_vocabulary(stems).rows(stems)
    assert choose(rows, 5, told=told)[0] == chosen

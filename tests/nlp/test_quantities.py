"""Amounts, their units and bounds; the sentences are in amounts.txt."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.records import Quantity
from nlp.quantities import find_quantities
from nlp.quantities.units import singular
from nlp.sentences import split_sentences

TABLE = Path(__file__).with_name("amounts.txt")

NOUNS = """agents=agent emplois=emploi lois=loi chevaux=cheval bureaux=bureau travaux=travail lieux=lieu jeux=jeu
    prix=prix pays=pays mois=mois années=an hab.=habitant pros=professionnel infirmier.e.s=infirmier aidant·es=aidant
    élu(e)s=élu acteurs·rices=acteur co-auteurs=co-auteur EHPAD=EHPAD Lyonnais·es=Lyonnais Parisiens=Parisien
    religieux=religieux"""


def sentences() -> list[tuple[str, str]]:
    blocks = TABLE.read_text(encoding="utf-8").split("\n\n")[1:]
    pairs = (block.strip("\n").split("\n    ") for block in blocks)
    return [(text, "" if amounts == "none" else amounts) for text, amounts in pairs]


def said(quantity: Quantity) -> str:
    bound = "" if quantity.bound == "=" else f"{quantity.bound} "
    per = f" / {quantity.per}" if quantity.per else ""
    return f"{quantity.surface}: {bound}{quantity.value:.15g} {quantity.unit}{per}"


@pytest.mark.parametrize(("text", "expected"), sentences())
def test_amounts(text: str, expected: str) -> None:
    found = find_quantities(text)
    assert "; ".join(said(quantity) for quantity in found) == expected
    assert all(text[quantity.start : quantity.end] == quantity.surface for quantity in found)


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("La mairie a 12 agents.\nIls étaient 20 avant.", ["agent", "personne"]),
        ("On demandait 300 lits. On en a 200. Dont 50 à l'est.", ["lit", "lit", "lit"]),
        (
            "Sur 40 postes.\n\nTrois phrases.\n\nEncore une.\n\nPuis une autre, dont 12 000.",
            ["poste", "phrase", "phrase"],
        ),
        ("Les 4 millions de Parisiens. Ces 4 millions votent.", ["Parisien", "Parisien"]),
    ],
)
def test_understood_units(text: str, units: list[str]) -> None:
    assert [quantity.unit for quantity in find_quantities(text, split_sentences(text))] == units


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("Un budget de 15 M€", "budget"),
        ("Déficit de l'année : 12 M€", "Déficit de l'année"),
        ("12 M€ de recettes", "recettes"),
        ("65 % des agents", "agents"),
        ("40 médecins de ville", "médecins de ville"),
        ("Ils étaient 40", None),
    ],
)
def test_what_is_counted(text: str, counted: str | None) -> None:
    assert [quantity.counted for quantity in find_quantities(text)] == [counted]


@pytest.mark.parametrize(
    ("noun", "expected"),
    [pair.split("=") for pair in NOUNS.split()],
)
def test_singular(noun: str, expected: str) -> None:
    assert singular(noun) == expected


def test_decomposed_accents_keep_offsets_of_the_text() -> None:
    text = "De\u0301cide\u0301 : 12 me\u0301decins et 3 hôpitaux"
    found = find_quantities(text)
    assert [(text[q.start : q.end], q.unit) for q in found] == [
        ("12 me\u0301decins", "médecin"),
        ("3 hôpitaux", "hôpital"),
    ]


@given(st.text(alphabet="12 0,.€%kMd'unetrois·-/()\n", max_size=60))
def test_any_text_gives_ordered_spans_without_overlap(text: str) -> None:
    at = 0
    for quantity in find_quantities(text):
        assert at <= quantity.start < quantity.end <= len(text)
        at = quantity.end


@pytest.mark.parametrize(
    "unit",
    ["1 ", "12,", "1 111 ", "un sur ", "de 3 à 5 % ", "des milliers de ", "1/", "trois ", "12 m", "- 4 ", "le 3 "],
)
def test_time_grows_with_length_not_with_its_square(unit: str) -> None:
    def seconds(size: int) -> float:
        started = time.perf_counter()
        find_quantities(unit * size)
        return time.perf_counter() - started

    seconds(10)
    assert seconds(2400) < 40 * max(seconds(300), 0.002)

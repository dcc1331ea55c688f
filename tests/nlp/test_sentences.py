"""Sentences of posts and of administrative prose: `|` marks where one ends."""

from __future__ import annotations

import json
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.sentences import split_sentences
from tests.shared import shared


@pytest.mark.parametrize(
    "marked",
    [
        # inclusive writing
        "Les infirmier.e.s sont fatigué.e.s.| Les aidant·e·s aussi.",
        "Tou.te.s au conseil !| On y va.",
        "Merci aux agent.e.s, aux directeur.rice.s et aux élu(e)s.",
        # abbreviations and initials
        "Mme Lebrun et M. Le Bihan ont signé.| Cf. art. 12 du décret.",
        "Il faut p. ex. des lits, des postes, etc.| Rien ne vient.",
        "Les caisses, les agences, etc. ont reçu env. 30 lettres.",
        "L. Besnard a dit non.| J.-P. Carle aussi.",
        "On passe au plan B.| Il coûte cher.",
        "Selon l'art. L. 123-4 du code, c'est interdit.",
        "Ex. Des dizaines de guichets ont fermé.",
        # numbers
        "Le taux passe de 3.5 à 4.2 %.| Et alors ?",
        "Un loyer de 1.500 euros.| C'est trop.",
        "Le plan coûte 12 M.| Le reste suivra.",
        "Coût : 12,9 M.| Profs et parents attendent.",
        "Le 12 M. Le Drian a signé avec M. Carle.",
        "La loi n° 2016-41 du 26 janvier 2016.| Elle change tout.",
        "On ouvre à 14h30.| On ferme à 16 h.",
        "C'était en 2019.| Depuis, rien.",
        # numbering and lists
        "1. Le budget|\n2. Les postes|\na) à l'hôpital|\nb) en ville",
        "1/ D'abord les faits.|\n2/ Ensuite les chiffres.",
        "Il faudrait :|\n- des lits|\n- du temps ;|\n- des bras.",
        "Au menu|\n• un audit|\n• une fermeture",
        "► Ouvrir des lieux.|\n► Former les agents.",
        # lines that run on, and lines that do not
        "La réforme doit permettre de\nmieux répartir les moyens.",
        "Le rapport de la\nCour des comptes est sorti.",
        'Il a parlé de "simplification"\n(c\'est le mot du ministère)',
        "On ne lâche rien|\nLe guichet rouvre lundi",
        "une ligne sans majuscule|\n\nune autre ligne",
        "Bonne lecture :|\nla note est en ligne",
        # thread marks, asides and emoji close the sentence they follow
        "Je vous raconte tout. (1/X) ⤵️",
        "C'est la fin. (7/7)| Merci à toutes.",
        "Les effectifs ont fondu. (entre 2012 et 2020)| Le reste suit.",
        "Et on recommence.\n🙈🙉",
        "Bravo ! 👏👏| Au suivant.",
        "Bravo.| 👉 Le communiqué est ici.",
        # ellipses
        "Un budget de... 3 M€.| Voilà.",
        "On attend… et on attend encore.",
        "On attend...| Personne ne vient.",
        "Il ira (au guichet ?) demander un papier.",
        # addresses and tags
        "Tout est là : exemple.fr/le-rapport-…",
        "Voir https://exemple.fr/a.b.c.| Puis on en parle.",
        "C'est fini. #Hopital #Service_public",
        # glued words, forgotten stops
        "C'est fini.|Demain on recommence.",
        "Vraiment ?|Oui !|Non",
        "On a tout perdu| Il faut le dire.",
        # quotes
        "« C'est dur. »| Il part.",
        "« On ferme ? » demande-t-elle.",
        'Elle répond "jamais."| Puis s\'en va.',
        "Il parle d'« efficience »| Le mot est à la mode.",
        "\"La première phrase d'une citation.| La deuxième, jamais refermée.",
    ],
)
def test_sentences(marked: str) -> None:
    text = marked.replace("|", "")
    assert [text[a:b] for a, b in split_sentences(text)] == [part.strip() for part in marked.split("|")]


@given(st.text(alphabet="aB.1 \n!?…)(«»\"'é😀-/:,#@", max_size=80))
def test_nothing_is_lost_and_order_is_kept(text: str) -> None:
    ranges = split_sentences(text)
    inside = "".join(text[a:b] for a, b in ranges)
    assert "".join(inside.split()) == "".join(text.split())
    assert all(a < b and text[a:b] == text[a:b].strip() for a, b in ranges)
    assert all(first[1] <= second[0] for first, second in pairwise(ranges))


@pytest.mark.parametrize("unit", ["(a. ", "... ", "M. A. ", "-", "(((", "1/2 ", "😀 ", "« a", "x.Y", "a\n", "a.b@"])
def test_time_grows_with_length_not_with_its_square(unit: str) -> None:
    def seconds(size: int) -> float:
        text = unit * size
        best = float("inf")
        for _ in range(2):
            started = time.perf_counter()
            split_sentences(text)
            best = min(best, time.perf_counter() - started)
        return best

    assert seconds(8000) < 40 * max(seconds(1000), 0.0005)


def test_newspaper_boundaries_stay_above_the_floor() -> None:
    rows = [json.loads(line) for line in shared("yardsticks/sents_fr.jsonl").read_text(encoding="utf-8").splitlines()]
    right = wrong = missed = 0
    for row in rows:
        gold = {end for _, end in row["sents"][:-1]}
        ours = {end for _, end in split_sentences(row["text"])[:-1]}
        right, wrong, missed = right + len(gold & ours), wrong + len(ours - gold), missed + len(gold - ours)
    assert 2 * right / (2 * right + wrong + missed) >= 0.97

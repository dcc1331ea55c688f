"""The same claim in other words: groups and neighbours."""

from __future__ import annotations

from itertools import pairwise

import pytest

from nlp.sameclaim import group_claims, nearest_claims

CLAIMS = [
    "L'externalisation coûte 90 milliards d'euros par an à l'État.",
    "Chaque année, l'État externalise pour 90 milliards d'euros.",
    "Les agences régionales de santé ont perdu un quart de leurs effectifs.",
    "Un quart des effectifs des agences régionales de santé a disparu.",
    "La nouvelle école du service public ouvre en janvier.",
]


def test_rephrasings_share_a_group_and_others_stand_alone() -> None:
    groups = group_claims(CLAIMS)
    assert groups[0] == groups[1]
    assert groups[2] == groups[3]
    assert len(set(groups)) == 3


def test_groups_do_not_depend_on_the_order() -> None:
    forwards, backwards = group_claims(CLAIMS), group_claims(CLAIMS[::-1])[::-1]
    assert [a == b for a in forwards for b in forwards] == [a == b for a in backwards for b in backwards]


@pytest.mark.parametrize("texts", [[], ["seul"], ["🙃", "👇"], ["", ""], ["https://exemple.fr/a", "…"]])
def test_texts_without_words_stay_apart(texts: list[str]) -> None:
    assert group_claims(texts) == list(range(len(texts)))


def test_inclusive_writing_and_endings_do_not_hide_a_claim() -> None:
    groups = group_claims(
        ["Les soignant·e·s attendent 4 mois leurs primes", "les soignants attendront 4 mois leur prime", *CLAIMS[2:]]
    )
    assert groups[0] == groups[1]


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ("Le budget de l'hôpital augmente de 3 % en 2021.", "Le budget de l'hôpital baisse de 3 % en 2021.", False),
        ("Le budget de l'hôpital augmente de 3 % en 2021.", "Le budget de l'hôpital progresse de 4 % en 2021.", True),
        ("La commune ouvre deux classes de maternelle.", "La commune ferme deux classes de maternelle.", False),
        ("L'usine embauche 200 ouvriers à Vierzon.", "L'usine licencie 200 ouvriers à Vierzon.", False),
        ("Le budget des transports scolaires augmente.", "Le budget des transports scolaires n'augmente pas.", False),
        ("Le budget des transports scolaires n'a pas augmenté.",
         "Le budget des transports scolaires n'augmente pas.", True),
        ("La baisse du budget ferme la piscine, la hausse des prix aussi.",
         "La hausse des prix et la baisse du budget ferment la piscine.", True),
    ],
)  # fmt: skip
def test_claims_that_go_opposite_ways_stay_apart(one: str, other: str, together: bool) -> None:
    groups = group_claims([one, other, *CLAIMS])
    assert (groups[0] == groups[1]) is together


def test_no_third_claim_holds_opposite_ones_together() -> None:
    told = "Le budget de l'hôpital public de Vierzon {} en 2021."
    groups = group_claims([told.format(verb) for verb in ("augmente", "est connu", "baisse", "est voté", "augmentera")])
    assert groups[0] == groups[4] != groups[2]


def test_nearest_claims_come_best_first_without_the_claim_itself() -> None:
    nearest = nearest_claims(CLAIMS, most=2)
    assert nearest[0][0][0] == 1
    assert nearest[3][0][0] == 2
    assert all(i not in [j for j, _ in found] for i, found in enumerate(nearest))
    assert all(a[1] >= b[1] for found in nearest for a, b in pairwise(found))


def test_a_few_common_words_make_no_same_claim() -> None:
    texts = ["Deux questions simples.", "Ce sont deux questions.", "C'est 50 % de plus.", "On a 50 % de plus ici."]
    assert len(set(group_claims(texts))) == len(texts)


def test_claims_that_hang_together_only_in_a_chain_do_not_become_one() -> None:
    """Each shares words with the next, the first none with the last: thousands such would else be one group."""
    words = [f"mot{n:04}" for n in range(5_000)]
    texts = [" ".join(words[n : n + 6]) for n in range(0, 4_900, 3)]
    groups = group_claims(texts)
    assert max(groups.count(group) for group in set(groups)) <= 4

"""The model that chooses among calculations where no rule names one: what it is asked, and what it may tell."""

from __future__ import annotations

import json

import pytest

from nlp.checks import find_checks
from nlp.checks.amounts import Amount, read_amounts
from nlp.checks.candidates import FORMS, candidates
from nlp.checks.cues import outcome_cues
from nlp.checks.learned import WEIGHTS, deciding, rank
from nlp.quantities import find_quantities
from nlp.sentences import split_sentences

FUNDED = "Le devis est de 480 000 €. La région donne 120 000 €. Resterait 360 000 € pour nous."


def amounts_of(text: str) -> tuple[Amount, ...]:
    sentences = split_sentences(text)
    return read_amounts(text, find_quantities(text, sentences), sentences)


@pytest.mark.parametrize(
    ("text", "form", "computed"),
    [
        (FUNDED, "less", 360_000),
        ("Un dossier prend 40 minutes. J'en ai 90, donc 60 heures.", "times", 60),
        ("On attend 7 000 € : 4 000 € de la ville et 3 000 € du canton.", "sum ahead", 7_000),
        ("Le stade a 800 places. 1 000 personnes sont entrées, 125 % de remplissage.", "whole/part", 125),
        ("La prime est de 90 € par mois. On en tire 1 080 € par an.", "period", 1_080),
    ],
)
def test_units_allow_the_calculation(text: str, form: str, computed: float) -> None:
    amounts = amounts_of(text)
    found = [one.computed for stated in amounts for one in candidates(stated, amounts) if one.form == form]
    assert any(abs(value - computed) < 1e-6 for value in found)


def test_probabilities_leave_room_for_none() -> None:
    amounts = amounts_of(FUNDED)
    told = outcome_cues(amounts[-1], amounts)
    ranked = rank(amounts[-1], amounts, told)
    assert ranked[0][1].computed == 360_000
    assert ranked[0][0] == max(chance for chance, _ in ranked)
    assert sum(chance for chance, _ in ranked) < 1
    assert len(deciding(amounts[-1], ranked[0][1], told)) == 3


def test_rule_names_form_and_cues() -> None:
    (check,) = find_checks(FUNDED, find_quantities(FUNDED), split_sentences(FUNDED))
    assert check.rule.startswith("learned:less (")
    assert check.verdict == "consistent"


def test_price_rise_is_not_blamed_on_another() -> None:
    text = (
        "En 2011, une entrée coûtait 8 euros. En 2021, elle en coûte 12 : une hausse de 50 %. "
        "Sur la même période, les salaires ont augmenté de 14 %."
    )
    checks = find_checks(text, find_quantities(text), split_sentences(text))
    assert [(c.stated, c.verdict) for c in checks] == [(50, "consistent")]


def test_weights_are_of_known_forms() -> None:
    weights = json.loads(WEIGHTS.read_text(encoding="utf-8"))["weights"]
    forms = {name.split(" & ")[0] for name in weights if " & " in name}
    assert forms <= {*FORMS, "none"}

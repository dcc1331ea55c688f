"""The model that chooses among calculations where no rule names one: what it is asked, and what it may tell."""

from __future__ import annotations

import json

import pytest

from nlp.checks import find_checks
from nlp.checks.amounts import read_amounts
from nlp.checks.candidates import candidates
from nlp.checks.cues import outcome_cues
from nlp.checks.explain import explain
from nlp.checks.find import may_be_blamed, propose
from nlp.checks.forms import FORMS, RELATION_OF, TOLD
from nlp.checks.hypothesis import Hypothesis, Strength
from nlp.checks.learned import glance, learned, look_closely, possible
from nlp.checks.proposals import NOTHING, Proposals
from nlp.checks.weights import WEIGHTS
from nlp.quantities import find_numerals, find_quantities
from nlp.quantities.find import LOOSE
from nlp.sentences import split_sentences
from tests.nlp.reading import amounts_of

FUNDED = "Le devis est de 480 000 €. La région donne 120 000 €. Resterait 360 000 € pour nous."


@pytest.mark.parametrize(
    ("text", "form", "computed"),
    [
        (FUNDED, "less", 360_000),
        ("Un dossier prend 40 minutes. J'en ai 90, donc 60 heures.", "times", 60),
        ("On attend 7 000 € : 4 000 € de la ville et 3 000 € du canton.", "sum ahead", 7_000),
        ("Le stade a 800 places. 1 000 personnes sont entrées, 125 % de remplissage.", "whole/part", 125),
        ("La prime est de 90 € par mois. On en tire 1 080 € par an.", "period", 1_080),
        ("La durée passe de 24 à 18 mois. À 900 € par mois, la perte est de 5 400 €.", "gap, times", 5_400),
        ("Il y a 30 classes, on en ferme 6. Pour 480 élèves, cela fera 20 élèves par classe.", "each of a gap", 20),
        ("On payait 500 € l'an, puis 740 €. La hausse mensuelle est de 20 €.", "less, period", 20),
        ("La machine fait 4 MW, 25 % du temps. En 8 760 heures, 8 760 MWh.", "times, share", 8_760),
        ("Chaque camion fait 12 000 km à 30 litres aux 100 km : 3 600 litres.", "times, per so many", 3_600),
        ("L'ascenseur est resté 73 jours en panne. Un jour sur cinq.", "of a year", 20),
        ("Les deux bourses coûtent 3 M€ et 2 M€ ; il manque, pour aller à 9 M€, 4 M€.", "less two", 4_000_000),
        ("Le service a 4 heures pour 16 dossiers, soit 15 minutes chacun.", "each", 15),
        ("Le stock est de 900 dossiers, on en traite 50 par mois. Soit 18 mois.", "each", 18),
        ("Le stock est de 600 dossiers, on en traite 400 par an. Soit 18 mois.", "each, period", 18),
        ("Le bus fait 14 km en 42 minutes. Vitesse : 20 km/heure.", "each, period", 20),
        ("Il perd 150 € et cela dure 30 ans : 54 000 € envolés.", "times, yearly", 54_000),
        ("Un devis de 700 €, à 15 € l'heure, puis 200 € de port. Total : 900 €.", "sum", 900),
        ("Perdus : 40 sacs. On avait 300 sacs, 180 sont livrés. Il reste 80 sacs.", "less two", 80),
    ],
)
def test_units_allow_the_calculation(text: str, form: str, computed: float) -> None:
    amounts = amounts_of(text)
    found = [one.computed for stated in amounts for one in candidates(stated, amounts) if one.form == form]
    assert any(abs(value - computed) < 1e-6 for value in found)


def test_the_first_look_leaves_the_likely_ones() -> None:
    amounts = amounts_of(FUNDED)
    told = outcome_cues(amounts[-1], amounts)
    ((_, found),) = glance(amounts[-1], possible(amounts[-1], amounts, NOTHING), told, many=1)
    assert (found.form, found.computed) == ("less", 360_000)
    look = look_closely(amounts[-1], amounts, NOTHING, told, [found])
    assert len(look.rows) == 2
    assert "holds to 2 digits" in look.rows[0]
    assert "none, one holds" in look.rows[1]


def test_what_no_rule_names_is_told_with_form_and_cues() -> None:
    amounts = amounts_of(FUNDED)
    (found,) = learned(amounts[-1:], amounts, {})
    assert found.rule.startswith("learned:less (")
    assert found.relation == "difference"


def test_what_a_rule_tells_keeps_its_name() -> None:
    amounts = amounts_of("On est passé de 80 inspecteurs à 62 inspecteurs. Soit 18 de moins.")
    proposed = propose(amounts)
    (found,) = learned(amounts[-1:], amounts, proposed)
    assert found in proposed[amounts[-1].quantity.start].every


def test_what_only_a_rule_reckons_is_looked_at() -> None:
    text = (
        "Chaque agent suit 40 dossiers par mois, à raison de deux heures l'un. Il y passe donc 960 heures dans l'année."
    )
    amounts = amounts_of(text)
    stated, rule = (
        amounts[-1],
        Hypothesis("product", amounts[-1], 961.5, (("each", amounts[0]),), Strength.SURE, "rule"),
    )
    assert TOLD not in {one.form for one in possible(stated, amounts, NOTHING)}
    (told,) = (one for one in possible(stated, amounts, Proposals(every=(rule,))) if one.form == TOLD)
    assert told.computed == 961.5
    assert told.operands == (amounts[0],)


@pytest.mark.parametrize(
    ("text", "surfaces"),
    [
        ("Abonnés par site : Centre 940, Gare 315, bibliobus 35.", ["940", "315", "35"]),
        ("Cotisations 285 Md€, CSG 110, taxes 95.", ["285 Md€", "110", "95"]),
        ("Treize par matinée, le 14 mai, salle 3, à 18 h 30.", ["Treize"]),
    ],
)
def test_numerals_that_nothing_names_can_be_reckoned_with(text: str, surfaces: list[str]) -> None:
    assert [n.surface for n in find_numerals(text)] == surfaces
    assert set(find_quantities(text)) == {n for n in find_numerals(text) if n.rule != LOOSE}


def test_price_rise_is_not_blamed_on_another() -> None:
    text = (
        "En 2011, une entrée coûtait 8 euros. En 2021, elle en coûte 12 : une hausse de 50 %. "
        "Sur la même période, les salaires ont augmenté de 14 %."
    )
    checks = find_checks(text, find_quantities(text), split_sentences(text))
    assert [(c.stated, c.verdict) for c in checks] == [(50, "consistent")]


def test_what_one_amount_tells_rightly_is_not_held_against_the_next() -> None:
    amounts = amounts_of("12 médecins pour 18 000 habitants, soit 1 500 habitants chacun. Ailleurs, 1 000 habitants.")
    operands = (("total", amounts[1]), ("number", amounts[0]))
    right, other = (Hypothesis("unit_cost", stated, 1500, operands, Strength.SURE, "rule") for stated in amounts[2:])
    assert may_be_blamed(other, amounts, [])
    assert not may_be_blamed(other, amounts, [right])


def test_weights_are_of_known_forms() -> None:
    looks = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    known = {*FORMS, *RELATION_OF.values(), TOLD, "none"}
    for look in ("passed over", "glance", "weights"):
        assert {name.split(" & ")[0] for name in looks[look] if " & " in name} <= known


@pytest.mark.parametrize(
    ("text", "form", "told"),
    [
        ("Nous avions 400 lits, il en reste 300. Perdu : 30 % des lits.", "others/whole", "All but 300 of 400 is 25 %"),
        ("On compte 30 cadres et 90 agents. Les cadres font 40 %.", "part/sum", "30 of 30 + 90 is 25 %"),
        ("La prime est de 90 € par mois. On en tire 1 500 € par an.", "period", "90 € times 12 is 1\u202f080 €"),
        ("930 tonnes hier. 620 contre 930 : 50 % de moins.", "new<old", "The change from 930 to 620 is 33.3 %"),
        ("Prix de 50 €, remise de 20 %, payé 45 €.", "without share", "50 € less 20 % is 40 €"),
        ("52 ruches, 19 mortes, 8 achetées, donc 45 ruches.", "less, more", "52 + 8 less 19 is 41"),
        ("De 90 à 60 lits en 5 ans : 10 lits par an.", "less, each", "The change from 90 to 60, divided by 5 years"),
        ("Classes de 8, 12 et 16 élèves. En moyenne 14 élèves.", "mean", "The mean of 8, 12 and 16 is 12"),
        ("De 24 à 18 mois. À 900 € par mois : 4 400 €.", "gap, times", "The change from 24 months to 18 months, times"),
        ("Il y a 30 classes, 480 élèves. Moins 6 classes : 25 élèves.", "each of a gap", "480 divided by what is left"),
        ("De 500 € à 740 € l'an. Par mois, 30 €.", "less, period", "740 € less 500 € divided by 12 is 20 €"),
        ("4 MW à 25 %. En 8 760 heures, 9 760 MWh.", "times, share", "25 % of 4 times 8\u202f760"),
        ("12 000 km à 30 litres aux 100 km : 4 600 litres.", "times, per so many", "30 times 12\u202f000, divided"),
        ("Il est resté 73 jours en panne. Un jour sur trois.", "of a year", "73 days of a year is 20 %"),
        ("Stock de 600 dossiers, 400 par an. Soit 12 mois.", "each, period", "600 divided by 400 times 12 is 18"),
        ("Le bus fait 14 km en 42 minutes. Vitesse : 30 km/heure.", "each, period", "14 divided by 42 minutes times"),
        ("Il perd 150 € et cela dure 30 ans : 64 000 € envolés.", "times, yearly", "150 € times 30 years times 12"),
        ("Perdus : 40 sacs. On avait 300 sacs, 180 livrés. Reste 60 sacs.", "less two", "300 less 40 and 180 is 80"),
    ],
)  # fmt: skip
def test_what_is_told_is_what_was_reckoned(text: str, form: str, told: str) -> None:
    sentences = split_sentences(text)
    amounts = read_amounts(text, find_numerals(text, sentences), sentences)
    found = [(stated, one) for stated in amounts for one in candidates(stated, amounts) if one.form == form]
    explained = [explain(one.hypothesis(stated, "learned"), "inconsistent") for stated, one in found]
    assert any(text.startswith(told) for text in explained), explained


def test_no_formula_is_told_that_gives_another_outcome() -> None:
    amounts = amounts_of("3 semaines et 11 jours, soit 40 jours.")
    found = [one.hypothesis(amounts[-1], "learned") for one in candidates(amounts[-1], amounts) if one.form == "sum"]
    assert explain(found[0], "inconsistent").startswith("What follows from 3 weeks and 11 days is 32 days, not 40 days")

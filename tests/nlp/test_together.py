"""The second look: what the sums of a text say of each other."""

from __future__ import annotations

import pytest

from nlp.checks import find_checks
from nlp.checks.amounts import Amount
from nlp.checks.forms import Candidate
from nlp.checks.proposals import NOTHING
from nlp.checks.reckonings import Weighed, weigh
from nlp.checks.together import REACH, facts, hopeful, weigh_together
from nlp.quantities import find_quantities
from nlp.sentences import split_sentences
from tests.nlp.reading import amounts_of

TWICE = "Gare : 12 classes, 300 élèves, 25 par classe. Port : 10 classes, 240 élèves, 24 par classe."
CHAIN = "On reçoit 40 € de l'État et 20 € de la ville, soit 80 €. Avec les 30 € des familles, 110 € en tout."


def each(total: Amount, number: Amount) -> Candidate:
    return Candidate("each", total.value / number.value, (total, number))


def add(*terms: Amount) -> Candidate:
    return Candidate("sum", sum(term.value for term in terms), terms)


def weighed(stated: Amount, *found: Candidate, odds: tuple[float, ...]) -> Weighed:
    return weigh(stated, NOTHING, (), found, odds)


@pytest.fixture
def twice() -> list[Weighed]:
    """The first division is sure; of the second, two readings are as likely as none."""
    a = amounts_of(TWICE)
    return [
        weighed(a[2], each(a[1], a[0]), odds=(3, 0)),
        weighed(a[5], each(a[4], a[3]), each(a[1], a[3]), odds=(0, 0, 0)),
    ]


def test_calculations_that_come_to_the_same_are_one() -> None:
    a = amounts_of("12 bus de 50 places et 30 cars de 20 places : 600 places.")
    one = weighed(a[4], each(a[1], a[0]), add(a[1], a[2]), Candidate("times", 80, (a[0], a[1])), odds=(0, 1, 0, 0))
    assert [(own.calculation.form, own.ways) for own in one.reckonings] == [("sum", 2), ("each", 1)]
    assert sum(own.chance for own in one.reckonings) + one.none == pytest.approx(1)
    assert one.place_of(80.1) == 0
    assert one.place_of(90) is None


def test_who_divides_twice_does_so_in_the_same_way(twice: list[Weighed]) -> None:
    a = amounts_of(TWICE)
    parallel, astray = facts(twice, 1, 0, a), facts(twice, 1, 1, a)
    assert (parallel["of its form"], parallel["parallel"], parallel["outcomes across"]) == (1, 1, 0)
    assert (astray["of its form"], astray["parallel"], astray["outcomes across"]) == (1, 0, 1)
    assert (parallel["part used elsewhere"], astray["part used elsewhere"]) == (0, 0.5)
    (_, (likelier, less)) = weigh_together(twice, a)
    assert likelier > 0.5 > less


def test_an_amount_is_told_of_what_others_make_of_it() -> None:
    a = amounts_of(CHAIN)
    sums = [weighed(a[2], add(a[0], a[1]), odds=(3, 0)), weighed(a[4], add(a[2], a[3]), odds=(3, 0))]
    first, second = facts(sums, 0, 0, a), facts(sums, 1, 0, a)
    assert first["used later"] == first["used"] == pytest.approx(0.95, abs=0.01)
    assert (first["others"], first["others right"]) == (1, 1)
    assert (second["operands that are outcomes"], second["operands that are wrong"], second["used"]) == (1, 1, 0)


def test_what_is_hopeless_alone_stays_so(twice: list[Weighed]) -> None:
    doubtful = weighed(twice[1].stated, twice[1].best.calculation, odds=(-9, 0))
    assert hopeful(doubtful) == []
    assert weigh_together([twice[0], doubtful], amounts_of(TWICE))[1] == [0.0]


def test_far_outcomes_say_nothing() -> None:
    a = amounts_of("Il y a 3 lits, 4 chats, 7 chiens. " * (REACH // 3 + 2))
    first, last, near = (weighed(a[at], add(a[at - 2], a[at - 1]), odds=(3, 0)) for at in (2, len(a) - 1, 5))
    assert facts([first, last], 1, 0, a)["others"] == 0
    assert facts([first, near], 1, 0, a)["others"] == 1


def test_a_value_told_elsewhere_is_seen() -> None:
    a = amounts_of("12 médecins pour 18 000 habitants, soit 1 500 habitants chacun. Ailleurs, c'est 1 000 habitants.")
    divided = each(a[1], a[0])
    both = [weighed(a[2], divided, odds=(3, 0)), weighed(a[3], divided, odds=(0, 0))]
    first, second = facts(both, 0, 0, a), facts(both, 1, 0, a)
    assert (first["told before"], second["told before"]) == (0, 1)
    assert second["same operands"] > 0.9


def test_a_sum_is_told_for_the_company_it_keeps() -> None:
    lines = ["Sud : 14 agents, 420 dossiers, 30 chacun.", "Nord : 20 agents, 640 dossiers, 32 chacun."]
    wrong = "Est : 16 agents, 480 dossiers, 35 chacun."
    text = "\n".join((*lines, wrong))
    checks = find_checks(text, find_quantities(text), split_sentences(text))
    assert [(c.stated, c.verdict) for c in checks] == [(30, "consistent"), (32, "consistent"), (35, "inconsistent")]

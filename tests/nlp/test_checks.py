"""Arithmetic found in French sentences, from the text alone: quantities, sentences, then checks."""

from __future__ import annotations

from pathlib import Path

import pytest

from db.records import Check, Quantity
from nlp.checks import find_checks
from nlp.checks.explain import number
from nlp.checks.verdict import half_step, judge
from nlp.quantities import find_quantities
from nlp.sentences import split_sentences

Found = tuple[str, float, float, str]
TABLE = Path(__file__).with_name("sums.txt")
UNSURE = "may be told or not"
VERDICTS = {"=": "consistent", "~": "approximate", "!": "inconsistent", "?": UNSURE}


def checks_of(text: str) -> tuple[Check, ...]:
    sentences = split_sentences(text)
    return find_checks(text, find_quantities(text), sentences)


def found(text: str) -> list[Found]:
    return [(c.relation, c.stated or 0.0, round(c.computed, 2), c.verdict) for c in checks_of(text)]


SHARES = [
    ("Le rectorat compte 4 000 agents. 1 000 sont contractuels, soit 25 % du total.",
     [("share", 25, 25, "consistent")]),
    ("Sur 800 communes du département, 200 n'ont plus de guichet : soit 40 %.",
     [("share", 40, 25, "inconsistent")]),
    ("La mutuelle reverse 90 M€ de prestations, pour 120 M€ de cotisations. Soit 75% des cotisations.",
     [("share", 75, 75, "consistent")]),
    ("Parmi ces 50 000 dossiers, 5 000 attendent depuis un an, soit 1 %.",
     [("share", 1, 10, "inconsistent")]),
    ("12 000 lits fermés sur 400 000. Autrement dit 3 %.",
     [("share", 3, 3, "consistent")]),
    ("3 millions de personnes ont renoncé, sur 66 millions d'habitants. Une personne sur 22.",
     [("share", 4.545, 4.55, "consistent")]),
    ("Taux de vacance : 35 % (62 postes sur 248).",
     [("share", 35, 25, "inconsistent")]),
    ("À la crèche, 30 % des berceaux sont vides : 18 sur 60.",
     [("share", 30, 30, "consistent")]),
    ("Le budget du musée est de 8 M€. Les vacations y pèsent 2 M€, soit le quart du budget.",
     [("share", 25, 25, "consistent")]),
]  # fmt: skip
MULTIPLES = [
    ("Un consultant est facturé 1 500 € par jour. Un agent coûte 300 € par jour : c'est cinq fois moins.",
     [("multiple", 5, 5, "consistent")]),
    ("Gardiennage : 8 M€ en 2016 → 20 M€ en 2022. x4 en six ans !",
     [("multiple", 4, 2.5, "inconsistent")]),
    ("Une séance coûtait 30 € au centre. En cabinet, 60 €. Le triple pour moins bien.",
     [("multiple", 3, 2, "inconsistent")]),
    ("Les demandes étaient 4 000 en 2015. Elles sont 10 800 en 2023. Elles ont donc plus que doublé.",
     [("multiple", 2, 2.7, "consistent")]),
    ("La licence revenait à 40 000 €. Elle passe à 60 000 €, le double.",
     [("multiple", 2, 1.5, "inconsistent")]),
    ("Une place en internat coûte 12 000 €. Une place en foyer, 36 000 €. Trois fois plus.",
     [("multiple", 3, 3, "consistent")]),
    ("Le privé facture 900 € l'opération, trois fois plus que les 300 € de l'hôpital public.",
     [("multiple", 3, 3, "consistent")]),
]  # fmt: skip
CHANGES = [
    ("Le nombre de trésoreries est passé de 2 000 à 1 500, soit 25 % de moins.",
     [("percent_change", 25, 25, "consistent")]),
    ("Les crédits passent de 200 M€ à 230 M€, soit une hausse de 30 %.",
     [("percent_change", 30, 15, "inconsistent")]),
    ("L'école comptait 300 élèves en 2010. Elle en accueille 240 élèves aujourd'hui, une baisse de 20 %.",
     [("percent_change", 20, 20, "consistent")]),
    ("On est passé de 80 inspecteurs à 62 inspecteurs. Soit 18 de moins.",
     [("difference", 18, 18, "consistent")]),
    ("Nous étions 70 agents. 15 agents partis en 2019, 10 agents en 2021. Il en reste 45.",
     [("difference", 45, 45, "consistent")]),
    ("Recettes : 48 M€. Dépenses : 53 M€. Le déficit atteint donc 3 M€.",
     [("difference", 3_000_000, 5_000_000, "inconsistent")]),
]  # fmt: skip
PRODUCTS = [
    ("Chaque mission coûte 20 000 € par mois, et elle dure 18 mois. Au total 360 000 €.",
     [("product", 360_000, 360_000, "consistent")]),
    ("On a recruté 40 médiateurs à 30 000 € par médiateur, soit 12 millions d'euros.",
     [("product", 12_000_000, 1_200_000, "inconsistent")]),
    ("6 M€ pour 300 communes : 20 000 € par commune.",
     [("unit_cost", 20_000, 20_000, "consistent")]),
    ("La subvention, 9 M€ pour 4 500 élèves. Soit 200 € par élève.",
     [("unit_cost", 200, 2_000, "inconsistent")]),
    ("Le cabinet : 4,8 M€ sur trois ans pour 40 experts. 40 000 € par expert et par an.",
     [("unit_cost", 40_000, 40_000, "consistent")]),
    ("Le bail : 3,6 M€ sur 36 mois pour 60 places. Soit 10 000 € la place chaque année.",
     [("unit_cost", 10_000, 20_000, "inconsistent")]),
    ("Notre lycée : 1 050 élèves et 5 surveillants. 1 surveillant pour 150 élèves.",
     [("unit_cost", 150, 210, "inconsistent")]),
    ("L'abonnement est à 50 € par mois, soit 600 € par an.",
     [("conversion", 600, 600, "consistent")]),
    ("L'abonnement est à 50 € par mois, soit 6 000 € par an.",
     [("conversion", 6_000, 600, "inconsistent")]),
]  # fmt: skip
SUMS = [
    ("On ferme 5 classes à Morlaix, 4 classes à Guingamp et 3 classes à Lannion, soit 12 classes en tout.",
     [("sum", 12, 12, "consistent")]),
    ("La Région met 40 M€, l'Etat 25 M€ et les communes 10 M€. Au total 85 M€.",
     [("sum", 85_000_000, 75_000_000, "inconsistent")]),
    ("Loyer 640 €, charges 110 €, gaz 70 €. Ça fait 920 € pour une paie de 1 480 €.",
     [("sum", 920, 820, "inconsistent")]),
    ("15 lits fermés à Auch et 20 à Tarbes, soit 45 lits.",
     [("sum", 45, 35, "inconsistent")]),
    ("14 postes supprimés : 6 postes à l'accueil, 5 postes au courrier et 3 postes aux archives.",
     [("sum", 14, 14, "consistent")]),
]  # fmt: skip
SILENT = [
    "Il y a 12 ans, nous étions 300 agents pour 4 ministères. On a tenu.",
    "Le plan prévoit 500 M€ sur 5 ans. 20 % des agents partiront à la retraite d'ici 2030.",
    "Le budget était de 10 M€. On a versé 3 M€ à des cabinets. C'est deux fois plus que l'an dernier.",
    "Nous demandons 100 postes, soit. Le ministère répond par 2 % de crédits en moins.",
    "En 2021, 3 ministres, 2 réformes, 40 circulaires : et toujours 15 % de postes vacants.",
    "Le taux de chômage est de 8 %. Le taux de pauvreté, de 14 %. Deux fois par an on nous le rappelle.",
    "L'hôpital a 1 200 lits et 90 M€ de budget. Le déficit est de 4 M€.",
    "On a reçu 600 mails en 48 heures. J'ai dormi 4 heures par nuit, soit presque rien.",
    "Les crèches privées pèsent 59 % des places. La loi date de mai. On attend. Le reste du secteur grimpe de 3 %.",
]


@pytest.mark.parametrize(("text", "expected"), [*SHARES, *MULTIPLES, *CHANGES, *PRODUCTS, *SUMS])
def test_relations_are_found_and_judged(text: str, expected: list[Found]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize("text", SILENT)
def test_unrelated_numbers_give_no_check(text: str) -> None:
    assert found(text) == []


def threads() -> list[tuple[str, list[tuple[float, float, str]]]]:
    rows = []
    for block in TABLE.read_text(encoding="utf-8").split("\n\n")[1:]:
        lines = block.strip("\n").split("\n")
        sums = [line.split() for line in lines if line.startswith("    ") and line.strip() != "none"]
        text = "\n".join(line for line in lines if not line.startswith("    "))
        rows.append((text, [(float(said), float(computed), VERDICTS[sign]) for said, computed, sign in sums]))
    return rows


@pytest.mark.parametrize(("text", "expected"), threads())
def test_sums_of_threads(text: str, expected: list[tuple[float, float, str]]) -> None:
    unsure = [said for said, _, verdict in expected if verdict == UNSURE]
    sums = [check for check in checks_of(text) if check.stated not in unsure]
    sure = [one for one in expected if one[2] != UNSURE]
    assert [c.verdict for c in sums] == [verdict for _, _, verdict in sure]
    for check, (said, computed, _) in zip(sums, sure, strict=True):
        assert (check.stated, check.computed) == pytest.approx((said, computed), rel=0.005)


def test_operands_point_at_the_words_of_the_text() -> None:
    text = "Le rectorat compte 4 000 agents. 1 000 sont contractuels, soit 25 % du total."
    (check,) = checks_of(text)
    assert [(o.role, text[o.quantity.start : o.quantity.end]) for o in check.operands] == [
        ("part", "1 000"), ("whole", "4 000 agents"), ("stated", "25 %"),
    ]  # fmt: skip


def test_an_explanation_says_what_follows_from_what() -> None:
    (check,) = checks_of("Parmi ces 50 000 dossiers, 5 000 attendent depuis un an, soit 1 %.")
    assert check.explanation.startswith("5\u202f000 of 50\u202f000 is 10 %, not 1 %: 10 times more")


@pytest.mark.parametrize(
    ("surface", "value", "unit", "bound", "computed", "verdict"),
    [
        ("65%", 65, "%", "=", 64.6, "consistent"),
        ("65%", 65, "%", "=", 63.0, "approximate"),
        ("0,005%", 0.005, "%", "=", 0.538, "inconsistent"),
        ("15 millions", 15e6, "EUR", "=", 15.4e6, "consistent"),
        ("15 millions", 15e6, "EUR", "=", 12e6, "inconsistent"),
        ("150 000 €", 150_000, "EUR", "=", 151_000, "consistent"),
        ("150 000 €", 150_000, "EUR", "=", 160_000, "approximate"),
        ("2 fois", 2, "fois", "=", 1.5, "inconsistent"),
        ("triple", 3, "fois", ">=", 3.4, "consistent"),
        ("triple", 3, "fois", ">=", 2.24, "inconsistent"),
        ("Une personne sur 11", 9.09, "%", "=", 8.955, "consistent"),
        ("Une personne sur 11", 9.09, "%", "=", 12.0, "inconsistent"),
        ("30 %", 30, "%", "<=", 12.0, "consistent"),
    ],
)
def test_verdicts(surface: str, value: float, unit: str, bound: str, computed: float, verdict: str) -> None:
    stated = Quantity(surface=surface, value=value, unit=unit, bound=bound)  # type: ignore[arg-type]
    assert judge(stated, computed) == verdict


def test_precision_is_the_last_digit_shown() -> None:
    assert half_step(Quantity(surface="3,85 millions d'euros", value=3.85e6, unit="EUR")) == pytest.approx(5_000)


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.53825, "0.54"), (0.005, "0.005"), (2.2429, "2.24"), (150, "150"), (1_600_000, "1\u202f600\u202f000")],
)
def test_numbers_are_written_for_readers(value: float, shown: str) -> None:
    assert number(value) == shown


@pytest.mark.parametrize("zero", ["0 lit fermé", "0 % de perte", "000 litres"])
def test_nothing_is_measured_against_zero(zero: str) -> None:
    assert not [check for check in checks_of(f"On compte 12 lits et 30 agents. Soit {zero}.") if check.stated == 0]


@pytest.mark.parametrize(
    "text",
    [
        "Les cotisations montent de 0,25 point. Qui gagne 2 000 € paiera donc 300 € de plus.",
        "Qui gagne 2 000 € en perd 300 €. Avec 2 000 €, donc, on ne vit pas.",
        "Le guichet a deux agents. La région verse 40 000 euros par an, pour un coût total de 130 000 euros.",
        "Au lycée, 1 050 élèves et 5 surveillants. Il faudrait 1 surveillant pour 150 élèves.",
        "52 € de consultation. Caisse : 18,50 €. Complément : 9,50 €. Reste pour moi : 11 €.",
        "Le loyer était de 300 €, la taxe de 900 €. C'est donc deux fois plus que l'an dernier.",
    ],
)
def test_no_blame_where_something_else_is_told(text: str) -> None:
    assert "inconsistent" not in [check.verdict for check in checks_of(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Au concours, sur 60 candidats, 15 recalés. 75 % de réussite.",
        "450 députés, dont 162 femmes. 64 % d'hommes.",
        "1 440 votants sur 4 800 inscrits. 70 % d'abstention !",
        "640 salariés, dont 400 en CDI. 37,5 % de précaires.",
        "80 % de réussite : 3 recalés sur 15.",
        "60 % de femmes à la direction (12 cadres sur 40).",
    ],
)
def test_no_blame_for_the_share_of_the_others(text: str) -> None:
    assert "inconsistent" not in [check.verdict for check in checks_of(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Sur 40 000 dossiers, 10 000 refusés, soit 75 %.",
        "Sur 40 000 dossiers, 10 000 refusés : 75 % du total.",
        "Sur 800 agents, 600 syndiqués : 25 % de l'effectif.",
    ],
)
def test_a_share_tied_to_its_part_is_blamed(text: str) -> None:
    assert "inconsistent" in [check.verdict for check in checks_of(text)]

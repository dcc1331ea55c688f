"""The parts of a report: links to the words of a claim, bars of months, words in two languages."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

from db.formulas import NAMES
from db.reading import CheckOperand, StoredCheck
from db.topic_facts import TopicMonth
from nlp.checks.explain import PHRASES
from nlp.quantities import find_numerals
from report.chart import SPARK_WIDTH, WIDTH, month_chart, spark
from report.fragments import source_link
from report.sums import explained, formula_key
from report.words import Words, languages

CATALOGUES = sorted(Path(str(files("report"))).glob("words*.toml"))


@pytest.mark.parametrize(
    ("url", "text", "link"),
    [
        ("https://a.fr/b", "L'État paie.", "https://a.fr/b#:~:text=L%27%C3%89tat%20paie."),
        ("https://a.fr/b#c", "oui", "https://a.fr/b#c:~:text=oui"),
        ("https://a.fr/", "a-t-il, dit", "https://a.fr/#:~:text=a%2Dt%2Dil%2C%20dit"),
        ("https://a.fr/", "un deux\ntrois quatre cinq six sept huit neuf", "https://a.fr/#:~:text=un%20deux%20trois%20quatre,six%20sept%20huit%20neuf"),
        ("https://a.fr/", " ", "https://a.fr/"),
        ("javascript:alert(1)", "oui", None),
        ("file:///tmp/a.txt", "oui", None),
    ],
)  # fmt: skip
def test_links_open_at_the_words(url: str, text: str, link: str | None) -> None:
    assert source_link(url, text) == link


def month(name: str, documents: int, wrong: int = 0) -> TopicMonth:
    return TopicMonth(month=name, documents=documents, claims=0, check_worthy=0, wrong=wrong)


@pytest.mark.parametrize("months", [[], [month("2021-03", 3)]])
def test_one_bar_or_none_is_no_chart(months: list[TopicMonth]) -> None:
    assert month_chart(months) is None


def test_empty_months_keep_their_place() -> None:
    chart = month_chart([month("2020-12", 1), month("2021-03", 4, 2)])
    assert chart is not None
    first, last = chart.bars
    assert (first.when, last.when, chart.peak.when) == ("2020-12", "2021-03", "2021-03")
    assert last.x == pytest.approx(3 * 44)
    assert last.height == pytest.approx(4 * first.height, abs=0.2)
    assert (first.wrong, last.wrong) == (0, 2)


def test_far_apart_months_become_years() -> None:
    chart = month_chart([month("1974-05", 1), month("2021-03", 1), month("2021-04", 2)])
    assert chart is not None
    assert [(bar.when, bar.documents) for bar in chart.bars] == [("1974", 1), ("2021", 3)]
    assert chart.years
    assert all(bar.x >= 0 and bar.x + bar.width <= WIDTH for bar in chart.bars)
    assert (chart.labels[0].when, chart.labels[-1].when, chart.labels[-1].anchor) == ("1974", "2021", "end")


def test_small_bars_share_the_time_of_the_report() -> None:
    every = [month("2021-01", 1), month("2021-12", 1)]
    chart = spark([month("2021-07", 5)], every)
    (bar,) = chart.bars
    assert bar.x == pytest.approx(SPARK_WIDTH / 2, abs=0.1)


def test_each_language_says_everything() -> None:
    assert set(languages()) == {"fr", "en"}
    for file in CATALOGUES:
        words = tomllib.loads(file.read_text(encoding="utf-8"))
        assert set(words["fr"]) == set(words["en"]), file.name
        for table in ("plural", "units", "unit_one"):
            assert set(words["fr"].get(table, ())) == set(words["en"].get(table, ())), file.name


@pytest.mark.parametrize(
    ("lang", "iso", "shown"),
    [
        ("fr", "2021-05-04T07:12:31.123Z", "4\xa0mai 2021"),
        ("fr", "2021-05-01", "1er\xa0mai 2021"),
        ("en", "2021-05-01", "1 May 2021"),
        ("en", "2021", "2021"),
        ("fr", "2021-08", "août 2021"),
        ("en", "2021-05-04", "4 May 2021"),
        ("fr", None, "sans date"),
    ],
)
def test_dates(lang: str, iso: str | None, shown: str) -> None:
    assert Words(lang).date(iso) == shown


@pytest.mark.parametrize(
    ("lang", "iso", "told"),
    [
        ("fr", "2021-04", "d’avril 2021"),
        ("fr", "2021-08", "d’août 2021"),
        ("fr", "2021-10", "d’octobre 2021"),
        ("fr", "2021-03", "de mars 2021"),
        ("fr", "2021", "de 2021"),
        ("en", "2021-04", "from April 2021"),
    ],
)
def test_where_a_period_begins(lang: str, iso: str, told: str) -> None:
    assert Words(lang).from_date(iso) == told


@pytest.mark.parametrize(
    ("value", "unit", "french", "english"),
    [
        (0.45977, "%", "0,46\u202f%", "0.46%"),
        (2631.58, "EUR", "2\u202f632\u202f€", "€2,632"),
        (10.0, "fois", "10 fois", "10 times"),
        (120_000_000_000, "EUR", "120\u202f000\u202f000\u202f000\u202f€", "€120,000,000,000"),
        (0.000123, None, "0,000123", "0.000123"),
        (32.5, "lit", "32,5", "32.5"),
        (0.0, "lit", "0", "0"),
    ],
)
def test_amounts(value: float, unit: str | None, french: str, english: str) -> None:
    assert (Words("fr").amount(value, unit), Words("en").amount(value, unit)) == (french, english)


def check(verdict: str, stated: float | None, computed: float, unit: str, *operands: tuple[str, str]) -> StoredCheck:
    used = tuple(CheckOperand(role, surface, find_numerals(surface)[0].value, None, 0, 0) for role, surface in operands)
    return StoredCheck(1, 1, "", stated, computed, unit, verdict, "", None, None, "", None, (), used)


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (check("inconsistent", 4.6, 400 / 870, "%", ("stated", "4,6 %"),
               ("part", "4 000 postes"), ("whole", "870 000")),
         "4 000 postes sur 870 000 : le calcul donne 0,46 %, et non « 4,6 % » comme le dit le texte : 10 fois moins."),
        (check("consistent", 25, 25, "%", ("fraction", "deux postes sur huit"), ("stated", "un quart")),
         "« deux postes sur huit » : le calcul donne 25 %, en accord avec « un quart » dans le texte."),
        (check("approximate", 2600, 1e9 / 380_000, "EUR", ("number", "380 000 malades"), ("total", "1 milliard")),
         "1 milliard divisé par 380 000 malades : le calcul donne 2 632 €, près de 2 600 € dans le texte."),
        (check("inconsistent", 70, 80, "place", ("term", "40"), ("term", "32"), ("term", "8")),
         "40 + 32 + 8 : le calcul donne 80, et non 70 comme le dit le texte : 14,3 % de plus."),
        (check("inconsistent", 0, 80, "", ("from", "400"), ("to", "320")),
         "Le passage de 400 à 320 : le calcul donne 80, et non 0 comme le dit le texte."),
        (check("inconsistent", 2, 3, "fois", ("large", "45 euros"), ("small", "15 euros"), ("stated", "deux fois")),
         "45 euros divisé par 15 euros : le calcul donne 3 fois, et non « deux fois » comme le dit le texte."),
        (check("consistent", None, 80, "", ("from", "400"), ("to", "320")),
         "Le passage de 400 à 320 : le calcul donne 80."),
        (check("inconsistent", 30, 20, "%", ("others", "400 places"), ("whole", "500 places"), ("stated", "30 %")),
         "La part de 500 places hors 400 places : le calcul donne 20 %, et non « 30 % » comme le dit le texte :"
         " 1,5 fois moins."),
        (check("consistent", 20, 20, "%", ("part", "20 lits"), ("other", "50 lits"), ("other", "30 lits")),
         "20 lits sur 20 lits + 50 lits + 30 lits : le calcul donne 20 %, en accord avec 20 % dans le texte."),
        (check("consistent", 1200, 1200, "EUR", ("converted", "100 € par mois")),
         "« 100 € par mois » × 12 : le calcul donne 1 200 €, en accord avec 1 200 € dans le texte."),
        (check("consistent", 36, 36, "", ("term", "52"), ("taken", "24"), ("term", "8")),
         "52 + 8 moins 24 : le calcul donne 36, en accord avec 36 dans le texte."),
        (check("consistent", 15, 15, "jour", ("from", "400 lits"), ("taken", "100 lits"), ("number", "20 ans")),
         "Le passage de 400 lits à 100 lits, divisé par 20 ans : le calcul donne 15 jours, en accord avec 15 jours dans"
         " le texte."),
        (check("consistent", 2, 2, "fois", ("total", "40 lits"), ("number", "20 agents"), ("total", "30 lits"),
               ("number", "30 agents")),
         "40 lits pour 20 agents, contre 30 lits pour 30 agents : le calcul donne 2 fois, en accord avec 2 fois dans"
         " le texte."),
        (check("consistent", 7, 7, "", ("part", "3 lits"), ("whole", "11 lits")),
         "3 lits, 11 lits : le calcul donne 7, en accord avec 7 dans le texte."),
    ],
)  # fmt: skip
def test_a_sum_in_words(found: StoredCheck, told: str) -> None:
    assert explained(found, Words("fr")).replace("\u202f", " ").replace("\xa0", " ") == told


def test_a_number_of_the_text_is_never_cut_by_the_end_of_a_line() -> None:
    found = check(
        "inconsistent", 6400, 64286, "EUR", ("stated", "6 400 € par tête"), ("total", "45 M€"), ("number", "7")
    )
    assert "«\u202f6\u202f400\u202f€ par tête\u202f»" in explained(found, Words("fr"))


def test_french_typography() -> None:
    """Narrow no-break spaces before ; ! ? % and inside guillemets, a no-break one before a colon, curly apostrophes."""
    keys = {key for file in CATALOGUES for key in tomllib.loads(file.read_text(encoding="utf-8"))["fr"]}
    texts = [Words("fr").raw(key) for key in sorted(keys - {"months", "plural", "units", "unit_one"})]
    assert [text for text in texts if re.search(r" [;:!?%»]|« |'|\.\.\.|\w[;!?]", text)] == []


@pytest.mark.parametrize(
    ("value", "unit", "french", "english"),
    [
        (1, "an", "1 an", "1 year"),
        (1.5, "heure", "1,5 heure", "1.5 hours"),
        (2, "jour", "2 jours", "2 days"),
        (1.0004, "fois", "1 fois", "1 time"),
        (1, "EUR", "1 €", "€1"),
    ],
)
def test_one_of_a_unit_is_singular(value: float, unit: str, french: str, english: str) -> None:
    shown = [" ".join(Words(lang).amount(value, unit).split()) for lang in ("fr", "en")]
    assert shown == [french, english]


def test_numbers() -> None:
    assert Words("fr").number(12345) == "12\u202f345"
    assert Words("en").number(12345) == "12,345"


@pytest.mark.parametrize("lang", languages())
@pytest.mark.parametrize("name", NAMES)
def test_every_formula_has_words(name: str, lang: str) -> None:
    assert name == "told" or formula_key(name) in set(Words(lang).keys())
    assert name in PHRASES

"""The parts of a report: links to the words of a claim, bars of months, words in two languages."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import pytest

from db.reading import MonthCount
from report.chart import WIDTH, month_chart
from report.fragments import source_link
from report.words import Words, languages


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


def test_no_month_no_chart() -> None:
    assert month_chart([MonthCount(None, 3, 1, 0)]) is None


def test_empty_months_keep_their_place() -> None:
    chart = month_chart([MonthCount("2020-12", 1, 0, 0), MonthCount("2021-03", 4, 8, 2), MonthCount(None, 1, 0, 0)])
    assert chart is not None
    first, last = chart.bars
    assert (first.month, last.month, chart.top) == ("2020-12", "2021-03", 4)
    assert last.x == pytest.approx(3 * (2 * 28 + 8))
    assert last.height == pytest.approx(4 * first.height, abs=0.2)
    assert last.dark_height == pytest.approx(2 * first.height, abs=0.2)


def test_bars_stay_inside_however_many_months() -> None:
    chart = month_chart([MonthCount("1999-01", 1, 0, 0), MonthCount("2021-03", 1, 1, 1)])
    assert chart is not None
    assert [bar.month for bar in chart.bars] == ["2021-03"]  # the last ten years
    assert all(bar.dark_x + bar.width <= WIDTH for bar in chart.bars)


def test_each_language_says_everything() -> None:
    catalogue = tomllib.loads(files("report").joinpath("words.toml").read_text(encoding="utf-8"))
    keys = {lang: set(words) for lang, words in catalogue.items()}
    assert languages() == ("fr", "en")
    assert keys["fr"] == keys["en"]


@pytest.mark.parametrize(
    ("lang", "iso", "shown"),
    [
        ("fr", "2021-05-04T07:12:31.123Z", "4 mai 2021"),
        ("fr", "2021-08", "août 2021"),
        ("en", "2021-05-04", "4 May 2021"),
        ("fr", None, "sans date"),
    ],
)
def test_dates(lang: str, iso: str | None, shown: str) -> None:
    assert Words(lang).date(iso) == shown


def test_numbers() -> None:
    assert Words("fr").number(12345) == "12\u202f345"
    assert Words("en").number(12345) == "12,345"

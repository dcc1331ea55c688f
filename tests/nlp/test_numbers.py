"""Numerals in digits, in words and mixed."""

from __future__ import annotations

import pytest

from nlp.numbers import find_numbers


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("12", [12]),
        ("12 000", [12000]),
        ("1.234.567 et 1.500", [1234567, 1500]),
        ("3,5 puis 3.25 et 0.005", [3.5, 3.25, 0.005]),
        ("6 700,54", [6700.54]),
        ("15 M€, 3 Md€, 2 Mds, 40k€", [15e6, 3e9, 2e9, 40e3]),
        ("8,2 milliards", [8.2e9]),
        ("1 million 200 000", [1.2e6]),
        ("2 millions et demi", [2.5e6]),
        ("un milliard et demi", [1.5e9]),
        ("quatre-vingt-dix-sept mille deux cents", [97200]),
        ("vingt et un ou vingt-deux", [21, 22]),
        ("deux virgule cinq", [2.5]),
        ("un, deux, trois", [1, 2, 3]),
        ("un agent et une agente", []),
        ("l'un et l'autre", []),
        ("un logement neuf, neuf logements", [9]),
        ("cent personnes, dix pour cent", [100, 10]),
        ("-5 %, il fait moins 10", [-5, -10]),
        ("-3 postes\nhuit moins deux", [3, 8, 2]),
        ("H1N1 et A4", []),
        ("2020-2021", [2020, 2021]),
    ],
)
def test_values(text: str, values: list[float]) -> None:
    found = find_numbers(text)
    assert [number.value for number in found] == pytest.approx(values)
    assert all(text[number.start : number.end].strip() == text[number.start : number.end] for number in found)


def test_spans_cover_sign_numeral_and_scale() -> None:
    text = "soit -1,5 M€ et trois cents millions"
    assert [text[number.start : number.end] for number in find_numbers(text)] == ["-1,5 M", "trois cents millions"]

"""Variants of annotated texts: other numbers in the same words, and what they say is known."""

from __future__ import annotations

import random

import pytest

from benchmarks.sum_variants import Outcome, read_number, varied, write_like


@pytest.mark.parametrize(
    ("like", "value", "written"),
    [
        ("1 200", 1344, "1 300"),
        ("1 234", 56_789, "56 789"),
        ("12.500", 9_000, "9.000"),
        ("1200", 4500, "4500"),
        ("3,4", 12.345, "12,3"),
        ("65", 7.2, "7"),
        ("120", 1_500, "1 500"),
        ("950", 12_340, "12 340"),
        ("4 000 000", 6_420_000, "6 000 000"),
        ("4 000 000", 2_420_000, "2 400 000"),
        ("7", 0.2, None),
        ("x", 3, None),
    ],
)
def test_written_as_the_other_is(like: str, value: float, written: str | None) -> None:
    assert write_like(like, value) == written


@pytest.mark.parametrize(("written", "value"), [("1 200,5", 1200.5), ("12.500", 12_500), ("3.4", 3.4), ("a", None)])
def test_numbers_are_read(written: str, value: float | None) -> None:
    assert read_number(written) == value


def test_right_sums_are_made_wrong_and_wrong_ones_right() -> None:
    text = "12 lits sur 48, soit 25 %. Coût : 300 € chacun, 9 000 € en tout."
    right = Outcome(text.index("25 %"), "25 %", 25.0, 25.0, rivals=(400.0,))
    wrong = Outcome(text.index("9 000 €"), "9 000 €", 9_000.0, 3_600.0)
    spoilt = mended = 0
    for seed in range(40):
        found = varied(text, [right, wrong], random.Random(seed))
        if found is None:
            continue
        words, stated = found
        if 0 in stated:
            spoilt += 1
            assert abs(stated[0] - 25) > 0.1 * stated[0]
            assert f"soit {stated[0]:g} %" in words.replace("\u202f", "").replace(",", ".")
        if 1 in stated:
            mended += 1
            assert stated[1] == 3_600
            assert "3 600 € en tout" in words
    assert spoilt > 20
    assert 5 < mended < 25


def test_a_text_without_sums_has_no_variant() -> None:
    assert varied("Ouvert de 9 h à 12 h.", [], random.Random(1)) is None

"""Edits word by word: nothing invented, nothing lost, phrases whole."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.differences import AROUND, Part, differences

LONG = " ".join(f"mot{number}" for number in range(100))


@pytest.mark.parametrize(
    ("before", "after", "parts"),
    [
        ("oui", "oui", ()),
        ("", "oui", (Part("in", "oui"),)),
        ("oui", "", (Part("out", "oui"),)),
        (
            "Ils sont 60 à payer.",
            "Ils sont 80 à payer.",
            (Part("same", "Ils sont "), Part("out", "60"), Part("in", "80"), Part("same", " à payer.")),
        ),
        (
            "L'État paie trop cher.",
            "L'État dépense bien peu.",
            (Part("same", "L'État "), Part("out", "paie trop cher"), Part("in", "dépense bien peu"), Part("same", ".")),
        ),
        (
            "Un.\n\nDeux.\n\nTrois.",
            "Un.\n\nTrois.",
            (Part("same", "Un.\n\n"), Part("out", "Deux.\n\n"), Part("same", "Trois.")),
        ),
    ],
)
def test_changes_stand_among_what_stayed(before: str, after: str, parts: tuple[Part, ...]) -> None:
    assert differences(before, after) == parts


def test_long_stretches_that_stayed_are_counted_not_shown() -> None:
    head, out, put, tail = differences(f"{LONG} fin.", f"{LONG} suite.")[-4:]
    assert (out, put, tail) == (Part("out", "fin"), Part("in", "suite"), Part("same", "."))
    assert len(head.text.split()) == AROUND
    (skipped,) = (part for part in differences(f"{LONG} fin.", f"{LONG} suite.") if part.op == "skipped")
    assert int(skipped.text) == 100 - AROUND


def test_what_is_shown_begins_and_ends_with_whole_words() -> None:
    before = f"Fin. {' '.join(['il'] * 40)} n'y a {'plus ' * 10}rien. {LONG}"
    parts = differences(before, before.replace("rien", "tout"))
    assert next(part.text for part in parts if part.op == "same").startswith("n'y a plus")
    after = differences("un " + "il n'y a pas qu'un " * 20, "deux " + "il n'y a pas qu'un " * 20)[2].text
    assert after.rstrip().endswith(("qu'un", "n'y", "il", "a", "pas"))


def test_a_text_rewritten_from_end_to_end_takes_no_time() -> None:
    before, after = (" ".join(f"{letter}{n % 977}" for n in range(20_000)) for letter in "ab")
    started = time.perf_counter()
    assert differences(before, after) == (Part("out", before), Part("in", after))
    assert time.perf_counter() - started < 1


WORDS = st.lists(st.sampled_from(["le", "la", "60", " ", "\n", "\n\n", "é", ".", "<b>"]), max_size=30).map("".join)


@given(WORDS, WORDS)
def test_both_texts_can_be_had_back(before: str, after: str) -> None:
    parts = differences(before, after)
    if not parts:
        assert before == after
    elif all(part.op != "skipped" for part in parts):
        assert "".join(part.text for part in parts if part.op != "in") == before
        assert "".join(part.text for part in parts if part.op != "out") == after

"""Links into pages that say the same words twice: the browser goes to the first place that fits."""

from __future__ import annotations

from urllib.parse import unquote

import pytest

from report.fragments import NEAR, source_link

SAME = "Le guichet de la gare ferme à midi depuis l'automne dernier."
ENDS = "Le guichet de la,midi depuis l'automne dernier."


def fragment(within: str, at: int, text: str = SAME) -> str:
    link = source_link("https://a.fr/", text, within=within, at=at)
    assert link is not None
    return unquote(link.partition(":~:")[2])


@pytest.mark.parametrize(
    ("before", "told"),
    [
        ("Rien. ", f"text={ENDS}"),  # said once
        (f"{SAME} On le répète : ", f"text=répète :-,{ENDS}"),
        (f"On le dit : {SAME} On redit : ", f"text=redit :-,{ENDS}"),  # as many words as it takes
        (f"{SAME}\n\n", f"text=dernier.-,{ENDS}&text={ENDS}"),  # another block, in which anything may stand between
        (f"{SAME} " * 20, f"text={ENDS}"),  # no few words tell them apart
        (f"{SAME.upper()} puis ", f"text=puis-,{ENDS}"),  # browsers take capitals for the same
    ],
)
def test_words_in_front_tell_the_place(before: str, told: str) -> None:
    assert fragment(before + SAME, len(before)) == told


def test_the_first_place_needs_no_words_in_front() -> None:
    assert fragment(f"{SAME} Et encore : {SAME}", 0) == f"text={ENDS}"


def test_without_the_text_of_the_page_the_words_alone_are_told() -> None:
    assert fragment("", 0) == f"text={ENDS}"


def test_a_dash_in_front_is_no_separator() -> None:
    assert "a%2Dt%2Don-,oui" in str(source_link("https://a.fr/", "oui", within="oui dit-il, a-t-on oui", at=19))


def test_a_text_of_any_length_costs_nothing() -> None:
    before = f"{SAME} " + "x" * (2 * NEAR) + " "
    assert fragment(before + SAME, len(before)) == f"text={ENDS}"

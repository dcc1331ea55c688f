"""Helpers on texts: breaks, titles, identities, names."""

from __future__ import annotations

import pytest

from harvester.text import capture_address, names_in, shortened, title_of, with_plain_breaks


@pytest.mark.parametrize("odd", ["\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029", "\x1c"])
def test_breaks_become_plain(odd: str) -> None:
    assert with_plain_breaks(f"un{odd}deux") == "un\ndeux"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("1/\n\nUn début", "Un début"),
        ("  Un   début \nla suite", "Un début"),
        ("🙃\n12 %\n", None),
        ("", None),
        ("mot " * 40, "mot " * 29 + "mot…"),
        ("x" * 200, "x" * 119 + "…"),
    ],
)
def test_title(text: str, title: str | None) -> None:
    assert title_of(text) == title


def test_shortened_never_exceeds_its_length() -> None:
    assert all(len(shortened("ab cd " * n, 20)) <= 20 for n in range(20))


def test_identity_ignores_spacing_only() -> None:
    assert capture_address("un  texte\n") == capture_address("un texte")
    assert capture_address("un texte") != capture_address("Un texte")
    assert len(capture_address("")) == len("capture:") + 16


def test_names() -> None:
    text = "@A_1, d'@b ! x@y.fr site.fr/@c #Été2021 #12 a#b &#c @unnomtroplongpourx"
    assert [(kind, match[1]) for kind, match in names_in(text)] == [
        ("mention", "A_1"), ("mention", "b"), ("hashtag", "Été2021"),
    ]  # fmt: skip

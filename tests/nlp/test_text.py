"""Look-alike characters, and the parts of a text that are not prose."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.language import language_of
from nlp.text import blank, find_emoji, find_handles, find_hashtags, find_urls, is_inside, normalise, straighten


def parts(text: str, ranges: tuple[tuple[int, int], ...]) -> list[str]:
    return [text[start:end] for start, end in ranges]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12\u00a0000\u202f€", "12 000 €"),
        ("l’hôpital", "l'hôpital"),
        ("“dit-il”", '"dit-il"'),
        ("dix‑huit", "dix-huit"),
        ("a\r\nb", "a\n\nb"),
    ],
)
def test_straighten_keeps_every_offset(text: str, expected: str) -> None:
    assert straighten(text) == expected
    assert len(straighten(text)) == len(text)


def test_normalise_composes_accents_and_finds_the_way_back() -> None:
    text = unicodedata.normalize("NFD", "Décès évités : 12 à l’hôpital")
    plain = normalise(text)
    assert plain.text == "Décès évités : 12 à l'hôpital"
    start, end = plain.text.index("12"), plain.text.index("hôpital")
    assert text[plain.original(start) : plain.original(start) + 2] == "12"
    assert text[plain.original(end) :].startswith("ho")
    assert plain.original(len(plain.text)) == len(text)


@given(st.text(alphabet="aé e\u0301\u0302n'’ \u00a0o", max_size=40))
def test_every_normalised_offset_points_at_the_same_letter(text: str) -> None:
    plain = normalise(text)
    for at, char in enumerate(plain.text):
        original = straighten(text)[plain.original(at)]
        if unicodedata.combining(char):
            continue
        assert unicodedata.normalize("NFD", char)[0] == unicodedata.normalize("NFD", original)[0]


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("Lire https://exemple.fr/a?b=c. Puis", ["https://exemple.fr/a?b=c"]),
        ("ici exemple.org/rapport-sur-…", ["exemple.org/rapport-sur-…"]),
        ("(voir www.exemple.fr/notes)", ["www.exemple.fr/notes"]),
        ("(https://fr.exemple.org/wiki/Loi_(droit))", ["https://fr.exemple.org/wiki/Loi_(droit)"]),
        ("écrire à marie.curie@exemple.fr, vite", ["marie.curie@exemple.fr"]),
        ("exemple.fr et t.co/Ab12", ["exemple.fr", "t.co/Ab12"]),
        ("Les soignant.e.s. Tou.te.s isolé.es", []),
        ("C'est la fin.Début du reste, à 3.5 %", []),
        ("«https://exemple.fr/a»", ["https://exemple.fr/a"]),
    ],
)
def test_urls(text: str, urls: list[str]) -> None:
    assert parts(text, find_urls(text)) == urls


def test_handles_and_hashtags() -> None:
    text = "Merci @jean_d et @a@mamot.fr, @b.bsky.social #ENA#Santé2030 #2022 mot#glué x@y.fr https://a.fr/#haut"
    assert parts(text, find_handles(text)) == ["@jean_d", "@a@mamot.fr", "@b.bsky.social"]
    assert parts(text, find_hashtags(text)) == ["#ENA", "#Santé2030", "#glué"]


@pytest.mark.parametrize(
    ("text", "emoji"),
    [
        ("Fil ⤵️ 👩🏽‍⚕️🙏🏻 ok", ["⤵️", "👩🏽‍⚕️🙏🏻"]),
        ("1️⃣ un 🇫🇷", ["1️⃣", "🇫🇷"]),
        ("→ © 12 € ► § n° ½", []),
    ],
)
def test_emoji(text: str, emoji: list[str]) -> None:
    assert parts(text, find_emoji(text)) == emoji


def test_blank_and_is_inside() -> None:
    ranges = ((2, 4), (6, 7))
    assert blank("abcdefgh", ranges) == "ab  ef h"
    assert [at for at in range(8) if is_inside(at, ranges)] == [2, 3, 6]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Les agents de l'hôpital ont appris la nouvelle par la presse.", "fr"),
        ("@quelquun https://example.org/the-best-of-the-web 🙃 Voici ce que dit le rapport sur les crèches", "fr"),
        ("The department hired hundreds of consultants last year.", "en"),
        ("Die Verwaltung braucht mehr Geld und Personal.", "de"),
        ("La administración pública necesita más personal y más dinero.", "es"),
        ("Merci !", None),
        ("https://exemple.fr/une-longue-adresse-en-francais @handle #MotCle 🙏", None),
        ("", None),
    ],
)
def test_language(text: str, language: str | None) -> None:
    assert language_of(text) == language

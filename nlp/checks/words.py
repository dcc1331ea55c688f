"""The words that license a check, from `nlp/lexicons/arithmetic.toml`, as patterns on folded text."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from importlib import resources
from typing import Any


def _load() -> dict[str, Any]:
    return tomllib.loads(resources.files("nlp.lexicons").joinpath("arithmetic.toml").read_text(encoding="utf-8"))


def _one_of(phrases: Iterable[str]) -> str:
    """Longest first, whole words, a trailing * for any ending."""
    return "(?:" + "|".join(_phrase(p) for p in sorted(phrases, key=len, reverse=True)) + ")"


def _phrase(phrase: str) -> str:
    core = re.escape(phrase.rstrip("*")).replace(r"\ ", r"\s+").replace("*", r"\w*").replace(r"\\w*", r"\w*")
    opens = r"\b" if phrase[0].isalnum() else ""
    closes = r"\w*" if phrase.endswith("*") else r"\b" if phrase[-1].isalnum() else ""
    return opens + core + closes


LEXICON = _load()
# Possessive, so that a long run of such words costs one pass.
SOFT = rf"(?:\s*+{_one_of(LEXICON['soft'])})*+\s*$"
ARTICLE = rf"\s*(?:{_one_of(LEXICON['determiners'])})?\s*$"

EQUIVALENCE = re.compile(_one_of(LEXICON["equivalence"]) + SOFT)
INTRODUCES = re.compile(_one_of(LEXICON["introduces"]) + r"[^.;!?()\d]{0,45}$")
CONCLUDES_AFTER = re.compile(r"^[^.;:!?\d]{0,30}?" + _one_of(LEXICON["concludes_after"]))
NO_NUMBER = (
    r"(?!\s+(?:(?:pres d|plus d|moins d)(?:e |')|environ |une? |a peine |la |le |les )?"
    r"(?:\d|quart|tiers|moitie|double))"
)
EITHER = re.compile(rf"\bsoit\b{NO_NUMBER}.*\bsoit\b{NO_NUMBER}")
"""Two choices: "soit on paie, soit on attend"."""
LOST_AFTER = re.compile(r"^[^.,;:!?()\d]{0,25}?" + _one_of(LEXICON["lost_after"]))
WEIGHS = re.compile(_one_of(LEXICON["weighs"]))
NOW = re.compile(_one_of(LEXICON["now"]))
TOTAL = re.compile(_one_of(LEXICON["total"]) + SOFT)
TOTAL_AFTER = re.compile(r"^[^.;:!?]{0,40}?" + _one_of(LEXICON["total_after"]))
OPENING = re.compile(r"^[\W\d_]*(?:(?:et|mais|or|donc|alors|oui|non|bref|bon|eh oui|eh bien|voila)\b,?)?" + SOFT)
"""A sentence whose first words are the amount itself: it comments on what was said just before."""

# A word of change and, in the same clause, its amount.
NEAR = r"[^.,;!?()]{0,25}$"
# "230 000 €, plus de la moitié du budget": nothing but a stroke before the amount.
APPOSED = re.compile(r"[,(–—:;]" + SOFT)

# ", un recul de 20 %"
APPOSED_CHANGE = re.compile(
    r"[,(–—:;]\s*(?:soit |donc |une? |en |la |le |les )*"
    + _one_of([*LEXICON["up"], *LEXICON["down"]])
    + r"[^.,;!?()\d]{0,12}$"
)
UP = re.compile(_one_of(LEXICON["up"]) + NEAR + r"|\+\s*$")
DOWN = re.compile(_one_of(LEXICON["down"]) + NEAR + r"|(?<![\w ])\s*[-−–]\s*$")
OF_THEM = r"\s*(?:d[eu']s?\s?[a-z]+ (?=(?:de|en) (?:plus|moins)))?"
UP_AFTER = re.compile(rf"{OF_THEM}{_one_of(LEXICON['up_after'])}(?!\s+d(?:e|'|u))")
DOWN_AFTER = re.compile(rf"{OF_THEM}{_one_of(LEXICON['down_after'])}(?!\s+d(?:e|'|u))")
GAP = re.compile(_one_of(LEXICON["gap"]))
REMAINS = re.compile(_one_of(LEXICON["remains"]) + r"[^.;!?]{0,25}$")
PAST = re.compile(
    _one_of(LEXICON["past"]) + r"|\b(?!etait|serai|aurai|devrai|faudrai|pourrai|voudrai|fait)\w+(?:ait|aient)\b"
)
OUTCOME = re.compile(_one_of(LEXICON["outcome"]) + r"[^.;!?\d]{0,45}$")
PART_BEFORE = re.compile(_one_of(LEXICON["part_before"]) + r"[^.;!?\d]{0,25}$")
OF_THE_PART = re.compile(_one_of(LEXICON["of_the_part"]))
OF_THE_OTHERS = re.compile(_one_of(LEXICON["of_the_others"]))
SHARE_OF = re.compile(_one_of(LEXICON["share_of"]) + r"[^.;!?\d]{0,45}$")
BALANCE = re.compile(_one_of(LEXICON["balance"]))
COST = re.compile(_one_of(LEXICON["cost"]))
ELSEWHERE = re.compile(r"^\W*(?:en (?:19|20)\d\d\b|" + _one_of(LEXICON["elsewhere"]) + ")")
EACH = re.compile(rf"^[^.;!?]{{0,45}}?(?:{_one_of(LEXICON['each'])}|\bpar (?!rapport|an\b|ailleurs|exemple)\w+)")
EACH_VERB = _one_of(LEXICON["each_verbs"])
# "Sur les trois ans : 97 200 €", "Pour 60 jours, 42 000 €"
OVER = re.compile(r"\b(?:sur|pendant|pour|avec)\b[^.;:!?]{0,40}[:,]" + SOFT)
# "sur un budget total de 72 M€"
OUT_OF_A = r"\b(?:sur|dans|d')\s*une?\s+\w+(?:\s+\w+)?\s+d(?:e|')\s*$"
INTRODUCES_WHOLE = re.compile(f"{_one_of(LEXICON['whole_before'])}{ARTICLE}|{OUT_OF_A}")
SHARED_OUT = re.compile(_one_of(LEXICON["shared_out"]) + ARTICLE)

AMONG_THEM = re.compile(_one_of(LEXICON["among_them"]) + r"[^.;:!?]{0,40}$")
OPPOSITES = {noun: frozenset(others) for noun, others in LEXICON["opposites"].items()}
SAME = {head: frozenset(equals) for head, equals in LEXICON["same"].items()}
WHOLE, LABELS, PERSONS, PEOPLE, INCOME, SPENDING = (
    frozenset(LEXICON["nouns"][name]) for name in ("whole", "labels", "persons", "people", "income", "spending")
)

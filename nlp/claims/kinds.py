"""What a sentence does: one kind each, by rules in a fixed order. Each rule has a name that evidence shows."""

from __future__ import annotations

import re
from collections.abc import Callable

from db.records import ClaimKind
from nlp.claims.signals import LETTERS, Signals, fold

Rule = tuple[str, ClaimKind, Callable[[Signals], bool]]

# "Depuis la loi de 2019, un contrat peut ...", "Or le code dit ..."
LAW_OPENS = re.compile(
    r"\W*(?:\d+[/)]\W*)?(?:(?:depuis|avec|or|mais|et|quant a|sauf que|pourtant) )*(?:l[ae]s?|l'|ce|cette|une) ?"
    r"(?:lois?|code|decret|ordonnance|circulaire|directive|reglement|convention|article|reforme|regle|statut)\b"
)
BEFORE_AN_APPEAL = re.compile(r"^\W*(?:(?:et|mais|alors|apres)\b\W*)?")
# "Un intérimaire coûte plus cher qu'un titulaire": one thing beside another, without a name or an amount.
MEASURED = re.compile(
    r"\b(?:plus|moins|aussi)(?: (?!que\b)[^\W\d]{3,}){1,2} qu"
    r"(?:e (?:les?|la|ce(?:lui|lle|ux|lles)|d[eu]s?)\b|e l['’]|['’]une? )",
    re.I,
)
REPORTED = frozenset(("selon", "d'apres"))
# These hold a thread together where they open or end a sentence ("La suite ici", "Fin"); elsewhere they name things.
AT_THE_EDGES = frozenset(("fil", "fin", "ici", "lien", "lire", "suite", "la suite", "par ici"))
# With these a sentence may open that tells what somebody did ("Bref, l'agence a fermé").
OPENERS = AT_THE_EDGES | {"bref", "voila", "d'abord", "ps", "nb", "maj", "update"}
SHORT = 9
HEADING = 12


def _nothing_said(s: Signals) -> bool:
    return s.words <= 1 and not s.amounts


def _transition(s: Signals) -> bool:
    if s.words > SHORT or s.strong_amounts or not s.has("transition"):
        return False
    told = s.finite and not (s.first_singular or s.first_plural or s.second)
    words = LETTERS.findall(fold(s.text))
    edges = {*words[:2], *words[-1:]} if told else set(words)
    deeds = told and (s.actors > 0 or (s.past and s.has("event")))
    return any(
        cue not in OPENERS or (not deeds and (cue not in AT_THE_EDGES or edges.intersection(cue.split())))
        for cue in s.cues["transition"]
    )


def _heading(s: Signals) -> bool:
    if s.finite or s.strong_amounts or s.has("stance") or (s.item and not s.numbered):
        return False
    return s.words <= 6 if s.stopped else s.words <= HEADING and not (s.numbered and s.article)


def _law(s: Signals) -> bool:
    return s.has("law") and not s.past and not s.first_singular and s.words > 6


def _announcement(s: Signals) -> bool:
    return s.announces and s.words <= 2 * SHORT and not s.strong_amounts


def _personal(s: Signals) -> bool:
    return s.first_singular > 0 and s.strong_amounts == 0


def _verdict(s: Signals) -> bool:
    """The author's: what somebody else finds is told of them ("Selon la Cour, la réforme est un échec")."""
    if s.strong_amounts or s.has("saying") or REPORTED.intersection(s.cues.get("according", ())):
        return False
    return s.has("verdict") or (s.has("appeal") and BEFORE_AN_APPEAL.sub("", fold(s.text)).startswith(s.cues["appeal"]))


def _prediction(s: Signals) -> bool:
    return s.future or (s.has("prediction") and not s.past and not s.strong_amounts)


def _stance(s: Signals) -> bool:
    return bool(s.has("stance") or s.exclamation or s.imperative) and not s.amounts


def _comparison(s: Signals) -> bool:
    return s.multiples > 0 or (s.has("comparison") and (s.names > 0 or s.amounts > 0))


def _measured(s: Signals) -> bool:
    return s.finite and MEASURED.search(s.text) is not None


def _event(s: Signals) -> bool:
    return (s.past or s.dated or s.has("event")) and (s.has("event") or s.names > 0 or s.past)


RULES: tuple[Rule, ...] = (
    ("nothing-said", "other", _nothing_said),
    ("question", "other", lambda s: s.question),
    ("transition", "other", _transition),
    ("announcement", "other", _announcement),
    ("heading", "other", _heading),
    ("personal", "personal", _personal),
    ("verdict", "stance", _verdict),
    ("prediction", "prediction", _prediction),
    ("comparison", "comparison", _comparison),
    ("causal-amount", "causal", lambda s: s.has("causal") and s.has("because") and s.strong_amounts > 0),
    ("law", "rule", _law),
    ("amount", "quantity", lambda s: s.strong_amounts > 0),
    ("numbered-part", "rule", lambda s: s.numbered and s.article and not s.finite and not s.first_plural),
    ("dated-item", "event", lambda s: s.item and (s.dated or s.amounts > 0)),
    ("stance", "stance", _stance),
    ("measured", "comparison", _measured),
    ("causal", "causal", lambda s: s.has("causal")),
    ("law-first", "rule", lambda s: s.first_singular == 0 and LAW_OPENS.match(fold(s.text)) is not None),
    ("event", "event", _event),
    ("rule", "rule", lambda s: s.has("rule") or (s.finite and s.names > 0)),
    ("collective", "stance", lambda s: s.first_plural > 0 or s.second > 0),
    ("assertion", "rule", lambda s: s.finite and s.words > SHORT),
)


def kind_of(signals: Signals) -> tuple[ClaimKind, str]:
    """The kind of a sentence and the rule that gave it."""
    for name, kind, applies in RULES:
        if applies(signals):
            return kind, f"kind:{name}"
    return "stance", "kind:default"

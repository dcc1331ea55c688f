"""What an amount measures, in the words of the text."""

from __future__ import annotations

import re

from nlp.quantities.draft import Draft
from nlp.quantities.units import INCLUSIVE, lexicon

WORD = rf"[^\W\d_][\w'-]{{0,30}}(?:{INCLUSIVE})?"
PHRASE = rf"{WORD}(?: (?:de |d'|du |des |à |en |aux? )?(?:la |l'|les )?{WORD}){{0,3}}"
NOUNS = rf"{WORD}(?: (?:de |d'|du |des )(?:la |l'|les )?{WORD}){{0,2}}"
AFTER = re.compile(rf" ?(?:de la |de l'|de |d'|du |des )(?P<what>{NOUNS})", re.IGNORECASE)
IS = r"(?:est|était|sera|serait|atteint|atteignait|représente|pèse|coûte|coûtait|s'élève|vaut|passe|monte|tombe)"
# A determiner or a colon tells a noun from a verb.
BEFORE = re.compile(
    rf"(?:(?:\b(?:les?|la|une?|des|du|ces?|cette|son|sa|ses|leurs?|[nv]otre|[nv]os|aux?|chaque) |\b[ld]')"
    rf"(?P<what>{PHRASE})"
    rf"(?:,? {IS})?(?: de| d'| à| à plus de| de près de)? ?"
    rf"|(?P<label>{PHRASE}) ?: ?)$",
    re.IGNORECASE,
)
NOUN_PHRASE = re.compile(rf"{WORD}(?: (?:de |d'|du |des )(?:la |l'|les )?{WORD})?", re.IGNORECASE)
CUT = re.compile(r"[.!?;:()«»\"\n\ue000]|, ")
LEAD = re.compile(r"^(?:[ld]|qu)'", re.IGNORECASE)
VERB = re.compile(
    r"(?:qui|que|qu'\w+|dont|où|quand|si)|(?:n'|s'|l'|c'|j')?(?:est|sont|a|ont|était|étaient|sera|seront|avait|avaient|coûte\w*|pèse\w*|atteint|vaut|verse\w*|paie\w*|touche\w*|faut|fait|passe|passé"
    r"|multiplié\w*|divisé\w*|reçoit|dépense|gagne\w*|perd\w*|représente\w*|élève|monte|dépasse|annonce|promet|demande|prévoit)",
    re.IGNORECASE,
)
REACH = 90
MAX_WORDS = 6
LINKS = frozenset({"jusqu'à", "jusqu'au", "moins", "près", "ce", "un", "une", "ces", "cette"})


def what_is_counted(plain: str, draft: Draft) -> str | None:
    """The noun phrase an amount measures: after it ("65 % du total"), or before it ("un budget de 15 M€")."""
    if draft.noun >= 0 and draft.unit not in ("EUR", "%", "fois", None):
        return _noun_phrase(plain, draft)
    if draft.unit not in ("EUR", "%", "fois", None):
        return None
    after = AFTER.match(plain, draft.end)
    if after:
        return _trimmed(after["what"], from_left=True)
    if draft.unit in ("EUR", None):
        return _subject(plain, draft)
    return None


def _noun_phrase(plain: str, draft: Draft) -> str | None:
    phrase = NOUN_PHRASE.match(plain, draft.noun)
    return phrase.group() if phrase else None


def _subject(plain: str, draft: Draft) -> str | None:
    """The words before: "un budget de 15 M€", "montant total de la dette : 3 Md€"."""
    left = plain[max(0, draft.start - REACH) : draft.start]
    label = left.rstrip().endswith(":")
    clause = CUT.split(left.rstrip().rstrip(":") if label else left)[-1]
    match = BEFORE.search(clause + ":" if label else clause)
    return _trimmed(match["what"] or match["label"], from_left=False) if match else None


def _trimmed(phrase: str, from_left: bool) -> str | None:
    """At most `MAX_WORDS` words, without what is no noun at their ends."""
    words = phrase.split()[:MAX_WORDS] if from_left else phrase.split()[-MAX_WORDS:]
    verb = next((at for at, word in enumerate(words) if VERB.fullmatch(word)), len(words))
    words = words[:verb]
    while words and _is_link(words[-1]):
        words.pop()
    while words and _is_link(words[0]):
        words.pop(0)
    return LEAD.sub("", " ".join(words)).strip(" ,'") or None


def _is_link(word: str) -> bool:
    return word.lower().rstrip("'") in lexicon().never_nouns or word.lower() in LINKS

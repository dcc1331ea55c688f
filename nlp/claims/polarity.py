"""Whether what a sentence says is denied: the negation of its main clause, not that of a clause inside it."""

from __future__ import annotations

import re

# A sentence without any of these folded words need not be searched for a negation.
NEGATORS = frozenset(("pas", "plus", "jamais", "rien", "aucun", "aucune", "guere", "personne", "ni", "nul", "nulle"))
NE = r"\b(?:ne\b|n['’])"
NEGATED = re.compile(
    rf"{NE}\s*\S+.{{0,25}}?\b(?:pas(?! moins d)|plus(?! qu(?:e |['’](?:une?|à) ))"
    r"|jamais|rien|aucune?|guère|personne|ni)\b"
    r"|^\W*pas\b(?! moins d)|\bni\b.+\bni\b",
    re.I,
)
# "Personne n'a été puni", "Or aucun texte ne le prévoit", "Jamais l'État n'a compté"
NOBODY_DOES = re.compile(
    r"(?:^\W*|, )(?:(?!si |que )\w{1,4} ){0,3}(?<!, et )(?:plus )?(?:aucune?|personne|rien|nul(?:le)?|jamais)\b"
    rf"[^.:;!?]{{0,60}}?{NE}",
    re.I,
)
# Spoken: "J'ai pas compris", "C'est pas fini"
SPOKEN = re.compile(
    r"^\W*(?:(?!si )\w{1,4} )?(?:je |j['’]|tu |on |c['’]est |ça |elles? |ils? )(?:(?!(?:que|ou) )[^\s,;:(]+ ){0,2}?"
    r"(?:pas|rien)\b(?! (?:mal|moins|que|seul))",
    re.I,
)
# "... une tribune que je ne retrouve plus", "Ceux qui n'ont pas voté sont ..."; but "Je sais qu'il n'a rien vu".
CLAUSE = re.compile(
    r"(?P<said>\b(?:faux|sai[st]|savons|savent|cro(?:is|it|yons)|pens(?:e|ons|ent)|dit|disent|conclu\w*|sauf|parce|mais|et)"
    r" qu(?:e\b|['’]))"
    r"|(?<=\w[\s,])\s*(?:"
    rf"qui(?:,[^,;:.!?]{{1,20}},)? {NE}"
    r"|(?:qu['’]|(?:que|dont|où|quand|lorsqu\w{1,2}|si|parce que|puisqu\w{1,2}|alors que)\b)"
    rf"(?:(?!{NE})[^;:.!?,»]){{0,60}}?{NE}"
    r")[^,;:.!?»]*",
    re.I,
)


def is_negated(sentence: str) -> bool:
    """Whether the main clause of a sentence is negated."""
    main = CLAUSE.sub(lambda clause: clause["said"] or " ", sentence)
    return bool(NEGATED.search(main) or NOBODY_DOES.search(main) or SPOKEN.search(main))

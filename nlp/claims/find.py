"""The claims of a text: one for each sentence, in its order."""

from __future__ import annotations

from collections.abc import Sequence

from db.records import Claim, Mention, Quantity, TopicWeight
from nlp.claims.attribution import Speaker, speakers
from nlp.claims.kinds import kind_of
from nlp.claims.signals import Signals, read_signals
from nlp.claims.tokens import Token
from nlp.claims.worth import NEVER, THRESHOLD, features, score
from nlp.text import Range


def find_claims(
    text: str,
    sentences: Sequence[Range],
    *,
    tokens: Sequence[Token] = (),
    quantities: Sequence[Quantity] = (),
    mentions: Sequence[Mention] = (),
    topics: Sequence[tuple[TopicWeight, ...]] = (),
) -> tuple[Claim, ...]:
    """A claim for each sentence: its kind, whether it is worth a check and how surely, who says it, its topics.

    `topics` has one entry a sentence, or is empty. Offsets are code points of `text`. Kinds and scores need `tokens`;
    without them (a language that is not parsed) only amounts, names and words decide.
    """
    who = speakers(text, sentences, mentions)
    about = topics or ((),) * len(sentences)
    return tuple(
        _claim(text, span, read_signals(text, span, tokens, quantities, mentions), speaker, weights)
        for span, speaker, weights in zip(sentences, who, about, strict=True)
    )


def _claim(text: str, span: Range, signals: Signals, speaker: Speaker, topics: tuple[TopicWeight, ...]) -> Claim:
    kind, rule = kind_of(signals)
    if speaker.quoted and kind != "other":
        kind, rule = "quote", speaker.rule
    values = features(signals, kind, quoted=speaker.quoted, attributed=speaker.name is not None, topical=bool(topics))
    worth = 0.0 if kind in NEVER else score(values)
    return Claim(
        text=text[span[0] : span[1]],
        kind=kind,
        check_worthy=worth >= THRESHOLD,
        score=round(worth, 4),
        polarity="negated" if signals.negated else "affirmed",
        attributed_to=speaker.name,
        topics=topics,
        start=span[0],
        end=span[1],
        rule=rule if speaker.name is None or kind == "quote" else f"{rule} {speaker.rule}",
    )

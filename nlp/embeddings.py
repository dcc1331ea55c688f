"""Words seen before are not computed again: the first layer of the model's encoders sees one word at a time.

That layer (hashed features and static vector of a word, mixed) is a third of an encoder's work and depends on nothing
but the word itself, so its rows are kept: a text repeats most of its words.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from spacy.attrs import NORM, ORTH, SPACY  # type: ignore[import-not-found]
from spacy.tokens import Doc
from thinc.api import Model

from nlp.encoder import encoders

if TYPE_CHECKING:
    from spacy.language import Language

# Rows of 96 numbers: some 25 MB an encoder. A vocabulary of that size covers nearly all words of an archive.
MOST_WORDS = 65_536
MIX = np.uint64(0x9E3779B97F4A7C15)  # an odd number: products with it keep all 64 bits apart

# All that the layer sees of a word comes from these: its form, its normal form, whether a space follows.
SEEN = [ORTH, NORM, SPACY]

Rows = list[Any]


def remember_words(nlp: Language) -> None:
    """Let each encoder of the pipeline compute the first layer once a word. Answers stay the same."""
    for _, pipe in nlp.pipeline:
        for encoder in encoders(pipe):
            encoder.layers[0] = _remembering(encoder.layers[0])


def _remembering(layer: Model[Any, Any]) -> Model[Any, Any]:
    rows: dict[int, int] = {}
    table = np.zeros((0, 0), dtype="f")

    def forward(_: Model[Any, Any], docs: Sequence[Doc], is_train: bool) -> tuple[Rows, Callable[[Rows], Rows]]:
        nonlocal table
        words = [doc.to_array(SEEN) for doc in docs]
        keys, places, inverse = np.unique(_keys(words), return_index=True, return_inverse=True)
        known = keys.tolist()
        new = [i for i, key in enumerate(known) if key not in rows]
        if new and len(rows) + len(new) > MOST_WORDS:
            rows.clear()
            table, new = table[:0], list(range(len(known)))
        if new:
            made = _rows(layer, docs[0].vocab, np.concatenate(words)[places[new]])
            rows.update(zip([known[i] for i in new], range(len(rows), len(rows) + len(new)), strict=True))
            table = np.concatenate([table, made]) if len(table) else made
        found = table[np.array([rows[key] for key in known], dtype="i8")[inverse]] if known else table
        return np.split(found, np.cumsum([len(part) for part in words])[:-1]), _no_way_back

    return Model("remembered", forward, layers=[layer])


def _keys(words: Sequence[Any]) -> Any:
    together = np.concatenate(words)
    return (together[:, 0] ^ (together[:, 1] * MIX)) * MIX ^ together[:, 2]


def _rows(layer: Model[Any, Any], vocab: Any, words: Any) -> Any:
    """What the layer makes of words that it has not seen, each alone."""
    doc = Doc(vocab, words=[vocab.strings[int(orth)] for orth in words[:, 0]], spaces=words[:, 2].astype(bool).tolist())
    for token, norm in zip(doc, words[:, 1].tolist(), strict=True):
        if token.norm != norm:
            token.norm_ = vocab.strings[norm]
    return layer.predict([doc])[0]


def _no_way_back(_: Rows) -> Rows:
    raise NotImplementedError("words are remembered for prediction, not for training")

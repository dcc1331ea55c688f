"""The encoder of words in their context, in fewer passes over memory: same weights, same answers.

The model's convolutions (each: a word between its two neighbours, the largest of three pieces, layer norm, added to
what came in) are half of all time. Their matrix products are a third of that; the rest is moving arrays of a whole
batch in and out of the processor's cache. So documents go through all layers some hundred words at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.lib.stride_tricks import as_strided
from thinc.api import Model

if TYPE_CHECKING:
    from spacy.language import Language

# The arrays of so many words fit the second-level cache of one core, and a matrix product is long enough to be fast.
ROWS = 768
PIECES = 3
USUAL = ("residual(expand_window>>maxout>>layernorm>>dropout)",)
EPSILON = 1e-8  # of thinc's layer norm

Rows = list[Any]


@dataclass(frozen=True, slots=True)
class Convolution:
    """Weights of one layer: `mix` from three neighbours to all pieces, one piece after the other."""

    mix: Any
    bias: Any
    gain: Any
    shift: Any


def streamline_encoders(nlp: Language) -> None:
    """Let the encoders of the pipeline that are built in the usual way run in our loop."""
    for _, pipe in nlp.pipeline:
        for encoder in encoders(pipe):
            layers = _convolutions(encoder.layers[1])
            if layers:
                encoder.layers[1] = _streamlined(encoder.layers[1], layers)


def encoders(pipe: object) -> list[Model[Any, Any]]:
    """The encoders in a pipe: a layer from documents to one row a word that sees no neighbours, then one that does."""
    model = getattr(pipe, "model", None)
    if model is None:
        return []
    return [node for node in model.walk() if len(node.layers) == 2 and _reads_words(node.layers[0])]


def _reads_words(layer: Model[Any, Any]) -> bool:
    return layer.name.startswith("extract_features") and layer.name.endswith("ragged2list")


def _convolutions(context: Model[Any, Any]) -> list[Convolution]:
    """The layers of spacy.MaxoutWindowEncoder with a window of one word and three pieces; none if it is another."""
    stack = context.layers[0].layers if len(context.layers) == 1 else []
    parts = [{node.name: node for node in residual.walk()} for residual in stack if residual.name in USUAL]
    usual = len(parts) == len(stack) == context.attrs.get("pad") and all(
        part["expand_window"].attrs["window_size"] == 1 and part["maxout"].get_dim("nP") == PIECES for part in parts
    )
    return [_convolution(part["maxout"], part["layernorm"]) for part in parts] if usual else []


def _convolution(maxout: Model[Any, Any], norm: Model[Any, Any]) -> Convolution:
    weights, bias = np.asarray(maxout.get_param("W")), np.asarray(maxout.get_param("b"))
    return Convolution(
        mix=np.ascontiguousarray(weights.transpose(1, 0, 2).reshape(-1, weights.shape[-1]).T),
        bias=np.ascontiguousarray(bias.T).ravel(),
        gain=norm.get_param("G"),
        shift=norm.get_param("b"),
    )


def _streamlined(stock: Model[Any, Any], layers: Sequence[Convolution]) -> Model[Any, Any]:
    def forward(_: Model[Any, Any], docs: Rows, is_train: bool) -> tuple[Rows, Callable[[Rows], Rows]]:
        return encode(docs, layers), _no_way_back

    return Model("streamlined", forward, layers=[stock], dims={"nO": layers[0].gain.shape[0]})


def encode(docs: Rows, layers: Sequence[Convolution]) -> Rows:
    """One row a word for each document, from the rows of its words alone; float32."""
    encoded: Rows = []
    for group in _groups(docs):
        rows, places = _padded(group, len(layers))
        for layer in layers:
            _convolve(rows, layer)
        encoded += [rows[start:end].copy() for start, end in places]
    return encoded


def _groups(docs: Rows) -> Iterator[Rows]:
    group: Rows = []
    size = 0
    for doc in docs:
        if group and size + len(doc) > ROWS:
            yield group
            group, size = [], 0
        group.append(doc)
        size += len(doc)
    if group:
        yield group


def _padded(docs: Rows, pad: int) -> tuple[Any, list[tuple[int, int]]]:
    """The documents in one array, as many empty rows between them as layers: none sees another; and their places."""
    places: list[tuple[int, int]] = []
    at = 1 + pad
    for doc in docs:
        places.append((at, at + len(doc)))
        at += len(doc) + pad
    rows = np.zeros((at + 1, docs[0].shape[1]), "f")
    for doc, (start, end) in zip(docs, places, strict=True):
        rows[start:end] = doc
    return rows, places


def _convolve(rows: Any, layer: Convolution) -> None:
    """One layer, added to `rows` in place, but for the first and the last, which stay empty."""
    inner = rows[1:-1]
    count, width = inner.shape
    # The row before, the row itself and the row after lie side by side in memory: a view, made solid for the product.
    window = np.ascontiguousarray(as_strided(rows, (count, 3 * width), rows.strides, writeable=False))
    pieces = window @ layer.mix
    pieces += layer.bias
    best = np.maximum(pieces[:, :width], pieces[:, width : 2 * width])
    np.maximum(best, pieces[:, 2 * width :], out=best)
    best -= (np.einsum("ij->i", best) / np.float32(width))[:, None]
    variance = np.einsum("ij,ij->i", best, best) / np.float32(width)
    best *= (1 / np.sqrt(variance + np.float32(EPSILON)))[:, None]
    best *= layer.gain
    best += layer.shift
    inner += best


def _no_way_back(_: Rows) -> Rows:
    raise NotImplementedError("the encoder is streamlined for prediction, not for training")

"""Topics as factors of the rows of passages (NMF): in one go, or batch by batch for what memory does not hold."""

from __future__ import annotations

import warnings
from collections.abc import Iterable

import numpy as np
import scipy.sparse as sp
from sklearn.decomposition import NMF, MiniBatchNMF, non_negative_factorization
from sklearn.exceptions import ConvergenceWarning

from nlp.discovery.vocabulary import Floats

SEED = 0
ROUNDS = 200


def factorise(rows: sp.csr_matrix, topics: int) -> Floats:
    """The weights of terms in each topic, an array of topics by columns; always the same for the same rows."""
    model = NMF(topics, init="nndsvd", random_state=SEED, max_iter=ROUNDS)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # a little short of the optimum is as good here
        model.fit(rows)
    return np.asarray(model.components_, float)


def refine(factors: Floats, batches: Iterable[sp.csr_matrix]) -> Floats:
    """The same topics after more passages have been read, a batch at a time. Memory holds one batch."""
    model = MiniBatchNMF(len(factors), init="custom", random_state=SEED)
    for rows in batches:
        if rows.shape[0]:
            model.partial_fit(rows, W=_weights(rows, factors), H=factors.copy())  # both matter the first time only
    return np.asarray(model.components_, float)


def shares(rows: sp.csr_matrix, factors: Floats) -> Floats:
    """How much of each row each topic tells: passages by topics, all in the same measure."""
    return np.asarray(_weights(rows, factors) * factors.sum(axis=1), float)


def _weights(rows: sp.csr_matrix, factors: Floats) -> Floats:
    if not rows.shape[0]:
        return np.zeros((0, len(factors)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        weights, _, _ = non_negative_factorization(
            rows, H=factors, n_components=len(factors), init="custom", update_H=False, max_iter=ROUNDS
        )
    return np.asarray(weights, float)

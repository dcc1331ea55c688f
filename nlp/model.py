"""The French model, loaded once a process, with repairs that change its speed and not its answers."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.language import Language

# senter is off by default in the packages of spaCy. attribute_ruler copies parts of speech to tags, which nobody reads.
UNUSED = ["senter", "attribute_ruler"]
# Loaded for its word lists only: no rule reads a lemma.
UNREAD = ["lemmatizer"]


class ModelError(Exception):
    """What can go wrong with the model.

    ModelError
     └── ModelMissingError
    """


class ModelMissingError(ModelError):
    """The model is not installed."""

    def __init__(self, name: str) -> None:
        package = name.replace("_", "-")
        super().__init__(f"the French model {name!r} is not installed: run `pip install {package}`, then try again")


def load_model(name: str) -> Language:
    """The spaCy pipeline `name`: about four seconds, 500 MB; faster than `spacy.load` leaves it, same answers.

    Raises ModelMissingError when it is not installed.
    """
    # Read when numpy is first imported; two processes with two BLAS threads each would fight for two cores.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    import spacy
    from thinc.api import NumpyOps, set_current_ops

    from nlp.embeddings import remember_words
    from nlp.encoder import streamline_encoders
    from nlp.names import add_names

    # blis picks a generic kernel on processors it does not know, and is then several times slower than OpenBLAS.
    set_current_ops(NumpyOps(use_blis=False))
    try:
        nlp = spacy.load(name, exclude=UNUSED)
    except OSError as error:
        if "E050" in str(error):
            raise ModelMissingError(name) from error
        raise
    streamline_encoders(nlp)
    remember_words(nlp)
    add_names(nlp)
    for unread in UNREAD:
        if nlp.has_pipe(unread):
            nlp.disable_pipe(unread)
    return nlp


def dictionary(nlp: Language) -> Callable[[str], bool]:
    """Whether a small-letter form is in the model's dictionary: tells "Merci" at the head of a line from a name."""
    if "lemmatizer" not in nlp.component_names:
        return lambda _: False
    lookups = nlp.get_pipe("lemmatizer").lookups  # type: ignore[attr-defined]
    base, inflected = lookups.get_table("lemma_index", {}), lookups.get_table("lemma_lookup", {})
    bases = frozenset[str]().union(*base.values())
    return lambda form: form in bases or form in inflected

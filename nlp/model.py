"""The French model, loaded once a process, with repairs that change its speed and not its answers."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.language import Language

# senter is off by default in the packages of spaCy. attribute_ruler copies parts of speech to tags, which nobody reads.
UNUSED = ["senter", "attribute_ruler"]


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

    # blis picks a generic kernel on processors it does not know, and is then several times slower than OpenBLAS.
    set_current_ops(NumpyOps(use_blis=False))
    try:
        nlp = spacy.load(name, exclude=UNUSED)
    except OSError as error:
        if "E050" in str(error):
            raise ModelMissingError(name) from error
        raise
    index_lemmas(nlp)
    remember_words(nlp)
    return nlp


def index_lemmas(nlp: Language) -> None:
    """Turn the lemmatizer's word lists into sets: as lists, up to 66,191 strings are compared for each new word."""
    if not nlp.has_pipe("lemmatizer"):
        return
    table = nlp.get_pipe("lemmatizer").lookups.get_table("lemma_index", {})  # type: ignore[attr-defined]
    for part_of_speech in list(table):
        table[part_of_speech] = frozenset(table[part_of_speech])


def dictionary(nlp: Language) -> Callable[[str], bool]:
    """Whether a small-letter form is in the model's dictionary: tells "Merci" at the head of a line from a name."""
    if not nlp.has_pipe("lemmatizer"):
        return lambda _: False
    lookups = nlp.get_pipe("lemmatizer").lookups  # type: ignore[attr-defined]
    base, inflected = lookups.get_table("lemma_index", {}), lookups.get_table("lemma_lookup", {})
    bases = frozenset[str]().union(*base.values())
    return lambda form: form in bases or form in inflected

"""The language of a document, from its prose alone."""

from __future__ import annotations

import re
from functools import cache
from itertools import islice
from typing import Any

from nlp.text import blank, find_emoji, find_handles, find_hashtags, find_urls

LANGUAGES = ("fr", "en", "de", "es", "it", "pt", "nl", "ca", "ro", "pl", "ar", "ru", "tr")
MIN_LETTERS = 20
SURE = 0.7
ENOUGH = 4000  # letters beyond which the answer no longer changes
SPACE = re.compile(r"\s")
LETTER = re.compile(r"[^\W\d_]")


def language_of(text: str) -> str | None:
    """ISO 639-1 code of the language of `text`; None when there is too little prose or no sure answer.

    Addresses, handles, hashtags and emoji do not count: a thread that quotes English links is still French.
    """
    prose = _beginning(text)
    if sum(1 for _ in islice(LETTER.finditer(prose), MIN_LETTERS)) < MIN_LETTERS:
        return None
    code, probability = _identifier().classify(prose[:ENOUGH])
    return str(code) if probability >= SURE else None


def _beginning(text: str) -> str:
    """The first `ENOUGH` characters of prose, or more; all there is if it holds less."""
    length = 2 * ENOUGH
    while length < len(text):
        # Cut at white space: addresses, handles and hashtags stay whole.
        space = SPACE.search(text, length)
        prose = _prose(text[: space.start()] if space else text)
        if len(prose) >= ENOUGH:
            return prose
        length *= 2
    return _prose(text)


def _prose(text: str) -> str:
    ranges = (*find_urls(text), *find_handles(text), *find_hashtags(text), *find_emoji(text))
    return " ".join(blank(text, ranges).split())


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(list(LANGUAGES))
    return identifier

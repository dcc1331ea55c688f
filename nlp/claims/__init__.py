"""Claims: what each sentence does, whether a fact-checker would bother, who says it."""

from nlp.claims.find import find_claims

__all__ = ["find_claims"]

"""Named persons, bodies, places and policies."""

from nlp.entities.find import find_mentions

__all__ = ["find_mentions"]

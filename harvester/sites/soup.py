"""BeautifulSoup with bounds: a hostile page of a megabyte may nest 100,000 elements, and its tree is slow to walk."""

from __future__ import annotations

from bs4 import BeautifulSoup, Tag

MAX_DEPTH = 3_000
"""Elements inside each other. Tags that are never closed nest by hundreds; browsers flatten what is deeper than 512."""
MAX_ELEMENTS = 60_000
"""Elements of a page; a long article with a thousand comments has 20,000."""
MAX_STEPS = 10_000_000
"""Steps from all elements up to the root: selectors and searches for a parent go that way for each of them."""


class UnboundedPageError(ValueError):
    """A page with more elements, or deeper ones, than any page for people has."""


class BoundedSoup(BeautifulSoup):
    """A parsed page. Raises UnboundedPageError as soon as the page passes a bound."""

    _elements = _steps = 0

    def pushTag(self, tag: Tag) -> None:  # noqa: N802 (bs4's name)
        super().pushTag(tag)
        self._elements += 1
        self._steps += len(self.tagStack)
        if len(self.tagStack) > MAX_DEPTH + 1:
            raise UnboundedPageError(f"elements nested more than {MAX_DEPTH} deep")
        if self._elements > MAX_ELEMENTS:
            raise UnboundedPageError(f"more than {MAX_ELEMENTS} elements")
        if self._steps > MAX_STEPS:
            raise UnboundedPageError("too many elements nested too deep")

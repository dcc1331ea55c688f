"""What may come of a question to the Wayback Machine, other than its answer."""

from __future__ import annotations

from harvester.model import HarvestError


class WaybackError(HarvestError):
    """Root of them; its text is the reason.

    WaybackError
    ├── BusyError           it asks to be left alone, or forbids us to ask: nothing more is asked in this run
    ├── UnreachableError    no usable answer; the next run asks again
    ├── ExcludedError       it shows nothing of this site, at somebody's request
    └── NoMementoError      an answer that is no capture of the wanted page
    """


class BusyError(WaybackError):
    """It asks to be left alone, or its robots.txt forbids the question."""


class UnreachableError(WaybackError):
    """No answer, or one that says nothing."""


class ExcludedError(WaybackError):
    """The site is closed there."""


class NoMementoError(WaybackError):
    """What came is no capture of the page: a notice, an error, another page, another time."""

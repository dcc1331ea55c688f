"""What stops a report.

ReportError
├── UnknownNameError        a topic, an author or a source that the archive does not have
├── DiscoveredTopicError    a topic that claims are not sorted into
├── DateError               a date that cannot be understood
├── PeriodError             a period that ends before it begins
└── OwnTemplateError        a template of the user's that cannot be used
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches


class ReportError(Exception):
    """Root of what stops a report; its text is the line to print."""


class UnknownNameError(ReportError):
    """A topic, an author or a source that the archive does not have; the nearest names first."""

    def __init__(self, what: str, name: str, known: Sequence[str], hint: str = "") -> None:
        near = get_close_matches(name, known, n=3, cutoff=0.6)
        listed = ", ".join([*near, *(other for other in known if other not in near)][:12])
        more = f" and {len(known) - 12} more" if len(known) > 12 else ""
        super().__init__(f"no {what} {name!r} in the archive; {what}s: {listed or f'none yet{hint}'}{more}")


class DiscoveredTopicError(ReportError):
    """A discovered topic: it is given to documents alone, so that a report would state zeros of its claims."""

    def __init__(self, topic: str) -> None:
        super().__init__(
            f"{topic} was discovered, and no claims are sorted into it yet; give it its terms first: "
            f"`filature topics pin {topic} --write`, then `filature mine`"
        )


class DateError(ReportError):
    """A date that cannot be understood."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"{text!r} is no date; write 2021, 2021-05, 2021-05-04, or 7d or 2w for the last days or weeks"
        )


class PeriodError(ReportError):
    """A period that ends before it begins."""

    def __init__(self, since: str, until: str) -> None:
        super().__init__(f"--until {until} comes before --since {since}: no day is left; exchange them")


class OwnTemplateError(ReportError):
    """A template of the user's that cannot be used: where, and why."""

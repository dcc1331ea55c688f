"""The time as the archive writes it."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> str:
    """This instant, ISO 8601 UTC with milliseconds: `2021-05-04T07:12:31.123Z`."""
    return timestamp(datetime.now(UTC))


def timestamp(at: datetime) -> str:
    """A moment with a zone, in the same form."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

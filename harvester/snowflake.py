"""Times inside X's ids: `unix_ms = (id >> 22) + 1288834974657` (snowflake ids, in use since November 2010)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache

EPOCH_MS = 1288834974657
SMALLEST = 30_000_000_000  # ids below were counted one by one: the formula would date them, wrongly, to 2010
_UNIX = datetime(1970, 1, 1, tzinfo=UTC)


def unix_ms(tweet_id: str | int) -> int | None:
    """Milliseconds since 1970 of an id, or None when the id tells no time (older than snowflakes, not a number)."""
    text = str(tweet_id)
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0
    return (number >> 22) + EPOCH_MS if SMALLEST <= number < 1 << 63 else None


def iso(ms: int) -> str:
    """ISO 8601 UTC text with milliseconds: `2021-05-04T07:12:31.123Z`."""
    minutes, ms = divmod(ms, 60_000)
    return f"{_minute(minutes)}:{ms // 1000:02}.{ms % 1000:03}Z"


@lru_cache(maxsize=1000)
def _minute(minutes: int) -> str:
    """The posts of a thread share their minutes: most of the cost of writing a time is saved."""
    return (_UNIX + timedelta(minutes=minutes)).isoformat(timespec="minutes")[:16]


def posted_at(tweet_id: str | int) -> str | None:
    """When a tweet was posted, to the millisecond (ISO 8601 UTC), or None when its id does not tell."""
    ms = unix_ms(tweet_id)
    return None if ms is None else iso(ms)

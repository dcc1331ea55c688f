"""When an address is due again. Pure: times in, times out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Literal

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
ACTIVE = 7 * DAY  # 24 of 518 threads of one author went on after their first day, 12 after a week
LONGEST = 180 * DAY
AGE_SHARE = 8
FAILURE_LONGEST = 14 * DAY
FAILURES_ENOUGH = 8
DEAD_END = 60 * DAY
WATCHED_LONGEST = DAY  # sources and listings: who follows a blog that was down for a week wants it back the day after

Outcome = Literal["read", "listing", "gone", "refused", "failed"]
WAITS: dict[Outcome, timedelta] = {
    "listing": timedelta(0),
    "gone": 30 * DAY,
    "refused": 7 * DAY,
}


def timestamp(at: datetime | None = None) -> str:
    """A time (now, when none is given) as the archive writes it: `2021-05-04T07:12:31.123Z`."""
    at = (at or datetime.now(UTC)).astimezone(UTC)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse_timestamp(text: str) -> datetime | None:
    """A time of the archive, or a bare date as midnight UTC; None when it is neither, or none that UTC has."""
    try:
        at = datetime.fromisoformat(text)
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def next_attempt(
    outcome: Outcome,
    now: datetime,
    *,
    kind: str = "page",
    last_change: datetime | None = None,
    attempts: int = 0,
    retry_after: float | None = None,
    watched: bool = False,
) -> datetime:
    """When to ask again after `outcome`.

    `kind` is the document's (thread, post, page), `last_change` the time of its last post or of its publication.
    `attempts` counts failures in a row, this one included; `retry_after` is what the host asked for, in seconds. What
    is `watched` is asked again after a day at most, unless the host asked for more.
    """
    if outcome == "read":
        return now + reading_interval(kind, now - last_change if last_change else None)
    wait = failure_interval(attempts) if outcome == "failed" else WAITS[outcome]
    asked = timedelta(seconds=min(retry_after or 0.0, LONGEST.total_seconds()))
    return now + max(min(wait, WATCHED_LONGEST) if watched else wait, asked)


def reading_interval(kind: str, age: timedelta | None) -> timedelta:
    """How long a document may be left alone: none for a thread that may still grow, then an eighth of its age."""
    if age is None:
        return DAY
    if kind == "thread" and age < ACTIVE:
        return timedelta(0)
    return min(max(age / AGE_SHARE, DAY), LONGEST)


def failure_interval(attempts: int) -> timedelta:
    """An hour, doubled at each failure in a row up to two weeks; two months once it failed eight times."""
    if attempts >= FAILURES_ENOUGH:
        return DEAD_END
    doublings: int = 2 ** max(attempts - 1, 0)
    return min(HOUR * doublings, FAILURE_LONGEST)

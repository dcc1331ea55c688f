"""Dates as people type them, and as the archive compares them."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

from report.errors import DateError

DAYS = {"d": 1, "w": 7}
_TYPED = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")


def first_day(text: str, today: str) -> str:
    """The first day meant by `2021`, `2021-05`, `2021-05-04`, or `30d`, `2w`: so long before `today`; all ISO dates.

    Raises DateError.
    """
    return _days(text, today)[0].isoformat()


def last_day(text: str, today: str) -> str:
    """The last day meant by the same: `2021` ends with 31 December. Raises DateError."""
    return _days(text, today)[1].isoformat()


def _days(text: str, today: str) -> tuple[date, date]:
    try:
        if ago := re.fullmatch(r"([0-9]{1,5})([dw])", text):
            day = date.fromisoformat(today) - timedelta(days=int(ago[1]) * DAYS[ago[2]])
            return day, day
        if not (typed := _TYPED.fullmatch(text)):
            raise DateError(text)
        year, month, day_of_month = (int(part) if part else None for part in typed.groups())
        first = date(year or 0, month or 1, day_of_month or 1)
        last_month = month or 12
        return first, date(first.year, last_month, day_of_month or calendar.monthrange(first.year, last_month)[1])
    except (ValueError, OverflowError) as error:
        raise DateError(text) from error

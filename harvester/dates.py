"""Dates as sites write them, to ISO 8601 UTC text.

A moment without a zone is French time. A day without an hour becomes midnight UTC: 01:00 or 02:00 in Paris, so its day
is the same for who reads the archive in UTC and for who read the page. Functions return None for what is no date:
a date is never guessed from a part of one.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from time import struct_time
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
_FIRST_YEAR = 1991  # that of the first web page: what is older is a counter or a template
_AHEAD = timedelta(days=2)  # clocks and zones differ; what lies further ahead was not published then

_MONTHS = ("janv", "fevr", "mars", "avr", "mai", "juin", "juil", "aout", "sept", "oct", "nov", "dec")
_UNACCENTED = str.maketrans("éèêûôâÉÈÊÛ", "eeeuoaEEEU")
_IN_WORDS = re.compile(
    r"\b(?P<day>[0-3]?\d)(?:er)?[ \u00a0](?P<month>janv|fevr|mars|avr|mai|juin|juil|aout|sept|oct|nov|dec)"
    r"(?:ier|iller|il|let|embre|obre|\.)?[ \u00a0](?P<year>\d{4})\b",
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(  # the French of Blogger's templates: "mai 03, 2017"
    r"\b(?P<month>janv|fevr|mars|avr|mai|juin|juil|aout|sept|oct|nov|dec)(?:ier|iller|il|let|embre|obre|\.)?"
    r"[ \u00a0](?P<day>[0-3]?\d), (?P<year>\d{4})\b",
    re.IGNORECASE,
)
_IN_NUMBERS = re.compile(r"(?<![\d/.])(?P<day>[0-3]?\d)(?P<mark>[/.])(?P<month>[01]?\d)(?P=mark)(?P<year>\d{4}|\d\d)\b")
_HOUR = re.compile(r"[\s,|·–-]{0,4}(?:à\s)?\s?(?P<hour>[0-2]?\d)\s?[h:]\s?(?P<minute>[0-5]\d)?\b", re.IGNORECASE)
_BARE_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_CHANGED = re.compile(r"(?:mis[e]? à jour|modifi[ée]e?|actualis[ée]e?|updated)[^\d]{0,20}$", re.IGNORECASE)
_CHANGED_REACH = 40  # characters: no "mis à jour le" is farther from its date
_PATH_DAY = re.compile(r"/(?P<year>(?:19|20)\d\d)[/-](?P<month>[01]\d)[/-](?P<day>[0-3]\d)(?=[/_-]|$)")


def utc_text(moment: datetime) -> str:
    """`moment` as `2021-05-04T07:12:31.123Z`; French time when it has no zone."""
    zoned = moment if moment.tzinfo else moment.replace(tzinfo=PARIS)
    return zoned.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def day_text(year: int, month: int, day: int) -> str | None:
    """A day without an hour, or None when the calendar has no such day."""
    try:
        moment = datetime(year, month, day, tzinfo=UTC)
    except ValueError:
        return None
    return utc_text(moment) if _may_be(moment) else None


def _may_be(moment: datetime) -> bool:
    """Whether a page that is read today may have been published then."""
    zoned = moment if moment.tzinfo else moment.replace(tzinfo=PARIS)
    return moment.year >= _FIRST_YEAR and zoned <= datetime.now(UTC) + _AHEAD


def from_machine(value: str) -> str | None:
    """What `datetime=""`, JSON-LD, metas and feeds hold: ISO 8601 or RFC 822, with or without a zone."""
    value = value.strip()
    if _BARE_DAY.fullmatch(value):
        return day_text(int(value[:4]), int(value[5:7]), int(value[8:]))
    moment = _moment(value)
    return utc_text(moment) if moment and _may_be(moment) else None


def has_zone(value: str) -> bool:
    """Whether a machine date says its offset: one that does not is often an hour or two off."""
    moment = _moment(value.strip())
    return moment is not None and moment.tzinfo is not None


def from_parsed(value: struct_time) -> str | None:
    """A date that a feed parser has already brought to UTC."""
    try:
        moment = datetime(*value[:6], tzinfo=UTC)
    except ValueError:
        return None
    return utc_text(moment) if _may_be(moment) else None


def from_french(text: str) -> str | None:
    """The first date of a French text (`27 juin 2019`, `18 nov. 2021 à 14h05`, `10.12.19`), dates of change aside."""
    plain = text.translate(_UNACCENTED)  # one character for one: offsets hold in `text`
    found = [match for form in (_IN_WORDS, _MONTH_FIRST, _IN_NUMBERS) for match in form.finditer(plain)]
    for match in sorted(found, key=re.Match.start):
        before = text[max(0, match.start() - _CHANGED_REACH) : match.start()]
        if not _CHANGED.search(before) and (stamp := _stamp(match, text)):
            return stamp
    return None


def from_path(url: str) -> str | None:
    """The day in an address such as `/2019/12/09/titre`; None where it tells the month only."""
    match = _PATH_DAY.search(url)
    return day_text(int(match["year"]), int(match["month"]), int(match["day"])) if match else None


def _moment(value: str) -> datetime | None:
    try:
        return datetime.fromisoformat(value) if len(value) >= 16 else None
    except ValueError:
        pass
    try:
        return parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError):
        return None


def _stamp(match: re.Match[str], text: str) -> str | None:
    year = int(match["year"])
    if year < 100:
        year += 2000 if year < 70 else 1900
    month = match["month"].lower()
    number = int(month) if month.isdigit() else _MONTHS.index(month) + 1
    day = day_text(year, number, int(match["day"]))
    hour = _HOUR.match(text, match.end())
    if day is None or hour is None or int(hour["hour"]) > 23:
        return day
    return utc_text(datetime(year, number, int(match["day"]), int(hour["hour"]), int(hour["minute"] or 0)))

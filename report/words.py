"""The fixed words of reports in the reader's language, and the forms of dates and numbers."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from report.text import bare


@cache
def _catalogue() -> dict[str, dict[str, Any]]:
    catalogue: dict[str, dict[str, Any]] = {}
    for file in sorted(files("report").iterdir(), key=lambda file: file.name):
        # words.toml has what reports share; words_<kind>.toml what one kind of report says alone.
        if file.name.startswith("words") and file.name.endswith(".toml"):
            for lang, words in tomllib.loads(file.read_text(encoding="utf-8")).items():
                catalogue.setdefault(lang, {}).update(words)
    return catalogue


def languages() -> tuple[str, ...]:
    """The languages reports are written in."""
    return tuple(_catalogue())


class Words:
    """The words of one language: `words("claims")`, `words("more_claims", count=3)`."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self._words = _catalogue()[lang]

    def __call__(self, key: str, **values: object) -> str:
        return str(self._words[key]).format(**values)

    def date(self, iso: str | None) -> str:
        """`2021-05-04T07:12:31.123Z` as `4 mai 2021`; a month alone (`2021-05`) as `mai 2021`."""
        if not iso:
            return self("undated")
        year, month, *day = iso[:10].split("-")
        words = [self._words["months"][int(month) - 1], year]
        return " ".join([str(int(day[0])), *words] if day else words)

    def number(self, value: int) -> str:
        """`12345` as `12 345` (narrow no-break space) or `12,345`."""
        return self._pointed(f"{value:,}")

    def amount(self, value: float, unit: str | None = None) -> str:
        """Three significant digits, whole from a thousand on: `0,46 %`, `2 632 €`, `10 fois`; bare for other units."""
        digits = f"{value:,.0f}" if abs(value) >= 1000 else f"{float(f'{value:.3g}'):.10f}".rstrip("0").rstrip(".")
        return self._pointed(digits) + str(self._words["units"].get(unit or "", ""))

    def _pointed(self, digits: str) -> str:
        return digits.translate(str.maketrans(",.", "\u202f,")) if self.lang == "fr" else digits

    def sort_key(self, label: str) -> str:
        """Where a label stands in a list: É with E, capitals with the others."""
        return bare(label)

"""The fixed words of reports in the reader's language, and the forms of dates and numbers."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from report.text import typeset

_VOWELS = frozenset("aâeéioôuy")


@cache
def _catalogue() -> dict[str, dict[str, Any]]:
    catalogue: dict[str, dict[str, Any]] = {}
    for file in sorted(files("report").iterdir(), key=lambda file: file.name):
        # words.toml has what reports share; words_<kind>.toml what one kind of report says alone.
        if file.name.startswith("words") and file.name.endswith(".toml"):
            for lang, words in tomllib.loads(file.read_text(encoding="utf-8")).items():
                catalogue.setdefault(lang, {}).update(_typeset(words) if lang == "fr" else words)
    return catalogue


def _typeset(words: Any) -> Any:
    if isinstance(words, dict):
        return {key: _typeset(part) for key, part in words.items()}
    return [_typeset(part) for part in words] if isinstance(words, list) else typeset(words)


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

    def keys(self) -> frozenset[str]:
        """The keys of single texts: not months, nouns or units."""
        return frozenset(key for key, text in self._words.items() if isinstance(text, str))

    def raw(self, key: str) -> str:
        """The words for `key` with their {places} open."""
        return str(self._words[key])

    def date(self, iso: str | None) -> str:
        """`2021-05-04T07:12:31.123Z` as `4 mai 2021`; a month (`2021-05`) as `mai 2021`; a year as it is."""
        if not iso:
            return self("undated")
        year, *rest = iso[:10].split("-")
        if not rest:
            return year
        month_and_year = f"{self._words['months'][int(rest[0]) - 1]} {year}"
        if len(rest) == 1:
            return month_and_year
        if self.lang != "fr":
            return f"{int(rest[1])} {month_and_year}"
        # The 1er is the only ordinal of a French date, and the day stays on the line of its month.
        return f"{'1er' if int(rest[1]) == 1 else int(rest[1])}\xa0{month_and_year}"

    def from_date(self, iso: str | None) -> str:
        """`de mars 2021`, `d’avril 2021`, `from April 2021`: where a period begins."""
        when = self.date(iso)
        return self("from_vowel" if when[:1] in _VOWELS else "from", when=when)

    def count(self, key: str, number: int) -> str:
        """`12 documents`, `1 document`: the noun of `[plural]` in words.toml, kept on the line of its number."""
        one, many = self._words["plural"][key]
        singular = number < 2 if self.lang == "fr" else number == 1
        return f"{self.number(number)}\xa0{one if singular else many}"

    def documents(self, number: int, unsigned: int, undated: int) -> str:
        """`3 documents`, and in brackets how many of them no author and no day are known of."""
        unknown = [self.count(key, n) for key, n in (("unsigned", unsigned), ("without_date", undated)) if n]
        told = self.count("documents", number)
        return f"{told} ({', '.join(unknown)})" if unknown else told

    def maybe(self, key: str, otherwise: str) -> str:
        """The words for `key`; `otherwise` where there are none."""
        return str(self._words.get(key, otherwise))

    def unit(self, unit: str | None) -> str:
        """What amounts of a unit are headed with: our words for money and shares, the text's own noun otherwise."""
        own = {"EUR": "unit_EUR", "%": "unit_percent"}.get(unit or "")
        return self(own) if own else (unit or "").capitalize()

    def number(self, value: int) -> str:
        """`12345` as `12 345` (narrow no-break space) or `12,345`."""
        return self._pointed(f"{value:,}")

    def signed(self, value: int) -> str:
        """`+12`, `−3` (with a minus sign)."""
        return f"{'+' if value > 0 else '−'}{self.number(abs(value))}"

    def amount(self, value: float, unit: str | None = None) -> str:
        """Three significant digits, whole from a thousand on: `0,46 %`, `2 632 €`, `€2,632`; bare for other units."""
        digits = f"{value:,.0f}" if abs(value) >= 1000 else f"{float(f'{value:.3g}'):.10f}".rstrip("0").rstrip(".")
        # French takes the singular below two: 1,5 heure.
        one = abs(value) < 2 if self.lang == "fr" else float(digits.replace(",", "")) == 1
        forms = self._words["units"] | self._words["unit_one"] if one else self._words["units"]
        return str(forms.get(unit or "", "{}")).format(self._pointed(digits))

    def _pointed(self, digits: str) -> str:
        return digits.translate(str.maketrans(",.", "\u202f,")) if self.lang == "fr" else digits

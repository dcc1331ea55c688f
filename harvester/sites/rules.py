"""What `rules.toml` says of each kind of site, read once."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

from bs4 import BeautifulSoup


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Where one kind of site keeps things: CSS selectors, first one first (`rules.toml` tells what each is for)."""

    name: str
    hosts: tuple[str, ...] = ()
    marks: str = ""
    title: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    date: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    junk: tuple[str, ...] = ()
    shown: bool = False
    feed: str = ""
    single: str = ""

    def owns(self, host: str) -> bool:
        return any(host == name or host.endswith(f".{name}") for name in self.hosts)


NO_RULE = Rule(name="")


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleBook:
    """All rules, and what is true of every site."""

    rules: tuple[Rule, ...]
    junk: tuple[str, ...]
    notices: re.Pattern[str]


@cache
def rule_book() -> RuleBook:
    """The rules that ship with the program."""
    data = tomllib.loads(files("harvester.sites").joinpath("rules.toml").read_text(encoding="utf-8"))
    everywhere = data["everywhere"]
    return RuleBook(
        rules=tuple(_rule(entry) for entry in data["rule"]),
        junk=tuple(everywhere["junk"]),
        notices=re.compile("|".join(f"(?:{notice})" for notice in everywhere["notices"])),
    )


def _rule(entry: dict[str, Any]) -> Rule:
    unknown = entry.keys() - {field.name for field in fields(Rule)}
    if unknown:
        raise ValueError(f"rules.toml [{entry.get('name')}]: unknown key {sorted(unknown)[0]!r}")
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}
    return Rule(**values)


def rule_named(name: str) -> Rule:
    """The rule of this name."""
    return next(rule for rule in rule_book().rules if rule.name == name)


def rule_for(url: str, soup: BeautifulSoup) -> Rule:
    """The rule of the site, or of the engine that made the page; `NO_RULE` when none fits."""
    host = (urlsplit(url).hostname or "").lower()
    rules = rule_book().rules
    own = (rule for rule in rules if rule.owns(host))
    engine = (rule for rule in rules if rule.marks and soup.select_one(rule.marks))
    return next(own, None) or next(engine, NO_RULE)


def without_notices(text: str) -> str:
    """`text` less the paragraphs that are the site's own words (teasers of paywalls, disclaimers, share buttons)."""
    notices = rule_book().notices
    kept = (paragraph for paragraph in text.split("\n\n") if not notices.fullmatch(paragraph.strip()))
    return "\n\n".join(kept).strip()

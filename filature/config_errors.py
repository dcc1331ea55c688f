"""The first thing wrong with a configuration, in words: its table, its key, and the closest valid name."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Mapping, Sequence
from typing import Any, get_args, get_type_hints

from pydantic import ValidationError

_EXPECTED = {
    "string_type": "text in quotes",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "dict_type": "a table",
    "dataclass_type": "a table",
    "is_instance_of": "text in quotes",
    "path_type": "text in quotes",
}
_LIMITS = {
    "greater_than": "more than {gt:g}",
    "greater_than_equal": "{ge:g} or more",
    "less_than": "less than {lt:g}",
    "less_than_equal": "{le:g} or less",
}
_PATTERNS = {
    "url": "an address that starts with http:// or https://",
    "name": "small letters, digits, - and _ only",
    "terms": "a word or a phrase",
}

Place = tuple[str | int, ...]


def first_problem(error: ValidationError, root: type, data: Mapping[str, Any]) -> str:
    """`[table]: what is wrong with which key`. An unknown key comes first: it explains the missing one beside it."""
    problems = error.errors(include_url=False)
    unknown = [p for p in problems if p["type"] in ("unexpected_keyword_argument", "extra_forbidden")]
    problem = (unknown or problems)[0]
    place = tuple(problem["loc"])
    table, key = _split(place, data)
    if problem in unknown:
        return f"{_title(table, data)}: unknown key {key!r}{_closest(key, _keys_of(root, table))}"
    if problem["type"] == "missing":
        return f"{_title(table, data)}: key {key!r} is missing"
    if not table and problem["type"] == "dataclass_type":
        return f"{_title(place, data)}: must be a table, is {_shown(problem['input'])}"
    return f"{_title(table, data)}: {key} must be {_wanted(problem, key)}"


def _wanted(problem: Mapping[str, Any], key: str) -> str:
    kind, value, context = problem["type"], problem["input"], problem.get("ctx", {})
    if kind == "literal_error":
        valid = context["expected"].replace("'", "").replace(" or ", ", ").split(", ")
        return f"one of {', '.join(valid)}, is {_shown(value)}{_closest(value, valid, else_list=False)}"
    if kind in _LIMITS:
        return f"{_LIMITS[kind].format(**context)}, is {_shown(value)}"
    if kind == "string_too_short":
        return "text that is not empty"
    if kind == "too_short":
        return "a list that is not empty"
    if kind == "string_pattern_mismatch":
        return f"{_PATTERNS[key.partition('[')[0]]}, is {_shown(value)}"
    return f"{_EXPECTED.get(kind, problem['msg'])}, is {_shown(value)}"


def _shown(value: object) -> str:
    if isinstance(value, str):
        return f"the text {value!r}"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return "a table"
    return "a list" if isinstance(value, Sequence) else repr(value)


def _split(place: Place, data: Mapping[str, Any]) -> tuple[Place, str]:
    """Where the table of `place` ends and what key it names there: `lexicons[2]` for an item of a list."""
    cut = 0
    value: Any = data
    for step, name in enumerate(place[:-1]):
        value = value[name]
        if isinstance(value, Mapping):
            cut = step + 1
    key, *items = place[cut:]
    if isinstance(key, int):
        return place[: cut - 1], f"{place[cut - 1]}[{key + 1}]"
    return place[:cut], f"{key}{''.join(f'[{int(item) + 1}]' for item in items if isinstance(item, int))}"


def _title(table: Place, data: Mapping[str, Any]) -> str:
    names = [name for name in table if isinstance(name, str)]
    numbers = [name for name in table if isinstance(name, int)]
    if not names:
        return "(top of the file)"
    if not numbers:
        return f"[{'.'.join(names)}]"
    entry = data[names[0]][numbers[0]]
    name = entry.get("name") if isinstance(entry, Mapping) else None
    return f"[[{names[0]}]] {numbers[0] + 1}{f' ({name})' if isinstance(name, str) else ''}"


def _keys_of(root: type, table: Place) -> list[str]:
    """The keys that the table at `table` may have."""
    kind: Any = root
    for name in table:
        if isinstance(name, str):
            hint = get_type_hints(kind)[name]
            kind = next((arg for arg in get_args(hint) if dataclasses.is_dataclass(arg)), hint)
    return [field.name for field in dataclasses.fields(kind)]


def _closest(word: object, valid: Sequence[str], *, else_list: bool = True) -> str:
    close = difflib.get_close_matches(str(word), valid, n=1, cutoff=0.55)
    if close:
        return f", did you mean {close[0]!r}?"
    return f"; valid: {', '.join(valid)}" if else_list else ""

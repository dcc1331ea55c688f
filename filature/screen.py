"""Lines as wide as the terminal: broken between words for people, left whole for programs; and harmless ones."""

from __future__ import annotations

import dataclasses
import shutil
import sys
import textwrap
from typing import Any, TypeVar

T = TypeVar("T")

# What a terminal obeys rather than shows: control characters as their pictures, the rest (C1, and what turns the
# direction of all that follows) as a replacement character.
_OBEYED = {code: 0x2400 + code for code in range(32) if code not in (9, 10)}
_OBEYED |= {0x7F: 0x2421} | dict.fromkeys([*range(0x80, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)], 0xFFFD)


def harmless(text: str) -> str:
    """`text`, one character for one, without what would move the cursor or turn the direction of a terminal."""
    return text.translate(_OBEYED)


def harmless_parts(value: T) -> T:
    """A dataclass like `value` with every text in it harmless; offsets into them stay right."""
    tamed: T = _tamed(value)
    return tamed


def _tamed(value: Any) -> Any:
    if isinstance(value, str):
        return harmless(value)
    if isinstance(value, tuple):
        return tuple(_tamed(item) for item in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        parts = {part.name: _tamed(getattr(value, part.name)) for part in dataclasses.fields(value) if part.init}
        return dataclasses.replace(value, **parts)
    return value


def wrapped(text: str, indent: str = "", hang: str = "") -> str:
    """`text` after `indent`, further lines after `hang` too; addresses and paths are never cut."""
    if not sys.stdout.isatty():
        return indent + text
    width = shutil.get_terminal_size().columns
    lines = textwrap.wrap(
        text, width, initial_indent=indent, subsequent_indent=indent + hang, break_long_words=False,
        break_on_hyphens=False,
    )  # fmt: skip
    return "\n".join(lines)

"""Lines as wide as the terminal: broken between words for people, left whole for programs."""

from __future__ import annotations

import shutil
import sys
import textwrap


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

"""How results are shown: tables and lines on stdout, JSON for programs, progress bars on stderr for people."""

from __future__ import annotations

import json
import shlex
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from filature.session import Session

PIPED_WIDTH = 160
json_option = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")


def print_json(value: object) -> None:
    """One JSON document on stdout; accents stay readable."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table on stdout; numbers to the right, empty columns left out. Long cells are folded, never cut."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    every = [tuple(row) for row in rows]
    filled = [number for number in range(len(columns)) if any(row[number] not in (None, "") for row in every)]
    columns, kept = [columns[number] for number in filled], [tuple(row[number] for number in filled) for row in every]
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else PIPED_WIDTH
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="bold")
    for number, name in enumerate(columns):
        numeric = bool(kept) and all(isinstance(row[number], int) for row in kept)
        # What stands first is a name to be copied: the other columns give way to it, unless it takes half of the width.
        whole = not number and all(len(str(row[0])) <= width // 2 for row in kept)
        table.add_column(name, justify="right" if numeric else "left", overflow="fold", no_wrap=whole)
    for row in kept:
        table.add_row(*(Text("" if cell is None else str(cell)) for cell in row))
    Console(file=sys.stdout, width=width).print(table)


def print_title(title: str) -> None:
    """A title on stdout, for the table below it."""
    click.echo(f"\n{click.style(title, bold=True)}")


def written(files: Sequence[Path]) -> str:
    """`reports/topics.html written, topics-2021-05-04.html and index.html too`: the page to open first.

    `files` are as `report.shelf.shelve` gives them, or a single one.
    """
    if len(files) == 1:
        return f"{files[0]} written"
    *others, page, index = files
    return f"{page} written, {' and '.join(file.name for file in (*others, index))} too"


def counted(number: int, noun: str) -> str:
    """`1 entity`, `2 entities`, `12 000 addresses`."""
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}es" if noun.endswith("s") else f"{noun}s"
    return f"{number:,} {noun if number == 1 else plural}".replace(",", " ")


def summary(counts: Mapping[str, int], words: Mapping[str, str]) -> str:
    """`3 new, 1 changed`: the counts that are not zero, in the order of `words`."""
    return ", ".join(f"{counts[key]} {word}" for key, word in words.items() if counts.get(key)) or "nothing new"


@contextmanager
def progress(session: Session, what: str, total: int | None = None) -> Iterator[Callable[[str], Any]]:
    """A function to call once a step, with words for what is done; it draws a bar when somebody watches."""
    if not session.shows_progress:
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
    from rich.table import Column

    # How many addresses a harvest will meet is not known: then a count says more than a bar that runs to and fro.
    count = (TextColumn("{task.completed}"),) if total is None else (BarColumn(bar_width=20), MofNCompleteColumn())
    now = TextColumn("{task.fields[now]}", style="dim", table_column=Column(ratio=1, no_wrap=True, overflow="ellipsis"))
    columns = (SpinnerColumn(), TextColumn("{task.description}"), *count, TimeElapsedColumn(), now)
    with Progress(*columns, console=Console(stderr=True), transient=True, expand=True) as bar:
        task = bar.add_task(what, total=total, now="")
        yield lambda now: bar.update(task, advance=1, now=now)


def program() -> list[str]:
    """What starts this install of filature, whatever PATH says."""
    script = Path(sys.prefix) / "bin" / "filature"
    return [str(script)] if script.exists() else [sys.executable, "-m", "filature"]


def typed() -> str:
    """What a person types to start it: `filature`, or the path of this install when PATH does not lead there."""
    script = program()[0]
    found = shutil.which("filature")
    if found and Path(found).resolve() == Path(script).resolve():
        return "filature"
    here = Path(script)
    return str(here.relative_to(Path.cwd()) if here.is_relative_to(Path.cwd()) else shlex.join(program()))

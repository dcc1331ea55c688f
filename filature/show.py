"""A document and its history in a terminal: the text as it reads, with a note under each sentence worth a look.

Colours only repeat what signs and words say already. Nothing a page wrote can move the cursor (`harmless`).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from db.evidence import FoundCheck, FoundQuantity
from db.history import Absence, History, StoredVersion
from db.parts import StoredLink, StoredMedia
from filature.compare import Line, Words, compare, fold
from filature.explain import AMOUNT, FAINT, VERDICTS, flat, moment, width_for
from filature.output import PIPED_WIDTH, counted
from filature.reading import Note, Reading, Section, Stretch, value_told
from filature.screen import harmless

LONGEST = 100_000  # characters: the terminal itself folds longer texts, in a moment
WORTH, WRONG = "bold", "bold red"
GONE = "bold yellow"
REMOVED, ADDED = "red", "green"
MARKS = {"same": ("", "", ""), "removed": ("[-", "-]", REMOVED), "added": ("{+", "+}", ADDED)}
SIGNS = {"same": " ", "removed": "-", "added": "+", "changed": "~"}


def reading_console() -> Console:
    """Where readings are printed: as wide as the terminal, within what reads well."""
    columns = None if sys.stdout.isatty() or "COLUMNS" in os.environ else PIPED_WIDTH
    console = Console(file=sys.stdout, width=columns, highlight=False, emoji=False)
    console.width = width_for(console.width)
    return console


# --- A document --------------------------------------------------------------------------------------------


def show_reading(reading: Reading, console: Console) -> None:
    """Print one version of a document."""
    console.print(_head(reading))
    for section in reading.sections:
        console.print()
        if section.post:
            console.print(_post_line(section))
        console.print(_body(section), soft_wrap=len(section.text) > LONGEST)
        console.print(_under(section.notes, section.links, section.media), end="")
    if reading.links or reading.media:
        console.print(_under((), reading.links, reading.media), end="")


def _head(reading: Reading) -> RenderableType:
    shown = reading.shown
    title = " ".join((shown.title or "").split())
    lines = [_text(title, "bold")] if title and not _opens(shown.text, title) else []
    lines.append(_text(_signed(reading), "" if lines else "bold"))
    table = Table.grid(padding=(0, 2), expand=True)
    table.add_column(style=FAINT, no_wrap=True)
    table.add_column(overflow="fold", ratio=1)
    for name, value in _origin(reading):
        table.add_row(name, value)
    return Group(*lines, Padding(table, (1, 0, 0, 0)), *_warnings(reading))


def _opens(text: str, title: str) -> bool:
    """Whether a title only repeats the first words, as titles of threads do."""
    return " ".join(text[: len(title) * 2].split()).startswith(title.rstrip("….").strip())


def _signed(reading: Reading) -> str:
    document = reading.evidence.document
    posts = reading.shown.posts
    size = counted(len(posts), "post") if posts else counted(len(reading.shown.text.split()), "word")
    name = document.author if document.handle and document.author else None
    return " · ".join(filter(None, (reading.author, name, f"{document.kind} of {size}")))


def _origin(reading: Reading) -> Iterator[tuple[str, RenderableType]]:
    document, shown, analysis = reading.evidence.document, reading.shown, reading.evidence.analysis
    when = moment(document.published_at) if document.published_at else "unknown"
    yield "published", _text(f"{when}, {reading.dated}" if reading.dated else when)
    yield "address", _text(document.url)
    yield "archive", _text(f"document {document.id}, {_which(reading)}, seen {_span(shown)}")
    if shown.recovered:
        yield "", _text(f"recovered from the Wayback Machine, capture of {moment(shown.recovered.captured_at)}")
        yield "capture", _text(shown.recovered.capture)
    if shown.snapshot:
        yield "snapshot", Text(shown.snapshot)
    if analysis and shown.current:
        notes = len(reading.notes)
        marked = f"{counted(notes, 'sentence')} marked" if notes else "no sentence worth checking"
        yield "mined", _text(f"{moment(analysis.analysed_at)}, {marked}")
    elif shown.current:
        yield "mined", Text("not yet (filature mine)")
    for number, topic in enumerate(reading.evidence.topics if shown.current else ()):
        yield "" if number else "topics", _text(f"{topic.label} {topic.weight:.2f}")


def _which(reading: Reading) -> str:
    total = len(reading.history.versions)
    if total == 1:
        return "its only version"
    newest = " (the newest)" if reading.shown.current else ""
    return f"version {reading.shown.version} of {total}{newest}"


def _span(version: StoredVersion) -> str:
    first, last = moment(version.first_seen_at), moment(version.last_seen_at)
    return first if first == last else f"{first} to {last}"


def _warnings(reading: Reading) -> Iterator[RenderableType]:
    if not reading.shown.current:
        yield _box("What it said before", Text("Findings are those of the newest version: none is marked here."), GONE)
    if gone := reading.history.gone:
        yield _box("Gone", _text(_absence(gone)), GONE)
    wrong = [check for note in reading.wrong for check in note.checks if check.verdict == "inconsistent"]
    wrong += reading.loose
    if wrong:
        body = Text("\n").join(_text(check.explanation) for check in wrong)
        yield _box(f"✗ {counted(len(wrong), 'wrong sum')}", body, WRONG)


def _box(title: str, body: RenderableType, style: str) -> RenderableType:
    panel = Panel(
        body, title=Text(title, style=style), title_align="left", border_style=style.removeprefix("bold "),
        padding=(0, 1),
    )  # fmt: skip
    return Padding(panel, (1, 0, 0, 0))


def _absence(absence: Absence) -> str:
    at = moment(absence.at)
    if absence.status is None:
        return f"Not there since {at}; the request that showed it is not in this archive. What it said is kept below."
    what = (
        f"answered {absence.status}"
        if absence.status != 200
        else "answered, and no longer shows the first post of the thread"
    )
    return f"{at}: {absence.url} {what} (request {absence.fetch_id}, run {absence.run_id}). What it said is kept."


def _post_line(section: Section) -> Text:
    post = section.post
    when = f"  {moment(post.posted_at)}" if post and post.posted_at else ""
    where = f"  {post.url}" if post and post.url else ""
    # As short as can be: the address of a tweet fits beside it in 80 columns.
    return _text(f"─ {section.number}{when}{where}", FAINT)


def _body(section: Section) -> Text:
    body = Text(overflow="fold")
    for stretch in section.stretches:
        body.append(harmless(stretch.text), style=_style(stretch))
        if stretch.note and stretch.last:
            sign = "✗" if stretch.note.wrong else ""
            body.append(f" [{sign}{stretch.note.number}]", style=WRONG if sign else AMOUNT)
    return body


def _style(stretch: Stretch) -> str:
    if stretch.note is None:
        return ""
    base = WRONG if stretch.note.wrong else WORTH if stretch.note.claim.check_worthy else ""
    return f"{base} underline".strip() if stretch.amount else base


def _under(
    notes: Iterable[Note], links: Iterable[StoredLink], media: Iterable[StoredMedia]
) -> RenderableType:  # fmt: skip
    table = Table.grid(padding=(0, 1, 0, 0), expand=True)
    table.add_column(no_wrap=True, style=FAINT)
    table.add_column(ratio=1, overflow="fold")
    for note in notes:
        table.add_row(Text(f"[{note.number}]", style=WRONG if note.wrong else AMOUNT), _note(note))
    for link in links:
        display = f"  ({flat(link.display)})" if link.display and link.display not in link.url else ""
        table.add_row(link.kind, _text(f"{link.url}{display}"))
    for item in media:
        table.add_row(item.kind, _text(f"{item.url}{f'  “{flat(item.alt)}”' if item.alt else ''}"))
    return Padding(table, (0, 0, 0, 2))


def _note(note: Note) -> RenderableType:
    claim = note.claim
    parts = [
        f"{claim.kind}, negated" if claim.polarity == "negated" else claim.kind,
        f"worth checking {claim.score:.2f}" if claim.check_worthy else "",
        f"said by {claim.attributed_to}" if claim.attributed_to else "",
        f"{claim.group_size} similar sentences in the archive" if claim.group_size > 1 else "",
    ]
    lines = [_text(" · ".join(filter(None, parts)))]
    if note.amounts:
        lines.append(_text("amounts: " + " · ".join(map(_amount, note.amounts)), FAINT))
    return Group(*lines, *map(_check, note.checks))


def _amount(found: FoundQuantity) -> str:
    told = value_told(found)
    return f"{flat(found.surface)} = {told}" if told else flat(found.surface)


def _check(check: FoundCheck) -> Text:
    sign, words, colour = VERDICTS[check.verdict]
    return Text.assemble((f"{sign} {words}: ", colour), harmless(check.explanation))


def _text(text: str, style: str = "") -> Text:
    return Text(harmless(text), style=style, overflow="fold")


# --- Its history -------------------------------------------------------------------------------------------


def show_history(history: History, console: Console) -> None:
    """Print what a document said at each time, what changed in between, and the answers that show it missing."""
    document = history.document
    handle = f"@{document.handle}" if document.handle else document.author
    title = " ".join((document.title or document.text[:80]).split())
    console.print(_text(title, "bold"))
    console.print(_text(" · ".join(filter(None, (handle, f"document {document.id}", document.url)))))
    console.print()
    console.print(_events(history))
    for before, after in zip(history.versions, history.versions[1:], strict=False):
        console.print()
        console.print(_text(f"── version {before.version} → version {after.version}", FAINT))
        console.print(_changes(before, after))


def _events(history: History) -> RenderableType:
    table = Table.grid(padding=(0, 2), expand=True)
    table.add_column(style=FAINT, no_wrap=True)
    table.add_column(ratio=1, overflow="fold")
    for at, words, style in sorted(_told(history), key=lambda event: event[0]):
        table.add_row(moment(at), _text(words, style))
    return table


def _told(history: History) -> Iterator[tuple[str, str, str]]:
    for number, version in enumerate(history.versions):
        until = moment(version.last_seen_at)
        seen = "" if until == moment(version.first_seen_at) else f", last seen {until}"
        size = counted(len(version.posts), "post") if version.posts else counted(len(version.text.split()), "word")
        before = history.versions[number - 1] if number else None
        # The same bytes with another text: filature reparse read them better, the author changed nothing.
        better = before is not None and version.snapshot is not None and version.snapshot == before.snapshot
        what = "first read" if before is None else "read again by a better reader" if better else "changed"
        snapshot = f", snapshot {version.snapshot[:12]}" if version.snapshot else ""
        if version.recovered:
            snapshot += ", recovered from the Wayback Machine"
        yield version.first_seen_at, f"{what}: version {version.version}, {size}{seen}{snapshot}", ""
    for absence in history.missing:
        again = "still missing" if history.gone and absence.at > history.gone.at else "missing"
        yield absence.at, f"{again}: {absence.url} answered {absence.status} (request {absence.fetch_id})", GONE
    if history.gone:
        yield history.gone.at, "gone: " + _absence(history.gone).partition(": ")[2], GONE


def _changes(before: StoredVersion, after: StoredVersion) -> RenderableType:
    """What changed between two versions: a sign in front of each line, [-words that went-] {+words that came+}."""
    table = Table.grid(padding=(0, 1, 0, 0), expand=True)
    table.add_column(no_wrap=True)
    table.add_column(ratio=1, overflow="fold")
    if (before.title or "") != (after.title or ""):
        for line in compare(before.title or "", after.title or ""):
            table.add_row(*_changed(line, "title: "))
    for group in fold(compare(before.text, after.text)):
        if group.hidden:
            table.add_row("", Text(f"… {counted(len(group.lines), 'line')} unchanged", style=FAINT))
        else:
            for line in group.lines:
                table.add_row(*_changed(line))
    return table


def _changed(line: Line, what: str = "") -> tuple[Text, Text]:
    style = {"removed": REMOVED, "added": ADDED}.get(line.op, "")
    words = line.words if line.op == "changed" else (Words(line.after or line.before or "", "same"),)
    text = Text(what, style=style)
    for run in words:
        opening, closing, colour = MARKS[run.op]
        text.append(harmless(f"{opening}{run.text}{closing}"), style=colour)
    return Text(SIGNS[line.op], style=style or FAINT), text

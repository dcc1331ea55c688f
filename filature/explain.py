"""The evidence of one document, for people: its sentences in reading order, and what was found in each by which rule.

Colours only repeat what signs and words say already, so that a pipe, or eyes that do not see them, lose nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from db.evidence import Evidence, FoundCheck, FoundClaim, FoundMention, FoundQuantity, FoundTopic, UsedQuantity
from db.reading import Sight, StoredDocument, StoredPost
from filature.output import counted
from filature.screen import harmless_parts

THOUSANDS = "\u202f"  # as in the explanations of checks
NARROWEST, WIDEST = 60, 120
GUTTER = 2
KIND_WIDTH = 8
RULE_WIDTH = 20  # the longest names of rules
WORDS_SHOWN = 4  # of those that gave a topic; --json has all
BOUNDS = {"=": "", ">=": "at least ", "<=": "at most ", "~": "about "}
VERDICTS = {
    "consistent": ("✓", "adds up", "green"),
    "approximate": ("≈", "nearly adds up", "yellow"),
    "inconsistent": ("✗", "WRONG SUM", "bold red"),
}
LABELS = {"PER": "person", "ORG": "body", "LOC": "place", "POLICY": "policy"}
NAME, AMOUNT, TOPIC, FAINT = "cyan", "yellow", "magenta", "dim"

Row = tuple[Text, Text, Text, Text]


@dataclass(slots=True)
class Passage:
    """One sentence with all that was found in it; `claim` is None for what stands in no sentence."""

    claim: FoundClaim | None
    mentions: list[FoundMention] = field(default_factory=list)
    quantities: list[FoundQuantity] = field(default_factory=list)
    checks: list[FoundCheck] = field(default_factory=list)


def show(evidence: Evidence, console: Console) -> None:
    """Print a document's evidence: where it came from, its sentences, and each with what was found in it."""
    evidence = harmless_parts(evidence)
    console.print(_head(evidence))
    posts = {post.id: post for post in evidence.document.posts}
    numbers = {post_id: number for number, post_id in enumerate(posts, 1)}
    shown: str | None = None
    for passage in passages(evidence):
        post_id = passage.claim.post_id if passage.claim else None
        console.print()
        if post_id and post_id != shown:
            shown = post_id
            console.print(_post_line(posts[post_id], numbers[post_id]))
        console.print(_passage(passage, evidence.document))


def width_for(columns: int) -> int:
    """How wide to print: what the terminal has, within what reads well."""
    return max(NARROWEST, min(columns, WIDEST))


def passages(evidence: Evidence) -> list[Passage]:
    """The sentences in order, each with its names, amounts and checks; what stands in none comes last.

    A check belongs to the sentence of the number it judges, or of its last operand.
    """
    inside = [Passage(claim) for claim in evidence.claims]
    outside = Passage(None)

    def holding(start: int) -> Passage:
        return next((p for p in inside if p.claim and p.claim.start <= start < p.claim.end), outside)

    for mention in evidence.mentions:
        holding(mention.start).mentions.append(mention)
    for quantity in evidence.quantities:
        holding(quantity.start).quantities.append(quantity)
    for check in evidence.checks:
        holding(_place(check)).checks.append(check)
    return inside + [outside] * bool(outside.mentions or outside.quantities or outside.checks)


def _place(check: FoundCheck) -> int:
    judged = [operand.start for operand in check.operands if operand.role == "stated"]
    return max(judged or (operand.start for operand in check.operands), default=-1)


# --- Where it came from, and what was found in all ---------------------------------------------------------


def _head(evidence: Evidence) -> RenderableType:
    document = evidence.document
    lines = [Text(document.title, style="bold")] if document.title else []
    lines.append(Text(_signed(document), style="" if document.title else "bold"))
    table = Table.grid(padding=(0, 2), expand=True)
    table.add_column(style=FAINT, no_wrap=True)
    table.add_column(overflow="fold", ratio=1)
    for name, value in _origin(evidence):
        table.add_row(name, value)
    return Group(*lines, Padding(table, (1, 0, 1, 0)), *_summary(evidence))


def _signed(document: StoredDocument) -> str:
    handle = f"@{document.handle}" if document.handle else document.author
    size = counted(len(document.posts), "post") if document.posts else counted(document.words, "word")
    day = moment(document.published_at)[:10] if document.published_at else "date unknown"
    dated = f"{day} ({document.published_from})" if document.published_from else day
    return " · ".join(filter(None, (handle, f"{document.kind} of {size}", dated)))


def _origin(evidence: Evidence) -> Iterator[tuple[str, RenderableType]]:
    document, analysis = evidence.document, evidence.analysis
    yield "address", Text(document.url)
    yield "archive", Text(f"document {document.id}, version {document.version}" + _seen(document))
    if evidence.fetches:
        yield "fetched", Text(_fetched(evidence.fetches))
    if document.snapshot:
        yield "snapshot", Text(document.snapshot)
    if analysis:
        language = f", language {document.lang}" if document.lang else ""
        of = f"version {analysis.version} " if analysis.version != document.version else ""
        yield "mined", Text(f"{of}{moment(analysis.analysed_at)} by pipeline {analysis.pipeline}{language}")
    for number, topic in enumerate(evidence.topics):
        yield "" if number else "topics", _topic(topic)


def _seen(document: StoredDocument) -> str:
    first, last = moment(document.first_seen_at), moment(document.last_seen_at)
    again = f" to {last}" if last != first else ""
    gone = f", gone since {moment(document.gone_at)}" if document.gone_at else ""
    return f", seen {first}{again}{gone}"


def _fetched(sights: Sequence[Sight]) -> str:
    first = sights[0]
    again = f", and {counted(len(sights) - 1, 'time')} since, unchanged" if len(sights) > 1 else ""
    return f"{moment(first.fetched_at)} from {first.final_url}{again}"


def _summary(evidence: Evidence) -> Iterator[RenderableType]:
    worth = sum(claim.check_worthy for claim in evidence.claims)
    yield Text(
        f"{counted(len(evidence.claims), 'sentence')}, {worth} worth checking (●); "
        f"{counted(len(evidence.mentions), 'name')}, {counted(len(evidence.quantities), 'amount')}, "
        f"{counted(len(evidence.checks), 'sum')} recomputed"
    )
    wrong = [check for check in evidence.checks if check.verdict == "inconsistent"]
    if wrong:
        lines = Text("\n").join(Text(check.explanation) for check in wrong)
        title = Text(f"✗ {counted(len(wrong), 'wrong sum')}", style="bold red")
        yield Padding(Panel(lines, title=title, title_align="left", border_style="red"), (1, 0, 0, 0))


# --- One sentence ------------------------------------------------------------------------------------------


def _post_line(post: StoredPost, number: int) -> RenderableType:
    when = f" · {moment(post.posted_at)}" if post.posted_at else ""
    # A rich Rule would cut the address.
    return Text(f"── post {number}{when}  {post.url or ''}".rstrip(), style=FAINT, overflow="fold")


def _passage(passage: Passage, document: StoredDocument) -> RenderableType:
    table = Table.grid(padding=(0, 1, 0, 0), expand=True)
    table.add_column(width=GUTTER - 1)
    table.add_column(ratio=1)
    claim = passage.claim
    sign = Text("●", style="bold green") if claim and claim.check_worthy else Text("○", style=FAINT)
    table.add_row(sign, _words(passage))
    if claim:
        table.add_row("", _reading(claim))
        if claim.topics:
            table.add_row("", _topic_lines(claim.topics))
    if passage.mentions or passage.quantities:
        table.add_row("", _facts(passage))
    for check in passage.checks:
        table.add_row("", _check(check, document))
    return table


def _words(passage: Passage) -> Text:
    """The sentence as written, names and amounts in their colours."""
    claim = passage.claim
    if claim is None:
        return Text("In no sentence", style="italic")
    text = Text(claim.text, style="bold" if claim.check_worthy else "")
    for found, colour in ((passage.mentions, NAME), (passage.quantities, AMOUNT)):
        for item in found:
            text.stylize(colour, item.start - claim.start, item.end - claim.start)
    return text


def _reading(claim: FoundClaim) -> RenderableType:
    """`quantity · worth 0.91 · by the author`, and the rule."""
    parts = [
        Text(f"{claim.kind}, negated" if claim.polarity == "negated" else claim.kind),
        Text(f"worth {claim.score:.2f}", style="green" if claim.check_worthy else ""),
        Text(f"by {claim.attributed_to or 'the author'}"),
    ]
    if claim.group_size > 1:
        parts.append(Text(f"{claim.group_size} similar sentences in all"))
    table = Table.grid(padding=(0, 2, 0, 0), expand=True)
    table.add_column(ratio=1, overflow="fold")
    table.add_column(justify="right", style=FAINT, overflow="fold")
    table.add_row(Text(" · ").join(parts), Text(claim.rule))
    return table


def _topic(topic: FoundTopic) -> Text:
    """`Health 0.60: ARS, hôpital`: the label, its share of what decides, and the first of the words that did."""
    more = ["…"] if len(topic.words) > WORDS_SHOWN else []
    words = ", ".join([*topic.words[:WORDS_SHOWN], *more])
    return Text.assemble((topic.label, TOPIC), f" {topic.weight:.2f}", f": {words}" if words else "")


def _facts(passage: Passage) -> RenderableType:
    rows = [(item.start, _mention_row(item)) for item in passage.mentions]
    rows += [(item.start, _quantity_row(item)) for item in passage.quantities]
    return _grid(row for _, row in sorted(rows, key=lambda row: row[0]))


def _topic_lines(topics: Iterable[FoundTopic]) -> RenderableType:
    table = Table.grid(padding=(0, 2, 0, 0), expand=True)
    table.add_column(width=KIND_WIDTH, style=FAINT)
    table.add_column(ratio=1, overflow="fold")
    for topic in topics:
        table.add_row("topic", _topic(topic))
    return Padding(table, (0, 0, 0, GUTTER))


def _grid(rows: Iterable[Row]) -> RenderableType:
    """What it is, the words, what they mean, the rule: in columns that stand under one another in every sentence."""
    table = Table.grid(padding=(0, 2, 0, 0), expand=True)
    table.add_column(width=KIND_WIDTH, no_wrap=True)
    table.add_column(ratio=3, overflow="fold")
    table.add_column(ratio=4, overflow="fold")
    table.add_column(width=RULE_WIDTH, justify="right", style=FAINT, overflow="fold")
    for row in rows:
        table.add_row(*row)
    return Padding(table, (0, 0, 0, GUTTER))


def _mention_row(mention: FoundMention) -> Row:
    known = [f"@{mention.handle}" if mention.handle else "", mention.wikidata or ""]
    name = Text(" · ".join(filter(None, (mention.name, *known))))
    return Text(LABELS[mention.label], style=FAINT), Text(flat(mention.surface), style=NAME), name, Text(mention.rule)


def _quantity_row(quantity: FoundQuantity) -> Row:
    per = f" per {quantity.per}" if quantity.per else ""
    value = f"{BOUNDS[quantity.bound]}{amount(quantity.value, quantity.unit)}{per}"
    counts = f" ({quantity.counted})" if quantity.counted and not _same_noun(quantity.counted, quantity.unit) else ""
    surface = Text(flat(quantity.surface), style=AMOUNT)
    return Text("amount", style=FAINT), surface, Text(value + counts), Text(quantity.rule)


# --- One sum -----------------------------------------------------------------------------------------------


def _check(check: FoundCheck, document: StoredDocument) -> RenderableType:
    sign, words, colour = VERDICTS[check.verdict]
    title = Text(f"{sign} {words}: {check.relation}", style=colour)
    head = Text(check.explanation, style="bold" if check.verdict == "inconsistent" else "")
    rows = [_operand_row(operand, document) for operand in check.operands]
    result = Text(amount(check.computed, check.unit), style=colour)
    rows.append((Text("gives", style=FAINT), Text("recomputed", style=FAINT), result, Text(check.rule)))
    body = Group(head, _grid(rows))
    return Panel(body, title=title, title_align="left", border_style=colour.removeprefix("bold "), padding=(0, 1))


def _operand_row(operand: UsedQuantity, document: StoredDocument) -> Row:
    number = next((n for n, post in enumerate(document.posts, 1) if post.start <= operand.start < post.end), None)
    where = Text(f"post {number}" if number else f"at {operand.start}")
    surface = Text(flat(operand.surface), style=AMOUNT)
    return Text(operand.role, style=FAINT), surface, Text(amount(operand.value, operand.unit)), where


def amount(value: float, unit: str | None) -> str:
    """`1 600 000 habitant`: thousands apart, as many decimals as mean something."""
    whole = float(value).is_integer()
    number = f"{value:,.0f}" if whole else f"{value:,.3f}".rstrip("0") if abs(value) >= 1 else f"{value:.3g}"
    return f"{number.replace(',', THOUSANDS)} {unit or ''}".rstrip()


def _same_noun(counted: str, unit: str | None) -> bool:
    return counted.casefold().rstrip("sx") == (unit or "").casefold().rstrip("sx")


def flat(surface: str) -> str:
    """The words on one line."""
    return " ".join(surface.split())


def moment(at: str | None) -> str:
    """`2021-05-04 07:12`: minutes are enough for people."""
    return at[:16].replace("T", " ") if at else ""

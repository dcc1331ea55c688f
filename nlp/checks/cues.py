"""What can be seen of an amount, and of a calculation that it may be the outcome of: features, all yes or no."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from db.records import Bound
from nlp.checks.amounts import DURATIONS, Amount, alike, stem, stems
from nlp.checks.candidates import period
from nlp.checks.forms import Candidate
from nlp.checks.levels import AGAINST, ARROW, FROM, NO_TIME, SAYS, TO, WISH, time_of, told_as_change, told_as_gap
from nlp.checks.multiples import compares, named_standard
from nlp.checks.rates import ANYTHING, PRICED, each_nouns
from nlp.checks.reading import direction, told_as_rest
from nlp.checks.ties import Tie, tie
from nlp.checks.verdict import APPROXIMATE, half_step, holds
from nlp.checks.words import (
    AMONG_THEM,
    BALANCE,
    ELSEWHERE,
    LOST_AFTER,
    NOW,
    OUTCOME,
    PART_BEFORE,
    PAST,
    REMAINS,
    SHARE_OF,
    SHARED_OUT,
    TOTAL,
    TOTAL_AFTER,
    WEIGHS,
)

EXACT, SLIGHT = 0.002, 0.03
WHEN = re.compile(
    r"\b(?:en|depuis|il y a|pendant|durant|dans|sous|des|apres|avant|voila|ca fait)\s*"
    r"(?:les|ces|plus de|moins de|pres de)?\s*$"
)
AGE = re.compile(r"\b(?:j'ai|age\w*|a|avait|avais|ont)\s*$")
AT_PRICE = re.compile(r"\ba\s*(?:plus de|moins de|environ|pres de)?\s*$")
OVER = re.compile(r"\b(?:sur|pour|avec|parmi)\s*(?:les|ces|nos|ses|leurs|seulement|environ|plus de|un total de)?\s*$")
COLON = re.compile(r"[:=]\W*$")
COMMA = re.compile(r",\W*$")
BRACKET = re.compile(r"[(–—]\W*$")
AND = re.compile(r"\b(?:et|puis|plus|ou)\s*(?:les|des|de|d')?\s*$")
BARE_START = re.compile(r"^\W*(?:\d+[/.)]\s*)?$")
SETS_OUT = re.compile(
    r"\b(?:rapporte\w* a|rapportes? aux?|divis\w*|multipli\w*|addition\w*|calcul\w*|compte\w*|fois|par tete)\b"
)
EACH_WORD = re.compile(r"\b(?:chacun\w*|chaque|piece|en moyenne|moyen\w*|l'unite|par)\b")
WHOLE_WORD = re.compile(r"^[^.;:!?\d]{0,20}\b(?:du|de la|de l'|des|de ce\w*|de cette|de nos|de son|de sa|d'entre)\b")
ASKS = re.compile(r"\?\s*$")
VERB_IN = re.compile(r"\b(?:en|y)\s+\w{2,}\s*$")
WOULD = re.compile(r"\b(?:aurai\w*|serai\w*|pourrai\w*|faudrai\w*|couterai\w*|resterai\w*|devrai\w*|si)\b")
LISTED = ("", ",", "et", "ou", "a", "contre", ", contre")
# "40 % des juges"
OF_WHAT = re.compile(r"^\s*(?:du|de la|de l'|des|de (?:ces|nos|leurs|ses))\s*([a-z][\w·-]+)")
QUOTED = re.compile(r"«[^»]*$|\"[^\"]*$|“[^”]*$")


def outcome_cues(stated: Amount, amounts: Sequence[Amount]) -> tuple[str, ...]:
    """What says, of the amount alone, that it is the outcome of something, and of what."""
    return tuple(_outcome_cues(stated, amounts))


def _outcome_cues(stated: Amount, amounts: Sequence[Amount]) -> Iterator[str]:
    before, after, lead = stated.before, stated.after, stated.lead
    yield f"kind {stated.kind}"
    yield f"tie {tie(stated).name.lower()}"
    opens = lead == before
    first_words = BARE_START.match(lead) is not None
    if first_words:
        yield "first in its sentence"
    elif opens:
        yield "first amount of its sentence"
    if not re.search(r"\w", stated.tail) and (first_words or tie(stated)):
        yield "sentence of its own"
    if way := direction(stated):
        yield f"told as {way}"
    for name, pattern, text in _PATTERNS:
        if pattern.search(before if text == "before" else after if text == "after" else lead):
            yield name
    if told_as_rest(stated):
        yield "told as rest"
    if told_as_gap(stated):
        yield "told as gap"
    if stated.kind == "times" and compares(stated):
        yield "compares"
        standard = named_standard(stated)
        if standard is not None:
            yield "standard elsewhere" if ELSEWHERE.match(standard) else "standard named"
    if stated.per:
        yield "per period" if stated.per in DURATIONS else "per thing"
    if each_nouns(stated):
        yield "for each"
    if stated.bare:
        yield "noun understood"
    yield f"{_crowd(stated, amounts)} around"
    if stated.quantity.bound != "=":
        yield f"bound {stated.quantity.bound}"
    yield f"quantity {stated.quantity.rule}"
    if stated.index == 0:
        yield "first amount"
    elif amounts[stated.index - 1].sentence == stated.sentence:
        yield "not first of its sentence"
    if stated.value == int(stated.value) and stated.value < 4:
        yield "small"
    if any(a.value == stated.value and a.unit == stated.unit for a in amounts[max(0, stated.index - 8) : stated.index]):
        yield "given before"
    following = amounts[stated.index + 1] if stated.index + 1 < len(amounts) else None
    listed = following is not None and following.kind == stated.kind and following.sentence == stated.sentence
    if following is not None and listed and following.before.strip() in LISTED:
        yield "listed with the next"


def _crowd(stated: Amount, amounts: Sequence[Amount]) -> int:
    """How many amounts stand near: who reckons tells many."""
    near = amounts[max(0, stated.index - CROWD) : stated.index + CROWD + 1]
    return sum(abs(a.quantity.start - stated.quantity.start) < NEAR_BY for a in near) - 1


CROWD, NEAR_BY = 6, 250  # amounts on either side, code points
_PATTERNS = (
    ("total", TOTAL, "before"),
    ("total after", TOTAL_AFTER, "after"),
    ("outcome", OUTCOME, "before"),
    ("remains", REMAINS, "before"),
    ("lost", LOST_AFTER, "after"),
    ("share of", SHARE_OF, "before"),
    ("part", PART_BEFORE, "before"),
    ("among them", AMONG_THEM, "before"),
    ("balance", BALANCE, "before"),
    ("weighs", WEIGHS, "before"),
    ("said", SAYS, "lead"),
    ("wish", WISH, "before"),
    ("now", NOW, "before"),
    ("past", PAST, "before"),
    ("elsewhere", ELSEWHERE, "after"),
    ("when", WHEN, "before"),
    ("age", AGE, "before"),
    ("at", AT_PRICE, "before"),
    ("over", OVER, "before"),
    ("shared out", SHARED_OUT, "before"),
    ("colon", COLON, "before"),
    ("comma", COMMA, "before"),
    ("bracket", BRACKET, "before"),
    ("and", AND, "before"),
    ("sets out", SETS_OUT, "lead"),
    ("each word", EACH_WORD, "after"),
    ("each word before", EACH_WORD, "before"),
    ("of a whole", WHOLE_WORD, "after"),
    ("en verb", VERB_IN, "before"),
    ("would", WOULD, "lead"),
    ("quoted", QUOTED, "lead"),
    ("from", FROM, "before"),
    ("to", TO, "before"),
    ("against", AGAINST, "before"),
    ("arrow", ARROW, "before"),
    ("asks", ASKS, "after"),
)
_OPERAND = tuple(
    p
    for p in _PATTERNS
    if p[0]
    in (
        "part",
        "when",
        "age",
        "at",
        "over",
        "shared out",
        "remains",
        "lost",
        "from",
        "to",
        "against",
        "arrow",
        "past",
        "now",
        "of a whole",
        "wish",
        "total",
        "total after",
        "would",
        "quoted",
        "among them",
        "and",
        "elsewhere",
    )
)


@dataclass(frozen=True, slots=True)
class Seen:
    """What is asked again and again of one amount, read once."""

    value: float
    kind: str
    unit: str | None
    noun: str
    per: str | None
    words: frozenset[str]
    beside: frozenset[str]
    clause: frozenset[str]
    period: str | None
    time: int
    each: frozenset[str]
    way: str | None
    first: bool
    cues: tuple[str, ...]


@lru_cache(maxsize=1024)
def seen(amount: Amount) -> Seen:
    """`beside`: stems of what stands around it; `clause`: those that it may share with its operands."""
    own = f"{amount.per or ''} {amount.unit if amount.kind == 'count' else ''}"
    before = stems(amount.before[-60:])
    return Seen(
        value=amount.value,
        kind=amount.kind,
        unit=amount.unit,
        noun=amount.noun,
        per=amount.per,
        words=amount.words - stems(amount.unit or ""),
        beside=(before | stems(amount.after[:30]) | {amount.noun}) - {""},
        clause=before | stems(amount.after[:45]) | stems(own),
        period=period(amount),
        time=time_of(amount),
        each=each_nouns(amount),
        way=direction(amount),
        first=BARE_START.match(amount.lead) is not None or amount.lead == amount.before,
        cues=tuple(_operand_cues(amount)),
    )


def _operand_cues(amount: Amount) -> Iterator[str]:
    """What is seen of an amount where it is reckoned with."""
    texts = {"before": amount.before, "after": amount.after, "lead": amount.lead}
    yield from (name for name, pattern, text in _OPERAND if pattern.search(texts[text]))
    if told_as_change(amount):
        yield "change"
    if told_as_rest(amount):
        yield "rest"
    if PRICED.match(amount.before):
        yield "priced"
    if amount.quantity.rule in ("range", "idiom"):
        yield amount.quantity.rule
    if amount.unit == "an":
        yield "years"
    if amount.value in (1.0, 2.0):
        yield "one or two"
    if tie(amount) == Tie.FIRM:
        yield "outcome"
    if amount.first:
        yield "first of its unit"
    elif amount.largest:
        yield "largest so far"


def calculation_cues(stated: Amount, candidate: Candidate) -> Iterator[str]:
    """What is seen of a calculation: where its operands stand, how they are named, how the numbers agree."""
    form, outcome = candidate.form, seen(stated)
    operands = [seen(a) for a in candidate.operands[:3]]
    yield form
    yield f"{form}: {' '.join(map(_kind, candidate.operands[:3]))} > {_kind(stated)}"
    yield from _places(stated, candidate)
    yield from _names(form, outcome, operands)
    if len(operands) >= 2:
        yield from _pair(form, operands[0], operands[1])
        yield from _order(candidate)
    yield from _for_each(form, outcome, operands)
    yield from _of_what(stated, form, candidate)
    for role, operand in enumerate(operands):
        for cue in operand.cues:
            yield f"{form}: {role} {cue}"
            yield f"{role} {cue}"
    yield from _direction(form, outcome, candidate)
    for cue in agreement(stated, candidate.computed):
        yield cue
        yield f"{form}: {cue}"


def _kind(amount: Amount) -> str:
    return f"open {amount.kind}" if amount.open else amount.kind


def _of_what(stated: Amount, form: str, candidate: Candidate) -> Iterator[str]:
    """Whether the share is told of a thing that an operand names."""
    if named_whole(stated) is not None:
        known = any(is_of(stated, operand) for operand in candidate.operands[:3])
        yield "share of an operand" if known else "share of another thing"
        yield f"{form}: share of {'an operand' if known else 'another thing'}"


def is_of(stated: Amount, operand: Amount) -> bool:
    """Whether "40 % des juges" is told of what the operand counts."""
    noun, other = named_whole(stated), seen(operand)
    return noun is not None and (noun in other.beside or (other.noun != "" and alike(noun, other.noun)))


@lru_cache(maxsize=1024)
def named_whole(stated: Amount) -> str | None:
    """The stem of what a share is told to be of, if the text says so right after it."""
    match = OF_WHAT.match(stated.after) if stated.kind == "share" else None
    return stem(match[1]) if match else None


def _direction(form: str, outcome: Seen, candidate: Candidate) -> Iterator[str]:
    if not outcome.way:
        return
    if form in ("old>new", "new<old"):
        old, new = map(seen, candidate.operands)
        yield "way agrees" if (new.value > old.value) == (outcome.way == "up") else "way differs"
        if old.time != new.time:
            yield "in time" if old.time < new.time else "against time"
    elif form == "less":
        high, low = candidate.operands
        yield f"less, {'rising' if high.index > low.index else 'falling'} {outcome.way}"


def _places(stated: Amount, candidate: Candidate) -> Iterator[str]:
    form = candidate.form
    places = sorted(a.index for a in candidate.operands)
    behind = [p for p in places if p < stated.index]
    if len(behind) < len(places):
        yield f"{form}: operand after"
        yield "operand after"
    if behind:
        between = stated.index - behind[0] - len(behind)
        gap = stated.index - behind[-1] - 1
        yield f"passed {min(between, 6)}"
        yield f"{form}: passed {min(between, 3)}"
        yield f"last {min(gap, 4)} back"
        yield f"inside {min(between - gap, 4)}"
        sentences = [a.sentence for a in candidate.operands if a.index < stated.index]
        last, first = max(sentences), min(sentences)
        yield f"sentences to last {min(stated.sentence - last, 4)}"
        yield f"{form}: sentences to last {min(stated.sentence - last, 2)}"
        yield f"sentences between {min(last - first, 4)}"
        lines = stated.line - max(a.line for a in candidate.operands if a.index < stated.index)
        yield f"lines to last {min(lines, 3)}"
        yield f"{form}: lines to last {min(lines, 2)}"
        if last == stated.sentence - 1 and seen(stated).first:
            yield "sentence before"


def _names(form: str, outcome: Seen, operands: Sequence[Seen]) -> Iterator[str]:
    for role, a in enumerate(operands):
        if not outcome.clause.isdisjoint(a.beside):
            yield f"{form}: {role} named"
            yield f"{role} named"
        if a.kind == outcome.kind == "count":
            yield f"{form}: {role} {_likeness(a, outcome)}"
        if a.kind == outcome.kind and a.unit == outcome.unit:
            yield f"{form}: {role} same unit"
        if a.period:
            yield f"{form}: {role} has period{' same' if a.period == outcome.period else ''}"


def _likeness(a: Seen, b: Seen) -> str:
    return "no noun" if "" in (a.noun, b.noun) else "same noun" if alike(a.noun, b.noun) else "other noun"


def _pair(form: str, a: Seen, b: Seen) -> Iterator[str]:
    yield f"{form}: kinds {a.kind} {b.kind}"
    if a.kind != b.kind:
        return
    if a.kind == "count":
        yield f"both {_likeness(a, b)}"
        yield f"{form}: both {_likeness(a, b)}"
    if (a.per or "") != (b.per or ""):
        yield f"{form}: other per"
    if not a.words.isdisjoint(b.words):
        yield f"{form}: words in common"
    if a.time != b.time:
        yield f"{form}: two times"
        if NO_TIME not in (a.time, b.time):
            yield f"{form}: both timed"


def _order(candidate: Candidate) -> Iterator[str]:
    a, b = candidate.operands[:2]
    if a.sentence == b.sentence:
        yield f"{candidate.form}: one sentence"
    if a.index < b.index:
        yield f"{candidate.form}: in order"
    first, second = (seen(a).cues, seen(b).cues) if a.index < b.index else (seen(b).cues, seen(a).cues)
    if "from" in first and "to" in second:
        yield f"{candidate.form}: from to"


def _for_each(form: str, outcome: Seen, operands: Sequence[Seen]) -> Iterator[str]:
    if form in ("times", "times two"):
        nouns = operands[0].each
        if outcome.per and outcome.per == operands[0].per:
            yield f"{form}: same per as the rate"
    elif form in ("each", "each of two", "less, each", "sum, each"):
        nouns = outcome.each
        if _counts(outcome, operands[1].each):
            yield f"{form}: price of the noun"
    else:
        return
    yield f"{form}: {'rate' if nouns else 'no rate'}"
    if any(_counts(n, nouns) for n in operands[1:]):
        yield f"{form}: number of the rate's noun"
    elif nouns:
        yield f"{form}: rate of {'anything' if ANYTHING in nouns else 'another noun'}"


def _counts(number: Seen, nouns: frozenset[str]) -> bool:
    """Whether `number` counts one of these things by name."""
    return bool(number.noun) and any(alike(noun, number.noun) for noun in nouns if noun != ANYTHING)


def agreement(stated: Amount, computed: float) -> tuple[str, ...]:
    """How the numbers agree: to how many telling digits, or how far off."""
    value = stated.value
    if computed <= 0 or not value:
        return (BEYOND,)
    precision = _precision(stated)
    off, factor = abs(computed - value), computed / value
    may_hold = off <= max(value, precision.half_step) or precision.bound not in NO_SIDE
    if may_hold and holds(value, computed, precision.half_step, precision.bound):
        if off <= EXACT * value:
            return (f"holds to {min(precision.digits, 4)} digits",)
        if off <= precision.half_step:
            return (f"holds rounded {min(precision.digits, 3)}",)
        return ("holds nearly",) if off <= SLIGHT * value else ("holds by bound",)
    times = max(factor, 1 / factor)
    if times > DIGITS_OFF:
        zeros = math.log10(times)
        whole = round(zeros)
        if whole <= MOST_ZEROS and abs(zeros - whole) < EXACT / 2:
            return (f"zeros off {min(precision.digits, 3)}",)
        return (BEYOND,)  # to see that no one digit is wrong takes longer
    if off <= APPROXIMATE * value:
        return ("off by a tenth",)
    far = next((name for most, name in FAR if times <= most), BEYOND)
    return (far, "one digit off") if _one_digit_off(precision.said, f"{computed:g}") else (far,)


BEYOND = "off beyond"
NO_SIDE: tuple[Bound, ...] = ("=", "~")
DIGITS_OFF, MOST_ZEROS = 9.95, 3
FAR = ((2**0.42, "off by a third"), (2**1.01, "off by half"), (2**2.01, "off fourfold"))


@dataclass(frozen=True, slots=True)
class _Precision:
    half_step: float
    digits: int
    bound: Bound
    said: str


@lru_cache(maxsize=1024)
def _precision(stated: Amount) -> _Precision:
    said = f"{stated.value:g}"
    return _Precision(half_step(stated.stated), telling_digits(stated), stated.quantity.bound, said)


def _one_digit_off(said: str, right: str) -> bool:
    return len(said) == len(right) > 2 and sum(x != y for x, y in zip(said, right, strict=True)) == 1


def telling_digits(stated: Amount) -> int:
    """Digits of the surface up to its last one that is not zero."""
    written = re.sub(r"\D", "", stated.quantity.surface)
    return len(written.strip("0")) or 1

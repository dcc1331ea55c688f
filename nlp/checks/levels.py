"""Two levels of one thing: what a change, a gap or a multiple is told of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations

from nlp.checks.amounts import Amount, Kind, stems
from nlp.checks.hypothesis import WINDOW, Strength, earlier, later
from nlp.checks.ties import tie
from nlp.checks.words import BALANCE, DOWN, GAP, NOW, PAST, UP

FROM = re.compile(r"\b(?:de|d'|depuis|des)\s*(?:environ|pres de|quelque)?\s*$")
TO = re.compile(
    r"^[^.;!?]{0,60}?(?<!\by )\b(?:a|jusqu'a|vers)\s*(?:environ|pres de|quelque|plus de|moins de|seulement|peine)?\s*$"
)
ARROW = re.compile(r"(?:→|->|=>|➡️?)\s*$")
AGAINST = re.compile(r"\b(?:contre|au lieu de|au lieu des)\b[^.;!?]{0,20}$")
# "c'était 8 750 €", "elle en accueille 240": the same thing, at another time.
ANAPHORA = re.compile(
    r"\b(?:c'etai\w+|c'est|(?:il|elle|ils|elles|on|nous) (?:n')?(?:en |y )?(?:(?:etai|est|sont|reste|atteint|passe)\w*)"
    r"|(?:il|elle|ils|elles|on|nous) (?:n')?en (?!\d)\w+)\b"
)
SUBJECT = re.compile(
    r"^\W*(?:\d+[/.)]\s*)?(?:(?:et|mais|or|quant a)\s)?"
    r"(?:l'|(?:le|la|les|son|sa|ses|leurs?|notre|nos|une?|du|au)\s)([a-z][\w·-]+)(?: (?=\w)|, )"
)
SAYS = re.compile(
    r"\b(?:annonc|parl|evoqu|dit\b|disent|titr|ecri|vant|pretend|pretexte|assur|jur|avanc|revendiqu|claironn)\w*"
)
# "diminuer de moitié les niches": what somebody wants, not what happened.
WISH = re.compile(
    r"\b(?:diminuer|reduire|augmenter|baisser|supprimer|hausser|couper|relever|economiser)\b[^.;!?]{0,25}$"
)
YEAR = re.compile(r"\b(?:19|20)\d\d\b")
BETWEEN_NOW = re.compile(r"\b(?:aujourd'hui|maintenant|cette annee|ce jour)\b|\bdepuis\b")
PAST_TIME, NO_TIME, PRESENT = 0, 5000, 9999
LEVELS: tuple[Kind, ...] = ("money", "count", "duration")
TIMES = stems("aujourd'hui dernière année annuel passé avant cette hier ans était avait")

SIZES_APART = 50.0
"""Two levels of one thing, unless told as such, are not further apart."""

Pair = tuple[Amount, Amount, Strength]


def level_pairs(stated: Amount, amounts: Sequence[Amount], window: int = WINDOW + 1) -> Iterator[Pair]:
    """Pairs (old, new) that `stated` may be told of, with how sure the words make each; explicit ones alone if any."""
    near = [a for a in (*earlier(stated, amounts, window), *later(stated, amounts)) if a.kind in LEVELS and a.value > 0]
    explicit = _explicit(stated, near)
    near = [a for a in near if not told_as_change(a) and a.quantity.rule != "range"]
    if explicit:
        yield explicit
        if explicit[2] > Strength.PLAUSIBLE:
            return
    usable = [a for a in near if a.index < stated.index or (stated.kind == "times" and ":" in stated.after)]
    pairs = [(a, b) for a, b in combinations(usable[:6], 2) if comparable_levels(a, b) and _of_one_size(a, b)]
    pairs = of_named_years(stated, pairs)
    for rank, (a, b) in enumerate(pairs):
        old, new = in_time(a, b)
        sure = rank == 0 and _adjoins(stated, a, b) and _same_measure(old, new) and stated.index > max(a.index, b.index)
        sure = sure or (len(pairs) == 1 and bool(YEAR.search(stated.before[-70:])) and old.noun == new.noun)
        yield old, new, Strength.SURE if sure else Strength.PLAUSIBLE


def of_named_years(stated: Amount, pairs: Sequence[tuple[Amount, Amount]]) -> list[tuple[Amount, Amount]]:
    """ "Entre 2010 et aujourd'hui, la chute est de 20 %": of the levels of those years, where there are any."""
    years = {int(year) for year in YEAR.findall(stated.before[-70:])}
    named = [pair for pair in pairs if years & {time_of(a) for a in pair}]
    if len(years) == 1 and BETWEEN_NOW.search(stated.before[-70:]):
        named = [pair for pair in named if PRESENT in {time_of(a) for a in pair}] or named
    return named if named else list(pairs)


def comparable_levels(a: Amount, b: Amount) -> bool:
    """Amounts or rates of one thing, told per the same."""
    like = a.comparable(b) or (a.kind == b.kind == "share") or (a.kind == b.kind == "count" and "" in (a.noun, b.noun))
    return like and a.value != b.value and same_per(a, b)


def _of_one_size(a: Amount, b: Amount) -> bool:
    return 1 / SIZES_APART <= a.value / b.value <= SIZES_APART


def same_per(a: Amount, b: Amount) -> bool:
    return a.per is None or b.per is None or a.per[:4] == b.per[:4]


def in_time(a: Amount, b: Amount) -> tuple[Amount, Amount]:
    """The two, the earlier level first: by what is said of their time, else by their order."""
    return tuple(sorted((a, b), key=lambda x: (time_of(x), x.index)))  # type: ignore[return-value]


def time_of(amount: Amount) -> int:
    """The year told beside the amount; `PAST_TIME`, `PRESENT` by words; `NO_TIME` when nothing is said."""
    after = re.split(r"[,;:(]", amount.after[:35], maxsplit=1)[0]
    if years := YEAR.findall(after):
        return int(years[-1])
    if NOW.search(after):
        return PRESENT
    beside = f"{amount.before[-70:]} {after}"
    if years := YEAR.findall(amount.before[-70:]):
        return int(years[-1])
    if NOW.search(beside):
        return PRESENT
    return PAST_TIME if PAST.search(beside) else NO_TIME


def told_as_change(amount: Amount) -> bool:
    """An amount that is itself told as a change ("160 000 postes supprimés") is no level."""
    if UP.search(amount.before) or DOWN.search(amount.before):
        return True
    following = re.split(r"[.,;:!?(]", amount.after[:45], maxsplit=1)[0]
    return bool(re.search(r"\b(?:de|en) (?:plus|moins)\b", following) or UP.search(following) or DOWN.search(following))


def _explicit(stated: Amount, near: Sequence[Amount]) -> Pair | None:
    """ "de A à B", "A → B", "B contre A": the nearest such pair of one sentence."""
    ahead = [a for a in near if a.index in (stated.index + 1, stated.index + 2)]
    announces = len(ahead) == 2 and re.match(r"^\s*[,(:]\s*(?:soit |passant |passe\w* )?(?:de|d')\s*$", stated.after)
    for new in (*ahead, *near) if announces else near:
        old = next((a for a in near if a.index in (new.index - 1, new.index - 2) and comparable_levels(a, new)), None)
        if old is None or old.sentence != new.sentence or stated.sentence - new.sentence > 2:
            continue
        if old.quantity.rule == "range" and not (UP.search(old.lead[:-3]) or DOWN.search(old.lead[:-3])):
            continue
        if (FROM.search(old.before) and TO.match(new.before)) or ARROW.search(new.before):
            return old, new, _told(stated, new, near)
        if AGAINST.search(new.before):
            return new, old, _told(stated, old if old.index > new.index else new, near)
    return None


def _comes_next(stated: Amount, new: Amount, near: Sequence[Amount]) -> bool:
    """Nothing but a length of time stands between: "passé de 210 à 252 en deux ans"."""
    return all(a.kind == "duration" for a in near if new.index < a.index < stated.index)


def has_other_subject(stated: Amount, new: Amount) -> bool:
    """ "Le budget a connu une hausse de x": another thing grew; what someone says of the first is no such."""
    subject = SUBJECT.match(stated.lead)
    if subject is None or SAYS.search(stated.lead) or GAP.search(subject[1]) or BALANCE.search(subject[1]):
        return False
    if UP.search(subject[1]) or DOWN.search(subject[1]):
        return False
    return not stems(subject[1]) & (stems(new.lead) | {new.noun})


def _told(stated: Amount, new: Amount, near: Sequence[Amount]) -> Strength:
    """Sure when the change is told of these very levels: right after them, or in the next sentence."""
    if stated.index < new.index:
        return Strength.SURE if stated.sentence == new.sentence else Strength.PLAUSIBLE
    follows = stated.sentence == new.sentence or tie(stated) or _comes_next(stated, new, near)
    if stated.sentence != new.sentence and has_other_subject(stated, new):
        return Strength.PLAUSIBLE
    close = stated.index - new.index <= 3 and stated.sentence - new.sentence <= 1
    return Strength.CERTAIN if follows and close else Strength.PLAUSIBLE


def _adjoins(stated: Amount, a: Amount, b: Amount) -> bool:
    """Both levels stand close before, and the change opens its sentence or is tied to theirs."""
    last, first = max(a, b, key=lambda x: x.index), min(a, b, key=lambda x: x.index)
    near = stated.sentence - last.sentence <= 1 and last.sentence - first.sentence <= 2
    opens = len(stated.lead) == len(stated.before)
    return near and (stated.sentence == last.sentence or opens)


def _same_measure(old: Amount, new: Amount) -> bool:
    """Whether the words say that two amounts measure one thing at two times: ages and terms never do."""
    if old.kind == "duration":
        return False
    if time_of(old) == time_of(new):
        return False
    timed = {time_of(old), time_of(new)} - {NO_TIME}
    names = bool((old.words & new.words) - stems(old.unit or "") - TIMES) or bool(
        ANAPHORA.search(old.before) or ANAPHORA.search(new.before)
    )
    if len(timed) == 2 and old.sentence >= new.sentence - 1 and old.kind == "money":
        return True
    if old.kind == "count":
        if None in (old.unit, new.unit):
            return False
        return bool(timed) and (old.noun == new.noun != "" or names)
    return bool(timed) and (names or old.sentence == new.sentence)


def told_as_gap(stated: Amount) -> bool:
    """A difference told without direction."""
    return bool(GAP.search(f"{stated.before[-45:]} {stated.after[:30]}") or BALANCE.search(stated.before[-45:]))

"""What looks like an amount and is none: dates, hours, numbers of articles, names, telephone numbers, list numbers."""

from __future__ import annotations

import re
from functools import cache

from nlp.numbers import SPOKEN
from nlp.quantities.units import lexicon, looks_plural
from nlp.quantities.words import none_before, words
from nlp.text import blank, find_handles, find_hashtags, find_urls

DIGIT = re.compile(r"\d")
HOLE = "\ue000"  # stands for a masked character: neither a letter, nor a digit, nor punctuation

MONTH = (
    r"(?:janv(?:ier|\.)|f[ée]vr(?:ier|\.)|mars|avril|avr\.|mai|juin|juil(?:let|\.)|ao[ûu]t"
    r"|sept(?:embre|\.)|oct(?:obre|\.)|nov(?:embre|\.)|d[ée]c(?:embre|\.))"
)
HOUR = r"(?:[01]?\d|2[0-3]) ?h(?:eures?)?"
LATE_HOUR = r"(?:0?[7-9]|1\d|2[0-3]) ?h(?: ?[0-5]\d)?"
DAY = rf"(?:\d{{1,2}}(?:er)?|1 ?er|premier|{SPOKEN}(?:[ -](?:et[ -])?{SPOKEN})?)"
YEAR = r"(?:19|20)\d\d"
# "une attente de 6 h 30", "passé de 50 minutes à 1 h 15": so long, no hour of the clock.
LASTING = none_before("clock", "how_long")
# "plus de 9 heures", "un retard de 3 h"
LENGTH = none_before("clock", "so_long")
# "une garde de 12 heures": what lasts so long; "la réunion de 18 heures": what begins then, but for a few hours.
LASTS, GATHERS = none_before("clock", "lasts"), none_before("clock", "gathers")
NO_TIME_OF_DAY = r"(?! d[e']| par (?:jour|semaine|mois|nuit)| en (?:moyenne|tout)| au total| chacun)"
# A number is not a label when a unit follows it: "la tranche 18-25 ans", "niveau 3 %".
UNIT_NEXT = (
    r" ?(?:€|%|M€|k€|Md|ans?\b|euros?\b|millions?\b|milliards?\b|jours?\b|mois\b|heures?\b|fois\b"
    r"|(?:[kcm]m|[km]?g|[kMGT]Wh?|ha|m[²³23]|km[²2]|litres?|tonnes?|kilos?|mètres?|kilomètres?|hectares?|minutes?|points?)(?!\w))"
)
NUMERALS = r"\d+(?:[.\-]\d+)*(?:(?:, ?| et | ou | à |-)\d+(?:[.\-]\d+)*)*"

TELEPHONE = r"(?<!\d)(?:\+33 ?|0)[1-9](?:[ .-]?\d\d){4}(?!\d)|(?<!\d)0 ?8\d\d(?: \d{3}){2}(?!\d)"

DIGIT_MASKS = tuple(
    re.compile(pattern, re.IGNORECASE | re.MULTILINE)
    for pattern in (
        r"[0-9#*]\uFE0F?\u20E3",
        # dates
        rf"\b{MONTH} {YEAR}",
        rf"\b\d{{1,2}}[/.\-]\d{{1,2}}[/.\-](?:{YEAR}|\d\d)\b|\b{YEAR}-\d\d(?:-\d\d)?\b",
        rf"\b(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche) (?:[12]?\d|3[01])\b(?:/\d{{1,2}})?(?!{UNIT_NEXT})",
        rf"\b{YEAR} ?[-–/] ?(?:{YEAR}|\d\d)\b",
        # hours of the clock
        r"\b(?:24|H24|7j?|5j?|6j?)h? ?/ ?(?:24|7)h?j?\b|\b\d{1,2} ?j ?/ ?7\b|\b(?:7 ?j\w*|24 ?h\w*) sur (?:7|24)\b",
        # "ouvert 9h-12h", "fermé 22h-8h"; but "2h-3h d'attente"
        rf"\b(?=\d){LASTING}{LENGTH}(?:{LATE_HOUR} ?[-–/] ?{HOUR}|{HOUR} ?[-–/] ?{LATE_HOUR})"
        rf"(?: ?[0-5]\d)?\b{NO_TIME_OF_DAY}",
        # The digit first: all that may not stand before it is looked for only where one is.
        rf"\b(?=\d){LASTING}"
        r"(?:(?<!\bdonc )(?<!\bsoit )(?<!\bpayé )|(?!\d+ ?h ?\d\d(?: ?[.,;!?)]| ?$| de\b| au\b)))"
        rf"(?:[01]?\d|2[0-4]) ?h ?[0-5]\d\b{NO_TIME_OF_DAY}"
        r"|\b(?:[01]?\d|2[0-4]):[0-5]\d\b",
        rf"\b{HOUR} (?:du (?:matin|soir|mat)\b|de l'après)",
        rf"\bil (?:est|était|sera) (?:déjà |presque |environ )?{HOUR}(?: ?[0-5]\d)?\b(?! (?:de\b|d'))",
        r"\b(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|rdv|rendez-vous)(?: matin| soir)?(?:,| à| dès)?"
        rf" {HOUR}(?: ?[0-5]\d)?\b(?! (?:de\b|d'))",
        r"\b(?:au|du|le) (?:13|20) ?h(?:eures)?\b",
        # The first letter and the digit first, for the same reason.
        rf"(?=[àdvaje][\w']* \d)(?<!\d ){LENGTH}"
        rf"(?:(?!de )|(?=de {HOUR} ?(?:à|et|-) ?\d)|{LASTS}(?:{GATHERS}|(?!de [0-6] ?h)))"
        rf"\b(?:à|(?-i:A)|dès|vers|avant|après|jusqu'à|de|entre|depuis) {HOUR}"
        rf"(?: ?(?:à|et|-) ?{HOUR})?"
        r"(?! (?:d[eu] |d' ?)(?-i:[a-zà-ÿ])|-\d| ?[0-5]\d\b| par (?:jour|semaine|mois|an)\b|\w)",
        # laws, numbered things
        r"\b(?:n(?:[°º]s?|o\.?)|num[ée]ros?) ?\d[\d\w.\-]*",
        # "art. D. 45", but "c.-à-d. 45 %" and the "R. 346 millions" of an answer
        rf"(?<!-)\b(?-i:[LRD])\. ?\d[\d.\-]*(?! \d{{3}}\b|[\d,]|{UNIT_NEXT}| ?[kc]?m\b)",
        r"\b(?:le |du |au |l'article |un |d'un |ce )49[.\-–]3\b|\b49[.\-–]3\b",
        # a scheme by what it promised
        r"\b(?:plan|programme|opération) \d{1,3}(?: \d{3})+(?!\w|[.,]?\d| ?[€%]"
        rf"|{UNIT_NEXT}| (?!promis\b|annonc|lanc)[^\W\d_]+[sx]\b)",
        # ordinals, list numbers, thread marks, footnotes
        r"\b\d+ ?(?:ers?|[èe]res?|res?|nde?s?)\b|\b\d+(?:es?|è|[èe]mes?|i[èe]mes?|me)\b",
        r"^ *\(?\d{1,3} ?(?:[).:/°](?!\d)|-(?= ))",
        r"(?=[(\d])(?<!soit )(?<!les )(?<!aux )(?<!environ )(?<!\d[.,])"
        r"\(?\b(?:\d{1,2}|(?<!\d )\d{3})(?:/(?:\d{1,3}|[xn?])\b| ?/ ?(?:\d{1,3}|[xn?])\b(?! \d{3}\b))\)?"
        r"(?! (?:d[eu]s?\b|d')|[.,]\d)",
        r"\[\d{1,3}\]|\(\d{1,2}\)",
        # names and codes
        r"\bcovid[ -]?19\b|\bweb \d\.\d|\bbac ?\+ ?\d|\b[jhn] ?[+-] ?\d+\b",
        r"(?<![\w])(?!(?:EUR|USD|GBP|CHF)\d|x\d|m[23]\b)[^\W\d_]+-?\d+[\w.\-]*",
        TELEPHONE,
        r"(?<!\d )(?<![\d.,])\b0\d+\b(?! ?(?:[.,]\d|€|%))",
        r"\b\d(?:G|D)\b|\b3DS\b|\b9-3\b|\b360°",
        # postcode, long identifiers
        r"\b(?!\d\d000|\d\d\d00)\d{5} (?=(?-i:[A-ZÀ-Þ])[^\W\d_]+)|\b\d{5} (?=(?-i:[A-ZÀ-Þ])[^\W\d_]+-)",
        r"\b\d{9,}\b|#\d+",
        # scores
        r"\b\d{1,2} ?[-–] ?\d{1,2}\b(?! ?(?:[^\W\d_]|%|€))",
    )
)
WORD_MASKS = tuple(
    re.compile(pattern, re.IGNORECASE | re.MULTILINE)
    for pattern in (
        rf"\b{DAY}(?: ?(?:,|et|ou|au|à|-|/) ?{DAY}){{0,5}} {MONTH}(?!\w)(?: {YEAR}| \d\d\b)?",
        r"\bann[ée]es? (?:(?:19|20)?\d0|vingt|trente|quarante|cinquante|soixante(?:-dix)?|quatre-vingt(?:s|-dix)?)"
        r"(?![\w-])",
        rf"\b(?:propositions?|articles?|mesures?|phase|niveau|chapitre|numéro|acte) {SPOKEN}(?![\w-]|{UNIT_NEXT})",
        r"\bneuf-trois\b",
    )
)
LABELLED = re.compile(
    rf"(?<!\w)(?P<label>[^\W\d_]{{1,16}}\.?|n[°º]s?|§) {NUMERALS}(?!\w|[.,]?\d| \d{{3}}\b|{UNIT_NEXT})", re.IGNORECASE
)
# "le 93", "dans le 13": a department or a day; an amount would be plural.
SINGULAR_ARTICLE = re.compile(
    r"\b(?:le|du|au|ce) (?P<number>\d{1,4})\b"
    r"(?![.,]\d| \d{3}\b| ?(?:%|€|M€|k€|Md)| ?(?:millions?|milliards?|euros|h|heures)\b)",
    re.IGNORECASE,
)
BARE_YEAR = re.compile(rf"(?<![\d.,])\b{YEAR}\b(?![.,]\d| \d{{3}}\b| ?(?:%|€|M€|k€|Md|euros\b|h\b|millions|milliards))")
AFTER_YEAR = re.compile(r" (?P<word>[^\W\d_]{3,})")
DECIMAL = re.compile(r"\d,\d")
COUNTS_BEFORE = re.compile(
    r"(?:^|[\n:(=] ?|d'|\b(?:les|[cds]es|nos|leurs|de|environ|quelques?|dont|presque|supprim\w+|cré\w+|recrut\w+) )$",
    re.IGNORECASE,
)
PRONOUN_NAMES = re.compile(r"\b(?:[Ll]es|[Dd]es|à|[Aa]ux|UE à) (?:Vingt|Douze|Six|Quinze|Cent|Mille)(?:-[A-Z]\w+)?\b")


def hide(plain: str) -> str:
    """`plain` with all that is no amount overwritten by `HOLE`: same length, same offsets."""
    hidden = blank(plain, (*find_urls(plain), *find_handles(plain), *find_hashtags(plain)), HOLE)
    lowered = hidden.lower()
    idioms = [_idioms()] if any(map(lowered.__contains__, lexicon().idioms)) else []
    for pattern in (*WORD_MASKS, *idioms, PRONOUN_NAMES):
        hidden = pattern.sub(lambda match: _hole(match.group()), hidden)
    if not DIGIT.search(hidden):
        return hidden
    for pattern in DIGIT_MASKS:
        hidden = pattern.sub(lambda match: _hole(match.group()), hidden)
    hidden = LABELLED.sub(_without_label, hidden)
    hidden = SINGULAR_ARTICLE.sub(
        lambda match: match.group().replace(match["number"], HOLE * len(match["number"])), hidden
    )
    return BARE_YEAR.sub(lambda match: match.group() if _counts(match) else _hole(match.group()), hidden)


def _without_label(match: re.Match[str]) -> str:
    listed = match["label"].endswith("s") or not DECIMAL.search(match.group())  # "articles 12,13", but "France 4,6"
    labelled = _is_label(match["label"]) and listed and not _names_what_follows(match)
    return _hole(match.group()) if labelled else match.group()


def _is_label(word: str) -> bool:
    return word.lower() in _labels()


def _names_what_follows(match: re.Match[str]) -> bool:
    """`notre secteur 318 enfants`: a place where so many are counted, and no number of it."""
    if match["label"].lower() not in words("labels", "places"):
        return False
    after = AFTER_YEAR.match(match.string, match.end())
    if not after or not after["word"].islower() or not looks_plural(after["word"]):
        return False
    return after["word"] not in lexicon().never_nouns and after["word"] not in _labels()


@cache
def _labels() -> frozenset[str]:
    return frozenset(words("labels", "words"))


def _hole(found: str) -> str:
    """Line ends stay: they are limits that other rules go by."""
    return "".join(char if char == "\n" else HOLE for char in found)


def _counts(match: re.Match[str]) -> bool:
    """`les 2000 postes`: a numeral in the range of years that counts a plural noun."""
    after = AFTER_YEAR.match(match.string, match.end())
    if not after or not looks_plural(after["word"]) or after["word"].lower() in lexicon().never_nouns:
        return False
    return bool(COUNTS_BEFORE.search(match.string[max(0, match.start() - 14) : match.start()]))


@cache
def _idioms() -> re.Pattern[str]:
    idioms = sorted(lexicon().idioms, key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, idioms))})\b", re.IGNORECASE)

"""Numerals without a noun: which ones are amounts, and what they are amounts of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from nlp.numbers import SPOKEN, find_numbers
from nlp.quantities.draft import Draft
from nlp.quantities.excerpts import NEAR, Excerpt
from nlp.quantities.prices import is_labelled_price, is_pay, is_price
from nlp.quantities.units import lexicon, looks_plural, read_unit, singular
from nlp.quantities.words import any_of, words

LOOK_BACK = 40
# Words after which a small numeral stands for things named before.
STANDS_FOR = re.compile(
    rf"{any_of('understood', 'stands_for')}(?: (?:donc|alors|ainsi|toujours|encore))? ?$", re.IGNORECASE
)
NEXT_WORD = re.compile(r" (?P<word>[^\W\d_]+)")
NEW_SENTENCE = re.compile(r"[.!?…\n] ?$")
NEW_SENTENCE_WITHIN = re.compile(r"[.!?…\n] ")
COORDINATED = re.compile(r"(?:(?:,| et| puis|;| [–—-]) |\()$")
# "11 dans le couloir, 6 devant la porte": numerals that each stand before a place or a time.
PLACED = rf"\d+(?: \d{{3}})* {any_of('understood', 'places')}"
LISTED = re.compile(
    rf" {any_of('understood', 'places')}[^.;:!?\n\d]{{1,50}}(?:,| et|,? puis|;) {PLACED}", re.IGNORECASE
)
PLACE = re.compile(rf" {any_of('understood', 'places')}", re.IGNORECASE)
OPENS_LIST = re.compile(r"(?::|\() $")
MOVED = re.compile(rf"{any_of('change', 'verbs')}(?: [^\W\d_]+'?[^\W\d_]*){{0,5}} (?:de |d')$", re.IGNORECASE)
MOVED_TO = re.compile(
    rf"{any_of('change', 'verbs')}(?:(?: [^\W\d_]+'?[^\W\d_]*){{0,5}} (?:de |d')\d[^.;:!?\n]{{0,40}})?"
    r" (?:à|vers) (?:seulement |peine )?$",
    re.IGNORECASE,
)
SUMMED = re.compile(r" (?:au total|en tout|de (?:plus|moins)|en (?:plus|moins))\b", re.IGNORECASE)
PASSIVE = re.compile(
    r" (?:ont été|sont|ont|étaient) "
    r"(?:déjà|encore|toujours|en panne|hors|à l|au |dans |sans |volé|perdu|parti|mort|cassé|fermé|vendu|vide|vacant"
    r"|absent|venu|inscrit|refus)"
)
# "840 restent sur le carreau": what a plural does, in the present.
PLURAL_VERB = re.compile(r" (?:n'|se |s'|en |y )?[a-zà-ÿ]{2,}ent\b(?! [a-zà-ÿ]+s\b(?<! des)(?<! les)(?<! leurs))")
# "Aujourd'hui : 63", "En 2014 : 84": what was counted before, at another time.
AT_A_TIME = re.compile(
    r"(?:\b(?:aujourd'hui|désormais|maintenant|actuellement|hier|avant|auparavant|cette année|l'an (?:dernier|passé))"
    r"|\ue000|(?:^|[.;\n] ?)(?:en|fin|début|au|depuis|après|puis) [^\n:.;\d]{2,25}) ?: ?$",
    re.IGNORECASE,
)
LEVEL_IS = re.compile(
    r"\b(?:(?:écart|différence|solde|déficit|excédent|total|reste|manque|nombre|perte|gain|moyenne)"
    r" (?:atteint|passe à|monte à)|(?:est|était|sera|serait|étaient|sont)(?: donc| désormais)? de|(?:est|était) d') ?$",
    re.IGNORECASE,
)
EN_VERB = re.compile(
    r"\ben (?:(?:a|ont|ai|avait|avaient|aura|auront|avais)(?: donc| déjà| ainsi| encore| aussi)? )?[^\W\d_]+ $",
    re.IGNORECASE,
)
# "Le billet est à 8 €. Nous en avons vendu 8 100": what has the price is counted, not its price.
# "16 caméras aux 32 déjà en place"
ADDED_TO = re.compile(r"\b(?:aux|des|les|nos|ses) $", re.IGNORECASE)
EXISTING = re.compile(r" (?:déjà|existant|actuel|en place|en service|précédent|initia|d'origine)", re.IGNORECASE)
SOLD = re.compile(
    r"\ben (?:[^\W\d_]+ ){0,2}(?:vend|écoul|délivr|distribu|achet|command|imprim|lou)[^\W\d_]* (?:près de |plus de )?$",
    re.IGNORECASE,
)
# "soit 150 par an", "donc 24 chacune": what each gets of things named before.
SHARED_OUT = re.compile(
    r" (?:par (?!rapport|ailleurs|exemple|contre|la |le |les |une? )[^\W\d_]{2,}|chacune?\b|pi[èe]ce\b)",
    re.IGNORECASE,
)
# "On nous en livre vingt par an."
BY_TIME = re.compile(r" (?:par|chaque) (?:an|année|mois|semaine|jour|nuit|heure)\b", re.IGNORECASE)
# "75 hier, 45 aujourd'hui"
AT_ITS_TIME = re.compile(
    r" (?:hier|avant|auparavant|aujourd'hui|désormais|maintenant|actuellement|l'an (?:dernier|passé)|cette année)\b",
    re.IGNORECASE,
)
# "La moyenne, c'est 250."
IT_IS = re.compile(r"\bc'(?:est|était) (?:donc |seulement |encore |déjà |maintenant )?$", re.IGNORECASE)
# "Effectif théorique : 84 pompiers. Effectif réel : 63."
LEVEL_LABEL = re.compile(
    r"\b(?:effectif|capacité|besoin|objectif|demande|offre|présence|réalité|prévision|réalisation|résultat)s?"
    r"(?: [^\W\d_]+){0,2} ?: $",
    re.IGNORECASE,
)
# "8 de nos 17 postes", "trois des cinq médecins": some of those that are numbered next.
OF_SO_MANY = re.compile(
    rf" (?:des|(?:de|parmi|d'entre|(?P<over>sur)) (?:les|[cs]es|nos|leurs|mes|vos)) (?=\d|{SPOKEN}\b)", re.IGNORECASE
)
AMONG_US = re.compile(r" d'entre (?:nous|vous|eux|elles)\b")
# "avec cette somme, on pouvait en payer 60": what has a price is counted.
COULD_PAY = re.compile(
    r"\b(?:pouv|pourr|peut|peuvent|aurai|quoi|permet|moyen)[^\W\d_]* (?:[^\W\d_]+ ){0,3}"
    r"en (?:pa[iy]|financ|embauch|recrut)[^\W\d_]* $",
    re.IGNORECASE,
)
# "nous sommes trois pour ces 27 patients", "ils sont cinq, à Bastia", and no "ils sont cinq cents mètres plus loin"
AS_MANY_AS = re.compile(
    r" ?(?:[.,;:!?…)»]|$|\n)"
    r"| (?:à|au|aux|sur|dans|pour|en|par|contre|face|qui|et|mais|cette|ce|aujourd'hui|désormais)\b",
    re.IGNORECASE,
)
# "Les députés sont 577."
THINGS_ARE = re.compile(r"\b(?:les|nos|ces) (?P<word>[^\W\d_]{3,}) (?:sont|étaient|seront|restent) $", re.IGNORECASE)
# "Une éolienne alimente 2 000 foyers. Le parc en compte 8": of what does it.
EACH_DOES = re.compile(
    r"(?:^|[.!?;:\n/] ?)(?:une?|chaque) (?P<word>[^\W\d_]{3,})(?: [^\W\d_][\w'-]*){0,5}(?: =| :)? $", re.IGNORECASE
)
# "18 heures de cours, 14 de préparation"
OF_A_TASK = re.compile(r" (?:de |d'|en |à |pour )", re.IGNORECASE)
# "12 minutes, contre 8 en 2015"
AGAINST = re.compile(r", ?contre (?:seulement |environ |à peine )?$", re.IGNORECASE)
AGAINST_WORDS = ", contre seulement  "
# "12 heures par semaine au lieu de 30": so much of what was told right before
INSTEAD = re.compile(r"[^.;:!?\n]{0,40}\b(?:au lieu d(?:es?|')|vs|versus) ?(?:les |la |l')?", re.IGNORECASE)
# "7,5 %, contre 8,1 en 2020", "5,9 % en 2022, 4,9 en 2023"
RATE_AGAIN = re.compile(
    r"[^.;:!?\n]{0,60}?(?:\b(?:contre|au lieu d(?:es?|')|vs|versus|plutôt que)|(?P<then>(?:,| puis)(?: puis| et)?))"
    r" ?(?:les )?(?:seulement |environ |à peine |presque |près de |plus de |moins de )?",
    re.IGNORECASE,
)
IN_A_YEAR = re.compile(r" (?:en|à|pour|au|fin|début)(?: fin| début)? \ue000")
# "contre trois": so much again of what was told
AS_MUCH = re.compile(r"\b(?:contre|au lieu d[e']|puis|à|vers|dont|plus d[e']|moins d[e']|près d[e']) ?$", re.IGNORECASE)
COUNTED_OUT = re.compile(
    r"\ben (?:\w+ ){0,2}(?:dénombr|recens|compt|ferm|ouvr|recrut|cré|embauch|trouv|voi)\w* $"
    r"|\by en (?:a|avait|aura) \w* ?$",
    re.IGNORECASE,
)
# "Pour : 164. Contre : 187", "17 pour, 11 contre"
VOTES = re.compile(r"\b(?:pour|contre|abstentions?|blancs?|nuls?|votants|exprimés|voix) ?: $", re.IGNORECASE)
VOTED = re.compile(r" (?:pour|contre|abstentions?)(?: ?[,.;!)\n]| ?$| et \d)", re.IGNORECASE)
PAYING = re.compile(
    r"\ben (?:\w+ )?(?:pa[iy]|vers|rembours|prend|touch|gagn|coût|dépens|économis|financ|reç|donn)\w*", re.IGNORECASE
)
EN_SOME_VERB = re.compile(r"\ben (?:(?:a|ont|ai|avait|aura|a-t-il) )?(?P<verb>[^\W\d_]{4})[^\W\d_]* $", re.IGNORECASE)
CLAUSE_ENDS = re.compile(r" ?(?:[.,;:!?)]|$|\n)")
PREPOSITION = re.compile(rf" {any_of('understood', 'prepositions')}", re.IGNORECASE)
LABEL = re.compile(
    r"(?:^|\n|[.!?;] )\W*(?:(?:les|nos|des) |(?:nombre|total|nb) (?:total )?(?:de |d'|des ))?"
    r"(?P<word>[^\W\d_]+(?:[·.][^\W\d_]+)*)"
    r"[^\n:=]{0,40}(?: ?:| =) ?$",
    re.IGNORECASE,
)
NUMBER_OF = re.compile(
    r"\bnombre (?:total )?(?:de |d')(?P<word>[^\W\d_]+)(?:(?! \d+ [^\W\d_]{4,}s\b).)*$", re.IGNORECASE
)
PEOPLE_ARE = re.compile(
    r"\b(?:(?:nous|les) (?:re)?voil[àa]"
    r"|(?:ils|elles|on|nous|vous|iels)(?: n'| ne)? ?(?:étaient|étions|sont|sommes|est|serons|seront|êtes|était"
    r"|avons été|ont été|avez été|a été)) "
    r"(?:[^\W\d_]+ )?(?:à )?"
    r"(?:plus que |que |plus de |près de |des |environ |une |quelques )?$",
    re.IGNORECASE,
)
POINTS_BACK = re.compile(r"\b(?:ces|les) $", re.IGNORECASE)
PREDICATE = re.compile(rf" {any_of('understood', 'predicates')}", re.IGNORECASE)
MONEY = re.compile(rf"{any_of('understood', 'money')}|€", re.IGNORECASE)
NEVER_INHERITED = ("%", "fois", "point")
DURATIONS = ("an", "mois", "semaine", "jour", "heure", "minute", "seconde")
TOWNS = frozenset(words("labels", "towns"))
ITEM = re.compile(r"(?:^|\n) ?[-–—•→▪✓✔*][^\w\n]{0,3}$")
MEASURES = ("tonne", "kilogramme", "litre", "mètre cube", "mètre carré", "hectare", "kilomètre", "kilowattheure")
"""What there can be milliards of where nothing else is said; of all else they are euros."""
MODELS = 12  # amounts looked back at
REACH = 200  # characters read on either side of an amount


def keep_amounts(plain: str, drafts: Sequence[Draft]) -> list[Draft]:
    """The drafts without those numerals that have no unit beside them and measure nothing."""
    kept: list[Draft] = []
    for draft in drafts:
        if not draft.bare or _is_amount(plain, draft, kept):
            kept.append(draft)
    return kept


def _is_amount(plain: str, draft: Draft, before: Sequence[Draft]) -> bool:
    """Whether a numeral without a unit beside it measures something. `before`: the amounts found before it."""
    if draft.scale > 1 or draft.rule == "vague":
        return True
    if draft.value == 0:
        return False
    if draft.literal in ("grouped", "decimal") or (draft.literal == "digits" and draft.value >= 10_000):
        return True
    if draft.value > 1 and (_of_how_many(plain, draft) or AMONG_US.match(plain, draft.end)):
        return True
    left = plain[max(0, draft.start - LOOK_BACK) : draft.start]
    if _is_level(plain, draft) or _is_listed(plain, draft, left):
        return True
    if PEOPLE_ARE.search(left):
        return draft.literal == "digits" or draft.value > 6 or AS_MANY_AS.match(plain, draft.end) is not None
    if THINGS_ARE.search(left) and draft.literal == "digits" and draft.value > 1:
        return CLAUSE_ENDS.match(plain, draft.end) is not None
    if left.endswith(" (") and draft.value >= 100 and before and plain.startswith(")", draft.end):
        return draft.literal == "digits"
    opens = not left or NEW_SENTENCE.search(left) or COORDINATED.search(left) or OPENS_LIST.search(left)
    if opens and draft.literal == "digits" and AT_ITS_TIME.match(plain, draft.end):
        return True
    if is_price(plain, draft) or is_pay(plain, draft):
        return True
    if _label(plain, draft):
        return draft.literal == "digits"
    return bool(before) and draft.start - REACH < before[-1].start and _stands_for_something(plain, draft, left)


def _of_how_many(plain: str, draft: Draft) -> str | None:
    """`8 de nos 17 postes`: the unit of those that some are told of."""
    of = OF_SO_MANY.match(plain, draft.end)
    total = next(iter(find_numbers(plain[of.end() : of.end() + LOOK_BACK])), None) if of else None
    if of is None or total is None or total.start or draft.value >= total.value:
        return None
    unit = read_unit(plain, of.end() + total.end, total.value, scaled=total.scale >= 1e3)
    # "12 sur les 24 derniers mois": as many of something else in that time.
    never = ("EUR", *NEVER_INHERITED, *(DURATIONS if of["over"] else ()))
    return unit.name if unit and unit.name not in never else None


def _is_level(plain: str, draft: Draft) -> bool:
    """`passé de 26 à 13`: both ends of a change, whatever is counted."""
    if draft.literal != "digits" or not _closed(plain, draft):
        return False
    left = plain[max(0, draft.start - 2 * LOOK_BACK) : draft.start]
    starts = MOVED.search(left) and re.match(
        r"[^.;:!?\n\d]{0,30} (?:à|vers) (?:\w+ )?\d", plain[draft.end : draft.end + 48]
    )
    return bool(starts or MOVED_TO.search(left) or LEVEL_IS.search(left) or AT_A_TIME.search(left))


def _is_listed(plain: str, draft: Draft, left: str) -> bool:
    """`11 dans le couloir, 6 devant la porte`: an item of a list of numerals that each have a place."""
    if draft.literal != "digits":
        return False
    opens = OPENS_LIST.search(left) or COORDINATED.search(left) or NEW_SENTENCE.search(left)
    if opens and LISTED.match(plain, draft.end):
        return True
    return bool(COORDINATED.search(left) and PLACE.match(plain, draft.end) and re.search(PLACED, left, re.IGNORECASE))


def _stands_for_something(plain: str, draft: Draft, left: str) -> bool:
    if draft.literal == "digits" and draft.value > 1 and SHARED_OUT.match(plain, draft.end):
        return True
    if draft.value > 1 and BY_TIME.match(plain, draft.end):
        return True
    if (
        (IT_IS.search(left) or LEVEL_LABEL.search(left))
        and draft.literal == "digits"
        and draft.value >= 10
        and CLAUSE_ENDS.match(plain, draft.end)
    ):
        return True
    if ADDED_TO.search(left) and EXISTING.match(plain, draft.end):
        return True
    if STANDS_FOR.search(left) or EN_VERB.search(left):
        return _closed(plain, draft)
    predicated = PREDICATE.match(plain, draft.end)
    if SUMMED.match(plain, draft.end):
        alone = NEW_SENTENCE.search(left) or COORDINATED.search(left)
        return draft.literal == "digits" or (draft.value > 1 and alone is not None)
    if NEW_SENTENCE.search(left):
        digits = draft.literal == "digits"
        return bool(predicated and draft.value > 1) or (
            digits and bool(predicated or PLURAL_VERB.match(plain, draft.end))
        )
    if not COORDINATED.search(left):
        return False
    follows = predicated or PREPOSITION.match(plain, draft.end) or PLURAL_VERB.match(plain, draft.end)
    return bool(follows) or _is_described(plain, draft)


def _is_described(plain: str, draft: Draft) -> bool:
    """`800 rejetées`: a participle follows, whose noun is understood."""
    word = NEXT_WORD.match(plain, draft.end)
    return word is not None and word["word"].lower() in lexicon().noun_understood


def _closed(plain: str, draft: Draft) -> bool:
    """What follows is a limit, a preposition or a verb; not a capitalised name, nor a sign."""
    return not re.match(r" ?[A-ZÀ-Þ*/+°]|-\w", plain[draft.end : draft.end + 3])


def inherit(plain: str, drafts: Sequence[Draft], excerpt: Excerpt) -> list[Draft]:
    """The drafts, each bare one with the unit of what it stands for."""
    done: list[Draft] = []
    for draft in drafts:
        done.append(_with_understood_unit(plain, draft, done[-MODELS:], excerpt) if draft.bare else draft)
    return done


def _with_understood_unit(plain: str, draft: Draft, before: Sequence[Draft], excerpt: Excerpt) -> Draft:
    here = excerpt.sentence_at(draft.start)
    again = POINTS_BACK.search(plain[max(0, draft.start - LOOK_BACK) : draft.start])
    near = [
        other
        for other in before
        if excerpt.order[here] - excerpt.order[excerpt.sentence_at(other.start)] <= NEAR
        or (again and other.value == draft.value)
    ]
    models = [other for other in near if other.unit and other.unit not in NEVER_INHERITED]
    opening, closing = excerpt.sentences[here]
    sentence = plain[max(opening, draft.start - REACH) : min(closing, draft.end + REACH)]
    if near and near[-1].unit == "%" and _is_rate_again(plain, near[-1], draft):
        return replace(draft, unit="%")
    if is_pay(plain, draft) or is_labelled_price(plain, draft):
        return replace(draft, unit="EUR")
    moved = near and MOVED_TO.search(plain[max(0, draft.start - 2 * LOOK_BACK) : draft.start])
    named = (None if moved else _named_unit(plain, draft)) or _number_of(
        plain[max(opening, draft.start - REACH) : draft.start]
    )
    if named := named or _of_how_many(plain, draft):
        return replace(draft, unit=named)
    if not models and AMONG_US.match(plain, draft.end):
        return replace(draft, unit="personne")
    each = _each_doer(plain, draft, near)
    if each:
        return replace(draft, unit=each)
    listed = _item_before(plain, draft, near)
    if listed:
        return _like(plain, draft, listed)
    as_large = bool(near) and (draft.scale < 1e9 or near[-1].unit == "EUR" or near[-1].value >= 1e9)
    model = near[-1] if moved and as_large and near[-1].unit != "fois" else _model(plain, draft, models)
    if is_price(plain, draft) and model is not None and any(other.unit == "EUR" for other in models):
        return replace(draft, unit="EUR")
    if model is not None and model.unit == "EUR" and draft.scale == 1 and PASSIVE.match(plain, draft.end):
        things = [other for other in before if other.unit not in ("EUR", *NEVER_INHERITED, *DURATIONS)]
        return replace(draft, unit=things[-1].unit if things else None)
    if model is None:
        people = PREDICATE.match(plain, draft.end)
        # In this prose, milliards of nothing named are euros.
        money = draft.scale >= 1e9 or (draft.scale >= 1e6 and MONEY.search(sentence))
        return replace(draft, unit="EUR" if money else "personne" if people else None)
    if model.unit == "EUR" and not (moved or _is_money(plain, draft, model)):
        return replace(draft, unit=None)
    return _like(plain, draft, model)


def _is_rate_again(plain: str, rate: Draft, draft: Draft) -> bool:
    """`7,5 %, contre 8,1`: the sign is said once."""
    if draft.scale > 1 or not 0 <= draft.value <= 100 or draft.rule == "vague":
        return False
    gap = RATE_AGAIN.fullmatch(plain, rate.end, draft.start)
    return gap is not None and not (gap["then"] and not IN_A_YEAR.match(plain, draft.end))


def _is_money(plain: str, draft: Draft, model: Draft) -> bool:
    """`34 M€, contre 31`: whether the millions of a small numeral are left out, and it is none of votes or people."""
    if draft.scale > 1 or draft.value >= 1000 or model.scale < 1e6:
        return True
    before = plain[max(0, draft.start - LOOK_BACK) : draft.start]
    if draft.literal == "words":
        return bool(AS_MUCH.search(before) or PAYING.search(before))
    counted = COUNTED_OUT.search(before) or VOTES.search(before) or LEVEL_LABEL.search(before)
    return draft.literal != "digits" or not (counted or VOTED.match(plain, draft.end))


def _item_before(plain: str, draft: Draft, near: Sequence[Draft]) -> Draft | None:
    """What opens the item before, where both open one: "- 38 000 à plein tarif (9 €)", then "- 18 160 à 6 €"."""
    if draft.scale > 1 or not ITEM.search(plain, max(0, draft.start - LOOK_BACK), draft.start):
        return None
    items = (m for m in reversed(near) if ITEM.search(plain, max(0, m.start - LOOK_BACK), m.start))
    item = next(items, None)
    return item if item is not None and item.unit not in (None, *NEVER_INHERITED) else None


def _each_doer(plain: str, draft: Draft, near: Sequence[Draft]) -> str | None:
    """What `en` stands for where the amount before is told of one of them: "Un bus coûte 450 000 €. Il en faut 8"."""
    before = plain[max(0, draft.start - LOOK_BACK) : draft.start]
    if PAYING.search(before):
        return None
    if not near or draft.literal not in ("digits", "grouped") or draft.value >= 10_000 or not EN_VERB.search(before):
        return None
    each = EACH_DOES.search(plain[max(0, near[-1].start - REACH) : near[-1].start])
    return singular(each["word"].lower()) if each else None


def _named_unit(plain: str, draft: Draft) -> str | None:
    """The unit that the words before name: `ils étaient 12`, `Lits fermés : 40`."""
    before = plain[max(0, draft.start - LOOK_BACK) : draft.start]
    if PEOPLE_ARE.search(before):
        return "personne"
    things = THINGS_ARE.search(before)
    if things and looks_plural(things["word"]):
        return singular(things["word"].lower())
    label = _label(plain, draft)
    if label and label["word"].lower() in TOWNS:
        return None
    if label and looks_plural(label["word"]) and not _counts_nothing(label["word"]):
        name = singular(label["word"][0].lower() + label["word"][1:])
        return name if draft.scale < 1e9 or name in (*MEASURES, *words("understood", "by_the_milliard")) else None
    return None


def _label(plain: str, draft: Draft) -> re.Match[str] | None:
    """`Lits fermés : 40`; in place, so that a line begins where it does and not where the look back ends."""
    return LABEL.search(plain, max(0, draft.start - LOOK_BACK), draft.start)


def _counts_nothing(word: str) -> bool:
    """Of what is measured in euros ("Dépenses : 43"), or no noun at all ("Annulées : 247")."""
    lex = lexicon()
    return any(word.lower() in listed for listed in (lex.money, lex.never_nouns, lex.noun_understood))


def _number_of(before: str) -> str | None:
    """`le nombre de lits est passé de 400 000`: what is numbered, with no other amount of things since."""
    found = NUMBER_OF.findall(before)
    return singular(found[-1]) if found else None


def _model(plain: str, draft: Draft, models: list[Draft]) -> Draft | None:
    """The nearest amount of the same kind; denominators ("pour 1 000 hab") and durations lend no unit."""
    before = plain[max(0, draft.start - LOOK_BACK) : draft.start]
    same = [other for other in models if other.value == draft.value] if POINTS_BACK.search(before) else []
    if models and AGAINST.search(before) and draft.scale == 1 and draft.start - models[-1].end < len(AGAINST_WORDS):
        return next((other for other in reversed(models) if not _is_denominator(plain, other)), models[-1])
    if models and draft.scale == 1 and INSTEAD.fullmatch(plain, models[-1].end, draft.start):
        return models[-1]
    denominators = [other for other in models if _is_denominator(plain, other)]
    if _is_denominator(plain, draft) and draft.scale < 1e9:
        beside = bool(models) and before.endswith("sur ") and models[-1].value <= draft.value
        # "720 000 € pour ... 45 enquêtes sur 1 800": of what stands right before.
        if beside and (not denominators or draft.start - models[-1].end <= len(" sur les ")):
            return models[-1]
        return denominators[-1] if denominators else None
    if draft.scale >= 1e6:
        last = models[-1] if models else None
        if last and last.unit == "EUR" and not NEW_SENTENCE_WITHIN.search(plain, last.end, draft.start):
            return last
        large = [m for m in models if (m.scale >= 1e3 or m.value >= 1e5) and m.unit not in DURATIONS]
        if draft.scale >= 1e9:
            large = [m for m in large if m.unit == "EUR" or m.value >= 1e9] or [m for m in large if m.unit in MEASURES]
        large = same or large
        return large[-1] if large else None
    heads = [other for other in models if other.unit not in DURATIONS and other not in denominators]
    verb = EN_SOME_VERB.search(before)
    if verb and (of_that := [m for m in heads if _follows_verb(plain, m, verb["verb"])]):
        return of_that[-1]
    if COULD_PAY.search(before) and draft.scale == 1:
        return None
    if PAYING.search(before) and (paid := [other for other in models if other.unit == "EUR"]):
        heads = paid
    if SOLD.search(before) and draft.scale == 1:
        heads = [other for other in heads if other.unit != "EUR"]
    if EN_VERB.search(before) and draft.literal == "digits" and draft.value < 1000:
        # "2,4 M€ pour en remettre 80 en état": what a pronoun stands for is counted.
        heads = [other for other in heads if other.unit != "EUR"] or heads
    small = draft.literal != "decimal" and draft.scale == 1 and draft.value < 1000
    if (
        small
        and EN_VERB.search(before)
        and heads
        and heads[-1].scale == 1
        and all(other.unit == "EUR" for other in heads)
    ):
        return None  # "Un bus, 450 000 €. La ville en veut 8": what has that price
    hours = bool(models) and models[-1].unit == "heure" and OF_A_TASK.match(plain, draft.end)
    listed = bool(models) and (models[-1].bare or hours) and COORDINATED.search(before)
    if not heads and models and (EN_VERB.search(before) or listed or (models[-1].unit == "an" and draft.value < 120)):
        heads = models
    return next((group[-1] for group in (same, heads) if group), None)


def _follows_verb(plain: str, model: Draft, verb: str) -> bool:
    """`traite 12 dossiers ... ils en traitent 250`: the same verb."""
    last = plain[max(0, model.start - LOOK_BACK) : model.start].split()[-2:]
    return any(word.lower().startswith(verb.lower()) for word in last)


def _like(plain: str, draft: Draft, model: Draft) -> Draft:
    """The draft with the unit of `model`, and with its scale where that is left out too: "34 M€, contre 31,5"."""
    name = model.unit or ""
    if PREDICATE.match(plain, draft.end) and model.value != draft.value and name[:1].isupper() and not name.isupper():
        return replace(draft, unit="personne")
    short = draft.scale == 1 and draft.value < 1000 and (draft.literal == "decimal" or model.unit == "EUR")
    if short and model.scale >= 1e6 and model.rule != "vague":
        return replace(draft, unit=model.unit, value=float(f"{draft.value * model.scale:.12g}"), scale=model.scale)
    return replace(draft, unit=model.unit)


def _is_denominator(plain: str, draft: Draft) -> bool:
    return re.search(r"\b(?:pour|sur) $", plain[max(0, draft.start - 6) : draft.start]) is not None

"""What an amount is told for each of: "par logement", "du km", "chaque entrée coûte", "1 200 € chacun"."""

from __future__ import annotations

import re
from functools import lru_cache

from nlp.checks.amounts import DURATIONS, PERIOD_NAMES, Amount, alike, fold, stem
from nlp.checks.words import EACH, EACH_VERB, PERSONS
from nlp.quantities.units import singular

# "un kilomètre coûte 210 000 €", "chaque entrée nous coûte donc 23 €": so much each, told by the subject.
ADVERBS = re.compile(
    r"\s(?:donc|alors|ainsi|en moyenne|environ|pres de|nous|leur|lui|me|vous|en fait|deja|quand meme)(?=\s)"
)
SUBJECT = re.compile(
    rf"(?:\b(?:une?|chaque|le|la)\s+|\bl')([a-z][\w·.]*)(?:\s+[\w'·’-]+){{0,7}}?(?:,|\s)+{EACH_VERB}"
    r"\s*(?:a|de|d'|pour)?\s*(?:plus de|moins de|seulement)?\s*$"
)
BRIEF = re.compile(r"\b(?:une?|chaque)\s+([a-z][\w·.]+)(?:\s+[\w'·-]+){0,4}\s*[:=,]\s*$")
# "Coût du kilomètre : 320 000 €"
COST_OF = re.compile(
    r"\b(?:cout|prix|tarif|salaire|cachet|loyer|montant)\w* (?:moyen |unitaire |annuel |mensuel )?"
    r"(?:du|de la|de l'|d'une?|par|le|la)\s*([a-z][\w·]+)[^.;!?]{0,25}[:=]\s*$"
)
# "ça met le licencié à 200 €"
SET_AT = re.compile(
    r"\b(?:met|ramene|porte|laisse)\w* (?:donc )?(?:chaque |la |le |l')\s*([a-z][\w·]+)(?: \w+)? a\s*"
    r"(?:pres de|plus de)?\s*$"
)
THE_UNIT = re.compile(r"^\s*(?:du|le|la|l'|au|chaque|de l'|de la)\s*([a-z][\w·.]+)")
ONE = re.compile(r"^\s*(?:pour|par) (?:une?|chaque) ([a-z][\w·.]+)")
# "160 jours à 1 500 €"
PRICED = re.compile(r"^\W*(?:[\w'’·-]+ ){0,3}(?:factur\w+ |pay\w+ |vendu\w* )?a (?:environ |pres de |plus de )?$")
# "Une éolienne alimente 2 000 foyers": one of them, in the present.
EACH_DOES = re.compile(
    r"^\W*(?:\d+[/.)]\s*)?(?:une?|chaque)\s+([a-z][\w·.]+)(?: (?!(?:a|ont|avait|est|sera|sur)\b)[\w'·-]+){1,4}"
    r"(?<=[etd])\s*$"
)
ANYTHING = "*"


# "4 € par jour et par personne": the second thing it is told for.
AND_PER = re.compile(r"^\s*(?:par|/)\s*[\w·]+\s*(?:et|,|/)\s*(?:par )?\s*([a-z][\w·]+)")


@lru_cache(maxsize=1024)  # each rule asks again of the same amount
def each_nouns(amount: Amount) -> frozenset[str]:
    """Stems of what the amount is told for each of; `ANYTHING` where that goes without saying ("chacun")."""
    nouns = {_noun(amount.per)} if amount.per else set()
    if amount.kind in ("money", "duration", "count"):
        if second := AND_PER.match(amount.after):
            nouns.add(_noun(second[1]))
        for match in (THE_UNIT.match(amount.after) if amount.kind == "money" else None, ONE.match(amount.after)):
            if match:
                nouns.add(_noun(match[1]))
        if match := EACH_DOES.match(amount.lead):
            nouns.add(_noun(match[1]))
        before = ADVERBS.sub("", amount.before)
        for match in (SUBJECT.search(before), BRIEF.search(before), COST_OF.search(before), SET_AT.search(before)):
            if match:
                nouns.add(_noun(match[1]))
    if EACH.match(amount.after) or nouns & PERSONS or EACH_BEFORE.search(amount.before):
        nouns.add(ANYTHING)
    return frozenset(nouns)


EACH_BEFORE = re.compile(r"\b(?:chacun\w*|par tete|chaque fois|l'unite|en moyenne)\b[^.;!?\d]{0,20}$")


def counts(number: Amount, nouns: frozenset[str]) -> bool:
    """Whether `number` counts one of these things by name."""
    own = number.noun
    if not own:
        return False
    return any(alike(noun, own) or (noun, own) in (("an", "annee"), ("annee", "an")) for noun in nouns - {ANYTHING})


def per_period(amount: Amount) -> bool:
    return amount.per in DURATIONS


def _noun(word: str) -> str:
    """The stem of a noun as units are named: km and kilomètre are one."""
    name = singular(word)
    return stem(fold(PERIOD_NAMES.get(name, name)))

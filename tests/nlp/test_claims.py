"""Claims: one for each sentence, its kind, its worth, its polarity. Words and amounts here; grammar with the model."""

from __future__ import annotations

import pytest

from db.records import Entity, Mention
from nlp.claims import find_claims
from nlp.claims.kinds import kind_of
from nlp.claims.signals import cues_of, read_signals
from nlp.claims.tokens import Token
from nlp.claims.worth import features, score
from nlp.quantities import find_quantities
from nlp.sentences import split_sentences


def kinds(text: str, tokens: tuple[Token, ...] = ()) -> list[str]:
    sentences = split_sentences(text)
    return [c.kind for c in find_claims(text, sentences, tokens=tokens, quantities=find_quantities(text))]


def verb(text: str, word: str, *, tense: str = "Pres", mood: str = "Ind") -> Token:
    start = text.index(word)
    return Token(start=start, end=start + len(word), pos="VERB", tense=tense, mood=mood)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("👇", "other"),
        ("https://exemple.fr/note", "other"),
        ("Et pour quoi faire ?", "other"),
        ("Petit fil sur le sujet 🧵", "other"),
        ("Le rectorat a supprimé 300 postes.", "quantity"),
        ("Un consultant coûte trois fois plus cher.", "comparison"),
        ("Il faut rouvrir les guichets.", "stance"),
        ("C'est un scandale.", "stance"),
        ("Cette loi sur les ports est une erreur que personne ne voulait assumer.", "stance"),
        ("Cette digue est une usine à gaz, et une usine chère.", "stance"),
        ("Il est grand temps de repeindre les bacs du port.", "stance"),
        ("On ne peut plus continuer comme ça au port.", "stance"),
        ("Et qu'on nous rende les bacs du port avant la nuit.", "stance"),
        ("Non à la loi des bacs, non au péage du port.", "stance"),
        ("Selon le port, cette loi sur les bacs est un échec.", "rule"),
        ("Le port, dans la loi, n'a pas assez de bacs.", "rule"),
        ("J'ai quitté mon poste en pleurant.", "personal"),
        ("Depuis la loi de 2031, un contrat voté à huis clos a été rendu public.", "rule"),
        ("« On fait avec », m'a soufflé une aide-soignante hier soir.", "quote"),
        ("« Nous fermerons trois sites cette année. »", "quote"),
    ],
)
def test_kinds_that_words_decide(text: str, kind: str) -> None:
    assert kinds(text) == [kind]


@pytest.mark.parametrize(
    ("text", "word", "kind"),
    [
        ("Un intérimaire coûte plus cher qu'un titulaire.", "coûte", "comparison"),
        ("Les femmes sont moins bien payées que les hommes.", "sont", "comparison"),
        ("Le bac reste aussi lent que celui du nord.", "reste", "comparison"),
        ("Le port dit de plus que le bac coule.", "dit", "stance"),
    ],
)
def test_things_are_compared_without_a_name_or_an_amount(text: str, word: str, kind: str) -> None:
    assert kinds(text, (verb(text, word),)) == [kind]


def test_a_future_is_a_prediction() -> None:
    text = "Le service fermera ses portes."
    assert kinds(text, (verb(text, "fermera", tense="Fut"),)) == ["prediction"]


@pytest.mark.parametrize(
    ("text", "word", "kind"),
    [
        ("Le port fermait ici sa dernière cale.", "fermait", "event"),
        ("Bref, le port supprimait sa cale.", "supprimait", "event"),
        ("La mairie votait la fin du péage.", "votait", "event"),
        ("La suite arrivait ici.", "arrivait", "other"),
        ("Bref, ça passait.", "passait", "other"),
        ("Je fermais le fil, bonne nuit.", "fermais", "other"),
    ],
)
def test_words_of_transition_do_not_swallow_what_somebody_did(text: str, word: str, kind: str) -> None:
    assert kinds(text, (verb(text, word, tense="Imp"),)) == [kind]


@pytest.mark.parametrize(
    ("text", "polarity"),
    [
        ("Le rectorat n'a supprimé aucun poste.", "negated"),
        ("Les 40 agents ne sont pas remplacés.", "negated"),
        ("Les 40 agents sont remplacés.", "affirmed"),
        ("La facture double, selon une note que je ne retrouve plus.", "affirmed"),
        ("Ceux qui n'ont rien demandé sont 12 millions.", "affirmed"),
        ("Le bac, que le port n'a jamais repeint, part à midi.", "affirmed"),
        ("La halte ferme quand le gérant n'est pas là.", "affirmed"),
        ("Un port qui dort ne nourrit personne.", "negated"),
        ("Je sais qu'il n'a rien vu.", "negated"),
        ("Il est faux que le port n'a pas de grue.", "negated"),
        ("Sauf que le registre n'est pas tenu.", "negated"),
        ("Personne n'a été puni.", "negated"),
        ("Aucune étude n'établit ce lien.", "negated"),
        ("À ce jour, aucun arrêté n'est paru.", "negated"),
        ("Rien ne justifie ce détour.", "negated"),
        ("Nul n'a compté les bateaux.", "negated"),
        ("Jamais l'État n'a compté les bateaux.", "negated"),
        ("Si rien ne bouge, le bac coulera.", "affirmed"),
        ("J'ai pas trouvé le guichet.", "negated"),
        ("On demande pas la lune.", "negated"),
        ("C'est pas mal.", "affirmed"),
        ("Il n'y a plus que 90 bateaux au port.", "affirmed"),
        ("Le quai n'a pas moins de 40 anneaux.", "affirmed"),
    ],
)
def test_polarity(text: str, polarity: str) -> None:
    (claim,) = find_claims(text, split_sentences(text))
    assert claim.polarity == polarity


def test_offsets_are_those_of_the_sentences() -> None:
    text = "Bonjour !\n\nLe rectorat a supprimé 300 postes. C'est un scandale."
    for claim in find_claims(text, split_sentences(text)):
        assert text[claim.start : claim.end] == claim.text


def test_opinions_and_questions_are_never_worth_a_check() -> None:
    text = "Il faut rouvrir 300 guichets ? C'est un scandale. J'ai pleuré."
    assert [(c.check_worthy, c.score) for c in find_claims(text, split_sentences(text))] == [(False, 0.0)] * 3


def test_an_amount_makes_a_sentence_more_worth_a_check() -> None:
    def worth(text: str) -> float:
        signals = read_signals(text, (0, len(text)), (), find_quantities(text), ())
        return score(features(signals, kind_of(signals)[0], quoted=False, attributed=False, topical=True))

    assert worth("Le rectorat a supprimé 300 postes.") > worth("Le rectorat a supprimé des postes.")


def test_what_a_named_body_did_is_more_worth_a_check() -> None:
    def worth(text: str) -> float:
        tokens = (verb(text, "supprimait", tense="Imp"),)
        entity = Entity(id="org:x", name="OFP", label="ORG")
        named = (Mention(surface="OFP", label="ORG", entity=entity, start=2, end=5),)
        signals = read_signals(text, (0, len(text)), tokens, (), named)
        values = features(signals, kind_of(signals)[0], quoted=False, attributed=False, topical=False)
        assert values["deed"] == 1.0
        return score(values) - score({**values, "deed": 0.0})

    assert worth("L'OFP supprimait le bac du port.") > 0.05


def test_cues_are_found_in_all_forms() -> None:
    cues = cues_of("Selon la loi, la hausse s’explique par une décision INACCEPTABLE.")
    assert "s'explique" in cues["causal"]
    assert "inacceptable" in cues["stance"]

"""Who says it: quotations, "selon X", verbs of saying, signatures."""

from __future__ import annotations

import pytest

from db.records import Entity, EntityLabel, Mention
from nlp.claims.attribution import UNNAMED, quotations, speakers
from nlp.sentences import split_sentences


def mention(text: str, surface: str, label: EntityLabel = "ORG") -> Mention:
    start = text.index(surface)
    entity = Entity(id=f"{label.lower()}:x", name=surface, label=label)
    return Mention(surface=surface, label=label, entity=entity, start=start, end=start + len(surface))


def who(text: str, *named: str) -> list[tuple[str | None, bool]]:
    mentions = [mention(text, surface) for surface in named]
    return [(s.name, s.quoted) for s in speakers(text, split_sentences(text), mentions)]


@pytest.mark.parametrize(
    ("text", "named", "expected"),
    [
        ("Les lits ferment.", (), [(None, False)]),
        ("Selon la Cour des comptes, les lits ferment.", (), [("Cour des comptes", False)]),
        ("D'après l'Insee, un tiers des communes n'a plus d'école.", (), [("Insee", False)]),
        ("D'après une tribune récente, la facture double.", (), [("tribune récente", False)]),
        ("Selon moi, c'est une erreur.", (), [(None, False)]),
        ("La CGT affirme que 40 postes disparaissent.", ("CGT",), [("CGT", False)]),
        ("Le collectif @exemple alerte : la facture double.", ("@exemple",), [("@exemple", False)]),
        ("40 postes disparaissent, affirme la CGT.", ("CGT",), [("CGT", False)]),
        ("La CGT annonce que le quai ferme.", ("CGT",), [("CGT", False)]),
        ("La CGT lance le plan Amarres.", ("CGT",), [(None, False)]),
        ("L'OFP a jugé la digue conforme.", ("OFP",), [(None, False)]),
        ("L'OFP juge la digue fragile.", ("OFP",), [("OFP", False)]),
        ("L'OFP calcule les indemnités de quai.", ("OFP",), [(None, False)]),
        ("L'OFP conclut un contrat de quai.", ("OFP",), [(None, False)]),
        ("L'OFP conclut à une usure du quai.", ("OFP",), [("OFP", False)]),
        ("L'OFP a écrit au maire hier.", ("OFP",), [(None, False)]),
        ("L'OFP évalue le coût à 2 milliards.", ("OFP",), [("OFP", False)]),
        ("L'OFP nous promettait un quai neuf.", ("OFP",), [("OFP", False)]),
        ("La CGT compte 600 000 adhérents.", ("CGT",), [(None, False)]),
        ("« Nous fermerons trois sites cette année. »", (), [(UNNAMED, True)]),
        ("« On fait avec », m'a soufflé une aide-soignante hier soir.", (), [("une aide-soignante", True)]),
        ("« On fait avec », m'a dit ma cheffe.", (), [("ma cheffe", True)]),
        ("« On fait avec », disait la patronne du port quand on osait.", (), [("la patronne du port", True)]),
        ("Le capitaine du bac nous répond : « On fait avec. »", (), [("le capitaine du bac", True)]),
        ("Sous la pluie, « on fait avec » ou on part, mais on rentre tard.", (), [(None, False)]),
        ("Le bac coule, rapporte l'AFP.", ("AFP",), [("AFP", False)]),
        ("L'AFP rapporte 3 millions.", ("AFP",), [(None, False)]),
        ("Comme l'écrit Le Phare, le bac coule.", (), [("Phare", False)]),
        ("Pour Mirelle Dorn, le bac coule.", ("Mirelle Dorn",), [("Mirelle Dorn", False)]),
        ("Pour le Sénat, le bac coule.", ("Sénat",), [("Sénat", False)]),
        ("Le bac coule pour le Sénat, dit-on.", ("Sénat",), [(None, False)]),
        ("D'après mes calculs, le bac coule.", (), [(None, False)]),
        ("D'après ma voisine, le bac coule.", (), [("ma voisine", False)]),
        ("J'y suis allée pour servir « ce qui nous est commun à tous ».", (), [(None, False)]),
        ("Sur la porte, on lit : « Fermé pour travaux jusqu'en mai ».", (), [(UNNAMED, True)]),
        ("Le rapport parle d'un « effort » de tous les services depuis dix ans.", (), [(None, False)]),
        ("Le préfet : « Nous fermerons trois sites. »", ("préfet",), [("préfet", True)]),
    ],
)  # fmt: skip
def test_speakers(text: str, named: tuple[str, ...], expected: list[tuple[str | None, bool]]) -> None:
    assert who(text, *named) == expected


def test_a_signature_under_a_quotation_names_the_speaker() -> None:
    text = "« Le service va mal. Nous n'y arrivons plus. »\nMaude Kerl - infirmière à Vire\nLes chiffres le disent."
    assert who(text)[:2] == [("Maude Kerl", True), ("Maude Kerl", True)]
    assert who(text)[-1] == (None, False)


def test_a_quotation_of_two_words_leaves_the_sentence_to_its_author() -> None:
    assert who('On nous parle de "modernisation" depuis dix ans, sans un poste de plus.') == [(None, False)]


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("« a » et « b »", ["« a »", "« b »"]),
        ("“a” puis \"b c\"", ["“a”", '"b c"']),
        ("« jamais fermé", ["« jamais fermé"]),
        ("un écran de 5\" et rien", []),
        ("", []),
    ],
)  # fmt: skip
def test_quotations(text: str, quoted: list[str]) -> None:
    assert [text[start:end] for start, end in quotations(text)] == quoted

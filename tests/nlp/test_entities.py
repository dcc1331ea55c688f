"""Names in hand-made sentences. The parts of speech are given here: no trained model is needed."""

from __future__ import annotations

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span

from db.records import Mention
from nlp.entities import find_mentions
from nlp.lexicon import Lexicon, load_lexicon
from nlp.parsing import Unit

# What the words of these sentences are; all others are nouns.
WORDS = {
    "VERB": "prévoit décide vote est a ont répond dit parle coûte ferme bosse explique paie suffit sont va quitte",
    "ADP": "contre le la les l' un une des du de d' à au aux en dans par pour sur avec et ou qui que ce cette ne pas",
    "ADJ": "nationale national générale général régionale supérieur publique grand énorme actuelle",
}
TAGS = {word: tag for tag, words in WORDS.items() for word in words.split()}


@pytest.fixture(scope="module")
def fr() -> Language:
    return spacy.blank("fr")


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return load_lexicon()


def parsed(fr: Language, text: str, proposed: tuple[tuple[str, str], ...] = ()) -> Unit:
    """A text as a model might read it: parts of speech by small lists, `proposed` names with their labels."""
    doc = fr(text)
    for token in doc:
        token.pos_ = TAGS.get(token.lower_, "NUM" if token.like_num else "PUNCT" if token.is_punct else "NOUN")
    doc.ents = [span_of(doc, surface, label) for surface, label in proposed]
    return Unit(0, doc)


def span_of(doc: Doc, surface: str, label: str) -> Span:
    start = doc.text.index(surface)
    span = doc.char_span(start, start + len(surface), label=label)
    assert span is not None, f"{surface!r} is no run of tokens"
    return span


def names(mentions: tuple[Mention, ...]) -> list[tuple[str, str]]:
    return [(mention.surface, mention.label) for mention in mentions]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # bodies and acronyms
        ("L'ENA forme, l'Ena recrute.", [("ENA", "ORG"), ("Ena", "ORG")]),
        ("La sécurité sociale et la Sécu.", [("sécurité sociale", "ORG"), ("Sécu", "ORG")]),
        ("L'ARS Île-de-France décide.", [("ARS Île-de-France", "ORG")]),
        ("La CPAM de Seine-Saint-Denis décide.", [("CPAM de Seine-Saint-Denis", "ORG")]),
        ("Au CH de Montvallon, on ferme.", [("CH de Montvallon", "ORG")]),
        ("Le CHU de Nantes vote.", [("CHU de Nantes", "ORG")]),
        ("La préfecture décide, la préfecture de l'Aisne aussi.", [("préfecture de l'Aisne", "ORG")]),
        ("Le ministère de la santé et le ministre de la santé.", [("ministère de la santé", "ORG")]),
        ("La direction générale de la mer décide.", [("direction générale de la mer", "ORG")]),
        ("La direction générale décide, la direction régionale des eaux aussi.", []),
        ("Le lycée Jean-Bart et la rue de Valbrune.", [("lycée Jean-Bart", "ORG"), ("rue de Valbrune", "LOC")]),
        # the State
        ("L'État paie, l'Etat décide.", [("État", "ORG"), ("Etat", "ORG")]),
        ("Pour l'état, c'est trop.", [("état", "ORG")]),
        ("L'état de santé, en l'état, un État membre, le chef de l'État.", []),
        ("L'état actuel du dossier.", []),
        # places
        ("Dans le 93, on ferme.", [("le 93", "LOC")]),
        ("Je bosse au 93.", [("93", "LOC")]),
        ("Le 12 mars, le 93 %, le 92,5 et au 75 quai.", []),
        ("Dans l'hexagone et dans le Cher, cher ami.", [("hexagone", "LOC"), ("Cher", "LOC")]),
        ("Le Sud de la France.", [("Sud de la France", "LOC")]),
        ("À Valbrune (Nord) et à Lyon (Rhône), (Nord) ?", [("Nord", "LOC"), ("Lyon", "LOC"), ("Rhône", "LOC")]),
        ("Dans l'académie de Nancy-Metz.", [("académie de Nancy-Metz", "ORG")]),
        ("La section SUD santé-sociaux.", [("SUD santé-sociaux", "ORG")]),
        ("J'ai appelé la CAF 14 fois.", [("CAF", "ORG")]),
        ("Une place d'IME, la place de l'État.", [("État", "ORG")]),
        ("L'État de droit, l'État stratège, l'État.", [("État", "ORG")]),
        ("Nice-Matin raconte, le maire (PS) aussi.", [("Nice-Matin", "ORG"), ("PS", "ORG")]),
        # policies and which ones of them
        ("Le projet de loi de finances pour 2023.", [("projet de loi de finances pour 2023", "POLICY")]),
        ("La loi de programmation 2018-2022.", [("loi de programmation 2018-2022", "POLICY")]),
        ("La loi « bien grandir » et la loi.", [("loi « bien grandir »", "POLICY")]),
        ("La loi d'urgence pour Mayotte.", [("loi d'urgence pour Mayotte", "POLICY")]),
        ("La directive européenne du 16 mai 2021.", [("directive européenne du 16 mai 2021", "POLICY")]),
        ("Le plan France relance.", [("plan France relance", "POLICY")]),
        # handles
        ("@Dr_Odile_VARENNE @Assur_Valbrune", [("@Dr_Odile_VARENNE", "PER"), ("@Assur_Valbrune", "PER")]),
        ("@Assur_Valbrune @Les_Amis_pour_le_bourg", [("@Assur_Valbrune", "PER"), ("@Les_Amis_pour_le_bourg", "ORG")]),
        # persons
        ("Mr Varenne est là.", [("Varenne", "PER")]),
        ("Odile Brac de l'Ifrap.", [("Odile Brac", "PER"), ("Ifrap", "ORG")]),
        ("M. Varenne et Mme Odile Brac décident.", [("Varenne", "PER"), ("Odile Brac", "PER")]),
        ("MM. Varenne et Dubreuil votent.", [("Varenne", "PER"), ("Dubreuil", "PER")]),
        ("La préfète de Seine-Saint-Denis décide.", [("Seine-Saint-Denis", "LOC")]),
        ("Le ministre Dussopt répond au député LREM.", [("Dussopt", "PER"), ("LREM", "ORG")]),
        ("Monsieur le Président, la loi est votée.", []),
        ("E. Macron répond.", [("E. Macron", "PER")]),
        ("Tâche énorme !", []),
        ("Claire - agente d'accueil", [("Claire", "PER")]),
        # policies
        ("La réforme des retraites prévoit 64 ans.", [("réforme des retraites", "POLICY")]),
        ("Une réforme de fond, des réformes de structure.", []),
        ("La réforme de l'#ENA est votée.", [("réforme de l'#ENA", "POLICY")]),
        ("La loi n° 2019-828 du 6 août 2019 prévoit tout.", [("loi n° 2019-828 du 6 août 2019", "POLICY")]),
        ("La loi Vermeil et la loi de la jungle.", [("loi Vermeil", "POLICY")]),
        ("Un projet de loi de finances.", [("projet de loi de finances", "POLICY")]),
        ("Le plan national de lutte contre la faim.", [("plan national de lutte contre la faim", "POLICY")]),
        ("Le programme Grandes Villes, le dispositif Pinel.", [("Grandes Villes", "POLICY"), ("Pinel", "POLICY")]),
        ("Le plan Hôpital 2031, un plan d'action, un plan B.", [("plan Hôpital 2031", "POLICY")]),
        ("L'aide médicale d’Etat ferme.", [("aide médicale d’Etat", "POLICY")]),
        ("CAP22 puis Action publique 2022.", [("CAP22", "POLICY"), ("Action publique 2022", "POLICY")]),
        ("Le traité de Lisbonne est là.", [("traité de Lisbonne", "POLICY")]),
        # signs of X
        ("Merci @lemondefr, @odile_brac et @Min_Voirie !", [
            ("@lemondefr", "ORG"), ("@odile_brac", "PER"), ("@Min_Voirie", "ORG")]),
        ("#ENA #vaccin #FranceServices #LoiVermeil", [
            ("#ENA", "ORG"), ("#FranceServices", "POLICY"), ("#LoiVermeil", "POLICY")]),
        ("#PLFSS2031 #hôpital", [("#PLFSS2031", "POLICY")]),
        ("@Cpam93 et @ars_idf", [("@Cpam93", "ORG"), ("@ars_idf", "ORG")]),
        ("Bravo @s_verneau, @SNXYZ, @Voirie_60 et @julienvarenne, @LeBureauVert !", [
            ("@s_verneau", "PER"), ("@SNXYZ", "ORG"), ("@Voirie_60", "ORG"), ("@julienvarenne", "PER"),
            ("@LeBureauVert", "ORG")]),
        # a known name that hyphens tie to others
        ("À Vire-sur-Sarthe et à Bourg-de-l'Oise.", [("Vire-sur-Sarthe", "LOC"), ("Bourg-de-l'Oise", "LOC")]),
        ("Le SNXYZ-CGT vote, l'ARS-Bretagne aussi.", [("SNXYZ-CGT", "ORG"), ("ARS-Bretagne", "ORG")]),
        ("La ligne Paris-Marseille ferme.", [("Paris", "LOC"), ("Marseille", "LOC")]),
        ("Le CH du Nord-Mayenne ferme.", [("CH du Nord-Mayenne", "ORG")]),
        # branches, committees, authorities
        ("La CGT services publics et Greenpeace France.", [
            ("CGT services publics", "ORG"), ("Greenpeace France", "ORG")]),
        ("Sud éducation vote.", [("Sud éducation", "ORG")]),
        ("La CGT 48 et Attac 94, la RN 88, la CGT 40 %.", [
            ("CGT 48", "ORG"), ("Attac 94", "ORG"), ("RN 88", "LOC"), ("CGT", "ORG")]),
        ("La FSU, Solidaires et FO.", [("FSU", "ORG"), ("Solidaires", "ORG"), ("FO", "ORG")]),
        ("Nous sommes Solidaires.", []),
        ("Solidaires 29 vote, une élue (Horizons) dit non.", [("Solidaires 29", "ORG"), ("Horizons", "ORG")]),
        ("La communauté de communes Sor et Agout vote.", [("communauté de communes Sor et Agout", "ORG")]),
        ("La commission d'enquête du Sénat vote.", [("Sénat", "ORG")]),
        ("Comité de défense de la Montagne – Compte rendu", [("Comité de défense de la Montagne", "ORG")]),
        ("La commission des affaires sociales du Sénat vote.", [("commission des affaires sociales du Sénat", "ORG")]),
        ("La Région Bretagne et la Ville de Marseille.", [("Région Bretagne", "ORG"), ("Ville de Marseille", "ORG")]),
        ("Une région de France, une ville de Bretagne.", [("France", "LOC"), ("Bretagne", "LOC")]),
        # towns as people write them
        ("À St-Ambre et Ste-Orve-des-Bois.", [("St-Ambre", "LOC"), ("Ste-Orve-des-Bois", "LOC")]),
        ("Il vit à Coteaux sur Loire.", [("Coteaux sur Loire", "LOC")]),
        ("Dans le neuf-trois, au 9-3.", [("le neuf-trois", "LOC"), ("9-3", "LOC")]),
        ("Appelez le 39 60.", []),
        ("Sur l'A69, une feuille A4.", [("A69", "LOC")]),
        ("Le sous-préfet de Verval vote.", []),
        # laws, bills and codes with long names
        ("La loi de programmation pour la refondation de Mayotte prévoit tout.", [
            ("loi de programmation pour la refondation de Mayotte", "POLICY")]),
        ("La loi énergie-forêts, la circulaire Vermeil, la PPL Vermeil.", [
            ("loi énergie-forêts", "POLICY"), ("circulaire Vermeil", "POLICY"), ("PPL Vermeil", "POLICY")]),
        ("Le code de justice pénale des mineurs et le code de la porte.", [
            ("code de justice pénale des mineurs", "POLICY")]),
        ("Les accords du Vermeil.", [("accords du Vermeil", "POLICY")]),
        # what belongs to a name though no letter
        ("La loi de 2005 et la directive 2008/50/CE.", [("loi de 2005", "POLICY"), ("directive 2008/50/CE", "POLICY")]),
        ("La loi LR et la directive Nitrates.", [("LR", "ORG"), ("directive Nitrates", "POLICY")]),
        ("Le PLF 2026 prévoit tout, le REP+ aussi.", [("PLF 2026", "POLICY"), ("REP+", "POLICY")]),
        ("MaPrimeRénov' ferme.", [("MaPrimeRénov'", "POLICY")]),
        # what is no name
        ("Le gouvernement, la fonction publique, les préfets, les mairies.", []),
        ("franceinter.fr/la-sante et https://www.ena.fr/Macron et a@ena.fr", []),
        ("💉 ENA 🙃", [("ENA", "ORG")]),
    ],
)  # fmt: skip
def test_rules(fr: Language, lexicon: Lexicon, text: str, expected: list[tuple[str, str]]) -> None:
    mentions = find_mentions(text, [parsed(fr, text)], lexicon)
    assert names(mentions) == expected
    assert all(text[mention.start : mention.end] == mention.surface for mention in mentions)


@pytest.mark.parametrize(
    ("text", "proposed", "expected"),
    [
        ("La société Brumex ferme.", (("Brumex", "ORG"),), [("Brumex", "ORG")]),
        ("Le Groupe Brumex ferme.", (("Le Groupe Brumex", "ORG"),), [("Groupe Brumex", "ORG")]),
        ("Le député M. Varenne ferme.", (("M. Varenne", "PER"),), [("Varenne", "PER")]),
        ("Merci à vous. Merci !", (("Merci", "PER"),), []),
        ("3/ Merci à vous.", (("Merci", "PER"),), []),
        ("@odile_brac Merci à vous.", (("Merci", "PER"),), [("@odile_brac", "PER")]),
        ("La Cour des comptes critique tout.", (("Cour des comptes critique", "ORG"),), [("Cour des comptes", "ORG")]),
        ("Le Parlement belge vote.", (("Parlement belge", "ORG"),), [("Parlement belge", "ORG")]),
        ("Encore un Valbrunois.", (("Valbrunois", "LOC"),), []),
        ("Il vit à Saint-Ambre-sur-Orve.", (("Saint-Ambre-sur-Orve", "PER"),), [("Saint-Ambre-sur-Orve", "LOC")]),
        ("Il vit à Bois-Varenne.", (("Bois-Varenne", "PER"),), [("Bois-Varenne", "LOC")]),
        ("La charge de SRAX.", (("SRAX", "LOC"),), [("SRAX", "ORG")]),
        ("Le Prix du Livre.", (("Prix du Livre", "MISC"),), []),
        ("L'ENA et Macron.", (("ENA et Macron", "ORG"),), [("ENA", "ORG"), ("Macron", "PER")]),
        ("Le RD192 et le H1N1.", (("RD192", "LOC"), ("H1N1", "ORG")), []),
        ("Serge D. est là.", (("Serge", "PER"),), [("Serge D.", "PER")]),
        ("T. Varenne vote.", (("Varenne", "PER"),), [("T. Varenne", "PER")]),
        ("Le cabinet Orvaulx conseille.", (("Orvaulx", "PER"),), [("Orvaulx", "ORG")]),
        ("Onet, Orvaulx et EDF.", (("Orvaulx", "LOC"),), [("Onet", "ORG"), ("Orvaulx", "ORG"), ("EDF", "ORG")]),
        ("Le Copermax vote.", (("Copermax", "PER"),), [("Copermax", "ORG")]),
        ("Le SpX dit non.", (("SpX", "PER"),), [("SpX", "ORG")]),
        ("(5/8) Merci à vous.", (("Merci", "LOC"),), []),
        ("Coupez tout !", (("Coupez", "PER"),), []),
        ("b) Merci\n* Merci", (("Merci", "PER"),), []),
        ("La ministre du Prix, du Merci et du reste.", (("Prix", "ORG"), ("Merci", "LOC")), []),
        ("La ministre du Copermax.", (("Copermax", "ORG"),), [("Copermax", "ORG")]),
        ("Tous les Prix, aux Prix.", (("Prix", "LOC"),), []),
        ("Karim B., lui, vote.", (("Karim B.", "PER"),), [("Karim B.", "PER")]),
        ("Merci Karim !", (), [("Karim", "PER")]),
        ("Moi c'est Karim.", (("Karim", "ORG"),), [("Karim", "PER")]),
        ("Le logiciel Orvaulx plante.", (("Orvaulx", "ORG"),), []),
        ("La réserve Orvaulx 1/ Fin.", (("Orvaulx 1/", "PER"),), [("Orvaulx", "PER")]),
        ("La tempête Odile est là.", (("Odile", "PER"),), [("Odile", "PER")]),
        ("Chers Valbrunois.", (("Valbrunois", "ORG"),), []),
        ("Prix du livre", (("Prix du livre", "ORG"),), []),
        ("Le Théâtre de Lyon ferme.", (("Théâtre de Lyon", "ORG"),), [("Théâtre de Lyon", "ORG")]),
    ],
)
def test_what_is_left_of_the_models_proposals(
    fr: Language, lexicon: Lexicon, text: str, proposed: tuple[tuple[str, str], ...], expected: list[tuple[str, str]]
) -> None:
    unit = parsed(fr, text, proposed)
    assert (
        names(find_mentions(text, [unit], lexicon, known_word=frozenset({"merci", "prix", "couper"}).__contains__))
        == expected
    )


@pytest.mark.parametrize(
    "text",
    [
        "L'Agence nationale des moulins (ANM) vote. L'ANM décide.",
        "L'ANM (Agence nationale des moulins) vote. L'ANM décide.",
    ],
)
def test_acronyms_are_linked_in_their_text(fr: Language, lexicon: Lexicon, text: str) -> None:
    mentions = find_mentions(text, [parsed(fr, text)], lexicon)
    assert len(mentions) == 3
    assert {mention.entity.id for mention in mentions} == {"org:agence-nationale-des-moulins"}


def test_a_kind_of_thing_that_is_explained_is_no_name(fr: Language, lexicon: Lexicon) -> None:
    text = "Une maison de santé pluriprofessionnelle (MSP) suffit."
    assert find_mentions(text, [parsed(fr, text)], lexicon) == ()


@pytest.mark.parametrize(
    ("text", "id_"),
    [
        ("Le 93 et la Seine-Saint-Denis.", "loc:seine-saint-denis"),
        ("@franceinter et France Inter.", "org:france-inter"),
        ("E. Macron, Emmanuel Macron, Macron, M. Macron.", "per:emmanuel-macron"),
        ("Ségolène Royal et Mme Royal.", "per:segolene-royal"),
        ("Mme Royal et Ségolène Royal.", "per:segolene-royal"),
        ("Odile Brac vote. Odile décide. Mme Brac répond.", "per:odile-brac"),
        (
            "@Cpam93, la CPAM du 93, la CPAM de Seine-Saint-Denis.",
            "org:caisse-primaire-d-assurance-maladie-seine-saint-denis",
        ),
        ("L'ENA, #ENA, l'École nationale d'administration.", "org:ena"),
    ],
)
def test_one_entity_a_thing(fr: Language, lexicon: Lexicon, text: str, id_: str) -> None:
    mentions = find_mentions(text, [parsed(fr, text)], lexicon)
    assert len(mentions) > 1
    assert {mention.entity.id for mention in mentions} == {id_}


def test_where_nothing_is_parsed_only_signs_count(lexicon: Lexicon) -> None:
    text = "Macron met @lemondefr in Paris. #ENA"
    assert names(find_mentions(text, [], lexicon)) == [("@lemondefr", "ORG"), ("#ENA", "ORG")]


def test_names_never_cross_a_line(fr: Language, lexicon: Lexicon) -> None:
    text = "Assurance\nmaladie"
    mentions = find_mentions(text, [parsed(fr, text, (("Assurance\nmaladie", "ORG"),))], lexicon)
    assert not any("\n" in mention.surface for mention in mentions)


def test_offsets_count_from_the_text_not_the_unit(fr: Language, lexicon: Lexicon) -> None:
    text = "🙃 Bonjour.\nLa société Brumex ferme."
    start = text.index("La")
    doc = parsed(fr, text[start:], (("Brumex", "ORG"),)).doc
    (mention,) = find_mentions(text, [Unit(start, doc)], lexicon)
    assert text[mention.start : mention.end] == mention.surface == "Brumex"

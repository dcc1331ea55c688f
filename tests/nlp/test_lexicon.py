from __future__ import annotations

from pathlib import Path

import pytest

from nlp.lexicon import Lexicon, LexiconError, build_lexicon, load_lexicon, split_words

SMALL = """
not_names = ["Rewind"]

[[entity]]
name = "Office des marées"
label = "ORG"
aliases = ["office des marées", "ODM", "Odm", "[le, cet] office"]
handles = ["office_marees"]

[[entity]]
name = "Val-d'Ambre"
label = "LOC"
number = "99"

[[entity]]
name = "Cher"
label = "LOC"
aliases = ["[le, du] Cher"]
"""

A = '[[entity]]\nname = "A"\nlabel = "ORG"\n'
B = '\n[[entity]]\nname = "B"\nlabel = "LOC"\n'


def lexicon_of(tmp_path: Path, *texts: str) -> Lexicon:
    layers = []
    for number, text in enumerate(texts):
        path = tmp_path / f"{number}.toml"
        path.write_text(text, encoding="utf-8")
        layers.append([path])
    return build_lexicon(layers)


def found(lexicon: Lexicon, text: str) -> list[tuple[str, str]]:
    words = split_words(text)
    return [(text[words[m.first].start : words[m.last - 1].end], m.entity.name) for m in lexicon.find(text, words)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("L'Office des marées décide.", [("Office des marées", "Office des marées")]),
        ("L’office des marees décide.", [("office des marees", "Office des marées")]),
        ("L'OFFICE DES MARÉES décide.", [("OFFICE DES MARÉES", "Office des marées")]),
        ("L'ODM et l'Odm, pas l'odm.", [("ODM", "Office des marées"), ("Odm", "Office des marées")]),
        (
            "Le Val d’Ambre et le Val\u00a0d'Ambre.",
            [("Val d’Ambre", "Val-d'Ambre"), ("Val\u00a0d'Ambre", "Val-d'Ambre")],
        ),
        ("Le val-d'ambre.", []),
        ("Un office, cet office.", [("office", "Office des marées")]),
        ("Cher ami, dans le Cher !", [("Cher", "Cher")]),
        ("L'office des\nmarées.", []),
        ("Les offices des marées.", []),
        ("L'office, des marées.", []),
        ("Val-d'Ambre\u0301e", []),
    ],
)
def test_where_names_occur(tmp_path: Path, text: str, names: list[tuple[str, str]]) -> None:
    assert found(lexicon_of(tmp_path, SMALL), text) == names


def test_a_comma_stands_where_the_list_writes_one(tmp_path: Path) -> None:
    lexicon = lexicon_of(tmp_path, '[[entity]]\nname = "Bureau des quais, des ponts et des eaux"\nlabel = "ORG"\n')
    text = "Le Bureau des quais, des ponts et des eaux, puis le Bureau des quais des ponts et des eaux."
    assert found(lexicon, text) == [
        ("Bureau des quais, des ponts et des eaux", "Bureau des quais, des ponts et des eaux")
    ]


def test_combining_accents_are_part_of_their_word(tmp_path: Path) -> None:
    text = "l'Office des mare\u0301es"
    assert found(lexicon_of(tmp_path, SMALL), text) == [("Office des mare\u0301es", "Office des marées")]


@pytest.mark.parametrize(
    ("sign", "name"),
    [("@office_marees", "Office des marées"), ("@Office_Marees", "Office des marées"), ("#ODM", "Office des marées"),
     ("#OfficeDesMarées", "Office des marées"), ("#Val_dAmbre", "Val-d'Ambre"), ("@inconnu", None)],
)  # fmt: skip
def test_whom_a_sign_names(tmp_path: Path, sign: str, name: str | None) -> None:
    entity = lexicon_of(tmp_path, SMALL).find_sign(split_words(sign)[0])
    assert (entity.name if entity else None) == name


def test_a_later_lexicon_wins(tmp_path: Path) -> None:
    theirs = '[[entity]]\nname = "Orchestre de Mars"\nlabel = "ORG"\naliases = ["ODM", "Rewind"]\n'
    theirs += 'handles = ["office_marees"]'
    lexicon = lexicon_of(tmp_path, SMALL, theirs)
    assert found(lexicon, "L'ODM et l'Office des marées.") == [
        ("ODM", "Orchestre de Mars"), ("Office des marées", "Office des marées")]  # fmt: skip
    assert lexicon.handles["office_marees"].name == "Orchestre de Mars"
    assert "rewind" not in lexicon.not_names


def test_numbers_of_departments(tmp_path: Path) -> None:
    assert lexicon_of(tmp_path, SMALL).numbers["99"].id == "loc:val-d-ambre"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[entity]]\nname = "A"\nlabel = "ORG"\nalias = ["B"]', "unknown key 'alias'; did you mean 'aliases'?"),
        ('entities = []', "unknown key 'entities'; did you mean 'entity'?"),
        ('[[entity]]\nname = "A"\nlabel = "BODY"', "entity 1: label:"),
        ('[[entity]]\nlabel = "ORG"', "entity 1: name:"),
        ('[[entity]]\nname = "A"\nlabel = "ORG"\nwikidata = "142"', "entity 1: wikidata:"),
        ('[[entity]]\nname = "A"\nlabel = "ORG"\naliases = "B"', "aliases:"),
        ('[[entity]]\nname = "A"\nlabel = "ORG"\naliases = ["[le]"]', "holds no word"),
        ('[[entity]]\nname = "A"\nlabel = "ORG"\n[[entity]]\nname = "Â"\nlabel = "ORG"', "is declared twice"),
        (A + 'aliases = ["C"]' + B + 'aliases = ["C"]',
         "'B': alias 'c' already names 'A'"),
        (A + 'handles = ["x"]' + B + 'handles = ["@X"]',
         "handle '@X' already names 'A'"),
        ("[[entity]", "is not TOML"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_file_entry_and_next_step(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(LexiconError) as error:
        lexicon_of(tmp_path, text)
    assert str(error.value).startswith(str(tmp_path / "0.toml"))
    assert said in str(error.value)
    assert ";" in str(error.value)


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(LexiconError, match="cannot be read"):
        load_lexicon([tmp_path / "absent.toml"])


@pytest.fixture(scope="module")
def ours() -> Lexicon:
    return load_lexicon()


def test_our_lexicons_load_and_cover_the_country(ours: Lexicon) -> None:
    departments = {f"{n:02}" for n in range(1, 96) if n != 20} | {"2a", "2b", "971", "972", "973", "974", "976"}
    assert set(ours.numbers) == departments
    assert len(ours.entities) > 1500


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("L'ENA, l'Ena et l'École nationale d'administration", ["org:ena"] * 3),
        ("la Sécu, la sécurité sociale", ["org:securite-sociale"] * 2),
        ("l'aide médicale d’Etat, l'AME", ["policy:aide-medicale-d-etat"] * 2),
        ("dans l'hexagone, en France", ["loc:france"] * 2),
        ("Cap22, CAP22, Action publique 2022", ["policy:action-publique-2022"] * 3),
        ("le chef du moment a mis les choses sur la map", []),
        ("Orange est une couleur, chez Orange on le sait", ["org:orange"]),
        ("à Paris 8 000 personnes, l'université Paris 8", ["loc:paris", "org:universite-paris-8"]),
        ("Total : 3 millions", []),
        ("le PS vote. PS : on en reparle", ["org:parti-socialiste"]),
    ],
)
def test_our_lexicons_know(ours: Lexicon, text: str, ids: list[str]) -> None:
    assert [m.entity.id for m in ours.find(text, split_words(text))] == ids

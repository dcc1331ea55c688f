"""Lists of names in TOML, and where they occur in a text. The format is told in docs/lexicons.md.

Accents, apostrophes and hyphens never matter. A capital in the list asks for a capital in the text, a small letter
takes both: `Ena` finds ENA and Ena, `ena` finds all three.
"""

from __future__ import annotations

import difflib
import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from db.records import Entity, EntityLabel

FOLDER = Path(__file__).resolve().parent / "lexicons"
# Named one by one: other lists of words live in the same folder.
OURS = ("institutions", "administrations", "health", "education", "media", "parties_unions", "companies",
        "places", "policies", "people", "not_names")  # fmt: skip
# Combining accents belong to their word; the sign of X belongs to the handle it opens.
WORD = re.compile(r"[@#]?[\w\u0300-\u036f]+|&")
GAP = re.compile(r"[ \u00a0\u202f\u2009]?['’ʼ‑–\-/]?[ \u00a0\u202f\u2009]?")
COMMA = ", "
GAP_OR_COMMA = re.compile(rf"{GAP.pattern}|{COMMA}")
CONTEXT = re.compile(r"\[([^\]]*)\]\s*(.*)", re.DOTALL)
END = ""  # the key of a trie's node under which the spellings that stop there are kept: no word is empty


class LexiconError(Exception):
    """A lexicon that cannot be used: says which file, which entry, what is wrong and what to do."""

    def __init__(self, path: Path, entry: str, problem: str, step: str) -> None:
        super().__init__(f"{path}, {entry}: {problem}; {step}")


class Word(NamedTuple):
    """A word of a text. `key` has neither accents nor capitals; `capitals` are the places of its capital letters."""

    key: str
    capitals: frozenset[int]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Spelling:
    """One way to write an entity: for each word its key and where it asks for capitals.

    `before`: one of these words must stand just before and stays outside (empty: anything may). `commas`: the words
    that a comma stands before, by their place.
    """

    keys: tuple[str, ...]
    capitals: tuple[frozenset[int], ...]
    before: frozenset[str]
    entity: Entity
    commas: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Match:
    """The words `first` to `last` (excluded) of a text name `entity`."""

    first: int
    last: int
    entity: Entity


class Entry(BaseModel):
    """One `[[entity]]` of a lexicon file."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: str = Field(min_length=1)
    label: EntityLabel
    aliases: list[str] = []
    handles: list[str] = []
    wikidata: str | None = Field(default=None, pattern=r"^Q[1-9]\d*$")
    places: bool = False
    alone: bool = True
    number: str | None = Field(default=None, pattern=r"^(\d{2,3}|2[AB])$")

    @cached_property
    def entity(self) -> Entity:
        handle = self.handles[0].lstrip("@") if self.handles else None
        return make_entity(self.name, self.label, handle, self.wikidata)


class LexiconFile(BaseModel):
    """A lexicon file as a whole."""

    model_config = ConfigDict(extra="forbid", strict=True)

    entity: list[Entry] = []
    not_names: list[str] = []


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The entries of all files, ready for matching.

    `handles` and `glued` (names without spaces, as in hashtags) lead to entities. `places` are the ids of bodies that
    exist in many places, `only_with_place` of those that are a mere category without one. `not_names` are words that
    the trained model takes for names and that are none. `numbers` lead to the departments people call by
    them, `last_names` to persons whom a title and a last name tell ("Mme Royal").
    """

    trie: Mapping[str, Any]
    handles: Mapping[str, Entity] = field(default_factory=dict)
    glued: Mapping[str, Entity] = field(default_factory=dict)
    entities: Mapping[str, Entity] = field(default_factory=dict)
    places: frozenset[str] = frozenset()
    only_with_place: frozenset[str] = frozenset()
    not_names: frozenset[str] = frozenset()
    numbers: Mapping[str, Entity] = field(default_factory=dict)
    last_names: Mapping[str, Entity] = field(default_factory=dict)

    def find(self, text: str, words: Sequence[Word]) -> Iterator[Match]:
        """The longest spelling at each place of the text, none inside another."""
        at = 0
        while at < len(words):
            match = self.match_at(text, words, at) if words[at].key in self.trie else None
            if match:
                yield match
            at = match.last if match else at + 1

    def match_at(self, text: str, words: Sequence[Word], first: int) -> Match | None:
        """The longest spelling that begins with the word number `first`."""
        node, best = self.trie.get(words[first].key), None
        at = first
        while node is not None:
            at += 1
            for spelling in node.get(END, ()):
                if fits(spelling, text, words, first):
                    best = Match(first, at, spelling.entity)
                    break
            if at == len(words) or not GAP_OR_COMMA.fullmatch(text, words[at - 1].end, words[at].start):
                break
            node = node.get(words[at].key)
        return best

    def find_sign(self, word: Word) -> Entity | None:
        """Whom a @handle or a #hashtag names."""
        body = word.key[1:]
        if word.key[0] == "@" and body in self.handles:
            return self.handles[body]
        return self.glued.get(body.replace("_", ""))


def fits(spelling: Spelling, text: str, words: Sequence[Word], first: int) -> bool:
    """Whether the words have the capitals and commas of the spelling, and stand after a word it asks for."""
    inside = words[first : first + len(spelling.keys)]
    if not all(asked <= word.capitals for asked, word in zip(spelling.capitals, inside, strict=True)):
        return False
    if commas_of(text, inside) != spelling.commas:
        return False
    if not spelling.before:
        return True
    previous = words[first - 1] if first else None
    return (
        previous is not None
        and previous.key in spelling.before
        and bool(GAP.fullmatch(text, previous.end, words[first].start))
    )


def commas_of(text: str, words: Sequence[Word]) -> frozenset[int]:
    """Before which of the words a comma stands, by their place."""
    return frozenset(at for at in range(1, len(words)) if text[words[at - 1].end] == COMMA[0])


# --- Words ------------------------------------------------------------------------------------------------


@lru_cache(maxsize=65536)
def fold(word: str) -> tuple[str, frozenset[int]]:
    """The word without accents and capitals, and where its capitals were."""
    plain = "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))
    plain = plain.replace("œ", "oe").replace("Œ", "Oe")
    return plain.lower(), frozenset(i for i, c in enumerate(plain) if c.isupper())


def split_words(text: str) -> list[Word]:
    """The words of a text, folded, with their offsets."""
    return [Word(*fold(match.group()), match.start(), match.end()) for match in WORD.finditer(text)]


def slug(name: str) -> str:
    """`Agence régionale de santé` → `agence-regionale-de-sante`."""
    return "-".join(word.key.lstrip("@#") for word in split_words(name))


def make_entity(name: str, label: EntityLabel, handle: str | None = None, wikidata: str | None = None) -> Entity:
    """The entity of that name: two names that differ by accents, capitals or hyphens are the same one."""
    return Entity(id=f"{label.lower()}:{slug(name)}", name=name, label=label, handle=handle, wikidata=wikidata)


# --- From files to a lexicon ------------------------------------------------------------------------------


def load_lexicon(paths: Iterable[Path] = ()) -> Lexicon:
    """Our own lists, then the user's files: each wins over those before it. Raises LexiconError."""
    return build_lexicon([[FOLDER / f"{name}.toml" for name in OURS], *([path] for path in paths)])


def build_lexicon(layers: Iterable[Sequence[Path]]) -> Lexicon:
    """A lexicon from layers of files. In one layer a spelling has one meaning; a later layer's meaning wins."""
    spellings: dict[tuple[str, ...], list[Spelling]] = {}
    handles: dict[str, Entity] = {}
    entries: dict[str, Entry] = {}
    not_names: set[str] = set()
    for paths in layers:
        layer = Layer()
        for path in paths:
            layer.add(path, read_file(path))
        spellings |= layer.spellings
        handles |= layer.handles
        entries |= layer.entries
        # A name that a later list declares is a name again.
        not_names = (not_names - {" ".join(keys) for keys in layer.spellings}) | layer.not_names
    return Lexicon(
        trie=make_trie(spelling for same in spellings.values() for spelling in same),
        handles=handles,
        glued=make_glued(spellings, entries),
        entities={id_: entry.entity for id_, entry in entries.items()},
        places=frozenset(id_ for id_, entry in entries.items() if entry.places),
        only_with_place=frozenset(id_ for id_, entry in entries.items() if not entry.alone),
        not_names=frozenset(not_names),
        last_names=make_last_names(entries.values()),
        numbers={entry.number.lower(): entry.entity for entry in entries.values() if entry.number},
    )


def make_glued(
    spellings: Mapping[tuple[str, ...], Sequence[Spelling]], entries: Mapping[str, Entry]
) -> dict[str, Entity]:
    """Spellings as hashtags have them, without spaces; not those of mere categories, nor the shortest."""
    glued = {"".join(keys): same[0].entity for keys, same in spellings.items()}
    return {key: entity for key, entity in glued.items() if len(key) > 2 and entries[entity.id].alone}


def make_last_names(entries: Iterable[Entry]) -> dict[str, Entity]:
    """The last names that one person of the lists alone has."""
    persons = [(entry, [word.key for word in split_words(entry.name)]) for entry in entries if entry.label == "PER"]
    bearers = Counter(" ".join(keys[1:]) for _, keys in persons)
    named = {" ".join(keys[1:]): entry.entity for entry, keys in persons}
    return {name: entity for name, entity in named.items() if name and bearers[name] == 1}


def make_trie(spellings: Iterable[Spelling]) -> dict[str, Any]:
    """Nested dicts, one level a word."""
    root: dict[str, Any] = {}
    for spelling in spellings:
        node = root
        for key in spelling.keys:
            node = node.setdefault(key, {})
        node.setdefault(END, []).append(spelling)
    return root


class Layer:
    """The entries of files that may not contradict each other."""

    def __init__(self) -> None:
        self.spellings: dict[tuple[str, ...], list[Spelling]] = {}
        self.handles: dict[str, Entity] = {}
        self.entries: dict[str, Entry] = {}
        self.not_names: set[str] = set()

    def add(self, path: Path, file: LexiconFile) -> None:
        for entry in file.entity:
            self.add_entry(path, entry)
        self.not_names |= {" ".join(word.key for word in split_words(name)) for name in file.not_names}

    def add_entry(self, path: Path, entry: Entry) -> None:
        entity = entry.entity
        if entity.id in self.entries:
            raise LexiconError(path, repr(entry.name), "is declared twice", "merge the two entries")
        self.entries[entity.id] = entry
        for spelling in read_spellings(path, entry):
            self.add_spelling(path, entry, spelling)
        for handle in entry.handles:
            key = fold(handle.lstrip("@"))[0]
            other = self.handles.setdefault(key, entity)
            if other != entity:
                raise LexiconError(path, repr(entry.name), f"handle {handle!r} already names {other.name!r}",
                                   "keep it in one of the two")  # fmt: skip

    def add_spelling(self, path: Path, entry: Entry, spelling: Spelling) -> None:
        same = self.spellings.setdefault(spelling.keys, [])
        for other in same:
            if other.entity != spelling.entity and (other.capitals, other.before) == (
                spelling.capitals,
                spelling.before,
            ):
                raise LexiconError(path, repr(entry.name), f"alias {' '.join(spelling.keys)!r} already names "
                                   f"{other.entity.name!r}", "keep it in one of the two, or say in [brackets] which "
                                   "words stand before it")  # fmt: skip
        same.append(spelling)
        # The spelling that asks for more is tried first.
        same.sort(key=lambda s: (bool(s.before), sum(map(len, s.capitals))), reverse=True)


def read_spellings(path: Path, entry: Entry) -> list[Spelling]:
    """The name and the aliases; a name that an alias gives [after some words] does not stand alone."""
    spellings = [read_spelling(path, entry, alias) for alias in dict.fromkeys([entry.name, *entry.aliases])]
    name = spellings[0]
    asked = any(s.before and (s.keys, s.capitals) == (name.keys, name.capitals) for s in spellings[1:])
    return spellings[1:] if asked else spellings


def read_spelling(path: Path, entry: Entry, alias: str) -> Spelling:
    """`[l', le] Hexagone` → the words before in brackets, then the name itself."""
    context = CONTEXT.fullmatch(alias)
    before = frozenset(word.key for word in split_words(context.group(1))) if context else frozenset()
    written = context.group(2) if context else alias
    words = split_words(written)
    if not words:
        raise LexiconError(path, repr(entry.name), f"alias {alias!r} holds no word", "write it out, or drop it")
    keys, capitals = tuple(w.key for w in words), tuple(w.capitals for w in words)
    return Spelling(keys, capitals, before, entry.entity, commas_of(written, words))


def read_file(path: Path) -> LexiconFile:
    """One file, checked. Raises LexiconError."""
    try:
        return LexiconFile.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise LexiconError(path, "file", f"cannot be read ({error.strerror})", "check its path and rights") from error
    except UnicodeDecodeError as error:
        raise LexiconError(path, "file", "is not UTF-8", "save it as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise LexiconError(path, "file", f"is not TOML ({error})", "see docs/lexicons.md") from error
    except ValidationError as error:
        raise explain(path, error) from error


def explain(path: Path, error: ValidationError) -> LexiconError:
    """The first thing wrong with a file, in the words of docs/lexicons.md."""
    first = error.errors()[0]
    where = [part for part in first["loc"] if part != "entity"]
    number = f"entity {where[0] + 1}" if where and isinstance(where[0], int) else "file"
    key = str(where[-1]) if where else ""
    if first["type"] == "extra_forbidden":
        known = Entry.model_fields if number != "file" else LexiconFile.model_fields
        close = difflib.get_close_matches(key, known, 1)
        hint = f"did you mean {close[0]!r}?" if close else f"known keys: {', '.join(known)}"
        return LexiconError(path, number, f"unknown key {key!r}", hint)
    return LexiconError(path, number, f"{key}: {first['msg']}", "see docs/lexicons.md")

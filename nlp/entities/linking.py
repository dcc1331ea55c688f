"""Which entity each span names: one canonical name a thing, within a text and between texts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from db.records import Entity, Mention
from nlp.entities.context import Context, Span
from nlp.lexicon import fold, make_entity, split_words


def link(text: str, ctx: Context, spans: Sequence[Span], acronyms: Mapping[str, Entity]) -> tuple[Mention, ...]:
    """One mention a span, with its entity; surfaces are those of `text`, names have plain apostrophes."""
    persons = PersonsOfText(ctx, spans)
    mentions = []
    for span in spans:
        surface = ctx.text[span.start : span.end]
        entity = span.entity or (persons.entity(span) if span.label == "PER" else name_entity(surface, span, acronyms))
        mentions.append(
            Mention(
                surface=text[span.start : span.end],
                label=span.label,
                entity=entity,
                start=span.start,
                end=span.end,
                rule=span.rule,
            )
        )
    return tuple(mentions)


def name_entity(surface: str, span: Span, acronyms: Mapping[str, Entity]) -> Entity:
    """The entity of a body, a place or a policy that no list knows: its own words, signs dropped."""
    key = fold(surface)[0].lstrip("#@")
    if key in acronyms:
        return acronyms[key]
    name = re.sub(r"#(?=\w)", "", surface) if not surface.startswith("@") else surface
    handle = surface[1:] if surface.startswith("@") else None
    return make_entity(" ".join(name.split()), span.label, handle)


class PersonsOfText:
    """The persons of one text by their full names, so that a first or a last name alone leads back to them."""

    def __init__(self, ctx: Context, spans: Sequence[Span]) -> None:
        self.ctx = ctx
        self.by_part: dict[str, list[Entity]] = {}
        for span in spans:
            surface = ctx.text[span.start : span.end]
            if span.label == "PER" and not surface.startswith("@"):
                self.add(span.entity or self.listed(surface) or make_entity(surface, "PER"))

    def add(self, person: Entity) -> None:
        keys = [word.key for word in split_words(person.name)]
        if len(keys) < 2:
            return
        for part in {keys[0], keys[-1], " ".join(keys[1:]), " ".join(keys)}:
            known = self.by_part.setdefault(part, [])
            if person not in known:
                known.append(person)

    def listed(self, surface: str) -> Entity | None:
        """The person of the lexicon whose last name stands in "E. Macron" or "Emmanuel Macron"."""
        words = split_words(surface)
        for first in range(1, len(words)):
            match = self.ctx.lexicon.match_at(surface, words, first)
            if match and match.last == len(words) and match.entity.label == "PER":
                given = fold(match.entity.name)[0]
                own = words[0].key
                return match.entity if given.startswith(own) else None
        return None

    def entity(self, span: Span) -> Entity:
        """The one person of this text whom the words name, or of the lists, or a person of that name."""
        surface = self.ctx.text[span.start : span.end]
        if surface.startswith("@"):
            return make_entity(surface, "PER", surface[1:])
        name = " ".join(word.key for word in split_words(surface))
        known = self.by_part.get(name, [])
        if len(known) == 1:
            return known[0]
        titled = self.ctx.lexicon.last_names.get(name) if span.rule == "title" else None
        return titled or self.listed(surface) or make_entity(surface, "PER")

"""`filature topics`: the topics of config.toml, and those that are discovered in the texts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from filature.errors import CommandError
from filature.output import counted, json_option, print_json, print_table, print_title, progress
from filature.screen import wrapped
from filature.session import Session, command_options

if TYPE_CHECKING:
    from db.archive import Archive
    from db.reading import TopicSummary
    from db.records import DiscoveredTopic
    from db.topics import StoredEvent
    from nlp.discovery import Discovery

PINNED_TERMS = 12
SAID = {
    "born": "new",
    "split": "new, out of {other}",
    "merged": "gone into {other}",
    "died": "gone",
    "renamed": "renamed, was {other}",
    "joined": "merged into {other} by hand",
    "pinned": "pinned in config.toml",
}


@click.group(short_help="List, discover, rename, merge and pin topics.", invoke_without_command=True)
@click.pass_context
@json_option
@command_options
def topics(session: Session, context: click.Context, as_json: bool) -> None:
    """List the topics: those of config.toml (seeded), and those discovered in the texts. `filature topics show TOPIC`
    gives the terms of one.

    \b
    Examples:
        filature topics
        filature topics discover
        filature topics show retraite-age-reforme
    """
    if context.invoked_subcommand is not None:
        return
    from db.archive import Archive

    with Archive.open(session.archive, readonly=True) as archive:
        found = archive.topics()
    if as_json:
        print_json([asdict(topic) for topic in found])
    elif found:
        _list("Of config.toml", [topic for topic in found if topic.origin == "seeded"])
        _list("Discovered", [topic for topic in found if topic.origin != "seeded"])
    else:
        session.note("no topics yet: name some in config.toml, or run `filature topics discover`")


@topics.command()
@click.option("--count", type=click.IntRange(1, 200), help="How many topics; left out, the texts decide.")
@json_option
@command_options
def discover(session: Session, count: int | None, as_json: bool) -> None:
    """Find what the archive's texts are about, without being told. Topics of config.toml are left alone.

    Topics that were discovered before keep their name, as far as the texts still speak of them; what is new, gone,
    split or merged is told and kept in the table topic_events.

    \b
    Examples:
        filature topics discover
        filature topics discover --count 12
    """
    found, documents = run_discover(session, count)
    if as_json:
        print_json(_as_json(found))
        return
    for event in found.events:
        session.say(f"{event.topic}: {SAID[event.event].format(other=event.other)}")
    session.say(f"{counted(documents, 'document')}: {counted(len(found.topics), 'topic')}")


@topics.command()
@click.argument("topic")
@click.option("--limit", type=click.IntRange(min=1), default=10, show_default=True, help="Show this many documents.")
@json_option
@command_options
def show(session: Session, topic: str, limit: int, as_json: bool) -> None:
    """Show the terms of a TOPIC, the documents most about it, and what happened to it.

    \b
    Example:
        filature topics show retraite-age-reforme --limit 20
    """
    from db.archive import Archive

    with Archive.open(session.archive, readonly=True) as archive:
        found = _find(archive, topic)
        documents = sorted(archive.topic_documents(topic), key=lambda d: (-(d.weight or 0.0), d.id))[:limit]
        events = archive.topic_events(topic)
    if as_json:
        print_json(asdict(found) | {"heaviest": [asdict(d) for d in documents], "events": [asdict(e) for e in events]})
        return
    click.echo(
        f"{click.style(found.label, bold=True)} ({found.id}, {found.origin})\n{wrapped(', '.join(found.terms))}\n"
    )
    print_table(
        ("weight", "date", "author", "document"),
        ((_share(d.weight), (d.published_at or "")[:10], d.author, d.title or d.opening or d.url) for d in documents),
    )
    for event in events:
        click.echo(f"{event.at[:10]}  {_told(event, topic)}")


@topics.command()
@click.argument("topic")
@click.argument("label")
@command_options
def rename(session: Session, topic: str, label: str) -> None:
    """Give a discovered TOPIC a LABEL of your own; later discoveries keep it.

    \b
    Example:
        filature topics rename retraite-age-reforme "Retraites"
    """
    if not label.strip():
        raise CommandError("the label is empty; give the topic a name for readers")
    with _changing(session, "topics rename", topic) as archive:
        archive.rename_topic(topic, label.strip(), _now())
    session.say(f"{topic}: {label.strip()}")


@topics.command()
@click.argument("topic")
@click.argument("other")
@command_options
def merge(session: Session, topic: str, other: str) -> None:
    """Make the discovered topic OTHER part of TOPIC; later discoveries keep them together.

    \b
    Example:
        filature topics merge retraite-age-reforme pensions-annuites
    """
    if topic == other:
        raise CommandError(f"{topic}: cannot be merged with itself; name two topics")
    with _changing(session, "topics merge", topic, other) as archive:
        archive.join_topics(topic, other, _now())
        documents = _find(archive, topic).documents
    session.say(f"{topic}: {other} is part of it, {counted(documents, 'document')}")


@topics.command()
@click.argument("topic")
@click.option("--write", is_flag=True, help="Append it to the config.toml in use.")
@command_options
def pin(session: Session, topic: str, write: bool) -> None:
    """Print a discovered TOPIC as a [[topics]] table for config.toml, where you can edit its terms.

    From the next `filature mine` on, it is given by its terms, to claims as well, and reported like the others.

    \b
    Examples:
        filature topics pin retraite-age-reforme
        filature topics pin retraite-age-reforme --write
    """
    from db.archive import Archive

    with Archive.open(session.archive, readonly=True) as archive:
        block = config_block(_find_discovered(archive, topic))
    if not write:
        click.echo(block, nl=False)
        return
    path = session.config_path
    if path is None:
        raise CommandError("no config.toml here to write to; give one with --config FILE, or leave out --write")
    _append(path, block)
    with _changing(session, "topics pin") as archive:
        from db.records import TopicEvent

        archive.note_topic_events([TopicEvent(topic, "pinned")], _now())
    session.say(f"{path}: [[topics]] {topic}; run filature mine")


def run_discover(session: Session, count: int | None = None) -> tuple[Discovery, int]:
    """Discover topics in all texts of the archive and store them; what was found, and in how many documents."""
    from nlp.discovery import discover

    with _changing(session, "topics discover") as archive, progress(session, "discover topics"):
        ids, texts = archive.document_ids(), Texts(archive)
        found = discover(texts, ids, previous=archive.known_topics(), topics=count, taken=archive.used_topic_ids())
        weights = zip(ids, found.assign(texts), strict=True)
        archive.save_discovery(_stored(found), weights, found.events, _now())
    return found, len(ids)


class Texts:
    """The texts of an archive, read anew each time they are iterated: memory never holds them all."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    def __iter__(self) -> Iterator[str]:
        return self._archive.texts()


def config_block(topic: TopicSummary) -> str:
    """The topic as a table of config.toml, its terms in the singular: plurals are found by themselves."""
    terms = list(dict.fromkeys(_singular(term) for term in topic.terms[:PINNED_TERMS]))
    lines = ("", "[[topics]]", f"name = {_quoted(topic.id)}", f"label = {_quoted(topic.label)}")
    return "\n".join((*lines, f"terms = [{', '.join(map(_quoted, terms))}]", ""))


def _singular(term: str) -> str:
    return " ".join(word.rstrip("s") if len(word) > 4 and not word.isupper() else word for word in term.split(" "))


def _quoted(text: str) -> str:
    """A basic string of TOML, which JSON's strings are."""
    return json.dumps(text, ensure_ascii=False)


def _append(path: Path, block: str) -> None:
    from filature.config import parse_config

    text = path.read_text(encoding="utf-8-sig")
    grown = text.rstrip("\n") + "\n" + block
    parse_config(grown, name=path.name, folder=path.parent)  # a name used twice, say, stops here
    path.write_text(grown, encoding="utf-8")


@contextmanager
def _changing(session: Session, command: str, *discovered: str) -> Iterator[Archive]:
    """The archive, held for a run of this command on topics that are to be `discovered` ones. Raises CommandError."""
    from db.archive import Archive
    from filature.wiring import recorded

    with Archive.open(session.archive, create=False) as archive:
        for topic in discovered:  # before there is a run: a wrong name is none that failed
            _find_discovered(archive, topic)
        with recorded(archive, command):
            yield archive


def _find(archive: Archive, name: str) -> TopicSummary:
    every = archive.topics()
    for topic in every:
        if topic.id == name:
            return topic
    listed = ", ".join(topic.id for topic in every) or "none yet; run `filature topics discover`"
    raise CommandError(f"no topic {name!r} in {archive.path}; topics: {listed}")


def _find_discovered(archive: Archive, name: str) -> TopicSummary:
    topic = _find(archive, name)
    if topic.origin != "discovered":
        raise CommandError(f"{name}: a topic of config.toml; change it there")
    return topic


def _stored(found: Discovery) -> list[DiscoveredTopic]:
    from db.records import DiscoveredTopic

    return [DiscoveredTopic(id=topic.id, label=topic.label, terms=topic.terms) for topic in found.topics]


def _as_json(found: Discovery) -> dict[str, object]:
    return {
        "topics": [asdict(topic) for topic in found.topics],
        "events": [asdict(event) for event in found.events],
        "tried": [asdict(quality) | {"score": quality.score} for quality in found.tried],
    }


def _list(title: str, topics: Sequence[TopicSummary]) -> None:
    """A title and a table, the largest topic first; claims are sorted into the topics of config.toml alone."""
    if not topics:
        return
    print_title(title)
    largest = sorted(topics, key=lambda topic: (-topic.documents, topic.id))
    print_table(
        ("topic", "documents", "claims", "label"),
        (
            (topic.id, topic.documents, topic.claims if topic.origin == "seeded" else "", topic.label)
            for topic in largest
        ),
    )


def _share(weight: float | None) -> str:
    return "" if weight is None else f"{weight:.0%}"


def _told(event: StoredEvent, topic: str) -> str:
    said = SAID[event.event].format(other=event.other)
    return said if event.topic == topic else f"{event.topic}: {said}"


def _now() -> str:
    from db.clock import now

    return now()

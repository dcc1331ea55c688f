"""From the configuration to what each stage takes. The stages know neither the file nor each other."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from db.archive import Archive
from db.records import Source, TopicSeed
from filature import __version__
from filature.config import Config, Harvest, SourceEntry
from filature.errors import ConfigError
from harvester.addresses import recognise
from harvester.fetch import HarvestSettings
from harvester.sites import READERS
from nlp.settings import MiningSettings

# What each kind of source in config.toml may be read as; the first where the address itself does not tell.
_READ_AS = {
    "threads": ("author", "thread", "ping"),
    "blog": ("site", "mediapart-blog", "wordpress-api"),
    "feed": ("feed",),
    "page": ("article", "mediapart-post", "thread"),
    "sitemap": ("sitemap",),
}


@dataclass(slots=True)
class Run:
    """A run under way: its id, and what will be noted when it ends."""

    id: int
    status: str = "ok"
    counts: dict[str, int] = field(default_factory=dict)


@contextmanager
def recorded(archive: Archive, command: str) -> Iterator[Run]:
    """Hold the archive for a command and note how it ended. Raises ArchiveHeldError when another run has it."""
    with archive.hold(command):
        run = Run(archive.start_run(command, __version__))
        try:
            yield run
        except KeyboardInterrupt:
            run.status = "interrupted"
            raise
        except BaseException:
            run.status = "failed"
            raise
        finally:
            archive.finish_run(run.id, run.status, run.counts)


def sources_of(config: Config, file: str = "config.toml") -> tuple[Source, ...]:
    """The sources to harvest, each with the kind of reader for its address. Raises ConfigError for a misfit."""
    mirrors = config.harvest.mirrors
    return tuple(
        _source(entry, mirrors, f"{file} [[sources]] {n} ({entry.name})") for n, entry in enumerate(config.sources, 1)
    )


def _source(entry: SourceEntry, mirrors: Mapping[str, str], place: str) -> Source:
    found = recognise(entry.url, READERS, mirrors)
    if found is None:
        raise ConfigError(f"{place}: {entry.url} is no page that can be read; give a thread or its author's page")
    allowed = _READ_AS[entry.kind] if entry.kind else (found.kind,)
    if entry.kind == "threads" and found.kind not in allowed:
        raise ConfigError(f"{place}: {entry.url} is not a page of threads; leave out kind to have it recognised")
    return Source(id=entry.name, kind=found.kind if found.kind in allowed else allowed[0], url=found.url)


def harvest_settings(config: Harvest) -> HarvestSettings:
    """How sites are asked."""
    return HarvestSettings(
        contact=config.contact,
        pause_seconds=config.pause_seconds,
        timeout_seconds=config.timeout_seconds,
        max_seconds_per_page=config.max_seconds_per_page,
        max_bytes=config.max_bytes,
        max_redirects=config.max_redirects,
        retries=config.retries,
        allow_private_addresses=config.allow_private_addresses,
        mirrors=config.mirrors,
    )


def mining_settings(config: Config) -> MiningSettings:
    """How texts are mined."""
    return MiningSettings(
        model=config.mining.model,
        processes=config.mining.processes or len(os.sched_getaffinity(0)),
        lexicons=config.mining.lexicons,
        topics=topic_seeds(config),
    )


def topic_seeds(config: Config) -> tuple[TopicSeed, ...]:
    """The topics of the configuration."""
    return tuple(TopicSeed(name=topic.name, label=topic.label, terms=topic.terms) for topic in config.topics)

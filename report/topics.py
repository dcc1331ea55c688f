"""Topic reports: one page a topic and an index, the same bytes from the same archive."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from db.archive import Archive
from db.reading import EntityCount, StoredCheck, TopicDocument, TopicSummary
from report.chart import month_chart
from report.html import render
from report.words import Words

CLAIMS = 200
DOCUMENTS = 500
ENTITIES = 15
LABELS = ("ORG", "PER", "POLICY", "LOC")


class ReportError(Exception):
    """What stops a report.

    ReportError
    └── UnknownTopicError
    """


class UnknownTopicError(ReportError):
    """A topic that the archive does not have."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        listed = ", ".join(known) or "none yet; run `filature mine` with [[topics]] in config.toml"
        super().__init__(f"no topic {name!r} in the archive; topics: {listed}")


@dataclass(frozen=True, slots=True)
class EntityGroup:
    """The names of one label that are shown, and how many are not."""

    shown: tuple[EntityCount, ...]
    left: int


def write_topics(archive: Archive, folder: Path, *, topics: Sequence[str] = (), lang: str = "fr") -> list[Path]:
    """Write `<topic>.html` for the topics named (all, when none is) and `index.html`; the files written.

    Raises UnknownTopicError, and OSError where the folder cannot be written.
    """
    words = Words(lang)
    every = archive.topics()
    chosen = _choose(every, topics)
    folder.mkdir(parents=True, exist_ok=True)
    pages = {f"{topic.id}.html": topic_page(archive, topic, words) for topic in chosen}
    # Names of topics become names of files: the configuration allows nothing in them that a path could be made of.
    listed = [topic for topic in every if f"{topic.id}.html" in pages or (folder / f"{topic.id}.html").exists()]
    pages["index.html"] = render("index.html", words, {"topics": sorted(listed, key=lambda topic: topic.label)})
    return [_written(folder / name, page) for name, page in pages.items()]


def topic_page(archive: Archive, topic: TopicSummary, words: Words) -> str:
    """The whole HTML page of one topic."""
    documents = archive.topic_documents(topic.id)
    claims = archive.topic_claims(topic.id, limit=CLAIMS)
    values = {
        "topic": topic,
        "author_count": len({document.author for document in documents if document.author}),
        "period": _period(documents, words),
        "chart": month_chart(archive.topic_months(topic.id)),
        "claims": claims,
        "claims_left": topic.claims - len(claims),
        "checks_of": _checks_of(archive.topic_checks(topic.id)),
        "entities": _grouped(archive.topic_entities(topic.id)),
        "documents": documents[::-1][:DOCUMENTS],
        "documents_left": max(len(documents) - DOCUMENTS, 0),
        "trace": _trace(archive, documents, words),
    }
    return render("topic.html", words, values)


def _choose(every: Sequence[TopicSummary], names: Sequence[str]) -> list[TopicSummary]:
    known = {topic.id: topic for topic in every}
    for name in names:
        if name not in known:
            raise UnknownTopicError(name, sorted(known))
    return [known[name] for name in dict.fromkeys(names)] if names else list(every)


def _period(documents: Sequence[TopicDocument], words: Words) -> str:
    dates = sorted(document.published_at for document in documents if document.published_at)
    if not dates:
        return ""
    months = dict.fromkeys(words.date(date[:7]) for date in (dates[0], dates[-1]))
    return " – ".join(months)


def _checks_of(checks: Sequence[StoredCheck]) -> dict[int, list[StoredCheck]]:
    """The checks that use an amount of each claim, by the claim's id."""
    found: dict[int, list[StoredCheck]] = defaultdict(list)
    for check in checks:
        for claim_id, _ in check.claims:
            found[claim_id].append(check)
    return dict(found)


def _grouped(entities: Sequence[EntityCount]) -> list[tuple[str, EntityGroup]]:
    groups = []
    for label in LABELS:
        named = [entity for entity in entities if entity.label == label]
        if named:
            groups.append((label, EntityGroup(tuple(named[:ENTITIES]), max(len(named) - ENTITIES, 0))))
    return groups


def _trace(archive: Archive, documents: Sequence[TopicDocument], words: Words) -> str:
    # The day of the archive, not of the report: the same archive gives the same bytes.
    seen = max((document.last_seen_at for document in documents), default=None)
    return words(
        "method_trace",
        version=version("filature"),
        pipeline=", ".join(archive.pipelines()) or "–",
        date=words.date(seen),
    )


def _written(path: Path, page: str) -> Path:
    path.write_text(page, encoding="utf-8", errors="replace", newline="\n")
    return path

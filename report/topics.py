"""Topic reports: one page a topic and an index, the same bytes from the same archive."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from urllib.parse import unquote, urlsplit

from db.archive import Archive
from db.reading import EntityCount, StoredCheck, TopicClaim, TopicDocument, TopicSummary
from report.chart import month_chart
from report.errors import UnknownNameError
from report.fragments import is_web
from report.html import render
from report.sums import explained
from report.words import Words

CLAIMS = 200
DOCUMENTS = 500
ENTITIES = 15
NEAR = 3
MUCH = 0.25  # of a document's words about any topic: below that, its sums without a topic of their own belong elsewhere
_NONE_YET = "; run `filature mine` with [[topics]] in config.toml"
LABELS = ("ORG", "PER", "POLICY", "LOC")


@dataclass(frozen=True, slots=True)
class EntityGroup:
    """The names of one label that are shown, and how many are not."""

    shown: tuple[EntityCount, ...]
    left: int


def write_topics(archive: Archive, folder: Path, *, topics: Sequence[str] = (), lang: str = "fr") -> list[Path]:
    """Write `<topic>.html` for the topics named and `index.html`; the files written.

    When none is named, all topics of config.toml have a page; discovered ones are written only when they are asked for.

    Raises UnknownNameError, and OSError where the folder cannot be written.
    """
    words = Words(lang)
    every = archive.topics()
    chosen = _choose(every, topics)
    folder.mkdir(parents=True, exist_ok=True)
    pages = {f"{topic.id}.html": topic_page(archive, topic, words) for topic in chosen}
    # Names of topics become names of files: the configuration allows nothing in them that a path could be made of.
    listed = [topic for topic in every if f"{topic.id}.html" in pages or (folder / f"{topic.id}.html").exists()]
    listed.sort(key=lambda topic: words.sort_key(topic.label))
    wrong = {topic.id: len(wrong_sums(archive, topic.id)) for topic in listed}
    pages["index.html"] = render("index.html", words, {"topics": listed, "wrong": wrong})
    return [_written(folder / name, page) for name, page in pages.items()]


def topic_page(archive: Archive, topic: TopicSummary, words: Words) -> str:
    """The whole HTML page of one topic."""
    documents = archive.topic_documents(topic.id)
    claims = archive.topic_claims(topic.id, limit=CLAIMS)
    checks = archive.topic_checks(topic.id)
    values = {
        "topic": topic,
        "author_count": len({document.author for document in documents if document.author}),
        "period": _period(documents, words),
        "wrong": wrong_sums(archive, topic.id),
        "explained": {check.id: explained(check, words) for check in checks},
        "chart": month_chart(archive.topic_months(topic.id)),
        "worth": [claim for claim in claims if claim.check_worthy or claim.verdict == "inconsistent"],
        "others": [claim for claim in claims if not claim.check_worthy and claim.verdict != "inconsistent"],
        "shown": {claim.id for claim in claims},
        "near": _near(claims),
        "langs": {claim.document_id: claim.lang for claim in claims},
        "claims_left": topic.claims - len(claims),
        "checks_of": _checks_of(checks),
        "entities": _grouped(archive.topic_entities(topic.id)),
        "documents": sorted(documents, key=lambda document: document.published_at or "", reverse=True)[:DOCUMENTS],
        "documents_left": max(len(documents) - DOCUMENTS, 0),
        "files": _files(archive, documents),
        "trace": _trace(archive, documents, words),
    }
    return render("topic.html", words, values)


def wrong_sums(archive: Archive, topic: str) -> list[StoredCheck]:
    """Checks that fail on claims about the topic, and those in documents that are about it in good part."""
    whole = {document.id for document in archive.topic_documents(topic) if (document.weight or 0) >= MUCH}
    checks = [check for check in archive.topic_checks(topic) if check.verdict == "inconsistent"]
    if not checks:
        return []
    about = {claim.id for claim in archive.topic_claims(topic)}
    return [check for check in checks if check.document_id in whole or about & {number for number, _ in check.claims}]


def _choose(every: Sequence[TopicSummary], names: Sequence[str]) -> list[TopicSummary]:
    known = {topic.id: topic for topic in every}
    for name in names:
        if name not in known:
            raise UnknownNameError("topic", name, sorted(known), _NONE_YET)
    if names:
        return [known[name] for name in dict.fromkeys(names)]
    return [topic for topic in every if topic.origin == "seeded"]


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


def _near(claims: Sequence[TopicClaim]) -> dict[int, list[TopicClaim]]:
    """By a claim's id, the claims of other documents that are taken to say the same."""
    groups: dict[int | None, list[TopicClaim]] = defaultdict(list)
    for claim in claims:
        groups[claim.group_id].append(claim)
    groups.pop(None, None)
    found = {}
    for group in groups.values():
        for claim in group:
            found[claim.id] = [other for other in group if other.document_id != claim.document_id][:NEAR]
    return found


def _files(archive: Archive, documents: Sequence[TopicDocument]) -> dict[int, str]:
    """The names of the files from which documents without an address on the web were imported."""
    found = {}
    for document in documents:
        if document.snapshot and not is_web(document.url):
            sights = archive.sights(document.snapshot)
            found[document.id] = unquote(urlsplit(sights[0].url).path).rpartition("/")[2] if sights else ""
    return found


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

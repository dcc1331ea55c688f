"""An archive with two invented documents on one topic, mined by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from db.archive import Archive
from db.records import (
    Author,
    Check,
    Claim,
    Document,
    Entity,
    Fetch,
    Findings,
    Mention,
    Operand,
    Post,
    Quantity,
    Target,
    TopicSeed,
    TopicWeight,
    Visit,
    join_posts,
)

THREAD = "https://threads.example/t/100"
BLOG = "https://blog.example/<script>"
SENTENCE = "Selon la Cour, 60 prestataires coûtent 500 € par jour chacun, soit 40 000 € par jour."
SEEDS = [
    TopicSeed(name="externalisation", label="Externalisation <&>", terms=("prestataire*",)),
    TopicSeed(name="vaccination", label="Vaccination", terms=("vaccin*",)),
]
WEIGHT = (TopicWeight(topic="externalisation", weight=1.0, words=("prestataires",)),)


def thread() -> Document:
    text, posts = join_posts(
        [
            Post(id="100", text=f"Parlons d'argent.\n{SENTENCE}", url="https://x.example/lagent/status/100"),
            Post(id="101", text="Et personne ne recompte."),
        ]
    )
    return Document(
        kind="thread", url=THREAD, text=text, posts=posts, author=Author(handle="lagent"), title="L'argent", lang="fr",
        published_at="2021-05-01T08:00:00.000Z", published_from="snowflake",
    )  # fmt: skip


def post() -> Document:
    return Document(
        kind="post", url=BLOG, text="<b>Prestataires</b> : l'administration n'en sort pas.",
        title="<img src=x onerror=alert(1)>", author=Author(name="Une lectrice"),
        published_at="2021-03-09T08:00:00.000Z", published_from="feed",
    )  # fmt: skip


def findings(text: str) -> Findings:
    if SENTENCE not in text:
        return Findings(topics=WEIGHT)
    at = text.index(SENTENCE)

    def amount(surface: str, value: float, unit: str) -> Quantity:
        start = text.index(surface)
        return Quantity(surface=surface, value=value, unit=unit, start=start, end=start + len(surface))

    people, each, stated = (
        amount("60 prestataires", 60, "prestataire"),
        amount("500 €", 500, "EUR"),
        amount("40 000 €", 40_000, "EUR"),
    )
    court = Entity(id="ORG:cour-des-comptes", name="Cour des comptes", label="ORG", handle="Courdescomptes")
    start = text.index("la Cour")
    return Findings(
        mentions=(Mention(surface="la Cour", label="ORG", entity=court, start=start, end=start + 7),),
        quantities=(people, each, stated),
        claims=(
            Claim(
                text=SENTENCE, kind="quantity", check_worthy=True, score=0.9, attributed_to="la Cour", topics=WEIGHT,
                start=at, end=at + len(SENTENCE),
            ),
        ),
        checks=(
            Check(
                relation="product", stated=40_000, computed=30_000, unit="EUR", verdict="inconsistent",
                explanation="60 × 500 € = 30 000 €, le texte dit 40 000 €",
                operands=(
                    Operand(role="factor", quantity=people),
                    Operand(role="factor", quantity=each),
                    Operand(role="result", quantity=stated),
                ),
            ),
        ),
        topics=WEIGHT,
    )  # fmt: skip


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "archive.db") as opened:
        fill(opened)
        yield opened


def fill(archive: Archive) -> None:
    """Harvest the two documents and mine them."""
    run = archive.start_run("harvest", "0.1.0")
    for document in (thread(), post()):
        fetch = Fetch(
            url=document.url, final_url=document.url, fetched_at="2021-06-01T08:00:00.000Z", elapsed_ms=1, status=200,
            body=b"page",
        )  # fmt: skip
        target = Target(url=document.url, kind="thread", state="done")
        archive.save_visit(run, Visit(target=target, fetches=(fetch,), documents=(document,)))
    archive.save_topics(SEEDS)
    for task in list(archive.documents_to_mine("by-hand")):
        archive.save_findings(task, "by-hand", findings(task.text), "2021-06-02T08:00:00.000Z")

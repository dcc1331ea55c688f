"""What a topic report reads: of the documents of a scope, what is about each topic, counted and chosen in SQL.

A report holds tens of claims where a topic may have a hundred thousand: counting, ordering and choosing are done where
the rows are, and only what is shown comes out.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import TypeVar

from db import gaps, report_claims
from db.claims import PUBLISHED, Chosen, of_chosen
from db.reading import EntityCount, StoredCheck, TopicDocument
from db.topic_facts import ReportClaim, Term, TopicAuthor, TopicMonth, TopicNumbers

MUCH = 0.25  # of a document's words about any topic: below that, its sums without a topic of their own belong elsewhere
UNNAMED = "unnamed"  # what mining writes where a text says "on nous dit que"
_AUTHOR = "coalesce('@' || a.handle, a.name)"
_DURATIONS = ("an", "mois", "semaine", "jour", "heure", "minute", "seconde", "fois")
R = TypeVar("R")


class TopicReader:
    """The facts of the documents of one scope, on some topics. Use it while the archive is open."""

    def __init__(self, conn: sqlite3.Connection, chosen: Chosen, topics: Sequence[str]) -> None:
        self._conn = conn
        self.topics = tuple(topics)
        self._choose(chosen)
        self._find()
        self._find_wrong()

    def _choose(self, chosen: Chosen) -> None:
        self._conn.execute("CREATE TEMP TABLE chosen (id INTEGER PRIMARY KEY, author_id INTEGER, published_at TEXT)")
        self._conn.execute(
            f"INSERT INTO chosen SELECT d.id, d.author_id, d.published_at FROM documents d WHERE {PUBLISHED}",
            of_chosen(chosen),
        )

    def _find(self) -> None:
        self._conn.execute(
            "CREATE TEMP TABLE found (topic_id TEXT, document_id INTEGER, weight REAL, claims INTEGER,"
            " check_worthy INTEGER, PRIMARY KEY (topic_id, document_id)) WITHOUT ROWID"
        )
        for topic in self.topics:
            self._conn.execute(
                """
                INSERT INTO found
                SELECT :topic, document_id, max(weight), sum(claims), sum(check_worthy) FROM (
                    SELECT document_id, weight, 0 AS claims, 0 AS check_worthy FROM document_topics
                    WHERE topic_id = :topic
                    UNION ALL
                    SELECT c.document_id, NULL, 1, c.check_worthy
                    FROM claim_topics ct JOIN claims c ON c.id = ct.claim_id WHERE ct.topic_id = :topic
                ) WHERE document_id IN (SELECT id FROM chosen) GROUP BY document_id
                """,
                {"topic": topic},
            )

    def _find_wrong(self) -> None:
        self._conn.execute("CREATE TEMP TABLE wrong (topic_id TEXT, check_id INTEGER, document_id INTEGER)")
        self._conn.execute(
            """
            INSERT INTO wrong
            SELECT f.topic_id, k.id, k.document_id
            FROM checks k JOIN chosen c ON c.id = k.document_id CROSS JOIN json_each(?) t
            JOIN found f ON f.topic_id = t.value AND f.document_id = k.document_id
            WHERE k.verdict = 'inconsistent' AND (f.weight >= ? OR EXISTS (
                SELECT 1 FROM check_quantities cq JOIN quantities q ON q.id = cq.quantity_id
                JOIN claim_topics ct ON ct.claim_id = q.claim_id AND ct.topic_id = f.topic_id
                WHERE cq.check_id = k.id))
            """,
            (json.dumps(self.topics), MUCH),
        )

    # --- Counts -------------------------------------------------------------------------------------------

    def numbers(self) -> list[TopicNumbers]:
        """Each topic in numbers, in the order asked for; also those that nothing is about."""
        rows = self._conn.execute(
            """
            SELECT t.id, t.label, t.origin, count(f.document_id), coalesce(sum(f.claims), 0),
                coalesce(sum(f.check_worthy), 0), (SELECT count(*) FROM wrong w WHERE w.topic_id = t.id),
                count(DISTINCT d.author_id), coalesce(sum(d.gone_at IS NOT NULL), 0),
                coalesce(sum(d.id IS NOT NULL AND d.author_id IS NULL), 0),
                coalesce(sum(d.id IS NOT NULL AND d.published_at IS NULL), 0), min(d.published_at), max(d.published_at)
            FROM topics t LEFT JOIN found f ON f.topic_id = t.id LEFT JOIN documents d ON d.id = f.document_id
            WHERE t.id IN (SELECT value FROM json_each(?)) GROUP BY t.id
            """,
            (json.dumps(self.topics),),
        )
        found = {row[0]: TopicNumbers(**dict(zip(TopicNumbers.__slots__, row, strict=True))) for row in rows}
        return [found[topic] for topic in self.topics]

    def whole(self) -> dict[str, int]:
        """The scope over all its topics: what is about two of them counts once."""
        documents, authors, gone = self._conn.execute(
            "SELECT count(*), count(DISTINCT d.author_id), coalesce(sum(d.gone_at IS NOT NULL), 0)"
            " FROM documents d WHERE d.id IN (SELECT document_id FROM found)"
        ).fetchone()
        claims, worth = self._conn.execute(
            "SELECT count(*), coalesce(sum(c.check_worthy), 0) FROM (SELECT DISTINCT claim_id FROM claim_topics"
            " WHERE topic_id IN (SELECT value FROM json_each(?))) ct JOIN claims c ON c.id = ct.claim_id"
            " WHERE c.document_id IN (SELECT id FROM chosen)",
            (json.dumps(self.topics),),
        ).fetchone()
        (wrong,) = self._conn.execute("SELECT count(DISTINCT check_id) FROM wrong").fetchone()
        return {"documents": documents, "claims": claims, "check_worthy": worth, "wrong_sums": wrong,
                "authors": authors, "gone": gone}  # fmt: skip

    def unknown(self) -> tuple[int, int]:
        """How many documents of the scope have no known author, and how many no day."""
        row = self._conn.execute(
            "SELECT coalesce(sum(d.author_id IS NULL), 0), coalesce(sum(d.published_at IS NULL), 0)"
            " FROM documents d WHERE d.id IN (SELECT document_id FROM found)"
        ).fetchone()
        return row[0], row[1]

    def months(self, topic: str) -> list[TopicMonth]:
        """A topic by month of publication, in order, months with nothing left out."""
        rows = self._conn.execute(
            """
            SELECT substr(d.published_at, 1, 7) AS month, count(*), sum(f.claims), sum(f.check_worthy),
                sum((SELECT count(*) FROM wrong w WHERE w.topic_id = f.topic_id AND w.document_id = f.document_id))
            FROM found f JOIN chosen d ON d.id = f.document_id
            WHERE f.topic_id = ? AND d.published_at IS NOT NULL GROUP BY month ORDER BY month
            """,
            (topic,),
        )
        return [TopicMonth(**dict(zip(TopicMonth.__slots__, row, strict=True))) for row in rows]

    def authors(self, topic: str, limit: int) -> list[TopicAuthor]:
        """Who writes most about a topic: by documents, then claims; documents whose author is not known last."""
        return self._authors("f.topic_id = :topic", {"topic": topic, "limit": limit})

    def whole_authors(self, limit: int) -> list[TopicAuthor]:
        """Who writes most about any of the topics; a claim about two topics counts twice."""
        return self._authors("1", {"limit": limit})

    def _authors(self, which: str, values: dict[str, object]) -> list[TopicAuthor]:
        rows = self._conn.execute(
            f"""
            SELECT x.author_id, {_AUTHOR}, x.documents, x.claims, x.check_worthy FROM (
                SELECT d.author_id, count(DISTINCT f.document_id) AS documents, sum(f.claims) AS claims,
                    sum(f.check_worthy) AS check_worthy
                FROM found f JOIN chosen d ON d.id = f.document_id WHERE {which} GROUP BY d.author_id
            ) x LEFT JOIN authors a ON a.id = x.author_id
            ORDER BY x.author_id IS NULL, x.documents DESC, x.claims DESC, 2 LIMIT :limit
            """,
            values,
        )
        return [TopicAuthor(**dict(zip(TopicAuthor.__slots__, row, strict=True))) for row in rows]

    def topics_of(self, authors: Iterable[int | None]) -> dict[int | None, dict[str, int]]:
        """How many documents of each of these authors are about each topic."""
        found: dict[int | None, dict[str, int]] = defaultdict(dict)
        rows = self._conn.execute(
            "SELECT d.author_id, f.topic_id, count(*) FROM found f JOIN chosen d ON d.id = f.document_id"
            " WHERE d.author_id IN (SELECT value FROM json_each(?)) GROUP BY 1, 2",
            (json.dumps(list(authors)),),
        )
        for author, topic, documents in rows:
            found[author][topic] = documents
        return found

    def terms(self, topic: str, limit: int) -> list[Term]:
        """The words by which claims of the scope came into a topic, those of most claims first."""
        rows = self._conn.execute(
            # ct.words is short: what is counted are words of a list, not texts.
            "SELECT min(w.value), count(*) AS n FROM claim_topics ct JOIN claims c ON c.id = ct.claim_id,"
            " json_each(ct.words) w WHERE ct.topic_id = ? AND c.document_id IN (SELECT id FROM chosen)"
            " GROUP BY lower(w.value) ORDER BY n DESC, 1 LIMIT ?",
            (topic, limit),
        )
        return [Term(term=row[0], claims=row[1]) for row in rows]

    def seeds(self, topic: str) -> tuple[str, ...]:
        """The terms of a topic, as config.toml or the discovery gave them."""
        rows = self._conn.execute("SELECT term FROM topic_terms WHERE topic_id = ? ORDER BY rank", (topic,))
        return tuple(row[0] for row in rows)

    def entities(self, topic: str, limit: int) -> list[EntityCount]:
        """What documents about a topic name: the `limit` of each label that most documents name."""
        rows = self._conn.execute(
            """
            SELECT id, name, label, handle, wikidata, documents, mentions FROM (
                SELECT e.id, e.name, e.label, e.handle, e.wikidata, x.documents, x.mentions,
                    row_number() OVER (PARTITION BY e.label ORDER BY x.documents DESC, x.mentions DESC, e.name) AS rank
                FROM (
                    SELECT m.entity_id, count(DISTINCT m.document_id) AS documents, count(*) AS mentions
                    FROM found f JOIN mentions m ON m.document_id = f.document_id
                    WHERE f.topic_id = :topic GROUP BY m.entity_id
                ) x JOIN entities e ON e.id = x.entity_id
            ) WHERE rank <= :limit ORDER BY label, rank
            """,
            {"topic": topic, "limit": limit},
        )
        return [EntityCount(*row) for row in rows]

    def documents(self, topic: str, limit: int) -> list[TopicDocument]:
        """The newest documents about a topic, undated ones last."""
        rows = self._conn.execute(
            f"""
            SELECT d.id, d.kind, d.url, d.title, d.opening, {_AUTHOR}, d.published_at, d.words, f.weight, f.claims,
                d.version, d.snapshot, d.first_seen_at, d.last_seen_at, d.gone_at
            FROM (
                SELECT f.document_id, f.weight, f.claims FROM found f JOIN chosen d ON d.id = f.document_id
                WHERE f.topic_id = :topic ORDER BY d.published_at DESC, d.id DESC LIMIT :limit
            ) f JOIN documents d ON d.id = f.document_id LEFT JOIN authors a ON a.id = d.author_id
            ORDER BY d.published_at DESC, d.id DESC
            """,
            {"topic": topic, "limit": limit},
        )
        return [TopicDocument(*row) for row in rows]

    def gone(self, limit: int) -> list[gaps.GoneDocument]:
        """Documents about any of the topics that were taken down, the last first."""
        return gaps.gone(self._conn, "SELECT document_id FROM found", limit)

    def unread(self) -> list[gaps.Unread]:
        """What the harvest could not read, in the whole archive."""
        return gaps.unread(self._conn)

    def held(self) -> gaps.Held:
        """The archive as a whole."""
        return gaps.held(self._conn)

    # --- Claims -------------------------------------------------------------------------------------------

    def wrong_sums(self, topic: str, limit: int) -> list[StoredCheck]:
        """Sums that do not agree, in claims about the topic and in documents that are about it in good part."""
        return report_claims.checks(
            self._conn, "SELECT check_id FROM wrong WHERE topic_id = ? ORDER BY check_id DESC LIMIT ?", (topic, limit)
        )

    def strongest(self, topic: str, limit: int, *, quoted: bool = False, without: Collection[int] = ()) -> list[int]:
        """The claims about a topic that are most worth a check: claims.id, those that somebody else is quoted with
        only when `quoted`, newest first among equals."""
        rows = self._conn.execute(
            """
            SELECT c.id FROM claim_topics ct JOIN claims c ON c.id = ct.claim_id JOIN chosen d ON d.id = c.document_id
            WHERE ct.topic_id = :topic AND (NOT :quoted OR c.attributed_to IS NOT NULL)
                AND c.id NOT IN (SELECT value FROM json_each(:without))
            ORDER BY c.attributed_to IS :unnamed AND :quoted, c.check_worthy DESC, c.score DESC, d.published_at DESC,
                c.id LIMIT :limit
            """,
            {"topic": topic, "quoted": quoted, "without": json.dumps(list(without)), "unnamed": UNNAMED,
             "limit": limit},
        )  # fmt: skip
        return [row[0] for row in rows]

    def amounts(self, topic: str, *, units: int, limit: int) -> list[tuple[str | None, list[int]]]:
        """Units that claims about a topic measure in, with the claims to set side by side: unit, quantities.id.

        Money first, then shares, then what most documents count; lengths of time last. Of each unit the largest
        amounts, an amount that one document repeats once.
        """
        rows = self._conn.execute(
            f"""
            WITH told AS (
                SELECT q.unit, q.value, min(q.id) AS id, q.document_id
                FROM claim_topics ct JOIN quantities q ON q.claim_id = ct.claim_id
                WHERE ct.topic_id = :topic AND q.unit IS NOT NULL AND q.document_id IN (SELECT id FROM chosen)
                GROUP BY q.unit, q.value, q.document_id
            ), ranked AS (
                SELECT unit, id, row_number() OVER (PARTITION BY unit ORDER BY value DESC, id) AS rank,
                    count(*) OVER (PARTITION BY unit) AS amounts FROM told
            )
            SELECT unit, id, amounts FROM ranked WHERE rank <= :limit AND amounts > 1
            ORDER BY unit IN ({", ".join(f"'{unit}'" for unit in _DURATIONS)}), unit <> 'EUR', unit <> '%',
                amounts DESC, unit, rank
            """,
            {"topic": topic, "limit": limit},
        )
        found: dict[str | None, list[int]] = defaultdict(list)
        for unit, key, _ in rows:
            found[unit].append(key)
        return list(found.items())[:units]

    def claims_of_quantities(self, quantities: Sequence[int]) -> dict[int, tuple[int, int]]:
        """By quantities.id: the claim it stands in, and where it starts in the claim's text."""
        rows = self._conn.execute(
            "SELECT q.id, c.id, q.start - c.start FROM json_each(?) x JOIN quantities q ON q.id = x.value"
            " JOIN claims c ON c.id = q.claim_id",
            (json.dumps(list(quantities)),),
        )
        return {row[0]: (row[1], row[2]) for row in rows}

    def claims(self, ids: Sequence[int]) -> list[ReportClaim]:
        """These claims, in the order given."""
        return report_claims.claims(self._conn, ids)


def read_topics(conn: sqlite3.Connection, chosen: Chosen, topics: Sequence[str], work: Callable[[TopicReader], R]) -> R:
    """What `work` makes of these topics (their ids): all it reads is of one moment, though a harvest goes on."""
    conn.execute("PRAGMA temp_store = MEMORY")
    conn.execute("BEGIN")
    try:
        return work(TopicReader(conn, chosen, topics))
    finally:
        conn.execute("ROLLBACK")  # nothing was changed; the tables made for this are gone

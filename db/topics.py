"""The topics of config.toml, and those that were discovered."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from db.records import TopicSeed


def save_topics(conn: sqlite3.Connection, seeds: Sequence[TopicSeed], origin: str) -> None:
    """Store topics and their terms in order; those of this `origin` that are not named and not used are dropped."""
    conn.executemany(
        "INSERT INTO topics (id, name, label, origin) VALUES (?1, ?1, ?2, ?3)"
        " ON CONFLICT (id) DO UPDATE SET label = ?2, origin = ?3 WHERE label <> ?2 OR origin <> ?3",
        [(seed.name, seed.label, origin) for seed in seeds],
    )
    conn.executemany("DELETE FROM topic_terms WHERE topic_id = ?", [(seed.name,) for seed in seeds])
    conn.executemany(
        "INSERT OR IGNORE INTO topic_terms (topic_id, term, rank, weight) VALUES (?, ?, ?, 1.0)",
        [(seed.name, term, rank) for seed in seeds for rank, term in enumerate(seed.terms, 1)],
    )
    named = {seed.name for seed in seeds}
    unused = conn.execute(
        "SELECT id FROM topics WHERE origin = ? AND id NOT IN (SELECT topic_id FROM claim_topics)"
        " AND id NOT IN (SELECT topic_id FROM document_topics)",
        (origin,),
    ).fetchall()
    conn.executemany("DELETE FROM topics WHERE id = ?", [row for row in unused if row[0] not in named])

"""The schema, by migrations only: oldest first, one transaction each, never edited once released."""

from __future__ import annotations

from sqlite_utils import Database, Migrations

from db.chain import COLUMNS, digest, link

migrations = Migrations("filature")


def _run(db: Database, statements: str) -> None:
    """One by one: sqlite3's executescript would commit the transaction that the migration runs in."""
    for statement in statements.split(";\n"):
        if statement.strip():
            db.conn.execute(statement)


@migrations()
def m001_runs_queue_and_answers(db: Database) -> None:
    _run(
        db,
        """
        CREATE TABLE runs (
            id INTEGER PRIMARY KEY, command TEXT NOT NULL, started_at TEXT NOT NULL, finished_at TEXT,
            status TEXT NOT NULL, counts TEXT NOT NULL DEFAULT '{}', version TEXT NOT NULL
        );
        CREATE TABLE sources (
            id TEXT PRIMARY KEY NOT NULL, kind TEXT NOT NULL, url TEXT NOT NULL, last_checked_at TEXT, last_error TEXT
        );
        CREATE TABLE snapshots (
            sha256 TEXT PRIMARY KEY NOT NULL, bytes INTEGER NOT NULL, first_fetched_at TEXT NOT NULL, body BLOB NOT NULL
        );
        CREATE TABLE fetches (
            id INTEGER PRIMARY KEY, run_id INTEGER NOT NULL REFERENCES runs(id), url TEXT NOT NULL,
            final_url TEXT NOT NULL, status INTEGER, content_type TEXT, bytes INTEGER,
            snapshot TEXT REFERENCES snapshots(sha256), elapsed_ms INTEGER NOT NULL, error TEXT,
            fetched_at TEXT NOT NULL, etag TEXT, last_modified TEXT, headers TEXT NOT NULL
        );
        CREATE INDEX fetches_url ON fetches(url, id);
        CREATE INDEX fetches_run_id ON fetches(run_id);
        CREATE INDEX fetches_snapshot ON fetches(snapshot)
        """,
    )


@migrations()
def m002_documents_and_what_they_show(db: Database) -> None:
    # `text` comes last: SQLite follows a long row's overflow pages up to the last column that is asked for.
    _run(
        db,
        """
        CREATE TABLE authors (id INTEGER PRIMARY KEY, handle TEXT COLLATE NOCASE, name TEXT, url TEXT);
        CREATE UNIQUE INDEX authors_handle ON authors(handle) WHERE handle IS NOT NULL;
        CREATE UNIQUE INDEX authors_name_url ON authors(coalesce(name, ''), coalesce(url, '')) WHERE handle IS NULL;
        CREATE TABLE documents (
            id INTEGER PRIMARY KEY, kind TEXT NOT NULL, url TEXT NOT NULL UNIQUE, title TEXT,
            author_id INTEGER REFERENCES authors(id), published_at TEXT, published_from TEXT, lang TEXT,
            words INTEGER NOT NULL, source TEXT, snapshot TEXT REFERENCES snapshots(sha256),
            version INTEGER NOT NULL DEFAULT 1, first_seen_at TEXT NOT NULL, last_seen_at TEXT NOT NULL, gone_at TEXT,
            digest TEXT NOT NULL, opening TEXT NOT NULL, text TEXT NOT NULL
        );
        CREATE INDEX documents_author_id ON documents(author_id);
        CREATE INDEX documents_published_at ON documents(published_at);
        CREATE INDEX documents_kind ON documents(kind, published_at);
        CREATE INDEX documents_source ON documents(source);
        CREATE INDEX documents_snapshot ON documents(snapshot);
        CREATE INDEX documents_opening ON documents(opening);
        CREATE INDEX documents_gone_at ON documents(gone_at) WHERE gone_at IS NOT NULL;
        CREATE TABLE versions (
            document_id INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE, version INTEGER NOT NULL,
            title TEXT, snapshot TEXT REFERENCES snapshots(sha256), seen_at TEXT NOT NULL, posts TEXT NOT NULL,
            text TEXT NOT NULL, PRIMARY KEY (document_id, version)
        );
        CREATE INDEX versions_snapshot ON versions(snapshot);
        CREATE TABLE posts (
            pk INTEGER PRIMARY KEY, id TEXT NOT NULL,
            document_id INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE, position INTEGER NOT NULL,
            text TEXT NOT NULL, posted_at TEXT, url TEXT, start INTEGER NOT NULL, "end" INTEGER NOT NULL,
            UNIQUE (document_id, id)
        );
        CREATE INDEX posts_id ON posts(id);
        CREATE TABLE links (
            id INTEGER PRIMARY KEY, document_id INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
            post_id TEXT, kind TEXT NOT NULL, url TEXT NOT NULL, display TEXT NOT NULL, domain TEXT
        );
        CREATE INDEX links_document_id ON links(document_id, post_id);
        CREATE INDEX links_domain ON links(domain) WHERE kind IN ('link', 'quote');
        CREATE TABLE media (
            id INTEGER PRIMARY KEY, document_id INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
            post_id TEXT, kind TEXT NOT NULL, url TEXT NOT NULL, alt TEXT NOT NULL
        );
        CREATE INDEX media_document_id ON media(document_id, post_id);
        CREATE TABLE cards (
            id INTEGER PRIMARY KEY, document_id INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
            url TEXT, handle TEXT COLLATE NOCASE, date_text TEXT, tweets INTEGER, excerpt TEXT NOT NULL, opening TEXT,
            thread_id INTEGER REFERENCES documents(id) ON DELETE SET NULL
        );
        CREATE INDEX cards_document_id ON cards(document_id);
        CREATE INDEX cards_thread_id ON cards(thread_id);
        CREATE INDEX cards_url ON cards(url) WHERE thread_id IS NULL;
        CREATE INDEX cards_opening ON cards(opening) WHERE thread_id IS NULL;
        CREATE TABLE targets (
            id INTEGER PRIMARY KEY, url TEXT NOT NULL UNIQUE, source TEXT, kind TEXT NOT NULL, state TEXT NOT NULL,
            host TEXT NOT NULL, document_id INTEGER REFERENCES documents(id) ON DELETE SET NULL, discovered_from TEXT,
            next_attempt_at TEXT, attempts INTEGER NOT NULL DEFAULT 0, last_error TEXT
        );
        CREATE INDEX targets_due ON targets(host, id, next_attempt_at, source)
            WHERE state = 'waiting' OR next_attempt_at IS NOT NULL;
        CREATE INDEX targets_state ON targets(state, source);
        CREATE INDEX targets_document_id ON targets(document_id)
        """,
    )


@migrations()
def m003_what_mining_finds(db: Database) -> None:
    _run(
        db,
        """
        CREATE TABLE analyses (
            document_id INTEGER PRIMARY KEY REFERENCES documents(id) ON DELETE CASCADE, version INTEGER NOT NULL,
            pipeline TEXT NOT NULL, analysed_at TEXT NOT NULL
        );
        CREATE TABLE entities (
            id TEXT PRIMARY KEY NOT NULL, name TEXT NOT NULL, label TEXT NOT NULL, handle TEXT, wikidata TEXT
        );
        CREATE TABLE mentions (
            id INTEGER PRIMARY KEY, document_id INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
            post_id TEXT, start INTEGER NOT NULL, "end" INTEGER NOT NULL, surface TEXT NOT NULL, label TEXT NOT NULL,
            entity_id TEXT NOT NULL REFERENCES entities(id), rule TEXT NOT NULL
        );
        CREATE INDEX mentions_document_id ON mentions(document_id, start);
        CREATE INDEX mentions_entity_id ON mentions(entity_id, document_id);
        CREATE TABLE claims (
            id INTEGER PRIMARY KEY, document_id INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
            post_id TEXT, start INTEGER NOT NULL, "end" INTEGER NOT NULL, text TEXT NOT NULL, kind TEXT NOT NULL,
            check_worthy INTEGER NOT NULL, score REAL NOT NULL, polarity TEXT NOT NULL, attributed_to TEXT,
            rule TEXT NOT NULL
        );
        CREATE INDEX claims_document_id ON claims(document_id, start);
        CREATE INDEX claims_score ON claims(score);
        CREATE INDEX claims_kind ON claims(kind);
        CREATE TABLE quantities (
            id INTEGER PRIMARY KEY, document_id INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
            claim_id INTEGER REFERENCES claims(id) ON DELETE CASCADE, start INTEGER NOT NULL, "end" INTEGER NOT NULL,
            surface TEXT NOT NULL, value REAL NOT NULL, unit TEXT, bound TEXT NOT NULL, counted TEXT, per TEXT,
            rule TEXT NOT NULL
        );
        CREATE INDEX quantities_document_id ON quantities(document_id, start);
        CREATE INDEX quantities_claim_id ON quantities(claim_id);
        CREATE INDEX quantities_unit ON quantities(unit, value);
        CREATE TABLE topics (
            id TEXT PRIMARY KEY NOT NULL, name TEXT NOT NULL, label TEXT NOT NULL, origin TEXT NOT NULL
        );
        CREATE TABLE topic_terms (
            topic_id TEXT NOT NULL REFERENCES topics(id) ON DELETE CASCADE, term TEXT NOT NULL, rank INTEGER NOT NULL,
            weight REAL NOT NULL, PRIMARY KEY (topic_id, term)
        ) WITHOUT ROWID;
        CREATE TABLE claim_topics (
            claim_id INTEGER NOT NULL REFERENCES claims(id) ON DELETE CASCADE,
            topic_id TEXT NOT NULL REFERENCES topics(id) ON DELETE CASCADE, weight REAL NOT NULL, words TEXT NOT NULL,
            PRIMARY KEY (claim_id, topic_id)
        ) WITHOUT ROWID;
        CREATE INDEX claim_topics_topic_id ON claim_topics(topic_id, weight);
        CREATE TABLE document_topics (
            document_id INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
            topic_id TEXT NOT NULL REFERENCES topics(id) ON DELETE CASCADE, weight REAL NOT NULL, words TEXT NOT NULL,
            PRIMARY KEY (document_id, topic_id)
        ) WITHOUT ROWID;
        CREATE INDEX document_topics_topic_id ON document_topics(topic_id, weight);
        CREATE TABLE claim_groups (
            claim_id INTEGER PRIMARY KEY REFERENCES claims(id) ON DELETE CASCADE, group_id INTEGER NOT NULL
        );
        CREATE INDEX claim_groups_group_id ON claim_groups(group_id);
        CREATE TABLE checks (
            id INTEGER PRIMARY KEY, document_id INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
            relation TEXT NOT NULL, stated REAL, computed REAL NOT NULL, unit TEXT, verdict TEXT NOT NULL,
            explanation TEXT NOT NULL, rule TEXT NOT NULL
        );
        CREATE INDEX checks_document_id ON checks(document_id);
        CREATE INDEX checks_verdict ON checks(verdict);
        CREATE TABLE check_quantities (
            check_id INTEGER NOT NULL REFERENCES checks(id) ON DELETE CASCADE,
            quantity_id INTEGER NOT NULL REFERENCES quantities(id) ON DELETE CASCADE, role TEXT NOT NULL,
            PRIMARY KEY (check_id, quantity_id, role)
        ) WITHOUT ROWID;
        CREATE INDEX check_quantities_quantity_id ON check_quantities(quantity_id)
        """,
    )


@migrations()
def m004_full_text_search(db: Database) -> None:
    # External content: the words are indexed, the texts are not stored twice. Filled by a statement for many rows
    # (db/fulltext.py, db/findings.py): triggers, row by row, took 2.5 times as long.
    for table, columns, rowid in (
        ("documents", "title, text", "id"),
        ("posts", "text", "pk"),
        ("claims", "text", "id"),
    ):
        db.conn.execute(
            f'CREATE VIRTUAL TABLE {table}_fts USING fts5({columns}, content="{table}", content_rowid="{rowid}",'
            " tokenize='unicode61 remove_diacritics 2')"
        )


@migrations()
def m005_views_in_plain_words(db: Database) -> None:
    _run(
        db,
        """
        CREATE VIEW threads AS
        SELECT d.id AS document_id, coalesce('@' || a.handle, a.name) AS author, substr(d.published_at, 1, 10) AS date,
            (SELECT count(*) FROM posts p WHERE p.document_id = d.id) AS posts, d.words, d.title, d.url AS link,
            d.version, d.first_seen_at, d.last_seen_at, d.gone_at, d.text
        FROM documents d LEFT JOIN authors a ON a.id = d.author_id
        WHERE d.kind = 'thread';

        CREATE VIEW claims_with_sources AS
        SELECT c.id AS claim_id, c.text AS claim, c.kind, c.check_worthy, c.score, c.polarity,
            (SELECT group_concat(t.label, ', ') FROM claim_topics ct JOIN topics t ON t.id = ct.topic_id
                WHERE ct.claim_id = c.id) AS topics,
            (SELECT group_concat(q.surface, ' | ') FROM quantities q WHERE q.claim_id = c.id) AS amounts,
            (SELECT k.verdict FROM quantities q JOIN check_quantities cq ON cq.quantity_id = q.id
                JOIN checks k ON k.id = cq.check_id WHERE q.claim_id = c.id
                ORDER BY CASE k.verdict WHEN 'inconsistent' THEN 0 WHEN 'approximate' THEN 1 ELSE 2 END LIMIT 1
            ) AS verdict,
            c.attributed_to, coalesce('@' || a.handle, a.name) AS author,
            substr(coalesce(p.posted_at, d.published_at), 1, 10) AS date, coalesce(p.url, d.url) AS link, d.title,
            d.kind AS document_kind, d.id AS document_id, c.start, c."end", d.version, d.snapshot, d.gone_at
        FROM claims c JOIN documents d ON d.id = c.document_id
        LEFT JOIN authors a ON a.id = d.author_id
        LEFT JOIN posts p ON p.document_id = c.document_id AND p.id = c.post_id;

        CREATE VIEW wrong_sums AS
        SELECT k.id AS check_id, k.relation, k.stated, k.computed, k.unit, k.explanation,
            (SELECT group_concat(text, ' | ') FROM (SELECT DISTINCT c.text FROM check_quantities cq
                JOIN quantities q ON q.id = cq.quantity_id JOIN claims c ON c.id = q.claim_id
                WHERE cq.check_id = k.id ORDER BY c.start)) AS claim,
            (SELECT group_concat(surface, ' | ') FROM (SELECT q.surface FROM check_quantities cq
                JOIN quantities q ON q.id = cq.quantity_id WHERE cq.check_id = k.id ORDER BY q.start)) AS amounts,
            coalesce('@' || a.handle, a.name) AS author, substr(d.published_at, 1, 10) AS date, d.url AS link,
            d.id AS document_id
        FROM checks k JOIN documents d ON d.id = k.document_id LEFT JOIN authors a ON a.id = d.author_id
        WHERE k.verdict = 'inconsistent';

        CREATE VIEW topic_months AS
        SELECT t.id AS topic_id, t.label AS topic, substr(d.published_at, 1, 7) AS month,
            count(*) AS documents, sum(found.claims) AS claims, sum(found.check_worthy) AS check_worthy_claims
        FROM (
            SELECT topic_id, document_id, sum(claims) AS claims, sum(check_worthy) AS check_worthy FROM (
                SELECT topic_id, document_id, 0 AS claims, 0 AS check_worthy FROM document_topics
                UNION ALL
                SELECT ct.topic_id, c.document_id, 1, c.check_worthy
                FROM claim_topics ct JOIN claims c ON c.id = ct.claim_id
            ) GROUP BY topic_id, document_id
        ) AS found
        JOIN topics t ON t.id = found.topic_id JOIN documents d ON d.id = found.document_id
        GROUP BY t.id, month;

        CREATE VIEW entity_counts AS
        SELECT e.id AS entity_id, e.name, e.label, count(DISTINCT m.document_id) AS documents, count(*) AS mentions,
            min(substr(d.published_at, 1, 10)) AS first_date, max(substr(d.published_at, 1, 10)) AS last_date,
            e.handle, e.wikidata
        FROM entities e JOIN mentions m ON m.entity_id = e.id JOIN documents d ON d.id = m.document_id
        GROUP BY e.id
        """,
    )


@migrations()
def m006_targets_know_the_further_pages_of_listings(db: Database) -> None:
    _run(db, "ALTER TABLE targets ADD COLUMN paging INTEGER NOT NULL DEFAULT 0")


@migrations()
def m007_texts_are_indexed_in_batches(db: Database) -> None:
    _run(
        db,
        "CREATE TABLE unindexed (document_id INTEGER PRIMARY KEY REFERENCES documents(id) ON DELETE CASCADE)",
    )


@migrations()
def m008_what_happened_to_discovered_topics(db: Database) -> None:
    # No foreign key on topics: what is told of a topic outlives it.
    _run(
        db,
        """
        CREATE TABLE topic_events (
            id INTEGER PRIMARY KEY, at TEXT NOT NULL, topic_id TEXT NOT NULL, event TEXT NOT NULL, other TEXT
        );
        CREATE INDEX topic_events_topic_id ON topic_events(topic_id)
        """,
    )


@migrations()
def m010_when_each_text_was_first_mined(db: Database) -> None:
    # `analyses` tells of the last time: mining all again, after an upgrade, must not make old claims look new.
    _run(
        db,
        """
        CREATE TABLE first_mined (
            document_id INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE, digest TEXT NOT NULL,
            mined_at TEXT NOT NULL, PRIMARY KEY (document_id, digest)
        ) WITHOUT ROWID;
        CREATE INDEX first_mined_mined_at ON first_mined(mined_at);
        INSERT INTO first_mined
        SELECT a.document_id, d.digest, a.analysed_at FROM analyses a JOIN documents d ON d.id = a.document_id
        """,
    )


@migrations()
def m011_history_of_documents(db: Database) -> None:
    # Texts are measured only where there are two to compare: reading all of them takes seconds. A page that says again
    # what it once said may have the very same bytes: only requests since the version before count.
    _run(
        db,
        """
        CREATE INDEX fetches_missing ON fetches(fetched_at) WHERE status IN (404, 410);
        CREATE VIEW document_history AS
        WITH told AS (
            SELECT document_id, version, title, snapshot, seen_at AS until, length(text) AS characters FROM versions
            UNION ALL
            SELECT d.id, d.version, d.title, d.snapshot, d.last_seen_at,
                CASE WHEN EXISTS (SELECT 1 FROM versions v WHERE v.document_id = d.id) THEN length(d.text) END
            FROM documents d
        ),
        dated AS (
            SELECT *, min(until, coalesce(
                (SELECT min(f.fetched_at) FROM fetches f WHERE f.snapshot = told.snapshot AND f.fetched_at > coalesce(
                    (SELECT max(v.seen_at) FROM versions v WHERE v.document_id = told.document_id
                        AND v.version <> told.version AND v.seen_at < told.until), '')), until)) AS at
            FROM told
        ),
        missed AS (
            SELECT d.id AS document_id, f.id AS fetch_id FROM fetches f JOIN documents d ON d.url = f.url
            WHERE f.status IN (404, 410)
            UNION
            SELECT t.document_id, f.id FROM fetches f JOIN targets t ON t.url = f.url
            WHERE f.status IN (404, 410) AND t.document_id IS NOT NULL
        ),
        compared AS (
            SELECT *, lag(version) OVER earlier AS version_before,
                characters - lag(characters) OVER earlier AS longer_by
            FROM dated WINDOW earlier AS (PARTITION BY document_id ORDER BY at, version)
        ),
        events AS (
            SELECT document_id, at, CASE WHEN version_before IS NULL THEN 'first read' ELSE 'changed' END AS what,
                version, until, title, characters, longer_by, snapshot, NULL AS fetch_id
            FROM compared
            UNION ALL
            SELECT d.id, d.gone_at, 'gone', NULL, NULL, d.title, NULL, NULL, NULL, coalesce(
                (SELECT f.id FROM fetches f WHERE f.url = d.url AND f.fetched_at = d.gone_at LIMIT 1),
                (SELECT f.id FROM targets t JOIN fetches f ON f.url = t.url
                    WHERE t.document_id = d.id AND f.fetched_at = d.gone_at LIMIT 1),
                (SELECT f.id FROM fetches f WHERE f.fetched_at = d.gone_at AND f.status IN (404, 410) LIMIT 1))
            FROM documents d WHERE d.gone_at IS NOT NULL
            UNION ALL
            SELECT d.id, f.fetched_at, 'missing', NULL, NULL, d.title, NULL, NULL, NULL, f.id
            FROM missed m JOIN documents d ON d.id = m.document_id JOIN fetches f ON f.id = m.fetch_id
            WHERE f.fetched_at IS NOT d.gone_at
        )
        SELECT e.document_id, e.at, e.what, e.version, e.until, e.characters, e.longer_by, f.status, e.fetch_id,
            e.snapshot, coalesce('@' || a.handle, a.name) AS author, e.title, d.url AS link
        FROM events e JOIN documents d ON d.id = e.document_id LEFT JOIN authors a ON a.id = d.author_id
        LEFT JOIN fetches f ON f.id = e.fetch_id
        """,
    )


@migrations()
def m012_a_chain_over_requests_seals_and_tombstones(db: Database) -> None:
    # No foreign keys from tombstones to what is gone, nor anything that names it.
    _run(
        db,
        """
        ALTER TABLE fetches ADD COLUMN chain TEXT NOT NULL DEFAULT '';
        CREATE TABLE chain_head (
            id INTEGER PRIMARY KEY CHECK (id = 1), fetches INTEGER NOT NULL, chain TEXT NOT NULL
        );
        CREATE TABLE seals (
            id INTEGER PRIMARY KEY, sealed_at TEXT NOT NULL, signed_by TEXT NOT NULL, fetches INTEGER NOT NULL,
            chain TEXT NOT NULL, root TEXT NOT NULL, manifest TEXT NOT NULL
        );
        CREATE TABLE tombstones (
            id INTEGER PRIMARY KEY, forgotten_at TEXT NOT NULL, what TEXT NOT NULL, reason TEXT NOT NULL,
            documents INTEGER NOT NULL, versions INTEGER NOT NULL, fetches INTEGER NOT NULL, snapshots INTEGER NOT NULL,
            salt TEXT NOT NULL
        );
        CREATE TABLE tombstone_keys (
            hash TEXT PRIMARY KEY NOT NULL, tombstone_id INTEGER NOT NULL REFERENCES tombstones(id)
        ) WITHOUT ROWID;
        CREATE TABLE erased_fetches (
            fetch_id INTEGER PRIMARY KEY REFERENCES fetches(id),
            tombstone_id INTEGER NOT NULL REFERENCES tombstones(id), digest TEXT NOT NULL
        );
        CREATE INDEX erased_fetches_tombstone_id ON erased_fetches(tombstone_id)
        """,
    )
    count, chain = _chain_old_rows(db)
    db.conn.execute("INSERT INTO chain_head VALUES (1, ?, ?)", (count, chain))


def _chain_old_rows(db: Database) -> tuple[int, str]:
    """Give the requests of an older archive their chain, a thousand at a time; how many, and its last value."""
    names = ", ".join(COLUMNS)
    chain, count, last = "", 0, -1
    while rows := db.conn.execute(
        f"SELECT id, {names} FROM fetches WHERE id > ? ORDER BY id LIMIT 1000", (last,)
    ).fetchall():
        given = []
        for fetch_id, *row in rows:
            chain = link(chain, digest(row))
            given.append((chain, fetch_id))
        db.conn.executemany("UPDATE fetches SET chain = ? WHERE id = ?", given)
        count, last = count + len(rows), rows[-1][0]
    return count, chain


@migrations()
def m013_captures_of_web_archives_and_texts_read_again(db: Database) -> None:
    _run(
        db,
        """
        CREATE TABLE captures (
            fetch_id INTEGER PRIMARY KEY REFERENCES fetches(id) ON DELETE CASCADE, file TEXT NOT NULL,
            record TEXT NOT NULL, digest TEXT
        );
        CREATE INDEX captures_digest ON captures(digest) WHERE digest IS NOT NULL;
        ALTER TABLE versions ADD COLUMN reparsed INTEGER NOT NULL DEFAULT 0
        """,
    )


@migrations()
def m014_threads_that_more_than_one_kind_of_source_tells(db: Database) -> None:
    _run(
        db,
        """
        ALTER TABLE posts ADD COLUMN reply_to TEXT;
        ALTER TABLE posts ADD COLUMN snapshot TEXT REFERENCES snapshots(sha256);
        CREATE INDEX posts_snapshot ON posts(snapshot) WHERE snapshot IS NOT NULL;
        CREATE TABLE tellings (
            document_id INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE, origin TEXT NOT NULL,
            snapshot TEXT REFERENCES snapshots(sha256), seen_at TEXT NOT NULL, digest TEXT NOT NULL,
            posts TEXT NOT NULL, PRIMARY KEY (document_id, origin)
        );
        CREATE INDEX tellings_snapshot ON tellings(snapshot);
        CREATE TABLE edits (id TEXT PRIMARY KEY NOT NULL, post_id TEXT NOT NULL) WITHOUT ROWID;
        CREATE INDEX edits_post_id ON edits(post_id)
        """,
    )


@migrations()
def m015_recoveries_from_a_web_archive(db: Database) -> None:
    _run(
        db,
        """
        CREATE TABLE recoveries (
            id INTEGER PRIMARY KEY, url TEXT NOT NULL,
            fetch_id INTEGER NOT NULL REFERENCES fetches(id) ON DELETE CASCADE, what TEXT NOT NULL,
            outcome TEXT NOT NULL, capture TEXT, captured_at TEXT, snapshot TEXT REFERENCES snapshots(sha256),
            document_id INTEGER REFERENCES documents(id) ON DELETE CASCADE
        );
        CREATE INDEX recoveries_url ON recoveries(url);
        CREATE INDEX recoveries_fetch_id ON recoveries(fetch_id);
        CREATE INDEX recoveries_document_id ON recoveries(document_id) WHERE document_id IS NOT NULL;
        CREATE INDEX recoveries_snapshot ON recoveries(snapshot) WHERE snapshot IS NOT NULL
        """,
    )


@migrations()
def m016_a_queue_that_passes_over_what_was_read(db: Database) -> None:
    _run(
        db,
        """
        DROP INDEX targets_due;
        CREATE INDEX targets_waiting ON targets(host, id, next_attempt_at, source) WHERE state = 'waiting';
        CREATE INDEX targets_again ON targets(host, next_attempt_at, id, source) WHERE next_attempt_at IS NOT NULL
        """,
    )

"""Seals: what an archive held at a moment, in hashes that fit on a page.

A manifest names the last value of the chain over requests, and for every table of evidence how many rows it had and
their hash. Kept elsewhere, or stamped by a third party, it shows later what the archive cannot show by itself: that its
end was not cut off, and that nobody worked out the chain anew.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Mapping
from typing import Any

from db import chain
from db.errors import NoSealError
from db.problem import Problem

FORMAT = "filature seal 1"
# What may only grow, but for what is forgotten.
_GROWING = ("snapshots", "documents")
# The queue and the runs move without being evidence; the others are sealed by their own rules.
_NOT_HASHED = frozenset({"runs", "sources", "targets", "unindexed", "snapshots", "seals", "chain_head"})

Manifest = dict[str, Any]


def manifest_of(conn: sqlite3.Connection, *, archive: str, sealed_at: str, signed_by: str, version: str) -> Manifest:
    """What the archive holds now. Must run in a transaction, so that it is one moment."""
    fetches, last = chain.head(conn)
    manifest: Manifest = {
        "format": FORMAT,
        "archive": archive,
        "sealed_at": sealed_at,
        "signed_by": signed_by,
        "filature": version,
        "schema": _schema(conn),
        "last_run": _last_run(conn),
        "fetches": {"count": fetches, "chain": last},
        "snapshots": _snapshots(conn),
        "forgotten": _forgotten(conn),
        "tables": {table: _table(conn, table) for table in _hashed_tables(conn)},
    }
    return manifest | {"root": root_of(manifest)}


def root_of(manifest: Mapping[str, Any]) -> str:
    """The hash of a manifest: of its JSON with sorted keys and without spaces, `root` left out."""
    bare = {key: value for key, value in manifest.items() if key != "root"}
    return hashlib.sha256(_canonical(bare).encode()).hexdigest()


def text_of(manifest: Manifest) -> str:
    """A manifest as it is written to a file."""
    return json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"


def store_seal(conn: sqlite3.Connection, manifest: Manifest) -> None:
    """Keep a manifest in the archive too: it shows a cut end to whoever has no other copy."""
    conn.execute(
        "INSERT INTO seals (sealed_at, signed_by, fetches, chain, root, manifest) VALUES (?, ?, ?, ?, ?, ?)",
        (manifest["sealed_at"], manifest["signed_by"], manifest["fetches"]["count"], manifest["fetches"]["chain"],
         manifest["root"], text_of(manifest)),
    )  # fmt: skip


def parse(text: str, name: str) -> Manifest:
    """The manifest in a text. Raises NoSealError, naming `name`, when it is none."""
    try:
        found = json.loads(text)
    except ValueError as error:
        raise NoSealError(f"{name}: not a seal (no JSON); give a file that `filature seal` wrote") from error
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise NoSealError(f"{name}: not a seal of this form; give a file that `filature seal` wrote")
    return found


def broken(conn: sqlite3.Connection, text: str, name: str) -> Iterator[Problem]:
    """In what an archive differs from what a seal says it held; `name` says which seal."""
    try:
        manifest = parse(text, name)
        if manifest["root"] != root_of(manifest):
            yield Problem("seals", name, "the manifest was edited: its root is not that of its contents")
        yield from _cut_off(conn, manifest, name)
        yield from _fewer(conn, manifest, name)
        if _is_unmoved(conn, manifest):
            yield from _changed(conn, manifest, name)
    except (NoSealError, KeyError, TypeError) as error:
        yield Problem("seals", name, f"the manifest cannot be read: {error}")


def _cut_off(conn: sqlite3.Connection, manifest: Manifest, name: str) -> Iterator[Problem]:
    """The sealed end of the chain, which must still be there, in its place."""
    count, expected = manifest["fetches"]["count"], manifest["fetches"]["chain"]
    present = conn.execute("SELECT count(*) FROM fetches").fetchone()[0]
    if present < count:
        yield Problem("fetches", "", f"{present} requests, seal {name} counted {count}: the last ones were removed")
    elif count:
        (found,) = conn.execute("SELECT chain FROM fetches ORDER BY id LIMIT 1 OFFSET ?", (count - 1,)).fetchone()
        if found != expected:
            yield Problem("fetches", f"1 to {count}", f"their chain ends in {found[:12]}…, seal {name} says"
                          f" {expected[:12]}…: requests were changed, and the chain worked out anew")  # fmt: skip


def _fewer(conn: sqlite3.Connection, manifest: Manifest, name: str) -> Iterator[Problem]:
    since = _forgotten(conn)
    for table in _GROWING:
        sealed = manifest[table]["count"] if table == "snapshots" else manifest["tables"][table]["rows"]
        forgotten = since[table] - manifest["forgotten"][table]
        (present,) = conn.execute(f"SELECT count(*) FROM {table}").fetchone()
        if present < sealed - forgotten:
            yield Problem(table, "", f"{present} rows, seal {name} counted {sealed}, {forgotten} of them forgotten"
                          " since: rows were removed")  # fmt: skip


def _is_unmoved(conn: sqlite3.Connection, manifest: Manifest) -> bool:
    """Whether no run was made since, and nothing forgotten: then every table must be as it was."""
    now = (_last_run(conn), _schema(conn), _forgotten(conn))
    return now == (manifest["last_run"], manifest["schema"], manifest["forgotten"])


def _changed(conn: sqlite3.Connection, manifest: Manifest, name: str) -> Iterator[Problem]:
    if (found := _snapshots(conn)) != manifest["snapshots"]:
        yield Problem("snapshots", "", f"{found['count']} of {found['bytes']} bytes, seal {name} counted"
                      f" {manifest['snapshots']['count']} of {manifest['snapshots']['bytes']}, or others")  # fmt: skip
    for table, sealed in manifest["tables"].items():
        if (now := _table(conn, table)) != sealed:
            yield Problem(table, "", f"{now['rows']} rows with hash {now['sha256'][:12]}…, seal {name} says"
                          f" {sealed['rows']} with {sealed['sha256'][:12]}…, and no run was made since")  # fmt: skip


def _table(conn: sqlite3.Connection, table: str) -> dict[str, Any]:
    """How many rows a table has, and the hash of them as lines of JSON, in the order of their keys."""
    hashed, rows = hashlib.sha256(), 0
    for row in conn.execute(f"SELECT * FROM {table} ORDER BY {_order(conn, table)}"):
        hashed.update(_canonical(row).encode() + b"\n")
        rows += 1
    return {"rows": rows, "sha256": hashed.hexdigest()}


def _order(conn: sqlite3.Connection, table: str) -> str:
    keys = [(row[5], row[1]) for row in conn.execute(f"PRAGMA table_info({table})") if row[5]]
    return ", ".join(f'"{name}"' for _, name in sorted(keys)) or "rowid"


def _snapshots(conn: sqlite3.Connection) -> dict[str, Any]:
    """Their number, size, and the hash of their names in order: the names are the hashes of their bytes."""
    hashed, count, size = hashlib.sha256(), 0, 0
    for name, length in conn.execute("SELECT sha256, bytes FROM snapshots ORDER BY sha256"):
        hashed.update(f"{name}\n".encode())
        count, size = count + 1, size + length
    return {"count": count, "bytes": size, "sha256": hashed.hexdigest()}


def _forgotten(conn: sqlite3.Connection) -> dict[str, int]:
    row = conn.execute(
        "SELECT count(*), coalesce(sum(documents), 0), coalesce(sum(snapshots), 0), coalesce(sum(fetches), 0)"
        " FROM tombstones"
    ).fetchone()
    return dict(zip(("tombstones", "documents", "snapshots", "fetches"), row, strict=True))


def _hashed_tables(conn: sqlite3.Connection) -> list[str]:
    names = conn.execute(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%'"
        " AND name NOT LIKE '\\_%' ESCAPE '\\' ORDER BY name"
    )
    return [name for (name,) in names if name not in _NOT_HASHED]


def _last_run(conn: sqlite3.Connection) -> int:
    return int(conn.execute("SELECT coalesce(max(id), 0) FROM runs").fetchone()[0])


def _schema(conn: sqlite3.Connection) -> list[str]:
    return [row[0] for row in conn.execute("SELECT name FROM _sqlite_migrations ORDER BY name")]


def _canonical(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_bytes)


def _bytes(value: bytes) -> str:
    return hashlib.sha256(value).hexdigest()

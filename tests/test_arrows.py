"""The arrows between folders: filature -> harvester | nlp | report -> db, and nothing else."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
OURS = {"filature", "harvester", "nlp", "report", "db"}
ALLOWED = {
    "db": {"db"},
    "harvester": {"harvester", "db.records"},
    "nlp": {"nlp", "db.records", "db.formulas"},
    "report": {"report", "db"},
    "filature": OURS,
}
EDGES = {"httpx": "harvester", "spacy": "nlp", "sqlite3": "db", "sqlite_utils": "db"}


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module
            if node.module in OURS:
                yield from (f"{node.module}.{alias.name}" for alias in node.names)


def files() -> list[tuple[str, Path]]:
    return [(folder, path) for folder in sorted(OURS) for path in sorted((ROOT / folder).rglob("*.py"))]


@pytest.mark.parametrize(("folder", "path"), files(), ids=lambda value: str(getattr(value, "name", value)))
def test_imports_follow_the_arrows(folder: str, path: Path) -> None:
    ours = {name for name in imports(path) if name.split(".")[0] in OURS and name != "db"}
    wrong = {
        name
        for name in ours
        if not any(name == allowed or name.startswith(f"{allowed}.") for allowed in ALLOWED[folder])
    }
    assert not wrong, f"{path.relative_to(ROOT)} imports {sorted(wrong)}"


@pytest.mark.parametrize(("folder", "path"), files(), ids=lambda value: str(getattr(value, "name", value)))
def test_each_edge_has_one_folder(folder: str, path: Path) -> None:
    names = {name.split(".")[0] for name in imports(path)}
    wrong = {name for name, home in EDGES.items() if name in names and folder != home}
    assert not wrong, f"{path.relative_to(ROOT)} imports {sorted(wrong)}"


def test_relative_imports_are_not_used() -> None:
    for _, path in files():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert not any(isinstance(n, ast.ImportFrom) and n.level for n in ast.walk(tree)), path

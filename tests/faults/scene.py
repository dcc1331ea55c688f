"""One fault played out: a harvest that meets it, the site mended, and the harvest after it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import chdir, closing
from dataclasses import dataclass, field
from pathlib import Path

from click.testing import CliRunner

from filature.cli import main
from tests.harvester.server import Reply, Site

PAGES = Path(__file__).resolve().parents[1] / "pages" / "threadreader"
WELL = "https://bien.example"  # where nothing is wrong
BLOG = "https://blog.example"
THREADS = "https://threadreaderapp.com"
THREAD_PATH = "/thread/1767507115766710272.html"
SAYS = (
    "La mairie annonce que le guichet de la gare ferme en juin et que les dossiers iront par correspondance. "
    "Les agents du guichet disent l'avoir appris par l'affiche, et demandent une réunion avant l'été."
)
TITLE = "Le guichet de la gare"
LIMITS = {
    "pause_seconds": 0.0,
    "retries": 0,
    "timeout_seconds": 10.0,
    "max_seconds_per_page": 20.0,
    "max_bytes": 200_000,
}
IMPATIENT = {"timeout_seconds": 1.0}
HASTY = {"max_seconds_per_page": 2.0}
"""For faults that are seen by the clock: silence and dripping. Any other, and the pages that are well, have time enough
on a busy machine to show as what they are."""


def article(says: str = SAYS, title: str = TITLE) -> Reply:
    """A page of a blog, as it should be."""
    html = f"<!doctype html><html lang=fr><head><meta charset=utf-8><title>{title}</title></head><body><article>"
    html += f"<h1>{title}</h1><p>{says}</p></article></body></html>"
    return Reply(200, html.encode(), {"Content-Type": "text/html; charset=utf-8"})


def thread() -> Reply:
    """An unrolled thread of four posts."""
    body = (PAGES / "g3_2026.html").read_bytes()
    return Reply(200, body, {"Content-Type": "text/html; charset=utf-8"})


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A site that does `arrange` at one address, and what the run must say of it.

    `arrange` may return the origin of another machine, which stands for the site until it is mended. `said` stands in
    `last_error` of the address; with `said` empty the run copes, and `met` documents come of the address in spite of
    the fault. `documents` come of it once the site is mended. `kind` is that of a source; without it the address is
    added by hand.
    """

    name: str
    arrange: Callable[[Site, str], str | None]
    said: str = ""
    state: str = "failed"
    site: str = BLOG
    path: str = "/guichet"
    kind: str | None = None
    good: Callable[[], Reply] = article
    met: int = 1
    documents: int = 1
    settings: Mapping[str, float] = field(default_factory=dict)

    @property
    def expected(self) -> tuple[str, int, int]:
        """State of the address, exit status and documents after the run that meets the fault."""
        if not self.said:
            return "done", 0, 2 + self.met
        return self.state, 0 if self.state == "refused" else 3, 2


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a run said and what the archive held after it: documents, those gone, state and error of the address."""

    status: int
    line: str
    documents: int
    state: str
    error: str
    snapshots: int
    whole: bool


def configuration(fault: Fault, site: Site, machine: str | None, settings: Mapping[str, float]) -> str:
    """Two pages that are well, and the address where the fault is."""
    # One server under two names: two hosts for the harvest.
    machine = machine or f"http://localhost:{site.port}"
    mirrors = f'mirrors = {{"{site.origin}" = "{WELL}", "{machine}" = "{fault.site}"}}\n'
    limits = "".join(f"{key} = {value}\n" for key, value in (LIMITS | dict(settings)).items())
    lines = [f"[harvest]\ncontact = 'x'\n{limits}{mirrors}"]
    sources = (
        ("a", WELL + "/bien", "page"),
        ("b", fault.site + fault.path, fault.kind),
        ("c", WELL + "/aussi", "page"),
    )
    lines += [f'[[sources]]\nname = "{name}"\nurl = "{url}"\nkind = "{kind}"\n' for name, url, kind in sources if kind]
    return "".join(lines)


def play(fault: Fault, site: Site, folder: Path) -> tuple[Outcome, Outcome]:
    """The run that meets the fault, and the next one after the site was mended."""
    well = {
        "/bien": article("Une page qui va bien. " + SAYS, "Bien"),
        "/aussi": article("Une autre page. " + SAYS, "Aussi"),
        "/guichet": article(),
        fault.path: fault.good(),
    }
    site.routes |= well
    machine = fault.arrange(site, fault.path)
    with chdir(folder):
        Path("config.toml").write_text(configuration(fault, site, machine, fault.settings), encoding="utf-8")
        if fault.kind is None:
            command("add", fault.site + fault.path)
        met = outcome(fault, folder, "harvest")
        site.routes.clear()
        site.routes |= well
        Path("config.toml").write_text(configuration(fault, site, None, {}), encoding="utf-8")
        command("add", fault.site + fault.path)
        return met, outcome(fault, folder, "harvest")


def command(*words: str) -> tuple[int, str]:
    """Exit status and the last line on standard error."""
    done = CliRunner().invoke(main, [*words, "--quiet"])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    lines = done.stderr.strip().splitlines()
    return done.exit_code, lines[-1] if lines else ""


def outcome(fault: Fault, folder: Path, *words: str) -> Outcome:
    status, line = command(*words)
    with closing(sqlite3.connect(folder / "filature.db")) as conn:
        target = conn.execute(
            "SELECT state, coalesce(last_error, '') FROM targets WHERE url = ?", (fault.site + fault.path,)
        ).fetchone()
        return Outcome(
            status=status,
            line=line,
            documents=conn.execute("SELECT count(*) FROM documents").fetchone()[0],
            state=target[0],
            error=target[1],
            snapshots=conn.execute("SELECT count(*) FROM snapshots").fetchone()[0],
            whole=is_whole(conn),
        )


def is_whole(conn: sqlite3.Connection) -> bool:
    """Whether the file is sound, refers to nothing that is not there, and holds no document twice."""
    sound = conn.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    referred = not conn.execute("PRAGMA foreign_key_check").fetchall()
    twice = conn.execute("SELECT 1 FROM documents GROUP BY text HAVING count(*) > 1").fetchone()
    return sound and referred and twice is None

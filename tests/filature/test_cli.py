"""The command line: quick help, options anywhere, results on stdout, a status that cron can test."""

from __future__ import annotations

import json
import shlex
import sqlite3
import subprocess
import sys
from pathlib import Path

import click
import pytest

from db.archive import Archive
from filature.__main__ import run as start
from filature.cli import main
from filature.documentation import command_names
from tests.filature.conftest import ROOT, Run, run_outside
from tests.harvester.server import Reply, Site
from tests.report.conftest import fill

HEAVY = {"spacy", "httpx", "datasette", "pydantic", "rich", "sklearn", "jinja2", "sqlite_utils", "trafilatura", "lxml"}
PAGE = """<html lang="fr"><head><title>Les guichets</title>
<meta property="og:type" content="article"><meta property="article:published_time" content="2021-03-04T08:00:00Z">
</head><body><article><h1>Les guichets</h1><p>{text}</p></article></body></html>"""


@pytest.fixture
def archive(here: Path) -> Path:
    """An archive with two mined documents."""
    path = here / "small.db"
    with Archive.open(path) as opened:
        fill(opened)
    return path


def page(text: str) -> Reply:
    body = PAGE.format(text=(text + " Le bureau ferme en mai, et personne ne répond au téléphone. ") * 8)
    return Reply(200, body.encode(), {"content-type": "text/html; charset=utf-8"})


def config_for(site: Site, here: Path, path: str = "/guichets") -> Path:
    file = here / "config.toml"
    file.write_text(
        '[harvest]\ncontact = "test@example.org"\npause_seconds = 0.0\nretries = 0\nallow_private_addresses = true\n'
        f'[[sources]]\nname = "guichets"\nkind = "page"\nurl = "{site[path]}"\n',
        encoding="utf-8",
    )
    return file


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; from filature.cli import main; main(['--help'], standalone_mode=False);"
        f"print({HEAVY!r} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.splitlines()[-1] == "set()"


@pytest.mark.parametrize("name", list(command_names()))
def test_each_help_shows_a_real_call(name: str, run: Run) -> None:
    result = run(*name.split()[1:], "--help")
    assert result.exit_code == 0
    assert f"      {name}" in result.output
    assert "--archive FILE" in result.output


def test_help_tells_the_statuses(run: Run) -> None:
    output = run("--help").output
    for line in (
        "0    all well",
        "2    wrong usage",
        "3    finished, but some failed",
        "4    another run",
        "5    the archive",
    ):
        assert line in output


def test_examples_in_help_are_valid_calls() -> None:
    """Each example parses: a renamed option must not survive in a help text."""
    for name in command_names():
        words = name.split()[1:]
        command, context = main, click.Context(main, info_name="filature")
        for word in words:
            assert isinstance(command, click.Group)
            inner = command.commands[word]
            context = click.Context(inner, parent=context, info_name=word)
            command = inner  # type: ignore[assignment]
        for line in (command.help or "").splitlines():
            if line.strip().startswith(f"{name} "):
                command.make_context(words[-1], shlex.split(line.strip())[len(words) + 1 :], parent=context.parent)


def test_options_stand_before_or_after_the_command(archive: Path, run: Run) -> None:
    before, after = run("--archive", archive, "status", "--json"), run("status", "--json", "--archive", archive)
    assert before.exit_code == after.exit_code == 0
    assert json.loads(before.stdout) == json.loads(after.stdout)


def test_search_finds_without_accents_and_shows_where(archive: Path, run: Run) -> None:
    result = run("search", "PARLONS argent", "--archive", archive)
    assert result.exit_code == 0
    assert "L'argent\n  @lagent · 2021-05-01 · thread\n" in result.stdout
    assert "https://x.example/lagent/status/100" in result.stdout
    assert not result.stderr


def test_search_that_finds_nothing_says_so_on_stderr(archive: Path, run: Run) -> None:
    result = run("search", "introuvable", "--archive", archive)
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "nothing found for introuvable\n")


def test_search_as_json(archive: Path, run: Run) -> None:
    (hit,) = json.loads(run("search", "argent", "--json", "--archive", archive).stdout)
    assert (hit["kind"], hit["author"], hit["post_id"]) == ("thread", "@lagent", "100")


def test_status_says_what_is_held(archive: Path, run: Run) -> None:
    lines = run("status", "--archive", archive).stdout.splitlines()
    assert "2 documents, 2 posts, 2 authors, 1 snapshot, 1 claim, 1 entity, 3 amounts, 1 check, 2 topics" in lines[0]
    assert lines[1] == "0 addresses waiting, 2 of 2 documents mined; times are UTC"


def test_a_report_goes_where_asked(archive: Path, here: Path, run: Run) -> None:
    page = here / "out/ext.html"
    result = run("report", "topics", "externalisation", "-o", page, "--lang", "en", "--archive", archive)
    assert (result.exit_code, result.stdout) == (0, f"{page} written\n")
    assert "not €40,000 as the text says" in page.read_text(encoding="utf-8")
    assert [path.name for path in (here / "out").iterdir()] == ["ext.html"]


def test_reports_of_each_week_stay_in_their_folder(archive: Path, here: Path, run: Run) -> None:
    for day in ("2021-06-07", "2021-06-14"):
        assert run("report", "topics", "--date", day, "--archive", archive, "--quiet").exit_code == 0
    names = {path.name for path in (here / "reports").iterdir()}
    assert names == {"index.html", "topics.html", "topics-2021-06-07.html", "topics-2021-06-14.html"}


def test_a_report_on_stdout_bears_the_day_of_the_environment(
    archive: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1623024000")
    result = run("report", "topics", "--format", "json", "-o", "-", "--archive", archive)
    assert json.loads(result.stdout)["about"]["date"] == "2021-06-07"
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "soon")
    refused = run("report", "topics", "-o", "-", "--archive", archive)
    assert refused.exit_code == 2
    assert refused.stderr.splitlines()[-1].startswith("filature: SOURCE_DATE_EPOCH=soon: no day; write it as 2021")


def test_own_templates_start_from_ours(archive: Path, here: Path, run: Run) -> None:
    (here / "config.toml").write_text(f'archive = "{archive}"\n')
    first = run("report", "templates")
    assert "report_templates: " in first.stdout
    (here / "report_templates/topics.md").write_text("only {{ about.title }}")
    assert "0 templates written" in run("report", "templates").stdout
    result = run("report", "topics", "--format", "md", "-o", "-", "--lang", "en")
    assert result.stdout == "only Report by topic\n"


def test_add_says_what_each_address_is(here: Path, run: Run) -> None:
    result = run("add", "https://mobile.twitter.com/a/status/1390012345678901234/photo/1", "@lagent", "--json", "-q")
    assert result.exit_code == 0
    assert [(row["kind"], row["known"]) for row in json.loads(result.stdout)] == [("ping", False), ("author", False)]
    assert run("add", "@lagent", "--quiet").stdout == ""
    again = run("add", "@lagent")
    assert again.stdout.endswith("an author's threads, asked again at the next harvest\n")
    planned = json.loads(run("harvest", "--dry-run", "--json", "-q").stdout)
    assert {row["kind"] for row in planned} == {"ping", "author"}


def test_harvest_twice(site: Site, here: Path, run: Run) -> None:
    site.routes["/guichets"] = page("Le guichet compte 12 agents.")
    config_for(site, here)
    dry = run("harvest", "--dry-run")
    assert site["/guichets"] in dry.stdout
    assert not (here / "filature.db").exists()
    first = run("harvest", "--json")
    assert (first.exit_code, json.loads(first.stdout)["new"]) == (0, 1)
    site.routes["/guichets"] = page("Le guichet compte 9 agents.")
    second = run("harvest", "guichets")
    assert (second.exit_code, second.stderr) == (0, "")
    assert second.stdout.startswith("1 changed; 1 page, "), "a source is looked at in every run"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("agents", "'agents': not a web address, a post's id or an @author; give the address as the browser shows it"),
        (
            "https://x.com/search?q=ena",
            "https://x.com/search?q=ena: no page that can be read; give a thread, a post of a thread, or its @author",
        ),
    ],
)
def test_what_cannot_be_added(text: str, line: str, run: Run) -> None:
    result = run("add", text, "--quiet")
    assert (result.exit_code, result.stderr) == (2, f"filature: {line}\n")


def test_an_address_at_a_mirror_is_added_as_the_sites(here: Path, run: Run) -> None:
    (here / "config.toml").write_text('[harvest.mirrors]\n"http://127.0.0.1:9" = "https://threadreaderapp.com"\n')
    result = run("add", "http://127.0.0.1:9/thread/1390012345678901234")
    assert result.stdout == (
        "https://threadreaderapp.com/thread/1390012345678901234.html: a thread, asked at the next harvest\n"
    )


def test_import_says_what_each_file_was_recognised_as(here: Path, run: Run) -> None:
    folder = here / "captures"
    folder.mkdir()
    (folder / "liste.txt").write_text("https://x.com/a/status/1390012345678901234\nhttps://example.org/feed\n")
    (folder / "note.txt").write_text("Le budget de la mairie baisse de 3 % cette année.\n" * 3, encoding="utf-8")
    rows = json.loads(run("import", folder, "--json", "--quiet").stdout)
    assert [(row["recognised_as"], row["new"], row["addresses"]) for row in rows] == [
        ("list of 2 addresses", 0, 2),
        ("plain text", 1, 0),
    ]
    again = run("import", folder)
    assert again.stdout.splitlines()[-1] == "2 files: 1 known"
    assert "list of 2 addresses" in again.stdout


def test_harvest_with_failures_ends_in_3(site: Site, here: Path, run: Run) -> None:
    config_for(site, here, "/broken")
    site.routes["/broken"] = Reply(500, b"no")
    result = run("harvest", "--quiet")
    assert result.exit_code == 3
    assert result.stderr == "filature: 1 failed; `filature status` says which and why\n"
    assert "500" in run("status").stdout


def test_a_second_run_ends_in_4(archive: Path, here: Path, run: Run) -> None:
    with Archive.open(archive) as opened, opened.hold("harvest"):
        result = run("mine", "--archive", archive, "--quiet")
    assert result.exit_code == 4
    assert len(result.stderr.splitlines()) == 1
    assert "held by `filature harvest`" in result.stderr


def test_an_unknown_source_is_answered_with_the_closest(site: Site, here: Path, run: Run) -> None:
    config_for(site, here)
    result = run("harvest", "guichet")
    assert (result.exit_code, result.stderr) == (
        2,
        "filature: no source 'guichet'; did you mean 'guichets'?\n",
    )


def test_a_source_taken_out_of_the_configuration_rests(site: Site, here: Path, run: Run) -> None:
    site.routes |= {f"/{name}": page(f"Le guichet {name}.") for name in ("guichets", "mairie", "note")}
    config_for(site, here)
    text = (here / "config.toml").read_text()
    (here / "config.toml").write_text(f'{text}[[sources]]\nname = "mairie"\nkind = "page"\nurl = "{site["/mairie"]}"\n')
    assert run("harvest").stdout.startswith("2 new; ")
    config_for(site, here)
    run("add", site["/note"])
    with sqlite3.connect(here / "filature.db") as conn:
        conn.execute("UPDATE targets SET next_attempt_at = NULL, state = 'waiting'")
    site.seen.clear()
    assert len(json.loads(run("harvest", "--dry-run", "--json").stdout)) == 2
    run("harvest")
    assert sorted(site.paths) == ["/guichets", "/note"]


def test_an_added_source_answers_to_what_was_added(here: Path, run: Run) -> None:
    (here / "config.toml").write_text('[[sources]]\nname = "autre"\nurl = "https://example.org/"\n')
    run("add", "@lagent")
    planned = json.loads(run("harvest", "@lagent", "--dry-run", "--json").stdout)
    assert [row["kind"] for row in planned] == ["author"]
    unknown = run("harvest", "https://exemple.fr/", "--dry-run")
    assert unknown.exit_code == 2
    assert unknown.stderr.startswith("filature: no source 'https://exemple.fr/'; ")


def test_without_configuration_it_says_so(here: Path, run: Run) -> None:
    result = run("harvest", "--dry-run")
    assert result.exit_code == 0
    assert result.stderr.startswith("no config.toml here: no sources, no topics, archive filature.db")


def test_mine_on_an_empty_archive_loads_no_model(here: Path) -> None:
    code = (
        "import sys; from filature.cli import main; main(['mine', '--quiet'], standalone_mode=False);"
        "print('spacy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=here)
    assert done.stdout == "False\n"


def test_cron_gives_absolute_paths(site: Site, here: Path, run: Run) -> None:
    config_for(site, here)
    result = run("cron", "--every", "12")
    assert result.exit_code == 0
    (line,) = [line for line in result.stdout.splitlines() if " harvest --quiet" in line and "ExecStart" not in line]
    minute, hours, *rest = line.split()
    assert (int(minute) < 60, hours, rest[:3]) == (True, "*/12", ["*", "*", "*"])
    assert f"--config {here / 'config.toml'} --archive {here / 'filature.db'}" in line
    assert "OnCalendar=*-*-* 00/12:" in result.stdout
    assert result.stdout.count("ExecStart=-/") == 3


def test_cron_mails_the_digest_of_the_week(site: Site, here: Path, run: Run) -> None:
    config_for(site, here)
    (line,) = [line for line in run("cron").stdout.splitlines() if " digest " in line]
    assert line.split()[1:5] == ["7", "*", "*", "1"]
    assert (
        f"digest --quiet --config {here / 'config.toml'} --archive {here / 'filature.db'} --since 7d | mail -E " in line
    )


def test_cron_escapes_what_cron_and_systemd_read_otherwise(here: Path, run: Run) -> None:
    folder = here / "100% d'ici"
    folder.mkdir()
    (folder / "config.toml").touch()
    output = run("cron", "--config", folder / "config.toml").stdout
    assert r"100\% d" in output
    assert f'"{here}/100%% d\'ici/config.toml"' in output


def test_a_reader_that_leaves_is_no_error(archive: Path) -> None:
    command = f"{sys.executable} -m filature status --archive {archive} --json | head -c 1"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "{", "")


def test_it_runs_as_a_module(here: Path) -> None:
    done = run_outside("--version", cwd=here)
    assert done.stdout.startswith("filature, version ")


def test_it_can_be_stopped_while_it_starts(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    class Stopped:
        """Finds no module: somebody presses Ctrl-C while it looks."""

        def find_spec(self, name: str, *_: object) -> None:
            if name == "filature.cli":
                raise KeyboardInterrupt

    monkeypatch.delitem(sys.modules, "filature.cli")
    monkeypatch.setattr(sys, "meta_path", [Stopped(), *sys.meta_path])
    with pytest.raises(SystemExit) as stopped:
        start()
    assert (stopped.value.code, capsys.readouterr().err) == (130, "filature: interrupted\n")

"""`filature serve`: the archive in a browser, read-only, with Datasette."""

from __future__ import annotations

import contextlib
import socket
import threading
import webbrowser
from pathlib import Path
from typing import Any

import click

from filature.errors import CommandError
from filature.session import Session, command_options

HOST = "127.0.0.1"
PROXY = "to let others read, put a proxy that asks for a password in front of port {port} (docs/reading.md says how)"


@click.command(short_help="Browse the archive with Datasette.")
@click.option("--port", type=click.IntRange(0, 65535), default=8001, show_default=True, help="0 takes any free port.")
@click.option(
    "--host-name", "names", multiple=True, metavar="NAME", help="A name under which a proxy shows it; may be repeated."
)
@click.option("--open", "open_browser", is_flag=True, help="Open the browser.")
@command_options
def serve(session: Session, port: int, names: tuple[str, ...], open_browser: bool) -> None:
    """Browse the archive and ask it questions in SQL, with Datasette, on this machine only.

    Documents can be read with their claims marked, and their versions compared. Tables and columns are explained, and
    questions that a journalist would ask are ready to run. A harvest may go on meanwhile.

    \b
    Examples:
        filature serve --open
        filature serve --host-name archive.example.org
    """
    from db.archive import Archive

    Archive.open(session.archive, readonly=True).close()  # says what is wrong with it before Datasette would
    listening = _listen(port)
    address = f"http://{HOST}:{listening.getsockname()[1]}/"
    click.echo(address)
    session.note(f"for this machine only; {PROXY.format(port=listening.getsockname()[1])}; Ctrl-C ends it")
    if open_browser:
        threading.Timer(1.0, webbrowser.open, [address]).start()
    with contextlib.suppress(KeyboardInterrupt):
        _run(session.archive, listening, names, verbose=session.verbose)


def _listen(port: int) -> socket.socket:
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, port))
        listening.listen()  # who asks before Datasette has started waits for it
    except OSError as error:
        listening.close()
        reason = (error.strerror or "cannot be used").lower()
        raise CommandError(f"port {port}: {reason}; take another with --port, or any with --port 0") from error
    return listening


def _run(archive: Path, listening: socket.socket, names: tuple[str, ...], *, verbose: bool) -> None:
    import uvicorn

    from filature.browse.hosts import only_for

    app = only_for(names, application(archive))
    config = uvicorn.Config(app, lifespan="on", log_level="info" if verbose else "warning")
    uvicorn.Server(config).run(sockets=[listening])


def application(archive: Path) -> Any:
    """The ASGI application that serves an archive: Datasette, read-only, with our descriptions and questions."""
    from importlib.resources import files

    from datasette.app import Datasette
    from datasette.plugins import pm

    from db.dictionary import datasette_metadata
    from filature.browse import cells, plugin

    # Where rich is installed, Datasette prints every variable of every frame for each page that is not there.
    pm.get_plugin("datasette.handle_exception").rich = None
    for ours, name in ((cells, "filature"), (plugin, "filature-reading")):
        if not pm.is_registered(ours):
            pm.register(ours, name=name)
    settings = {
        "sql_time_limit_ms": 10_000, "default_page_size": 50, "truncate_cells_html": 400, "num_sql_threads": 2,
        "suggest_facets": False, "allow_download": False,
    }  # fmt: skip
    return Datasette(
        [str(archive)],
        metadata=datasette_metadata(archive.stem),
        settings=settings,
        template_dir=str(files("filature.browse").joinpath("templates")),
    ).app()

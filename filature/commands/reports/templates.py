"""`filature report templates`: our own templates, as files to start from."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import click

from filature.commands.reports.options import templates_folder
from filature.output import counted
from filature.session import Session, command_options


@click.command(short_help="Write the templates of reports, to change them.")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), required=False, metavar="[FOLDER]")
@command_options
def templates(session: Session, folder: Path | None) -> None:
    """Write the Jinja templates and the style sheet of reports into FOLDER, by default where reports look for yours.

    A file there takes the place of filature's of the same name: keep those that you change, remove the others. A file
    that is there already is left alone.

    \b
    Example:
        filature report templates
    """
    folder = folder or templates_folder(session)
    folder.mkdir(parents=True, exist_ok=True)
    ours = [file for file in files("report").joinpath("templates").iterdir() if file.is_file()]
    new = [file for file in ours if not (folder / file.name).exists()]
    for file in new:
        (folder / file.name).write_bytes(file.read_bytes())
    session.say(f"{folder}: {counted(len(new), 'template')} written, {len(ours) - len(new)} there already")

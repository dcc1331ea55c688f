"""`filature backup` and `filature restore`: a copy of the archive, made at any time, and put back."""

from __future__ import annotations

from pathlib import Path

import click

from filature.output import progress
from filature.session import Session, command_options


@click.command(short_help="Copy the archive, also while a harvest runs.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--replace", is_flag=True, help="Replace FILE, once the new copy is whole.")
@command_options
def backup(session: Session, file: Path, replace: bool) -> None:
    """Copy the archive to FILE, as it is at one moment; harvests and readers go on meanwhile.

    The copy is one file, checked before it takes its name. Keep it on another disk.

    \b
    Examples:
        filature backup /media/disk/filature.db
        filature backup --replace /media/disk/filature.db
    """
    from db.backup import backup

    with progress(session, "backup"):
        size = backup(session.archive, file, replace=replace)
    session.say(f"{file}: {size / 1e6:.1f} MB, whole")


@click.command(short_help="Put a backup in the archive's place.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--replace", is_flag=True, help="Put the archive that is there aside.")
@command_options
def restore(session: Session, file: Path, replace: bool) -> None:
    """Put FILE, a backup, in the archive's place. An archive that is there is kept under another name (--replace).

    What was forgotten since the backup was made is forgotten again.

    \b
    Examples:
        filature restore /media/disk/filature.db
        filature restore --replace /media/disk/filature.db
    """
    from db.backup import restore

    with progress(session, "restore"):
        aside = restore(file, session.archive, replace=replace)
    kept = f"; what was there is kept as {aside}" if aside else ""
    session.say(f"{session.archive}: as it was in {file}{kept}")

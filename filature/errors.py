"""What stops a command, in one line, and the exit status cron can test.

FilatureError
├── ConfigError     2   config.toml, or an option, is not what it must be
└── CommandError    2   a command was asked for what it cannot do

The errors of the other folders get their line and status here too (`explain`): one place decides.
"""

from __future__ import annotations

import errno
import os
from enum import IntEnum


class Status(IntEnum):
    """Exit statuses of every command."""

    OK = 0
    USAGE = 2
    SOME_FAILED = 3
    BUSY = 4
    ARCHIVE = 5
    BROKEN = 6
    INTERRUPTED = 130


MEANING = {
    Status.OK: "all well",
    Status.USAGE: "wrong usage, or a config.toml that cannot be used",
    Status.SOME_FAILED: "finished, but some failed: the command or `filature status` says which",
    Status.BUSY: "another run holds the archive",
    Status.ARCHIVE: "the archive cannot be used (unwritable, damaged, full disk, newer version)",
    Status.BROKEN: "the archive is not what it was when it was written: `filature verify` names what",
    Status.INTERRUPTED: "interrupted from the keyboard; what was stored stays",
}


class FilatureError(Exception):
    """Root of what stops a command; its text is the line to print."""

    status = Status.USAGE


class ConfigError(FilatureError):
    """The configuration cannot be used. The text names file, table, key, and the next step."""


class CommandError(FilatureError):
    """The command was asked for what it cannot do: an unknown source, no model, no such path."""


def explain(error: BaseException) -> tuple[str, Status] | None:
    """The line and the status of an error that a user can cause; None for a defect of ours."""
    # Imported here: reading a help text needs none of it.
    from db.errors import ArchiveError, ArchiveHeldError, NoSealError
    from harvester.model import ImportFileError
    from nlp.lexicon import LexiconError
    from nlp.model import ModelError
    from nlp.pool import MiningError
    from report.errors import ReportError

    if isinstance(error, FilatureError):
        return str(error), error.status
    if isinstance(error, ArchiveHeldError):
        return str(error), Status.BUSY
    if isinstance(error, NoSealError):
        return str(error), Status.USAGE
    if isinstance(error, ArchiveError):
        return str(error), Status.ARCHIVE
    if isinstance(error, MiningError):
        return str(error), Status.SOME_FAILED
    if isinstance(error, ImportFileError | LexiconError | ModelError | ReportError):
        return str(error), Status.USAGE
    return _explain_system(error) if isinstance(error, OSError) else None


def _told(error: OSError) -> str:
    if error.strerror and error.errno and error.strerror != os.strerror(error.errno):
        return error.strerror  # a line of ours: it says what to do
    return f"{(error.strerror or 'cannot be read').lower()}; give another path"


def _explain_system(error: OSError) -> tuple[str, Status] | None:
    where = f"{error.filename}: " if error.filename else ""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"{where}no space left on the disk; free some, then run again", Status.ARCHIVE
    if isinstance(
        error, FileNotFoundError | FileExistsError | PermissionError | IsADirectoryError | NotADirectoryError
    ):
        return f"{where}{_told(error)}", Status.USAGE
    return None

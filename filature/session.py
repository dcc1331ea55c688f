"""What one command works with: the options given before or after its name, and the configuration, read once."""

from __future__ import annotations

import functools
import logging
import sys
from collections.abc import Callable
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

import click

from filature.errors import CommandError
from filature.screen import wrapped

if TYPE_CHECKING:
    from filature.config import Config

_KEY = "filature.options"
P = ParamSpec("P")
R = TypeVar("R")


class Session:
    """The options of one call and what they lead to. Notes go to stderr: stdout is for results."""

    def __init__(
        self, config: Path | None = None, archive: Path | None = None, *, quiet: bool = False, verbose: bool = False
    ) -> None:
        self.quiet = quiet
        self.verbose = verbose
        self._config = config
        self._archive = archive

    @cached_property
    def config_path(self) -> Path | None:
        """The configuration file in use; None where the built-in defaults are."""
        from filature.config import find_config

        return find_config(self._config)

    @cached_property
    def config(self) -> Config:
        """The configuration. Raises ConfigError."""
        from filature.config import Config, load_config

        if self.config_path is None:
            archive = "" if self._archive else f", archive {Config().archive}"
            self.note(f"no config.toml here: no sources, no topics{archive} (give one with --config FILE)")
            return Config()
        return load_config(self.config_path)

    @property
    def archive(self) -> Path:
        """The archive's path: --archive, else what the configuration says. Raises CommandError for a folder."""
        path = self._archive or self.config.archive
        if path.is_dir():
            raise CommandError(f"{path}: a folder; name a file for the archive")
        return path

    @property
    def names_archive(self) -> bool:
        """Whether --archive was given."""
        return self._archive is not None

    def using(self, config: Config) -> Session:
        """A session like this one, with a configuration of its own and its archive."""
        other = Session(quiet=self.quiet, verbose=self.verbose)
        other.__dict__["config"] = config  # where cached_property looks first
        return other

    @property
    def shows_progress(self) -> bool:
        """Whether somebody watches: progress bars are drawn for people only."""
        return sys.stderr.isatty() and not self.quiet and not self.verbose

    def say(self, line: str) -> None:
        """What a command did, on stdout; --quiet keeps it back: cron mails whatever is printed."""
        if not self.quiet:
            click.echo(wrapped(line, hang="  "))

    def note(self, line: str) -> None:
        """Tell the person at the terminal, on stderr; --quiet keeps it back."""
        if not self.quiet:
            click.echo(line, err=True)


def command_options(function: Callable[Concatenate[Session, P], R]) -> Callable[P, R]:
    """Give a command --config, --archive, --quiet and --verbose, and a Session as its first argument."""

    @functools.wraps(function)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        session = Session(**click.get_current_context().meta.get(_KEY, {}))
        _log_to_stderr(session)
        return function(session, *args, **kwargs)

    return common_options(wrapped)


def common_options(function: Callable[P, R]) -> Callable[P, R]:
    """The options every command accepts, before its name as after it; the later one wins."""
    option = partial(click.option, expose_value=False, callback=_remember)
    options = (
        option("--config", type=click.Path(path_type=Path), metavar="FILE", help="The config.toml to use."),
        option("--archive", type=click.Path(path_type=Path), metavar="FILE", help="The archive to use."),
        option("--quiet", "-q", is_flag=True, help="Say nothing but errors (for cron)."),
        option("--verbose", "-v", is_flag=True, help="Log every request and step to stderr."),
    )
    for add_to in reversed(options):
        function = add_to(function)
    return function


def _remember(context: click.Context, parameter: click.Parameter, value: object) -> object:
    if value:
        context.meta.setdefault(_KEY, {})[parameter.name] = value
    return value


class _Stderr(logging.Handler):
    """Writes to what sys.stderr is now: a progress bar replaces it while it is drawn."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            sys.stderr.write(f"{self.format(record)}\n")
        except OSError:
            self.handleError(record)


def _log_to_stderr(session: Session) -> None:
    # What they have to say ("discarding data: None") helps nobody but their authors: we say what a page gave.
    for library in ("trafilatura", "htmldate"):
        logging.getLogger(library).setLevel(logging.CRITICAL)
    handler = _Stderr()
    when = "" if session.shows_progress else "%(asctime)s "  # who watches knows what time it is
    handler.setFormatter(logging.Formatter(f"{when}%(levelname)s %(message)s", "%Y-%m-%dT%H:%M:%S"))
    level = logging.INFO if session.verbose else logging.ERROR if session.quiet else logging.WARNING
    logging.basicConfig(level=level, handlers=[handler], force=True)

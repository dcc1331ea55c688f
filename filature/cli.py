"""The command line: `filature`, and the one place where an error becomes a line and an exit status.

Command modules import nothing heavy at their top, so that `--help` is instant without any lazy loading.
"""

from __future__ import annotations

import os
import sys
from typing import Any, NoReturn

import click

from filature.commands.add import add
from filature.commands.backup import backup, restore
from filature.commands.cron import cron
from filature.commands.demo import demo
from filature.commands.digest import digest
from filature.commands.export import export
from filature.commands.forget import forget
from filature.commands.harvest import harvest
from filature.commands.imports import import_
from filature.commands.mine import mine
from filature.commands.recover import recover
from filature.commands.reparse import reparse
from filature.commands.report import report
from filature.commands.seal import seal
from filature.commands.search import search
from filature.commands.serve import serve
from filature.commands.show import history, show
from filature.commands.status import status
from filature.commands.topics import topics
from filature.commands.verify import verify
from filature.errors import MEANING, Status, explain
from filature.session import common_options

EPILOG = "\b\nExit status:\n" + "\n".join(f"  {number.value:<4} {text}" for number, text in MEANING.items())


class Filature(click.Group):
    """A group whose commands end in a status, and in one line when something a user can cause went wrong."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except KeyboardInterrupt:
            _stop(ctx, "interrupted; what was stored stays, run again to go on", Status.INTERRUPTED)
        except BrokenPipeError:
            _forget_stdout()
            ctx.exit(Status.OK)
        except (click.ClickException, click.Abort, click.exceptions.Exit):
            raise
        except Exception as error:
            known = explain(error)
            if known is None:
                raise
            _stop(ctx, *known)
        return result


def _stop(ctx: click.Context, line: str, status: Status) -> NoReturn:
    click.echo(f"filature: {line}", err=True)
    ctx.exit(status)


def _forget_stdout() -> None:
    """Who reads us has left (`filature search x | head`): keep Python from flushing into the closed pipe at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@click.group(cls=Filature, context_settings={"help_option_names": ["-h", "--help"]}, epilog=EPILOG)
@click.version_option(package_name="filature", prog_name="filature")
@common_options
def main() -> None:
    """Keep public threads and policy posts, say what they claim, show where each claim came from.

    \b
    Try it, offline:      filature demo
    Then, every day:      filature harvest; filature mine; filature report topics
    And ask:              filature search "aide médicale"
                          filature serve --open
    """


for command in (
    demo,
    add,
    harvest,
    import_,
    recover,
    reparse,
    mine,
    topics,
    report,
    digest,
    search,
    show,
    history,
    status,
    serve,
    export,
    verify,
    seal,
    backup,
    restore,
    forget,
    cron,
):
    main.add_command(command)

"""`filature report`: what the archive says, as pages to read, Markdown to paste, JSON for programs."""

from __future__ import annotations

import click

from filature.commands.reports.author import author
from filature.commands.reports.changes import changes
from filature.commands.reports.claims import claims
from filature.commands.reports.feed import feed
from filature.commands.reports.templates import templates
from filature.commands.reports.topics import topics


@click.group(short_help="Write reports.")
def report() -> None:
    """Write reports from what was mined."""


for command in (topics, claims, author, changes, feed, templates):
    report.add_command(command)

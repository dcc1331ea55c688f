"""`filature report topics`: what the archive says of each topic."""

from __future__ import annotations

from pathlib import Path

import click

from filature.output import counted, json_option, print_json
from filature.session import Session, command_options


@click.command(short_help="What is said of each topic.")
@click.argument("topics", nargs=-1, metavar="[TOPIC]...")
@click.option("--output", "-o", type=click.Path(path_type=Path, file_okay=False), help="Folder to write to.")
@click.option("--lang", type=click.Choice(["fr", "en"]), help="Language of the fixed words.")
@json_option
@command_options
def topics(session: Session, topics: tuple[str, ...], output: Path | None, lang: str | None, as_json: bool) -> None:
    """Write one HTML page for each TOPIC (all of them when none is named) and an index.

    Each claim comes with its amounts, who says it, and a link that opens its page at the words.

    \b
    Examples:
        filature report topics
        filature report topics externalisation sante_ars --output /tmp/reports --lang en
    """
    files = write(session, topics, output or session.config.report.folder, lang or session.config.report.lang)
    if as_json:
        print_json([str(file) for file in files])
    else:
        session.say(f"{files[-1]}: {counted(len(files) - 1, 'topic')}")


def write(session: Session, topics: tuple[str, ...], folder: Path, lang: str) -> list[Path]:
    """Write the reports; the files written, the index last."""
    from db.archive import Archive
    from report.topics import write_topics

    with Archive.open(session.archive, readonly=True) as archive:
        return write_topics(archive, folder, topics=topics, lang=lang)

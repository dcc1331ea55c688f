"""`filature seal`: write down, in hashes, what the archive holds."""

from __future__ import annotations

from pathlib import Path

import click

from filature.errors import CommandError, Status
from filature.output import counted, json_option, print_json
from filature.session import Session, command_options


@click.command(short_help="Write down, in hashes, what the archive holds.")
@click.option("--output", "-o", type=click.Path(path_type=Path), metavar="FILE", help="Where to write the manifest.")
@click.option("--by", "signed_by", metavar="NAME", help="Who signs it off.  [default: [harvest] contact]")
@click.option("--timestamp", metavar="URL", help="Have an authority (RFC 3161) stamp it with the time.")
@json_option
@command_options
def seal(session: Session, output: Path | None, signed_by: str | None, timestamp: str | None, as_json: bool) -> None:
    """Check the archive, then write a manifest: the end of the chain over all requests, counts, a hash of each table.

    Keep the manifest elsewhere: with it, `filature verify --offline --seal FILE` shows later whether anything that was
    there has been changed or removed. With --timestamp, an authority that knows neither you nor the archive signs the
    time of its hash; its answer is kept beside the manifest, in FILE.tsr.

    \b
    Examples:
        filature seal
        filature seal -o seal.json --timestamp https://freetsa.org/tsr
    """
    from db import care
    from db.archive import Archive
    from db.seals import text_of
    from filature import __version__
    from filature.commands.verify import check_or_stop
    from filature.wiring import recorded

    signed_by = signed_by or session.config.harvest.contact
    with Archive.open(session.archive, create=False) as archive, recorded(archive, "seal") as run:
        check_or_stop(session)
        path = output or _free_name(session.archive)
        if path.exists():
            raise CommandError(f"{path}: there already; a seal is never overwritten, name another file with --output")
        manifest = care.seal(session.archive, signed_by=signed_by, version=__version__)
        path.write_text(text_of(manifest), encoding="utf-8")
        run.counts = {"requests": manifest["fetches"]["count"], "snapshots": manifest["snapshots"]["count"]}
    if as_json:
        print_json(manifest)
    else:
        session.say(f"{path}: {counted(run.counts['requests'], 'request')}, root {manifest['root']}")
    if timestamp:
        _stamp(session, path, timestamp)


def _free_name(archive: Path) -> Path:
    """A name beside the archive that is not taken: archive.seal-2021-05-04.json, then -2..."""
    from db.clock import now

    stem = f"{archive.stem}.seal-{now()[:10]}"
    names = [f"{stem}.json", *(f"{stem}-{number}.json" for number in range(2, 1000))]
    return next(path for name in names if not (path := archive.with_name(name)).exists())


def _stamp(session: Session, path: Path, url: str) -> None:
    """Have a manifest stamped. It stands without: what goes wrong is told, and ends in a status of its own."""
    from filature.wiring import harvest_settings
    from harvester.stamps import StampError, read_stamp, request_stamp

    data = path.read_bytes()
    kept = path.with_name(f"{path.name}.tsr")
    try:
        answer = request_stamp(url, data, user_agent=harvest_settings(session.config.harvest).user_agent)
    except StampError as error:
        click.echo(f"filature: sealed, but not stamped: {error}", err=True)
        click.get_current_context().exit(Status.SOME_FAILED)
    kept.write_bytes(answer)
    session.say(f"{kept}: stamped at {read_stamp(answer, data, str(kept)).at}")

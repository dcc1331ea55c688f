"""`filature cron`: how to run the whole job at set times, with the paths of this install."""

from __future__ import annotations

import shlex

import click

from filature.output import program
from filature.session import Session, command_options

STAGES = (["harvest"], ["mine"], ["report", "topics"])


@click.command(short_help="Print a crontab line and a systemd timer.")
@click.option(
    "--every",
    "hours",
    type=click.Choice(["1", "2", "3", "4", "6", "8", "12", "24"]),
    default="6",
    show_default=True,
    help="Hours between two runs.",
)
@command_options
def cron(session: Session, hours: str) -> None:
    """Print a crontab line and a systemd timer that fit this install, and a line that mails the digest of the week.

    All are safe to run while another run is going: a second harvest exits with status 4 and harms nothing.

    \b
    Example:
        filature cron --every 12
    """
    session.config  # noqa: B018 (a schedule for a broken configuration would only fail later, unseen)
    options = ["--quiet", *_paths(session)]
    calls = [[*program(), *stage, *options] for stage in STAGES]
    minute = sum(options[-1].encode()) % 60  # not on the hour, where everybody else's jobs start
    click.echo(crontab(calls, int(hours), minute))
    click.echo()
    click.echo(weekly_mail([*program(), "digest", *options, "--since", "7d"], minute))
    click.echo()
    click.echo(systemd(calls, int(hours), minute))


def _paths(session: Session) -> list[str]:
    paths = ["--archive", str(session.archive.absolute())]
    return paths if session.config_path is None else ["--config", str(session.config_path.absolute()), *paths]


def crontab(calls: list[list[str]], hours: int, minute: int) -> str:
    """Lines for `crontab -e`. Stages follow one another even where one ended with failed targets."""
    every = {1: "*", 24: "0"}.get(hours, f"*/{hours}")
    job = "; ".join(_cron_words(call) for call in calls)
    return f"# crontab -e, then add:\n{minute} {every} * * * {job}"


def weekly_mail(call: list[str], minute: int) -> str:
    """A line for `crontab -e` that sends the digest of the week; no mail when nothing is new."""
    mail = ["mail", "-E", "-s", "filature: the week", "you@example.org"]
    return (
        "# a mail on Monday morning, if anything is new (put your address there):\n"
        f"{minute} 7 * * 1 {_cron_words(call)} | {_cron_words(mail)}"
    )


def _cron_words(call: list[str]) -> str:
    return shlex.join(call).replace("%", r"\%")  # cron reads % as a line end


def systemd(calls: list[list[str]], hours: int, minute: int) -> str:
    """The two unit files of a user timer, and how to switch it on."""
    starts = "\n".join(f"ExecStart=-{' '.join(_unit_word(word) for word in call)}" for call in calls)
    every = {1: "*", 24: "00"}.get(hours, f"00/{hours}")
    return f"""# ~/.config/systemd/user/filature.service
[Unit]
Description=filature: harvest, mine, report
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
Nice=10
{starts}

# ~/.config/systemd/user/filature.timer
[Unit]
Description=filature, every {hours} h

[Timer]
OnCalendar=*-*-* {every}:{minute:02}:00
RandomizedDelaySec=5min
Persistent=true

[Install]
WantedBy=timers.target

# then: systemctl --user daemon-reload && systemctl --user enable --now filature.timer
# and:  journalctl --user -u filature shows what failed"""


def _unit_word(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{escaped}"' if escaped != word or any(c.isspace() or c == "'" for c in word) else word

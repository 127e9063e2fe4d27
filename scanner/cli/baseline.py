"""`keytrail baseline`: what a team knows of and has accepted."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scanner.cli.exits import OK
from scanner.cli.given import Given
from scanner.cli.options import READ, takes
from scanner.errors import UsageError

if TYPE_CHECKING:
    from scanner.run.baseline import Created

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Accept what is known, so that only what is new fails.")

Target = Annotated[str, typer.Argument(metavar="TARGET", help="The repository or folder to accept everything in.")]
File = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="FILE", help="Where the baseline goes (default: .keytrail-baseline.toml).")
]
Reason = Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="Why this is accepted; kept with every entry.")]
Until = Annotated[str | None, typer.Option("--until", metavar="DATE", help="The day after which it is reported again.")]

FILE_NAME = ".keytrail-baseline.toml"


@app.command("create")
@takes("history", "include", "exclude", "trust_config", "quiet", "verbose", "no_color", *READ)
def create(target: Target = ".", output: File = None, reason: Reason = None, until: Until = None, *, given: Given) -> int:
    """Write a baseline that accepts every credential at every place where TARGET holds it now, its history included.

    Entries are named under a salt that is in the file, so that colleagues and CI understand it without a shared key. Keep the file in the
    repository: whoever can read it can read what it describes.
    """
    from scanner.run.baseline import create as run  # noqa: PLC0415 - only the command that runs pays for its parts

    file = Path(FILE_NAME) if output is None else output
    if file.name in {"", "-"}:
        message = "-o needs the name of a file: a baseline is kept"
        raise UsageError(message)
    settings = given.settings((target,))
    with given.watcher(settings) as progress:
        made = run(target, settings, os.environ, progress, file=file, reason=reason or "", until=_day(until))
    if not settings.quiet:
        typer.echo(f"{file}: {_told(made)}", err=True)
    return OK


def _told(made: Created) -> str:
    parts = [f"{_counted(made.credentials, 'credential')} accepted at {_counted(made.places, 'path')}"]
    if made.unnamed:
        parts.append(f"{_counted(made.unnamed, 'guessable value')} too many to be accepted")
    if made.unread:
        parts.append(f"{made.unread:,} unread (keytrail scan --show-unscanned)")
    return "; ".join(parts)


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        message = "--until must be a date such as 2027-01-31"
        raise UsageError(message) from None


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"

"""`keytrail baseline`: what a team knows of and has accepted."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scanner.cli.exits import OK
from scanner.cli.given import Given
from scanner.cli.options import ANSWER, READ, takes
from scanner.cli.say import say
from scanner.errors import UsageError

if TYPE_CHECKING:
    from scanner.config import Settings
    from scanner.run.baseline import Created, Placed, Pruned, Updated
    from scanner.run.baseline_import import Imported

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Accept what is known, so that only what is new fails.")

Target = Annotated[str, typer.Argument(metavar="TARGET", help="The repository or folder to accept everything in.")]
Of = Annotated[str, typer.Argument(metavar="TARGET", help="The repository or folder that the baseline is about.")]
File = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="FILE", help="Where the baseline goes (default: .keytrail-baseline.toml).")
]
Reason = Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="Why this is accepted; kept with every entry.")]
Until = Annotated[str | None, typer.Option("--until", metavar="DATE", help="The day after which it is reported again.")]
Source = Annotated[
    Path,
    typer.Argument(metavar="SOURCE", help="A .secrets.baseline, a .gitleaksignore, or a report of gitleaks, betterleaks or TruffleHog."),
]
From = Annotated[
    str | None,
    typer.Option("--from", metavar="KIND", help="What SOURCE is: detect-secrets, gitleaks, gitleaksignore, betterleaks or trufflehog."),
]
THE_FILE = Annotated[
    Path | None,
    typer.Option("--baseline", metavar="FILE", help="The baseline (default: that of the settings, else .keytrail-baseline.toml)."),
]
LOOK = ("history", "baseline", "include", "exclude", "trust_config", "as_of", "quiet", "verbose", "no_color", *READ)

FILE_NAME = ".keytrail-baseline.toml"


@app.command("create")
@takes("history", "include", "exclude", "trust_config", "quiet", "verbose", "no_color", *READ)
def create(target: Target = ".", output: File = None, reason: Reason = None, until: Until = None, *, given: Given) -> int:
    """Write a baseline that accepts every credential at every place where TARGET holds it now, its history included.

    Entries are named under a salt that is in the file, so that colleagues and CI understand it without a shared key. Keep the file in the
    repository: whoever can read it can read what it describes.
    """
    from scanner.run.baseline import create as run  # noqa: PLC0415 - only the command that runs pays for its parts

    file = _output(output)
    settings = given.settings((target,))
    with given.watcher(settings) as progress:
        made = run(target, settings, os.environ, progress, file=file, reason=reason or "", until=_day(until))
    _summary(settings, file, _created(made))
    return OK


@app.command("update")
@takes(*LOOK, baseline=THE_FILE)
def update(target: Of = ".", reason: Reason = None, until: Until = None, *, given: Given) -> int:
    """Accept also what TARGET holds at places that no entry names, and list it.

    Entries that are there keep their reasons and dates. A place to which a credential was moved from an accepted one joins that entry;
    --reason and --until are for all others.
    """
    from scanner.run.baseline import update as run  # noqa: PLC0415 - as above

    settings = given.settings((target,))
    file = settings.baseline or Path(FILE_NAME)
    with given.watcher(settings) as progress:
        made = run(target, settings, os.environ, progress, file=file, reason=reason or "", until=_day(until))
    _list("added", made.added)
    _summary(settings, file, _updated(made))
    return OK


@app.command("prune")
@takes(*LOOK, baseline=THE_FILE)
def prune(target: Of = ".", *, given: Given) -> int:
    """Take out the entries and places where the credential is not any more, and list them.

    What this run could not have seen stays, and so does an expired entry whose credential is still there: it is what says that it expired.
    """
    from scanner.run.baseline import prune as run  # noqa: PLC0415 - as above

    settings = given.settings((target,))
    file = settings.baseline or Path(FILE_NAME)
    with given.watcher(settings) as progress:
        made = run(target, settings, os.environ, progress, file=file)
    _list("removed", made.removed)
    _list("kept", made.kept)
    _summary(settings, file, _pruned(made))
    return OK


@app.command("audit")
@takes(*LOOK, "format", baseline=THE_FILE, format=ANSWER)
def audit(target: Of = ".", *, given: Given) -> int:
    """List every entry with its places, its reason, its end and what has become of it. Writes nothing.

    Entries are vanished, expired, moved, expiring (within 30 days), unseen (this run could not have seen them) or live.
    """
    from scanner.run.baseline_audit import audit as run  # noqa: PLC0415 - as above

    settings = given.settings((target,))
    if settings.format not in {"text", "json"}:
        message = f"a baseline is told as text or json, not as {settings.format}"
        raise UsageError(message)
    with given.watcher(settings) as progress:
        made = run(target, settings, os.environ, progress, file=settings.baseline or Path(FILE_NAME))
    say(made.json() if settings.format == "json" else made.text(), sys.stdout)
    return OK


@app.command("import")
@takes("plugin", "config", "key_file", "quiet", "no_color", "no_cache")
def import_(source: Source, output: File = None, kind: From = None, reason: Reason = None, until: Until = None, *, given: Given) -> int:
    """Accept what another scanner has on record, as far as keytrail sees it where SOURCE says that it is.

    Reads the repository around the current directory: each value at its commit and line, or, for detect-secrets, whatever in the file has
    the digest. Entries that cannot be resolved are listed, with why. A baseline that is there already is added to.
    """
    from scanner.run.baseline_import import import_source  # noqa: PLC0415 - as above

    file = _output(output)
    settings = given.settings((".",))
    made = import_source(source, settings, os.environ, file=file, kind=kind, reason=reason or "", until=_day(until))
    _list("added", made.added)
    _unresolved(made)
    _summary(settings, file, _imported(made))
    return OK


def _output(output: Path | None) -> Path:
    file = Path(FILE_NAME) if output is None else output
    if file.name in {"", "-"}:
        message = "-o needs the name of a file: a baseline is kept"
        raise UsageError(message)
    return file


def _list(verb: str, placed: Iterable[Placed]) -> None:
    """Each place on a line of its own on standard output."""
    from scanner.reports.escape import shown  # noqa: PLC0415 - as above

    for one in placed:
        parts = (f"{verb:7}", one.kind, one.short and f"#{one.short}", one.place, one.note and f"({one.note})")
        say(shown("  ".join(filter(None, parts))) + "\n", sys.stdout)


def _unresolved(made: Imported) -> None:
    from scanner.reports.escape import shown  # noqa: PLC0415 - as above

    for one in made.unresolved:
        say(shown(f"unresolved  {one.entry}  ({one.why})") + "\n", sys.stdout)


def _summary(settings: Settings, file: Path, told: str) -> None:
    if not settings.quiet:
        typer.echo(f"{file}: {told}", err=True)


def _created(made: Created) -> str:
    said = f"{_counted(made.credentials, 'credential')} accepted at {_counted(made.places, 'path')}"
    return "; ".join((said, *_missed(made.unnamed, made.unread)))


def _updated(made: Updated) -> str:
    said = f"{_counted(len(made.added), 'path')} added" if made.added else "nothing to add"
    expired = [f"{_counted(made.expired, 'path')} expired, whose entries stay as they are"] if made.expired else []
    vanished = [f"{_counted(made.vanished, 'path')} vanished (keytrail baseline prune)"] if made.vanished else []
    return "; ".join((said, *expired, *vanished, *_missed(made.unnamed, made.unread)))


def _pruned(made: Pruned) -> str:
    said = f"{_counted(len(made.removed), 'path')} removed" if made.removed else "nothing to remove"
    kept = [f"{_counted(len(made.kept), 'path')} kept that could not be seen"] if made.kept else []
    left = f"{made.credentials:,} {'entry' if made.credentials == 1 else 'entries'} left"
    return "; ".join((said, *kept, left))


def _imported(made: Imported) -> str:
    entries = f"{made.entries:,} {'entry' if made.entries == 1 else 'entries'} read"
    added = f"{_counted(len(made.added), 'path')} added" if made.added else "nothing to add"
    there = [f"{made.there:,} known already"] if made.there else []
    unneeded = [f"{made.unneeded:,} not reported by keytrail"] if made.unneeded else []
    left = [f"{len(made.unresolved):,} unresolved"] if made.unresolved else []
    return "; ".join((entries, added, *there, *unneeded, *left))


def _missed(unnamed: int, unread: int) -> Iterable[str]:
    if unnamed:
        yield f"{_counted(unnamed, 'guessable value')} too many to be accepted"
    if unread:
        yield f"{unread:,} unread (keytrail scan --show-unscanned)"


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

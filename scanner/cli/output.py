"""Where reports go, and the exit code that an outcome asks for."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import typer

from scanner.cli.exits import INCOMPLETE, OK
from scanner.config import FORMATS, Settings
from scanner.errors import UsageError
from scanner.model import Outcome
from scanner.reports import RENDERERS, Style, write_report


@dataclass(frozen=True, slots=True)
class Destination:
    """One report: its format, and the file it goes to; None is standard output."""

    format: str
    file: Path | None


def destinations(outputs: Sequence[str] | None, default_format: str) -> tuple[Destination, ...]:
    """What `-o [FORMAT:]FILE` asks for; standard output where nothing is asked for."""
    if not outputs:
        return (Destination(default_format, None),)
    return tuple(_destination(text, default_format) for text in outputs)


def _destination(text: str, default_format: str) -> Destination:
    name, colon, rest = text.partition(":")
    chosen, file = (name, rest) if colon and name in FORMATS else (default_format, text)
    if not file:
        message = "-o needs a file name"
        raise UsageError(message)
    return Destination(chosen, None if file == "-" else Path(file))


def deliver(outcome: Outcome, settings: Settings, places: Sequence[Destination], *, color: bool) -> int:
    """Write every report; the answer is the exit code of the run."""
    for place in places:
        terminal = place.file is None and sys.stdout.isatty() and color and "NO_COLOR" not in os.environ
        style = Style(
            colour=terminal,
            links=terminal,
            all_places=settings.all_places,
            show_suppressed=settings.show_suppressed,
            show_unscanned=settings.show_unscanned,
            quiet=settings.quiet,
            as_of=settings.as_of,
            home=str(Path.home()),
            folder=str(Path.cwd()),
        )
        text = RENDERERS[place.format](outcome, style)
        if place.file is None:
            typer.echo(text, nl=False)
        else:
            write_report(text, place.file)
    if outcome.verdict.failed:
        return settings.exit_code
    return INCOMPLETE if settings.strict and not outcome.coverage.complete else OK

"""Where reports go, and the exit code that an outcome asks for."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from scanner.cli.exits import INCOMPLETE, OK
from scanner.cli.say import say
from scanner.config import FORMATS, Settings
from scanner.errors import IncompleteError, UsageError
from scanner.model import Outcome, Reason
from scanner.records import dataclass
from scanner.reports import RENDERERS, Style, write_report

_ELSEWHERE = frozenset({Reason.SHALLOW, Reason.PARTIAL_CLONE})
"""Why something was not seen that a fetch would bring, which the detail says how to make."""


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


def deliver(
    outcome: Outcome, settings: Settings, places: Sequence[Destination], *, color: bool, first: bool = False, whole: bool = False
) -> int:
    """Write every report; the answer is the exit code of the run.

    `first` has reports for people begin with what to do first. With `whole` a run that could not read everything has not done its work:
    IncompleteError, once the reports are written.
    """
    write(outcome, settings, places, color=color, first=first)
    unscanned = outcome.coverage.unscanned
    if whole and unscanned:
        more = f" and {len(unscanned) - 1} more" if len(unscanned) > 1 else ""
        elsewhere = next((one.detail for one in unscanned if one.reason in _ELSEWHERE), "")
        help_ = f"; {elsewhere}" if elsewhere else ""
        message = f"the whole change could not be seen: {unscanned[0].path} ({unscanned[0].reason}){more}{help_}"
        raise IncompleteError(message)
    if outcome.verdict.failed:
        return settings.exit_code
    failed = any(target.state == "failed" for target in outcome.targets)
    return INCOMPLETE if failed or (settings.strict and not outcome.coverage.complete) else OK


def write(outcome: Outcome, settings: Settings, places: Sequence[Destination], *, color: bool, first: bool = False) -> None:
    """Write every report, and nothing else."""
    publish(lambda name, style: RENDERERS[name](outcome, style), settings, places, color=color, first=first)


def publish(
    render: Callable[[str, Style], str], settings: Settings, places: Sequence[Destination], *, color: bool, first: bool = False
) -> None:
    """Write what `render` makes of a format and a style to every place."""
    for place in places:
        terminal = place.file is None and sys.stdout.isatty() and color and "NO_COLOR" not in os.environ
        style = Style(
            colour=terminal,
            links=terminal,
            all_places=settings.all_places,
            show_suppressed=settings.show_suppressed,
            show_unscanned=settings.show_unscanned,
            quiet=settings.quiet,
            first=first,
            as_of=settings.as_of,
            home=_home(),
            folder=str(Path.cwd()),
        )
        text = render(place.format, style)
        if place.file is None:
            say(text, sys.stdout)
        else:
            write_report(text, place.file)


def _home() -> str:
    """The user's own home, as far as there is one."""
    try:
        return str(Path.home())
    except RuntimeError:
        return ""

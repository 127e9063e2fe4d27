"""A change is judged, whoever has read the command line.

`keytrail gate --staged` is what a hook calls at every commit. It is understood here, like `keytrail gate -`, without the library that reads
command lines, which takes a fifth of that command's time to load; every other command line is the library's.
"""

from __future__ import annotations

import os
import sys
from typing import NoReturn

from scanner.cli import exits
from scanner.cli.given import Given
from scanner.cli.output import deliver

HOOK = ["gate", "--staged"]
"""The arguments that a hook gives."""
PATCH = ["gate", "-"]
"""Those that a pipe ends in."""


def run() -> NoReturn:
    """Judge what is staged, without any other option, and end the process as `scanner.cli.main` does."""
    exits.run(lambda: judged(Given({}), staged=True))


def run_patch() -> NoReturn:
    """The same for the patch on standard input."""
    exits.run(lambda: judged_patch(Given({})))


def judged(
    given: Given,
    *,
    staged: bool = False,
    range: str | None = None,  # noqa: A002 - as `Asked` has it
    since: str | None = None,
    pre_receive: bool = False,
    inline: bool = True,
) -> int:
    """The exit code of a gate for one of these, or for what the environment names, with its reports written; see `scanner.run.gate.Asked`."""
    from scanner.run.gate import Asked, gate  # noqa: PLC0415 - only the command that runs pays for its parts

    top = (".",)
    settings = given.settings(top)
    places = given.destinations(settings)
    pushed = _told_on_stdin() if pre_receive else None
    asked = Asked(staged=staged, range=range, since=since, pushed=pushed, inline=inline)
    with given.watcher(settings) as progress:
        outcome = gate(asked, lambda reviewed: given.settings(top, reviewed=reviewed), os.environ, progress)
    return deliver(outcome, settings, places, color=given.color, whole=True)


def judged_patch(given: Given, *, inline: bool = True) -> int:
    """The exit code of a gate for the patch on standard input, with its reports written."""
    from scanner.run.patched import gate_patch  # noqa: PLC0415 - as above

    top = (".",)
    settings = given.settings(top)
    places = given.destinations(settings)
    with given.watcher(settings) as progress:
        outcome = gate_patch(lambda reviewed: given.settings(top, reviewed=reviewed), os.environ, progress, inline=inline)
    return deliver(outcome, settings, places, color=given.color, whole=True)


def _told_on_stdin() -> bytes:
    """What git tells a hook; one byte more than it can be where it is more. Nothing where nobody but a person could say it."""
    from scanner.sources.changes.received import LONGEST  # noqa: PLC0415 - as above

    return b"" if sys.stdin is None or sys.stdin.isatty() else sys.stdin.buffer.read(LONGEST + 1)

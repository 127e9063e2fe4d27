"""`keytrail workstation`: the home of whoever runs it, the machine, the environment, and every repository below the home."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from scanner.cli.given import Given
from scanner.cli.options import JUDGE, PIPELINES, READ, REPORT, takes
from scanner.cli.output import deliver
from scanner.errors import UsageError
from scanner.run.request import Depth, Request

MACHINE: Path | None = Path("/")
"""The root of the file system that is read outside of homes; nothing of it where this is None."""

DepthOption = Annotated[
    str,
    typer.Option(
        "--depth",
        metavar="quick|standard|full",
        help="How much of a home is read: places where credentials are known to lie; repositories as well (default); every other file as well.",
    ),
]
Processes = Annotated[bool, typer.Option("--processes", help="Read the environment of your running processes too.")]


@takes("history", "home", "baseline", *PIPELINES, *READ, *JUDGE, *REPORT)
def workstation(depth: DepthOption = Depth.STANDARD.value, *, processes: Processes = False, given: Given) -> int:
    """Find the credentials of this workstation, and say what to do first.

    Reads your home directory and this machine where credentials are known to lie, the exported environment, and every repository below
    your home, work tree and history, each once. --home reads another home instead, and nothing of this machine.

    Ends with 0 whatever was found, unless --fail-on says otherwise.
    """
    from scanner.run.scan import run  # noqa: PLC0415 - only the command that runs pays for its parts

    homes = given.many("home")
    if homes and processes:
        message = "--processes reads this machine, and --home another one"
        raise UsageError(message)
    request = Request(
        homes=homes or (_own_home(),),
        below=homes or (_own_home(),),
        depth=_depth(depth),
        environment=not homes,
        machine=None if homes else MACHINE,
        processes=processes,
    )
    settings = given.settings(fail_on="none")
    places = given.destinations(settings)
    with given.watcher(settings) as progress:
        outcome = run(request, settings, os.environ, progress)
    return deliver(outcome, settings, places, color=given.color, first=True)


def _depth(word: str) -> Depth:
    try:
        return Depth(word)
    except ValueError:
        message = "--depth is quick, standard or full"
        raise UsageError(message) from None


def _own_home() -> Path:
    try:
        return Path.home()
    except RuntimeError:
        message = "there is no home directory: name one with --home"
        raise UsageError(message) from None

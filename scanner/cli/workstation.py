"""`keytrail workstation`: the home of whoever runs it, the environment, and every repository below the home."""

from __future__ import annotations

import os
from pathlib import Path

from scanner.cli.given import Given
from scanner.cli.options import JUDGE, READ, REPORT, takes
from scanner.cli.output import deliver
from scanner.errors import UsageError
from scanner.run.request import Request


@takes("history", "home", "baseline", *READ, *JUDGE, *REPORT)
def workstation(*, given: Given) -> int:
    """Find the credentials of this workstation, and say what to do first.

    Reads your home directory where credentials are known to lie, the exported environment, and every repository below your home, work
    tree and history, each once. --home reads another home instead, and no environment.

    Ends with 0 whatever was found, unless --fail-on says otherwise.
    """
    from scanner.run.scan import run  # noqa: PLC0415 - only the command that runs pays for its parts

    homes = given.many("home")
    request = Request(homes=homes or (_own_home(),), below=homes or (_own_home(),), environment=not homes)
    settings = given.settings(fail_on="none")
    places = given.destinations(settings)
    with given.watcher(settings) as progress:
        outcome = run(request, settings, os.environ, progress)
    return deliver(outcome, settings, places, color=given.color, first=True)


def _own_home() -> Path:
    try:
        return Path.home()
    except RuntimeError:
        message = "there is no home directory: name one with --home"
        raise UsageError(message) from None

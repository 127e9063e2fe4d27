"""The command line: one thin file a command, and one place where the process ends."""

from __future__ import annotations

import gc
import sys
from typing import NoReturn

__all__ = ["main"]

_GARBAGE = 100_000
"""New objects after which Python looks for circles among them; looking more often costs a short run a tenth of its time."""


def main() -> NoReturn:
    """Run the command line and end the process with the code that the outcome asks for."""
    gc.set_threshold(_GARBAGE)  # before all else is imported, which makes most of a short run's objects
    from scanner.cli import change, exits  # noqa: PLC0415 - as it says

    if (asked := change.understood(sys.argv[1:])) is not None:
        exits.run(asked)
    from scanner.cli.app import run  # noqa: PLC0415 - see `change`

    run()

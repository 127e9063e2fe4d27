"""`keytrail report`, `where` and `explain`: what a report or the store knows, without reading anything again."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from scanner.cli.exits import OK, UNKNOWN
from scanner.cli.given import Given
from scanner.cli.options import ANSWER, LOOKS, REPORT, takes
from scanner.cli.output import publish, write
from scanner.errors import UsageError

Source = Annotated[
    Path | None, typer.Argument(metavar="REPORT", help="A JSON report (`-` is standard input); the store where none is named.")
]
From = Annotated[Path | None, typer.Option("--report", metavar="FILE", help="Ask this JSON report instead of the store.")]
Id = Annotated[str, typer.Argument(metavar="ID", help="A credential's id, or the six characters that reports show (k7f3q2).")]
_LONGEST = 1 << 20
"""Bytes of a value that are read from standard input."""


@takes("store", "config", *REPORT)
def report(source: Source = None, *, given: Given) -> int:
    """Render again what a JSON report or the store holds, in any format.

    Ends with 0 when that was done, whatever the report says.
    """
    from scanner.run.lookup import recall  # noqa: PLC0415 - only the command that runs pays for its parts

    settings = given.settings(fail_on="none")
    outcome = recall(source, settings)
    write(outcome, settings, given.destinations(settings), color=given.color)
    return OK


@takes("store", "format", "output", "config", "key_file", *LOOKS, format=ANSWER)
def where(source: From = None, *, given: Given) -> int:
    """Name every place where a value is known; the value is read from standard input, never from the command line.

    Ends with 0 when the value is known, with 1 when it is not.
    """
    from scanner.run.lookup import find_value, standard_input  # noqa: PLC0415 - as above

    settings = given.settings()
    value = standard_input(_LONGEST + 1)
    if len(value) > _LONGEST:
        message = "standard input is larger than any credential"
        raise UsageError(message)
    found = find_value(value, source, settings, os.environ)
    publish(found.places, settings, given.destinations(settings), color=given.color)
    return OK if found.credential else UNKNOWN


@takes("store", "format", "output", "config", *LOOKS, format=ANSWER)
def explain(credential: Id, source: From = None, *, given: Given) -> int:
    """Tell one credential's story: its places in order of time, facts, findings, and how to rotate it so that nothing breaks.

    Ends with 0, or with 2 when no credential, or more than one, has this id.
    """
    from scanner.run.lookup import find_id  # noqa: PLC0415 - as above

    settings = given.settings()
    found = find_id(credential, source, settings)
    publish(found.story, settings, given.destinations(settings), color=given.color)
    return OK

"""`keytrail scan`: files, directories, repositories with their history, homes, CI exports, CI logs and standard input."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from scanner.cli.given import Given
from scanner.cli.options import JUDGE, PIPELINES, READ, REPORT, takes
from scanner.cli.output import deliver
from scanner.run.request import Request

Targets = Annotated[
    list[str] | None,
    typer.Argument(metavar="TARGET", help="Files, directories and repositories; `-` is standard input. Default: the current directory."),
]


@takes("history", "home", "ci_export", "ci_log", "baseline", "include", "exclude", "trust_config", *PIPELINES, *READ, *JUDGE, *REPORT)
def scan(targets: Targets = None, *, given: Given) -> int:
    """Find credentials in TARGETs and name every place where each one is reused.

    Ends with 0 when the verdict passes, 1 when it fails, 2 for wrong usage, 3 with --strict when something could not be read.
    """
    from scanner.run.scan import run  # noqa: PLC0415 - only the command that runs pays for its parts

    named = tuple(targets or ())
    request = Request(targets=named, homes=given.many("home"), ci_exports=given.many("ci_export"), ci_logs=given.many("ci_log"))
    settings = given.settings(request.named_targets)
    places = given.destinations(settings)
    with given.watcher(settings) as progress:
        outcome = run(request, settings, os.environ, progress)
    return deliver(outcome, settings, places, color=given.color)

"""`keytrail scan`: files, directories, repositories with their history, homes, CI exports and standard input."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from scanner.cli import options
from scanner.cli.output import deliver, destinations
from scanner.cli.progress import watcher
from scanner.config import load
from scanner.run.request import Request
from scanner.run.scan import run

Targets = Annotated[
    list[str] | None,
    typer.Argument(metavar="TARGET", help="Files, directories and repositories; `-` is standard input. Default: the current directory."),
]


def scan(
    targets: Targets = None,
    *,
    history: options.History = None,
    home: options.Home = None,
    ci_export: options.CiExport = None,
    detector: options.Detector = None,
    no_detector: options.NoDetector = None,
    policy: options.Policy = None,
    no_policy: options.NoPolicy = None,
    format: options.Format = None,  # noqa: A002 - the option's name is part of the contract
    output: options.Output = None,
    fail_on: options.FailOn = None,
    exit_code: options.ExitCode = None,
    config: options.Config = None,
    key_file: options.KeyFile = None,
    jobs: options.Jobs = None,
    include: options.Include = None,
    exclude: options.Exclude = None,
    max_blob_size: options.MaxBlobSize = None,
    show_suppressed: options.ShowSuppressed = None,
    show_unscanned: options.ShowUnscanned = None,
    all_places: options.AllPlaces = None,
    strict: options.Strict = None,
    trust_config: options.TrustConfig = None,
    as_of: options.AsOf = None,
    quiet: options.Quiet = None,
    verbose: options.Verbose = False,
    no_color: options.NoColor = False,
    no_cache: options.NoCache = False,
) -> int:
    """Find credentials in TARGETs and name every place where each one is reused.

    Ends with 0 when the verdict passes, 1 when it fails, 2 for wrong usage, 3 with --strict when something could not be read.
    """
    given = {name: value for name, value in locals().items() if name in _SETTINGS}
    request = Request(targets=tuple(targets or ()), homes=tuple(home or ()), ci_exports=tuple(ci_export or ()))
    settings = load(
        {**given, "cache": False if no_cache else None},
        config=config,
        environ=os.environ,
        targets=tuple(Path(target) for target in request.named_targets if target != "-"),
    )
    places = destinations(output, settings.format)
    with watcher(quiet=settings.quiet, verbose=verbose, color=not no_color, stream=sys.stderr) as progress:
        outcome = run(request, settings, os.environ, progress)
    return deliver(outcome, settings, places, color=not no_color)


_SETTINGS = frozenset(
    {
        *("history", "detector", "no_detector", "policy", "no_policy", "format", "fail_on", "exit_code", "key_file", "jobs", "include"),
        *("exclude", "max_blob_size", "show_suppressed", "show_unscanned", "all_places", "strict", "trust_config", "as_of", "quiet"),
    }
)

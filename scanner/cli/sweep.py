"""`keytrail sweep`: many repositories, again and again, into the store."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from scanner.cli.given import Given
from scanner.cli.options import JUDGE, PIPELINES, READ, REPORT, takes
from scanner.cli.output import deliver

Targets = Annotated[str, typer.Argument(metavar="TARGETS", help="A folder of clones, or a TOML file of [[targets]].")]
Insecure = Annotated[bool, typer.Option("--allow-insecure", help="Allow http and git URLs to any host, not to this machine only.")]


@takes("store", *PIPELINES, *READ, *JUDGE, *REPORT)
def sweep(targets: Targets, allow_insecure: Insecure = False, *, given: Given) -> int:
    """Read what is new in many repositories, and correlate it over all of them and over time.

    TARGETS is a folder of clones, or a TOML file that lists paths, git URLs (https, ssh, file) and the CI exports that belong to them.
    Repositories are read with their whole history, the first time wholly, afterwards only what is new. What was found is kept in the
    store, without any value.

    Ends with 0 whatever was found, unless --fail-on says otherwise; with 3 when a target failed.
    """
    from scanner.run.sweep import Asked  # noqa: PLC0415 - only the command that runs pays for its parts
    from scanner.run.sweep import sweep as run  # noqa: PLC0415 - as above

    settings = given.settings(fail_on="none")
    places = given.destinations(settings)
    with given.watcher(settings) as progress:
        outcome = run(Asked(targets, insecure=allow_insecure), settings, os.environ, progress)
    return deliver(outcome, settings, places, color=given.color)

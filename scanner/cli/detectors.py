"""`keytrail detectors`: what is recognised."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from scanner.cli.exits import OK
from scanner.cli.given import Given
from scanner.cli.options import ANSWER, takes
from scanner.cli.output import publish
from scanner.errors import UsageError
from scanner.reports import Style

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Say what is recognised and where, and how to revoke it.")

Id = Annotated[str, typer.Argument(metavar="ID", help="A detector, or a kind that a report names.")]

Cost = Annotated[bool, typer.Option("--cost", help="Measure what each detector costs a scan, the costliest first: takes minutes.")]
LeaveOneOut = Annotated[
    bool, typer.Option("--leave-one-out", help="With --cost: by leaving each detector out of all, exact and some five seconds for each.")
]
Corpus = Annotated[
    list[Path] | None,
    typer.Option(
        "--corpus", metavar="PATH", help="What --cost measures on: a file, folder or repository (default: this folder). Repeatable."
    ),
]


@app.command("list")
@takes("detector", "no_detector", "format", "output", "quiet", "verbose", "no_cache", format=ANSWER)
def listed(cost: Cost = False, leave_one_out: LeaveOneOut = False, corpus: Corpus = None, *, given: Given) -> int:
    """List every installed detector with the kinds of credentials that it finds, or with what it costs."""
    from scanner.run.catalogue import overview  # noqa: PLC0415 - only the command that runs pays for its parts

    settings = given.settings()
    if (corpus or leave_one_out) and not cost:
        message = "--corpus needs --cost" if corpus else "--leave-one-out needs --cost"
        raise UsageError(message)
    told: Callable[[str, Style], str] = partial(overview, settings)
    if cost:
        from scanner.run.cost import costs  # noqa: PLC0415 - as above

        with given.watcher(settings) as progress:
            told = costs(settings, corpus or [Path()], leaving_out=leave_one_out, told=progress.aside).told
    publish(told, settings, given.destinations(settings), color=False)
    return OK


@app.command("show")
@takes("format", "output", format=ANSWER)
def show(detector: Id, *, given: Given) -> int:
    """Say what a detector finds, whence the format is known, what it does not take for one, what the values tell, and how to revoke them."""
    from scanner.run.catalogue import page_of  # noqa: PLC0415 - as above

    settings = given.settings()
    publish(page_of(detector).told, settings, given.destinations(settings), color=False)
    return OK


@app.command("locations")
@takes("format", "output", format=ANSWER)
def places(*, given: Given) -> int:
    """List the places of a home and of a machine that are read, with the tool and the format of each, and the mode that such a file should have."""
    from scanner.run.locations import locations  # noqa: PLC0415 - as above

    settings = given.settings()
    publish(locations, settings, given.destinations(settings), color=False)
    return OK

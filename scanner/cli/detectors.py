"""`keytrail detectors`: what is recognised."""

from __future__ import annotations

from typing import Annotated

import typer

from scanner.cli.exits import OK
from scanner.cli.options import ANSWER, Given, takes
from scanner.cli.output import publish

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Say what is recognised, and how to revoke it.")

Id = Annotated[str, typer.Argument(metavar="ID", help="A detector, or a kind that a report names.")]


@app.command("list")
@takes("format", "output", format=ANSWER)
def listed(*, given: Given) -> int:
    """List every installed detector with the kinds of credentials that it finds."""
    from scanner.run.catalogue import overview  # noqa: PLC0415 - only the command that runs pays for its parts

    settings = given.settings()
    publish(overview, settings, given.destinations(settings), color=False)
    return OK


@app.command("show")
@takes("format", "output", format=ANSWER)
def show(detector: Id, *, given: Given) -> int:
    """Say what a detector finds, whence the format is known, what it does not take for one, what the values tell, and how to revoke them."""
    from scanner.run.catalogue import page_of  # noqa: PLC0415 - as above

    settings = given.settings()
    publish(page_of(detector).told, settings, given.destinations(settings), color=False)
    return OK

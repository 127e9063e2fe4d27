"""`keytrail policies`: what findings mean."""

from __future__ import annotations

from typing import Annotated

import typer

from scanner.cli.exits import OK
from scanner.cli.given import Given
from scanner.cli.options import ANSWER, takes
from scanner.cli.output import publish

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Say what findings mean, and what to do about them.")

Id = Annotated[str, typer.Argument(metavar="ID", help="A policy, as a finding names it: TB301.")]


@app.command("list")
@takes("format", "output", format=ANSWER)
def listed(*, given: Given) -> int:
    """List every policy with its base severity and the weakest evidence that it speaks on."""
    from scanner.run.rules import overview  # noqa: PLC0415 - only the command that runs pays for its parts

    settings = given.settings()
    publish(overview, settings, given.destinations(settings), color=False)
    return OK


@app.command("show")
@takes("format", "output", format=ANSWER)
def show(policy: Id, *, given: Given) -> int:
    """Say what a policy reports, how bad that is, what to do, and which entries of standards it supports."""
    from scanner.run.rules import rule_of  # noqa: PLC0415 - as above

    settings = given.settings()
    publish(rule_of(policy).told, settings, given.destinations(settings), color=False)
    return OK

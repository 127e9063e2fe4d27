"""The `keytrail` command."""

from __future__ import annotations

from typing import Annotated

import typer

from scanner.cli import baseline, exits, gate, lookup, scan, sweep, workstation
from scanner.run.version import tool_version

app = typer.Typer(
    name="keytrail",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command(name="scan")(scan.scan)
app.command(name="workstation")(workstation.workstation)
app.command(name="gate")(gate.gate)
app.command(name="sweep")(sweep.sweep)
app.command(name="where")(lookup.where)
app.command(name="explain")(lookup.explain)
app.command(name="report")(lookup.report)
app.add_typer(baseline.app, name="baseline")


def _say_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"keytrail {tool_version()}")
        raise typer.Exit


@app.callback()
def keytrail(
    _version: Annotated[bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Print the version and exit.")] = False,
) -> None:
    """Find publishing tokens and signing keys, and name every place where each one is reused."""


def main() -> None:
    """Run the command line and end the process with the code that the outcome asks for."""
    exits.run(app)

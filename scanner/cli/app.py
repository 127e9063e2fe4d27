"""The `keytrail` command."""

from __future__ import annotations

import gc
import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Annotated

import typer

from scanner.cli import exits
from scanner.cli.plain import without_pydantic

COMMANDS: Mapping[str, str] = {
    "scan": "scan",
    "workstation": "workstation",
    "gate": "gate",
    "baseline": "baseline",
    "sweep": "sweep",
    "where": "lookup",
    "explain": "lookup",
    "report": "lookup",
}
"""Every command and the module here that has it, in the order of `--help`."""

_GARBAGE = 100_000
"""New objects after which Python looks for circles among them; looking more often costs a short run a tenth of its time."""


def _say_version(wanted: bool) -> None:
    if wanted:
        from scanner.run.version import tool_version  # noqa: PLC0415 - no command needs it to start

        typer.echo(f"keytrail {tool_version()}")
        raise typer.Exit


def keytrail(
    _version: Annotated[bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Print the version and exit.")] = False,
) -> None:
    """Find publishing tokens and signing keys, and name every place where each one is reused."""


def application(command: str | None = None) -> typer.Typer:
    """The command line. With the name of a command it knows that one only, which makes it start sooner."""
    app = typer.Typer(
        name="keytrail",
        add_completion=False,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
        callback=keytrail,
    )
    for name in (command,) if command is not None and command in COMMANDS else COMMANDS:
        module = import_module(f"scanner.cli.{COMMANDS[name]}")
        if hasattr(module, "app"):
            app.add_typer(module.app, name=name)
        else:
            app.command(name=name)(getattr(module, name))
    return app


def main() -> None:
    """Run the command line and end the process with the code that the outcome asks for."""
    gc.set_threshold(_GARBAGE)
    app = application(sys.argv[1] if len(sys.argv) > 1 else None)
    exits.run(without_pydantic(typer.main.get_command(app)))

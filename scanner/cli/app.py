"""The `keytrail` command."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Annotated, NoReturn

import typer

from scanner.cli import exits
from scanner.cli.plain import without_pydantic

COMMANDS: Mapping[str, tuple[str, str]] = {
    "scan": ("scan", "Find credentials in files, repositories, homes and exports."),
    "workstation": ("workstation", "Find the credentials of this workstation."),
    "gate": ("gate", "Judge what a change brings."),
    "baseline": ("baseline", "Accept what is known."),
    "sweep": ("sweep", "Read what is new in many repositories into the store."),
    "where": ("lookup", "Name every place where a value is known."),
    "explain": ("lookup", "Tell one credential's story."),
    "report": ("lookup", "Render what a report or the store holds."),
    "detectors": ("detectors", "Say what is recognised, and how to revoke it."),
    "policies": ("policies", "Say what findings mean, and what to do."),
}
"""Every command, the module here that has it and what it is for, in the order of `--help`."""


def _say_version(wanted: bool) -> None:
    if wanted:
        from scanner.run.version import pack_reader, tool_version  # noqa: PLC0415 - no command needs it to start

        typer.echo(f"keytrail {tool_version()} ({pack_reader()})")
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
        where, purpose = COMMANDS[name]
        module = import_module(f"scanner.cli.{where}")
        if hasattr(module, "app"):
            app.add_typer(module.app, name=name, short_help=purpose)
        else:
            app.command(name=name, short_help=purpose)(getattr(module, name))
    return app


def run() -> NoReturn:
    """See `scanner.cli.main`."""
    app = application(sys.argv[1] if len(sys.argv) > 1 else None)
    command = without_pydantic(typer.main.get_command(app))
    exits.run(lambda: _answered(command))


def _answered(command: Callable[..., object]) -> int:
    try:
        answer = command(standalone_mode=False)
    except typer.Exit as end:
        return end.exit_code
    except typer.TyperException as error:
        if type(error).__name__ == "NoArgsIsHelpError":
            typer.echo(error, err=True)
            return exits.USAGE
        return exits.refused(str(getattr(error, "message", "")) or _nameless(error), " (see --help)")
    return answer if isinstance(answer, int) else exits.OK


def _nameless(error: typer.TyperException) -> str:
    """What is wrong where typer says nothing of its own: an argument is missing."""
    wanted = getattr(getattr(error, "param", None), "metavar", None)
    return f"{wanted} is missing" if wanted else "wrong usage"

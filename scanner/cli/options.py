"""The options that commands share, each written once, and how a command takes some of them."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import typer

from scanner.cli.given import Given
from scanner.config import FORMATS


def _many(*names: str, metavar: str, help: str) -> object:  # noqa: A002 - typer's own word for it
    return Annotated[list[str] | None, typer.Option(*names, metavar=metavar, help=f"{help} Repeatable.")]


def _one(*names: str, metavar: str, help: str) -> object:  # noqa: A002 - as above
    return Annotated[str | None, typer.Option(*names, metavar=metavar, help=help)]


def _flag(*names: str, help: str) -> object:  # noqa: A002 - as above
    return Annotated[bool | None, typer.Option(*names, help=help)]


def _file(*names: str, help: str) -> object:  # noqa: A002 - as above
    return Annotated[Path | None, typer.Option(*names, metavar="FILE", help=help)]


SHARED: Mapping[str, object] = {
    "history": _flag("--history/--no-history", help="Read every object of a repository's store (default), or its files only."),
    "home": Annotated[
        list[Path] | None, typer.Option("--home", metavar="DIR", help="Read DIR as a home, where credentials are known to lie. Repeatable.")
    ],
    "ci_export": _many(
        "--ci-export",
        metavar="[SYSTEM[@REPO]:]FILE",
        help="Read FILE as an export of CI variables; of SYSTEM, such as gitlab-project, where FILE does not show it.",
    ),
    "ci_log": _many("--ci-log", metavar="FILE|DIR|ZIP", help="Read logs of CI jobs: a file, all below DIR, or a system's archive."),
    "detector": _many("--detector", metavar="ID", help="Run only this detector."),
    "no_detector": _many("--no-detector", metavar="ID", help="Leave this detector out."),
    "plugin": _many("--plugin", metavar="DISTRIBUTION", help="Run this installed distribution's detectors for detect-secrets too."),
    "policy": _many("--policy", metavar="ID", help="Judge only by this policy."),
    "no_policy": _many("--no-policy", metavar="ID", help="Leave this policy out."),
    "format": _one("--format", metavar="FORMAT", help=f"Format of the report on stdout: {', '.join(FORMATS)} (default {FORMATS[0]})."),
    "output": _many("--output", "-o", metavar="[FORMAT:]FILE", help="Write the report to FILE instead of stdout."),
    "fail_on": _one(
        "--fail-on",
        metavar="SEVERITY",
        help="Fail from this severity on: critical, high, medium, low, info or none (default low; none for workstation and sweep).",
    ),
    "exit_code": Annotated[int | None, typer.Option("--exit-code", metavar="N", help="Exit code of a failed verdict (default 1).")],
    "baseline": _file("--baseline", help="Be quiet about credentials at the places where this baseline accepts them."),
    "config": _file("--config", help="Obey this configuration file and no other."),
    "key_file": _file("--key-file", help="The key that ids are made with (default: KEYTRAIL_KEY, else one of your own)."),
    "store": _one("--store", metavar="URL", help="The store of sweeps: a file or sqlite:///FILE (default: in your data directory)."),
    "signatures": _many("--signatures", metavar="FILE", help="Know the actions, commands and registries of this table as well."),
    "jobs": Annotated[int | None, typer.Option("--jobs", "-j", metavar="N", help="Worker processes (default: one for each processor).")],
    "include": _many("--include", metavar="PATTERN", help="Read only files that match (gitignore syntax)."),
    "exclude": _many("--exclude", metavar="PATTERN", help="Leave out files that match (gitignore syntax)."),
    "max_blob_size": _one("--max-blob-size", metavar="SIZE", help="Do not read what is larger, such as 10M (default 2G)."),
    "archives": _flag("--archives/--no-archives", help="Open archives and compressed files (default), or read them as they are."),
    "show_suppressed": _flag("--show-suppressed", help="List suppressed credentials too."),
    "show_unscanned": _flag("--show-unscanned", help="List what could not be read, and why."),
    "all_places": _flag("--all-places", help="List every place, not only the first five of a credential."),
    "strict": _flag("--strict", help="End with 3 when the verdict passes but something could not be read."),
    "trust_config": _flag("--trust-config", help="Obey configuration and ignore files that lie in a target."),
    "as_of": _one("--as-of", metavar="DATE", help="Judge expiry as of this day (default: today)."),
    "quiet": _flag("--quiet", "-q", help="Results only: no header, no notes, no counts."),
    "verbose": _flag("--verbose", "-v", help="Say on stderr what is being read."),
    "no_color": _flag("--no-color", help="No colour, also on a terminal."),
    "no_cache": _flag("--no-cache", help="Use no cache: neither compiled detectors nor what is known to hold nothing."),
}
"""By the name of the setting that they set, where they set one."""

ANSWER = _one("--format", metavar="text|json", help="Form of the answer on stdout.")
"""The format of commands that answer a question and make no report."""

LOOKS = ("show_suppressed", "show_unscanned", "all_places", "as_of", "quiet", "verbose", "no_color")
REPORT = ("format", "output", *LOOKS)
JUDGE = ("policy", "no_policy", "fail_on", "exit_code", "strict")
PIPELINES = ("signatures",)
READ = ("detector", "no_detector", "plugin", "jobs", "max_blob_size", "archives", "config", "key_file", "no_cache")


def takes(*names: str, **otherwise: object) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """The command has these shared options besides its own; they reach it as the argument `given`.

    `otherwise` is what some of them look like here where they differ.
    """

    def decorate(command: Callable[..., int]) -> Callable[..., int]:
        own = {name: one for name, one in inspect.signature(command, eval_str=True).parameters.items() if name != "given"}
        shared = {
            name: inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=otherwise.get(name, SHARED[name]))
            for name in SHARED
            if name in names
        }

        @wraps(command)
        def run(**arguments: Any) -> int:  # noqa: ANN401 - whatever the options say
            given = Given({name: arguments.pop(name) for name in shared})
            return command(**arguments, given=given)

        parameters = [*own.values(), *shared.values()]
        vars(run)["__signature__"] = inspect.Signature(parameters, return_annotation=int)  # what typer makes the options from
        run.__annotations__ = {one.name: one.annotation for one in parameters}
        return run

    return decorate

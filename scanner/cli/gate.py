"""`keytrail gate`: what a change adds."""

from __future__ import annotations

from typing import Annotated

import typer

from scanner.cli.change import judged, judged_patch
from scanner.cli.given import Given
from scanner.cli.options import JUDGE, READ, REPORT, takes
from scanner.errors import UsageError

Patch = Annotated[str | None, typer.Argument(metavar="-", help="A patch on standard input.", show_default=False)]
Staged = Annotated[bool, typer.Option("--staged", help="What is staged: the index, not the work tree, against HEAD.")]
Range = Annotated[str | None, typer.Option("--range", metavar="A..B", help="Every commit of B that A has not.")]
Since = Annotated[str | None, typer.Option("--since", metavar="REF", help="Every commit of HEAD since it left REF.")]
PreReceive = Annotated[bool, typer.Option("--pre-receive", help="What a push brings, told on stdin as to a server's hook of that name.")]
NoInline = Annotated[
    bool, typer.Option("--no-inline-allow", help="Markers in the change (keytrail:allow and those of other scanners) do not count.")
]


@takes("baseline", "trust_config", *READ, *(name for name in JUDGE if name != "strict"), *REPORT)
def gate(  # noqa: PLR0917 - one parameter for each option, all of them named by typer
    patch: Patch = None,
    staged: Staged = False,
    range: Range = None,  # noqa: A002 - the option's name is part of the contract
    since: Since = None,
    pre_receive: PreReceive = False,
    no_inline_allow: NoInline = False,
    *,
    given: Given,
) -> int:
    """Fail when a change brings a credential to a place where it was not known.

    Reads the repository around the current directory: what each commit adds, also what a later commit of the range takes away again, and
    commit messages; with - a patch, which needs no repository. Configuration and baseline are those that stand at the base of the change.

    Where no change is named, it is the one that the CI system or pre-commit names in the environment.

    Ends with 0 when the change passes, 1 when it fails, 2 for wrong usage and whenever the whole change could not be seen.
    """
    if patch not in {None, "-"}:
        message = "the only argument is - for a patch on standard input; a file goes there with < FILE"
        raise UsageError(message)
    if [patch is not None, staged, range is not None, since is not None, pre_receive].count(True) > 1:
        message = "name one change: --staged, --range A..B, --since REF, --pre-receive or - for a patch on standard input"
        raise UsageError(message)
    if patch is not None:
        return judged_patch(given, inline=not no_inline_allow)
    return judged(given, staged=staged, range=range, since=since, pre_receive=pre_receive, inline=not no_inline_allow)

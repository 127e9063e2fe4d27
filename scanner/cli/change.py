"""A change is judged, whoever has read the command line.

`keytrail gate` is what a hook calls at every commit, and CI for every change. What those write is understood here, without the library that
reads command lines, which takes a fifth of that command's time to load; every other command line is the library's, and whatever is wrong
with one is said by it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from scanner.cli.given import Given
from scanner.cli.output import deliver

_GATE = "gate"
_FLAGS = {"--staged": "staged", "--pre-receive": "pre_receive", "--no-inline-allow": "inline"}
_NAMED = {"--range": "range", "--since": "since"}
_SHARED: Mapping[str, tuple[str, Callable[[str], object]]] = {
    "--baseline": ("baseline", Path),
    "--config": ("config", Path),
    "--fail-on": ("fail_on", str),
    "--format": ("format", str),
}
"""Options that commands share, the setting behind each and what its text becomes."""
_OUTPUT = frozenset({"-o", "--output"})
_CHANGES = ("staged", "range", "since", "pre_receive")


def understood(arguments: Sequence[str]) -> Callable[[], int] | None:
    """What a command line asks for that judges a change and says no more than hooks and CI do; None for any other."""
    if list(arguments) == [_GATE, "-"]:
        return lambda: judged_patch(Given({}))
    if list(arguments[:1]) != [_GATE]:
        return None
    own: dict[str, Any] = {}
    shared: dict[str, Any] = {}
    words = iter(arguments[1:])
    for word in words:
        if word in _FLAGS and _FLAGS[word] not in own:
            own[_FLAGS[word]] = word != "--no-inline-allow"
            continue
        value = next(words, "")
        if not value or (value.startswith("-") and value != "-"):
            return None
        if word in _OUTPUT:
            shared.setdefault("output", []).append(value)
        elif word in _NAMED and _NAMED[word] not in own:
            own[_NAMED[word]] = value
        elif word in _SHARED and _SHARED[word][0] not in shared:
            name, read = _SHARED[word]
            shared[name] = read(value)
        else:
            return None
    return (lambda: judged(Given(shared), **own)) if sum(name in own for name in _CHANGES) <= 1 else None


def judged(
    given: Given,
    *,
    staged: bool = False,
    range: str | None = None,  # noqa: A002 - as `Asked` has it
    since: str | None = None,
    pre_receive: bool = False,
    inline: bool = True,
) -> int:
    """The exit code of a gate for one of these, or for what the environment names, with its reports written; see `scanner.run.gate.Asked`."""
    from scanner.run.gate import Asked, gate, told  # noqa: PLC0415 - only the command that runs pays for its parts

    top = (".",)
    settings = given.settings(top)
    places = given.destinations(settings)
    pushed = told(sys.stdin) if pre_receive else None
    asked = Asked(staged=staged, range=range, since=since, pushed=pushed, inline=inline)
    with given.watcher(settings) as progress:
        outcome = gate(asked, lambda reviewed: given.settings(top, reviewed=reviewed), os.environ, progress)
    return deliver(outcome, settings, places, color=given.color, whole=True)


def judged_patch(given: Given, *, inline: bool = True) -> int:
    """The exit code of a gate for the patch on standard input, with its reports written."""
    from scanner.run.patched import gate_patch  # noqa: PLC0415 - as above

    top = (".",)
    settings = given.settings(top)
    places = given.destinations(settings)
    with given.watcher(settings) as progress:
        outcome = gate_patch(lambda reviewed: given.settings(top, reviewed=reviewed), os.environ, progress, inline=inline)
    return deliver(outcome, settings, places, color=given.color, whole=True)

"""What the command does that an action is given to publish with: the action itself does no more than run it, and tell of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from scanner.model import Act
from scanner.pipelines.definition import Text
from scanner.pipelines.follow import followed
from scanner.pipelines.library import Library
from scanner.pipelines.roles import THROUGH_SCRIPT
from scanner.pipelines.shell import commands
from scanner.pipelines.signatures import Signatures
from scanner.records import replace

_MOST = 200
"""Commands that are looked at; of a longer text nothing is promised."""
_PLAIN = frozenset(
    {
        "",
        ":",
        "[",
        "[[",
        "cat",
        "cd",
        "date",
        "echo",
        "env",
        "exit",
        "export",
        "false",
        "ls",
        "printf",
        "pwd",
        "set",
        "sleep",
        "test",
        "true",
        "unset",
    }
)
"""Programs that leave every registry as it is."""
_PUBLISH, _PAGE = "publish", "release_page"
_SEEN = {_PUBLISH: frozenset({_PUBLISH}), _PAGE: frozenset({_PUBLISH, _PAGE, "write_source"})}
"""By what an action is known for: the roles of which its command has one if the action does it. Of tags that were pushed it makes pages, too."""


def denied(texts: Iterable[Text], library: Library, signatures: Signatures) -> frozenset[str]:
    """The roles that an action does not have, since it was given commands of which all is known and that do nothing of the kind."""
    given = [_roles(text, library, signatures) for text in texts]
    if not given or None in given:
        return frozenset()
    roles = frozenset(role for found in given if found is not None for role in found)
    return frozenset(role for role, telling in _SEEN.items() if not roles & telling)


def _roles(text: Text, library: Library, signatures: Signatures) -> frozenset[str] | None:
    """All that the commands of a text do, those of the repository's scripts with them; None where that is not all known."""
    waiting, met, roles, seen = [(text, ".")], set[tuple[str, str]](), set[str](), 0
    while waiting:
        one, folder = waiting.pop()
        for command in commands(one.value, one.shell):
            seen += 1
            found, matches = followed(command, folder, library), signatures.command(command)
            if seen > _MOST or (not found and not matches and command.program not in _PLAIN):
                return None
            roles |= {match.role for match in matches if not match.is_rehearsal}
            for script in found:
                if script.file is None or script.target is None:
                    return None
                if (script.file.file, script.name) in met:
                    continue
                met.add((script.file.file, script.name))
                inside = folder if script.file.type == "shell" else script.file.file.rpartition("/")[0] or "."
                needed = library.chain(script.file, script.target)
                waiting += ((more, inside) for target in needed for more in target.texts)
    return frozenset(roles)


def kept(acts: list[Act], step: range, publishing: Sequence[str]) -> list[Act]:
    """Acts, without what a step is said to publish where what it was given to run, in an input that is `publishing`, certainly does.

    `step` are the places of those of the step itself; behind them are those of its texts, which get what the step hands to them, and are as
    known as it is.
    """
    own, texts = acts[step.start : step.stop], acts[step.stop :]
    done = [act for act in texts if publishing and act.role == _PUBLISH and act.weight >= THROUGH_SCRIPT]
    said = [act for act in own if act.role == _PUBLISH]
    if not done or not said:
        return acts
    takes = tuple(dict.fromkeys(name for act in said for name in act.takes))
    others = [act for act in own if act.role != _PUBLISH]
    return [*acts[: step.start], *others, *(_handed(act, takes) if act in done else act for act in texts)]


def _handed(act: Act, takes: tuple[str, ...]) -> Act:
    every = tuple(dict.fromkeys((*act.takes, *takes)))
    return replace(act, takes=every, is_keyless=False if every else act.is_keyless, is_publisher=True)

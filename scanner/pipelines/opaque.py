"""Scripts and tasks that nobody here can read: what they are handed says what they are for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scanner.model import Act, Location
from scanner.pipelines.commands import Command
from scanner.pipelines.definition import Setting, Via
from scanner.pipelines.entered import inside
from scanner.pipelines.gathering import Around, Here
from scanner.pipelines.inferred import of_part
from scanner.pipelines.roles import NAME, SINK
from scanner.pipelines.scope import Scope, takes_job_token
from scanner.pipelines.signatures import Signatures
from scanner.pipelines.tools import Started
from scanner.pipelines.understood import Understood
from scanner.records import replace

_INTERPRETERS = ("python", "node", "ruby", "perl", "deno", "bun", "tsx", "ts-node", "pwsh")
_TASK_RUNNERS = frozenset(
    {
        "dotnet",
        "cake",
        "nuke",
        "fake",
        "mage",
        "dagger",
        "bazel",
        "bazelisk",
        "pants",
        "ant",
        "grunt",
        "gulp",
        "jake",
        "invoke",
        "inv",
        "doit",
    }
)
"""Build tools whose files are not read."""
_OF_TARGETS = frozenset({"bazel", "bazelisk", "pants", "ant", "dagger"})
"""Those of them whose words are verbs and labels, and no names of tasks."""
COMPILED = "go run"
"""What compiles a program of the repository and starts it."""
_TASK = re.compile(r"[A-Za-z][\w:.-]{0,40}")
_ALL = frozenset({"$@", "$*", "${@}", "${*}", "%*", "$args", "@args"})
"""All words that a script was called with."""
_NEAR = 5
"""Words of a command, the program with them, among which the name of what it runs is looked for."""
_RELEASE = "publish"
_RELEASER = "goreleaser"
"""Started by programs that nobody can read as well, with settings that anybody can."""
_ANYTHING = "write_source"
"""What a forge's token is for when nothing more is known: nothing, where it is the job's own, with which comments are written and jobs asked."""


def is_opaque(command: Command, signatures: Signatures) -> bool:
    """Whether a command is a script by its path, what reads programs and is given one, or a task that is called like a release."""
    if "/" in (command.argv or ("",))[0] or command.wrappers[-1:] == (COMPILED,):
        return True
    if command.program in _TASK_RUNNERS:
        return any(signatures.names(word) for word in command.argv[1:_NEAR])
    return command.program.startswith(_INTERPRETERS) and any("/" in word for word in command.argv[1:4] if not word.startswith("-"))


def tasks_of(command: Command, own: tuple[str, ...] | None) -> tuple[str, ...]:
    """The tasks that a command hands to a build program which is not read; `own` are the words that the script was called with itself."""
    words = command.argv[1:]
    if command.program == "dotnet":
        words = words[words.index("--") + 1 :] if words[:1] == ("run",) and "--" in words else ()
    elif (command.program not in _TASK_RUNNERS and command.wrappers[-1:] != (COMPILED,)) or command.program in _OF_TARGETS:
        words = ()
    return tasks_in(passed(words, own))


def tasks_in(words: tuple[str, ...] | None) -> tuple[str, ...]:
    """What among the words that a build program or script is called with may be the name of a task."""
    return tuple(word for word in (words or ())[:_NEAR] if _TASK.fullmatch(word))


def passed(words: tuple[str, ...], own: tuple[str, ...] | None) -> tuple[str, ...]:
    """The words of a command in which those that its script was called with stand for themselves (`"$@"`)."""
    return tuple(part for word in words for part in ((own or ()) if word in _ALL and own is not None else (word,)))


def called(names: tuple[str, ...], here: Here, at: Location, understood: Understood) -> Iterator[Act]:
    """What names let suspect of something that cannot be read."""
    for name in names:
        for role in understood.signatures.names(name):
            yield Act(role, "name", NAME, f"the name of {name}", at, here.step, script=here.script)


def configured(names: tuple[str, ...], here: Here, scope: Scope, understood: Understood, folder: str) -> Iterator[Act]:
    """What settings of a release tool let suspect that lie in the folder where something is called like a release that cannot be read."""
    if any(_RELEASE in understood.signatures.names(name) for name in names):
        for file, part in understood.set_up(Started(_RELEASER, (), folder)).parts:
            yield of_part(part, replace(inside(file, here), weight=NAME), scope, is_rehearsal=False)


def told(around: Around, argv: tuple[str, ...], here: Here, signatures: Signatures) -> Iterator[Act]:
    """What a script is for, as the publishers' variables of its step and the secrets among its words say; a task is called so as well."""
    scope = around.scope
    weight = round(SINK + NAME, 2) if argv[:1] and argv[0] in _TASK_RUNNERS else SINK
    given = [setting for layer in scope.layers if layer.via is Via.STEP_ENV for setting in layer.settings]
    given += [Setting(one.name, "", one.line, one.column, (one,)) for one in around.mentions if any(one.name in word for word in argv)]
    for setting in given:
        known = signatures.service_of_sink(setting.name)
        if known is None or not setting.mentions:
            continue
        role, target = known
        takes = scope.slots(setting.mentions)
        if role == _ANYTHING and not takes and takes_job_token(setting.mentions, scope):
            continue
        yield Act(
            role,
            "sink",
            weight,
            f"{setting.name} is given to a script",
            around.at,
            here.step,
            target,
            takes=takes,
            sinks=(setting.name,),
            is_keyless=False if takes else None,
            runs_project=True,
            script=here.script,
        )

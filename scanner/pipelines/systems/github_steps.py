"""Steps of GitHub Actions and what they are given.

Source: "Workflow syntax" and "Metadata syntax" of GitHub's documentation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scanner.pipelines.definition import Pin, Setting, StepDefinition, StepKind, Text
from scanner.pipelines.systems.github_expressions import CLOSE, OPEN, Kind, Source, mentions, spans, tokens
from scanner.pipelines.yamlplaces import is_as_written
from scanner.pipelines.yamltree import Entries, Items, Node, Scalar, at, entries, items, text
from scanner.records import dataclass

_COMMIT = re.compile(r"[0-9a-fA-F]{40}|[0-9a-fA-F]{64}|sha256:[0-9a-fA-F]{64}")
_VERSION = re.compile(r"[vV]?\d{1,9}(?:\.\d{1,9}){0,4}(?:[-+.][\w.+-]{1,60})?")
_SAME_NAMES = re.compile(r"https?://(?:github\.com|gitea\.com|code\.forgejo\.org|data\.forgejo\.org)/")
"""Where an action is the one of that name on GitHub, or its mirror."""
_DOCKER = "docker://"
_NAME = 255
"""Characters of a name that is joined of several."""
_CONDITION = 1_000
_POSIX = frozenset({"bash", "sh", "dash", "zsh", "ksh"})
_OTHERS = {"pwsh": "pwsh", "powershell": "pwsh", "cmd": "cmd", "python": "python", "python3": "python"}
_AFTER_FAILURE = frozenset({"always", "failure"})


@dataclass(frozen=True, slots=True)
class Defaults:
    """What counts for a step's script where the step says nothing else."""

    shell: str | None = None
    folder: str | None = None
    system: str = "bash"
    """The shell of the machine."""

    def within(self, node: Node | None) -> Defaults:
        """These, and what the `defaults` of a smaller unit say."""
        run = at(node, "defaults", "run")
        return Defaults(text(at(run, "shell")) or self.shell, text(at(run, "working-directory")) or self.folder, self.system)


def settings(source: Source, node: Node | None) -> tuple[Setting, ...]:
    """The names that a mapping gives values, those of mappings and lists within joined by dots."""
    return tuple(_setting(source, name, key, value) for name, key, value in leaves(node))


def leaves(node: Node | None) -> Iterator[tuple[str, Scalar, Scalar]]:
    """All scalars of a mapping: their names joined by dots, the nearest key, and themselves."""
    waiting = [(key.value[:_NAME], key, value) for key, value in reversed(tuple(entries(node)))]
    while waiting:
        name, key, value = waiting.pop()
        if isinstance(value, Scalar):
            yield name, key, value
        elif isinstance(value, Items):
            waiting += [(name, key, item) for item in reversed(value.items)]
        else:
            waiting += [(f"{name}.{inner.value[:_NAME]}"[:_NAME], inner, item) for inner, item in reversed(tuple(entries(value)))]


def outputs(source: Source, node: Node | None) -> tuple[Setting, ...]:
    """What an action or a called workflow gives back: of each output its `value`."""
    return tuple(_setting(source, key.value, key, value) for key, said in entries(node) if isinstance(value := at(said, "value"), Scalar))


def _setting(source: Source, name: str, key: Scalar, value: Scalar) -> Setting:
    return Setting(name, "" if value.is_null else value.value, key.line, key.column, mentions(source, value))


def condition(node: Node | None) -> str | None:
    """An `if` as it is written, without the braces around all of it."""
    written = text(node)
    if written is None:
        return None
    bare = written.strip()
    if bare.startswith(OPEN) and bare.endswith(CLOSE) and next(spans(bare), None) == (len(OPEN), len(bare) - len(CLOSE)):
        bare = bare[len(OPEN) : -len(CLOSE)].strip()
    return bare


def runs_after_failure(written: str | None) -> bool:
    """Whether a condition lets something run after what is before it has failed."""
    if written is None:
        return False
    words = tuple(tokens(written, 0, len(written)))
    calls = {
        (words[place - 1].text == "!" if place else False, word.text.lower())
        for place, word in enumerate(words[:-1])
        if word.kind is Kind.NAME and words[place + 1].text == "("
    }
    refuses = (True, "failure") in calls
    return any((False, name) in calls for name in _AFTER_FAILURE) or ((True, "cancelled") in calls and not refuses)


def steps(source: Source, node: Node | None, defaults: Defaults) -> tuple[StepDefinition, ...]:
    """The steps of a list, those of groups that run side by side in their order."""
    found = []
    waiting: list[tuple[Node, str | None]] = [(item, None) for item in reversed(items(node))]
    while waiting:
        item, outer = waiting.pop()
        if not isinstance(item, Entries):
            continue
        own = _both(outer, condition(item.get("if")))
        waiting += [(inner, own) for inner in reversed(items(item.get("parallel")))]
        if item.get("uses") is not None or item.get("run") is not None:
            found.append(_step(source, item, own, defaults))
    return tuple(found)


def _both(outer: str | None, own: str | None) -> str | None:
    """Conditions of a group and of a step in it; of long ones the step's, so that no text grows with every step."""
    if outer and own:
        return f"({outer}) && ({own})" if len(outer) <= _CONDITION else own
    return outer or own


def _step(source: Source, item: Entries, own: str | None, defaults: Defaults) -> StepDefinition:
    called, script = text(item.get("uses")), item.get("run")
    name, ref, pin = action(called) if called else (None, None, Pin.NONE)
    return StepDefinition(
        kind=StepKind.ACTION if called else StepKind.SCRIPT,
        line=item.line,
        column=item.column,
        title=text(item.get("name")) or text(item.get("id")),
        uses=name,
        ref=ref,
        pin=pin,
        settings=settings(source, item.get("with")),
        env=settings(source, item.get("env")),
        script=_script(source, script, item, defaults) if isinstance(script, Scalar) and not called else None,
        folder=text(item.get("working-directory")) or (None if called else defaults.folder),
        condition=own,
        ignores_failure=(text(item.get("continue-on-error")) or "").lower() == "true",
        always=runs_after_failure(own),
        id=text(item.get("id")),
    )


def _script(source: Source, node: Scalar, item: Entries, defaults: Defaults) -> Text:
    shell = text(item.get("shell")) or defaults.shell
    return Text(
        value=node.value,
        line=node.line,
        column=node.column,
        is_block=is_as_written(node, source.lines),
        shell=_shell(shell) if shell else defaults.system,
        mentions=mentions(source, node),
    )


def _shell(written: str) -> str:
    program = (written.split(None, 1) or [""])[0].replace("\\", "/").rpartition("/")[2].lower().removesuffix(".exe")
    return "bash" if program in _POSIX else _OTHERS.get(program, written)


def action(uses: str) -> tuple[str, str | None, Pin]:
    """What a `uses` calls, without its version; the version; and how much that leaves open."""
    called = _SAME_NAMES.sub("", uses.strip(), count=1)
    if called.startswith(("./", "../", "$/")) or called in {".", "$"}:
        return f".{called[1:]}" if called[0] == "$" else called, None, Pin.LOCAL
    if called.startswith(_DOCKER):
        return _image(called)
    name, found, ref = called.rpartition("@")
    return (name, ref, _pin(ref)) if found else (called, None, Pin.NONE)


def _image(called: str) -> tuple[str, str | None, Pin]:
    name, found, digest = called.rpartition("@")
    if found and _COMMIT.fullmatch(digest):
        return name, digest, Pin.COMMIT
    name, found, tag = called.rpartition(":")
    if not found or "/" in tag:
        return called, None, Pin.NONE
    return name, tag, _pin(tag)


def _pin(ref: str) -> Pin:
    if _COMMIT.fullmatch(ref):
        return Pin.COMMIT
    return Pin.TAG if _VERSION.fullmatch(ref) else Pin.BRANCH

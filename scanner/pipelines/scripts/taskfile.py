"""Taskfiles: tasks, what they need, their commands. Source: the schema of Task, version 3."""

from __future__ import annotations

import re

from scanner.errors import UnreadableError
from scanner.model import Reason
from scanner.pipelines.definition import Setting, Text
from scanner.pipelines.scripts.nouns import ScriptFile, Target
from scanner.pipelines.scripts.reader import ScriptReader
from scanner.pipelines.scripts.text import MOST, of_scalar
from scanner.pipelines.yamltree import Entries, Node, Scalar, at, entries, items, parse, text


def _read(file: str, data: bytes) -> ScriptFile:
    root = next(iter(parse(data)), None)
    tasks = at(root, "tasks")
    if not isinstance(root, Entries) or not (tasks is None or isinstance(tasks, Entries) or (isinstance(tasks, Scalar) and tasks.is_null)):
        raise UnreadableError(Reason.MALFORMED, "no mapping of tasks")
    shared = _env(at(root, "env"))
    targets: list[Target] = []
    for key, node in entries(tasks):
        if len(targets) < MOST:
            targets.append(_task(key, node, shared))
    names = {target.name for target in targets}
    return ScriptFile(file, "taskfile", tuple(targets), "default" if "default" in names else None)


def _task(key: Scalar, node: Node, shared: tuple[Setting, ...]) -> Target:
    texts: list[Text] = []
    needs: list[str] = []
    listed = items(node) if not isinstance(node, Entries) else (*items(at(node, "cmds")), *items(at(node, "cmd")))
    if isinstance(node, Entries):
        needs += (name for one in items(at(node, "deps")) if (name := text(one) or text(at(one, "task"))) is not None)
    for one in listed[:MOST]:
        command = one if isinstance(one, Scalar) else at(one, "cmd") or at(one, "defer")
        if isinstance(command, Scalar) and not command.is_null:
            texts.append(of_scalar(command))
        elif (name := text(at(one, "task")) or text(at(one, "defer", "task"))) is not None:
            needs.append(name)
    return Target(key.value, key.line, key.column, tuple(texts), tuple(dict.fromkeys(needs)), (*shared, *_env(at(node, "env"))))


def _env(node: Node | None) -> tuple[Setting, ...]:
    return tuple(Setting(key.value, text(value) or "", value.line, value.column) for key, value in entries(node))[:MOST]


READERS = (ScriptReader("taskfile", re.compile(r"(?s:(?:.{0,4096}/)?)[Tt]askfile(?:\.dist)?\.ya?ml"), _read),)

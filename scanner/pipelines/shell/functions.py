"""Functions of a script that run what they are given: `retry() { … "$@"; }`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from scanner.pipelines.shell.peel import peel
from scanner.pipelines.shell.source import Source
from scanner.pipelines.shell.words import word
from scanner.records import dataclass

MOST_FUNCTIONS = 2_000
"""Of a text."""
_MOST_NODES = 200_000
"""Of the bodies of all functions; those of one in another count for both."""
_ALL = re.compile(r"\$(?:[@*]|\{[@*](?:\[[@*]\])?(?::(?P<from>[0-9]{1,3}))?\})")
"""All arguments of a function."""
_CONTAINERS = frozenset(f"{engine} run" for engine in ("docker", "podman", "nerdctl"))
_KEPT = re.compile(r"[( \t\"']{0,8}+(\$(?:[@*]|\{[@*](?::[0-9]{1,3})?\}))[) \t\"']{0,8}+")


@dataclass(frozen=True, slots=True)
class Function:
    """A function of a script, and what it does with its arguments."""

    name: str
    runs_arguments: bool = False
    """Whether its arguments are a command that it runs."""
    skipped: int = 0
    """Arguments before that command."""
    prefix: tuple[str, ...] = ()
    """The program to which it hands all arguments, with options before them: `npm` of `npm "$@"`."""


def is_all(text: str) -> bool:
    """Whether a word is all arguments of the function, or those from one on."""
    return _ALL.fullmatch(text) is not None


class _Looking:
    """What was seen of a function."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._kept: set[str] = set()
        self._shifts = 0
        self._from = 0
        self._runs = False
        self._prefix: tuple[str, ...] = ()

    def assignment(self, name: str, value: str) -> None:
        """A variable that is given all arguments stands for them."""
        if _KEPT.fullmatch(value):
            self._kept |= {f"${name}", f"${{{name}}}", f"${{{name}[@]}}", f"${{{name}[*]}}"}

    def command(self, words: list[str]) -> None:
        """A command of its body."""
        if words[0] == "shift":
            self._shifts += int(words[1]) if len(words) > 1 and words[1].isdecimal() and len(words[1]) < 3 else 1  # noqa: PLR2004 - two digits
            return
        peeled = peel(words)
        program = peeled.program if peeled.text is None else peeled.text.strip()
        if is_all(program) and _CONTAINERS.intersection(peeled.wrappers) and self._is_of_image(words[: peeled.first]):
            self._prefix = (self._name,)
            return
        if (found := _ALL.fullmatch(program)) is not None or program in self._kept:
            self._runs = True
            self._from = int(found["from"] or 1) - 1 if found else 0
            return
        rest = words[peeled.first + 1 :]
        options = 0
        while options < len(rest) and rest[options].startswith("-"):
            options += 1
        if peeled.text is None and options < len(rest) and (is_all(rest[options]) or rest[options] in self._kept):
            self._prefix = (program, *rest[:options])

    def _is_of_image(self, words: list[str]) -> bool:
        """Whether the image that is run is that of the tool whose name the function has: it starts the tool by itself."""
        return self._name in re.split(r"[/:@.-]", words[-1])

    def conclude(self) -> Function:
        return Function(self._name, self._runs, self._from or min(self._shifts, 8), () if self._runs else self._prefix)


def functions(nodes: list[Node], source: Source) -> dict[str, Function]:
    """The functions that these nodes define, by their names."""
    found: dict[str, Function] = {}
    left = _MOST_NODES
    for node in nodes[:MOST_FUNCTIONS]:
        name = node.child_by_field_name("name")
        if name is None:
            continue
        looking = _Looking(word(name, source))
        for part in _below(node, left):
            left -= 1
            if part.type == "command":
                words = [word(child, source) for child in part.named_children[:64] if is_word(child)]
                if words:
                    looking.command(words)
            elif part.type == "variable_assignment" and part.child_count and part.children[0].type == "variable_name":
                value = source.text(part.children[0].end_byte + 1, min(part.end_byte, part.start_byte + 256))
                looking.assignment(word(part.children[0], source), value)
        concluded = looking.conclude()
        found[word(name, source)] = concluded
    return found


def is_word(node: Node) -> bool:
    """Whether a part of a command is a word of it."""
    return node.type not in {
        "variable_assignment",
        "file_redirect",
        "herestring_redirect",
        "heredoc_redirect",
        "comment",
        "ERROR",
        "subshell",
    }


def _below(node: Node, most: int) -> Iterator[Node]:
    """A node and all below it, in their order."""
    cursor = node.walk()
    for _ in range(most):
        here = cursor.node
        if here is not None and here.is_named:
            yield here
        if cursor.goto_first_child():
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return

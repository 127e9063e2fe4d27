"""Programs of JavaScript and TypeScript that call others: `execa('npm', ['publish'])`, zx's templates, functions of release tools.

Nothing of them is run; what is put together while a program runs is a variable. What they do as they start is a target without a name, each of
their functions one of its own, which those need that name it. Sources: the manuals of Node (`child_process`), Deno and Bun, the documentation of
execa, zx, tinyexec, ShellJS, `@actions/exec` and Octokit, and of the tools below.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from itertools import islice

from scanner.pipelines.definition import Text
from scanner.pipelines.scripts.javascript_calls import Callers, does
from scanner.pipelines.scripts.javascript_tree import tree_of
from scanner.pipelines.scripts.javascript_walk import Survey, survey
from scanner.pipelines.scripts.nouns import ScriptFile, Target
from scanner.pipelines.scripts.reader import ScriptReader
from scanner.pipelines.scripts.text import LARGEST, MOST
from scanner.records import replace

MAYBE = "?"
"""What ends the name of a function that a program calls only if it is told to."""


def _read(file: str, data: bytes) -> ScriptFile:
    root, is_whole = tree_of(file, data)
    found = survey(root)
    targets = tuple(islice(_targets(found), MOST))
    cut = "" if is_whole and not found.is_cut else "more of it than is read, or no JavaScript; the rest was not read by meaning"
    return ScriptFile(file, "javascript", targets, cut=cut, imports=tuple(found.imports[:MOST]))


def _targets(found: Survey) -> Iterator[Target]:
    texts = _texts(found)
    imports = {one.name for one in found.imports}
    for unit, (line, refs) in found.units.items():
        known = [(name, is_doubtful) for ref, is_doubtful in refs.items() if (name := _meant(ref, unit, found, imports))]
        sure = tuple(name for name, is_doubtful in known if not is_doubtful)
        maybe = tuple(f"{name}{MAYBE}" for name, _ in known)
        doubtful = tuple(f"{name}{MAYBE}" for name, is_doubtful in known if is_doubtful)
        own = tuple(texts.get(unit, ()))
        yield Target(unit, line, 1, own, (*sure, *doubtful)[:MOST])
        if unit:
            yield Target(f"{unit}{MAYBE}", line, 1, tuple(replace(one, is_doubtful=True) for one in own), maybe[:MOST])


def _meant(ref: str, unit: str, found: Survey, imports: Container[str]) -> str:
    """The function that is meant by a name, a method or a member of something; empty where it is none of the repository."""
    whole, _, part = ref.partition(".")
    if whole in imports:
        return ref
    name = part if not whole else ref
    return name if name in found.units and name != unit else ""


def _texts(found: Survey) -> dict[str, list[Text]]:
    """What each function calls."""
    callers = Callers(found)
    texts: dict[str, list[Text]] = {}
    left = LARGEST
    for call in found.calls:
        text = does(call.node, callers, found)
        if not text or left < 0:
            continue
        row, column = call.node.start_point
        texts.setdefault(call.unit, []).append(Text(text, row + 1, column + 1, is_block=False, is_doubtful=call.is_doubtful))
        left -= len(text)
    return texts


JAVASCRIPT = ScriptReader("javascript", re.compile(r"(?s:.{0,4096})\.[cm]?[jt]sx?"), _read)
"""Asked for only where something runs such a file: a repository may be full of them."""

"""From a command to a program of JavaScript of the repository that it runs, with the files that this takes functions from.

Sources: the manuals of Node, Deno and Bun, the documentation of tsx, ts-node and zx.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import join, normpath

from scanner.pipelines.library import Library
from scanner.pipelines.scripts.nouns import Import, ScriptFile, Target

RUNNERS = frozenset(
    {
        "node",
        "nodejs",
        "tsx",
        "ts-node",
        "ts-node-esm",
        "ts-node-script",
        "tsm",
        "esno",
        "jiti",
        "vite-node",
        "babel-node",
        "bun",
        "deno",
        "zx",
    }
)
"""Programs that are given one of JavaScript."""

Part = tuple[ScriptFile, Target]
"""A function of a file; without a name what the file does as it starts."""

_VALUED = frozenset(
    {"-r", "--require", "--import", "--loader", "--experimental-loader", "-e", "--eval", "-p", "--print", "-P", "--project", "-C"}
)
_ENDINGS = ("ts", "js", "mjs", "cjs", "mts", "cts", "tsx", "jsx")
_ENDED = re.compile(r".{1,1000}\.[cm]?[jt]sx?", re.DOTALL)
_OF_YARN = re.compile(r"(?:.{0,1000}/)?yarn(?:-[\w.]{1,64})?\.[cm]?js", re.DOTALL)
"""Yarn itself, which repositories keep a copy of."""
_MOST_PARTS = 100
"""Functions of a program that are followed into other files."""
_MOST_IMPORTS = 200
"""Of one file."""
_MAYBE = "?"


def program(words: tuple[str, ...], folder: str, library: Library) -> tuple[Part, ...]:
    """What a runner of programs is given to run; nothing where that calls no others."""
    skip = False
    for word in words:
        if skip or word.startswith("-"):
            skip = word in _VALUED and not skip
            continue
        if "$" in word or _OF_YARN.fullmatch(word):
            return ()
        file = _at(folder, word, library) if "/" in word or _ENDED.fullmatch(word) else None
        if file is not None:
            return parts(file, library)
    return ()


def parts(file: ScriptFile, library: Library) -> tuple[Part, ...]:
    """What a program does as it starts, and the functions of other files that it names; nothing where none of that calls others."""
    found: list[Part] = []
    waiting = [(file, "")]
    met = {(file.file, "")}
    while waiting and len(found) < _MOST_PARTS:
        one, name = waiting.pop(0)
        if not library.follows(file.file):
            break
        target = library.targets(one).get(name)
        if target is not None:
            found.append((one, target))
        for path, wanted in _wanted(one, name, target, library):
            more = _at(one.file.rpartition("/")[0], path, library)
            if more is not None and (more.file, wanted) not in met:
                met.add((more.file, wanted))
                waiting.append((more, wanted))
    does = any(needed.texts for one, target in found for needed in library.chain(one, target))
    return tuple(found) if does else ()


def _wanted(file: ScriptFile, name: str, target: Target | None, library: Library) -> Iterator[tuple[str, str]]:
    """Files and what of them is wanted: what a function names, else what is handed on under its name."""
    imports = {one.name: one for one in file.imports[:_MOST_IMPORTS]}
    if name == "":
        yield from ((one.path, "") for one in imports.values())
    if target is None:
        bare = name.removesuffix(_MAYBE)
        end = name[len(bare) :]
        named = imports.get(bare)
        if named is not None:
            yield named.path, f"{named.of}{end}"
        yield from ((one.path, name) for one in file.imports[:_MOST_IMPORTS] if one.name == "*" and named is None)
        return
    for needed in library.chain(file, target):
        for need in needed.needs:
            whole, _, part = need.removesuffix(_MAYBE).partition(".")
            end = _MAYBE if need.endswith(_MAYBE) else ""
            if (one := imports.get(whole)) is not None:
                yield one.path, f"{_name(one, part)}{end}"


def _name(one: Import, part: str) -> str:
    """What is wanted of a file of which all, or what it is for by default, is named so."""
    return (part or "default") if one.of in {"*", "default"} else one.of


def _at(folder: str, path: str, library: Library) -> ScriptFile | None:
    """The program at a path, which may leave out its ending, or have that of what it is compiled to."""
    whole = normpath(join(folder, path))
    bare, _, ending = whole.rpartition(".")
    others = (f"{bare}.{ending.replace('j', 't')}",) if ending in {"js", "mjs", "cjs", "jsx"} else ()
    tried = (whole, *others, *(f"{whole}.{one}" for one in _ENDINGS), *(f"{whole}/index.{one}" for one in _ENDINGS))
    found = next((one for one in tried if one in library.paths and _ENDED.fullmatch(one)), None)
    file = None if found is None else library.script(found)
    return file if file is not None and file.type == "javascript" else None

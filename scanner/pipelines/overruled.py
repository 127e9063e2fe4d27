"""Variables of make that are given another value than its files say: `make PUSH=false image`, or in the environment where a file says `?=`.

Source: the manual of GNU make, "Overriding Variables", "Variables from the Environment", "Communicating Options to a Sub-make".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scanner.pipelines.definition import Mention
from scanner.pipelines.follow import Followed
from scanner.pipelines.library import Library
from scanner.pipelines.scope import Scope
from scanner.pipelines.scripts import set_by, with_given
from scanner.pipelines.scripts.nouns import ScriptFile, Target
from scanner.records import replace


def overruled(one: Followed, scope: Scope, library: Library) -> Followed:
    """What a command runs, with those variables of the environment that count instead of the file's own defaults."""
    if one.file is None or one.target is None or one.file.type != "make":
        return one
    there = [name for name in _defaults(library.together(one.file)) if scope.variable(name) is not None]
    literals = scope.literals() if there else {}
    return replace(one, around=tuple(f"{name}={literals.get(name, f'${{{name}}}')}" for name in there))


def recipes(one: Followed, target: Target, library: Library, mentions: tuple[Mention, ...]) -> Iterator[Target]:
    """A target after all that it needs, each as it is with what its command was given; `mentions` are expressions in that."""
    if one.file is None:
        return
    given, around = (dict(_pair(word) for word in words) for words in (one.given, one.around))
    said = tuple(mention for mention in mentions if any(mention.name in value for value in given.values()))
    values = {**set_by(library.together(one.file)), **around} if given or around else {}
    for needed in library.chain(one.file, target):
        yield with_given(needed, values, given, said) if given or around else needed


def put_down(one: Followed, targets: Iterable[Target], library: Library, scripts: dict[tuple[str, str], None]) -> Iterator[Target]:
    """Targets as they are run, put down in `scripts` with the files in which they stand."""
    for target in targets:
        if one.file is not None and target is not one.target:
            scripts |= dict.fromkeys((file, target.name) for file in library.homes(one.file, target.name))
        yield target


def _defaults(files: Iterable[ScriptFile]) -> Iterator[str]:
    """Variables that files which are read as one set only where the environment does not."""
    known: set[str] = set()
    for file in files:
        yield from (name for name in file.defaults if name not in known)
        known |= {*file.defaults, *(name for name, _ in file.sets)}


def _pair(word: str) -> tuple[str, str]:
    name, _, value = word.partition("=")
    return name.rstrip(":"), value

"""Commands and steps on one line, for tests of signatures."""

from __future__ import annotations

import shlex
from functools import cache

from scanner.pipelines.commands import Command
from scanner.pipelines.signatures import Signatures, load


@cache
def signatures() -> Signatures:
    """Those of our own tables."""
    return Signatures(load())


def command(text: str) -> Command:
    """A command; variables before it are set for it alone, `$X` in it are its names, `FED |` before it feeds it and `> F` after it takes its output."""
    before, _, rest = text.rpartition(" | ")
    rest, _, file = rest.partition(" > ")
    words = shlex.split(rest)
    first = next((index for index, word in enumerate(words) if not word.partition("=")[0].isidentifier() or "=" not in word), len(words))
    return Command(
        argv=tuple(words[first:]),
        row=0,
        column=0,
        assigned=tuple((name, value) for name, _, value in (word.partition("=") for word in words[:first])),
        names=tuple(part.split("}")[0].split("/")[0].strip('"{: @') for part in (before + rest).split("$")[1:]),
        fed=tuple(shlex.split(before)),
        has_input=bool(before),
        writes=(file,) if file else (),
    )


def step(text: str) -> tuple[str, str, dict[str, str], tuple[str, ...]]:
    """Platform, what is used, inputs and names of variables: `azure:Npm@1 command=publish env:X`; the platform is GitHub's where none is said."""
    first, *words = shlex.split(text)
    platform, colon, uses = first.partition(":")
    given = [word.partition("=") for word in words if not word.startswith("env:")]
    env = tuple(word.removeprefix("env:") for word in words if word.startswith("env:"))
    return (platform if colon else "github"), (uses if colon else first), {name: value for name, _, value in given}, env

"""The bar on stderr: what is being read, how much of it, how fast, how long still. Only on a terminal."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from scanner.run.request import Progress
from scanner.run.unsaid import tells


@contextmanager
def watcher(*, quiet: bool, verbose: bool, color: bool, stream: TextIO) -> Iterator[Progress]:
    """A progress to hand to the run: a bar on a terminal, lines with `verbose`, else nothing at all."""
    if not quiet and not verbose and stream.isatty():
        from scanner.cli.bar import Bar  # noqa: PLC0415 - rich is loaded only where there is a terminal to draw on

        with Bar(stream, color=color) as bar:
            yield bar
    elif verbose:
        yield Lines(stream)
    else:
        yield Progress()


def printable(what: str) -> str:
    """What is being read, without a credential in its name and anything that a terminal would obey."""
    if tells(what):
        from scanner.run.arguments import public  # noqa: PLC0415 - few names are long enough to ask detectors

        what = public(what)
    return "".join(char if char.isprintable() else "?" for char in what)


class Lines(Progress):
    """One line for each thing that is begun."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._begun = time.monotonic()

    def begin(self, what: str, number: int = 0, among: int = 0) -> None:
        self._write(f"repository {number:,} of {among:,}: {what}" if among else what)

    def aside(self, what: str) -> None:
        self._write(what)

    def _write(self, what: str) -> None:
        self._stream.write(f"keytrail: {time.monotonic() - self._begun:7.2f} s  {printable(what)}\n")
        self._stream.flush()

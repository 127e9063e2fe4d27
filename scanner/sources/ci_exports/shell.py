"""What shells and `env` print of the environment, every dialect of it."""

from __future__ import annotations

from scanner.sources.ci_exports import environ, fish, statements
from scanner.sources.ci_exports.content import Content
from scanner.sources.ci_exports.shapes import Listing, Reader, System

_DIALECTS: tuple[Reader, ...] = (environ.read_separated, statements.read_commands, fish.read, statements.read_list, environ.read_lines)
"""The strictest first: nearly everything passes for lines with a name and `=`."""


def _read(content: Content) -> Listing | None:
    """What the first dialect says that knows the content for its own."""
    listings = (read(content) for read in _DIALECTS)
    return next((listing for listing in listings if listing is not None), None)


SYSTEM = System(platform="shell", levels={}, expects="the output of printenv, env, export -p or set -x", recognise=_read, read=_read)

"""Files that git's configuration in a home includes: they may be called anything, and hold what the configuration could hold itself.

Conditions of `includeIf` are not evaluated: whatever may be included is read (git-config(1), "Includes").
"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterator
from pathlib import Path

from scanner.model import Blob
from scanner.sources.files import FileRef, read_file
from scanner.sources.history.config import assignments

BEGINNINGS = (".gitconfig", ".config/git/config")
"""Where git begins."""
_MOST = 256
"""Files."""
_LARGEST = 1 << 20
"""Bytes of one."""


def included(home: Path, *others: str) -> Iterator[str]:
    """The paths below `home` of what its configuration of git includes, however deep, each once.

    `others` are further paths below the home where git begins. What is not there, or not below the home, is left out.
    """
    waiting = [*BEGINNINGS, *others]
    met = set(waiting)
    while waiting:
        inside = waiting.pop()
        blob = read_file(FileRef("", str(home), inside, os.fsencode(inside)), _LARGEST)
        if not isinstance(blob, Blob):
            continue
        for section, _, key, value in assignments(blob.data.decode("utf-8", "surrogateescape")):
            if key == "path" and section in {"include", "includeif"} and len(met) < _MOST:
                path = _below(home, inside, value)
                if path is not None and path not in met:
                    met.add(path)
                    waiting.append(path)
                    yield path


def _below(home: Path, inside: str, value: str) -> str | None:
    """The path below the home that a configuration at `inside` means; None for one elsewhere, and for what a pattern would be taken for."""
    if not value or "\0" in value or "*" in value:
        return None
    if value.startswith("~/"):
        path = value[2:]
    elif value.startswith("/"):
        path = value.removeprefix(f"{home}/")
    else:
        path = posixpath.join(posixpath.dirname(inside), value)
    path = posixpath.normpath(path)
    return None if path.startswith(("/", "..", "~")) or path == "." else path

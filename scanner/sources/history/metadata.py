"""Git's own files, which hold credentials as well as any: URLs in `config` and `FETCH_HEAD`, hooks, logs, half-done rebases."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from scanner.errors import UnreadableError
from scanner.model import Reason, Unscanned
from scanner.sources.files import FileRef, Skipped, shown, special, unread
from scanner.sources.history.files import entries, is_folder
from scanner.sources.history.layout import Layout
from scanner.sources.tree import NestedRepository

_DEPTH = 32
_FILES = 20_000
_BINARY = re.compile(r"index|index\.lock|sharedindex\..{1,64}|.{1,200}\.(?:bitmap|graph|idx|pack|rev)")
"""Names and ids, in formats of git's own."""
_REF_SIZES = frozenset({41, 65})
"""Sizes of a ref that holds an id and nothing else."""


def metadata_files(layout: Layout, container: str) -> Iterator[FileRef | Unscanned | Skipped | NestedRepository]:
    """Every regular file of git's own that is neither object nor index nor plain ref, submodules' and worktrees' included.

    A work tree that lies among them, as people keep those of a bare repository, is another source's, and left to the caller.
    Paths begin with `.git/` where the target has one, for a linked worktree too: the files of its repository count as its own.
    """
    root = layout.common
    pending = [("", 0)]
    left = _FILES
    while pending:
        folder, depth = pending.pop()
        label = layout.prefix + shown(os.fsencode(folder))
        try:
            found = list(entries(root / folder))
        except UnreadableError as error:
            yield Unscanned(container, label, Reason(error.reason), error.detail)
            continue
        if folder and any(entry.name == ".git" for entry in found):
            yield NestedRepository(container, str(root), label.rstrip("/"), os.fsencode(folder.rstrip("/")))
            continue
        for entry in found:
            path = f"{folder}{entry.name}"
            if is_folder(entry):
                if not _holds_objects(root / folder, entry.name):
                    pending.append((f"{path}/", depth + 1))
            elif not _BINARY.fullmatch(entry.name) and not _is_plain_ref(path, entry):
                left -= 1
                yield _met(root, path, entry, layout.prefix, container)
        if left < 0 or (pending and pending[-1][1] > _DEPTH):
            yield Unscanned(container, label, Reason.TOO_LARGE, "git's own files go on, and are not read from here on")
            return


def _met(root: Path, path: str, entry: os.DirEntry[str], prefix: str, container: str) -> FileRef | Skipped | Unscanned:
    raw = os.fsencode(path)
    try:
        reason = special(entry.stat(follow_symlinks=False).st_mode)
    except OSError as error:
        return unread(container, prefix + shown(raw), error)
    if reason:
        return Skipped(container, prefix + shown(raw), reason)
    return FileRef(container, str(root), prefix + shown(raw), raw)


def _holds_objects(parent: Path, name: str) -> bool:
    """Whether the folder `name` of a git folder is the object store, or another tool's store of content by hash."""
    return name == "objects" or (name in {"lfs", "annex"} and (parent / "HEAD").exists())


def _is_plain_ref(path: str, entry: os.DirEntry[str]) -> bool:
    """Whether this is a ref like thousands of others: below `refs`, and as long as an id."""
    if not path.startswith("refs/") and "/refs/" not in path:
        return False
    try:
        return entry.stat(follow_symlinks=False).st_size in _REF_SIZES
    except OSError:
        return False

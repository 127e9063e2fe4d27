"""Single files as a commit or the index has them: the configuration and the baseline that a gate goes by."""

from __future__ import annotations

import os
from collections.abc import Sequence

from scanner.errors import UnreadableError
from scanner.model import Reason
from scanner.sources.changes.staged import take_index
from scanner.sources.history import Repository, git
from scanner.sources.history.changes import split
from scanner.sources.history.shadow import index_listing

_REGULAR = {b"100644", b"100755", b"100664"}
"""Modes of regular files; the last one was written by the first versions of git."""
_STAGED = b"0"


def file_at(repository: Repository, commit: str | None, path: str, limit: int) -> bytes | None:
    """What the regular file `path` holds in the tree of the commit with the id `commit`; None where there is none.

    Raises UnreadableError where it holds more than `limit` bytes, or the repository is damaged.
    """
    if commit is None or not _is_plain(path):
        return None
    listing = ("ls-tree", "-z", "--full-tree", commit, "--", f"./{path}")  # a path of its own could be read as a pathspec
    for mode, kind, oid in _entries(repository, listing, path):
        if mode in _REGULAR and kind == b"blob":
            return _content(repository, oid, limit)
    return None


def staged_file(repository: Repository, path: str, limit: int) -> bytes | None:
    """What the regular file `path` holds in the index.

    None where there is none, where its merge is not settled, and where a sparse index has its folder as a whole.

    Raises UnreadableError where it holds more than `limit` bytes, or the repository is damaged; UsageError where there is no index.
    """
    if not _is_plain(path) or not take_index(repository):
        return None
    for mode, oid, stage in _entries(repository, (*index_listing(repository.shadow), "--", f":(top,literal){path}"), path):
        if mode in _REGULAR and stage == _STAGED:
            return _content(repository, oid, limit)
    return None


def _is_plain(path: str) -> bool:
    """Whether `path` could stand in a tree as it is."""
    return "\0" not in path and not {"", ".", ".."} & set(path.split("/"))


def _entries(repository: Repository, arguments: Sequence[str], path: str) -> list[tuple[bytes, ...]]:
    """The three facts about each entry of a listing that has the very name `path`.

    Raises UnreadableError where git cannot list it.
    """
    name = os.fsencode(path)
    found: list[tuple[bytes, ...]] = []
    with git.run(repository.shadow.handle, *arguments) as child:
        for tokens in split(child.out):
            for token in tokens:
                facts, _, entry = token.partition(b"\t")
                if entry == name:
                    found.append(tuple(facts.split()))
        if failure := child.end():
            raise UnreadableError(failure.reason, failure.detail)
    return found


def _content(repository: Repository, oid: bytes, limit: int) -> bytes:
    with git.run(repository.shadow.handle, "cat-file", "blob", oid.decode("ascii")) as child:
        data = child.out.read(limit + 1)
        if len(data) > limit:
            raise UnreadableError(Reason.TOO_LARGE, f"more than {limit} bytes")
        if failure := child.end():
            raise UnreadableError(failure.reason, failure.detail)
    return data

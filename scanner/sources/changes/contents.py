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
    return files_at(repository, commit, (path,), limit).get(path)


def files_at(repository: Repository, commit: str | None, paths: Sequence[str], limit: int) -> dict[str, bytes]:
    """What those of `paths` hold that are regular files in the tree of the commit with the id `commit`, in their order.

    Raises UnreadableError where one holds more than `limit` bytes, or the repository is damaged.
    """
    names = {os.fsencode(path): path for path in paths if _is_plain(path)}
    if commit is None or not names:
        return {}
    asked = (f"./{path}" for path in names.values())  # a path of its own could be read as a pathspec
    oids = {
        names[name]: facts[2]
        for name, facts in _entries(repository, ("ls-tree", "-z", "--full-tree", commit, "--", *asked))
        if name in names and facts[0] in _REGULAR and facts[1] == b"blob"
    }
    return {path: _content(repository, oids[path], limit) for path in paths if path in oids}


def staged_file(repository: Repository, path: str, limit: int) -> bytes | None:
    """What the regular file `path` holds in the index.

    None where there is none, where its merge is not settled, and where a sparse index has its folder as a whole.

    Raises UnreadableError where it holds more than `limit` bytes, or the repository is damaged; UsageError where there is no index.
    """
    if not _is_plain(path) or not take_index(repository):
        return None
    for name, (mode, oid, stage) in _entries(repository, (*index_listing(repository.shadow), "--", f":(top,literal){path}")):
        if name == os.fsencode(path) and mode in _REGULAR and stage == _STAGED:
            return _content(repository, oid, limit)
    return None


def _is_plain(path: str) -> bool:
    """Whether `path` could stand in a tree as it is."""
    return "\0" not in path and not {"", ".", ".."} & set(path.split("/"))


def _entries(repository: Repository, arguments: Sequence[str]) -> list[tuple[bytes, tuple[bytes, ...]]]:
    """The name of each entry of a listing, with the three facts before it.

    Raises UnreadableError where git cannot list it.
    """
    found: list[tuple[bytes, tuple[bytes, ...]]] = []
    with git.run(repository.shadow.handle, *arguments) as child:
        for tokens in split(child.out):
            for token in tokens:
                facts, _, name = token.partition(b"\t")
                found.append((name, tuple(facts.split())))
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

"""The files of a repository before and after a change, for those who have to look at more than what changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from scanner.errors import UnreadableError
from scanner.sources.changes.changeset import ChangeSet
from scanner.sources.changes.names import parting
from scanner.sources.history import Repository
from scanner.sources.history.chronicle import files_of


def touched(change: ChangeSet) -> frozenset[str]:
    """The paths that a change puts something at, or takes it from."""
    chronicle = change.chronicle
    return frozenset((*(one.path for one in chronicle.changes), *chronicle.head, *chronicle.index))


def files_before(repository: Repository, base: str | None, tip: str | None, wanted: Callable[[str], bool]) -> dict[str, str]:
    """The wanted files, path to blob, of the commit at which `base` and `tip` parted, or of `base` where what is staged on top of it counts.

    Raises UnreadableError where they cannot be listed, IncompleteError where that commit lies outside of a shallow clone.
    """
    start = base if tip is None or base is None else parting(repository, base, tip)
    return _files(repository, start, wanted) if start is not None else {}


def files_after(repository: Repository, tip: str | None, wanted: Callable[[str], bool], known: Mapping[str, str]) -> dict[str, str]:
    """The wanted files of the commit `tip`, or of the index; `known` is what was there before.

    Raises UnreadableError where they cannot be listed.
    """
    found = _files(repository, tip, wanted)
    folders = tuple(path for path in found if path.endswith("/"))
    kept = {path: oid for path, oid in known.items() if path.startswith(folders)} if folders else {}
    return {**kept, **{path: oid for path, oid in found.items() if not path.endswith("/")}}


def _files(repository: Repository, commit: str | None, wanted: Callable[[str], bool]) -> dict[str, str]:
    """Of a commit, or of the index where it is None."""
    found, failure = files_of(repository.shadow, commit, wanted)
    if failure:
        raise UnreadableError(failure.reason, failure.detail)
    return found

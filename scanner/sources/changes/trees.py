"""The files of a repository before and after a change, for those who have to look at more than what changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from scanner.errors import UnreadableError
from scanner.sources.changes.changeset import ChangeSet
from scanner.sources.changes.names import merge_base
from scanner.sources.history import Repository
from scanner.sources.history.chronicle import files_of


def touched(change: ChangeSet) -> frozenset[str]:
    """The paths that a change puts something at, or takes it from."""
    chronicle = change.chronicle
    return frozenset((*(one.path for one in chronicle.changes), *chronicle.head, *chronicle.index))


def files_before(repository: Repository, change: ChangeSet, wanted: Callable[[str], bool]) -> dict[str, str]:
    """The wanted files before a change, where its commits parted from what was there, path to blob. Raises UnreadableError as `files_after` does."""
    tip = _tip(change)
    start = change.base if tip is None or change.base is None else merge_base(repository, change.base, tip)
    return _files(repository, start, wanted) if start is not None else {}


def files_after(repository: Repository, change: ChangeSet, wanted: Callable[[str], bool], known: Mapping[str, str]) -> dict[str, str]:
    """The wanted files as a change leaves them; `known` is what was there before.

    Raises UnreadableError where they cannot be listed.
    """
    found = _files(repository, _tip(change), wanted)
    folders = tuple(path for path in found if path.endswith("/"))
    kept = {path: oid for path, oid in known.items() if path.startswith(folders)} if folders else {}
    return {**kept, **{path: oid for path, oid in found.items() if not path.endswith("/")}}


def _tip(change: ChangeSet) -> str | None:
    """The last commit; None where what is staged is the change."""
    return next(reversed(tuple(change.chronicle.commits)), None)


def _files(repository: Repository, commit: str | None, wanted: Callable[[str], bool]) -> dict[str, str]:
    """Of a commit, or of the index where it is None."""
    found, failure = files_of(repository.shadow, commit, wanted)
    if failure:
        raise UnreadableError(failure.reason, failure.detail)
    return found

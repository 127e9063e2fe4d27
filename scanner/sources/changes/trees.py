"""The files of a repository before and after a change, for those who have to look at more than what changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from scanner.errors import UnreadableError
from scanner.records import dataclass
from scanner.sources.changes.changeset import ChangeSet
from scanner.sources.changes.names import merge_base
from scanner.sources.history import Repository
from scanner.sources.history.chronicle import files_of


@dataclass(frozen=True, slots=True)
class Ends:
    """Path to blob, of the files that are wanted."""

    before: Mapping[str, str]
    after: Mapping[str, str]


def touched(change: ChangeSet) -> frozenset[str]:
    """The paths that a change puts something at, or takes it from."""
    chronicle = change.chronicle
    return frozenset((*(one.path for one in chronicle.changes), *chronicle.head, *chronicle.index))


def ends(repository: Repository, change: ChangeSet, wanted: Callable[[str], bool], leads: Callable[[str], bool]) -> Ends | None:
    """The wanted files before a change, where its commits parted from what was there, and after it; None where no file of either leads to others.

    Raises UnreadableError where one of both cannot be listed.
    """
    tip = next(reversed(tuple(change.chronicle.commits)), None)
    start = change.base if tip is None or change.base is None else merge_base(repository, change.base, tip)
    before = _files(repository, start, wanted) if start is not None else {}
    if not any(map(leads, (*before, *touched(change)))):
        return None
    after = _files(repository, tip, wanted)
    folders = tuple(path for path in after if path.endswith("/"))
    kept = {path: oid for path, oid in before.items() if path.startswith(folders)} if folders else {}
    return Ends(before, {**kept, **{path: oid for path, oid in after.items() if not path.endswith("/")}})


def _files(repository: Repository, commit: str | None, wanted: Callable[[str], bool]) -> dict[str, str]:
    """Of a commit, or of the index where it is None."""
    found, failure = files_of(repository.shadow, commit, wanted)
    if failure:
        raise UnreadableError(failure.reason, failure.detail)
    return found

"""What is staged: the index against HEAD."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.errors import UnreadableError, UsageError
from scanner.model import Reason, Unscanned
from scanner.sources.changes.changeset import KEPT, MORE, PLACE, ChangeSet, doubts, empty, gather, places_of, sides
from scanner.sources.files import shown
from scanner.sources.history import Repository, git
from scanner.sources.history.changes import GITLINK, Progress, RawChange, Renames, parse, split
from scanner.sources.history.git import Failure
from scanner.sources.history.shadow import copy_index

_ARGUMENTS = ("diff", "--cached", "--ita-invisible-in-index", "--raw", "-z", "--no-abbrev", "--no-ext-diff", "--no-textconv")
"""A file of which `git add -N` only made the name known is not staged. Not `diff-index`, which cannot read a sparse index as it is."""
_EMPTY_TREE = {
    "sha1": "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
    "sha256": "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
}
"""git knows it without having it."""
_OURS = b"2"
_STAGES = 4_000_000
"""Most entries of unmerged paths."""


def staged(repository: Repository) -> ChangeSet:
    """What the index has that HEAD has not; in a repository without commits all that is in the index.

    Raises UsageError for a repository that has no index because it is bare.
    """
    label = f"{repository.layout.prefix}index"
    unscanned = doubts(repository)

    def say(reason: str, detail: str) -> None:
        unscanned.append(Unscanned(repository.container, label, Reason(reason), detail))

    head: dict[str, str] = {}
    index: dict[str, str] = {}
    extra: list[tuple[str, str]] = []
    try:
        found = _differences(repository) if take_index(repository) else []
        _sort(found, head, index)
        if any(change.status == "U" for change in found):
            extra = _settle(_unmerged(repository), index)
    except UnreadableError as error:
        say(error.reason, error.detail)
    chronicle = empty(head, index)
    batches, lost = gather(repository, (*places_of(chronicle), *extra), ())
    return ChangeSet(chronicle, base=repository.head, extra=tuple(extra), batches=batches, unscanned=(*unscanned, *lost))


def take_index(repository: Repository) -> bool:
    """Whether there is an index, of which git then has a copy; one that does not exist is empty.

    Raises UsageError where there can be none, UnreadableError where it cannot be copied.
    """
    try:
        copy_index(repository.shadow)
    except FileNotFoundError:
        if repository.layout.worktree is None:
            message = f"{repository.container} is bare: it has no index, so nothing is staged in it"
            raise UsageError(message) from None
        return False
    return True


def _differences(repository: Repository) -> list[RawChange]:
    """Every difference between HEAD and the index; without renames where git cannot read what it takes to find them.

    Raises UnreadableError where git cannot do that either.
    """
    found, failure = _compared(repository, Renames.FOUND)
    if failure:
        found, failure = _compared(repository, Renames.IGNORED)
    if failure:
        raise UnreadableError(failure.reason, failure.detail)
    return found


def _compared(repository: Repository, renames: Renames) -> tuple[list[RawChange], Failure | None]:
    handle = repository.shadow.handle
    found: list[RawChange] = []
    kept = 0
    arguments = (*_ARGUMENTS, *(argument for argument in renames.value if argument != "--combined-all-paths"))
    with git.run(handle, *arguments, repository.head or _EMPTY_TREE[handle.algorithm], "--") as child:
        for change in parse(child.out, handle.digits, None, renames, Progress()):
            kept += PLACE + len(change.path)
            if kept > KEPT:
                raise UnreadableError(Reason.TOO_LARGE, MORE)
            found.append(change)
        return found, child.end()


def _sort(found: list[RawChange], head: dict[str, str], index: dict[str, str]) -> None:
    """What was at each path before, and what is staged there."""
    for change in found:
        before, after = sides(change)
        path = shown(change.path)
        if (after or change.status == "U") and before != {after}:
            head.update((path, oid) for oid in before)
            index.update({path: after} if after else {})


def _settle(stages: Iterator[tuple[str, bytes, str]], index: dict[str, str]) -> list[tuple[str, str]]:
    """Each unmerged path gets our side of the conflict, or the first that there is, in `index`; the answer is what is left over."""
    seen: dict[str, dict[str, bytes]] = {}
    for path, stage, oid in stages:
        seen.setdefault(path, {})[oid] = stage
    extra: list[tuple[str, str]] = []
    for path, found in seen.items():
        index[path] = next((oid for oid, stage in found.items() if stage == _OURS), next(iter(found)))
        extra += [(path, oid) for oid in found if oid != index[path]]
    return extra


def _unmerged(repository: Repository) -> Iterator[tuple[str, bytes, str]]:
    """Path, stage and blob of every entry of an unmerged path.

    Raises UnreadableError where git cannot list them.
    """
    left = _STAGES
    with git.run(repository.shadow.handle, "ls-files", "--unmerged", "-z") as child:
        for tokens in split(child.out):
            left -= len(tokens)
            if left < 0:
                raise UnreadableError(Reason.TOO_LARGE, MORE)
            for token in tokens:
                facts, _, path = token.partition(b"\t")
                mode, oid, stage = facts.split()
                if mode != GITLINK:
                    yield shown(path), stage, oid.decode("ascii")
        if failure := child.end():
            raise UnreadableError(failure.reason, failure.detail)

"""What commits change, as a stream: `git diff-tree` over all of them in our order.

It needs no attributes and no external program for it, and reads trees only; blobs too where it is to find renames.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from enum import Enum
from io import BufferedIOBase

from scanner.errors import UnreadableError
from scanner.model import Reason
from scanner.records import dataclass, field
from scanner.sources.history import git
from scanner.sources.history.git import Failure, Handle

ARGUMENTS = (
    "diff-tree",
    "--stdin",
    "-r",
    "-c",
    "--root",
    "--always",
    "--no-abbrev",
    "--raw",
    "-z",
    "--no-ext-diff",
    "--no-textconv",
)
"""`-c`: of a merge only what differs from every parent. `--always`: each commit is named, so that we know how far git came."""

GITLINK = b"160000"
"""Mode of a submodule: what stands there is a commit of another repository."""
_MODE = 7
"""Characters that a mode takes in a record, the one behind it included."""

_PACE = 0.005
"""Seconds that git may take for a commit; it needs about 40 microseconds."""
_CHANGE = 300
"""Bytes that a change takes beside its path, roughly."""
_CHUNK = 1 << 18
LONGEST_PATH = 1 << 20
"""Longest path, in bytes: trees can be nested so that git never ends naming a file in them."""
_PATHS = 4_000_000
"""Most changes of one commit: ten trees that hold each other ten times make ten thousand million paths of them."""
BUDGET = 64_000_000
"""Most changes of all commits together."""
KEPT = 128 << 20
"""Bytes that changes and paths may take in memory: about half a million places."""


class Renames(Enum):
    """Whether a file that has another name now is the old one."""

    IGNORED = ("--no-renames",)
    FOUND = ("--find-renames", "-l1000", "--combined-all-paths")
    """As git finds them when nobody tells it otherwise, up to a thousand files on either side."""


@dataclass(frozen=True, slots=True)
class RawChange:
    """One line of a raw diff, ids as git writes them; an id of zeros is nothing, and so is a submodule."""

    commit: str
    path: bytes
    before: tuple[bytes, ...]
    after: bytes
    status: str
    """One letter for each parent: git-diff(1), `--diff-filter`."""
    origins: tuple[bytes, ...] = ()
    """The path in each parent, where renames are found."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A commit about whose changes git cannot say all."""

    commit: str
    failure: Failure
    others: int = 0
    """How many of the commits behind it were given up with it."""


@dataclass(slots=True)
class Progress:
    """How far one or more runs of git came."""

    budget: int = BUDGET
    """Changes up to which anybody listens."""
    changes: int = 0
    """Changes met so far, wanted or not."""
    commits: int = 0
    """Commits that git has named in this run."""
    here: int = 0
    """Changes of the last of them."""
    fault: Failure | None = field(default=None)
    """Why we stopped listening."""


Line = Callable[[str], str]


def list_changes(
    handle: Handle,
    commits: Sequence[str],
    line_of: Line,
    wanted: frozenset[bytes] | None,
    renames: Renames = Renames.IGNORED,
    *,
    budget: int = BUDGET,
) -> Iterator[RawChange | Gap]:
    """Every change that `commits` make of a path that has a wanted blob before or after, in their order; None wants all.

    `line_of` says what git is asked about a commit: its id, and behind it the parents to compare with where they are not its own. A commit
    about which git cannot say it comes with the reason, and the others go on. After a crash of git a change may come twice.
    """
    start = restarts = 0
    progress = Progress(budget)
    while start < len(commits):
        rest = commits[start:]
        progress.commits = progress.here = 0
        request = "".join(f"{line_of(oid)}\n" for oid in rest).encode("ascii")
        with git.run(handle, *ARGUMENTS, *renames.value, request=request, allowance=_PACE * len(rest)) as child:
            try:
                yield from parse(child.out, handle.digits, wanted, renames, progress)
            except UnreadableError as error:
                progress.fault = Failure(Reason(error.reason), error.detail)
            failure = progress.fault or child.end()
            crashed = progress.fault is None and child.crashed
        if failure is None:
            return
        broken, start = _resume(start, progress, crashed=crashed)
        yield from (Gap(oid, failure) for oid in commits[start - broken : start])
        restarts += 1
        progress.fault = None
        if start < len(commits) and (restarts > handle.limits.restarts or progress.changes > budget or failure.reason is Reason.TIMEOUT):
            left = len(commits) - start
            yield Gap(commits[start], Failure(failure.reason, f"given up here with {left} commits to go: {failure.detail}"), left - 1)
            return


def taken(one: RawChange | Gap) -> int:
    """Bytes of memory that it takes, roughly."""
    return 0 if isinstance(one, Gap) else _CHANGE + len(one.path)


def split(out: BufferedIOBase) -> Iterator[list[bytes]]:
    """What stands between the NUL bytes of `out`, some at a time.

    Raises UnreadableError where a piece is longer than any path.
    """
    rest = b""
    while chunk := out.read1(_CHUNK):
        *tokens, rest = (rest + chunk).split(b"\0")
        if len(rest) > LONGEST_PATH:
            raise UnreadableError(Reason.TOO_DEEP, "a path of more than a million bytes")
        yield tokens


def _resume(start: int, progress: Progress, *, crashed: bool) -> tuple[int, int]:
    """How many commits to give up, and where to go on behind them.

    git names a commit when it is done with it, and what it said before it gave up is all there; so the next one is broken. After a crash
    the last words are lost: the last commit that we know of is asked again, and when that brings us no further it goes too.
    """
    done = start + progress.commits
    if progress.fault is not None:
        return 1, done
    if not crashed:
        return 1, done + 1
    if progress.commits > 1:
        return 0, done - 1
    return 1 + progress.commits, done + 1


def parse(out: BufferedIOBase, digits: int, wanted: frozenset[bytes] | None, renames: Renames, progress: Progress) -> Iterator[RawChange]:
    """The wanted changes in the output of a `git diff` command with `--raw -z`. Raises what `records` does."""
    for commit, record, paths in records(out, renames, progress):
        if wanted is None or not wanted.isdisjoint(ids_of(record, digits)):
            yield change_of(commit, record, digits, paths)


def records(out: BufferedIOBase, renames: Renames, progress: Progress) -> Iterator[tuple[bytes, bytes, list[bytes]]]:
    """All records in such output: the commit, what is said, and the paths.

    It names a commit, then come its records with the paths behind each (git-diff-tree(1)).

    Raises UnreadableError where there are more than can be.
    """
    record = commit = b""
    paths: list[bytes] = []
    missing = 0
    for tokens in split(out):
        for token in tokens:
            if missing:
                paths.append(token)
                missing -= 1
                if not missing:
                    yield commit, record, paths
            elif token.startswith(b":"):
                record = token
                paths = []
                missing = _paths(record, renames)
                progress.here += 1
            else:
                commit = token
                progress.changes += progress.here
                progress.here = 0
                progress.commits += 1
        if progress.here > _PATHS or progress.changes + progress.here > progress.budget:
            progress.changes += progress.here
            raise UnreadableError(Reason.TOO_LARGE, f"it changes more than {_PATHS} paths")


def _paths(record: bytes, renames: Renames) -> int:
    """How many paths stand behind `record`: where renames are found, that of each parent of a merge, and both of a renamed file."""
    if renames is Renames.IGNORED:
        return 1
    parents = _parents(record)
    if parents > 1:
        return parents + 1
    return 1 + (record[record.rfind(b" ") + 1 :][:1] in {b"R", b"C"})


def _parents(record: bytes) -> int:
    return len(record) - len(record.lstrip(b":"))


def change_of(commit: bytes, record: bytes, digits: int, paths: list[bytes]) -> RawChange:
    """What a record says, with the paths behind it."""
    parents = _parents(record)
    ids = ids_of(record, digits)
    modes = [record[parents + _MODE * number :][: _MODE - 1] for number in range(parents + 1)]
    *before, after = (b"0" * digits if mode == GITLINK else oid for mode, oid in zip(modes, ids, strict=True))
    status = record[record.rfind(b" ") + 1 :].decode("ascii", "replace")
    *origins, path = paths
    return RawChange(commit.decode("ascii", "replace"), path, tuple(before), after, status, tuple(origins))


def ids_of(record: bytes, digits: int) -> list[bytes]:
    """The blob ids in a record, of each parent and of the commit: behind one mode for each of them and one colon for each parent."""
    parents = _parents(record)
    start = parents + _MODE * (parents + 1)
    step = digits + 1
    return [record[start + step * number : start + step * number + digits] for number in range(parents + 1)]

"""What commits change, as a stream: `git diff-tree` over all of them in our order.

It reads trees only, never the blobs, and needs no attributes, no rename detection and no external program for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from io import BufferedIOBase

from scanner.errors import UnreadableError
from scanner.model import Reason
from scanner.sources.history import git
from scanner.sources.history.git import Failure, Handle

_ARGUMENTS = (
    "diff-tree",
    "--stdin",
    "-r",
    "-c",
    "--root",
    "--always",
    "--no-renames",
    "--no-abbrev",
    "--raw",
    "-z",
    "--no-ext-diff",
    "--no-textconv",
)
"""`-c`: of a merge only what differs from every parent. `--always`: each commit is named, so that we know how far git came."""

_PACE = 0.005
"""Seconds that git may take for a commit; it needs about 40 microseconds."""
_CHUNK = 1 << 18
_PATH = 1 << 20
"""Longest path, in bytes: trees can be nested so that git never ends naming a file in them."""
_PATHS = 4_000_000
"""Most changes of one commit: ten trees that hold each other ten times make ten thousand million paths of them."""
_BUDGET = 64_000_000
"""Most changes of all commits together."""


@dataclass(frozen=True, slots=True)
class RawChange:
    """One line of a raw diff, ids as git writes them; an id of zeros is nothing."""

    commit: str
    path: bytes
    before: tuple[bytes, ...]
    after: bytes


@dataclass(slots=True)
class Progress:
    """How far one or more runs of git came."""

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
    handle: Handle, commits: Sequence[str], line_of: Line, wanted: frozenset[bytes]
) -> Iterator[RawChange | tuple[str, Failure]]:
    """Every change that `commits` make of a path that has a wanted blob before or after, in their order.

    `line_of` says what git is asked about a commit: its id, and behind it the parents to compare with where they are not its own. A commit
    about which git cannot say it comes with the reason, and the others go on. After a crash of git a change may come twice.
    """
    start = restarts = 0
    progress = Progress()
    while start < len(commits):
        rest = commits[start:]
        progress.commits = progress.here = 0
        request = "".join(f"{line_of(oid)}\n" for oid in rest).encode("ascii")
        with git.run(handle, *_ARGUMENTS, request=request, allowance=_PACE * len(rest)) as child:
            try:
                yield from _parse(child.out, handle.digits, wanted, progress)
            except UnreadableError as error:
                progress.fault = Failure(Reason(error.reason), error.detail)
            failure = progress.fault or child.end()
            crashed = progress.fault is None and child.crashed
        if failure is None:
            return
        broken, start = _resume(start, progress, crashed=crashed)
        yield from ((oid, failure) for oid in commits[start - broken : start])
        restarts += 1
        progress.fault = None
        if start < len(commits) and (restarts > handle.limits.restarts or progress.changes > _BUDGET or failure.reason is Reason.TIMEOUT):
            left = len(commits) - start
            yield commits[start], Failure(failure.reason, f"given up here with {left} commits to go: {failure.detail}")
            return


def split(out: BufferedIOBase) -> Iterator[list[bytes]]:
    """What stands between the NUL bytes of `out`, some at a time.

    Raises UnreadableError where a piece is longer than any path.
    """
    rest = b""
    while chunk := out.read1(_CHUNK):
        *tokens, rest = (rest + chunk).split(b"\0")
        if len(rest) > _PATH:
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


def _parse(out: BufferedIOBase, digits: int, wanted: frozenset[bytes], progress: Progress) -> Iterator[RawChange]:
    """The wanted changes in `git diff-tree --raw -z` output: a commit's id, then pairs of record and path (git-diff-tree(1))."""
    record = commit = b""
    for tokens in split(out):
        for token in tokens:
            if record:
                *before, after = _ids(record, digits)
                if after in wanted or not wanted.isdisjoint(before):
                    yield RawChange(commit.decode("ascii", "replace"), token, tuple(before), after)
                record = b""
            elif token.startswith(b":"):
                record = token
                progress.here += 1
            else:
                commit = token
                progress.changes += progress.here
                progress.here = 0
                progress.commits += 1
        if progress.here > _PATHS or progress.changes + progress.here > _BUDGET:
            progress.changes += progress.here
            raise UnreadableError(Reason.TOO_LARGE, f"it changes more than {_PATHS} paths")


def _ids(record: bytes, digits: int) -> list[bytes]:
    """The blob ids in a record, of each parent and of the commit: behind one mode for each of them and one colon for each parent."""
    parents = len(record) - len(record.lstrip(b":"))
    start = parents + 7 * (parents + 1)
    step = digits + 1
    return [record[start + step * number : start + step * number + digits] for number in range(parents + 1)]

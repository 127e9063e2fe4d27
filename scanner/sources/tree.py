"""The files below a directory, whatever the directory looks like.

The walk stands in one directory at a time and moves by name: down through a handle, up through `..`. So it needs two
file descriptors, no recursion, and no path that the system would find too long. Links are counted, never followed.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from scanner.model import Reason, Unscanned
from scanner.records import dataclass
from scanner.sources.files import FOLDER_FLAGS, FileRef, Skipped, open_folder, shown, special, unread
from scanner.sources.ignore import EVERYTHING, Ignore

LONGEST_PATH = 131_072
"""Bytes. Paths grow with depth, so that a hostile tree's paths would grow with its square."""

BARE = frozenset({"HEAD", "objects", "refs"})
GIT_OWN = BARE | {
    "FETCH_HEAD",
    "ORIG_HEAD",
    "branches",
    "commondir",
    "config",
    "config.worktree",
    "description",
    "gitdir",
    "hooks",
    "index",
    "info",
    "logs",
    "modules",
    "packed-refs",
    "shallow",
    "worktrees",
}
"""What git keeps in its own directory. Anything else in a directory that looks like a bare repository is read as a file."""


@dataclass(frozen=True, slots=True)
class NestedRepository:
    """A directory that is, or says it is, a git repository of its own: another container, left to the caller.

    It may only look like one. If git disagrees, walk it as a directory.
    """

    container: str
    """The container it was met in."""
    root: str
    path: str
    raw: bytes

    @property
    def folder(self) -> Path:
        """Where it is on this machine."""
        return Path(self.root, os.fsdecode(self.raw))


Met = FileRef | Unscanned | Skipped | NestedRepository


def walk(
    root: Path,
    container: str,
    *,
    ignore: Ignore = EVERYTHING,
    skip_dirs: Callable[[bytes], bool] = lambda _: False,
    later: Callable[[bytes], bool] = lambda _: False,
    nested: bool = True,
) -> Iterator[Met]:
    """Every regular file below `root`, and everything else that was met there, in an order that depends on names alone.

    A directory for which `skip_dirs` says true of its raw path is somebody else's to read and is not mentioned; one for which `later`
    does is entered after everything else. Without `nested`, what looks like a repository is walked as any directory; `.git` is never
    entered. A `root` that is a file is itself the only file, whatever `ignore` says; a `root` that is a link is what it points at.
    """
    try:
        real = root.resolve(strict=True)
        status = real.stat()
    except (OSError, RuntimeError) as error:  # RuntimeError: Python 3.11 and 3.12 say so for a loop of links
        yield _unreadable_root(container, error)
        return
    if not stat.S_ISDIR(status.st_mode):
        yield _only(real, root.name, container, special(status.st_mode))
        return
    try:
        place = _Place(str(real))
    except OSError as error:
        yield unread(container, "", error)
        return
    with closing(_Walk(place, container, ignore, _Ways(skip_dirs, later, nested=nested))) as walking:
        yield from walking.run()


def _unreadable_root(container: str, error: OSError | RuntimeError) -> Unscanned:
    if isinstance(error, FileNotFoundError):
        return Unscanned(container, "", Reason.MISSING)
    if isinstance(error, OSError):
        return unread(container, "", error)
    return Unscanned(container, "", Reason.UNREADABLE, "a loop of links")


def _only(real: Path, name: str, container: str, reason: str | None) -> FileRef | Skipped:
    path = shown(os.fsencode(name))
    if reason is not None:
        return Skipped(container, path, reason)
    return FileRef(container, str(real.parent), path, os.fsencode(real.name))


@dataclass(slots=True)
class _Level:
    """A directory on the way from the root: what is still to be entered."""

    raw: bytes
    identity: tuple[int, int]
    folders: list[str]
    """Last first."""


class _Place:
    """The one directory that the walk stands in, and the one it came from while that is just a step away."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.handle = open_folder(root, b"")
        self._came_from: int | None = None

    def identity(self) -> tuple[int, int]:
        status = os.fstat(self.handle)
        return status.st_dev, status.st_ino

    def enter(self, name: str) -> None:
        """Stands in the directory `name`, or where it stood before. Raises `OSError`."""
        handle = os.open(name, FOLDER_FLAGS, dir_fd=self.handle)
        self._forget()
        self.handle, self._came_from = handle, self.handle

    def leave(self, above: _Level) -> None:
        """Stands in the directory above. Raises `OSError` if that has gone."""
        if self._came_from is not None:
            os.close(self.handle)
            self.handle, self._came_from = self._came_from, None
            return
        self._stand(os.open("..", FOLDER_FLAGS, dir_fd=self.handle))
        if self.identity() != above.identity:
            self._stand(open_folder(self.root, above.raw))

    def go(self, raw: bytes) -> None:
        """Stands in the directory `raw`, wherever it stood, or where it stood before. Raises `OSError`."""
        handle = open_folder(self.root, raw)
        self._forget()
        self._stand(handle)

    def close(self) -> None:
        self._forget()
        os.close(self.handle)

    def _stand(self, handle: int) -> None:
        os.close(self.handle)
        self.handle = handle

    def _forget(self) -> None:
        if self._came_from is not None:
            os.close(self._came_from)
            self._came_from = None


@dataclass(frozen=True, slots=True)
class _Ways:
    """Which directories are entered, and when; see `walk`."""

    skip_dirs: Callable[[bytes], bool]
    later: Callable[[bytes], bool]
    nested: bool


class _Walk:
    """A walk under way."""

    def __init__(self, place: _Place, container: str, ignore: Ignore, ways: _Ways) -> None:
        self._place = place
        self._container = container
        self._ignore = ignore
        self._ways = ways
        self._visited: set[tuple[int, int]] = set()
        self._levels: list[_Level] = []
        self._later: list[bytes] = []
        """Directories that wait for everything else."""
        self._waited = False

    def close(self) -> None:
        self._place.close()

    def run(self) -> Iterator[Met]:
        yield from self._all_below(b"")
        self._waited = True
        for raw in self._later:
            try:
                self._place.go(raw)
            except OSError as error:
                yield unread(self._container, shown(raw), error)
                continue
            yield from self._all_below(raw)

    def _all_below(self, raw: bytes) -> Iterator[Met]:
        """Everything in and below the directory that the walk stands in."""
        yield from self._visit(raw)
        while self._levels:
            level = self._levels[-1]
            if level.folders:
                yield from self._descend(level)
            else:
                self._levels.pop()
                yield from self._ascend()

    def _descend(self, level: _Level) -> Iterator[Met]:
        name = level.folders.pop()
        raw = _below(level.raw, name)
        if len(raw) > LONGEST_PATH:
            yield Unscanned(self._container, shown(raw), Reason.TOO_DEEP, f"a path of more than {LONGEST_PATH} bytes")
            return
        try:
            self._place.enter(name)
        except OSError as error:
            yield unread(self._container, shown(raw), error)
            return
        depth = len(self._levels)
        yield from self._visit(raw)
        if len(self._levels) == depth:
            yield from self._ascend()

    def _ascend(self) -> Iterator[Met]:
        """Stands in the directory of the last level, or in the last one above it that still exists."""
        while self._levels:
            level = self._levels[-1]
            try:
                self._place.leave(level)
            except OSError as error:
                yield unread(self._container, shown(level.raw), error)
                self._levels.pop()
            else:
                return

    def _visit(self, raw: bytes) -> Iterator[Met]:
        """Everything in the directory that the walk stands in; its directories become a level."""
        identity = self._place.identity()
        if identity in self._visited:
            yield Skipped(self._container, shown(raw), "loop")
            return
        self._visited.add(identity)
        try:
            with os.scandir(self._place.handle) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError as error:
            yield unread(self._container, shown(raw), error)
            return
        names = frozenset(entry.name for entry in entries)
        if raw and self._ways.nested and (".git" in names or names >= BARE):
            yield NestedRepository(self._container, self._place.root, shown(raw), raw)
            if ".git" in names:
                return
            entries = [entry for entry in entries if entry.name not in GIT_OWN]
        level = _Level(raw, identity, [])
        for entry in entries:
            yield from self._meet(entry, level)
        level.folders.reverse()
        self._levels.append(level)

    def _meet(self, entry: os.DirEntry[str], level: _Level) -> Iterator[Met]:
        raw = _below(level.raw, entry.name)
        path = shown(raw)
        try:
            is_folder = entry.is_dir(follow_symlinks=False)
            reason = None if is_folder else _why_not(entry)
        except OSError as error:
            yield unread(self._container, path, error)
            return
        if entry.name == ".git" or (is_folder and self._ways.skip_dirs(raw)):
            return
        if self._ignore.skips(path, directory=is_folder):
            reason = "excluded"
        if reason is not None:
            yield Skipped(self._container, path, reason)
        elif is_folder and not self._waited and self._ways.later(raw):
            self._later.append(raw)
        elif is_folder:
            level.folders.append(entry.name)
        else:
            yield FileRef(self._container, self._place.root, path, raw, (level.identity[0], entry.inode()))


def _below(raw: bytes, name: str) -> bytes:
    return raw + b"/" + os.fsencode(name) if raw else os.fsencode(name)


def _why_not(entry: os.DirEntry[str]) -> str | None:
    """Why the entry is no content. Asks the system only about what the listing does not say."""
    if entry.is_file(follow_symlinks=False):
        return None
    if entry.is_symlink():
        return "link"
    return special(entry.stat(follow_symlinks=False).st_mode)

"""Looking for a developer's repositories below a home directory.

Folders are only listed, and no file is looked at: a home of a million files costs its listings. Links are not followed, and what lies in
the work tree of a repository is left to whoever walks that.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

from scanner.model import Reason, Unscanned
from scanner.records import dataclass, replace
from scanner.sources.files import FOLDER_FLAGS, Skipped, shown, unread
from scanner.sources.history import Layout, discover
from scanner.sources.tree import GIT_OWN
from scanner.sources.workstation.caches import is_cache, is_kernels

DEEPEST = 64
"""Folders inside each other, seen from the home; what is deeper is unscanned."""


@dataclass(frozen=True, slots=True)
class FoundRepository:
    """A repository below a home."""

    container: str
    """Its path below the home as the user named that."""
    layout: Layout
    place: bytes
    """Its folder, relative to the home; empty for the home itself."""


Met = FoundRepository | Unscanned | Skipped
_Place = tuple[str, ...]
"""The names that lead to a folder from the home."""


def find_repositories(
    home: Path,
    container: str,
    *,
    entered: Callable[[int], None] = lambda _: None,
    known: Collection[bytes] = (),
    caches: bool = False,
) -> Iterator[Met]:
    """Every repository below `home`, once, in an order that depends on names alone.

    `entered` is called for each folder on the way, with the number of regular files in it that no repository has and that are not among
    the `known` paths. A home that is itself a work tree is found as its `.git`, without the work tree, and searched all the same. Folders of caches
    are skipped (`cache`), or with `caches` searched after all others; links that lead to a folder are skipped (`link`). What only claims
    to be a repository is unscanned, and searched.
    """
    try:
        real = home.resolve(strict=True)
    except (OSError, RuntimeError) as error:  # RuntimeError: Python 3.11 and 3.12 say so for a loop of links
        yield unread(container, "", error) if isinstance(error, OSError) else Unscanned(container, "", Reason.UNREADABLE)
        return
    search = _Search(real, container, frozenset(map(os.fsdecode, known)), caches=caches)
    waiting: list[_Place] = [()]
    while waiting or search.later:
        if not waiting:
            waiting, search.later, search.waited = search.later[::-1], [], True
        below: list[_Place] = []
        for found in search.visit(waiting.pop()):
            if isinstance(found, tuple):
                below.append(found)
            elif isinstance(found, int):
                entered(found)
            else:
                yield found
        waiting += reversed(below)


@dataclass(slots=True)
class _Listing:
    """What one look at a folder tells."""

    folders: list[str]
    links: list[str]
    """Names of links that lead to a folder."""
    files: list[str]
    has_git: bool = False
    has_head: bool = False


class _Search:
    """A search under way."""

    def __init__(self, home: Path, container: str, known: frozenset[str], *, caches: bool) -> None:
        self.later: list[_Place] = []
        """Caches that wait for everything else."""
        self.waited = False
        self._home = home
        self._container = container
        self._known = known
        self._caches = caches
        self._bare: set[_Place] = set()
        """Repositories that have all files below them, where no work tree has."""
        self._top = container.rstrip("/")
        self._visited: set[tuple[int, int]] = set()

    def visit(self, place: _Place) -> Iterator[_Place | int | Met]:
        """What the folder at `place` is, the folders in it that are to be visited, by name, and how many files in it nobody knows."""
        if len(place) > DEEPEST:
            yield Unscanned(self._container, _path(place), Reason.TOO_DEEP, f"more than {DEEPEST} folders inside each other")
            return
        folder = self._home.joinpath(*place)
        try:
            listing = self._list(folder)
        except OSError as error:
            yield unread(self._container, _path(place), error)
            return
        if listing is None:
            yield Skipped(self._container, _path(place), "loop")
            return
        layout, problems = discover(folder) if listing.has_git or listing.has_head else (None, ())
        yield from (self._claimed(place, problem) for problem in problems)
        if layout is not None:
            yield self._found(place, layout)
            if layout.worktree is not None and place:
                yield 0
                return
            if layout.worktree is None:
                listing.folders = [name for name in listing.folders if name not in GIT_OWN]
                self._bare |= {place} if layout.gitdir == folder else set()
        yield self._unknown(place, listing.files)
        yield from (Skipped(self._container, _path((*place, name)), "link") for name in sorted(listing.links))
        for name in sorted(listing.folders):
            yield from self._below((*place, name))

    def _below(self, place: _Place) -> Iterator[_Place | Skipped]:
        """The folder, if it is to be visited now."""
        path = "/".join(place)
        if is_kernels(self._home, path) or (is_cache(path) and not self._caches):
            yield Skipped(self._container, shown(os.fsencode(path)), "cache")
        elif is_cache(path) and not self.waited:
            self.later.append(place)
        else:
            yield place

    def _unknown(self, place: _Place, names: list[str]) -> int:
        """How many of the files there are not known, and no repository's."""
        if self._bare and any(place[:length] in self._bare for length in range(len(place) + 1)):
            return 0
        if not self._known:
            return len(names)
        before = "".join(f"{name}/" for name in place)
        return sum(before + name not in self._known for name in names)

    def _list(self, folder: Path) -> _Listing | None:
        """The folders in `folder`; None where it was listed before, which only mounts can bring about. Raises `OSError`."""
        handle = os.open(folder, FOLDER_FLAGS)
        try:
            status = os.fstat(handle)
            identity = (status.st_dev, status.st_ino)
            if identity in self._visited:
                return None
            self._visited.add(identity)
            listing = _Listing([], [], [])
            with os.scandir(handle) as entries:
                for entry in entries:
                    _note(listing, entry)
        finally:
            os.close(handle)
        return listing

    def _found(self, place: _Place, layout: Layout) -> FoundRepository:
        if place:
            return FoundRepository(f"{self._top}/{_path(place)}", layout, os.fsencode("/".join(place)))
        return FoundRepository(f"{self._top}/.git" if layout.worktree else self._container, replace(layout, worktree=None), b"")

    def _claimed(self, place: _Place, problem: Unscanned) -> Unscanned:
        return Unscanned(self._container, _path((*place, problem.path)), problem.reason, problem.detail)


def _note(listing: _Listing, entry: os.DirEntry[str]) -> None:
    """Takes one entry into the listing; the system is asked again only about links and where it does not say kinds with names."""
    if entry.name == ".git":
        listing.has_git = True
        return
    if entry.name == "HEAD":
        listing.has_head = True
    try:
        if entry.is_dir(follow_symlinks=False):
            listing.folders.append(entry.name)
        elif entry.is_symlink() and entry.is_dir():
            listing.links.append(entry.name)
        elif entry.is_file(follow_symlinks=False):
            listing.files.append(entry.name)
    except OSError:  # gone meanwhile, or a link into the void
        return


def _path(place: _Place) -> str:
    return shown(os.fsencode("/".join(place)))

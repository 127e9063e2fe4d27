"""Looking for a developer's repositories below a home directory.

Folders are only listed, and no file is looked at: a home of a million files costs its listings. Links are not followed, and what lies in
the work tree of a repository is left to whoever walks that.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from scanner.model import Reason, Unscanned
from scanner.records import dataclass
from scanner.sources.files import FOLDER_FLAGS, Skipped, shown, unread
from scanner.sources.history import Layout, discover
from scanner.sources.tree import GIT_OWN
from scanner.sources.workstation.caches import ANYWHERE, BELOW_HOME, OF_THE_SYSTEM

DEEPEST = 64
"""Folders inside each other, seen from the home; what is deeper is unscanned."""


@dataclass(frozen=True, slots=True)
class FoundRepository:
    """A repository below a home."""

    container: str
    """Its path below the home as the user named that."""
    layout: Layout


Met = FoundRepository | Unscanned | Skipped


def find_repositories(home: Path, container: str, *, entered: Callable[[], None] = lambda: None) -> Iterator[Met]:
    """Every repository below `home`, once, in an order that depends on names alone; `entered` is called for each folder on the way.

    A home that is itself a work tree is found as its `.git`, without the work tree, and searched all the same. Folders of caches are
    skipped (`cache`), and so are links that lead to a folder (`link`). What only claims to be a repository is unscanned, and searched.
    """
    try:
        real = home.resolve(strict=True)
    except (OSError, RuntimeError) as error:  # RuntimeError: Python 3.11 and 3.12 say so for a loop of links
        yield unread(container, "", error) if isinstance(error, OSError) else Unscanned(container, "", Reason.UNREADABLE)
        return
    search = _Search(real, container)
    waiting: list[tuple[str, ...]] = [()]
    while waiting:
        entered()
        below: list[tuple[str, ...]] = []
        for found in search.visit(waiting.pop()):
            if isinstance(found, tuple):
                below.append(found)
            else:
                yield found
        waiting += reversed(below)


@dataclass(slots=True)
class _Listing:
    """What one look at a folder tells."""

    folders: list[str]
    links: list[str]
    """Names of links that lead to a folder."""
    has_git: bool = False
    has_head: bool = False


class _Search:
    """A search under way. A place is the names that lead to it from the home."""

    def __init__(self, home: Path, container: str) -> None:
        self._home = home
        self._container = container
        self._top = container.rstrip("/")
        self._visited: set[tuple[int, int]] = set()

    def visit(self, place: tuple[str, ...]) -> Iterator[tuple[str, ...] | Met]:
        """What the folder at `place` is, and the folders in it that are to be visited, by name."""
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
                return
            if layout.worktree is None:
                listing.folders = [name for name in listing.folders if name not in GIT_OWN]
        yield from (Skipped(self._container, _path((*place, name)), "link") for name in sorted(listing.links))
        for name in sorted(listing.folders):
            below = (*place, name)
            yield Skipped(self._container, _path(below), "cache") if self._is_cache(below) else below

    def _list(self, folder: Path) -> _Listing | None:
        """The folders in `folder`; None where it was listed before, which only mounts can bring about. Raises `OSError`."""
        handle = os.open(folder, FOLDER_FLAGS)
        try:
            status = os.fstat(handle)
            identity = (status.st_dev, status.st_ino)
            if identity in self._visited:
                return None
            self._visited.add(identity)
            listing = _Listing([], [])
            with os.scandir(handle) as entries:
                for entry in entries:
                    _note(listing, entry)
        finally:
            os.close(handle)
        return listing

    def _found(self, place: tuple[str, ...], layout: Layout) -> FoundRepository:
        if place:
            return FoundRepository(f"{self._top}/{_path(place)}", layout)
        return FoundRepository(f"{self._top}/.git" if layout.worktree else self._container, replace(layout, worktree=None))

    def _claimed(self, place: tuple[str, ...], problem: Unscanned) -> Unscanned:
        return Unscanned(self._container, _path((*place, problem.path)), problem.reason, problem.detail)

    def _is_cache(self, place: tuple[str, ...]) -> bool:
        if self._home.parent == self._home and place[0] in OF_THE_SYSTEM:
            return True
        return place[-1] in ANYWHERE or "/".join(place) in BELOW_HOME


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
    except OSError:  # gone meanwhile, or a link into the void
        return


def _path(place: tuple[str, ...]) -> str:
    return shown(os.fsencode("/".join(place)))

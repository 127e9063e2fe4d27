"""The homes of a run and the machine around them: what is read there, how deep, and what of it was read already."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from scanner.identity import default_cache_dir, default_config_dir
from scanner.model import Unscanned
from scanner.run.read import Read
from scanner.run.request import Depth, Progress, Request
from scanner.sources.files import FileRef, Skipped
from scanner.sources.tree import NestedRepository, walk
from scanner.sources.workstation import FoundRepository, HomeFile, find_repositories, is_cache, is_kernels, locate, locate_outside

BEYOND = "depth"
"""Why a file is skipped that only a greater depth reads."""
UNSEARCHED = "unsearched"
"""The same of a folder, of whose files nobody has asked."""
_OURS = "own"
"""Folders in which keytrail keeps what is its own."""


class Homes:
    """What a run knows about the homes that it reads."""

    def __init__(self, request: Request, environ: Mapping[str, str], progress: Progress) -> None:
        self.notes: list[str] = []
        self._depth = request.depth
        self._all = (*request.homes, *request.below)
        self._environ = environ
        self._progress = progress
        self._places: set[bytes] = set()
        """Where files of the catalogue really are, that were read."""
        self._repositories: dict[int, frozenset[bytes]] = {}
        """By the number of a home's source, the folders of its repositories."""

    def has(self, ref: FileRef) -> bool:
        """Whether a file is one of the catalogue that is read anyway."""
        return bool(self._places) and place(ref) in self._places

    def has_below(self, folder: Path) -> bool:
        """The same of any file in a folder, its path without links."""
        top = os.fsencode(folder).rstrip(b"/") + b"/"
        return any(file.startswith(top) for file in self._places)

    def dotfiles(self, read: Read, home: Path) -> list[HomeFile]:
        """The files of the catalogue in a home, which are `read`'s from now on."""
        return self._taken(read, locate(home, read.target, self._environ))

    def outside(self, read: Read, root: Path) -> list[HomeFile]:
        """The files of the catalogue outside homes, and those that variables name there; none that is read under another name."""
        return self._taken(read, locate_outside(root, read.target, self._environ, self._all), once=True)

    def repositories(self, read: Read, home: Path) -> list[FoundRepository]:
        """The repositories below a home as far as the run goes, those with a store of their own before work trees that are linked to one.

        What the run does not go to is counted.
        """
        if self._depth is Depth.QUICK:
            self._leave(read, home)
            return []
        full = self._depth is Depth.FULL
        repositories: list[FoundRepository] = []
        folders = files = 0

        def entered(unknown: int) -> None:
            nonlocal folders, files
            folders += 1
            files += unknown
            self._progress.search(folders, len(repositories))

        known = {file.ref.raw for file in read.homes.values()}
        for found in find_repositories(home, read.target, entered=entered, known=known, caches=full):
            match found:
                case FoundRepository():
                    repositories.append(found)
                case Unscanned():
                    read.unscanned.append(found)
                case Skipped() if not full:  # else the walk meets it too
                    read.skipped[found.reason] += 1
        if full:
            top = Path(os.path.realpath(home))
            whole = (found for found in repositories if found.place or found.layout.gitdir == top)
            self._repositories[read.number] = frozenset(found.place for found in whole)
            self._progress.expect(0, files)
        elif files:
            read.skipped[BEYOND] += files
            self.notes.append(f"Other files below {read.target} that were not read: {files:,} (--depth full reads them)")
        return sorted(repositories, key=lambda found: found.layout.gitdir != found.layout.common)

    def rest(self, read: Read, home: Path) -> Iterator[FileRef | Unscanned | Skipped | NestedRepository]:
        """Everything below a home that neither the catalogue nor a repository has, once its repositories are known; caches come last."""
        top = Path(os.path.realpath(home))
        ours = {os.path.realpath(folder) for folder in (default_cache_dir(), default_config_dir()) if folder is not None}
        repositories = self._repositories.pop(read.number, frozenset())

        def skips(raw: bytes) -> bool:
            path = os.fsdecode(raw)
            reason = "cache" if is_kernels(top, path) else _OURS if os.path.join(top, path) in ours else None  # noqa: PTH118 - of every folder
            if reason is not None:
                read.skipped[reason] += 1
            return reason is not None or raw in repositories

        if b"" in repositories:
            return
        walked = walk(home, read.target, skip_dirs=skips, later=lambda raw: is_cache(os.fsdecode(raw)), nested=False)
        yield from (met for met in walked if not isinstance(met, FileRef) or not self.has(met))

    def _taken(self, read: Read, met: Iterable[HomeFile | Unscanned | Skipped], *, once: bool = False) -> list[HomeFile]:
        files: list[HomeFile] = []
        for found in met:
            match found:
                case HomeFile() if once and self.has(found.ref):
                    continue
                case HomeFile():
                    read.homes[found.ref.path] = found
                    files.append(found)
                    self._places.add(place(found.ref))
                case Unscanned():
                    read.unscanned.append(found)
                case Skipped():
                    read.skipped[found.reason] += 1
        return files

    def _leave(self, read: Read, home: Path) -> None:
        """Counts what lies directly in a home and is not looked into."""
        known = {file.ref.raw for file in read.homes.values()}
        with suppress(OSError), os.scandir(home) as entries:  # what cannot be listed has been said
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    read.skipped[UNSEARCHED] += 1
                elif entry.is_file(follow_symlinks=False) and os.fsencode(entry.name) not in known:
                    read.skipped[BEYOND] += 1
        self.notes.append(f"Repositories and other files below {read.target} were not read (--depth quick)")


def place(ref: FileRef) -> bytes:
    """Where a file really is on this machine."""
    return b"%b/%b" % (os.fsencode(ref.root).rstrip(b"/"), ref.raw)

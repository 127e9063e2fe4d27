"""Finding the catalogue's files in a home directory without reading the rest of it.

A place that is a link is read if it ends at a regular file inside the same home, since that is how people keep their dotfiles in a
repository; a link that leads elsewhere is counted and not followed.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path
from types import MappingProxyType

from scanner.model import Blob, Reason, Unscanned, Zone
from scanner.records import dataclass
from scanner.sources.files import FileRef, Skipped, shown, special, unread
from scanner.sources.large import LargeFile, take_file
from scanner.sources.workstation.catalogue import CATALOGUE, MOVED, Row
from scanner.sources.workstation.metafied import unmetafied, unmetafy

_MOST = 10_000
"""Files below one `**`."""

_NOWHERE: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class HomeFile:
    """A file of the catalogue that exists. Small and picklable: it is read in a worker."""

    ref: FileRef
    zone: Zone
    tool: str
    format: str


def read_home_file(file: HomeFile, max_size: int) -> Blob | LargeFile | Unscanned | Skipped:
    """The file's content as its owner sees it: zsh's own encoding is undone. A large one is to be opened by the caller, see `take_file`."""
    found = take_file(file.ref, max_size)
    if file.format != "zsh-history":
        return found
    if isinstance(found, Blob):
        return replace(found, data=unmetafy(found.data))
    return replace(found, decode=unmetafied) if isinstance(found, LargeFile) else found


def locate(home: Path, container: str, environment: Mapping[str, str] = _NOWHERE) -> Iterator[HomeFile | Unscanned | Skipped]:
    """Every file of the catalogue below `home`, once each, in the catalogue's order.

    `environment` is that of the home's owner, where it is known: its `XDG_CONFIG_HOME` and the like say where folders were moved to
    inside the home.
    """
    try:
        real = home.resolve(strict=True)
        os.close(os.open(real, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC))
    except FileNotFoundError:
        yield Unscanned(container, "", Reason.MISSING)
        return
    except OSError as error:
        yield unread(container, "", error)
        return
    search = _Search(real, container)
    met: set[str] = set()
    for row in (*CATALOGUE, *_moved(real, environment)):
        for found in search.places(row):
            path = found if isinstance(found, str) else found.path
            if path not in met:
                met.add(path)
                yield from search.file(row, found) if isinstance(found, str) else (found,)


def _moved(home: Path, environment: Mapping[str, str]) -> Iterator[Row]:
    """The catalogue's rows again, for the folders that the environment moved to another place inside the home."""
    for variable, folder in MOVED:
        place = Path(environment.get(variable, ""))
        if not place.is_absolute() or not place.is_relative_to(home) or place == home or ".." in place.parts:
            continue
        inside = str(place.relative_to(home))
        for row in CATALOGUE:
            if row.pattern.startswith(f"{folder}/"):
                yield replace(row, pattern=inside + row.pattern.removeprefix(folder))


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


def _own_mode(place: Path) -> int:
    """`st_mode` of the place itself, link or not; 0 where the system does not say."""
    try:
        return place.lstat().st_mode
    except OSError:
        return 0


def _shown(path: str) -> str:
    return shown(os.fsencode(path))


@dataclass(frozen=True, slots=True)
class _Search:
    home: Path
    """Without links in it."""
    container: str

    def places(self, row: Row) -> Iterator[str | Unscanned | Skipped]:
        """Relative paths of what the row's pattern reaches, links included, and what bars the way."""
        reached = [""]
        for part in row.pattern.split("/"):
            folders, reached = reached, []
            for folder in folders:
                for found in self._below(folder) if part == "**" else self._named(folder, part):
                    if isinstance(found, str):
                        reached.append(found)
                    else:
                        yield found
        yield from reached

    def _named(self, folder: str, pattern: str) -> Iterator[str | Unscanned | Skipped]:
        try:
            if "*" in pattern:
                yield from (_join(folder, name) for name in self._names(folder) if fnmatchcase(name, pattern))
            else:
                path = _join(folder, pattern)
                (self.home / path).lstat()
                yield path
        except (FileNotFoundError, NotADirectoryError):
            return
        except OSError as error:
            looping = error.errno == errno.ELOOP
            yield Skipped(self.container, _shown(folder), "link") if looping else unread(self.container, _shown(folder), error)

    def _names(self, folder: str) -> list[str]:
        return sorted(entry.name for entry in (self.home / folder).iterdir())

    def _below(self, folder: str) -> Iterator[str | Unscanned | Skipped]:
        """Everything below `folder` that is no directory; not through links, except that `folder` itself may be one."""
        try:
            barred = self._inside(self.home / folder) in {None, "."}
        except OSError:
            barred = True
        if barred:
            yield Skipped(self.container, _shown(folder), "link")
            return
        waiting, count = [folder], 0
        while waiting:
            for found in self._named(waiting.pop(), "*"):
                count += 1
                if count > _MOST:
                    yield Unscanned(self.container, _shown(folder), Reason.TOO_LARGE, f"more than {_MOST} files")
                    return
                if isinstance(found, str) and stat.S_ISDIR(_own_mode(self.home / found)):
                    waiting.append(found)
                else:
                    yield found

    def _inside(self, place: Path) -> str | None:
        """Where in the home `place` really is; None if that is elsewhere. Raises `OSError`."""
        place.stat()  # the kernel follows 40 links and no more; Python's resolve() would recurse through any number
        real = place.resolve(strict=True)
        return str(real.relative_to(self.home)) if real.is_relative_to(self.home) else None

    def file(self, row: Row, path: str) -> Iterator[HomeFile | Unscanned | Skipped]:
        """What lies at `path`; nothing for a directory."""
        place = self.home / path
        linked = stat.S_ISLNK(_own_mode(place))
        try:
            inside = self._inside(place)
            mode = place.stat().st_mode
        except OSError as error:
            yield Skipped(self.container, _shown(path), "link") if linked else unread(self.container, _shown(path), error)
            return
        if stat.S_ISDIR(mode) and not linked:
            return
        reason = "link" if inside is None or stat.S_ISDIR(mode) else special(mode)
        if reason is not None:
            yield Skipped(self.container, _shown(path), reason)
        else:
            ref = FileRef(self.container, str(self.home), _shown(path), os.fsencode(inside or ""))
            yield HomeFile(ref, row.zone, row.tool, row.format)

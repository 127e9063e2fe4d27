"""Finding the catalogue's files in a home directory, or in the rest of a machine, without reading what else is there.

A place that is a link is read if it ends at a regular file inside the same home, since that is how people keep their dotfiles in a
repository; a link that leads elsewhere is counted and not followed. What variables name is looked for as if the catalogue had it there.
"""

from __future__ import annotations

import errno
import os
import stat
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from scanner.model import Blob, Keeping, Reason, Unscanned, Zone
from scanner.records import dataclass, field, replace
from scanner.sources.files import FileRef, Skipped, shown, special, unread
from scanner.sources.large import LargeFile, take_file
from scanner.sources.workstation.caches import is_kernels
from scanner.sources.workstation.includes import BEGINNINGS, included
from scanner.sources.workstation.keeping import Keeper
from scanner.sources.workstation.metafied import unmetafied, unmetafy

if TYPE_CHECKING:  # loaded where there is a home to look through
    from scanner.sources.workstation.catalogue import Row

_MOST = 10_000
"""Names that one `*` may stand for, and what may lie below one `**`."""

_NOWHERE: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class HomeFile:
    """A file of the catalogue that exists. Small and picklable: it is read in a worker."""

    ref: FileRef
    zone: Zone
    tool: str
    format: str
    keeping: Keeping | None = None
    like: str = ""
    """A path that tells readers what its own does not: as whose file it is to be read."""


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
    inside the home, its `KUBECONFIG` and the like which files are used there.
    """
    from scanner.sources.workstation.catalogue import CATALOGUE  # noqa: PLC0415 - see above

    try:
        real = home.resolve(strict=True)
        os.close(os.open(real, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC))
    except FileNotFoundError:
        yield Unscanned(container, "", Reason.MISSING)
        return
    except OSError as error:
        yield unread(container, "", error)
        return
    tops = [_absolute(os.fspath(home)) or real, real]
    told = tuple(_told(environment, tops))
    git = next(row for row in CATALOGUE if row.pattern.startswith(BEGINNINGS[0]))
    begun = (row.pattern for row in told if row.format == git.format and "*" not in row.pattern)
    includes = (replace(git, pattern=path, like=BEGINNINGS[0]) for path in included(real, *begun))
    yield from _located(real, container, (*CATALOGUE, *told, *includes))


def locate_outside(
    root: Path, container: str, environment: Mapping[str, str] = _NOWHERE, homes: Iterable[Path] = ()
) -> Iterator[HomeFile | Unscanned | Skipped]:
    """Every file of the catalogue of a machine whose file system begins at `root`, and what `environment` names outside of `homes`."""
    from scanner.sources.workstation.catalogue import MACHINE  # noqa: PLC0415 - see above

    real = Path(os.path.realpath(root))
    homes = [top for home in homes for top in (_absolute(os.fspath(home)), Path(os.path.realpath(home))) if top is not None]
    yield from _located(real, container, (*MACHINE, *_told(environment, [real], homes)))


def _located(top: Path, container: str, rows: Sequence[Row]) -> Iterator[HomeFile | Unscanned | Skipped]:
    search = _Search(top, container, Keeper(top))
    search.look(_planted(rows))
    for path, (number, found) in sorted(search.met.items(), key=lambda met: (met[1][0], met[0])):
        if found is None:
            yield from search.file(rows[number], path)
        else:
            yield found


def _told(environment: Mapping[str, str], tops: Sequence[Path], without: Sequence[Path] = ()) -> Iterator[Row]:
    """Rows for the places below one of `tops`, and below none of `without`, that variables name: folders that were moved, and files."""
    if not environment:
        return
    from scanner.sources.workstation.catalogue import CATALOGUE, LISTS, MACHINE, MOVED, NAMED, OF_ZSH, example  # noqa: PLC0415 - see above

    for variable, folder in MOVED:
        inside = _inside_of(environment.get(variable, ""), tops, without)
        if inside is not None:
            moved = (row for row in CATALOGUE if row.pattern.startswith(f"{folder}/"))
            yield from (
                replace(row, pattern=inside + row.pattern.removeprefix(folder), like=row.like or example(row.pattern)) for row in moved
            )
    known = {row.pattern: row for row in (*CATALOGUE, *MACHINE)}
    others = OF_ZSH if environment.get("SHELL", "").endswith("zsh") else {}
    for variable, usual in NAMED:
        value, pattern = environment.get(variable, ""), others.get(variable, usual)
        for one in value.split(os.pathsep) if variable in LISTS else (value,):
            inside = _inside_of(one, tops, without)
            if inside is not None:
                yield replace(known[pattern], pattern=inside, like=example(pattern))


def _inside_of(value: str, tops: Sequence[Path], without: Sequence[Path]) -> str | None:
    """The path below one of `tops` that a variable names; None where it names none, or what only the kernel has."""
    place = _absolute(value)
    if place is None or any(place.is_relative_to(top) for top in without):
        return None
    for top in tops:
        if place != top and place.is_relative_to(top):
            inside = os.fspath(place.relative_to(top))
            return None if is_kernels(top, inside.partition("/")[0]) else inside
    return None


def _absolute(value: str) -> Path | None:
    """The place that tools take a path for, seen from the current folder; None for what is none, or what a pattern would be taken for."""
    if not value or "\0" in value or "*" in value:
        return None
    try:
        place = Path(value) if os.path.isabs(value) else Path.cwd() / value  # noqa: PTH117 - a text, which may be anything
    except OSError:  # the current folder is gone
        return None
    return None if ".." in place.parts else place


def _first(node: _Node) -> int:
    """Number of the first row that goes this way."""
    numbers = [number for number, _ in node.below]
    numbers += [] if node.row is None else [node.row]
    return min([*numbers, *map(_first, (*node.named.values(), *node.fitting.values()))])


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


@dataclass(slots=True)
class _Node:
    """What is looked for in one folder: by whole names, by patterns, and in every folder below."""

    named: dict[str, _Node] = field(default_factory=dict)
    fitting: dict[str, _Node] = field(default_factory=dict)
    below: list[tuple[int, str]] = field(default_factory=list)
    """Number and last name of rows that reach any depth."""
    row: int | None = None
    """Number of the first row that ends here."""

    def folders(self) -> bool:
        """Whether rows go on below."""
        return bool(self.named or self.fitting or self.below)


def _planted(rows: Iterable[Row]) -> _Node:
    """The rows by folder, so that each folder is looked at once, and no folder that is not there."""
    top = _Node()
    for number, row in enumerate(rows):
        node, parts = top, row.pattern.split("/")
        for at, part in enumerate(parts):
            if part == "**":
                node.below.append((number, parts[at + 1] if parts[at + 1 :] else "*"))
                break
            node = (node.fitting if "*" in part else node.named).setdefault(part, _Node())
        else:
            node.row = number if node.row is None else node.row
    return top


def _fitting(names: Sequence[str], pattern: str) -> list[str]:
    """Those of the sorted names that are of the pattern, whose only sign is `*`."""
    if "*" not in pattern:
        return [pattern] if pattern in names else []
    first, *middle, last = pattern.split("*")
    fitting = []
    for name in islice(names, bisect_left(names, first), None):
        if not name.startswith(first):
            break
        if name.endswith(last) and len(name) >= len(first) + len(last) and (not middle or _holds(name, len(first), middle, len(last))):
            fitting.append(name)
    return fitting


def _holds(name: str, begin: int, pieces: Sequence[str], after: int) -> bool:
    """Whether the pieces stand in the name one after the other, between its beginning and its last letters."""
    end = len(name) - after
    for piece in pieces:
        at = name.find(piece, begin, end)
        if at < 0:
            return False
        begin = at + len(piece)
    return True


Found = Unscanned | Skipped | None
"""What bars the way; None for something that is there."""


@dataclass(frozen=True, slots=True)
class _Search:
    home: Path
    """Without links in it."""
    container: str
    keeper: Keeper
    met: dict[str, tuple[int, Found]] = field(default_factory=dict)
    """By path, the number of the first row that reached it."""

    def look(self, top: _Node) -> None:
        """Meets every place below the home that the rows reach, links included."""
        waiting = [("", top)]
        while waiting:
            folder, node = waiting.pop()
            for path, child in self._in(folder, node):
                if child.row is not None:
                    self._meet(path, child.row, None)
                if child.folders() and self._enterable(path, child):
                    waiting.append((path, child))
            for number, last in node.below:
                self._below(folder, number, last)

    def _meet(self, path: str, row: int, found: Found) -> None:
        known = self.met.get(path)
        if known is None or (row < known[0] and known[1] is None):
            self.met[path] = (row, found)

    def _in(self, folder: str, node: _Node) -> Iterator[tuple[str, _Node]]:
        """What there is in the folder of what is looked for."""
        for name, child in node.named.items():
            path = _join(folder, name)
            try:
                (self.home / path).lstat()
            except (FileNotFoundError, NotADirectoryError):
                continue
            except OSError as error:
                if error.errno == errno.ENAMETOOLONG:  # a variable's value that is no path
                    continue
                self._bar(folder, node, error)
                return
            yield path, child
        if not node.fitting:
            return
        try:
            names = self._names(folder)
        except (FileNotFoundError, NotADirectoryError):
            return
        except OSError as error:
            self._bar(folder, node, error)
            return
        for pattern, child in node.fitting.items():
            fitting = _fitting(names, pattern)
            if len(fitting) > _MOST:
                self._meet(_join(folder, pattern), _first(child), self._too_many(_join(folder, pattern)))
            yield from ((_join(folder, name), child) for name in fitting[:_MOST])

    def _names(self, folder: str) -> list[str]:
        with os.scandir(self.home / folder) as entries:
            return sorted(entry.name for entry in entries)

    def _bar(self, folder: str, node: _Node, error: OSError) -> None:
        looping = error.errno == errno.ELOOP
        self._meet(
            folder,
            _first(node),
            Skipped(self.container, _shown(folder), "link") if looping else unread(self.container, _shown(folder), error),
        )

    def _too_many(self, path: str) -> Unscanned:
        return Unscanned(self.container, _shown(path), Reason.TOO_LARGE, f"more than {_MOST} files")

    def _enterable(self, path: str, node: _Node) -> bool:
        """Whether a folder is at `path`; a link that leads out of the home, or to all of it, is none."""
        place = self.home / path
        mode = _own_mode(place)
        if not stat.S_ISLNK(mode):
            return stat.S_ISDIR(mode)
        try:
            inside = self._inside(place)
            if inside is not None and inside != "." and stat.S_ISDIR(place.stat().st_mode):
                return True
            folder = inside is None or inside == "."
        except OSError:
            folder = True
        if folder:
            self._meet(path, _first(node), Skipped(self.container, _shown(path), "link"))
        return False

    def _below(self, folder: str, row: int, last: str) -> None:
        """Everything below `folder` with such a last name that is no directory; not through links."""
        waiting, count = [folder], 0
        while waiting:
            at = waiting.pop()
            try:
                with os.scandir(self.home / at) as entries:
                    found = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in islice(entries, _MOST + 1 - count)]
            except OSError as error:
                self._meet(at, row, unread(self.container, _shown(at), error))
                continue
            count += len(found)
            found = sorted(found)[: len(found) - (count > _MOST)]
            waiting += (_join(at, name) for name, is_folder in found if is_folder)
            for name in _fitting([name for name, is_folder in found if not is_folder], last):
                self._meet(_join(at, name), row, None)
            if count > _MOST:
                self._meet(folder, row, self._too_many(folder))
                return

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
            status = place.stat()
        except OSError as error:
            yield Skipped(self.container, _shown(path), "link") if linked else unread(self.container, _shown(path), error)
            return
        mode = status.st_mode
        if stat.S_ISDIR(mode) and not linked:
            return
        reason = "link" if inside is None or stat.S_ISDIR(mode) else special(mode)
        if reason is not None:
            yield Skipped(self.container, _shown(path), reason)
        else:
            ref = FileRef(self.container, str(self.home), _shown(path), os.fsencode(inside or ""))
            keeping = self.keeper.keeping(inside or "", status, row.mode)
            yield HomeFile(ref, row.zone, row.tool, row.format, keeping, row.like)

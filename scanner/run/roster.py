"""The installed detectors, of which a run imports those that have something to read.

Every detector is asked where it wants to look; few are asked anything else, and importing them all takes longer than examining what is
staged. So what they answer is kept in the cache folder, and one is imported when an anchor of its own was met. What lies there is only ever
a shortcut: plain data, which names no code but the modules of packages that are installed as detectors. It counts as long as every file of
these packages has the size and the time that it had, by which Python tells as well whether to compile a module again, and everything that is
installed has the version that it had.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from functools import cache, cached_property
from importlib import import_module
from importlib.util import find_spec
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING

from scanner import contract, registry
from scanner.contract import Anchor, Detector, Kind, Reading, Window
from scanner.installed import distributions
from scanner.private import is_ours, opened

if TYPE_CHECKING:
    from scanner.model.codec import Plain

_MORE = attrgetter("encoded", "nested", "base64", "caseless", "reason")
"""The last fields of an anchor, in their order."""
_LARGEST = 16 << 20
"""Bytes of a list that are read at most."""


class Listed:
    """A detector that is imported when it is first asked to read."""

    def __init__(self, row: Plain, kinds: bytes, packages: Sequence[str]) -> None:
        """`row` and `kinds` are what `_row` and `_kinds` say of it, `packages` where detectors may come from. Raises what wrong data raises."""
        package, module, self.id, self.title, reach, self.sight, anchors = row
        self._kinds = kinds
        if not module.isidentifier():
            raise ValueError
        self._module = f"{packages[package]}.{module}"
        self.reach: tuple[int, int] = tuple(reach)
        self.anchors = tuple(Anchor(*[text.encode("latin-1") for text in texts], *more) for texts, *more in anchors)

    @cached_property
    def kinds(self) -> tuple[Kind, ...]:
        """Those of the detector."""
        from scanner.model.codec import decode  # noqa: PLC0415 - loaded where something was found

        return tuple(decode(Kind, kind) for kind in json.loads(self._kinds))

    @cached_property
    def _itself(self) -> Detector:
        found: Detector = next(one for one in import_module(self._module).DETECTORS if one.id == self.id)
        return found

    def read(self, window: Window) -> Iterable[Reading]:
        """As the detector does; raises what its module raises when it is imported."""
        return self._itself.read(window)


@cache
def installed(folder: Path | None) -> tuple[Detector, ...]:
    """Every installed detector, sorted by id; `folder` is that of caches. Raises what `registry.installed` raises."""
    packages = tuple(point.value for point in registry.points())
    file = _file(folder, packages) if folder is not None else None
    if file is None:
        return registry.installed()
    listed = _read(file, packages)
    if listed is None:
        listed = registry.installed()
        entries = registry.entries()
        _write(file, [[_row(entry, packages) for entry in entries], *map(_kinds, entries)])
    return listed


def _row(entry: registry.Entry, packages: Sequence[str]) -> Plain:
    """What is asked of every detector before it reads, as plain data."""
    one = entry.detector
    package, _, module = entry.module.__name__.rpartition(".")
    return packages.index(package), module, one.id, one.title, one.reach, one.sight, [_anchor(anchor) for anchor in one.anchors]


def _kinds(entry: registry.Entry) -> Plain:
    """What is asked of it when something was found, as plain data."""
    from scanner.model.codec import encode  # noqa: PLC0415 - as above

    return [encode(kind) for kind in entry.detector.kinds]


def _anchor(anchor: Anchor) -> Plain:
    """The fields of an anchor in their order, up to the last that says anything: those of bytes as a list of texts, then the others."""
    texts = [part.decode("latin-1") for part in (anchor.literal, anchor.then, anchor.before)]
    more, usual = list(_MORE(anchor)), _MORE(Anchor(b""))
    while more and more[-1] == usual[len(more) - 1]:
        more.pop()
    return texts, *more


def _file(folder: Path, packages: Sequence[str]) -> Path | None:
    """Where the list of what is installed now lies; None where that cannot be told, or somebody else could write there."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not is_ours(folder.lstat(), stat.S_IFDIR):
            return None
        files = tuple(_states(packages))
    except (OSError, ImportError, ValueError):
        return None
    parts = (sys.version, *packages, *(f"{one.name} {one.version}" for one in distributions()), *files)
    digest = hashlib.sha256("\0".join(parts).encode(errors="surrogateescape")).hexdigest()
    return folder / f"anchors-{digest}.json"


def _states(packages: Sequence[str]) -> Iterator[str]:
    """Path, size and time of every file that detectors consist of, of what they are given by us, and of this one; nothing is imported for it.

    Raises OSError, ImportError or ValueError where such a package is no folder.
    """
    ours = Path(contract.__file__).parent
    yield from _in_folder(Path(__file__).parent, [Path(__file__).name])
    yield from _in_folder(ours, os.listdir(ours))  # noqa: PTH208 - names, without a path for each
    for top in dict.fromkeys(package.partition(".")[0] for package in packages):
        spec = find_spec(top)
        folders = spec.submodule_search_locations if spec is not None else None
        if not folders:
            raise ImportError
        for folder in folders:
            os.listdir(folder)  # noqa: PTH208 - `os.walk` says nothing of a folder that is none
            for here, below, names in os.walk(folder):
                below[:] = sorted(name for name in below if name != "__pycache__")
                yield from _in_folder(Path(here), names)


def _in_folder(folder: Path, names: Iterable[str]) -> Iterator[str]:
    for name in sorted(names):
        status = os.stat(f"{folder}/{name}")  # noqa: PTH116 - hundreds of them
        if stat.S_ISREG(status.st_mode):
            yield f"{folder}/{name} {status.st_size} {status.st_mtime_ns}"


def _read(file: Path, packages: Sequence[str]) -> tuple[Detector, ...] | None:
    """What the list says; None where there is none, or none that is ours and whole."""
    try:
        with open(opened(file, os.O_RDONLY), "rb") as stream:  # noqa: PTH123 - the descriptor is already open
            if not is_ours(os.fstat(stream.fileno()), stat.S_IFREG):
                return None
            rows, *kinds = stream.read(_LARGEST).splitlines()
        return tuple(Listed(row, its, packages) for row, its in zip(json.loads(rows), kinds, strict=True))
    except (OSError, ValueError, TypeError, LookupError, AttributeError):
        return None


def _write(file: Path, lines: Sequence[Plain]) -> None:
    """Writes the list aside and renames it: all rows in the first line, then a line of kinds for each. A full disk is no error; what is not used for a month goes with old databases (`engine.cache`)."""
    with suppress(OSError):
        handle, aside = tempfile.mkstemp(dir=file.parent, prefix=".anchors-")
        try:
            with open(handle, "w", encoding="utf-8") as stream:  # noqa: PTH123 - the descriptor is already open
                stream.writelines(f"{json.dumps(line)}\n" for line in lines)
            Path(aside).replace(file)
        except OSError:
            Path(aside).unlink(missing_ok=True)

"""The object store that git gets to see: links to the files that were looked at first.

git opens whatever lies where an object or a pack should be, and follows alternates on its own. So it gets a store of our making: one
folder a real store, with links to its regular files and nothing else. A FIFO, a device, a pack that does not belong to its index or a
circle of alternates is named in the report instead of met by git. Commit graphs, bitmaps and reverse indexes stay outside: they only
say what the packs say anyway, and could say it wrongly.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from scanner.errors import UnreadableError
from scanner.model import Reason, Unscanned
from scanner.records import dataclass
from scanner.sources.files import shown
from scanner.sources.history.files import entries, is_regular, leads_to_folder, read_regular

_ALTERNATES = 1 << 20
"""Longest alternates file, in bytes."""
_STORES = 64
_MANY = 24
"""Links from which on it is better to make none."""
_DEPTH = 5
"""How far git itself follows alternates of alternates (object-file.c)."""
_INDEXES = 512 << 20
"""Bytes of all pack indexes together: about 18 million objects."""
_IDX_MAGIC = b"\xfftOc\x00\x00\x00\x02"
_IDX_COUNT = 8 + 255 * 4
"""Where a version 2 index says how many objects it has: the last entry of its fan-out table (gitformat-pack(5))."""
_ESCAPE = re.compile(rb"\\([abfnrtv\"\\]|[0-3][0-7][0-7])")
_CONTROLS = {b"a": b"\a", b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v", b'"': b'"', b"\\": b"\\"}


@dataclass(frozen=True, slots=True)
class PackFile:
    """A pack that was looked at, and its index."""

    pack: str
    index: str


@dataclass(frozen=True, slots=True)
class Survey:
    """What the store is made of."""

    indexes: int
    """Bytes of all pack indexes."""
    promised: bool
    """Whether packs come from a partial clone, so that some objects are elsewhere on purpose."""
    packs: tuple[PackFile, ...]
    """All that were sound, of this store and of those that it borrows from."""
    loose: tuple[str, ...]
    """Ids of the objects that are files of their own."""
    unscanned: tuple[Unscanned, ...]


def mirror(objects: Path, shadow: Path, algorithm: str, target: str, label: str, *, extra: tuple[Path, ...] = ()) -> Survey:
    """`shadow` shows git what the store `objects`, the stores `extra` and the alternates of all of them hold and can be read.

    `label` is the path of `objects` in the report, with a slash at its end.
    """
    surveyor = _Surveyor(shadow, 32 if algorithm == "sha256" else 20, target)
    named = [(objects, label), *((store, f"{shown(os.fsencode(store))}/") for store in extra)]
    others = [*named[1:], *surveyor.alternates(named)]
    shown_to_git: list[str] = []
    for number, (store, name) in enumerate([named[0], *others]):
        stand_in = shadow if number == 0 else shadow / f"alternate-{number}"
        shown_to_git += [os.fspath(place) for place in (surveyor.link(store, stand_in, name),) if place != shadow]
    info = shadow / "info"
    info.mkdir()
    (info / "alternates").write_bytes(b"".join(os.fsencode(f"{place}\n") for place in shown_to_git))
    return Survey(surveyor.indexes, surveyor.promised, tuple(surveyor.packs), tuple(surveyor.loose), tuple(surveyor.unscanned))


class _Surveyor:
    """Walks real stores, links what is sound and keeps what it met."""

    def __init__(self, shadow: Path, width: int, target: str) -> None:
        self.indexes = 0
        self.promised = False
        self.packs: list[PackFile] = []
        self.loose: list[str] = []
        self.unscanned: list[Unscanned] = []
        self._links: list[tuple[Path, str]] = []
        self._width = width
        self._target = target
        self._fanout = re.compile(r"[0-9a-f]{2}")
        self._loose = re.compile(rf"[0-9a-f]{{{2 * width - 2}}}")
        shadow.mkdir()

    def alternates(self, stores: Iterable[tuple[Path, str]]) -> Iterator[tuple[Path, str]]:
        """Every store that `stores` borrow from and that is none of them, once, with a label for it."""
        pending: list[tuple[Path, str, tuple[str, ...]]] = [(store, label, (os.path.realpath(store),)) for store, label in stores]
        seen = {chain[0] for *_, chain in pending}
        while pending:
            store, name, chain = pending.pop()
            path = f"{name}info/alternates"
            for other in self._borrowed(store, path):
                real = os.path.realpath(other)
                if real in chain:
                    self._say(path, Reason.MALFORMED, "the alternates lead back to where they began")
                elif not leads_to_folder(other):
                    self._say(path, Reason.MISSING, "a store that it borrows from does not exist")
                elif len(chain) > _DEPTH or len(seen) > _STORES:
                    self._say(path, Reason.TOO_DEEP, "too many alternates")
                elif real not in seen:
                    seen.add(real)
                    found = (Path(real), f"{shown(os.fsencode(real))}/")
                    pending.append((*found, (*chain, real)))
                    yield found

    def link(self, store: Path, shadow: Path, label: str) -> Path:
        """The store that git gets to see: `shadow` with links to everything in `store` that it may read.

        Where nothing has to be hidden and there would be many links, that is `store` itself: some file systems take long to make them.
        """
        shadow.mkdir(exist_ok=True)
        (shadow / "pack").mkdir()
        self._links = []
        said = len(self.unscanned)
        with self._named(label):
            for entry in entries(store):
                if self._fanout.fullmatch(entry.name):
                    with self._named(f"{label}{entry.name}"):
                        self._link_loose(entry, shadow / entry.name, label)
        with self._named(f"{label}pack"):
            self._link_packs(store / "pack", shadow / "pack", f"{label}pack/")
        if len(self._links) > _MANY and len(self.unscanned) == said and _is_plain(store):
            return store
        for link, place in self._links:
            link.symlink_to(place)
        return shadow

    def _link_loose(self, folder: os.DirEntry[str], shadow: Path, label: str) -> None:
        """Links the folder as a whole where nothing in it is strange, else file by file."""
        if not folder.is_dir():
            raise UnreadableError(Reason.MALFORMED, "not a folder")
        found = [entry for entry in entries(folder.path) if self._loose.fullmatch(entry.name)]
        sound = [entry for entry in found if _readable(entry)]
        self.loose += (folder.name + entry.name for entry in sound)
        if len(sound) == len(found):
            self._links.append((shadow, folder.path))
            return
        shadow.mkdir()
        self._links += [(shadow / entry.name, entry.path) for entry in sound]
        known = {entry.name for entry in sound}
        for entry in found:
            if entry.name not in known:
                self._say(f"{label}{folder.name}/{entry.name}", *_fault(entry))

    def _link_packs(self, folder: Path, shadow: Path, label: str) -> None:
        found = {entry.name: entry for entry in entries(folder)}
        for name, entry in found.items():
            stem, dot, kind = name.rpartition(".")
            self.promised |= dot == "." and kind == "promisor"
            if kind == "idx" and f"{stem}.pack" not in found:
                self._say(label + name, Reason.MISSING, "the pack of this index does not exist")
            elif kind == "pack":
                with self._named(label + name):
                    self._link_pack(entry, found.get(f"{stem}.idx"), shadow, label)

    def _link_pack(self, pack: os.DirEntry[str], index: os.DirEntry[str] | None, shadow: Path, label: str) -> None:
        if index is None:
            raise UnreadableError(Reason.DAMAGED, "the pack has no index")
        for entry in (pack, index):
            if not _readable(entry):
                raise UnreadableError(*_fault(entry))
        size = index.stat().st_size
        if self.indexes + size > _INDEXES:
            raise UnreadableError(Reason.TOO_LARGE, f"the indexes take more than {_INDEXES} bytes")
        if not _checksum_holds(Path(index.path), self._width):
            self._say(label + index.name, Reason.DAMAGED, "the index has another checksum than it says")
        _compare(Path(pack.path), Path(index.path), self._width)
        self.indexes += size
        self.packs.append(PackFile(pack.path, index.path))
        self._links += [(shadow / entry.name, entry.path) for entry in (pack, index)]

    def _borrowed(self, store: Path, label: str) -> Iterator[Path]:
        """The folders that the alternates file of `store` names, relative to `store` as git reads them."""
        with self._named(label):
            try:
                text = read_regular(store / "info" / "alternates", _ALTERNATES)
            except FileNotFoundError:
                return
            for line in text.split(b"\n"):
                if line and not line.startswith(b"#") and b"\0" not in line:
                    yield store / os.fsdecode(unquoted(line))

    @contextlib.contextmanager
    def _named(self, path: str) -> Iterator[None]:
        """What cannot be read inside is reported under `path`."""
        try:
            yield
        except UnreadableError as error:
            self._say(path, Reason(error.reason), error.detail)
        except OSError as error:
            self._say(path, Reason.UNREADABLE, os.strerror(error.errno or 0))

    def _say(self, path: str, reason: Reason, detail: str) -> None:
        self.unscanned.append(Unscanned(self._target, path, reason, detail))


def _is_plain(store: Path) -> bool:
    """Whether git finds nothing in `store` but objects: no other store, no file that is none, no name that an alternates file cannot hold."""
    if os.path.lexists(store / "info" / "alternates") or "\n" in os.fspath(store) or not store.is_absolute():
        return False
    return all(is_regular(entry) for entry in entries(store / "pack"))


def _readable(entry: os.DirEntry[str]) -> bool:
    """Whether `entry` is, or links to, a regular file that we may read."""
    with contextlib.suppress(OSError):
        return (is_regular(entry) or entry.is_file()) and os.access(entry.path, os.R_OK)
    return False


def _fault(entry: os.DirEntry[str]) -> tuple[Reason, str]:
    """Why `entry` is not readable."""
    with contextlib.suppress(OSError):
        if entry.is_file():
            return Reason.UNREADABLE, "permission denied"
        if entry.is_symlink():
            return Reason.MALFORMED, "a link to no regular file"
    return Reason.MALFORMED, "not a regular file"


def _compare(pack: Path, index: Path, width: int) -> None:
    """Nothing, where `pack` is the one that `index` was made for.

    git checks the same when it opens a pack, and then goes on as if the pack were not there.

    Raises UnreadableError where it is another one, or has lost its end.
    """
    with pack.open("rb") as body, index.open("rb") as table:
        header = body.read(12)
        if len(header) != 12 or not header.startswith(b"PACK"):  # noqa: PLR2004  # gitformat-pack(5): signature, version, count
            raise UnreadableError(Reason.DAMAGED, "not a pack")
        start = table.read(_IDX_COUNT + 4)
        modern = start.startswith(_IDX_MAGIC)
        count = start[_IDX_COUNT:] if modern else start[_IDX_COUNT - 8 : _IDX_COUNT - 4]
        if header[8:] != count:
            raise UnreadableError(Reason.DAMAGED, "the pack and its index differ in the number of objects")
        if _tail(body, width, 0) != _tail(table, width, width):
            raise UnreadableError(Reason.DAMAGED, "the pack is cut short, or belongs to another index")


def _tail(stream: BinaryIO, width: int, back: int) -> bytes:
    """`width` bytes that end `back` bytes before the end of `stream`; nothing where it is shorter."""
    size = stream.seek(0, os.SEEK_END)
    if size < width + back:
        return b""
    stream.seek(size - width - back)
    return stream.read(width)


def _checksum_holds(index: Path, width: int) -> bool:
    """Whether a pack index ends in the hash of everything before."""
    digest = hashlib.new("sha256" if width == 32 else "sha1", usedforsecurity=False)  # noqa: PLR2004  # a SHA-256 is 32 bytes
    with index.open("rb") as stream:
        left = os.fstat(stream.fileno()).st_size - width
        while left > 0 and (chunk := stream.read(min(left, 1 << 20))):
            digest.update(chunk)
            left -= len(chunk)
        return stream.read(width) == digest.digest()


def unquoted(line: bytes) -> bytes:
    """An alternates line, which git quotes like a C string where the path asks for it."""
    if len(line) > 1 and line.startswith(b'"') and line.endswith(b'"'):
        return _ESCAPE.sub(_unescaped, line[1:-1])
    return line


def _unescaped(match: re.Match[bytes]) -> bytes:
    code = match[1]
    return _CONTROLS.get(code) or bytes([int(code, 8)])

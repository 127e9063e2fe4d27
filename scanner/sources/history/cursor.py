"""Whether a repository may have changed since it was last read, told without git and without reading an object.

What an object holds never changes, so names are enough for objects; refs are small and read; logs only grow, so their size and time
are enough. Nothing is waited for and nothing raised: what cannot be read is part of the answer as just that.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from scanner.errors import UnreadableError
from scanner.sources.files import FILE_FLAGS
from scanner.sources.history.files import entries, is_folder, read_regular, walk
from scanner.sources.history.layout import Layout
from scanner.sources.history.objectstore import unquoted
from scanner.sources.standing import Standing, standing

_DEPTH = 64
_STORES = 64
_SMALL = 4096
_LARGE = 64 << 20
_FANOUT = re.compile(r"[0-9a-f]{2}")
_WHOLE = re.compile(r"[A-Z_]{0,40}HEAD|packed-refs|shallow|config")
"""Files of a git folder whose content counts: where history begins and ends, and how objects are named."""

Mark = tuple[str, bytes]
"""Something that may change: its name, and what it is like now."""


def cursor(layout: Layout) -> str:
    """A digest that is another one once refs, HEADs, reflogs, packs or loose objects are, alternates included.

    It may be another one although nothing changed that matters. It takes time in proportion to the number of refs and loose objects.
    """
    digest = hashlib.blake2b(digest_size=20)
    for name, state in _marks(layout):
        raw = os.fsencode(name)
        digest.update(b"%d:%d:%b%b" % (len(raw), len(state), raw, state))
    return digest.hexdigest()


def stands(layout: Layout) -> Standing | None:
    """How everything stands that git keeps of a repository: refs, logs, index, configuration, hooks and objects, alternates included.

    Unlike `cursor` it holds against whoever can write there, for no object is trusted by its name and no file by the time of its content; and it
    changes with whatever git writes, be it of no consequence. None where that cannot be told.
    """
    stores = _stores(layout)
    if layout.index is not None or layout.extra_objects or len(stores) >= _STORES:
        return None
    digests = [hashlib.blake2b(digest_size=20), hashlib.blake2b(digest_size=20)]
    newest = 0
    surveyed: list[Path] = []
    for folder in dict.fromkeys((layout.common, layout.gitdir, *stores)):
        if any(folder.is_relative_to(other) for other in surveyed):
            continue
        surveyed.append(folder)
        found = standing(folder, tree=False)
        if found is None:
            return None
        digests[0].update(b"%b\0%b" % (os.fsencode(folder), found.state))
        digests[1].update(found.moments)
        newest = max(newest, found.newest)
    return Standing(digests[0].digest(), digests[1].digest(), newest, ())


def _marks(layout: Layout) -> Iterator[Mark]:
    folders = [layout.common]
    if layout.gitdir != layout.common:
        folders.append(layout.gitdir)
    folders += [Path(entry.path) for entry in _folders(layout.common / "worktrees")]
    for number, folder in enumerate(folders):
        for mark in _of_gitdir(folder):
            yield f"{number}/{mark[0]}", mark[1]
    for number, store in enumerate(_stores(layout)):
        yield f"store {number}", os.fsencode(store)
        yield from _guarded(f"objects {number}", _of_store(store))


def _of_gitdir(folder: Path) -> Iterator[Mark]:
    """HEAD and its like, refs and logs of a repository or a linked worktree."""
    yield from _guarded("files", ((entry.name, _whole(entry.path)) for entry in entries(folder) if _WHOLE.fullmatch(entry.name)))
    yield from _guarded("refs", ((f"refs/{path}", _value(entry.path)) for path, entry in walk(folder / "refs", _DEPTH)))
    yield from _guarded("logs", ((f"logs/{path}", _facts(entry)) for path, entry in walk(folder / "logs", _DEPTH)))
    yield from _guarded("reftable", ((f"reftable/{entry.name}", _facts(entry)) for entry in entries(folder / "reftable")))


def _of_store(store: Path) -> Iterator[Mark]:
    for entry in entries(store / "pack"):
        yield f"pack/{entry.name}", _facts(entry)
    for folder in entries(store):
        if _FANOUT.fullmatch(folder.name):
            yield folder.name, os.fsencode("\0".join([entry.name for entry in entries(folder.path)]))


def _stores(layout: Layout) -> list[Path]:
    """The object stores and all that they borrow from (gitrepository-layout(5), objects/info/alternates), as `objectstore` follows them."""
    found = [Path(os.path.realpath(store)) for store in (layout.objects, *layout.extra_objects)]
    for store in found:
        try:
            text = read_regular(store / "info" / "alternates", _LARGE >> 6)
        except (FileNotFoundError, UnreadableError):
            continue
        for line in text.split(b"\n"):
            if line and not line.startswith(b"#") and b"\0" not in line:
                other = Path(os.path.realpath(store / os.fsdecode(unquoted(line))))
                if other not in found and len(found) < _STORES:
                    found.append(other)
    return found


def _guarded(name: str, marks: Iterable[Mark]) -> Iterator[Mark]:
    """`marks`, and the reason in place of the rest where they cannot be had."""
    try:
        yield from marks
    except (UnreadableError, OSError, ValueError) as error:
        yield f"{name} unreadable", str(error).encode("utf-8", "backslashreplace")


def _folders(path: Path) -> list[os.DirEntry[str]]:
    try:
        return [entry for entry in entries(path) if is_folder(entry)]
    except UnreadableError:
        return []


def _whole(path: str) -> bytes:
    """The digest of the file's content, or why there is none."""
    try:
        return hashlib.blake2b(read_regular(path, _LARGE)).digest()
    except FileNotFoundError:
        return b"vanished"
    except UnreadableError as error:
        return str(error).encode()


def _value(path: str) -> bytes:
    """The beginning of a loose ref, or where it leads if it is a link. Thousands of them are read: one handle each, and no more."""
    try:
        handle = os.open(path, FILE_FLAGS)
    except OSError as error:
        return _link(path) or b"errno %d" % (error.errno or 0)
    try:
        return os.read(handle, _SMALL) if stat.S_ISREG(os.fstat(handle).st_mode) else b"not a file"
    except OSError as error:
        return b"errno %d" % (error.errno or 0)
    finally:
        os.close(handle)


def _link(path: str) -> bytes:
    try:
        return b"link " + os.fsencode(Path(path).readlink())
    except OSError:
        return b""


def _facts(entry: os.DirEntry[str]) -> bytes:
    """Kind, size and time of a file that is not read; of a link and what it leads to, where packs may lie elsewhere."""
    try:
        status = entry.stat()
    except OSError as error:
        return b"errno %d" % (error.errno or 0)
    return b"%d %o %d %d" % (entry.is_symlink(), stat.S_IFMT(status.st_mode), status.st_size, status.st_mtime_ns)

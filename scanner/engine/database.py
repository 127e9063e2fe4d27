"""One compiled Hyperscan database for all anchors, kept on disk between runs.

Compiling takes most of a second, loading a millisecond. What lies on disk is only ever a shortcut: a file that does not load is
compiled again, and a folder that others can write to is not used. Hyperscan itself holds a serialised database against a checksum,
its own version and the features of the processor (its developer reference, "Serialization").
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import hyperscan as hs

from scanner.contract import Anchor, Detector
from scanner.engine import anchors
from scanner.engine.anchors import forms, plain
from scanner.engine.form import Form
from scanner.errors import PluginError
from scanner.installed import version_of

_ABSURD = 1 << 30
_AT_MOST = re.compile(r"matches of length ([0-9]{1,10}) bytes at most")
_LARGEST = 64 << 20
"""Bytes of a cache file that are read at most."""


def load(detectors: Sequence[Detector], *, cache: Path | None, width: int) -> hs.Database | None:
    """The database of these detectors' anchors, ready to scan blocks; None where they have none at all.

    It comes from the folder `cache` where it is there, else it is compiled and put there. No anchor in it matches more than `width` bytes. Raises PluginError, which names the detector, for an anchor that is wider, empty
    or no expression.
    """
    if not any(detector.anchors for detector in detectors):
        return None
    path = place(detectors, cache, width) if cache is not None else None
    database = _read(path) if path is not None else None
    if database is not None:
        return database
    for detector in detectors:
        for anchor in detector.anchors:
            _check(detector.id, anchor, width)
    database = _compile(tuple(forms(detectors)))
    if path is not None:
        _write(path, hs.dumpb(database))
    return database


def _compile(everything: Sequence[Form], least: int = 0) -> hs.Database:
    """A database of these forms, of whose matches only those with at least `least` bytes count."""
    database = hs.Database(mode=hs.HS_MODE_BLOCK)
    database.compile(
        expressions=[form.expression for form in everything],
        ids=[form.number(serial) for serial, form in enumerate(everything)],
        flags=[hs.HS_FLAG_CASELESS if form.caseless else 0 for form in everything],
        ext=[(hs.HS_EXT_FLAG_MIN_LENGTH, 0, 0, least, 0, 0)] * len(everything) if least else None,
    )
    return database


def _check(detector: str, anchor: Anchor, width: int) -> None:
    """Raises PluginError unless the anchor is an expression that Hyperscan takes and that matches at most `width` bytes."""
    wrong = None
    if not anchor.literal:
        wrong = "without a literal"
    elif len(anchor.literal) > width or ((anchor.before or anchor.then) and _wider(plain(anchor, 0), width)):
        wrong = f"that may match more than {width} bytes, or is no expression of Hyperscan's"
    if wrong is not None:
        message = f"detector {detector}: an anchor {wrong}"
        raise PluginError(message)


def _wider(form: Form, width: int) -> bool:
    """Whether a match of `form` may have more than `width` bytes; also where it is no expression at all.

    Asked for matches of an absurd length, Hyperscan refuses before it compiles anything and says how long they can be; without a bound it
    has no reason to refuse.
    """
    try:
        _compile((form,), least=_ABSURD)
    except hs.HyperscanError as error:
        longest = _AT_MOST.search(str(error))
        return longest is None or int(longest[1]) > width
    return True


def place(detectors: Sequence[Detector], folder: Path, width: int) -> Path | None:
    """The cache file for these detectors; None where the folder cannot be made, or somebody else could write to it."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not _ours(folder.lstat(), stat.S_IFDIR):
            return None
        source = b"".join(Path(anchors.__file__).with_name(name).read_bytes() for name in ("anchors.py", "form.py", "marks.py"))
    except OSError:
        return None
    wanted = [
        [(a.literal, a.then, a.before, a.encoded, a.nested, a.base64, a.caseless) for a in detector.anchors] for detector in detectors
    ]
    parts = (version_of("hyperscan"), sys.platform, _machine(), width, wanted)
    digest = hashlib.sha256(source + repr(parts).encode()).hexdigest()
    return folder / f"anchors-{digest}.hs"


def _machine() -> str:
    """What the processor is called, as far as that is known without asking a child process."""
    return os.uname().machine if hasattr(os, "uname") else os.environ.get("PROCESSOR_ARCHITECTURE", "")


def _ours(status: os.stat_result, kind: int) -> bool:
    """Whether it is a plain file or folder that nobody but us can change. Windows has no such bits; there a user's folder is his own."""
    if not hasattr(os, "getuid"):
        return stat.S_IFMT(status.st_mode) == kind
    return stat.S_IFMT(status.st_mode) == kind and status.st_uid == os.getuid() and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _read(path: Path) -> hs.Database | None:
    """The database in a cache file; None where there is none, or none that is whole, ours and for this machine."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        with open(os.open(path, flags), "rb") as file:  # noqa: PTH123 - pathlib cannot refuse to follow a link
            if not _ours(os.fstat(file.fileno()), stat.S_IFREG):
                return None
            content = file.read(_LARGEST)
        database = hs.loadb(content, hs.HS_MODE_BLOCK)
        database.scratch = hs.Scratch(database)
    except (OSError, hs.HyperscanError):
        return None
    return database


def _write(path: Path, content: bytes) -> None:
    """Writes the file aside and renames it, so that runs beside this one see it whole or not at all. A full disk is no error."""
    with suppress(OSError):
        handle, aside = tempfile.mkstemp(dir=path.parent, prefix=".anchors-")
        try:
            with open(handle, "wb") as file:  # noqa: PTH123 - the descriptor is already open
                file.write(content)
            Path(aside).replace(path)
        except OSError:
            Path(aside).unlink(missing_ok=True)

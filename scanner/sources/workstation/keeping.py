"""Who else may get at the files of a home: their owners, and the folders that lead to them.

Access control lists are not read. Where modes mean nothing, nothing is said: on Windows, in the profile of a Windows account wherever it was
copied to, and on file systems that make modes up for whoever mounts them.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

from scanner.model import Folder, Keeping
from scanner.sources.files import shown

_POSIX = os.name == "posix"
_WINDOWS = ("AppData", "NTUSER.DAT", "ntuser.dat")
"""What every profile of a Windows account has at its top."""

_DEEPEST = 64
"""Folders inside each other that are asked about; of what lies deeper nothing is said."""
_MOUNTS = Path("/proc/self/mountinfo")
_MOST = 4 << 20
"""Bytes of that list which are read."""
_MADE_UP = frozenset({b"vfat", b"msdos", b"exfat", b"ntfs", b"ntfs3", b"fuseblk", b"cifs", b"smb3", b"vboxsf"})
"""File systems whose modes come from the options of the mount (mount(8))."""
_MOUNT = re.compile(rb"(?:[^ ]+ ){4}(?P<point>[^ ]+)(?: (?!- )[^ ]*+)*+ - (?P<type>[^ ]+) [^ ]+ (?P<options>.*)")
_ESCAPED = re.compile(rb"\\([0-7]{3})")


class Keeper:
    """Says how one home keeps its files. Each folder is looked at once."""

    def __init__(self, home: Path) -> None:
        """`home` has no links in it."""
        self._home = home
        self._has_modes = _has_modes(home)
        self._folders: dict[str, Folder | None] = {}

    def keeping(self, inside: str, status: os.stat_result, wanted: int | None) -> Keeping:
        """How the file `inside` the home is kept that has this status, without links on the way. `wanted` is the mode that it should have."""
        name = shown(os.fsencode(inside))
        if wanted is None or not self._has_modes or inside.count("/") > _DEEPEST:
            return Keeping(name)
        folders = tuple(folder for above in _above(inside) if (folder := self._folder(above)) is not None)
        return Keeping(name, wanted, status.st_uid, status.st_gid, folders)

    def _folder(self, inside: str) -> Folder | None:
        """The folder as it is; None where it has gone meanwhile."""
        if inside not in self._folders:
            try:
                status = (self._home / inside).lstat()
            except OSError:
                self._folders[inside] = None
            else:
                name = shown(os.fsencode(inside))
                self._folders[inside] = Folder(name, stat.S_IMODE(status.st_mode), status.st_uid, status.st_gid)
        return self._folders[inside]


def _above(inside: str) -> Iterator[str]:
    """The home, then every folder on the way to what is `inside` it."""
    yield ""
    at = inside.find("/")
    while at >= 0:
        yield inside[:at]
        at = inside.find("/", at + 1)


def _has_modes(home: Path) -> bool:
    """Whether the modes below the home are those that somebody gave the files."""
    return _POSIX and not any(os.path.lexists(home / name) for name in _WINDOWS) and not made_up(os.fsencode(home), _mounts())


def _mounts() -> bytes:
    """The system's list of mounts; empty where it has none of this form."""
    try:
        with _MOUNTS.open("rb") as stream:
            return stream.read(_MOST)
    except OSError:
        return b""


def made_up(place: bytes, mounts: bytes) -> bool:
    """Whether `place` lies on a file system that makes modes up, as the lines of `mounts` say (proc_pid_mountinfo(5)).

    The longest mount point above it counts, of equals the last. Windows' own drives in WSL have modes where they are mounted with `metadata`.
    """
    longest, found = -1, False
    for mount in filter(None, map(_MOUNT.fullmatch, mounts.splitlines())):
        point = _ESCAPED.sub(lambda escape: bytes([int(escape[1], 8) & 0xFF]), mount["point"]).rstrip(b"/")
        if len(point) >= longest and (place == point or place.startswith(point + b"/")):
            options = re.split(rb"[,;]", mount["options"])
            windows = mount["type"] == b"9p" and b"aname=drvfs" in options and b"metadata" not in options
            longest, found = len(point), windows or mount["type"] in _MADE_UP
    return found

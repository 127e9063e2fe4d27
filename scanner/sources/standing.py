"""How everything below a folder stands, told by what the system says of it: nothing is opened but folders.

Whoever changes a file can set the time of its content, but not that at which the system noted the change; so what stands as it stood has the
content that it had. Of folders the names count, and whether they are the same folders: a program that makes a file and takes it away
again has changed nothing.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from scanner.records import dataclass
from scanner.sources.files import FOLDER_FLAGS
from scanner.sources.tree import BARE

_DIGEST = 20
_LISTED = 4_000_000
"""Most entries below one folder: what has more is not worth remembering."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Equal to another where nothing has changed between the two."""

    state: bytes
    """A digest of names and kinds, and of inodes, sizes and times of all that is no folder."""
    moments: bytes
    """A digest of the times of folders: who puts another folder in the place of one, and back again, changes that."""
    newest: int
    """When anything but a folder was changed last, in nanoseconds since 1970, as far as the system says."""
    nested: tuple[bytes, ...]
    """Work trees of other repositories that were not entered, by their paths below the folder, in the order in which a walk meets them."""


def standing(root: str | Path, *, tree: bool) -> Standing | None:
    """How everything below `root` stands; None where that cannot be told, or where it would tell less than whoever reads it sees.

    Of a work tree (`tree`) what git keeps is left out, and so are work trees of other repositories. Elsewhere nothing is, and links count
    with the file that they lead to.
    """
    survey = _Survey(os.fsencode(root), tree=tree)
    try:
        while survey.pending:
            if not survey.visit(survey.pending.pop()):
                return None
    except (OSError, ValueError):
        return None
    return Standing(survey.state.digest(), survey.moments.digest(), survey.newest, tuple(survey.nested))


class _Survey:
    """A survey under way."""

    def __init__(self, root: bytes, *, tree: bool) -> None:
        self.state = hashlib.blake2b(digest_size=_DIGEST)
        self.moments = hashlib.blake2b(digest_size=_DIGEST)
        self.newest = 0
        self.nested: list[bytes] = []
        self.pending = [b""]
        self._root = root
        self._tree = tree
        self._visited: set[tuple[int, int]] = set()
        self._left = _LISTED

    def visit(self, raw: bytes) -> bool:
        """Takes in one folder; whether it could be."""
        flags = FOLDER_FLAGS if raw else FOLDER_FLAGS & ~os.O_NOFOLLOW
        handle = os.open(b"%b/%b" % (self._root, raw), flags)
        try:
            status = os.fstat(handle)
            identity = (status.st_dev, status.st_ino)
            with os.scandir(handle) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
            self._left -= len(entries)
            if identity in self._visited or self._left < 0:
                return False
            self._visited.add(identity)
            self.moments.update(b"%d %d %d\0" % (*identity, status.st_ctime_ns))
            return self._list(raw, identity, entries)
        finally:
            os.close(handle)

    def _list(self, raw: bytes, identity: tuple[int, int], entries: list[os.DirEntry[str]]) -> bool:
        names = frozenset(entry.name for entry in entries) if self._tree and raw else frozenset()
        if names >= BARE:
            return False
        if ".git" in names:
            self.nested.append(raw)
            self.state.update(b"nested %d\0%b" % (len(raw), raw))
            return True
        below: list[bytes] = []
        said = [f"{identity[0]} {identity[1]}"]
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                said.append(f"{entry.name}/")
                if not (self._tree and entry.name == ".git"):
                    below.append(b"%b/%b" % (raw, os.fsencode(entry.name)) if raw else os.fsencode(entry.name))
                continue
            said.append(self._told(entry.name, entry.stat(follow_symlinks=False)))
            if not self._tree and entry.is_symlink() and not self._leads(entry, raw, said):
                return False
        text = "\0".join(said).encode("utf-8", "surrogateescape")
        self.state.update(b"%d %d\0%b%b" % (len(raw), len(text), raw, text))
        self.pending += reversed(below)
        return True

    def _told(self, name: str, status: os.stat_result) -> str:
        modified, changed = status.st_mtime_ns, status.st_ctime_ns
        if modified > self.newest or changed > self.newest:
            self.newest = max(modified, changed)
        return f"{name}/{status.st_mode} {status.st_dev} {status.st_ino} {status.st_size} {modified} {changed}"

    def _leads(self, entry: os.DirEntry[str], raw: bytes, said: list[str]) -> bool:
        """Whether it is known where a link leads: to a file, into the void, or as the store of objects to a folder that is surveyed by itself."""
        if entry.is_dir():
            return not raw and entry.name == "objects"
        try:
            said.append(self._told("", entry.stat()))
        except FileNotFoundError:
            said.append("nowhere")
        return True

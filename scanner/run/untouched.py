"""Files in which earlier runs found no credential, and that nobody has touched since: they are not opened again.

A file is known by a keyed digest of where it lies, of what the system says of it, and of all that decides how it is read. Whoever changes a
file can set the time of its content, but not that at which the system noted the change. A file that was changed within two seconds
before it was read may change once more without any sign of it: so it is read again the next time.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from scanner.model import Stamp, Unscanned
from scanner.records import dataclass, field, replace
from scanner.run.clear import pack, readable
from scanner.run.inside import Text
from scanner.sources.files import FileRef, Skipped, stamp_at
from scanner.store.cleanfile import DAY, CleanFile, Known

if TYPE_CHECKING:  # loaded where there is a home to read
    from scanner.run.examine import Setup
    from scanner.sources.workstation import HomeFile
    from scanner.store.clean import CleanBlobs

_RACE = 2_000_000_000
"""Nanoseconds within which a file system may give two changes the same time: FAT keeps every other second."""
_RECENT = 7
"""Days after which it is noted again that something was of use."""
_DIGEST = 20
"""Bytes by which a file is known."""

Read = tuple[Stamp | None, int]
"""In which state a file was read, if it stayed in that, and how many bytes."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """Where it is kept what is known of files, and under which key."""

    file: Path
    key: bytes = field(repr=False)


@contextmanager
def ledger(setup: Setup, clean: CleanBlobs | None) -> Iterator[Setup]:
    """The setup with a ledger in it, which `clean` is told; without one where there is no cache, or no key that lasts."""
    if clean is None or not setup.key.lasting:
        yield setup
        return
    with clean:
        key = hashlib.blake2b(setup.key.material, digest_size=32, person=b"kt/untouched").digest()
        yield replace(setup, ledger=Ledger(clean.file(), key))


def known_files(setup: Setup) -> Untouched | None:
    """What earlier runs know of files; None where that is nothing."""
    known = None if setup.ledger is None else Untouched(setup.ledger)
    return None if known is None or known.empty else known


class Untouched:
    """What is known of files. The parent process asks, and sends workers only what it does not know; they say what is to be known."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._file: CleanFile | None = None

    @property
    def empty(self) -> bool:
        """Whether nothing is known of any file."""
        return not self._opened().has_checked

    def recall(self, files: Sequence[FileRef | HomeFile]) -> tuple[dict[int, Known], dict[bytes, Known]]:
        """What is known of those that nobody has touched, by their places among `files`; and what of it is to be noted again."""
        asked: dict[bytes, int] = {}
        for number, file in enumerate(files):
            stamp = stamp_at(file if isinstance(file, FileRef) else file.ref)
            if stamp is not None:
                asked[self._digest(file, stamp)] = number
        rows = self._opened().checked(list(asked)) if asked else []
        found = readable({digest: (size, beside) for digest, size, beside, _ in rows})
        old = time.time() // DAY - _RECENT
        again = {digest: found[digest] for digest, _, _, day in rows if day < old and digest in found}
        return {asked[digest]: known for digest, known in found.items()}, again

    def keep(self, file: FileRef | HomeFile, began: int, read: Read, found: Collection[Text | Unscanned | Skipped]) -> dict[bytes, Known]:
        """What is to be known of a file in which this was found; nothing where it is better read again. `began` is when that was begun."""
        stamp, size = read
        if stamp is None or max(stamp.modified, stamp.changed) > began - _RACE:
            return {}
        beside = pack(found, _ref(file).path)
        return {} if beside is None else {self._digest(file, stamp): (size, beside)}

    def _opened(self) -> CleanFile:
        if self._file is None:
            self._file = CleanFile(self._ledger.file.parent, self._ledger.file.name)
        return self._file

    def _digest(self, file: FileRef | HomeFile, stamp: Stamp) -> bytes:
        if isinstance(file, FileRef):
            ref, manner = file, ""
        else:
            ref, manner = file.ref, f"\0{file.format}\0{file.like}"
        state = f"\0{ref.root}\0{ref.path}\0{stamp.device} {stamp.inode} {stamp.size} {stamp.modified} {stamp.changed}{manner}"
        return hashlib.blake2b(ref.raw + state.encode("utf-8", "surrogateescape"), key=self._ledger.key, digest_size=_DIGEST).digest()


def _ref(file: FileRef | HomeFile) -> FileRef:
    return file if isinstance(file, FileRef) else file.ref

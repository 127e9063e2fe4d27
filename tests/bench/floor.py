"""The floor: every blob of a repository inflated once, and nothing else done with it.

Of a blob that is stored as a difference the difference is inflated; nothing is put together and nothing is searched. No scanner that reads
packs can be faster.

usage: python -m tests.bench.floor REPOSITORY
"""

from __future__ import annotations

import os
import sys
from array import array
from dataclasses import dataclass
from pathlib import Path

import deflate

from scanner.sources.history.packs import _entries, _families
from scanner.sources.history.packs.families import read_headers
from scanner.sources.history.packs.index import parse_index

_WIDTH = 20
_BLOB = 3


@dataclass(frozen=True, slots=True)
class Blobs:
    """The blobs of one pack, in columns."""

    begins: array[int]
    packed: array[int]
    sizes: array[int]

    def __len__(self) -> int:
        return len(self.begins)


def blobs(pack: Path) -> Blobs:
    """Where they begin, how many bytes they have at most in the pack, and to how many those inflate."""
    index = parse_index(pack.with_suffix(".idx").read_bytes(), _WIDTH)
    with pack.open("rb") as file:
        headers = read_headers(file.fileno(), index)
    flags = bytes(kind == _BLOB for kind in _entries.types(headers.kinds, headers.bases))
    return Blobs(*(array("Q", _families.sieve(column, 8, flags)) for column in (headers.begins, headers.packed, headers.sizes)))


def inflate(pack: Path, found: Blobs, part: int, parts: int) -> int:
    """Inflates every so many-th stretch of a pack's blobs; how many bytes they were."""
    total = 0
    stretch = 512
    with pack.open("rb") as file:
        for first in range(part * stretch, len(found), parts * stretch):
            places = slice(first, first + stretch)
            for begin, packed, size in zip(found.begins[places], found.packed[places], found.sizes[places], strict=True):
                deflate.zlib_decompress(os.pread(file.fileno(), packed, begin), size + 1)
                total += size
    return total


def main() -> None:
    """Prints how many blobs there were and what they inflated to."""
    parts = os.cpu_count() or 1
    count = total = 0
    for pack in sorted(Path(sys.argv[1]).glob("objects/pack/*.pack")):
        found = blobs(pack)
        count += len(found)
        total += sum(found.sizes)
        children = [child for part in range(1, parts) if (child := _fork(pack, found, part, parts))]
        inflate(pack, found, 0, parts)
        if any(os.waitpid(child, 0)[1] for child in children):
            sys.exit("a part could not be inflated")
    sys.stdout.write(f"{count} blobs, {total} bytes\n")


def _fork(pack: Path, found: Blobs, part: int, parts: int) -> int:
    """The process that inflates a part."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        inflate(pack, found, part, parts)
        code = 0
    finally:
        os._exit(code)


if __name__ == "__main__":
    main()

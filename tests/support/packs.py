"""Packs and indexes as no git would write them (gitformat-pack(5))."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

BLOB, BY_OFFSET, BY_ID = 3, 6, 7


@dataclass(frozen=True, slots=True)
class Forged:
    """An entry: what it says it is, and what follows."""

    oid: bytes
    kind: int
    content: bytes
    """What is packed: the object, or a delta."""
    base: int | bytes | None = None
    """The place of the base among the entries, or its id, or any bytes in its place."""
    size: int | None = None
    """What it says that the content unpacks to; the truth where it is None."""
    packed: bytes | None = None
    """Instead of what is true."""

    def written(self, offset: int, offsets: Sequence[int]) -> bytes:
        """Its bytes at `offset`, where the entries before it are at `offsets`."""
        head = entry_header(self.kind, len(self.content) if self.size is None else self.size)
        if isinstance(self.base, int):
            head += back(offset - offsets[self.base])
        elif self.base is not None:
            head += self.base
        return head + (zlib.compress(self.content) if self.packed is None else self.packed)


def blob_id(content: bytes) -> bytes:
    """What git calls a blob."""
    return hashlib.sha1(b"blob %d\0%s" % (len(content), content), usedforsecurity=False).digest()


def whole(content: bytes) -> Forged:
    """A blob as it is."""
    return Forged(blob_id(content), BLOB, content)


def forge_pack(folder: Path, entries: Sequence[Forged], *, name: str = "pack-forged") -> Path:
    """A pack with its index in `folder`, both with the checksums that they should have."""
    body = b"PACK" + (2).to_bytes(4, "big") + len(entries).to_bytes(4, "big")
    offsets: list[int] = []
    for entry in entries:
        offset = len(body)
        body += entry.written(offset, offsets)
        offsets.append(offset)
    digest = hashlib.sha1(body, usedforsecurity=False).digest()
    folder.mkdir(parents=True, exist_ok=True)
    pack = folder / f"{name}.pack"
    pack.write_bytes(body + digest)
    pack.with_suffix(".idx").write_bytes(index_of([entry.oid for entry in entries], offsets, digest))
    return pack


def index_of(oids: Sequence[bytes], offsets: Sequence[int], digest: bytes) -> bytes:
    """A version 2 index; offsets of 2**31 and more go into the table for them."""
    rows = sorted(zip(oids, offsets, strict=True))
    counts = [sum(oid[0] <= first for oid, _ in rows) for first in range(256)]
    far = [offset for _, offset in rows if offset >= 1 << 31]
    near = [offset if offset < 1 << 31 else 1 << 31 | far.index(offset) for _, offset in rows]
    body = b"\xfftOc\0\0\0\x02" + b"".join(count.to_bytes(4, "big") for count in counts) + b"".join(oid for oid, _ in rows)
    body += bytes(4 * len(rows)) + b"".join(offset.to_bytes(4, "big") for offset in near)
    body += b"".join(offset.to_bytes(8, "big") for offset in far) + digest
    return body + hashlib.sha1(body, usedforsecurity=False).digest()


def entry_header(kind: int, size: int) -> bytes:
    """Type and size, as an entry begins."""
    first, size = kind << 4 | size & 0xF, size >> 4
    return bytes([first | 0x80]) + varint(size) if size else bytes([first])


def varint(number: int) -> bytes:
    """Seven bits a byte, the lowest first."""
    out = b""
    while number > 0x7F:
        out += bytes([number & 0x7F | 0x80])
        number >>= 7
    return out + bytes([number])


def back(distance: int) -> bytes:
    """How far back a base is, as an OFS_DELTA says it."""
    out = bytes([distance & 0x7F])
    while distance := distance >> 7:
        distance -= 1
        out = bytes([distance & 0x7F | 0x80]) + out
    return out


def copy(offset: int, length: int) -> bytes:
    """A delta's instruction to copy, in as few bytes as it takes; 65536 bytes take none for the length."""
    code, numbers = 0x80, b""
    for place, byte in enumerate((*offset.to_bytes(4, "little"), *(length & 0xFFFFFF if length != 0x10000 else 0).to_bytes(3, "little"))):
        if byte:
            code |= 1 << place
            numbers += bytes([byte])
    return bytes([code]) + numbers


def insert(text: bytes) -> bytes:
    """Instructions to insert a text of any length."""
    return b"".join(bytes([len(part)]) + part for part in (text[at : at + 127] for at in range(0, len(text), 127)))


def delta(base: int, result: int, *instructions: bytes) -> bytes:
    """A delta that says these sizes."""
    return varint(base) + varint(result) + b"".join(instructions)

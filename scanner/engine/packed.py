"""Compressed streams inside something that was decoded: gzip (RFC 1952) and zlib (RFC 1950).

A stream is followed as far as it is sound and as the caller allows, since it may be cut off, and may say little in many bytes.
"""

from __future__ import annotations

import zlib

from scanner.engine.spans import Run

_GZIP = b"\x1f\x8b\x08"
_DEFLATE, _DIVISOR, _DICTIONARY = 0x78, 31, 0x20
"""What zlib's two bytes say: deflate in a window of 32 KiB; together they are a multiple of 31; a dictionary nobody has is needed."""
_FED, _GIVEN = 1 << 14, 1 << 16
"""Bytes that are put in, and taken out, at a time."""


def whole_packed(text: bytes, most: int) -> Run | None:
    """The text where it begins as a compressed stream, unpacked: `most` bytes of it at most; None where it is none."""
    return unpacked(text, 0, most) if text[:1] in {b"\x1f", b"x"} else None


def may_begin(head: bytes) -> bool:
    """Whether a compressed stream may begin with these bytes, as far as they tell."""
    machine = _machine(head, 0)
    try:
        return machine is not None and machine.decompress(head, _FED) is not None
    except zlib.error:
        return False


def unpacked(text: bytes, at: int, most: int) -> Run | None:
    """The stream that begins at `at`, unpacked: `most` bytes of it at most; None where there is none."""
    machine = _machine(text, at)
    if machine is None:
        return None
    out = bytearray()
    end = at
    try:
        while end < len(text) and not machine.eof and len(out) < most:
            rest = text[end : end + _FED]
            end += len(rest)
            while rest and len(out) < most:
                out += machine.decompress(rest, min(_GIVEN, most - len(out)))
                rest = b"" if machine.unused_data else machine.unconsumed_tail  # behind its end zlib gives the same rest for ever
    except zlib.error:  # cut off or damaged: what came out so far stands
        pass
    end -= len(machine.unused_data)
    return Run(at, end, "gzip", bytes(out), lambda: lambda _start, _end: (at, end)) if out else None


def _machine(text: bytes, at: int) -> zlib._Decompress | None:
    """What unpacks the stream that begins at `at`; None where none does."""
    if text.startswith(_GZIP, at):
        return zlib.decompressobj(wbits=31)
    head = text[at : at + 2]
    sound = len(head) > 1 and head[0] == _DEFLATE and not int.from_bytes(head, "big") % _DIVISOR and not head[1] & _DICTIONARY
    return zlib.decompressobj() if sound else None

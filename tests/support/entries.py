"""The inputs of the fuzzer of entries and families (fixtures/entries/README.md)."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from pathlib import Path

CORPUS = Path(__file__).parents[2] / "fixtures" / "entries"
CALLS = {
    "arrange": "wx",
    "headers": "dKkkKodpn",
    "types": "cp",
    "deal": "pQpkk",
    "pick": "dnp",
    "sieve": "dnc",
    "ascending": "dn",
    "among": "ddn",
    "merge": "ddn",
}
"""How the arguments of each call are written."""
NOWHERE = 0xFFFF_FFFF
_FITTED = 0x80
_WIDTHS = {"w": 4, "x": 8, "c": 1, "p": 4, "Q": 8}


def written(call: str, *arguments: bytes | int, failing: int = 0, fitted: bool = False) -> bytes:
    """The input that makes this call; the allocation with the number `failing` fails."""
    head = bytes([list(CALLS).index(call) | _FITTED * fitted, failing])
    start = arguments[1] if call == "headers" else 0
    assert isinstance(start, int)
    return head + b"".join(_argument(kind, value, start) for kind, value in zip(CALLS[call], arguments, strict=True))


def _argument(kind: str, value: bytes | int, start: int) -> bytes:
    if isinstance(value, int):
        return value.to_bytes({"K": 8, "k": 1, "n": 1}[kind], "little", signed=kind == "n")
    if kind == "d":
        return len(value).to_bytes(2, "little") + value
    if kind == "o":
        return _count(near := [offset - start for offset in array("Q", value)]) + b"".join(
            one.to_bytes(2, "little", signed=True) for one in near
        )
    if kind == "p":
        return _count(places := array("I", value)) + bytes(min(place, 255) for place in places)
    if kind == "Q":
        return _count(sizes := array("Q", value)) + bytes(map(_size, sizes))
    return bytes([len(value) // _WIDTHS[kind]]) + value


def _count(items: Sequence[int]) -> bytes:
    return bytes([len(items)])


def _size(size: int) -> int:
    """A size of one hexadecimal digit and zeros, in a byte; 255 for the largest."""
    digits = (size.bit_length() - 1) // 4 if size else 0
    return min(255, 16 * digits + (size >> 4 * digits))

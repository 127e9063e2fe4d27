"""The inputs of the fuzzer of deltas (fixtures/deltas/README.md), and what a delta makes by its specification (gitformat-pack(5))."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tests.support.packs import varint

CORPUS = Path(__file__).parents[2] / "fixtures" / "deltas"
_SIZED = 2
_FARTHEST = 255
_NUMBERS = 1 << 64


class SenselessError(ValueError):
    """The delta is none, or not one for this base."""


@dataclass(frozen=True, slots=True)
class Application:
    """A call of `apply`."""

    base: bytes
    delta: bytes
    reach: int

    def written(self, *, times: int = 1, failing: int = 0) -> bytes:
        """The input that makes this call; its base is `times` equal parts, and the allocation with the number `failing` fails."""
        part = self.base[: len(self.base) // times]
        return bytes([0, failing, self.reach, times - 1]) + len(part).to_bytes(2, "little") + part + self.delta


def read(case: bytes) -> Application:
    """The call that an input stands for. What it is too short for is 0; which allocation fails is nothing to an interpreter."""
    kind, _failing, case = case[:1] or b"\0", case[1:2], case[2:]
    head = case[:4].ljust(4, b"\0")
    size = int.from_bytes(head[2:], "little")
    base, delta = case[4 : 4 + size] * (head[1] + 1), case[4 + size :]
    if kind[0] & _SIZED:
        delta = varint(len(base)) + varint(_length(delta)) + delta
    return Application(base, delta, _NUMBERS - 1 if head[0] == _FARTHEST else head[0])


def _length(instructions: bytes) -> int:
    """How much these instructions make, as far as they make sense."""
    made, at = 0, 0
    while at < len(instructions):
        try:
            _, length, at = _step(instructions, at)
        except SenselessError:
            break
        made += length
    return made


def applied(base: bytes, delta: bytes, limit: int) -> list[tuple[int, int]]:
    """The bytes that a delta makes of a base, each with its place in it, or -1 where it is new. Raises SenselessError."""
    have, at = _number(delta, 0)
    size, at = _number(delta, at)
    if have != len(base) or size > limit:
        raise SenselessError
    made: list[tuple[int, int]] = []
    while at < len(delta):
        offset, length, after = _step(delta, at)
        if len(made) + length > size or (delta[at] & 0x80 and offset + length > have):
            raise SenselessError
        places = range(offset, offset + length)
        made += [(base[place], place) for place in places] if delta[at] & 0x80 else [(delta[place], -1) for place in places]
        at = after
    if len(made) != size:
        raise SenselessError
    return made


def _step(delta: bytes, at: int) -> tuple[int, int, int]:
    """Of the instruction at a place: the offset in the base or in the delta itself, the length, the place behind it."""
    code = delta[at]
    at += 1
    if not code & 0x80:
        if not code or at + code > len(delta):
            raise SenselessError
        return at, code, at + code
    numbers = [0] * 7
    for place in range(7):
        if code >> place & 1:
            if at == len(delta):
                raise SenselessError
            numbers[place] = delta[at]
            at += 1
    return int.from_bytes(bytes(numbers[:4]), "little"), int.from_bytes(bytes(numbers[4:]), "little") or 0x10000, at


def _number(delta: bytes, at: int) -> tuple[int, int]:
    """A size of at most nine bytes, and the place behind it."""
    value = 0
    for place in range(at, min(len(delta), at + 9)):
        value |= (delta[place] & 0x7F) << 7 * (place - at)
        if not delta[place] & 0x80:
            return value, place + 1
    raise SenselessError

"""Macaroons in their second binary form (libmacaroons, doc/format.txt): a location, an identifier, caveats, a signature."""

from __future__ import annotations

from scanner.records import dataclass, field

VERSION = 2
END, LOCATION, IDENTIFIER, VERIFICATION, SIGNATURE = 0, 1, 2, 4, 6
SIGNATURE_LENGTH = 32
MOST_CAVEATS = 256
MOST_LENGTH_OCTETS = 3
MORE = 0x80
"""The bit of a length's octet that says that another follows."""


class MalformedError(ValueError):
    """The bytes are no macaroon."""


@dataclass(frozen=True, slots=True)
class Macaroon:
    """What a macaroon says, whether or not its signature is right: only its issuer can tell."""

    location: bytes
    identifier: bytes
    caveats: tuple[bytes, ...]
    signature: bytes = field(repr=False)
    size: int
    """Bytes that it takes."""


def parse(raw: bytes) -> Macaroon:
    """The macaroon that `raw` begins with. Raises MalformedError."""
    location, identifier, at = header(raw)
    caveats: list[bytes] = []
    while _octet(raw, at) != END:
        if len(caveats) == MOST_CAVEATS:
            raise MalformedError
        caveat, at = _caveat(raw, at)
        caveats.append(caveat)
    signature, end = _field(raw, at + 1, SIGNATURE)
    if len(signature) != SIGNATURE_LENGTH:
        raise MalformedError
    return Macaroon(location, identifier, tuple(caveats), signature, end)


def header(raw: bytes) -> tuple[bytes, bytes, int]:
    """Location and identifier of the macaroon that `raw` begins with, and where its caveats begin. Raises MalformedError."""
    if _octet(raw, 0) != VERSION:
        raise MalformedError
    location, at = _field(raw, 1, LOCATION)
    identifier, at = _field(raw, at, IDENTIFIER)
    return location, identifier, _ended(raw, at)


def location(raw: bytes) -> bytes:
    """The location alone, which can be read where the rest is damaged. Raises MalformedError."""
    if _octet(raw, 0) != VERSION:
        raise MalformedError
    return _field(raw, 1, LOCATION)[0]


def _caveat(raw: bytes, at: int) -> tuple[bytes, int]:
    """One caveat and where the next begins. Those of third parties have a verification id, which says nothing to us."""
    if _octet(raw, at) == LOCATION:
        _, at = _field(raw, at, LOCATION)
    caveat, at = _field(raw, at, IDENTIFIER)
    if _octet(raw, at) == VERIFICATION:
        _, at = _field(raw, at, VERIFICATION)
    return caveat, _ended(raw, at)


def _ended(raw: bytes, at: int) -> int:
    if _octet(raw, at) != END:
        raise MalformedError
    return at + 1


def _field(raw: bytes, at: int, kind: int) -> tuple[bytes, int]:
    """The content of the field of this kind at `at`, and where it ends."""
    if _octet(raw, at) != kind:
        raise MalformedError
    length, at = _length(raw, at + 1)
    if length > len(raw) - at:
        raise MalformedError
    return raw[at : at + length], at + length


def _length(raw: bytes, at: int) -> tuple[int, int]:
    """A number in groups of seven bits, lowest first, and where it ends."""
    length = 0
    for place in range(MOST_LENGTH_OCTETS):
        octet = _octet(raw, at + place)
        length |= (octet & ~MORE) << 7 * place
        if not octet & MORE:
            return length, at + place + 1
    raise MalformedError


def _octet(raw: bytes, at: int) -> int:
    if at >= len(raw):
        raise MalformedError
    return raw[at]

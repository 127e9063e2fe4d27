"""When a key of OpenPGP ends, by what it says of itself (RFC 9580, 5.2.3.13). The signature is not verified."""

# ruff: noqa: PLR2004 (versions, types and lengths are the standard's own numbers; a name for each would hide them)
from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile

from detectors._packets import SECRET_SUBKEY, SIGNATURE, Packet, SecretKey

_ABOUT_KEYS = frozenset({0x10, 0x11, 0x12, 0x13, 0x1F})
"""Types of signatures over a user id, and over a key itself."""
_MADE, _LIFE, _ISSUER, _ISSUER_FINGERPRINT = 2, 9, 16, 33
_MOST = 64
"""Subpackets of a signature that are looked at."""


def expiry(data: bytes, row: tuple[Packet, ...], primary: SecretKey) -> int | None:
    """Unix seconds of the end in the newest signature by the key about itself; None where it has no end."""
    newest, end = -1, None
    for packet in takewhile(lambda packet: packet.tag != SECRET_SUBKEY, row):
        said = dict(_subpackets(data[packet.body : packet.end])) if packet.tag == SIGNATURE else {}
        made = int.from_bytes(said.get(_MADE, b""), "big")
        if made > newest and _by(said, primary):
            life = int.from_bytes(said.get(_LIFE, b""), "big")
            newest, end = made, primary.created + life if life else None
    return end


def _by(said: dict[int, bytes], primary: SecretKey) -> bool:
    named = said.get(_ISSUER_FINGERPRINT, b"")[1:].hex().upper() == primary.fingerprint
    return named or said.get(_ISSUER, b"").hex().upper() == primary.key_id


def _subpackets(body: bytes) -> Iterator[tuple[int, bytes]]:
    """Type and content of the subpackets, signed ones last, so that they count where a type comes twice; none of other signatures."""
    if len(body) < 6 or body[0] not in {4, 5, 6} or body[1] not in _ABOUT_KEYS:
        return
    octets = 4 if body[0] == 6 else 2
    signed = 4 + octets, int.from_bytes(body[4 : 4 + octets], "big")
    after = sum(signed)
    loose = after + octets, int.from_bytes(body[after : after + octets], "big")
    for start, length in (loose, signed):
        yield from _row(body[start : start + length])


def _row(area: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    for _ in range(_MOST):
        if at >= len(area):
            return
        first = area[at]
        if first < 192:
            at, length = at + 1, first
        elif first < 255:
            at, length = at + 2, (first - 192 << 8) + 192 + (area[at + 1] if at + 1 < len(area) else 0)
        else:
            at, length = at + 5, int.from_bytes(area[at + 1 : at + 5], "big")
        if length:
            yield area[at] & 0x7F if at < len(area) else 0, area[at + 1 : at + length]
        at += length

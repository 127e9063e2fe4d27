"""OpenPGP keys (RFC 9580, and RFC 4880 and LibrePGP before it): packets, public numbers, fingerprints, and whether a passphrase is needed.

No packet is decrypted and no signature is checked. Lengths are compared with what is there; packets of partial length end the walk, since
the standard has none for keys.
"""

# ruff: noqa: PLR2004 (versions, lengths and octets are the standard's numbers; a name for each would hide them)
from __future__ import annotations

import hashlib
from collections.abc import Iterator

from scanner.identity import curves, publickey
from scanner.identity.curves import RawCurve
from scanner.identity.der import oid
from scanner.identity.opened import AtRest, Opened, PgpKey
from scanner.identity.publickey import PublicKey
from scanner.records import dataclass, field

SECRET_KEY, PUBLIC_KEY, SECRET_SUBKEY, PUBLIC_SUBKEY = 5, 6, 7, 14
PRIMARIES, SECRETS = frozenset({SECRET_KEY, PUBLIC_KEY}), frozenset({SECRET_KEY, SECRET_SUBKEY})
KEYS = PRIMARIES | {SECRET_SUBKEY, PUBLIC_SUBKEY}
MOST_PACKETS = 10_000
MOST_SUBKEYS = 64

RSA_ALGORITHMS = frozenset({1, 2, 3})
ELGAMAL_ALGORITHMS = frozenset({16, 20})
DSA, ECDH, ECDSA, EDDSA = 17, 18, 19, 22
RAW_ALGORITHMS = {25: curves.X25519, 26: curves.X448, 27: curves.ED25519, 28: curves.ED448}
POINT_CURVES = {
    oid("1.3.6.1.4.1.11591.15.1"): curves.ED25519,  # GnuPG's own identifiers, older than RFC 8410
    oid("1.3.6.1.4.1.3029.1.5.1"): curves.X25519,
    **{curve.oid: curve for curve in curves.RAW_CURVES},
}

PLAIN, AEAD, CFB_SHA1, CFB_SUM = 0, 253, 254, 255
GNU_S2K = 101
"""GnuPG's private S2K type: `GNU` and 1 where the secret was left out, 2 where it is on a card."""


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet, as much of it as is there."""

    tag: int
    body: bytes = field(repr=False)


def packets(data: bytes) -> Iterator[Packet]:
    """The packets that `data` is a row of, up to the first malformed one; the last one may be cut off."""
    at = 0
    for _ in range(MOST_PACKETS):
        if at >= len(data) or not data[at] & 0x80:
            return
        head = data[at]
        measured = _new_length(data, at + 1) if head & 0x40 else _old_length(data, at + 1, head & 3)
        if measured is None:
            return
        start, length = measured
        yield Packet(head & 0x3F if head & 0x40 else head >> 2 & 0x0F, data[start : start + length])
        at = start + length


def open_openpgp(data: bytes) -> Opened:
    """The public side of the first key in a transferable key: its primary key and what hangs on it."""
    found: list[PgpKey] = []
    for tag, key in all_keys(data):
        if found and (tag in PRIMARIES or len(found) > MOST_SUBKEYS):
            break
        found.append(key)
    if not found:
        return Opened(AtRest.UNKNOWN)
    states = {key.at_rest for key in found}
    at_rest = next((state for state in AtRest if state in states), AtRest.ABSENT)
    return Opened(at_rest, found[0].key, found[0], tuple(found[1:]))


def all_keys(data: bytes) -> Iterator[tuple[int, PgpKey]]:
    """Every key in a row of packets, with the tag of its packet."""
    for packet in packets(data):
        key = read_key(packet.body, secret=packet.tag in SECRETS) if packet.tag in KEYS else None
        if key is not None:
            yield packet.tag, key


def read_key(body: bytes, *, secret: bool) -> PgpKey | None:
    """The key in the body of a key packet; None where that is no such body."""
    version = body[0] if body else 0
    if not 2 <= version <= 6:
        return None
    at = 8 if version < 4 else 6
    if len(body) < at:
        return None
    algorithm = body[at - 1]
    length = None
    if version > 4:
        length, at = int.from_bytes(body[at : at + 4], "big"), at + 4
    key, end = _material(algorithm, body, at)
    if length is not None:
        end = at + length if at + length <= len(body) else None
    public = body[:end] if end is not None else None
    state = _at_rest(body[len(public) :] if public else b"", version) if secret else None
    return PgpKey(key, _fingerprint(public, version) if public else None, version, state)


def _old_length(data: bytes, at: int, kind: int) -> tuple[int, int] | None:
    """Where the body starts and its length, after an old header; kind 3 is to the end of the data."""
    if kind == 3:
        return at, len(data) - at
    octets = 1 << kind
    if at + octets > len(data):
        return None
    return at + octets, int.from_bytes(data[at : at + octets], "big")


def _new_length(data: bytes, at: int) -> tuple[int, int] | None:
    """Where the body starts and its length, after a new header; None for partial lengths."""
    if at >= len(data):
        return None
    first = data[at]
    if first < 192:
        return at + 1, first
    if first < 224 and at + 2 <= len(data):
        return at + 2, (first - 192 << 8) + data[at + 1] + 192
    if first == 255 and at + 5 <= len(data):
        return at + 5, int.from_bytes(data[at + 1 : at + 5], "big")
    return None


def _material(algorithm: int, data: bytes, at: int) -> tuple[PublicKey | None, int | None]:
    """The key whose public numbers start at `at`, and where they end; None for what cannot be told."""
    if algorithm in RAW_ALGORITHMS:
        curve = RAW_ALGORITHMS[algorithm]
        octets = data[at : at + curve.octets]
        return publickey.raw(curve, octets), at + curve.octets if len(octets) == curve.octets else None
    if algorithm in {ECDH, ECDSA, EDDSA}:
        return _point(algorithm, data, at)
    count = 2 if algorithm in RSA_ALGORITHMS else 3 if algorithm in ELGAMAL_ALGORITHMS else 4 if algorithm == DSA else 0
    values, end = _integers(data, at, count)
    if not count or end is None:
        return None, None
    numbers = tuple(int.from_bytes(value, "big") for value in values)
    if algorithm in RSA_ALGORITHMS:
        return publickey.rsa_of(numbers), end
    return publickey.dsa_of(numbers), end


def _point(algorithm: int, data: bytes, at: int) -> tuple[PublicKey | None, int | None]:
    """The key of an object identifier and a point; ECDH adds parameters of its key derivation."""
    length = data[at] if at < len(data) else 0
    identifier = data[at + 1 : at + 1 + length]
    values, end = _integers(data, at + 1 + length, 1)
    if end is None:
        return None, None
    after = _after_octets(data, end) if algorithm == ECDH else end
    if raw := POINT_CURVES.get(identifier):
        return publickey.raw(raw, _native(raw, values[0])), after
    curve = curves.named(identifier)
    return publickey.ec(curve, values[0]) if curve else None, after


def _after_octets(data: bytes, at: int) -> int | None:
    """Where a field that begins with its own length ends; None where it is cut off."""
    end = at + 1 + data[at] if at < len(data) else None
    return end if end is not None and end <= len(data) else None


def _native(curve: RawCurve, point: bytes) -> bytes:
    """The octets of a raw curve's key, which are marked by 0x40 so that they survive as a number; without the mark, zeros were lost."""
    if len(point) == curve.octets + 1 and point[0] == 0x40:
        return point[1:]
    return point.rjust(curve.octets, b"\0")


def _integers(data: bytes, at: int, count: int) -> tuple[list[bytes], int | None]:
    """Multi-precision integers (RFC 9580, 3.2) and where they end; None as the end where one is cut off."""
    values: list[bytes] = []
    for _ in range(count):
        octets = (int.from_bytes(data[at : at + 2], "big") + 7) // 8
        if at + 2 + octets > len(data):
            return values, None
        values.append(data[at + 2 : at + 2 + octets])
        at += 2 + octets
    return values, at


def _fingerprint(public: bytes, version: int) -> str:
    """RFC 9580, 5.5.4; MD5 and SHA-1 are what old versions are named by, and protect nothing here."""
    if version < 4:
        values, _ = _integers(public, 8, 2)
        return hashlib.md5(b"".join(values), usedforsecurity=False).hexdigest().upper()
    if version == 4:
        named = b"\x99" + len(public).to_bytes(4, "big")[2:] + public
        return hashlib.sha1(named, usedforsecurity=False).hexdigest().upper()
    mark = b"\x9a" if version == 5 else b"\x9b"
    return hashlib.sha256(mark + len(public).to_bytes(4, "big") + public).hexdigest().upper()


def _at_rest(secret: bytes, version: int) -> AtRest:
    """What the octets after the public part say about the secret one."""
    if not secret:
        return AtRest.UNKNOWN
    usage = secret[0]
    if usage == PLAIN:
        return AtRest.PLAIN
    if usage not in {AEAD, CFB_SHA1, CFB_SUM}:
        return AtRest.ENCRYPTED  # the cipher's own number, from before there were S2K specifiers
    at = 2 + (version > 4) + (usage == AEAD) + (version > 5)
    if secret[at : at + 1] == bytes((GNU_S2K,)) and secret[at + 2 : at + 5] == b"GNU":
        return {b"\1": AtRest.ABSENT, b"\2": AtRest.HARDWARE}.get(secret[at + 5 : at + 6], AtRest.UNKNOWN)
    return AtRest.ENCRYPTED

"""OpenPGP packets (RFC 9580; RFC 4880 and LibrePGP where they differ): as much as naming keys and their secrets needs.

Nothing is decrypted and no signature is checked. Packets of partial or unknown length end the walk: no key is written so.
"""

# ruff: noqa: PLR2004 (versions, octets and lengths are the standard's own numbers; a name for each would hide them)
from __future__ import annotations

import hashlib
from collections.abc import Iterator
from enum import Enum

from scanner.contract import rx
from scanner.records import dataclass, field

SIGNATURE, SECRET_KEY, SECRET_SUBKEY, TRUST, USER_ID, ATTRIBUTE = 2, 5, 7, 12, 13, 17
MOST_PACKETS = 4096

RSA, ELGAMAL, DSA, ECDH, ECDSA, EDDSA = frozenset({1, 2, 3}), frozenset({16, 20}), 17, 18, 19, 22
NAMES = {1: "RSA", 2: "RSA", 3: "RSA", 16: "Elgamal", 17: "DSA", 18: "ECDH", 19: "ECDSA", 20: "Elgamal", 22: "EdDSA"}
RAW = {25: ("X25519", 32), 26: ("X448", 56), 27: ("Ed25519", 32), 28: ("Ed448", 57)}
"""Algorithms of version 6 whose public key is a string of this many bytes."""
CURVES = {
    "2b06010401da470f01": "Ed25519",
    "2b060104019755010501": "X25519",
    "2b656e": "X25519",
    "2b656f": "X448",
    "2b6570": "Ed25519",
    "2b6571": "Ed448",
    "2a8648ce3d030107": "P-256",
    "2b81040022": "P-384",
    "2b81040023": "P-521",
    "2b8104000a": "secp256k1",
    "2b2403030208010107": "brainpoolP256r1",
    "2b240303020801010b": "brainpoolP384r1",
    "2b240303020801010d": "brainpoolP512r1",
}
"""Curves by object identifier (RFC 9580, 9.2)."""
CIPHERS, HASHES = frozenset({1, 2, 3, 4, 7, 8, 9, 10, 11, 12, 13}), frozenset({1, 2, 3, 8, 9, 10, 11, 12, 14})
SPECIFIERS, ARGON2 = frozenset({0, 1, 3}), 4
"""How a passphrase becomes a key: simple, salted, iterated and salted; Argon2."""
GNU = rx(r"\x65 [\x00-\xff] GNU (?P<mode> [\x01\x02])")


class Half(Enum):
    """What a packet says of the secret half."""

    PLAIN = "plain"
    ENCRYPTED = "encrypted"
    ABSENT = "absent"
    """It was left out: the primary key is kept offline."""
    CARD = "card"


@dataclass(frozen=True, slots=True)
class Packet:
    """Tag and span of one packet."""

    tag: int
    start: int
    body: int
    end: int
    """May lie beyond the data, where it was cut off."""


@dataclass(frozen=True, slots=True)
class SecretKey:
    """One key packet with a secret half."""

    packet: Packet
    version: int
    created: int
    """Unix seconds."""
    algorithm: str
    bits: int | None
    curve: str | None
    public: bytes = field(repr=False)
    """The public half of the body."""
    half: Half
    sound: bool
    """Whether the packet is whole, and a secret in clear has its numbers and the checksum that its version asks for."""
    derived: bool
    """False where a secret is hidden, but in no way that names a known cipher and derivation."""

    @property
    def fingerprint(self) -> str:
        """Upper-case hex. Asked of keys that are reported only, for it is a hash over as much as the packet has."""
        return _fingerprint(self.public, self.version)

    @property
    def key_id(self) -> str:
        """The 16 digits that signatures name it by."""
        return self.fingerprint[:16] if self.version > 4 else self.fingerprint[-16:]


def packets(data: bytes) -> Iterator[Packet]:
    """The packets that `data` is a row of, up to the first that is cut off, which comes too, or malformed."""
    at = 0
    for _ in range(MOST_PACKETS):
        if at >= len(data) or not data[at] & 0x80:
            return
        head = data[at]
        new = head & 0x40
        measured = _new_length(data, at + 1) if new else _old_length(data, at + 1, head & 3)
        if measured is None:
            return
        body, length = measured
        yield Packet(head & 0x3F if new else head >> 2 & 0x0F, at, body, body + length)
        at = body + length


def read_secret(data: bytes, packet: Packet) -> SecretKey | None:
    """The key in a packet; None where its public half is cut off or of no known form."""
    body = data[packet.body : packet.end]
    if len(body) < 8 or not 3 <= body[0] <= 6:
        return None
    version, start = body[0], 8 if body[0] == 3 else 6
    algorithm, at = body[start - 1], start + 4 if version > 4 else start
    named = _named(algorithm, body, at)
    end = at + int.from_bytes(body[start:at], "big") if version > 4 else named[2]
    if end is None or end > len(body):
        return None
    half = _half(body[end:], version)
    whole = packet.end <= len(data)
    return SecretKey(
        packet=packet,
        version=version,
        created=int.from_bytes(body[1:5], "big"),
        algorithm=NAMES.get(algorithm) or RAW.get(algorithm, (f"algorithm {algorithm}", 0))[0],
        bits=named[0],
        curve=named[1],
        public=body[:end],
        half=half,
        sound=whole and len(body) > end and (half is not Half.PLAIN or _sums(body[end + 1 :], version, algorithm)),
        derived=half is not Half.ENCRYPTED or _derived(body[end:], version),
    )


def crc24(data: bytes) -> bytes:
    """The checksum of armor (RFC 9580, 6.1)."""
    value = 0xB704CE
    for octet in data:
        value = (value << 8 & 0xFFFFFF) ^ _CRC_TABLE[value >> 16 ^ octet]
    return value.to_bytes(3, "big")


def _crc_entry(octet: int) -> int:
    value = octet << 16
    for _ in range(8):
        value = value << 1 ^ (0x1864CFB if value & 0x800000 else 0)
    return value


_CRC_TABLE = tuple(map(_crc_entry, range(256)))


def _old_length(data: bytes, at: int, kind: int) -> tuple[int, int] | None:
    """Where the body starts and its length, after an old header; None for an unknown length."""
    octets = 1 << kind
    if kind == 3 or at + octets > len(data):
        return None
    return at + octets, int.from_bytes(data[at : at + octets], "big")


def _new_length(data: bytes, at: int) -> tuple[int, int] | None:
    """Where the body starts and its length, after a new header; None for a partial length."""
    first = data[at] if at < len(data) else 224
    if first < 192:
        return at + 1, first
    if first < 224 and at + 2 <= len(data):
        return at + 2, (first - 192 << 8) + data[at + 1] + 192
    if first == 255 and at + 5 <= len(data):
        return at + 5, int.from_bytes(data[at + 1 : at + 5], "big")
    return None


def _named(algorithm: int, body: bytes, at: int) -> tuple[int | None, str | None, int | None]:
    """Bits, curve, and where the public numbers end; None for what cannot be told."""
    if algorithm in RAW:
        return None, None, at + RAW[algorithm][1]
    if algorithm in {ECDH, ECDSA, EDDSA}:
        return _point(algorithm, body, at)
    count = 2 if algorithm in RSA else 3 if algorithm in ELGAMAL else 4 if algorithm == DSA else 0
    bits = int.from_bytes(body[at : at + 2], "big") if count else None
    return bits, None, _after_numbers(body, at, count) if count else None


def _point(algorithm: int, body: bytes, at: int) -> tuple[int | None, str | None, int | None]:
    """An object identifier after its length, a point, and for ECDH what its key derivation needs, after its length."""
    length = body[at] if at < len(body) else 0
    curve = CURVES.get(body[at + 1 : at + 1 + length].hex())
    end = _after_numbers(body, at + 1 + length, 1)
    if algorithm == ECDH and end is not None:
        end = end + 1 + body[end] if end < len(body) else None
    return None, curve, end


def _after_numbers(body: bytes, at: int, count: int) -> int | None:
    """Where `count` numbers end that begin with their length in bits (RFC 9580, 3.2); None where one is cut off."""
    for _ in range(count):
        if at + 2 > len(body):
            return None
        at += 2 + (int.from_bytes(body[at : at + 2], "big") + 7) // 8
    return at if at <= len(body) else None


def _fingerprint(public: bytes, version: int) -> str:
    """RFC 9580, 5.5.4. What old versions are named by are MD5 and SHA-1, which protect nothing here."""
    if version == 3:
        first = 10 + (int.from_bytes(public[8:10], "big") + 7) // 8
        return hashlib.md5(public[10:first] + public[first + 2 :], usedforsecurity=False).hexdigest().upper()
    if version == 4:
        return hashlib.sha1(b"\x99" + len(public).to_bytes(4, "big")[2:] + public, usedforsecurity=False).hexdigest().upper()
    mark = b"\x9a" if version == 5 else b"\x9b"
    return hashlib.sha256(mark + len(public).to_bytes(4, "big") + public).hexdigest().upper()


def _half(secret: bytes, version: int) -> Half:
    """What the octets after the public half say: how the secret is hidden, or in GnuPG's extension (doc/DETAILS) why it is not there."""
    if not secret or secret[0] == 0:
        return Half.PLAIN
    # After the usage octet: lengths in versions 5 and 6, the cipher, the mode of an AEAD, in version 6 another length.
    at = 2 + (version > 4) + (secret[0] == 253) + (version > 5) if secret[0] in {253, 254, 255} else len(secret)
    match = GNU.match(secret, at)
    if match is None:
        return Half.ENCRYPTED
    return Half.ABSENT if match["mode"] == b"\1" else Half.CARD


def _sums(secret: bytes, version: int, algorithm: int) -> bool:
    """Whether a secret in clear is the numbers of its algorithm and their sum in two octets; version 6 has no such sum."""
    material, total = secret[5:] if version == 5 else secret, b""
    if version < 6:
        material, total = material[:-2], material[-2:]
    if algorithm in RAW:
        fits = len(material) == RAW[algorithm][1]
    else:
        fits = bool(material) and _after_numbers(material, 0, 4 if algorithm in RSA else 1) == len(material)
    return fits and (version > 5 or sum(material) & 0xFFFF == int.from_bytes(total, "big"))


def _derived(secret: bytes, version: int) -> bool:
    """Whether the octets that say how a secret is hidden name ciphers and derivations that there are (RFC 9580, 3.7.2 and 9.3)."""
    if secret[0] not in {253, 254, 255}:
        return secret[0] in CIPHERS
    at = 1 + (version > 4)
    cipher, at = secret[at : at + 1], at + 1 + (secret[0] == 253) + (version > 5)
    specifier = secret[at : at + 2]
    if len(specifier) < 2 or cipher[0] not in CIPHERS:
        return False
    return specifier[0] == ARGON2 or (specifier[0] in SPECIFIERS and specifier[1] in HASHES)

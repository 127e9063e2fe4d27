"""What is remembered of public keys that lie about: short marks, so that a bundle of certificates takes no room.

A mark is the first half of the SHA-256 of a SubjectPublicKeyInfo, or a hash of whatever else names a key. Public keys are no secret; the
marks of a private key's public half come from its facts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from scanner.contract import Fact
from scanner.identity.anchors import KINDS, Half
from scanner.identity.mark import EACH, LINE, OCTETS, mark_of
from scanner.records import dataclass

_LAST = 256**LINE - 1
_V4, _V6 = 40, 64
"""Digits of fingerprints of OpenPGP."""
_SHORT = 16
"""Digits of a key id."""


@dataclass(frozen=True, slots=True)
class Marked:
    """One public key of a text."""

    mark: bytes
    kind: str
    line: int | None


def pack(halves: Iterable[Half], line_of: Callable[[int], int | None]) -> bytes:
    """The keys of a text with their lines, 21 octets each; `line_of` tells the line of a place, None where it cannot be told."""
    packed = bytearray()
    for half in halves:
        line = min(line_of(half.at) or 0, _LAST)
        packed += mark_of(half.key) + bytes((KINDS.index(half.kind),)) + line.to_bytes(LINE, "big")
    return bytes(packed)


def with_lines(packed: bytes, lines: Mapping[int, int]) -> bytes:
    """The same keys on other lines; on no known one where `lines` does not have theirs."""
    starts = range(0, len(packed) - EACH + 1, EACH)
    kept = ((packed[at : at + OCTETS + 1], int.from_bytes(packed[at + OCTETS + 1 : at + EACH], "big")) for at in starts)
    return b"".join(mark + min(lines.get(line, 0), _LAST).to_bytes(LINE, "big") for mark, line in kept)


def unpack(packed: bytes) -> Iterator[Marked]:
    """What was given to `pack`; what is no mark of this version is passed over."""
    for at in range(0, len(packed) - EACH + 1, EACH):
        mark, kind, line = packed[at : at + OCTETS], packed[at + OCTETS], packed[at + OCTETS + 1 : at + EACH]
        if kind < len(KINDS):
            yield Marked(mark, KINDS[kind], int.from_bytes(line, "big") or None)


def marks_of(kind: str, facts: Mapping[str, Fact]) -> frozenset[bytes]:
    """What the public half of a private key of this kind may be marked by; empty for what is no such key."""
    return frozenset(mark_of(name) for name in _names(kind, facts))


def _names(kind: str, facts: Mapping[str, Fact]) -> Iterator[str]:
    yield from _texts(facts.get("spki_sha256"))
    yield from _texts(facts.get("subkeys_spki_sha256"))
    for fingerprint in (*_texts(facts.get("openpgp_fingerprint")), *_texts(facts.get("subkeys"))):
        yield f"openpgp:{fingerprint}"
        if len(fingerprint) in {_V4, _V6}:
            short = fingerprint[-_SHORT:] if len(fingerprint) == _V4 else fingerprint[:_SHORT]
            yield f"openpgp:{short}"
    if kind.startswith("signify"):
        yield from (f"signify:{number}" for number in _texts(facts.get("key_id")))


def _texts(fact: Fact) -> Iterator[str]:
    if isinstance(fact, str):
        yield fact
    elif isinstance(fact, list):
        yield from fact

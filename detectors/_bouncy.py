"""Bouncy Castle's stores that are encrypted as a whole, UBER and BCFKS: that they are there is all that they say without their password.

Sources: Bouncy Castle, `BcKeyStoreSpi.BouncyCastleStore` and `BcFKSKeyStoreSpi`; for the ASN.1 of BCFKS its package `asn1.bc`.
"""

from __future__ import annotations

from detectors import _der, _stores
from detectors._keystore import BKS_HEADER, KeyStore
from detectors._stores import Entry

PBES2 = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0d"
_DERIVATIONS = frozenset({"1.2.840.113549.1.5.12", "1.3.6.1.4.1.11591.4.11"})
"""PBKDF2 and scrypt, which the code that guards a store is made with."""
_CODES = frozenset({20, 28, 32, 48, 64})
"""Bytes of such a code."""
_SIGNED = 0xA0
_UBER_SCHEME = "PBEWithSHA1AndTwofish"
_ROUNDS = range(1024, 2048)
"""What UBER draws its count of rounds from."""
_BLOCK = 16
_SMALLEST = 256
"""Bytes of a store that holds anything."""
_LOOKED_AT, _DISTINCT = 256, 120
"""Of so many random bytes, 162 are different on average, and fewer than 120 never."""


def read_uber(text: bytes) -> KeyStore | None:
    """The UBER that a text is as a whole, whose version and salt were checked before; None where it is none.

    Nothing says where such a store ends, and it begins as BKS does. After the salt and the count of rounds all is ciphertext.
    """
    sealed = len(text) - BKS_HEADER
    rounds = int.from_bytes(text[BKS_HEADER - 4 : BKS_HEADER], "big")
    if rounds not in _ROUNDS or sealed % _BLOCK or sealed < _SMALLEST or sealed > _stores.LARGEST:
        return None
    if len(set(text[BKS_HEADER : BKS_HEADER + _LOOKED_AT])) < _DISTINCT:
        return None
    return KeyStore(0, len(text), "UBER", (Entry(text, encryption=_UBER_SCHEME),), whole=True)


def read_bcfks(text: bytes, start: int) -> KeyStore | None:
    """The BCFKS that begins at `start`; None where its parts do not add up."""
    outer = _der.node(text, start)
    if outer is None or not outer.within(text) or outer.end - start > _stores.LARGEST:
        return None
    parts = _der.children(text, outer)
    if [part.tag for part in parts] != [_der.SEQUENCE, _der.SEQUENCE] and [part.tag for part in parts] != [_der.SEQUENCE, _SIGNED]:
        return None
    sealed, guard = parts
    inside = _der.children(text, sealed)
    if guard.end != outer.end or [part.tag for part in inside] != [_der.SEQUENCE, _der.OCTET_STRING] or inside[1].end != sealed.end:
        return None
    if guard.tag == _der.SEQUENCE and not _guards(text, guard):
        return None
    scheme = _stores.scheme_of(text[sealed.start : inside[0].end])
    return KeyStore(start, outer.end, "BCFKS", (Entry(text[start : outer.end], encryption=scheme),), whole=True)


def _guards(text: bytes, guard: _der.Node) -> bool:
    """Whether this is a message authentication code, what it is made with, and how its key comes from a password."""
    parts = _der.children(text, guard)
    if [part.tag for part in parts] != [_der.SEQUENCE, _der.SEQUENCE, _der.OCTET_STRING] or parts[-1].end != guard.end:
        return False
    named = _der.children(text, parts[1])
    derivation = _der.dotted(named[0].content(text)) if named and named[0].tag == _der.OID else ""
    return derivation in _DERIVATIONS and parts[2].end - parts[2].start in _CODES

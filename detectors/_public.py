"""Public halves in X.509's form (SubjectPublicKeyInfo, RFC 5280 section 4.1), for containers that have them in clear beside a hidden half.

How the halves are handed over is `Form.BESIDE`'s: three strings of RFC 4251.
"""

from __future__ import annotations

from detectors import _der
from detectors._containers import BIT_STRING, CURVES, DSA, RAW, UNCOMPRESSED, element, number

NULL = b"\5\0"
RSA, EC, ELGAMAL = "2a864886f70d010101", "2a8648ce3d0201", "2b0e07020101"
"""Content of object identifiers, in hex."""
MORE_CURVES = {
    "brainpoolP256r1": "2b2403030208010107",
    "brainpoolP384r1": "2b240303020801010b",
    "brainpoolP512r1": "2b240303020801010d",
    **CURVES,
}


def beside(public: bytes, container: bytes, *, encrypted: bool) -> bytes:
    """The canonical bytes of a key whose public half is known and whose private half is in `container`."""
    parts = (b"encrypted" if encrypted else b"plain", public, container)
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def rsa(n: int, e: int) -> bytes:
    """The public half of an RSA key."""
    return _info(RSA, NULL, element(_der.SEQUENCE, number(n), number(e)))


def dsa(p: int, q: int, g: int, y: int) -> bytes:
    """The public half of a DSA key."""
    return _info(DSA, element(_der.SEQUENCE, number(p), number(q), number(g)), number(y))


def elgamal(p: int, g: int, y: int) -> bytes:
    """The public half of an Elgamal key, as libgcrypt's kin and Bouncy Castle write it (OIW, elGamalAlgorithm)."""
    return _info(ELGAMAL, element(_der.SEQUENCE, number(p), number(g)), number(y))


def raw(curve: str, octets: bytes) -> bytes:
    """The public half on a curve of `RAW`."""
    return _info(RAW[curve], b"", octets)


def point(curve: str, coordinates: bytes) -> bytes:
    """The public half on a curve of `MORE_CURVES`, whose point is x and y one after the other."""
    return _info(EC, _oid(MORE_CURVES[curve]), UNCOMPRESSED + coordinates)


def _info(algorithm: str, parameters: bytes, octets: bytes) -> bytes:
    named = element(_der.SEQUENCE, _oid(algorithm), parameters)
    return element(_der.SEQUENCE, named, element(BIT_STRING, b"\0", octets))


def _oid(digits: str) -> bytes:
    return element(_der.OID, bytes.fromhex(digits))

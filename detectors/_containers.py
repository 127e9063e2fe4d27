"""Keys that come as bare numbers, in the containers that are registered for them.

One key is one credential whatever it is kept in, so a seed out of some tool's own format is handed over as OpenSSL would write it:
PKCS#8 for raw curves (RFC 8410), PKCS#1 for RSA (RFC 8017), SEC 1 for named curves (RFC 5915).
"""

from __future__ import annotations

from detectors import _der

RAW = {"Ed25519": "2b6570", "Ed448": "2b6571", "X25519": "2b656e", "X448": "2b656f"}
CURVES = {"P-256": "2a8648ce3d030107", "P-384": "2b81040022", "P-521": "2b81040023", "secp256k1": "2b8104000a"}
"""Content of their object identifiers, in hex."""
DSA = "2a8648ce380401"
BIT_STRING = 0x03
UNCOMPRESSED = b"\4"


def raw(curve: str, secret: bytes) -> bytes:
    """The private key `secret` on a curve of `RAW`."""
    algorithm = element(_der.SEQUENCE, element(_der.OID, bytes.fromhex(RAW[curve])))
    return element(_der.SEQUENCE, number(0), algorithm, element(_der.OCTET_STRING, element(_der.OCTET_STRING, secret)))


def rsa(values: tuple[int, ...]) -> bytes:
    """The RSA key with these numbers: n, e, d, and what is known of p, q, dp, dq and the coefficient."""
    return element(_der.SEQUENCE, number(0), *map(number, values))


def dsa(p: int, q: int, g: int, x: int) -> bytes:
    """The DSA key with these numbers (RFC 3279, 2.3.2, in PKCS#8); its public half follows from them."""
    domain = element(_der.SEQUENCE, number(p), number(q), number(g))
    algorithm = element(_der.SEQUENCE, element(_der.OID, bytes.fromhex(DSA)), domain)
    return element(_der.SEQUENCE, number(0), algorithm, element(_der.OCTET_STRING, number(x)))


def ec(curve: str, private: bytes, point: tuple[bytes, bytes]) -> bytes:
    """The key with this private number and these coordinates on a curve of `CURVES`."""
    named = element(_der.PARAMETERS, element(_der.OID, bytes.fromhex(CURVES[curve])))
    public = element(_der.PUBLIC, element(BIT_STRING, b"\0", UNCOMPRESSED, *point))
    return element(_der.SEQUENCE, number(1), element(_der.OCTET_STRING, private), named, public)


def number(value: int) -> bytes:
    """The INTEGER of a number that is not negative."""
    return element(_der.INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def element(tag: int, *parts: bytes) -> bytes:
    """The value with that tag, and the parts one after the other as its content."""
    content = b"".join(parts)
    if len(content) < _der.LONG:
        return bytes((tag, len(content))) + content
    length = len(content).to_bytes((len(content).bit_length() + 7) // 8, "big")
    return bytes((tag, _der.LONG + len(length))) + length + content

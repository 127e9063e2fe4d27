"""The elliptic curves that have a name.

Object identifiers: SEC 2 (secp…), RFC 5639 (brainpool), RFC 8410 (Ed25519, Ed448, X25519, X448).
"""

from __future__ import annotations

from hashlib import sha256

from scanner.identity import der
from scanner.identity.der import oid
from scanner.records import dataclass


@dataclass(frozen=True, slots=True)
class Curve:
    """A Weierstrass curve over a prime field."""

    name: str
    library: str
    """The name of its class in the `cryptography` package."""
    oid: bytes
    bits: int
    domain: str
    """Half of SHA-256, in hex, over prime, a, b, the generator's x and the order, each as long as the prime: it tells the curve where the
    parameters are written out, and a curve with a forged generator stays without a name."""
    ssh: str | None = None
    """What RFC 5656 calls it; None where OpenSSH does not know it."""

    @property
    def octets(self) -> int:
        """Length of one coordinate."""
        return (self.bits + 7) // 8


@dataclass(frozen=True, slots=True)
class RawCurve:
    """A curve whose public keys are plain octets."""

    name: str
    """Also the beginning of the names of its classes in the `cryptography` package."""
    oid: bytes
    octets: int
    bits: int
    ssh: str | None = None


CURVES = (
    Curve("P-192", "SECP192R1", oid("1.2.840.10045.3.1.1"), 192, "55ab6b04129b0c71cc0666ea8f9fce9c"),
    Curve("P-224", "SECP224R1", oid("1.3.132.0.33"), 224, "b567069f88f5791968d896040c070ebb"),
    Curve("P-256", "SECP256R1", oid("1.2.840.10045.3.1.7"), 256, "0359d9c14355dda4b3da4663edb07444", "nistp256"),
    Curve("P-384", "SECP384R1", oid("1.3.132.0.34"), 384, "1286b896bbf56d5070581f4a7135968f", "nistp384"),
    Curve("P-521", "SECP521R1", oid("1.3.132.0.35"), 521, "63877a7fb6d2d93fd306756a527708a6", "nistp521"),
    Curve("secp256k1", "SECP256K1", oid("1.3.132.0.10"), 256, "0e6b48b949b67474f0da04cb3fe665fd"),
    Curve("brainpoolP256r1", "BrainpoolP256R1", oid("1.3.36.3.3.2.8.1.1.7"), 256, "00a3374a1afe4e0710d5922a275f1825"),
    Curve("brainpoolP384r1", "BrainpoolP384R1", oid("1.3.36.3.3.2.8.1.1.11"), 384, "bd69617a4cb9fa4dd4732117c82ee428"),
    Curve("brainpoolP512r1", "BrainpoolP512R1", oid("1.3.36.3.3.2.8.1.1.13"), 512, "43db3e51c1bd01caee07c5b636429361"),
)

ED25519 = RawCurve("Ed25519", oid("1.3.101.112"), 32, 256, "ssh-ed25519")
ED448 = RawCurve("Ed448", oid("1.3.101.113"), 57, 456, "ssh-ed448")
X25519 = RawCurve("X25519", oid("1.3.101.110"), 32, 256)
X448 = RawCurve("X448", oid("1.3.101.111"), 56, 448)
RAW_CURVES = (ED25519, ED448, X25519, X448)

WIDEST = 72
"""Octets of the longest prime that is looked at; the longest with a name has 66."""


def named(identifier: bytes) -> Curve | None:
    """The curve with this object identifier."""
    return next((curve for curve in CURVES if curve.oid == identifier), None)


def raw(identifier: bytes) -> RawCurve | None:
    """The raw curve with this object identifier."""
    return next((curve for curve in RAW_CURVES if curve.oid == identifier), None)


def from_ssh(name: str) -> Curve | None:
    """The curve that OpenSSH calls `name`."""
    return next((curve for curve in CURVES if curve.ssh == name), None)


def of_parameters(element: der.Element) -> Curve | None:
    """The curve that EcpkParameters (RFC 3279, 2.3.5) name, or spell out."""
    if element.tag == der.OID:
        return named(element.content)
    if element.tag != der.SEQUENCE:
        return None
    domain = _domain(element)
    return next((curve for curve in CURVES if curve.domain == domain), None)


def _domain(element: der.Element) -> str | None:
    """What `Curve.domain` compares, of ECParameters; None where these are not of a prime field, damaged or too long."""
    match der.row(element.content):
        case [_, field, equation, base, order, *_]:
            pass
        case _:
            return None
    match (der.row(field.content), der.row(equation.content)):
        case ([_, modulus], [a, b, *_]):
            prime, last = der.number(modulus), der.number(order)
        case _:
            return None
    if not prime or last is None or prime.bit_length() > 8 * WIDEST:
        return None
    octets = (prime.bit_length() + 7) // 8
    values = (prime, *(int.from_bytes(part, "big") for part in (a.content, b.content, base.content[1 : 1 + octets])), last)
    if any(value.bit_length() > 8 * octets for value in values):
        return None
    return sha256(b"".join(value.to_bytes(octets, "big") for value in values)).hexdigest()[:32]

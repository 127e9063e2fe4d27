"""Public keys by their numbers. What makes two private keys one credential is the SHA-256 of the DER SubjectPublicKeyInfo built here.

The form is always the same one, whatever the key came in: rsaEncryption with NULL for every RSA key (RFC 3279, also for RSA-PSS keys), a
named curve and an uncompressed point for every key on a curve that has a name (RFC 5480), no parameters for raw curves (RFC 8410).
Numbers that make no key, or are so big that they would cost time, give None.
"""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256

from scanner.identity import curves, derive
from scanner.identity.curves import Curve, RawCurve
from scanner.identity.der import NULL, OID, SEQUENCE, Element, bits, encode, encode_bits, encode_number, members, numbers, oid, row
from scanner.records import dataclass

SMALLEST, BIGGEST = 256, 16384
"""Bits of the moduli that count as keys. 16384 is OpenSSL's and OpenSSH's limit."""

UNNAMED = "other"

RSA, DSA, EC = oid("1.2.840.113549.1.1.1"), oid("1.2.840.10040.4.1"), oid("1.2.840.10045.2.1")
RSA_IDENTIFIERS = frozenset({RSA, oid("1.2.840.113549.1.1.7"), oid("1.2.840.113549.1.1.10"), oid("2.5.8.1.1")})
"""rsaEncryption, RSAES-OAEP, RSASSA-PSS and X.509's old rsa: the same key under each."""
EC_IDENTIFIERS = frozenset({EC, oid("1.3.132.1.12"), oid("1.3.132.1.13")})
"""ecPublicKey, and the keys that are for ECDH or ECMQV only."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """One public key, as far as identity and reports need it."""

    algorithm: str
    """`RSA`, `DSA`, `EC`, `Ed25519`, …; `UNNAMED` where only the encoded form is known."""
    spki: bytes
    """DER SubjectPublicKeyInfo."""
    bits: int | None = None
    """Of the modulus; None on curves."""
    curve: str | None = None
    ssh: bytes | None = None
    """The wire form of OpenSSH (RFC 4253, 6.6); None where it has none."""

    @property
    def digest(self) -> str:
        """SHA-256 of the SubjectPublicKeyInfo in hex: what is compared everywhere."""
        return sha256(self.spki).hexdigest()

    @property
    def ssh_fingerprint(self) -> str | None:
        """What `ssh-keygen -lf` prints."""
        if self.ssh is None:
            return None
        return "SHA256:" + b64encode(sha256(self.ssh).digest()).decode().rstrip("=")

    @property
    def title(self) -> str:
        """For people: `RSA 2048`, `EC P-256`, `Ed25519`."""
        size = self.bits or self.curve
        return f"{self.algorithm} {size}" if size else self.algorithm


def rsa(modulus: int, exponent: int) -> PublicKey | None:
    """The RSA key with these numbers."""
    if not SMALLEST <= modulus.bit_length() <= BIGGEST or not 1 < exponent < modulus or not modulus & exponent & 1:
        return None
    inner = encode(SEQUENCE, encode_number(modulus), encode_number(exponent))
    spki = _spki(encode(OID, RSA) + encode(NULL), inner)
    wire = ssh_string(b"ssh-rsa") + ssh_number(exponent) + ssh_number(modulus)
    return PublicKey("RSA", spki, bits=modulus.bit_length(), ssh=wire)


def dsa(p: int, q: int, g: int, y: int) -> PublicKey | None:
    """The DSA key with these numbers."""
    if not SMALLEST <= p.bit_length() <= BIGGEST or not 1 < q < p or not 1 < g < p or not 1 < y < p:
        return None
    parameters = encode(SEQUENCE, encode_number(p), encode_number(q), encode_number(g))
    wire = ssh_string(b"ssh-dss") + b"".join(ssh_number(value) for value in (p, q, g, y))
    return PublicKey("DSA", _spki(encode(OID, DSA) + parameters, encode_number(y)), bits=p.bit_length(), ssh=wire)


def ec(curve: Curve, point: bytes) -> PublicKey | None:
    """The key with this point, in any of the forms of SEC 1, 2.3.3. A point is taken as it is: whether it is on the curve is not asked."""
    if point[:1] in {b"\2", b"\3"} and len(point) == 1 + curve.octets:
        point = derive.spelled_out(curve, point) or b""
    if point[:1] not in {b"\4", b"\6", b"\7"} or len(point) != 1 + 2 * curve.octets:
        return None
    point = b"\4" + point[1:]
    wire = None
    if curve.ssh:
        wire = ssh_string(b"ecdsa-sha2-" + curve.ssh.encode()) + ssh_string(curve.ssh.encode()) + ssh_string(point)
    return PublicKey("EC", _spki(encode(OID, EC) + encode(OID, curve.oid), point), curve=curve.name, ssh=wire)


def ec_elsewhere(identifier: bytes, point: bytes) -> PublicKey | None:
    """The key with this point on a curve that only its object identifier names. No point is spelled out there, so that it must be whole."""
    if point[:1] != b"\4" or len(point) % 2 == 0:
        return None
    return PublicKey("EC", _spki(encode(OID, EC) + encode(OID, identifier), point))


def plain(identifier: bytes, octets: bytes) -> PublicKey:
    """The key with these octets under an algorithm that has no parameters (RFC 9881, RFC 9909, RFC 9935)."""
    return PublicKey(UNNAMED, _spki(encode(OID, identifier), octets))


def raw(curve: RawCurve, octets: bytes) -> PublicKey | None:
    """The key with these octets."""
    if len(octets) != curve.octets:
        return None
    wire = ssh_string(curve.ssh.encode()) + ssh_string(octets) if curve.ssh else None
    return PublicKey(curve.name, _spki(encode(OID, curve.oid), octets), ssh=wire)


def rsa_of(values: tuple[int, ...]) -> PublicKey | None:
    """The RSA key with this modulus and exponent, where these and nothing else are there."""
    match values:
        case (modulus, exponent):
            return rsa(modulus, exponent)
    return None


def dsa_of(values: tuple[int, ...]) -> PublicKey | None:
    """The DSA key with these p, q, g and y, where these and nothing else are there."""
    match values:
        case (p, q, g, y):
            return dsa(p, q, g, y)
    return None


def from_spki(parts: tuple[Element, ...]) -> PublicKey | None:
    """The key in the two members of a SubjectPublicKeyInfo."""
    match parts:
        case (algorithm, public) if octets := bits(public):
            return from_algorithm(algorithm, octets)
    return None


def from_algorithm(algorithm: Element, public: bytes) -> PublicKey | None:
    """The key that an AlgorithmIdentifier and the content of subjectPublicKey make (RFC 5280, 4.1)."""
    parts = row(algorithm.content)
    if not parts or parts[0].tag != OID or not algorithm.whole:
        return None
    identifier, parameters = parts[0].content, parts[1] if len(parts) > 1 else Element(NULL, b"", whole=True)
    if identifier in RSA_IDENTIFIERS:
        return rsa_of(numbers(members(public)))
    if identifier == DSA:
        return dsa_of((*numbers(row(parameters.content)), *numbers(row(public))))
    if identifier in EC_IDENTIFIERS and (named := curves.of_parameters(parameters)):
        return ec(named, public)
    if plain := curves.raw(identifier):
        return raw(plain, public)
    return PublicKey(UNNAMED, _spki(algorithm.content, public))


def ssh_string(data: bytes) -> bytes:
    """A `string` of RFC 4251, 5."""
    return len(data).to_bytes(4, "big") + data


def ssh_number(value: int) -> bytes:
    """A positive `mpint` of RFC 4251, 5."""
    return ssh_string(value.to_bytes(value.bit_length() // 8 + 1, "big"))


def _spki(algorithm: bytes, public: bytes) -> bytes:
    return encode(SEQUENCE, encode(SEQUENCE, algorithm), encode_bits(public))

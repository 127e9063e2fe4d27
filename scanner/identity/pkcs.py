"""Private keys in DER: PKCS#1 (RFC 8017), PKCS#8 (RFC 5958), SEC 1 (RFC 5915) and OpenSSL's form of DSA keys.

The content decides which of them it is, since labels lie. Damaged and cut-off keys are read as far as they go: n and e of an RSA key come
first. Lengths are those of the data, never those that are announced.
"""

from __future__ import annotations

from scanner.contract import Form
from scanner.identity import curves, derive, publickey, quantum
from scanner.identity.der import INTEGER, OCTET_STRING, OID, SEQUENCE, Element, bits, members, number, numbers, row
from scanner.identity.opened import AtRest, Opened
from scanner.identity.publickey import PublicKey

PARAMETERS, PUBLIC = 0xA0, 0xA1
"""Tags of the optional members of a SEC 1 key."""
PKCS8_PUBLIC = 0x81
"""Tag of the public key that PKCS#8 may carry since RFC 5958."""
DSA_ORDERS = range(160, 257)
"""Bits of the q of a DSA key (FIPS 186-4, 4.2); the public exponent of an RSA key, which stands in the same place, is never that long."""
DSA_MEMBERS = 6
"""Version, p, q, g, y and x. RSA has more."""
DERIVED_DSA = 4096
"""Bits of the largest DSA modulus whose public half is computed where it is not written down. FIPS 186-4 ends at 3072."""


def open_der(data: bytes, form: Form | None) -> Opened:
    """The public side of a private key in DER. `form` only decides whether a row of numbers is RSA or DSA where it was cut off."""
    parts = members(data)
    shape = tuple(part.tag for part in parts[:2])
    if shape == (SEQUENCE, OCTET_STRING):
        return Opened(AtRest.ENCRYPTED)  # EncryptedPrivateKeyInfo hides everything
    if shape == (INTEGER, SEQUENCE):
        return Opened(AtRest.PLAIN, _pkcs8(parts))
    if shape == (INTEGER, OCTET_STRING):
        return Opened(AtRest.PLAIN, _sec1(parts, None))
    if shape == (INTEGER, INTEGER):
        return Opened(AtRest.PLAIN, _numbers(parts, form))
    return Opened(AtRest.UNKNOWN)


def _numbers(parts: tuple[Element, ...], form: Form | None) -> PublicKey | None:
    """The key that a version and a row of numbers make: n, e, … or p, q, g, y, x."""
    values = numbers(parts)
    match values:
        case (_, _, q, *_) if q.bit_length() in DSA_ORDERS and (form is Form.DSA or len(parts) == DSA_MEMBERS):
            return publickey.dsa_of(values[1:5])
        case (_, modulus, exponent, *_):
            return publickey.rsa(modulus, exponent)
    return None


def _sec1(parts: tuple[Element, ...], outer: Element | None) -> PublicKey | None:
    """The key of ECPrivateKey; `outer` are the parameters of a PKCS#8 wrapper, for keys without their own."""
    options = {part.tag: inner[0] for part in parts[2:] if (inner := row(part.content))}
    parameters = outer or options.get(PARAMETERS)
    curve = curves.of_parameters(parameters) if parameters is not None else None
    written = bits(options[PUBLIC]) if PUBLIC in options else None
    if curve is None:
        return publickey.ec_elsewhere(parameters.content, written or b"") if parameters is not None and parameters.tag == OID else None
    if written and (key := publickey.ec(curve, written)):
        return key
    point = derive.point_of(curve, parts[1].content) if len(parts) > 1 and parts[1].whole else None
    return publickey.ec(curve, point) if point else None


def _pkcs8(parts: tuple[Element, ...]) -> PublicKey | None:
    """The key of PrivateKeyInfo or OneAsymmetricKey."""
    algorithm = row(parts[1].content)
    if not algorithm or not parts[1].whole or algorithm[0].tag != OID:
        return None
    written = next((bits(part) for part in parts[3:] if part.tag == PKCS8_PUBLIC), None)
    if written and (key := publickey.from_algorithm(parts[1], written)):
        return key
    private = next((part.content for part in parts[2:3] if part.tag == OCTET_STRING), None)
    return _from_private(algorithm, private) if private else None


def _from_private(algorithm: tuple[Element, ...], private: bytes) -> PublicKey | None:
    """The key whose private half is `private`, in the form that RFC 5958 asks for with this algorithm and its parameters."""
    identifier = algorithm[0].content
    parameters = algorithm[1] if len(algorithm) > 1 else None
    if identifier in publickey.RSA_IDENTIFIERS:
        return _numbers(members(private), Form.PKCS1)
    if identifier in publickey.EC_IDENTIFIERS:
        return _sec1(members(private), parameters)
    if identifier == publickey.DSA:
        return _dsa_from_private(numbers(row(parameters.content)) if parameters else (), private)
    if (public := quantum.public_of(identifier, private)) is not None:
        return publickey.plain(identifier, public)
    inner = row(private)
    curve = curves.raw(identifier)
    if curve is None or not inner or not inner[0].whole:
        return None
    return publickey.raw(curve, derive.raw_public_of(curve, inner[0].content) or b"")


def _dsa_from_private(domain: tuple[int, ...], private: bytes) -> PublicKey | None:
    inner = row(private)
    x = number(inner[0]) if inner else None
    match domain:
        case (p, q, g) if x and p.bit_length() <= DERIVED_DSA and q.bit_length() in DSA_ORDERS and x < q and 1 < g < p:
            return publickey.dsa(p, q, g, pow(g, x, p))
    return None

"""What a decoded private key is, whatever its label said.

PKCS#1 (RFC 8017), SEC 1 (RFC 5915), OpenSSL's form of DSA keys, and PKCS#8 (RFC 5958), plain or encrypted. A container that is cut off is told by its beginning. What adds up is checked: lengths, the product of the primes, the size of numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod

from detectors import _curves, _der, _quantum
from detectors._der import Node
from scanner.contract import Check, Form
from scanner.records import dataclass, field, replace

SHORTEST = 32
"""Bytes of a container below which it is an example."""
SMALLEST_RSA = 512
_SHORTER = 3
"""Zero bytes at the front of a private number; more come once in 4 billion keys."""
BIGGEST_CHECKED = 16_384
"""Bits of numbers that are multiplied to check them."""
RSA_NUMBERS, DSA_NUMBERS = 9, 6
"""An RSA key of more than two primes has a row of the others behind its numbers, and version 1."""
RSA_SHOWN, DSA_SHOWN = 3, 5
"""Numbers up to the last public one; they come first."""
DSA_ORDER = range(160, 257)
"""Bits of the third number of a DSA key (FIPS 186-4, 4.2). In its place an RSA key has its public exponent."""

RSA, RSA_PSS, DSA, EC = "1.2.840.113549.1.1.1", "1.2.840.113549.1.1.10", "1.2.840.10040.4.1", "1.2.840.10045.2.1"
NAMES = {"1.2.840.113549.1.3.1": "DH", "1.2.840.10046.2.1": "DH"}
RAW = {"1.3.101.110": ("X25519", 32), "1.3.101.111": ("X448", 56), "1.3.101.112": ("Ed25519", 32), "1.3.101.113": ("Ed448", 57)}
"""Algorithms whose private key is a string of this many bytes (RFC 8410)."""
CURVES = {
    "1.2.840.10045.3.1.1": ("P-192", 24),
    "1.3.132.0.33": ("P-224", 28),
    "1.2.840.10045.3.1.7": ("P-256", 32),
    "1.3.132.0.34": ("P-384", 48),
    "1.3.132.0.35": ("P-521", 66),
    "1.3.132.0.10": ("secp256k1", 32),
    "1.3.36.3.3.2.8.1.1.7": ("brainpoolP256r1", 32),
    "1.3.36.3.3.2.8.1.1.11": ("brainpoolP384r1", 48),
    "1.3.36.3.3.2.8.1.1.13": ("brainpoolP512r1", 64),
    "1.3.36.3.3.2.8.1.1.5": ("brainpoolP224r1", 28),
    "1.3.36.3.3.2.8.1.1.9": ("brainpoolP320r1", 40),
    "1.3.132.0.31": ("secp192k1", 24),
    "1.3.132.0.32": ("secp224k1", 29),
    "1.2.156.10197.1.301": ("SM2", 32),
    "1.3.132.0.16": ("sect283k1", 36),
    "1.3.132.0.17": ("sect283r1", 36),
    "1.3.132.0.36": ("sect409k1", 51),
    "1.3.132.0.37": ("sect409r1", 52),
    "1.3.132.0.38": ("sect571k1", 72),
    "1.3.132.0.39": ("sect571r1", 72),
}
"""Curves by object identifier, and the bytes of their private numbers."""
PASSWORD_BASED = ("1.2.840.113549.1.5.", "1.2.840.113549.1.12.1.")
"""Schemes of PKCS#5 (RFC 8018) and PKCS#12 (RFC 7292, appendix C)."""


@dataclass(frozen=True, slots=True)
class Key:
    """One private key, as far as its container says without a passphrase."""

    form: Form
    container: bytes = field(repr=False)
    algorithm: str | None
    """`RSA`, `DSA`, `EC`, the name of a raw curve, an object identifier; None where the container hides it."""
    check: Check
    bits: int | None = None
    curve: str | None = None
    comment: str | None = None
    encrypted: bool = False
    hardware: bool = False
    """Whether the key lies in a device, which must be at hand to use it."""
    shown: bool = True
    """Whether the public half can be told from the container."""
    secret: bytes = field(default=b"", repr=False)
    """The private number of an EC key and of raw curves, where it is in clear."""

    @property
    def flat(self) -> bool:
        """Whether the secret is one byte again and again."""
        return len(self.secret) >= SHORTEST // 2 and len(set(self.secret)) == 1


def read_der(data: bytes, hint: str) -> Key | None:
    """The key that `data` is or begins with; None where it is no private key. `hint` is the label, which tells a cut-off DSA key."""
    outer = _der.node(data)
    if outer is None or outer.tag != _der.SEQUENCE or len(data) < SHORTEST or outer.end < SHORTEST:
        return None
    data = data[: outer.end]
    parts = _der.children(data, outer)
    shape = tuple(part.tag for part in parts[:2])
    if shape == (_der.INTEGER, _der.INTEGER):
        return _numbers(data, outer, parts, hint)
    read = _SHAPES.get(shape)
    return read(data, outer, parts) if read else None


def _check(data: bytes, outer: Node, *, sound: bool) -> Check:
    return Check.PASSED if sound and outer.within(data) and _der.full(data, outer) else Check.FAILED


def _numbers(data: bytes, outer: Node, parts: tuple[Node, ...], hint: str) -> Key | None:
    """A row of integers: version, n, e, d, p, q and so on, or version, p, q, g, y, x."""
    values = [part.number(data) for part in parts if part.tag == _der.INTEGER and part.within(data)]
    if not values or values[0] not in {0, 1}:
        return None
    others = _other_primes(data, parts) if values[0] == 1 else ()
    whole = len(values) + bool(others) == len(parts)
    if hint.startswith("DSA") or (whole and len(values) == DSA_NUMBERS and values[2].bit_length() in DSA_ORDER):
        return _dsa_numbers(data, outer, values)
    sound = whole and len(values) == RSA_NUMBERS and _is_rsa(values, others)
    bits = values[1].bit_length() if len(values) > 1 else None
    return Key(Form.PKCS1, data, "RSA", _check(data, outer, sound=sound), bits=bits, shown=len(values) >= RSA_SHOWN)


def _other_primes(data: bytes, parts: tuple[Node, ...]) -> tuple[int, ...]:
    """The primes after the second one (RFC 8017, A.1.2), each of which stands first in its row."""
    if len(parts) != RSA_NUMBERS + 1 or parts[-1].tag != _der.SEQUENCE:
        return ()
    rows = (_der.children(data, row) for row in _der.children(data, parts[-1]))
    return tuple(row[0].number(data) for row in rows if row)


def _is_rsa(values: list[int], others: tuple[int, ...]) -> bool:
    _, n, e, d, p, q = values[:6]
    if n.bit_length() > BIGGEST_CHECKED:
        return min(values[1:]) > 0
    if min(e, d, p, q, *others) <= 1 or max(p, q, *others).bit_length() * len(others) > BIGGEST_CHECKED:
        return False
    return n.bit_length() >= SMALLEST_RSA and prod((p, q, *others)) == n


def _dsa_numbers(data: bytes, outer: Node, values: list[int]) -> Key:
    sound = False
    if len(values) == DSA_NUMBERS:
        _, p, q, g, y, x = values
        sound = q.bit_length() in DSA_ORDER and 0 < x < q and 1 < g < p and 1 < y < p
    bits = values[1].bit_length() if len(values) > 1 else None
    return Key(Form.DSA, data, "DSA", _check(data, outer, sound=sound), bits=bits, shown=len(values) >= DSA_SHOWN)


def _sec1(data: bytes, outer: Node, parts: tuple[Node, ...]) -> Key | None:
    """Version 1, the private number, the curve, the public point."""
    if parts[0].number(data) != 1:
        return None
    curve = next((_der.node(data, part.start) for part in parts[2:] if part.tag == _der.PARAMETERS), None)
    identifier = _der.dotted(curve.content(data)) if curve is not None and curve.tag == _der.OID and curve.within(data) else None
    return _ec(data, outer, Form.SEC1, (data, parts), identifier)


def _ec(data: bytes, outer: Node, form: Form, inner: tuple[bytes, tuple[Node, ...]], identifier: str | None) -> Key:
    """An EC key whose SEC 1 parts are `inner`."""
    name, size = CURVES.get(identifier or "", (identifier, None))
    number = inner[1][1].content(inner[0]) if len(inner[1]) > 1 else b""
    sound = bool(number) and (size is None or _sized(number, size)) and _curves.on_curve(name or "", _point(*inner)) is not False
    return Key(form, data, "EC", _check(data, outer, sound=sound), curve=name, shown=bool(number), secret=number)


def _point(data: bytes, parts: tuple[Node, ...]) -> bytes:
    """The public point behind the private number; empty where it was left out."""
    wrapper = next((part for part in parts[2:] if part.tag == _der.PUBLIC), None)
    bits = _der.node(data, wrapper.start) if wrapper is not None else None
    return bits.content(data)[1:] if bits is not None and bits.tag == _der.BIT_STRING else b""


def _sized(number: bytes, size: int) -> bool:
    """Whether a number is as long as its curve asks for, but for zeros that some encoders leave out or add."""
    return len(number.lstrip(b"\0")) <= size and size - _SHORTER <= len(number) <= size + 1


def _pkcs8(data: bytes, outer: Node, parts: tuple[Node, ...]) -> Key | None:
    """Version, algorithm and parameters, the key in the algorithm's own form."""
    named = _der.children(data, parts[1])
    if parts[0].number(data) not in {0, 1} or not named or named[0].tag != _der.OID:
        return None
    identifier = _der.dotted(named[0].content(data))
    private = next((part for part in parts[2:3] if part.tag == _der.OCTET_STRING), None)
    content = private.content(data) if private is not None else b""
    if identifier in RAW:
        return _raw(data, outer, identifier, content)
    read = _ALGORITHMS.get(identifier)
    if read is not None:
        return read(data, outer, named, content)
    if (quantum := _quantum.read(identifier, content)) is not None:
        return Key(
            Form.PKCS8, data, quantum.algorithm, _check(data, outer, sound=quantum.whole), shown=quantum.whole, secret=quantum.secret
        )
    return Key(Form.PKCS8, data, NAMES.get(identifier, identifier), _check(data, outer, sound=bool(content)), shown=False)


def _raw(data: bytes, outer: Node, identifier: str, content: bytes) -> Key:
    name, size = RAW[identifier]
    inner = _der.node(content)
    number = inner.content(content) if inner is not None and inner.tag == _der.OCTET_STRING else b""
    whole = len(number) == size
    return Key(Form.PKCS8, data, name, _check(data, outer, sound=whole), shown=whole, secret=number)


def _pkcs8_rsa(data: bytes, outer: Node, _: tuple[Node, ...], content: bytes) -> Key:
    sequence = _der.node(content)
    inner = _numbers(content, sequence, _der.children(content, sequence), "RSA") if sequence is not None else None
    if inner is None:
        return Key(Form.PKCS8, data, "RSA", Check.FAILED, shown=False)
    sound = inner.check is Check.PASSED
    return Key(Form.PKCS8, data, "RSA", _check(data, outer, sound=sound), bits=inner.bits, shown=inner.shown)


def _pkcs8_ec(data: bytes, outer: Node, named: tuple[Node, ...], content: bytes) -> Key:
    curve = named[1] if len(named) > 1 else None
    identifier = _der.dotted(curve.content(data)) if curve is not None and curve.tag == _der.OID else None
    sequence = _der.node(content)
    key = _ec(data, outer, Form.PKCS8, (content, _der.children(content, sequence) if sequence is not None else ()), identifier)
    return key if sequence is not None and _der.full(content, sequence) else replace(key, check=Check.FAILED)


def _pkcs8_dsa(data: bytes, outer: Node, named: tuple[Node, ...], content: bytes) -> Key:
    domain = _der.children(data, named[1]) if len(named) > 1 else ()
    inner = _der.node(content)
    bits = domain[0].number(data).bit_length() if domain and domain[0].within(data) else None
    sound = inner is not None and inner.tag == _der.INTEGER and inner.within(content)
    return Key(Form.PKCS8, data, "DSA", _check(data, outer, sound=sound), bits=bits, shown=sound)


_ALGORITHMS: dict[str, Callable[[bytes, Node, tuple[Node, ...], bytes], Key]] = {
    EC: _pkcs8_ec,
    RSA: _pkcs8_rsa,
    RSA_PSS: _pkcs8_rsa,
    DSA: _pkcs8_dsa,
}
"""Algorithms whose private keys are rows of values, by object identifier."""


def _encrypted_pkcs8(data: bytes, outer: Node, parts: tuple[Node, ...]) -> Key | None:
    """An algorithm with a password, and what it hides."""
    named = _der.children(data, parts[0])
    scheme = _der.dotted(named[0].content(data)) if named and named[0].tag == _der.OID else ""
    if not scheme.startswith(PASSWORD_BASED):
        return None
    return Key(Form.PKCS8, data, None, _check(data, outer, sound=True), encrypted=True, shown=False)


_SHAPES: dict[tuple[int, ...], Callable[[bytes, Node, tuple[Node, ...]], Key | None]] = {
    (_der.INTEGER, _der.OCTET_STRING): _sec1,
    (_der.INTEGER, _der.SEQUENCE): _pkcs8,
    (_der.SEQUENCE, _der.OCTET_STRING): _encrypted_pkcs8,
}
"""The first two members of a container say which it is."""

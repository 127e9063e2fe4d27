"""The public halves of ML-DSA, SLH-DSA and ML-KEM keys, as far as their private halves show them.

A private key of SLH-DSA ends in its public one (FIPS 205, 9.1), and one of ML-KEM has it in the middle (FIPS 203, 7.1). A seed is expanded
by the `cryptography` package, which is no derivation from a passphrase and takes less than a millisecond. One of ML-DSA without its seed
shows nothing. Sources for the forms: RFC 9881, RFC 9909, RFC 9935.
"""

from __future__ import annotations

from scanner.identity.der import OCTET_STRING, SEQUENCE, Element, oid, row

SEED = 0x80
_ARC = "2.16.840.1.101.3.4."
_DSA = {oid(f"{_ARC}3.{number}"): name for number, name in ((17, "MLDSA44"), (18, "MLDSA65"), (19, "MLDSA87"))}
_KEM = {oid(f"{_ARC}4.{number}"): (name, rank) for number, name, rank in ((1, "MLKEM512", 2), (2, "MLKEM768", 3), (3, "MLKEM1024", 4))}
_HASHED = {oid(f"{_ARC}3.{20 + number}"): octets for number, octets in enumerate((64, 64, 96, 96, 128, 128) * 2)}
_SEEDS = {32: _DSA.keys(), 64: _KEM.keys()}
_POLYNOMIAL = 384
"""Octets of one of the `rank` polynomials that a key of ML-KEM begins with; its public half has as many, and 32 octets more."""


def public_of(identifier: bytes, private: bytes) -> bytes | None:
    """The octets of `subjectPublicKey` for the content of `privateKey`; None where the algorithm is another, or its key shows nothing."""
    if identifier in _HASHED:
        return private[len(private) // 2 :] if len(private) == _HASHED[identifier] else None
    if identifier not in _DSA and identifier not in _KEM:
        return None
    outer = row(private)
    parts = row(outer[0].content) if outer and outer[0].tag == SEQUENCE else outer
    seed = next((part.content for part in parts if _is_seed(part, identifier)), None)
    if seed is not None and (public := _expanded(identifier, seed)):
        return public
    if identifier in _KEM and parts and parts[-1].tag == OCTET_STRING:
        half = _POLYNOMIAL * _KEM[identifier][1]
        key = parts[-1].content
        return key[half : 2 * half + 32] if len(key) == 2 * half + 96 else None
    return None


def _is_seed(part: Element, identifier: bytes) -> bool:
    return part.tag in {SEED, OCTET_STRING} and part.whole and identifier in _SEEDS.get(len(part.content), ())


def _expanded(identifier: bytes, seed: bytes) -> bytes | None:
    """The public octets of a seed; None where the installed library does not know the algorithm."""
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415 (40 ms that most runs never need)
    from cryptography.hazmat.primitives.asymmetric import mldsa, mlkem  # noqa: PLC0415 (as above)

    module, name = (mldsa, _DSA[identifier]) if identifier in _DSA else (mlkem, _KEM[identifier][0])
    maker = getattr(module, f"{name}PrivateKey", None)
    try:
        public: bytes | None = maker.from_seed_bytes(seed).public_key().public_bytes_raw() if maker else None
    except (ValueError, UnsupportedAlgorithm):
        return None
    return public

"""Private keys of the algorithms that quantum computers do not break: ML-DSA, SLH-DSA and ML-KEM, inside PKCS#8.

Sources: RFC 9881 (ML-DSA), RFC 9909 (SLH-DSA), RFC 9935 (ML-KEM); FIPS 203, 204 and 205 for lengths.
"""

from __future__ import annotations

from detectors import _der
from scanner.records import dataclass, field

SEED = 0x80
"""Tag of a seed: `[0] IMPLICIT OCTET STRING`."""
_ARC = "2.16.840.1.101.3.4."
_LATTICE = {
    **{
        f"{_ARC}3.{17 + number}": (f"ML-DSA-{size}", 32, octets)
        for number, (size, octets) in enumerate(((44, 2560), (65, 4032), (87, 4896)))
    },
    **{
        f"{_ARC}3.{32 + number}": (f"HashML-DSA-{size}", 32, octets)
        for number, (size, octets) in enumerate(((44, 2560), (65, 4032), (87, 4896)))
    },
    **{
        f"{_ARC}4.{1 + number}": (f"ML-KEM-{size}", 64, octets)
        for number, (size, octets) in enumerate(((512, 1632), (768, 2400), (1024, 3168)))
    },
}
"""Name, octets of a seed, octets of the key that is made from it."""
_HASHED = {
    f"{_ARC}3.{20 + number}": (f"SLH-DSA-{family}-{size}{speed}", size // 2)
    for number, (family, size, speed) in enumerate(
        (family, size, speed) for family in ("SHA2", "SHAKE") for size in (128, 192, 256) for speed in ("s", "f")
    )
}
"""Name and octets of a key, half of which is public."""


@dataclass(frozen=True, slots=True)
class Quantum:
    """A private key as far as it is told by its lengths."""

    algorithm: str
    whole: bool
    secret: bytes = field(repr=False)
    """Its first octets, which are drawn at random in every form."""


def read(identifier: str, content: bytes) -> Quantum | None:
    """The key that the content of `privateKey` is under this object identifier; None where that is another algorithm's."""
    if identifier in _HASHED:
        name, size = _HASHED[identifier]
        return Quantum(name, len(content) == size, content[: size // 4])
    if identifier not in _LATTICE:
        return None
    name, seed, expanded = _LATTICE[identifier]
    outer = _der.node(content)
    if outer is None:
        return Quantum(name, whole=False, secret=b"")
    parts = _der.children(content, outer) if outer.tag == _der.SEQUENCE else (outer,)
    shape = [(part.tag, part.end - part.start) for part in parts if part.within(content)]
    forms = ([(SEED, seed)], [(_der.OCTET_STRING, expanded)], [(_der.OCTET_STRING, seed), (_der.OCTET_STRING, expanded)])
    whole = shape in forms and parts[-1].end == len(content)
    return Quantum(name, whole, parts[0].content(content)[:32] if parts else b"")

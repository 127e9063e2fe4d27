"""What a certificate (RFC 5280, 4.1) says of a key: whose it is and of which algorithm. Signatures are not checked."""

from __future__ import annotations

from detectors import _der
from detectors._der import Node
from detectors._keys import CURVES, DSA, EC, RAW, RSA, RSA_PSS
from detectors._offline import plain_text
from scanner.records import dataclass

_VERSION = 0xA0
_BMP_STRING = 0x1E
_FIELDS = 6
"""Serial number, algorithm of the signature, issuer, validity, subject, key."""
_LONGEST_NAME = 256
_NAMES = {
    "2.5.4.3": "CN",
    "2.5.4.6": "C",
    "2.5.4.7": "L",
    "2.5.4.8": "ST",
    "2.5.4.9": "STREET",
    "2.5.4.10": "O",
    "2.5.4.11": "OU",
    "0.9.2342.19200300.100.1.1": "UID",
    "0.9.2342.19200300.100.1.25": "DC",
}
"""Short names of attributes (RFC 4514, section 3)."""
_ALGORITHMS = {RSA: "RSA", RSA_PSS: "RSA", DSA: "DSA", EC: "EC", **{identifier: name for identifier, (name, _) in RAW.items()}}
_ESCAPED = frozenset(',+"\\<>;')


@dataclass(frozen=True, slots=True)
class Certificate:
    """The subject of a certificate and the sort of its key."""

    names: tuple[tuple[str, str], ...]
    """Attributes of the subject and their values, in the order in which they are written."""
    algorithm: str
    """`RSA`, `DSA`, `EC`, the name of a raw curve, an object identifier."""
    curve: str | None = None

    @property
    def subject(self) -> str | None:
        """The subject as RFC 4514 spells it, what was written last first; None where it is empty."""
        spelled = ",".join(f"{name}={_spelled(value)}" for name, value in reversed(self.names))
        return plain_text(spelled.encode(), _LONGEST_NAME) or None


def read(data: bytes) -> Certificate | None:
    """The certificate that `data` is; None where it is none, or not all of one."""
    outer = _der.node(data)
    if outer is None or outer.tag != _der.SEQUENCE or outer.end != len(data):
        return None
    signed = _der.children(data, outer)
    fields = [part for part in _der.children(data, signed[0]) if part.tag != _VERSION] if signed else []
    if len(fields) < _FIELDS:
        return None
    key = _der.children(data, fields[5])
    named = _der.children(data, key[0]) if key else ()
    if not named or named[0].tag != _der.OID:
        return None
    identifier = _der.dotted(named[0].content(data))
    on_curve = identifier == EC and len(named) > 1 and named[1].tag == _der.OID
    curve = _der.dotted(named[1].content(data)) if on_curve else None
    return Certificate(_names(data, fields[4]), _ALGORITHMS.get(identifier, identifier), CURVES.get(curve, (curve,))[0] if curve else None)


def _names(data: bytes, subject: Node) -> tuple[tuple[str, str], ...]:
    found = []
    for relative in _der.children(data, subject):
        for attribute in _der.children(data, relative):
            pair = _der.children(data, attribute)
            if len(pair) > 1 and pair[0].tag == _der.OID:
                identifier = _der.dotted(pair[0].content(data))
                found.append((_NAMES.get(identifier, identifier), _text(pair[1].tag, pair[1].content(data))))
    return tuple(found)


def _text(tag: int, content: bytes) -> str:
    return content[: 4 * _LONGEST_NAME].decode("utf-16-be" if tag == _BMP_STRING else "utf-8", errors="replace")


def _spelled(value: str) -> str:
    return "".join(f"\\{letter}" if letter in _ESCAPED else letter for letter in value)

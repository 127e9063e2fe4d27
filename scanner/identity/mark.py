"""The short name of a public key, and where it stands among packed ones, see `scanner.identity.marks`. Loads nothing that reads keys."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b

OCTETS = 16
LINE = 4
EACH = OCTETS + 1 + LINE
"""Octets of one packed key: its mark, its kind, its line."""
_DIGEST = 64


def mark_of(key: str) -> bytes:
    """The mark of a key that is named as in `scanner.identity.anchors.Half` or by `scanner.identity.signatures.signers_of`."""
    return bytes.fromhex(key[: 2 * OCTETS]) if len(key) == _DIGEST else blake2b(key.encode(), digest_size=OCTETS).digest()


def marks_in(packed: bytes) -> Iterator[bytes]:
    """The marks of packed keys."""
    return (packed[at : at + OCTETS] for at in range(0, len(packed) - EACH + 1, EACH))

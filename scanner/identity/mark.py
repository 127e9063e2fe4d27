"""The short name of a public key, see `scanner.identity.marks`."""

from __future__ import annotations

from hashlib import blake2b

OCTETS = 16
_DIGEST = 64


def mark_of(key: str) -> bytes:
    """The mark of a key that is named as in `scanner.identity.anchors.Half` or by `scanner.identity.signatures.signers_of`."""
    return bytes.fromhex(key[: 2 * OCTETS]) if len(key) == _DIGEST else blake2b(key.encode(), digest_size=OCTETS).digest()

"""What only who has a key can read, and nobody can change: for what is kept outside of a run.

The stream is SHAKE-256 of key and nonce (FIPS 202), the tag a keyed BLAKE2b (RFC 7693) of nonce and text. What is kept is authentic or nothing,
so whoever reads it need not expect what others wrote.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import zlib

_NONCE = 16
_TAG = 32


def sealed(key: bytes, plain: bytes) -> bytes:
    """`plain`, for whoever has the 32 octets `key`. The same twice looks different."""
    nonce = os.urandom(_NONCE)
    body = nonce + _mixed(key, nonce, zlib.compress(plain, 6))
    return _tag(key, body) + body


def opened(key: bytes, data: object) -> bytes | None:
    """What `sealed` was given; None where that was another key or other data."""
    if not isinstance(data, bytes):
        return None
    tag, body = data[:_TAG], data[_TAG:]
    if not hmac.compare_digest(tag, _tag(key, body)):
        return None
    return zlib.decompress(_mixed(key, body[:_NONCE], body[_NONCE:]))


def _mixed(key: bytes, nonce: bytes, text: bytes) -> bytes:
    stream = hashlib.shake_256(b"kt/stream" + key + nonce).digest(len(text))
    return (int.from_bytes(text, "big") ^ int.from_bytes(stream, "big")).to_bytes(len(text), "big")


def _tag(key: bytes, body: bytes) -> bytes:
    return hashlib.blake2b(body, key=key, digest_size=_TAG, person=b"kt/tag").digest()

"""From canonical values to ids.

Ids of credentials are keyed: without the organisation's key nobody can test a guess against them, and two organisations cannot compare
theirs. Two further names serve where no key is shared: a fingerprint, the same on every machine, for values that nobody can guess; and a
name under the salt of a baseline. Ids of everything else are plain hashes of parts that are public already.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

ID_OCTETS = 16
TAG = 6
"""Characters of a name's tag."""
HASH_OCTETS = 32
SCRYPT_N, SCRYPT_R, SCRYPT_P = 2**15, 8, 1
SCRYPT_MEMORY = 64 * 2**20
"""Bytes; scrypt needs 128 × n × r, half of that."""
EVERYWHERE = b"keytrail/fingerprint/v1"
"""The label that stands in for a key in fingerprints; no secret."""


def hkdf(key: bytes, info: bytes, *, salt: bytes = b"", length: int = HASH_OCTETS) -> bytes:
    """HKDF with SHA-256 (RFC 5869): `length` octets, at most 255 × 32."""
    secret = hmac.digest(salt or bytes(HASH_OCTETS), key, "sha256")
    block, output = b"", b""
    for counter in range(1, -(-length // HASH_OCTETS) + 1):
        block = hmac.digest(secret, block + info + bytes((counter,)), "sha256")
        output += block
    return output[:length]


def keyed_digest(key: bytes, sort: str, canonical: bytes) -> bytes:
    """The 16 octets that name a canonical value under a key. The sort is part of it, so that values of two sorts never meet."""
    return hmac.digest(key, b"kt/v1\0" + sort.encode() + b"\0" + canonical, "sha256")[:ID_OCTETS]


def stretch(value: bytes, salt: bytes) -> bytes:
    """`value` after scrypt (RFC 7914), about a tenth of a second and 32 MiB: each guess costs whoever has the key as much."""
    return hashlib.scrypt(value, salt=salt, n=SCRYPT_N, r=SCRYPT_R, p=SCRYPT_P, maxmem=SCRYPT_MEMORY, dklen=HASH_OCTETS)


def credential_id(kid: str, digest: bytes) -> str:
    """`kt1:<kid>:<26 base32>`."""
    return f"kt1:{kid}:{_base32(digest)}"


def public_fingerprint(sort: str, canonical: bytes) -> str:
    """`kf1:<26 base32>`, the same on every machine. Anybody can test guesses against it: never for values that could be guessed."""
    digest = hmac.digest(EVERYWHERE, sort.encode() + b"\0" + canonical, "sha256")
    return f"kf1:{_base32(digest[:ID_OCTETS])}"


def baseline_digest(salt: bytes, sort: str, canonical: bytes) -> bytes:
    """The 16 octets that name a canonical value in a baseline with this salt, for whoever has the baseline and the value."""
    return hmac.digest(salt, b"kt/baseline/v1\0" + sort.encode() + b"\0" + canonical, "sha256")[:ID_OCTETS]


def baseline_id(digest: bytes) -> str:
    """`kb1:<26 base32>`."""
    return f"kb1:{_base32(digest)}"


def name_tag(key: bytes, name: str) -> str:
    """Six characters that tell a name from others that are shown alike; without the key nobody can test a guess against them."""
    return _base32(keyed_digest(hkdf(key, b"name/v1"), "name", name.encode(errors="surrogateescape")))[:TAG]


def derived_id(label: str, *parts: str) -> str:
    """`<label>:<26 base32>`, the same for the same parts for ever. Not keyed: the parts must be public.

    Each part goes in with its length, so that moving a character from one to the next gives another id.
    """
    octets = [part.encode(errors="surrogatepass") for part in parts]
    framed = b"\0".join((b"kt/id", label.encode(), *(b"%d:%b" % (len(part), part) for part in octets)))
    return f"{label}:{_base32(hashlib.sha256(framed).digest()[:ID_OCTETS])}"


def _base32(octets: bytes) -> str:
    return base64.b32encode(octets).decode().rstrip("=").lower()

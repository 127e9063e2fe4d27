"""Secret keys of minisign, rsign and tools built on them, such as Tauri's updater.

A line of base64 with 158 bytes: algorithms `Ed`, `Sc` or two zeros, `B2`; a salt and the limits of scrypt; then key number, Ed25519 key
and BLAKE2b checksum, which a password hides together (minisign, minisign.h and `seckey_compute_chk`). Without a password rsign
writes the checksum, and minisign leaves it zero, with salt and limits.

Near misses: public keys and signatures, which are shorter, and comments without a key.
"""

from __future__ import annotations

import re
from base64 import b64decode
from hashlib import blake2b

from detectors._signers import alone, bare, sealed, signer
from scanner.contract import Anchor, Check, Reading, RegexDetector, rx

_KIND = signer(
    "minisign-private-key",
    "minisign secret key",
    "Make a new key pair with a password: minisign -G",
    "Publish the new public key beside the old one, in releases and in the configuration of updaters, signed by the old one",
    "Sign what is still offered anew, then take the old public key away wherever it is trusted",
    "Look for signatures that nobody made",
    "Replace the copies",
)
_PLAIN = b"\0\0"
_SALT_AND_LIMITS, _LIMITS = slice(6, 54), slice(38, 54)
_LARGEST_LIMIT = 1 << 40
"""Far beyond what any machine would do; real limits are 2^25 operations and 2^30 bytes."""
_NUMBER, _SECRET, _CHECKSUM = slice(54, 62), slice(62, 126), slice(126, 158)
_SEED = 32


def _judge(match: re.Match[bytes]) -> Reading | None:
    if not alone(match):
        return None
    data = b64decode(match.group())
    if data[2:4] != _PLAIN:
        return sealed(match.span(), _KIND, data, check=Check.PASSED if _plausible(data[_LIMITS]) else Check.FAILED)
    number, secret = data[_NUMBER], data[_SECRET]
    summed = blake2b(data[:2] + number + secret, digest_size=32).digest() == data[_CHECKSUM]
    unused = not any(data[_SALT_AND_LIMITS] + data[_CHECKSUM])
    key_id = f"{int.from_bytes(number, 'little'):016X}"
    check = Check.PASSED if summed or unused else Check.FAILED
    return bare(match.span(), _KIND, "Ed25519", secret[:_SEED], check=check, key_id=key_id, encrypted=False)


def _plausible(limits: bytes) -> bool:
    return all(0 < int.from_bytes(limit, "little") < _LARGEST_LIMIT for limit in (limits[:8], limits[8:]))


DETECTORS = (
    RegexDetector(
        id="minisign-private-key",
        title="minisign secret key",
        kinds=(_KIND,),
        anchors=(Anchor(b"RWRTY0Iy"), Anchor(b"RWQAAEIy")),
        pattern=rx(r"RW (?: RTY0Iy | QAAEIy ) [A-Za-z0-9+/]{203} ="),
        judge=_judge,
        reach=(32, 256),
    ),
)

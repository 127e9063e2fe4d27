"""Secret keys of OpenBSD's signify, with and without a passphrase.

A line of base64 with 104 bytes: `Ed`, `BK`, the rounds of bcrypt_pbkdf (zero without a passphrase), salt, the beginning of SHA-512 over the
key, key number, Ed25519 key (OpenBSD, usr.bin/signify/signify.c). The key number is in clear and also in the public key and signatures.

Near misses: public keys and signatures, which are shorter.
"""

from __future__ import annotations

import re
from base64 import b64decode
from hashlib import sha512

from detectors._signers import alone, bare, sealed, signer
from scanner.contract import Anchor, Check, Reading, RegexDetector, rx

_KIND = signer(
    "signify-private-key",
    "signify secret key",
    "Make a new key pair with a passphrase: signify -G",
    "Publish the new public key beside the old one, signed by the old one",
    "Sign what is still offered anew, then take the old public key away wherever it is trusted",
    "Look for signatures that nobody made",
    "Replace the copies",
)
_ROUNDS, _CHECKSUM, _NUMBER, _SECRET = slice(4, 8), slice(24, 32), slice(32, 40), slice(40, 104)
_SEED = 32


def _judge(match: re.Match[bytes]) -> Reading | None:
    if not alone(match):
        return None
    data = b64decode(match.group())
    key_id = data[_NUMBER].hex()
    if any(data[_ROUNDS]):
        return sealed(match.span(), _KIND, data, check=Check.PASSED, algorithm="Ed25519", key_id=key_id)
    secret = data[_SECRET]
    check = Check.PASSED if sha512(secret).digest().startswith(data[_CHECKSUM]) else Check.FAILED
    return bare(match.span(), _KIND, "Ed25519", secret[:_SEED], check=check, key_id=key_id, encrypted=False)


DETECTORS = (
    RegexDetector(
        id="signify-private-key",
        title="signify secret key",
        kinds=(_KIND,),
        anchors=(Anchor(b"RWRCSwAA"),),
        pattern=rx(r"RWRCSwAA [A-Za-z0-9+/]{131} ="),
        judge=_judge,
        reach=(32, 192),
    ),
)

"""Keys that sign for a Nix binary cache, as `nix key generate-secret` writes them.

A name, a colon and base64 of an Ed25519 key with both halves (Nix manual, `nix key`; src/libutil/signature). Names are free; by
custom, which the manual follows, they are a host and a number: `cache.example.org-1`. Only such names, up to `-3`, are known here.

Near misses: public keys, which are half as long, and signatures of store paths, which have the very same form. The last byte of a signature
is at most 16 (RFC 8032, 5.1.7: S is below the order of the group), that of a public key is not, in fifteen of sixteen. Where it is, a
`Sig` nearby decides.
"""

from __future__ import annotations

import re
from base64 import b64decode

from detectors._signers import alone, bare, signer
from scanner.contract import Anchor, Check, Confidence, Reading, RegexDetector, rx

_KIND = signer(
    "nix-private-key",
    "Nix signing key",
    "Make a new key under a new name: nix key generate-secret",
    "Publish its public half beside the old one, and sign the store paths of the cache again",
    "Take the old name out of trusted-public-keys everywhere",
    "Look for store paths that nobody built",
    "Replace the copies",
)
_LARGEST_SIGNED = 0x10
"""The last byte of the order of the group, which is little-endian."""
_SIGNATURE = rx(r"(?i: \b sig (?: natures? )? \b )")
_NEAR = 512
"""Bytes before a value in which a list of signatures is announced."""
_SEED = 32


def _judge(match: re.Match[bytes]) -> Reading | None:
    data = b64decode(match["key"])
    if not alone(match):
        return None
    certain = data[-1] > _LARGEST_SIGNED
    if not certain and _SIGNATURE.search(match.string, max(0, match.start() - _NEAR), match.start()):
        return None
    name = match["name"].decode()
    confidence = Confidence.MEDIUM if certain else Confidence.LOW
    return bare(match.span(), _KIND, "Ed25519", data[:_SEED], check=Check.NONE, confidence=confidence, name=name)


_REASON = "nothing else in the format is fixed; the rest of the expression asks for 86 characters of base64"

DETECTORS = (
    RegexDetector(
        id="nix-private-key",
        title="Nix signing key",
        kinds=(_KIND,),
        anchors=tuple(
            Anchor(b"-%d:" % number, before=rb"[A-Za-z0-9]", then=rb"[A-Za-z0-9+/]{85}[AQgw]==", encoded=False, reason=_REASON)
            for number in (1, 2, 3)
        ),
        pattern=rx(r"(?<![A-Za-z0-9._-]) (?P<name> [A-Za-z0-9] [A-Za-z0-9._-]{0,252} -[1-3] ) : (?P<key> [A-Za-z0-9+/]{85} [AQgw] == )"),
        judge=_judge,
        reach=(256, 128),
    ),
)

"""Bare Ed25519 keys under names that say so: Sparkle's private key for updates, seeds and secret keys of libsodium.

32 bytes of seed, or 64 with the public half behind it, in hexadecimal or base64; old keys of Sparkle are 96 bytes, of which the last 32
are public. Nothing in the bytes can be checked, so the name must be that of a key: `SPARKLE_PRIVATE_KEY`, `ed25519_secret_key`,
`signing_seed_ed25519`, `SODIUM_SIGN_SECRET_KEY`. Sources: Sparkle, generate_keys; libsodium, crypto_sign.

Near misses: public keys and signatures, keys of other curves, hashes, references.
"""

from __future__ import annotations

import re
from base64 import b64decode

from detectors import _public
from detectors._edges import closes
from detectors._offline import facts
from detectors._signers import bare, signer
from scanner.contract import Anchor, Check, Confidence, Form, Reading, RegexDetector, Secret, Sort, rx

_KIND = signer(
    "raw-signing-key",
    "bare Ed25519 signing key",
    "Make a new key pair with the tool that the key is for; for Sparkle, generate_keys",
    "Ship the new public half with a release that the old key signs, beside other signatures where there are any",
    "Sign with the new key alone once clients know it, and take the old public half away",
    "Look for signatures that nobody made",
    "Replace the copies",
)
_SEED, _PAIR, _EXPANDED = 32, 64, 96
_DISTINCT = 16
"""Different bytes that 32 random ones have at least."""
_PUBLIC_NAME = rx(r"(?i: public | pubkey | verif | [_.-] (?: pk | pub | sig | signature | hash | digest | fingerprint ) (?![a-z]) )")

_SIGNS = rx(r"(?i: sparkle | ed25519 | sign )")
"""What libsodium's other keys lack."""


def _judge(match: re.Match[bytes]) -> Reading | None:
    if _PUBLIC_NAME.search(match["name"]) or not _SIGNS.search(match["name"]) or not closes(match.string, match.end()):
        return None
    secret = bytes.fromhex(match["hex"].decode()) if match["hex"] else b64decode(match["base64"])
    if len(secret) not in {_SEED, _PAIR, _EXPANDED} or len(set(secret[:_SEED])) < _DISTINCT:
        return None
    span = match.span("hex" if match["hex"] else "base64")
    if len(secret) < _EXPANDED:
        return bare(span, _KIND, "Ed25519", secret[:_SEED], check=Check.NONE, confidence=Confidence.MEDIUM, encrypted=False)
    return Reading(
        *span,
        _KIND.id,
        Secret(_public.beside(_public.raw("Ed25519", secret[_PAIR:]), secret, encrypted=False)),
        sort=Sort.SPKI,
        form=Form.BESIDE,
        confidence=Confidence.MEDIUM,
        facts=facts(_KIND.lifetime, algorithm="Ed25519", encrypted=False),
    )


_GOES_ON = (
    rb"[A-Za-z0-9_.-]{0,24}(?:[kK][eE][yY]|[sS][eE][eE][dD]|[sS][kK]|[sS][eE][cC][rR][eE][tT]|[pP][rR][iI][vV][aA][tT][eE])"
    rb"[A-Za-z0-9_.-]{0,16}[\"'\]]{0,2}[ \t]{0,4}(?::=|=>|[:=])[ \t]{0,4}[\"']?[A-Za-z0-9+/]{42}"
)

DETECTORS = (
    RegexDetector(
        id="raw-signing-key",
        title=_KIND.title,
        kinds=(_KIND,),
        anchors=tuple(
            Anchor(word, then=_GOES_ON, encoded=False, caseless=True) for word in (b"sparkle", b"ed25519", b"sodium", b"crypto_sign")
        ),
        pattern=rx(r"""
            (?<![A-Za-z0-9]) (?P<name> [A-Za-z0-9_.-]{0,32}? (?i: sparkle | ed25519 | sodium | crypto_sign ) [A-Za-z0-9_.-]{1,40} )
            (?<= [A-Za-z0-9] ) ["'\]]{0,2} [ \t]{0,4} (?: := | => | [:=] ) [ \t]{0,4} ["']?
            (?: (?P<hex> [0-9A-Fa-f]{64} (?: [0-9A-Fa-f]{64} )? ) (?![A-Za-z0-9+/=])
              | (?P<base64> [A-Za-z0-9+/]{43}= | [A-Za-z0-9+/]{86}== | [A-Za-z0-9+/]{128} ) (?![A-Za-z0-9+/=]) )
        """),
        judge=_judge,
        reach=(96, 320),
    ),
)

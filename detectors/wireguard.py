"""Private keys of WireGuard interfaces, as wg and wg-quick read them: `PrivateKey = ` and 44 characters, in the section `[Interface]`.

They sign nothing, but let their holder into a private network. Every 32 bytes are a key; `wg genkey` writes clamped ones (RFC 7748, section
5), which is all there is to check. Source: wg(8).

Near misses: public and preshared keys, which stand under `[Peer]` and other names; the same words outside the section.
"""

from __future__ import annotations

import re
from base64 import b64decode

from detectors._signers import bare
from scanner.contract import Anchor, Check, Confidence, Kind, Lifetime, Reading, RegexDetector, rx

_KIND = Kind(
    id="wireguard-private-key",
    title="WireGuard private key",
    provider="wireguard",
    actions=frozenset({"read"}),
    lifetime=Lifetime.STATIC,
    rotate=(
        "Make a new key pair with wg genkey",
        "Add its public key to every peer of this interface",
        "Take the old public key out of the peers",
        "Look for handshakes from addresses that nobody knows",
        "Replace the copies",
    ),
)
_SECTION = rx(r"\[ (?P<name> [A-Za-z0-9 _.-]{1,64} ) \]")
_NEAR = 2048
"""Bytes from the head of the section to the key; addresses, hooks and comments may lie between."""

_LOWEST, _TOP, _HIGHEST = 0xF8, 0xC0, 0x40
"""Bits that clamping leaves in the first byte, bits of the last that it sets, and to what."""


def _judge(match: re.Match[bytes]) -> Reading | None:
    text, start = match.string, match.start("key")
    sections = _SECTION.findall(text[max(0, start - _NEAR) : start])
    if not sections or sections[-1].lower() != b"interface":
        return None
    seed = b64decode(match["key"])
    clamped = not seed[0] & ~_LOWEST and seed[31] & _TOP == _HIGHEST
    check = Check.PASSED if clamped else Check.NONE
    return bare(match.span("key"), _KIND, "X25519", seed, check=check, confidence=Confidence.MEDIUM)


DETECTORS = (
    RegexDetector(
        id="wireguard-private-key",
        title="WireGuard private key",
        kinds=(_KIND,),
        anchors=(Anchor(b"PrivateKey", then=rb"[ \t]{0,8}=[ \t]{0,8}[A-Za-z0-9+/]{43}="),),
        pattern=rx(r"\b PrivateKey [ \t]{0,8} = [ \t]{0,8} (?P<key> [A-Za-z0-9+/]{42} [AEIMQUYcgkosw048] = ) (?! [A-Za-z0-9+/=] )"),
        judge=_judge,
        reach=(_NEAR, 128),
    ),
)

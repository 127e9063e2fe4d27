"""Private keys of WireGuard interfaces, as wg and wg-quick read them: `PrivateKey = ` and 44 characters, in the section `[Interface]`.

They sign nothing, but let their holder into a private network. Every 32 bytes are a key; `wg genkey` writes clamped ones (RFC 7748, section
5), which is all there is to check. In files of systemd, NetworkManager, OpenWrt and others, and in variables, the name is spelled in other
ways: there a key must be clamped, and WireGuard or its interface be named before it. Sources: wg(8); systemd.netdev(5);
nm-settings-nmcli(5).

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


_NAMED = rx(r"(?i: wireguard | (?<![a-z0-9]) wg (?: [0-9]{1,3} | [_.-] [a-z0-9]{1,16} )? (?![a-z0-9]) | [\"'] interface [\"'] \s{0,8} : )")
_AROUND = 512
"""Bytes before a key in which a file says what it is for."""


def _judge(match: re.Match[bytes]) -> Reading | None:
    text, start = match.string, match.start("key")
    sections = _SECTION.findall(text[max(0, start - _NEAR) : start])
    inside = bool(sections) and sections[-1].lower() == b"interface" and match["assigned"] == b"=" and not match["prefix"]
    seed = b64decode(match["key"])
    clamped = not seed[0] & ~_LOWEST and seed[31] & _TOP == _HIGHEST
    if not inside and not (clamped and _NAMED.search(text, max(0, match.start() - _AROUND), start)):
        return None
    check = Check.PASSED if clamped else Check.NONE
    return bare(match.span("key"), _KIND, "X25519", seed, check=check, confidence=Confidence.MEDIUM)


_THEN = rb"[\"']?[ \t]{0,8}(?::=|=>|[=: ])[ \t]{0,8}[\"']?[A-Za-z0-9+/]{43}="

DETECTORS = (
    RegexDetector(
        id="wireguard-private-key",
        title="WireGuard private key",
        kinds=(_KIND,),
        anchors=(
            Anchor(b"PrivateKey", then=rb"[ \t]{0,8}=[ \t]{0,8}[A-Za-z0-9+/]{43}="),
            *(Anchor(name, then=_THEN, encoded=False, caseless=True) for name in (b"private_key", b"private-key", b"privatekey")),
        ),
        pattern=rx(r"""
            (?<![A-Za-z0-9]) (?P<prefix> [A-Za-z0-9_.-]{0,48}? ) (?i: private [_-]? key ) ["']? [ \t]{0,8} (?P<assigned> := | => | [=: ] ) [ \t]{0,8} ["']?
            (?P<key> [A-Za-z0-9+/]{42} [AEIMQUYcgkosw048] = ) (?! [A-Za-z0-9+/=] )
        """),
        judge=_judge,
        reach=(_NEAR, 128),
        sight=None,
    ),
)

"""Public keys as updaters, key sets and signing tools write them down.

Sources: RFC 7517 and 7518, section 6; XML Signature 1.1, 4.5.4 (`X509Certificate`, also in SAML metadata); the TUF specification, 4.2 (`keyval`); minisign.h and signify.c for lines of base64 that begin with
`RW`; Tauri's manual, Updater, for `pubkey`, which is a file of minisign in base64; Sparkle's for `SUPublicEDKey`.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode
from collections.abc import Iterator

from scanner.identity import curves, publickey
from scanner.identity.publickey import PublicKey
from scanner.identity.wholefiles import Placed, in_base64, of_certificate

_FURTHEST = 8192
"""Bytes between `kty` and either end of its object."""
_MEMBER = re.compile(rb'"(kty|n|e|crv|x|y|d)"\s{0,16}:\s{0,16}"([A-Za-z0-9_=-]{1,3000})"')
_KEYVAL = re.compile(rb'"keyval"\s{0,32}:\s{0,32}\{([^{}]{1,12000})\}')
_HEX_KEY = re.compile(rb'"public"\s{0,32}:\s{0,32}"([0-9a-f]{64})"')
_PRIVATE = re.compile(rb'"private"\s{0,32}:\s{0,32}"[^"]')
_SIGNER = re.compile(rb"RW(?<![A-Za-z0-9+/]RW)[Q-T][A-Za-z0-9+/]{53}(?![A-Za-z0-9+/=])")
_TAURI = re.compile(rb'"pubkey"\s{0,16}:\s{0,16}"([A-Za-z0-9+/=]{80,600})"')
_SPARKLE = re.compile(rb"SUPublicEDKey\s{0,16}</key>\s{0,64}<string>\s{0,64}([A-Za-z0-9+/]{43}=)")
_IN_XML = re.compile(rb"X509Certificate>([A-Za-z0-9+/=\s]{64,16384})<")
_CURVES = {b"P-256": "nistp256", b"P-384": "nistp384", b"P-521": "nistp521"}
_RAW = {b"Ed25519": curves.ED25519, b"Ed448": curves.ED448, b"X25519": curves.X25519, b"X448": curves.X448}
_UNCOMPRESSED = b"\4"


def read(text: bytes) -> Iterator[Iterator[Placed]]:
    """A stream of keys for each form that may be in `text`: one with too many of one form hides none of another."""
    if b'"kty"' in text:
        yield _web_keys(text)
    if b'"keyval"' in text:
        yield _metadata(text)
    if b"RW" in text:
        yield _signers(text)
    if b'"pubkey"' in text:
        yield _updaters(text)
    if b"SUPublicEDKey" in text:
        yield _sparkle(text)
    if b"X509Certificate>" in text:
        yield _in_xml(text)


def _web_keys(text: bytes) -> Iterator[Placed]:
    """The public keys among objects with a `kty`. No byte is looked at for two of them."""
    at, before = text.find(b'"kty"'), 0
    while at >= 0:
        end = text.find(b"}", at)
        if end < 0:
            return
        start = text.rfind(b"{", max(before, at - _FURTHEST), at)
        if start >= 0 and end - at <= _FURTHEST:
            key = _web_key({match[1]: match[2] for match in _MEMBER.finditer(text, start, end)})
            if key is not None:
                yield start, "jwk", key.digest
        at, before = text.find(b'"kty"', end), end


def _web_key(members: dict[bytes, bytes]) -> PublicKey | None:
    """The key of an object without a private half."""
    if b"d" in members:
        return None
    kind, curve = members.get(b"kty"), members.get(b"crv", b"")
    x, y = (_url_safe(members.get(name, b"")) for name in (b"x", b"y"))
    if kind == b"RSA":
        n, e = (int.from_bytes(_url_safe(members.get(name, b"")), "big") for name in (b"n", b"e"))
        return publickey.rsa(n, e)
    if kind == b"EC" and (named := curves.from_ssh(_CURVES.get(curve, ""))):
        return publickey.ec(named, _UNCOMPRESSED + x.rjust(named.octets, b"\0") + y.rjust(named.octets, b"\0"))
    return publickey.raw(_RAW[curve], x) if kind == b"OKP" and curve in _RAW else None


def _metadata(text: bytes) -> Iterator[Placed]:
    """Keys of metadata whose numbers are in hex; those in PEM are read as such."""
    for match in _KEYVAL.finditer(text):
        public = _HEX_KEY.search(match[1])
        key = publickey.raw(curves.ED25519, bytes.fromhex(public[1].decode())) if public and not _PRIVATE.search(match[1]) else None
        if key is not None:
            yield match.start(), "tuf", key.digest


def _signers(text: bytes) -> Iterator[Placed]:
    for match in _SIGNER.finditer(text):
        yield from ((match.start(), "minisign", key) for key in _of_signer(match.group()))


def _updaters(text: bytes) -> Iterator[Placed]:
    for match in _TAURI.finditer(text):
        for inner in _SIGNER.finditer(in_base64(match[1])):
            yield from ((match.start(), "minisign", key) for key in _of_signer(inner.group()))


def _of_signer(line: bytes) -> Iterator[str]:
    """The key itself, and the number by which signify names it also where the private half is closed: algorithm, number, key."""
    data = in_base64(line)
    key = publickey.raw(curves.ED25519, data[10:])
    if data.startswith(b"Ed") and key is not None:
        yield key.digest
        yield f"signify:{data[2:10].hex()}"


def _sparkle(text: bytes) -> Iterator[Placed]:
    for match in _SPARKLE.finditer(text):
        key = publickey.raw(curves.ED25519, in_base64(match[1]))
        if key is not None:
            yield match.start(), "sparkle", key.digest


def _in_xml(text: bytes) -> Iterator[Placed]:
    for match in _IN_XML.finditer(text):
        yield from ((match.start(), "certificate", key.digest) for key in of_certificate(in_base64(match[1])))


def _url_safe(digits: bytes) -> bytes:
    """What base64 for URLs spells; nothing where it is none."""
    bare = digits.rstrip(b"=")
    try:
        return urlsafe_b64decode(bare + b"=" * (-len(bare) % 4))
    except ValueError:
        return b""

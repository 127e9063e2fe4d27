"""Public keys in text: the places that trust a key, so that its private half can be paired with them.

Read are lines of OpenSSH (`authorized_keys`, `allowed_signers`, `known_hosts`, `.pub`), public keys of RFC 4716, PEM around public keys,
certificates and certificate requests, armor around OpenPGP keys, also where line ends are escaped; JSON Web Keys (RFC 7517), keys of TUF
and in-toto metadata, of minisign, signify and Tauri's updater, of Sparkle; and, of whole files, certificates and CMS in DER, keyrings and
keyboxes of OpenPGP. Nothing is verified: what is compared is the key.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from scanner.identity import published_keys, wholefiles
from scanner.identity.openssh import public_of
from scanner.identity.publickey import PublicKey
from scanner.identity.wholefiles import (
    digest_of_certificate,
    in_base64,
    of_certificate,
    of_openpgp,
    of_public_key,
    of_request,
    of_rsa_public_key,
)
from scanner.records import dataclass

LOOKED_AT = 16 * 2**20
"""Bytes of a text that are read."""
MOST = 4096
"""Keys of a text that are read."""
_KEPT = 2048
"""Blocks whose keys are kept: bundles of certificates change by a few from version to version."""

SSH_BLOB = re.compile(rb"AAAA(?<![A-Za-z0-9+/]AAAA)[A-Za-z0-9+/]{40,16000}={0,2}")
"""Base64 of a wire form: it begins with the four octets of a short length. The literal comes first, so that it is searched for as one."""
BEGIN = re.compile(rb"-----BEGIN ([A-Z0-9 ]{4,40})-----")
END = b"-----"
ESCAPED = re.compile(rb"\\[rn]")
ARMOR_CHECKSUM = re.compile(rb"\n=[A-Za-z0-9+/]{4}\s{0,8}\Z")
_SSH2 = re.compile(rb"---- BEGIN SSH2 PUBLIC KEY ----\r?\n((?:[^\n-][^\n]{0,1024}\n){1,400})---- END")
_SSH2_HEADER = re.compile(rb"[A-Za-z0-9-]{1,64}: [^\n]{0,1024}\n(?:(?<=\\\n)[^\n]{0,1024}\n){0,8}")


@dataclass(frozen=True, slots=True)
class Half:
    """The public half of a key, somewhere in a text."""

    key: str
    """SHA-256 in hex of the SubjectPublicKeyInfo, which is the fact `spki_sha256` of its private half; `signify:` and the number in hex
    of a key of signify."""
    kind: str
    """What it is written as, see `KINDS`."""
    at: int
    """Where in the text it begins."""


KINDS = (
    "ssh",
    "public-key",
    "certificate",
    "certificate-request",
    "openpgp",
    "jwk",
    "minisign",
    "tuf",
    "sparkle",
    "signature",
)
"""In this order for ever: their places are remembered."""


class Reader:
    """Reads texts, one after the other; what it has read once it knows again."""

    def __init__(self) -> None:
        self._known: dict[bytes, tuple[str, ...]] = {}

    def read(self, text: bytes) -> tuple[Half, ...]:
        """The public keys in `text`, each once of each kind, in the order in which they are written."""
        looked_at = text[:LOOKED_AT]
        sources = (self._of_lines(looked_at), self._armored(looked_at), *published_keys.read(looked_at), wholefiles.read(looked_at))
        found = sorted((at, kind, key) for source in sources for at, kind, key in islice(source, MOST))
        first: dict[tuple[str, str], int] = {}
        for at, kind, key in found:
            first.setdefault((key, kind), at)
        return tuple(Half(key, kind, at) for (key, kind), at in islice(first.items(), MOST))

    def _of_lines(self, text: bytes) -> Iterator[tuple[int, str, str]]:
        for match in SSH_BLOB.finditer(text):
            yield from ((match.start(), "ssh", key) for key in self._keys(match.group(), _of_ssh))
        for match in _SSH2.finditer(text) if b"BEGIN SSH2" in text else ():
            body = _SSH2_HEADER.sub(b"", match[1])
            yield from ((match.start(), "ssh", key) for key in self._keys(body, _of_ssh))

    def _armored(self, text: bytes) -> Iterator[tuple[int, str, str]]:
        """Where, of which kind and which key, for everything between a BEGIN line and the next five dashes."""
        for begin in BEGIN.finditer(text):
            reader = READERS.get(begin[1])
            end = text.find(END, begin.end())
            if reader is None or end < 0:
                continue
            kind, keys_of = reader
            for key in self._keys(text[begin.end() : end], keys_of):
                yield begin.start(), kind, key

    def _keys(self, armored: bytes, keys_of: Callable[[bytes], Iterable[PublicKey]]) -> tuple[str, ...]:
        known = self._known.get(armored)
        if known is None:
            data = in_base64(_body(armored))
            quick = digest_of_certificate(data) if keys_of is of_certificate else None
            known = (quick,) if quick else tuple(key.digest for key in islice(keys_of(data), MOST))
            if len(self._known) == _KEPT:
                self._known.clear()
            self._known[armored] = known
        return known


def key_of(data: bytes) -> PublicKey | None:
    """The public key of an X.509 certificate or of a SubjectPublicKeyInfo in DER; None where `data` is neither."""
    return next((key for keys_of in (of_public_key, of_certificate) for key in keys_of(data)), None)


def _of_ssh(blob: bytes) -> Iterator[PublicKey]:
    key = public_of(blob)
    if key is not None:
        yield key


def _body(armored: bytes) -> bytes:
    """The base64 between two lines of armor, without the headers that end in an empty line and the checksum (RFC 9580, 6.2)."""
    body = armored
    if b"\\" in armored or b"\r" in armored:
        body = ESCAPED.sub(lambda line_end: b"\n" if line_end.group() == b"\\n" else b"", armored).replace(b"\r", b"")
    headers, _, rest = body.partition(b"\n\n")
    return ARMOR_CHECKSUM.sub(b"", rest if b": " in headers else body)


READERS: dict[bytes, tuple[str, Callable[[bytes], Iterator[PublicKey]]]] = {
    b"PUBLIC KEY": ("public-key", of_public_key),
    b"RSA PUBLIC KEY": ("public-key", of_rsa_public_key),
    b"CERTIFICATE": ("certificate", of_certificate),
    b"X509 CERTIFICATE": ("certificate", of_certificate),
    b"TRUSTED CERTIFICATE": ("certificate", of_certificate),
    b"CERTIFICATE REQUEST": ("certificate-request", of_request),
    b"NEW CERTIFICATE REQUEST": ("certificate-request", of_request),
    b"PGP PUBLIC KEY BLOCK": ("openpgp", of_openpgp),
}
"""What stands behind each label."""

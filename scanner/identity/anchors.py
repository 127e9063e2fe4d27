"""Public keys in text: the places that trust a key, so that its private half can be paired with them.

Read are lines of OpenSSH (`authorized_keys`, `allowed_signers`, `known_hosts`, `.pub`), PEM around public keys, certificates and
certificate requests, and armor around OpenPGP keys, also where line ends are escaped. Nothing is verified: what is compared is the key.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from scanner.identity.der import SEQUENCE, Element, members, numbers, row
from scanner.identity.openpgp import all_keys
from scanner.identity.openssh import public_of
from scanner.identity.publickey import PublicKey, from_spki, rsa_of

LOOKED_AT = 16 * 2**20
"""Bytes of a text that are read."""
MOST = 4096
"""Keys of a text that are read."""

SSH_BLOB = re.compile(rb"(?<![A-Za-z0-9+/])AAAA[A-Za-z0-9+/]{40,16000}={0,2}")
"""Base64 of a wire form: it begins with the four octets of a short length."""
BEGIN = re.compile(rb"-----BEGIN ([A-Z0-9 ]{4,40})-----")
END = b"-----"
ESCAPED = re.compile(rb"\\[rn]")
ARMOR_CHECKSUM = re.compile(rb"\n=[A-Za-z0-9+/]{4}\s{0,8}\Z")


@dataclass(frozen=True, slots=True)
class TrustAnchor:
    """The public half of a key, somewhere."""

    spki: str
    """SHA-256 in hex of the SubjectPublicKeyInfo: the fact `spki_sha256` of its private half."""
    kind: str
    """`ssh`, `public-key`, `certificate`, `certificate-request`, `openpgp`."""


def anchors_in(text: bytes) -> tuple[TrustAnchor, ...]:
    """The public keys in `text`, each once, in the order in which they are written."""
    looked_at = text[:LOOKED_AT]
    found = ((match.start(), "ssh", key) for match in SSH_BLOB.finditer(looked_at) for key in _of_ssh(match.group()))
    keys = sorted((*islice(found, MOST), *islice(_armored(looked_at), MOST)), key=lambda entry: entry[0])
    return tuple(dict.fromkeys(TrustAnchor(key.digest, kind) for _, kind, key in keys))


def key_of(data: bytes) -> PublicKey | None:
    """The public key of an X.509 certificate or of a SubjectPublicKeyInfo in DER; None where `data` is neither."""
    return next((key for keys_of in (_of_public_key, _of_certificate) for key in keys_of(data)), None)


def _of_ssh(encoded: bytes) -> Iterator[PublicKey]:
    key = public_of(_base64(encoded))
    if key is not None:
        yield key


def _armored(text: bytes) -> Iterator[tuple[int, str, PublicKey]]:
    """Where, of which kind and which key, for everything between a BEGIN line and the next five dashes."""
    for begin in BEGIN.finditer(text):
        reader = READERS.get(begin[1])
        end = text.find(END, begin.end())
        if reader is None or end < 0:
            continue
        kind, keys_of = reader
        for key in keys_of(_base64(_body(text[begin.end() : end]))):
            yield begin.start(), kind, key


def _body(armored: bytes) -> bytes:
    """The base64 between two lines of armor, without the headers that end in an empty line and the checksum (RFC 9580, 6.2)."""
    body = ESCAPED.sub(lambda line_end: b"\n" if line_end.group() == b"\\n" else b"", armored).replace(b"\r", b"")
    headers, _, rest = body.partition(b"\n\n")
    return ARMOR_CHECKSUM.sub(b"", rest if b": " in headers else body)


def _base64(text: bytes) -> bytes:
    """What `text` spells; nothing where it is no base64."""
    try:
        return binascii.a2b_base64(text)
    except binascii.Error:
        return b""


def _of_public_key(data: bytes) -> Iterator[PublicKey]:
    yield from _known(from_spki(members(data)))


def _of_rsa_public_key(data: bytes) -> Iterator[PublicKey]:
    yield from _known(rsa_of(numbers(members(data))))


def _of_certificate(data: bytes) -> Iterator[PublicKey]:
    """The subject's key (RFC 5280, 4.1), behind serial number, signature, issuer, validity and subject; the version is optional."""
    match [part for part in _signed(data) if part.tag != VERSION]:
        case [_, _, _, _, _, key, *_]:
            yield from _known(from_spki(row(key.content)))


def _of_request(data: bytes) -> Iterator[PublicKey]:
    """The subject's key (RFC 2986, 4.1), behind version and subject."""
    match _signed(data):
        case (_, _, key, *_):
            yield from _known(from_spki(row(key.content)))


def _of_openpgp(data: bytes) -> Iterator[PublicKey]:
    for _, found in all_keys(data):
        yield from _known(found.key)


def _signed(data: bytes) -> tuple[Element, ...]:
    """The members of the first member, which is what a certificate or a request signs."""
    match members(data):
        case (signed, *_) if signed.tag == SEQUENCE:
            return row(signed.content)
    return ()


def _known(key: PublicKey | None) -> Iterator[PublicKey]:
    if key is not None:
        yield key


VERSION = 0xA0
READERS: dict[bytes, tuple[str, Callable[[bytes], Iterator[PublicKey]]]] = {
    b"PUBLIC KEY": ("public-key", _of_public_key),
    b"RSA PUBLIC KEY": ("public-key", _of_rsa_public_key),
    b"CERTIFICATE": ("certificate", _of_certificate),
    b"X509 CERTIFICATE": ("certificate", _of_certificate),
    b"TRUSTED CERTIFICATE": ("certificate", _of_certificate),
    b"CERTIFICATE REQUEST": ("certificate-request", _of_request),
    b"NEW CERTIFICATE REQUEST": ("certificate-request", _of_request),
    b"PGP PUBLIC KEY BLOCK": ("openpgp", _of_openpgp),
}
"""What stands behind each label."""

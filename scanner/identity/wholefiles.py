"""Public keys in binary: X.509 certificates and requests, CMS, and keyrings and keyboxes of OpenPGP.

Sources: RFC 5280 and RFC 2986, section 4.1 of each; RFC 5652, 3 and 5.1, which is what `META-INF/*.RSA` of a JAR and provisioning
profiles are; RFC 9580; GnuPG, kbx/keybox-blob.c.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from hashlib import sha256

from scanner.identity.der import OID, SEQUENCE, Element, members, numbers, oid, row
from scanner.identity.openpgp import PUBLIC_KEY, all_keys
from scanner.identity.publickey import PublicKey, from_spki, rsa_of

_VERSION = 0xA0
_CERTIFICATES = 0xA0
_SIGNED_DATA = oid("1.2.840.113549.1.7.2")
_BEGINS_DER = b"\x30\x82"
_RSA_INFO = re.compile(
    rb"\x30\x82(..)\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00\x03\x82..\x00\x30\x82..\x02\x82..\x00[\x80-\xff]", re.DOTALL
)
_KEYBOX = b"KBXf"
_OPENPGP_BLOB = 2
_BLOB_HEADER = 16
_MOST_BLOBS = 4096

Placed = tuple[int, str, str]
"""Where, of which kind and which key."""


def read(data: bytes) -> Iterator[Placed]:
    """The keys of a file that is as a whole a certificate, CMS, a keyring or a keybox; nothing where it is something else."""
    if data.startswith(_BEGINS_DER):
        yield from ((0, "certificate", key.digest) for key in (*of_certificate(data), *_of_cms(data)))
        yield from ((0, "public-key", key.digest) for key in of_public_key(data))
    elif data[8:12] == _KEYBOX:
        yield from ((at, "openpgp", key.digest) for at, block in _keybox(data) for key in of_openpgp(block))
    elif _begins_keyring(data):
        yield from ((0, "openpgp", key.digest) for key in of_openpgp(data))


def in_base64(text: bytes) -> bytes:
    """What `text` spells; nothing where it is no base64."""
    try:
        return binascii.a2b_base64(text)
    except binascii.Error:
        return b""


def of_public_key(data: bytes) -> Iterator[PublicKey]:
    """The key in a SubjectPublicKeyInfo."""
    yield from _known(from_spki(members(data)))


def of_rsa_public_key(data: bytes) -> Iterator[PublicKey]:
    """The key in the older form of RSA keys (RFC 8017, A.1.1)."""
    yield from _known(rsa_of(numbers(members(data))))


def of_certificate(data: bytes) -> Iterator[PublicKey]:
    """The key that a certificate is about."""
    yield from _subject(members(data))


def digest_of_certificate(data: bytes) -> str | None:
    """SHA-256 in hex of the SubjectPublicKeyInfo of a certificate with an RSA key as nearly all are, which is then in its one form already.

    None where the key is another: that is read part by part, which takes twenty times as long.
    """
    match = _RSA_INFO.search(data)
    if match is None:
        return None
    end = match.start() + 4 + int.from_bytes(match[1], "big")
    return sha256(data[match.start() : end]).hexdigest() if end <= len(data) else None


def of_request(data: bytes) -> Iterator[PublicKey]:
    """The subject's key, behind version and subject."""
    match _signed(members(data)):
        case (_, _, key, *_):
            yield from _known(from_spki(row(key.content)))


def of_openpgp(data: bytes) -> Iterator[PublicKey]:
    """Primary keys and subkeys, one after the other."""
    for _, found in all_keys(data):
        yield from _known(found.key)


def _of_cms(data: bytes) -> Iterator[PublicKey]:
    """The keys of the certificates that signed data carries along."""
    match members(data):
        case (kind, wrapped, *_) if kind.tag == OID and kind.content == _SIGNED_DATA:
            for part in members(wrapped.content):
                if part.tag == _CERTIFICATES:
                    for certificate in row(part.content):
                        yield from _subject(row(certificate.content))


def _subject(certificate: tuple[Element, ...]) -> Iterator[PublicKey]:
    """The subject's key, behind serial number, signature, issuer, validity and subject; the version is optional."""
    match [part for part in _signed(certificate) if part.tag != _VERSION]:
        case [_, _, _, _, _, key, *_]:
            yield from _known(from_spki(row(key.content)))


def _signed(outer: tuple[Element, ...]) -> tuple[Element, ...]:
    """The members of the first member, which is what a certificate or a request signs."""
    match outer:
        case (signed, *_) if signed.tag == SEQUENCE:
            return row(signed.content)
    return ()


def _begins_keyring(data: bytes) -> bool:
    """Whether the first octet is the header of a packet with a public key, and the data no text."""
    first = data[0] if data else 0
    return bool(first & 0x80) and (first & 0x3F if first & 0x40 else first >> 2 & 0x0F) == PUBLIC_KEY


def _keybox(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Where each blob begins that holds an OpenPGP key, and that key."""
    at = 0
    for _ in range(_MOST_BLOBS):
        length = int.from_bytes(data[at : at + 4], "big")
        if length < _BLOB_HEADER or at + length > len(data):
            return
        if data[at + 4] == _OPENPGP_BLOB:
            start, size = (int.from_bytes(data[at + place : at + place + 4], "big") for place in (8, 12))
            yield at, data[at : at + length][start : start + size]
        at += length


def _known(key: PublicKey | None) -> Iterator[PublicKey]:
    if key is not None:
        yield key

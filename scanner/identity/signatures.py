"""Who signed a commit, a tag or a file, as the signature itself says: nothing is verified.

A signature of OpenSSH holds the public key (PROTOCOL.sshsig); one of OpenPGP names its issuer by fingerprint or key id (RFC 9580, 5.2.3.35
and 5.2.3.12), the latter also where the key is old.
"""

# ruff: noqa: PLR2004 (versions, lengths and subpacket types are the standard's numbers; a name for each would hide them)
from __future__ import annotations

import binascii
import re
from collections.abc import Iterator

_SSH, _PGP = b"-----BEGIN SSH SIGNATURE-----", b"-----BEGIN PGP SIGNATURE-----"
_END = b"-----END"
_FRONT = 256
"""Characters of armor that hold all that names an issuer: what comes after is the signature itself."""
_LONGEST = 65_536
_MAGIC = b"SSHSIG"
_SIGNATURE = 2
_FINGERPRINT, _KEY_ID = 33, 16
_MOST = 16
"""Signatures of one object, and subpackets of one signature, that are looked at."""
_FIRST_LINE = re.compile(rb"(?:\n [0-9A-Za-z]{1,20}: [^\n]{0,100})?\n ?\n ([0-9A-Za-z+/]{64})\n ")
"""Behind a label in the header of a commit, with one header of armor at most."""
_USUAL = re.compile(
    rb"(?:\x88.|\x89..|\xc2(?:[\xc0-\xdf].|[\0-\xbf]))\x04..."
    rb"(?:\0[\x17-\xff]\x16!.(.{20})|\0\x10\x05\x02....\x09\x10(.{8})|\0\x06\x05\x02....\0\x0a\x09\x10(.{8}))",
    re.DOTALL,
)
"""A signature of version 4 as most programs write it: its issuer's fingerprint first, or its time and then its issuer's key id."""


def signers_of(text: bytes) -> Iterator[str]:
    """The keys that the signatures in `text` name: the hash of the SubjectPublicKeyInfo, or `openpgp:` and a fingerprint or key id.

    `text` may be the headers of a commit, whose lines after the first begin with a blank.
    """
    for label, read, most in ((_SSH, _of_ssh, _LONGEST), (_PGP, _of_openpgp, _FRONT)):
        at = text.find(label)
        for _ in range(_MOST):
            if at < 0:
                break
            at += len(label)
            usual = _usual(text, at) if label is _PGP else None
            if usual is not None:
                yield usual
            else:
                yield from read(_unarmored(text[at : at + most + _FRONT], most))
            at = text.find(label, at)


def _usual(text: bytes, at: int) -> str | None:
    """The issuer of the signature whose label ends at `at`, where its first line tells as `_of_openpgp` would."""
    line = _FIRST_LINE.match(text, at)
    packet = _USUAL.match(binascii.a2b_base64(line[1])) if line is not None else None
    return f"openpgp:{packet[packet.lastindex or 0].hex().upper()}" if packet is not None else None


def _unarmored(text: bytes, most: int) -> bytes:
    """The first octets of what stands in armor, behind the headers that end in an empty line."""
    lines = text[: most + _FRONT].replace(b"\r", b"").replace(b"\n ", b"\n").lstrip(b"\n")
    if b": " in lines[:_FRONT]:
        lines = lines.partition(b"\n\n")[2]
    digits = lines[:most].partition(b"\n=")[0].partition(_END)[0].replace(b"\n", b"")
    try:
        return binascii.a2b_base64(digits[: len(digits) & ~3])
    except binascii.Error:
        return b""


def _of_ssh(data: bytes) -> Iterator[str]:
    if data.startswith(_MAGIC):
        from scanner.identity.openssh import public_of, strings  # noqa: PLC0415 - few repositories have such signatures

        key = public_of(next(strings(data[len(_MAGIC) + 4 :]), b""))
        if key is not None:
            yield key.digest


def _of_openpgp(data: bytes) -> Iterator[str]:
    """The issuer of the first packet where that is a signature; by its fingerprint where that is said, else by its key id."""
    body = _first_body(data)
    version = body[0] if body else 0
    if version == 3 and len(body) >= 15:
        yield f"openpgp:{body[7:15].hex().upper()}"
    if version < 4:
        return
    octets = 4 if version > 5 else 2
    at = 4
    for _ in range(2):  # those under the signature, then the others
        length = int.from_bytes(body[at : at + octets], "big")
        issuer = _named(body[at + octets : at + octets + length])
        if issuer is not None:
            yield issuer
            return
        at += octets + length


def _first_body(data: bytes) -> bytes:
    """What follows the header of a signature packet (RFC 9580, 4.2); its end does not matter, and may be cut off."""
    head = data[0] if data else 0
    if head & 0xC0 == 0xC0 and head & 0x3F == _SIGNATURE and len(data) > 1:
        return data[2 if data[1] < 192 else 3 if data[1] < 224 else 6 :]
    if head & 0xC0 == 0x80 and head >> 2 & 0x0F == _SIGNATURE:
        return data[1 + (1, 2, 4, 0)[head & 3] :]
    return b""


def _named(area: bytes) -> str | None:
    """The fingerprint of the issuer, else its key id, among subpackets (RFC 9580, 5.2.3.7)."""
    at, short = 0, None
    for _ in range(_MOST):
        if at >= len(area):
            break
        first = area[at]
        if first < 192:
            length, at = first, at + 1
        elif first < 255:
            length, at = (first - 192 << 8) + int.from_bytes(area[at + 1 : at + 2], "big") + 192, at + 2
        else:
            length, at = int.from_bytes(area[at + 1 : at + 5], "big"), at + 5
        kind = area[at] & 0x7F if at < len(area) else 0
        if kind == _FINGERPRINT and length > 20:
            return f"openpgp:{area[at + 2 : at + length].hex().upper()}"
        if kind == _KEY_ID:
            short = f"openpgp:{area[at + 1 : at + length].hex().upper()}"
        at += length
    return short

"""OpenPGP keys without armor: files that `gpg --export-secret-keys` writes, `secring.gpg` of old GnuPG, the stores of Sequoia and others.

Nothing but a header of two to six octets begins them, so what looks like one is believed only where everything after it fits: the numbers
are as long as they say, a secret in clear sums up, a hidden one names a cipher there is, and the packets that follow are those of a key.

What is looked for is an algorithm with its curve; in RSA keys of all versions the exponent 65537 and how the secret behind it is hidden; in DSA
keys GnuPG's headers, whose lengths are as good as fixed. Not met are RSA keys with other exponents, as early PGP and GnuPG made them,
DSA keys of other lengths, and the one in some ten thousand two of whose numbers are an octet shorter.
"""

# ruff: noqa: PLR2004 (versions, octets and lengths are the standard's own numbers; a name for each would hide them)
from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile

from detectors._packets import ATTRIBUTE, SECRET_KEY, SECRET_SUBKEY, SIGNATURE, TRUST, USER_ID, Half, Packet, packets, read_secret
from scanner.contract import Anchor, Window, rx

LONGEST = 65_536
"""Bytes of a key with its user ids and signatures."""
_LONGEST_TRUST = 64
_BEGIN = rx(r"""
    (?: \x94 [\x20-\xff] | \x95 [\0-\x40] [\0-\xff] | \xc5 (?: [\x20-\xbf] | [\xc0-\xdf] [\0-\xff] | \xff \0 \0 [\0-\x7f] [\0-\xff] ) )
    (?: \x03 [\x20-\x9f] [\0-\xff]{3} [\0-\x3f] [\0-\xff] [\x01-\x03] | \x04 [\x20-\x9f] [\0-\xff]{3} [\x01-\x03\x11\x13\x16\x1b\x1c]
      | [\x05\x06] [\x20-\x9f] [\0-\xff]{3} [\x01-\x03\x11\x13\x16\x1b\x1c] \0\0 )
""")
"""A header, a version, a time between 1987 and 2054, an algorithm that signs."""

_HEAD = rb"(?:\x94[\x20-\xff]|\x95[\x00-\x40][\x00-\xff]|\xc5(?:[\x20-\xbf]|[\xc0-\xdf][\x00-\xff]|\xff\x00\x00[\x00-\x7f][\x00-\xff]))"
_TIME = rb"[\x20-\x9f][\x00-\xff]{3}"
_RSA = _TIME + rb"\x01[\x04-\x20]\x00[\x80-\xff]"
_DSA = _TIME + rb"\x11[\x04-\x10]\x00[\x80-\xff]"
_EXPONENT = b"\x00\x11\x01\x00\x01"
"""The second number of an RSA key, with its length in bits."""
_SECRET = rb"(?:\x00[\x01-\x40]|[\x01-\x0d]|[\xfd-\xff][\x00-\x40])"
"""How the secret behind it is hidden: not at all, by a cipher alone, or with a derivation too. No packet begins so, as after a public key."""
BEFORE = 1056
"""Octets from the header to the end of the second number in an RSA key of 8192 bits, and some."""

ANCHORS = (
    Anchor(b"\x2b\x06\x01\x04\x01\xda\x47", before=_HEAD + rb"\x04" + _TIME + rb"\x16\x09"),
    Anchor(b"\x13\x08\x2a\x86\x48\xce\x3d", before=_HEAD + rb"\x04" + _TIME, then=rb"\x03\x01\x07"),
    Anchor(b"\x13\x05\x2b\x81\x04\x00", before=_HEAD + rb"\x04" + _TIME, then=rb"[\x22\x23\x0a]", encoded=False),
    Anchor(b"\x13\x09\x2b\x24\x03\x03\x02\x08", before=_HEAD + rb"\x04" + _TIME, encoded=False),
    Anchor(b"\x16\x00\x00\x00\x3f\x03\x2b\x65\x71", before=_HEAD + rb"\x05" + _TIME, encoded=False),
    Anchor(b"\x1b\x00\x00\x00\x20", before=_HEAD + rb"\x06" + _TIME, encoded=False),
    Anchor(b"\x1c\x00\x00\x00\x39", before=_HEAD + rb"\x06" + _TIME, encoded=False),
    Anchor(_EXPONENT, then=_SECRET),
    *(
        Anchor(head, then=_RSA)
        for head in (
            b"\x95\x03\x98\x04",
            b"\x95\x03\xc6\x04",
            b"\x95\x05\x58\x04",
            b"\x95\x05\x86\x04",
            b"\x95\x07\x18\x04",
            b"\x95\x07\x46\x04",
        )
    ),
    *(
        Anchor(b"\x95" + (length - shorter).to_bytes(2) + b"\x04", then=_DSA, encoded=False)
        for length in (0x1BB, 0x1E1, 0x1E9, 0x353, 0x379, 0x381)
        for shorter in (0, 1)
    ),
)
"""GnuPG's headers of RSA keys with 2048, 3072 and 4096 bits, in clear and with a passphrase, can be searched in base64 too, of which RSA keys
have no other octets that public ones lack. The last are those of DSA keys with 1024 and 2048 bits: in clear, under CAST5 as GnuPG did until
2.1, under AES; one key in a hundred has a number that begins with a zero octet, which is left out."""


def keys_in(window: Window) -> Iterator[tuple[int, bytes, tuple[Packet, ...]]]:
    """Where each key begins whose first packet does so in the window, its bytes, and the packets that these are a row of."""
    at = window.start
    while (match := _BEGIN.search(window.text, at, window.end)) is not None:
        data = window.text[match.start() : match.start() + LONGEST]
        row = _row(data)
        at = match.start() + (row[-1].end if row else 1)
        if row:
            yield match.start(), data[: row[-1].end], row


def _row(data: bytes) -> tuple[Packet, ...]:
    """The primary key at the front and what hangs on it; nothing where it is none."""
    whole = takewhile(lambda packet: packet.end <= len(data), packets(data))
    first = next(whole, None)
    if first is None or first.tag != SECRET_KEY or not _fits(data, first):
        return ()
    row = (first, *takewhile(lambda packet: _belongs(data, packet), whole))
    return row if len(row) > 1 or _alone(data, first) else ()


def _fits(data: bytes, packet: Packet) -> bool:
    key = read_secret(data, packet)
    return key is not None and key.sound and key.derived


def _alone(data: bytes, packet: Packet) -> bool:
    """Whether a key without a user id, a signature or a subkey is proved by its own sum."""
    key = read_secret(data, packet)
    return key is not None and key.half is Half.PLAIN


def _belongs(data: bytes, packet: Packet) -> bool:
    """Whether a packet may hang on a primary key, as far as its first octets say."""
    body = data[packet.body : packet.end]
    if packet.tag == SIGNATURE:
        return len(body) > 8 and 2 <= body[0] <= 6
    if packet.tag == USER_ID:
        return _is_text(body)
    if packet.tag == SECRET_SUBKEY:
        return _fits(data, packet)
    if packet.tag == TRUST:
        return len(body) <= _LONGEST_TRUST
    return packet.tag == ATTRIBUTE and len(body) > 16


def _is_text(body: bytes) -> bool:
    try:
        return body.decode().isprintable()
    except ValueError:
        return False

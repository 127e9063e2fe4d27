"""Private keys in DER without armor: PKCS#8, plain or encrypted, PKCS#1, SEC 1, OpenSSL's form of DSA keys, and OpenSSH's container.

They are files of their own (`.der`, `.pk8`, Android's `platform.pk8`), parts of other binaries, and what is left of PEM where somebody kept
its base64 alone. Binary content is full of accidents, so a key is one here only where all of it adds up: lengths to the last byte, the
product of the primes, the size of numbers for their curve, secrets that look drawn at random. Sources: RFC 5958, 5915, 8017, 8018, 8410;
OpenSSH, PROTOCOL.key.

Near misses: certificates and public keys, templates that programs fill in, keys that are cut off, RSA keys below 1024 bits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from detectors import _der
from detectors._keys import CURVES, SHORTEST, Key, read_der
from detectors._openssh import MAGIC, ends_at, read_openssh
from detectors._private import KINDS, OTHER, reading
from scanner.contract import Anchor, Check, Kind, Reading, Window, rx
from scanner.records import dataclass

_LONGEST = 12_288
"""Bytes of a container. RSA keys of 16,384 bits take 9,300."""
_BEGIN = rx(r"""
    openssh-key-v1 \0
  | \x30 (?: \x82 [\0-\xff]{2} | \x81 [\x80-\xff] | [\x1e-\x7f] )                # a sequence, long enough
    (?: \x02\x01 (?: \0 [\x02\x30] | \x01 [\x02\x04\x30] )                           # its version, and what follows in a private key
      | \x30 (?: \x81 [\x80-\xff] | [\x0b-\x7f] ) \x06 [\x09\x0a] \x2a\x86\x48\x86\xf7\x0d\x01 [\x05\x0c] )  # encrypted under a password
""")
_TWO_OCTETS = rb"\x30\x82[\x00-\x40][\x00-\xff]"
_SHORT = rb"\x30(?:[\x25-\x7f]|\x81[\x80-\xff])"
_CURVES = frozenset(name for name, _ in CURVES.values())
_DISTINCT = 20
"""Different bytes that 32 random ones have at least: fewer come once in 10^9 keys."""
_BLOCK = 8
"""What ciphers with a password put out comes in multiples of this."""


@dataclass(frozen=True, slots=True)
class DerKeys:
    """The detector: the beginnings of all containers, then whatever each is."""

    id: str = "der-private-key"
    title: str = "private key without armor"
    kinds: tuple[Kind, ...] = (*KINDS.values(), OTHER)
    anchors: tuple[Anchor, ...] = (
        Anchor(b"\x02\x01\x00\x02\x82", before=_TWO_OCTETS),
        Anchor(b"\x02\x01\x00\x02\x81\x81\x00", before=_TWO_OCTETS),
        Anchor(b"\x02\x01\x01\x04\x20", before=_SHORT),
        Anchor(b"\x02\x01\x01\x04\x30", before=_SHORT),
        Anchor(b"\x02\x01\x01\x04\x42", before=_SHORT),
        Anchor(b"\x02\x01\x01\x04\x40", before=_SHORT, encoded=False),
        Anchor(b"\x30\x05\x06\x03\x2b\x65", before=rb"\x02\x01[\x00\x01]", then=rb"[\x6e-\x71]\x04"),
        Anchor(b"\x48\x01\x65\x03\x04\x03", before=rb"\x02\x01[\x00\x01]\x30\x0b\x06\x09\x60\x86", then=rb"[\x11-\x22]\x04"),
        Anchor(b"\x48\x01\x65\x03\x04\x04", before=rb"\x02\x01[\x00\x01]\x30\x0b\x06\x09\x60\x86", then=rb"[\x01-\x03]\x04"),
        Anchor(b"\x86\x48\xce\x38\x04\x01\x30", before=rb"\x02\x01\x00\x30\x82[\x00-\xff][\x00-\xff]\x06\x07\x2a"),
        Anchor(b"\x86\xf7\x0d\x01\x05\x0d\x30", before=rb"\x30(?:\x81[\x80-\xff]|[\x20-\x7f])\x06\x09\x2a\x86\x48"),
        Anchor(b"\x86\x48\x86\xf7\x0d\x01\x05", before=rb"\x06\x09\x2a", then=rb"[\x01\x03\x04\x06\x0a\x0b]\x30", encoded=False),
        Anchor(b"\x86\x48\x86\xf7\x0d\x01\x0c\x01", before=rb"\x06\x0a\x2a", then=rb"[\x01-\x06]\x30", encoded=False),
        Anchor(b"openssh-key-v1", then=rb"\x00\x00\x00\x00"),
    )
    reach: tuple[int, int] = (64, _LONGEST)
    sight: int | None = None

    def read(self, window: Window) -> Iterator[Reading]:
        """Every key whose container begins in the window."""
        at = window.start
        while (match := _BEGIN.search(window.text, at, window.end)) is not None:
            key = _read(match)
            at = match.start() + (len(key.container) if key else 1)
            if key is not None:
                yield reading((match.start(), at), key)


def _read(begin: re.Match[bytes]) -> Key | None:
    """The key that begins there; None where anything about it does not add up."""
    text, start = begin.string, begin.start()
    if text.startswith(MAGIC, start):
        end = ends_at(text, start, start + _LONGEST)
        key = read_openssh(text[start:end])
    else:
        outer = _der.node(text, start)
        whole = outer is not None and outer.within(text) and outer.end - start <= _LONGEST
        key = read_der(text[start : outer.end], "") if outer is not None and whole else None
    return key if key is not None and key.check is Check.PASSED and _likely(key) else None


def _likely(key: Key) -> bool:
    """Whether a container whose check passed is more than an accident or a template."""
    if key.encrypted:
        return key.shown or _sealed(key.container)
    if key.algorithm == "EC" and key.curve not in _CURVES:
        return False
    return _random(key.secret) if key.secret else key.algorithm in KINDS or key.hardware


def _random(secret: bytes) -> bool:
    """Whether bytes look drawn at random: no text, and few of them twice."""
    return len(set(secret)) >= min(_DISTINCT, len(secret) - SHORTEST // 4) and max(secret) >= _der.LONG


def _sealed(container: bytes) -> bool:
    """Whether an encrypted key has an algorithm with parameters, and a ciphertext of whole blocks that can hold a key."""
    outer = _der.node(container)
    parts = _der.children(container, outer) if outer is not None else ()
    named = _der.children(container, parts[0]) if parts else ()
    hidden = parts[1].end - parts[1].start if len(parts) == len(("algorithm", "data")) else 0
    shaped = len(named) == len(("identifier", "parameters")) and all(_der.full(container, part) for part in (parts[0], named[1]))
    return shaped and hidden >= SHORTEST and hidden % _BLOCK == 0


DETECTORS = (DerKeys(),)

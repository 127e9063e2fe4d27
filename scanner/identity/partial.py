"""Partial sightings: what is left of a credential where somebody masked it, or hashed it, and still says enough to know it again.

Sources: GitHub's REST API (`token_last_eight`, `hashed_token` in hex) and audit log (`hashed_token` in base64); npm's answer to
`npm token list --json` (first eight characters, three dots, last four); CircleCI's API v2, Environment variables (four `x`, last four).
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from hashlib import sha256

from scanner.records import dataclass, field

LAST4, LAST8, FIRST_LAST, SHA256 = "last4", "last8", "first-last", "sha256"
_SHORTEST = 20
"""Bytes of a value whose last four characters say little of it: at least 80 bits of what is drawn at random stay hidden."""
_HASH_BITS = 256
_EIGHT = 8
_FEW = 4
"""Characters that are all digits of hexadecimal by chance often enough."""
_EXAMPLES = frozenset({b"1234", b"abcd", b"wxyz", b"here", b"XXXX", b"12345678"})
"""What manuals show as the end of a masked value; it is nobody's."""
_HEX = frozenset(b"0123456789abcdef")
_PREFIXES = rb"gh[oprsu]_|github_pat_|npm_|glpat-|pypi-|dckr_pat_|rubygems_|sk-ant-"
_PUBLIC = re.compile(_PREFIXES)
_MASK = rb"(?:\*{3,64}|\.{3,16}|\xe2\x80\xa6|(?:\xe2\x80\xa2){3,40}|[xX]{4,64}(?![xX]))"
_MASKED = re.compile(rb"(?<![A-Za-z0-9])(%b)[A-Za-z0-9_-]{0,8}?%b([A-Za-z0-9_-]{4,8}?)(?![A-Za-z0-9_*-])" % (_PREFIXES, _MASK))
_ASSIGNED = rb"[\"']?\s{0,4}[:=]\s{0,4}[\"']?"
_HASHED = re.compile(
    rb"(?:hashed_token|hashedToken|token_hash|tokenHash|token_sha256)%b([0-9a-fA-F]{64}|[A-Za-z0-9+/]{43}=)(?![A-Za-z0-9+/=])" % _ASSIGNED
)
_LAST_EIGHT = re.compile(rb"token_last_eight%b([A-Za-z0-9_-]{8})(?![A-Za-z0-9_-])" % _ASSIGNED)
_LISTED = re.compile(rb'"token"\s{0,4}:\s{0,4}"([A-Za-z0-9_-]{8})\.\.\.([A-Za-z0-9]{4})"')
_CIRCLECI = re.compile(rb'"value"\s{0,4}:\s{0,4}"xxxx([A-Za-z0-9_+/=-]{4})"')
_CIRCLECI_VALUE = re.compile(rb"xxxx([A-Za-z0-9_+/=-]{4})")


@dataclass(frozen=True, slots=True)
class Shown:
    """What a text shows of a value."""

    form: str
    visible: bytes = field(repr=False)
    """The characters in their order, or the hash."""
    at: int
    prefix: bytes = b""
    """The public beginning of the value, where it stands before the mask."""

    @property
    def bits(self) -> int:
        """What an agreement by chance is unlikely by, as a binary logarithm."""
        return _HASH_BITS if self.form == SHA256 else _bits(self.visible)


def shown_in(text: bytes, start: int, end: int) -> Iterator[Shown]:
    """Every partial sighting that begins between the two places of `text`."""
    for match in _HASHED.finditer(text, start, end):
        spelled = match[1]
        yield Shown(SHA256, binascii.a2b_base64(spelled) if spelled.endswith(b"=") else binascii.unhexlify(spelled), match.start())
    for match in _LAST_EIGHT.finditer(text, start, end):
        yield Shown(LAST8, match[1], match.start())
    for match in _LISTED.finditer(text, start, end):
        yield Shown(FIRST_LAST, match[1] + match[2], match.start())
    for match in _CIRCLECI.finditer(text, start, end):
        yield from _last(match[1], match.start())
    for match in _MASKED.finditer(text, start, end):
        yield from _last(match[2], match.start(), match[1])


def shown_by(value: bytes) -> Iterator[Shown]:
    """What the value of a variable shows of another value, where it is a mask as a whole."""
    match = _CIRCLECI_VALUE.fullmatch(value)
    if match is not None:
        yield from _last(match[1], 0)


def told_by(value: bytes, prefix: bytes) -> Iterator[Shown]:
    """Every partial sighting that there can be of `value`, which nobody could guess."""
    yield Shown(SHA256, sha256(value).digest(), 0)
    if len(value) >= _SHORTEST:
        yield Shown(LAST4, value[-4:], 0)
        yield Shown(LAST8, value[-8:], 0)
        yield Shown(FIRST_LAST, value[:8] + value[-4:], 0)
        if prefix:
            yield Shown(LAST4, value[-4:], 0, prefix)
            yield Shown(LAST8, value[-8:], 0, prefix)


def _last(visible: bytes, at: int, prefix: bytes = b"") -> Iterator[Shown]:
    """The last eight characters where so many are shown, else the last four; nothing where they are a mask or an example themselves."""
    if len(set(visible)) > 1 and visible not in _EXAMPLES:
        eight = len(visible) == _EIGHT
        yield Shown(LAST8 if eight else LAST4, visible if eight else visible[-4:], at, prefix)


def _bits(visible: bytes) -> int:
    """Six a character, four where all are digits of hexadecimal; what every value of a kind begins with says nothing."""
    public = _PUBLIC.match(visible)
    hidden = visible[public.end() :] if public else visible
    return len(hidden) * (4 if len(hidden) > _FEW and _HEX.issuperset(hidden) else 6)

"""RSA keys as Windows and .NET write them: XML (`<RSAKeyValue>`, `<RSAParameters>`), key blobs such as strong-name files (`.snk`), and PVK.

Blobs of DSA keys and of CNG are under
`cng-private-key`, but for a PVK with a password, whatever is in it. They are handed over as OpenSSL would write them, so that a key is the same credential as its PEM. Whether the primes make the modulus is
checked; a PVK with a password hides its numbers. A key blob names the public key token of the assemblies that it signs. Sources: .NET,
`RSA.ToXmlString` and XML Signature 1.1, section 4.5.2.2; Windows, "RSA/Schannel Key BLOBs"; OpenSSL, `pvkfmt.c`.

Near misses: public keys in either form (`RSA1`, elements without `D`), shortened examples, names of classes.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterator
from hashlib import sha1

from detectors import _containers, _stores
from detectors._keys import SMALLEST_RSA
from detectors._offline import facts
from detectors._private import KINDS
from scanner.contract import Anchor, Check, Confidence, Form, Kind, Reading, Secret, Sort, Window, rx
from scanner.records import dataclass

_KIND = KINDS["RSA"]
_FURTHEST = 24_576
"""Bytes of an element at most. All numbers of a key of 16,384 bits take 12,300 digits, and as much again for indentation."""
_OPENS = rx(r"<(?P<name>RSAKeyValue|RSAParameters)(?![A-Za-z])")
"""What `ToXmlString` writes, and what `XmlSerializer` makes of a structure of numbers."""
_ELEMENT = rx(r"""
    < (?P<name> Modulus | Exponent | P | Q | DP | DQ | InverseQ | D ) [ ]? > (?P<digits> [A-Za-z0-9+/=\s]{1,8192}+ ) </ (?P=name) [ ]? >
""")
_BLANKS = rx(r"\s{1,8192}")
_PUBLIC, _PRIMES = ("Modulus", "Exponent"), ("P", "Q", "DP", "DQ", "InverseQ")

_BIGGEST = 16_384
_HEADER = 20
"""Bytes of a blob before its numbers: what it is and for which algorithm, `RSA2`, bits, public exponent."""
_BLOB = rx(r"\x07\x02\x00\x00\x00[\x24\xa4]\x00\x00 RSA2 (?P<bits> [\x00-\xff]{4} ) (?P<exponent> [\x00-\xff]{4} )")
_BEGIN = rx(r"""
    \x07\x02\x00\x00\x00[\x24\xa4]\x00\x00 RSA2
  | \x1e\xf1\xb5\xb0 \x00{4} [\x01\x02]\x00{3} (?P<encrypted> [\x00\x01] ) \x00{3} (?P<salt> [\x00-\xff] )\x00{3} (?P<length> [\x00-\xff]{2} )\x00{2}
""")
_SEALED_BLOB = rx(r"\x07\x02\x00\x00\x00(?P<algorithm>[\x22\x24\xa4])\x00\x00")
_DSS = b"\x22"


@dataclass(frozen=True, slots=True)
class XmlKeys:
    """The detector: an element with its numbers."""

    id: str = "xml-rsa-private-key"
    title: str = "RSA private key in XML"
    kinds: tuple[Kind, ...] = (_KIND,)
    anchors: tuple[Anchor, ...] = (
        Anchor(b"<RSAKeyValue", then=rb"[^>]{0,128}>"),
        Anchor(b"<RSAParameters", then=rb"[^>]{0,200}>", encoded=False),
    )
    reach: tuple[int, int] = (64, _FURTHEST)
    sight: int | None = None

    def read(self, window: Window) -> Iterator[Reading]:
        """Every key whose element begins in the window."""
        text, at = window.text, window.start
        while (opening := _OPENS.search(text, at, window.end)) is not None:
            start, at = opening.start(), opening.end()
            following = _OPENS.search(text, at, start + _FURTHEST)
            limit = following.start() if following else min(len(text), start + _FURTHEST)
            closing = b"</" + opening["name"] + b">"
            end = text.find(closing, at, limit)
            reading = _element(text, (start, end if end >= 0 else limit), len(closing) if end >= 0 else 0)
            if reading is not None:
                yield reading


def _element(text: bytes, span: tuple[int, int], closing: int) -> Reading | None:
    """The key in an element, after which `closing` bytes close it; what is public, or a fragment without any private number, is none."""
    start, end = span
    found = list(_ELEMENT.finditer(text, start, end))
    numbers = {match["name"].decode(): _number(match["digits"]) for match in found}
    n, e, d = (numbers.get(name, 0) for name in (*_PUBLIC, "D"))
    p, q, *rest = (numbers.get(name, 0) for name in _PRIMES)
    if not found or min(n, e) == 0 or n.bit_length() < SMALLEST_RSA or not (d or p):
        return None
    whole = closing > 0 and d > 0
    check = Check.FAILED if not whole else Check.NONE if not p and not q else Check.PASSED if p * q == n else Check.FAILED
    return _reading((start, end + closing if closing else found[-1].end()), (n, e, d, p, q, *rest), check, "XML")


def _number(digits: bytes) -> int:
    """The number in base64, the greatest byte first; 0 where that is none."""
    try:
        return int.from_bytes(b64decode(_BLANKS.sub(b"", digits), validate=True), "big")
    except ValueError:
        return 0


@dataclass(frozen=True, slots=True)
class KeyBlobs:
    """The detector: a blob, with or without the header of a PVK."""

    id: str = "windows-private-key"
    title: str = "private key of Windows (SNK, PVK)"
    kinds: tuple[Kind, ...] = (_KIND, KINDS["DSA"])
    anchors: tuple[Anchor, ...] = (
        Anchor(b"RSA2", before=rb"\x07\x02\x00\x00\x00[\x24\xa4]\x00\x00"),
        Anchor(b"\x1e\xf1\xb5\xb0", then=rb"\x00\x00\x00\x00[\x01\x02]\x00\x00\x00[\x00\x01]\x00\x00\x00"),
    )
    reach: tuple[int, int] = (384, 64)
    sight: int | None = None

    def read(self, window: Window) -> Iterator[Reading]:
        """Every key that begins in the window; a blob inside a PVK, or inside another key, is part of that."""
        at = window.start
        while (match := _BEGIN.search(window.text, at, window.end)) is not None:
            read = _pvk if match["encrypted"] else _bare
            reading = read(match)
            at = reading.end if reading is not None else match.start() + 1
            if reading is not None:
                yield reading


def _bare(match: re.Match[bytes]) -> Reading | None:
    """The key in a blob without anything before it."""
    blob = _BLOB.match(match.string, match.start())
    return _blob(blob, match.start(), "PRIVATEKEYBLOB") if blob else None


def _pvk(header: re.Match[bytes]) -> Reading | None:
    """The key behind the header of a PVK; where that is encrypted, the file is all that can be told of it."""
    text, begin = header.string, header.end() + header["salt"][0]
    length = int.from_bytes(header["length"], "little")
    if header["encrypted"] == b"\0":
        match = _BLOB.match(text, begin)
        return _blob(match, header.start(), "PVK") if match else None
    end = min(len(text), begin + length)
    sealed = _SEALED_BLOB.match(text, begin)
    if sealed is None or end - begin < _HEADER + SMALLEST_RSA // 8:
        return None
    algorithm = "DSA" if sealed["algorithm"] == _DSS else "RSA"
    kind = KINDS[algorithm]
    whole = end == begin + length and header["salt"][0] > 0
    return Reading(
        header.start(),
        end,
        kind.id,
        Secret(text[header.start() : end]),
        sort=Sort.CONTAINER,
        check=Check.PASSED if whole else Check.FAILED,
        confidence=Confidence.HIGH if whole else Confidence.LOW,
        facts=facts(kind.lifetime, at_rest="encrypted", algorithm=algorithm, encrypted=True, format="PVK", encryption="RC4"),
    )


def _blob(match: re.Match[bytes], start: int, form: str) -> Reading | None:
    """The key in a blob: n, p, q, dp, dq, the coefficient and d, each with its last byte first."""
    bits, e = (int.from_bytes(match[name], "little") for name in ("bits", "exponent"))
    if not SMALLEST_RSA <= bits <= _BIGGEST:
        return None
    full, half = (bits + 7) // 8, (bits + 15) // 16
    text, at, numbers = match.string, match.end(), []
    for size in (full, half, half, half, half, half, full):
        numbers.append(int.from_bytes(text[at : at + size], "little"))
        at += size
    n, p, q, dp, dq, coefficient, d = numbers
    if n.bit_length() != bits or match.end() + full + _stores.SHORTEST_KEY > len(text) or min(p, e) == 0:
        return None
    whole = at <= len(text)
    token = _token(text[match.start("bits") : match.end() + full])
    values = (n, e, d, p, q, dp, dq, coefficient) if whole else (n, e)
    check = Check.PASSED if whole and p * q == n else Check.FAILED
    return _reading((start, min(at, len(text))), values, check, form, token)


def _token(public: bytes) -> str:
    """The token by which .NET knows a key (ECMA-335, II.6.2.1.3): of its bits, its exponent and its modulus."""
    blob = b"\x06\x02\0\0\0\x24\0\0RSA1" + public
    whole = bytes.fromhex("0024000004800000") + len(blob).to_bytes(4, "little") + blob
    return sha1(whole, usedforsecurity=False).digest()[:-9:-1].hex()


def _reading(span: tuple[int, int], numbers: tuple[int, ...], check: Check, form: str, token: str | None = None) -> Reading:
    return Reading(
        *span,
        _KIND.id,
        Secret(_containers.rsa(numbers)),
        sort=Sort.SPKI,
        form=Form.PKCS1,
        check=check,
        confidence=Confidence.LOW if check is Check.FAILED else Confidence.HIGH,
        facts=facts(_KIND.lifetime, algorithm="RSA", bits=numbers[0].bit_length(), encrypted=False, format=form, public_key_token=token),
    )


DETECTORS = (XmlKeys(), KeyBlobs())

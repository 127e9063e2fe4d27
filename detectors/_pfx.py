"""PKCS#12 stores (RFC 7292): their keys and certificates as far as they are in clear.

As most tools write them, keys lie one by one in clear safes, each behind the password, with names beside them, and certificates in a
safe that is encrypted as a whole. Sources: RFC 7292; for the form of times Java's `sun.security.pkcs12.PKCS12KeyStore`.
"""

from __future__ import annotations

from collections.abc import Iterator

from detectors import _ber, _der
from detectors._ber import Octets, Part, Reader
from detectors._offline import instant, plain_text
from scanner.contract import rx
from scanner.records import dataclass, field, replace

LARGEST = 1 << 20
"""Bytes of a store that are read."""
DATA = bytes.fromhex("06092a864886f70d010701a0")
"""The content type of a store without signature (RFC 5652, section 4), and what begins after it."""

_PKCS7, _BAG, _PKCS9 = "1.2.840.113549.1.7.", "1.2.840.113549.1.12.10.1.", "1.2.840.113549.1.9."
_PLAIN, _SEALED = _PKCS7 + "1", _PKCS7 + "6"
KEY, SHROUDED, CERTIFICATE, _CRL, SECRET, _SAFE = (f"{_BAG}{number}" for number in range(1, 7))
_NAME, _LOCAL, _X509 = _PKCS9 + "20", _PKCS9 + "21", _PKCS9 + "22.1"
SHORTEST = 32
"""Encrypted bytes of a key at least."""
_VERSION = 3
_DEEPEST = 4
"""Safes inside safes."""
_LONGEST_ALIAS = 256
_TIME = rx(r"Time [ ] (?P<ms> [0-9]{1,15})")


@dataclass(frozen=True, slots=True)
class Bag:
    """A key or a certificate of a store."""

    sort: str
    """Object identifier: one of the four above."""
    content: bytes = field(repr=False)
    whole: bool
    alias: str | None = None
    local: bytes | None = field(default=None, repr=False)
    """What a key and its certificate have in common."""

    @property
    def created(self) -> str | None:
        """When the entry was made, where Java wrote the store."""
        match = _TIME.fullmatch(self.local or b"")
        return instant(int(match["ms"]) // 1000) if match else None


@dataclass(frozen=True, slots=True)
class Pfx:
    """A store."""

    start: int
    end: int
    whole: bool
    bags: tuple[Bag, ...]
    sealed: bytes | None
    """The algorithm of the first safe that is encrypted as a whole; what is in such ones cannot be told."""


def read(reader: Reader, text: bytes, start: int) -> Pfx | None:
    """The store that begins at `start`; None where there is no beginning of one."""
    limit = min(len(text), start + LARGEST)
    outer = reader.part(text, start, limit)
    parts = reader.inside(text, outer)
    if outer is None or len(parts) < len(("version", "authSafe")) or parts[0].tag != _ber.INTEGER:
        return None
    if text[parts[0].body : parts[0].end] != bytes((_VERSION,)):
        return None
    named, content = _typed(reader, text, parts[1])
    safe = reader.octets(text, content) if named == _PLAIN else None
    row = reader.part(safe.data, safe.start, safe.end) if safe is not None else None
    if safe is None or row is None or row.tag != _ber.SEQUENCE:
        return None
    safes = [_typed(reader, safe.data, part) for part in reader.inside(safe.data, row)]
    hidden = next((content for named, content in safes if named == _SEALED), None)
    clear = [reader.octets(safe.data, content) for named, content in safes if named == _PLAIN]
    bags = tuple(bag for octets in clear if octets is not None for bag in _bags(reader, octets))
    whole = outer.whole and safe.whole and row.after == safe.end and all(octets is not None and octets.whole for octets in clear)
    return Pfx(start, outer.after if outer.whole else parts[1].after, whole, bags, _algorithm(reader, safe.data, hidden))


def _typed(reader: Reader, data: bytes, part: Part) -> tuple[str, Part | None]:
    """The object identifier at the front of a row of values, and what is inside the first value after it."""
    inside = reader.inside(data, part)
    if not inside or inside[0].tag != _ber.OID:
        return "", None
    return _der.dotted(data[inside[0].body : inside[0].end]), reader.only(data, inside[1]) if len(inside) > 1 else None


def _algorithm(reader: Reader, data: bytes, hidden: Part | None) -> bytes | None:
    """How a safe is encrypted as a whole (RFC 5652, section 8)."""
    parts = reader.inside(data, hidden)
    content = reader.inside(data, parts[1]) if len(parts) > 1 else ()
    return data[content[1].start : content[1].after] if len(content) > len(("contentType", "algorithm")) else None


def _bags(reader: Reader, safe: Octets) -> Iterator[Bag]:
    """The keys and certificates of a safe and of the safes in it."""
    waiting = [(reader.part(safe.data, safe.start, safe.end), 0)]
    while waiting:
        row, depth = waiting.pop()
        for part in reader.inside(safe.data, row):
            inside = reader.inside(safe.data, part)
            sort, value = _typed(reader, safe.data, part)
            if value is None:
                continue
            if sort == _SAFE and depth < _DEEPEST:
                waiting.append((value, depth + 1))
                continue
            bag = _bag(reader, safe.data, sort, value)
            if bag is not None:
                attributes = inside[2] if len(inside) > len(("bagId", "bagValue")) else None
                yield _named(reader, safe.data, replace(bag, whole=bag.whole and part.whole), attributes)


def _bag(reader: Reader, data: bytes, sort: str, value: Part) -> Bag | None:
    if sort == KEY:
        return Bag(sort, data[value.start : value.after], value.whole)
    if sort == SHROUDED:
        parts = reader.inside(data, value)
        hidden = reader.octets(data, parts[1]) if len(parts) > 1 else None
        if hidden is None or hidden.end - hidden.start < SHORTEST:
            return None
        return Bag(sort, data[value.start : value.after], value.whole and hidden.whole)
    if sort not in {CERTIFICATE, SECRET}:
        return None
    named, inner = _typed(reader, data, value)
    octets = reader.octets(data, inner)
    if octets is None or (sort == CERTIFICATE and named != _X509):
        return None
    return Bag(sort, octets.data[octets.start : octets.end], octets.whole)


def _named(reader: Reader, data: bytes, bag: Bag, attributes: Part | None) -> Bag:
    """The bag with its friendly name and its local key id."""
    alias, local = bag.alias, bag.local
    for attribute in reader.inside(data, attributes, _ber.SET):
        inside = reader.inside(data, attribute)
        value = reader.only(data, inside[1], _ber.SET) if len(inside) > 1 else None
        if value is None or inside[0].tag != _ber.OID:
            continue
        sort, content = (
            _der.dotted(data[inside[0].body : inside[0].end]),
            data[value.body : min(value.end, value.body + 4 * _LONGEST_ALIAS)],
        )
        if sort == _NAME and value.tag == _ber.BMP_STRING:
            alias = plain_text(content.decode("utf-16-be", errors="replace").encode(), _LONGEST_ALIAS) or None
        if sort == _LOCAL and value.tag == _ber.OCTET_STRING:
            local = content
    return replace(bag, alias=alias, local=local)

"""Java's own key stores, JKS and JCEKS, and Bouncy Castle's BKS: entries one after the other, names and certificates in clear.

Sources: OpenJDK, `sun.security.provider.JavaKeyStore` and `com.sun.crypto.provider.JceKeyStore`; Bouncy Castle, `BcKeyStoreSpi`; for
secret keys in JCEKS the Java Object Serialization Specification, section 6.
"""

from __future__ import annotations

from collections.abc import Iterator

from detectors import _stores
from detectors._keys import read_der
from detectors._offline import instant, plain_text
from detectors._stores import LARGEST, LONGEST_KEY, SHORTEST_KEY, Entry
from scanner.contract import rx
from scanner.records import dataclass, field

JKS, JCEKS = b"\xfe\xed\xfe\xed", b"\xce\xce\xce\xce"
BKS_HEADER = 32
CHECKSUM = 20
"""Bytes at the end of a store that only its password explains."""

_COPIED_A_STEP = 64
"""Bytes."""
_LONGEST_ALIAS = 256
_MILLISECONDS = 1000
_PRIVATE, _TRUSTED, _SECRET = 1, 2, 3
"""Sorts of entries in Java's stores."""
_END, _CERTIFICATE, _KEY, _BYTES, _SEALED = range(5)
"""Sorts of entries in Bouncy Castle's."""
_PRIVATE_KEY, _SECRET_KEY = 0, 2
"""Sorts of keys that Bouncy Castle stores without a password."""
_WITH_TYPES = 2
"""The first version of JKS that says of which type a certificate is."""
_BKS_SCHEME, _PBE_3DES = "PBEWithSHA1And3KeyTripleDES", "PBEWithMD5AndTripleDES"
_SEALED_OBJECT = rx(r"\xac\xed\x00\x05 sr [\x00-\xff]{16,512}? ur \x00\x02\[B [\x00-\xff]{8} \x02\x00\x00 xp")
"""An object of Java's up to the length of its first array of bytes."""
_CONTENT = rx(r"uq \x00\x7e\x00[\x00-\xff]")
_NAME = rx(r"p | q \x00\x7e\x00[\x00-\xff] | t \x00(?P<length> [\x00-\xff] )")


class CutOffError(Exception):
    """The bytes end, or make no sense, before the store does."""


@dataclass(frozen=True, slots=True)
class KeyStore:
    """A store as far as it was read."""

    start: int
    end: int
    format: str
    entries: tuple[Entry, ...]
    """Its keys."""
    whole: bool


@dataclass(slots=True)
class Budget:
    """Steps that reading may take, over all stores of a window: a text cannot cost more than its length, however it is built."""

    steps: int


@dataclass(slots=True)
class _Cursor:
    """A place in a text that moves on while it is read."""

    text: bytes = field(repr=False)
    at: int
    limit: int
    budget: Budget

    def take(self, count: int) -> bytes:
        """The next bytes. Raises CutOffError where there are not that many, or no steps are left."""
        self.budget.steps -= 1 + count // _COPIED_A_STEP
        if count > self.limit - self.at or self.budget.steps < 0:
            raise CutOffError
        self.at += count
        return self.text[self.at - count : self.at]

    def number(self, octets: int = 4) -> int:
        """The next number. Raises CutOffError at the end."""
        return int.from_bytes(self.take(octets), "big")

    def block(self, octets: int = 4) -> bytes:
        """The next string with a length before it. Raises CutOffError where it is cut off."""
        return self.take(self.number(octets))


def read_java(text: bytes, start: int, budget: Budget) -> KeyStore:
    """The JKS or JCEKS whose magic number is at `start`, and after it a version that was checked before."""
    cursor = _Cursor(text, start + len(JKS), min(len(text), start + LARGEST), budget)
    return _store(cursor, start, "JKS" if text.startswith(JKS, start) else "JCEKS", _java(cursor))


def read_bouncy(text: bytes, start: int, budget: Budget) -> KeyStore:
    """The BKS that begins at `start` with version, salt and count of rounds, which were checked before."""
    cursor = _Cursor(text, start + BKS_HEADER, min(len(text), start + LARGEST), budget)
    return _store(cursor, start, "BKS", _bouncy(cursor))


def _store(cursor: _Cursor, start: int, name: str, entries: Iterator[Entry]) -> KeyStore:
    """The store, as far as `entries` goes on."""
    found: list[Entry] = []
    try:
        found.extend(entries)
    except CutOffError:
        return KeyStore(start, cursor.at, name, tuple(found), whole=False)
    return KeyStore(start, cursor.at, name, tuple(found), whole=True)


def _java(cursor: _Cursor) -> Iterator[Entry]:
    """The keys of a store of Java's. Raises CutOffError after the last one of a store that is not whole."""
    version = cursor.number()
    for _ in range(cursor.number()):
        sort = cursor.number()
        alias, created = _head(cursor)
        if sort == _PRIVATE:
            yield from _private(cursor, version, alias, created)
        elif sort == _TRUSTED:
            _certificate(cursor, version)
        elif sort == _SECRET:
            begin = cursor.at
            _object(cursor)
            container = cursor.text[begin : cursor.at]
            yield Entry(container, alias=alias, created=created, encryption=_PBE_3DES if _PBE_3DES.encode() in container else None)
        else:
            raise CutOffError
    cursor.take(CHECKSUM)


def _private(cursor: _Cursor, version: int, alias: str | None, created: str | None) -> Iterator[Entry]:
    """A key and its chain of certificates, of which the first is the key's own."""
    key, whole = _partly(cursor)
    leaf, closed = _chain(cursor, version) if whole else (None, False)
    if SHORTEST_KEY <= len(key) <= LONGEST_KEY:
        sound = closed and _stores.sealed(key)
        yield Entry(key, leaf=leaf, alias=alias, created=created, encryption=_stores.scheme(key), whole=sound)
    if not closed:
        raise CutOffError


def _bouncy(cursor: _Cursor) -> Iterator[Entry]:
    """The keys of a store of Bouncy Castle's. Raises CutOffError after the last one of a store that is not whole."""
    while (sort := cursor.number(1)) != _END:
        alias, created = _head(cursor)
        leaf, closed = _chain(cursor, _WITH_TYPES)
        if not closed:
            raise CutOffError
        if sort == _CERTIFICATE:
            _certificate(cursor, _WITH_TYPES)
        elif sort == _KEY:
            yield from _clear(cursor, alias, created)
        elif sort in {_BYTES, _SEALED}:
            key, whole = _partly(cursor)
            if SHORTEST_KEY <= len(key) <= LONGEST_KEY:
                yield Entry(key, leaf=leaf, alias=alias, created=created, encryption=_BKS_SCHEME if sort == _SEALED else None, whole=whole)
            if not whole:
                raise CutOffError
        else:
            raise CutOffError
    cursor.take(CHECKSUM)


def _clear(cursor: _Cursor, alias: str | None, created: str | None) -> Iterator[Entry]:
    """A key without a password: its sort, the name of its form, its algorithm, itself. Public ones are none."""
    sort = cursor.number(1)
    cursor.block(2)
    cursor.block(2)
    content = cursor.block()
    key = read_der(content, "") if sort == _PRIVATE_KEY else None
    if key is not None or (sort == _SECRET_KEY and len(content) <= LONGEST_KEY):
        yield Entry(content, key=key, encrypted=False, alias=alias, created=created)


def _head(cursor: _Cursor) -> tuple[str | None, str | None]:
    """Alias and time of an entry."""
    alias = plain_text(cursor.block(2)[: 4 * _LONGEST_ALIAS], _LONGEST_ALIAS) or None
    return alias, instant(cursor.number(8) // _MILLISECONDS)


def _partly(cursor: _Cursor) -> tuple[bytes, bool]:
    """A string with its length before it, and whether all of it is there."""
    length = cursor.number()
    content = cursor.take(min(length, cursor.limit - cursor.at, LONGEST_KEY + 1))
    if length > LONGEST_KEY:
        raise CutOffError
    return content, len(content) == length


def _chain(cursor: _Cursor, version: int) -> tuple[bytes | None, bool]:
    """The first of a row of certificates, and whether all of them are there."""
    leaf: bytes | None = None
    try:
        for number in range(cursor.number()):
            certificate = _certificate(cursor, version)
            leaf = certificate if number == 0 else leaf
    except CutOffError:
        return leaf, False
    return leaf, True


def _certificate(cursor: _Cursor, version: int) -> bytes:
    """A certificate; since the second version its type stands before it."""
    if version >= _WITH_TYPES:
        cursor.block(2)
    content, whole = _partly(cursor)
    if not whole:
        raise CutOffError
    return content


def _object(cursor: _Cursor) -> None:
    """Passes a sealed object: parameters, content, and the names of two algorithms, each of which may be null or said before."""
    match = _SEALED_OBJECT.match(cursor.text, cursor.at, cursor.limit)
    if match is None:
        raise CutOffError
    cursor.at = match.end()
    cursor.block()
    match = _CONTENT.match(cursor.text, cursor.at, cursor.limit)
    if match is None:
        raise CutOffError
    cursor.at = match.end()
    cursor.block()
    for _ in ("algorithm of the parameters", "algorithm"):
        match = _NAME.match(cursor.text, cursor.at, cursor.limit)
        if match is None:
            raise CutOffError
        cursor.at = match.end()
        cursor.take(match["length"][0] if match["length"] else 0)

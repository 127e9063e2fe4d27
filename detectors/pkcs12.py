"""Key stores in PKCS#12 (`.p12`, `.pfx`): what OpenSSL, Windows, macOS and, by default, Java's keytool write.

Keys lie behind a password, mostly with their names and the scheme of their encryption in clear. A key is told by what the store holds of
it, which stays the same while certificates come and go; by its certificate where that is in clear; by itself where nothing hides it. No
password is tried, nor is the store's own checksum, which needs one. Source: RFC 7292.

A store that is encrypted as a whole may hold keys or only certificates that are trusted: it is reported with low confidence.

Near misses: stores of certificates in clear, signed or encrypted mail (CMS), certificates, stores that end before their keys.
"""

from __future__ import annotations

from collections.abc import Iterator

from detectors import _pfx, _stores
from detectors._ber import Reader
from detectors._keys import read_der
from detectors._pfx import Bag, Pfx
from detectors._private import KINDS, OTHER
from detectors._stores import Entry, Frame
from scanner.contract import Anchor, Confidence, Form, Kind, Reading, Window, rx
from scanner.records import dataclass, replace

_KIND = _stores.store_kind("pkcs12-key-store", "PKCS#12 key store")
_HEADER = 16
"""Bytes before the content type at most."""
_LENGTH = r"(?: [\x00-\x80] | \x81 [\x00-\xff] | \x82 [\x00-\xff]{2} | \x83 [\x00-\xff]{3} | \x84 [\x00-\xff]{4} )"
_BEGIN = rx(rf"\x30 {_LENGTH} \x02\x01\x03 \x30 {_LENGTH} \x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01\xa0")
_KEYS = frozenset({_pfx.KEY, _pfx.SHROUDED, _pfx.SECRET})
_SPARE_STEPS, _BYTES_A_STEP = 1024, 4


@dataclass(frozen=True, slots=True)
class Pkcs12:
    """The detector: a store, from its first byte to what its length says."""

    id: str = "pkcs12-key-store"
    title: str = "PKCS#12 key store"
    kinds: tuple[Kind, ...] = (_KIND, *KINDS.values(), OTHER)
    anchors: tuple[Anchor, ...] = (
        Anchor(
            _pfx.DATA[6:],
            before=rb"\x02\x01\x03\x30(?:[\x00-\x80]|\x81[\x00-\xff]|\x82[\x00-\xff]{2}|\x83[\x00-\xff]{3}|\x84[\x00-\xff]{4})\x06\x09\x2a\x86\x48\x86",
        ),
    )
    reach: tuple[int, int] = (64, _pfx.LARGEST // 4)
    sight: int | None = None

    def read(self, window: Window) -> Iterator[Reading]:
        """Every key of every store that begins in the window; what is inside a store belongs to it."""
        reader = Reader(_SPARE_STEPS + (window.end - window.start) // _BYTES_A_STEP)
        at = window.start
        while (found := window.text.find(_pfx.DATA, at, window.end)) >= 0:
            store = _around(reader, window.text, max(at, found - _HEADER), found + len(_pfx.DATA))
            at = found + len(_pfx.DATA)
            readings = _readings(window.text, store) if store is not None else []
            if store is not None and (readings or store.whole):
                at = max(at, store.end)
            yield from readings


def _around(reader: Reader, text: bytes, start: int, end: int) -> Pfx | None:
    """The store whose header lies between `start` and `end`: of several ways to read it, for a length may look like a tag, one that adds up."""
    begins = (at for at in range(end - 1, start - 1, -1) if _BEGIN.fullmatch(text, at, end))
    found = [store for at in begins if (store := _pfx.read(reader, text, at)) is not None]
    return next((store for store in found if store.whole), found[0] if found else None)


def _readings(text: bytes, store: Pfx) -> list[Reading]:
    keys = [bag for bag in store.bags if bag.sort in _KEYS and len(bag.content) <= _stores.LONGEST_KEY]
    frame = Frame(store.start, store.end, _KIND, "PKCS#12", len(keys), store.whole)
    if keys or store.sealed is None or not store.whole:
        leaves = _leaves(store, keys)
        entries = (_entry(bag, leaf) for bag, leaf in zip(keys[: _stores.MOST_KEYS], leaves, strict=False))
        return list(_stores.readings(frame, (entry for entry in entries if entry is not None)))
    entry = Entry(text[store.start : store.end], encryption=_stores.scheme_of(store.sealed))
    return [replace(reading, confidence=Confidence.LOW) for reading in _stores.readings(replace(frame, keys=None), [entry])]


def _leaves(store: Pfx, keys: list[Bag]) -> list[bytes | None]:
    """The certificate of each key, where that is in clear: the one with the same id, or the only one beside the only key."""
    certificates = [bag for bag in store.bags if bag.sort == _pfx.CERTIFICATE and bag.whole]
    if len(certificates) == len(keys) == 1 and None in {certificates[0].local, keys[0].local}:
        return [certificates[0].content]
    by_id = {bag.local: bag.content for bag in reversed(certificates) if bag.local is not None}
    return [by_id.get(key.local) if key.local is not None else None for key in keys]


def _entry(bag: Bag, leaf: bytes | None) -> Entry | None:
    """The key in a bag; None where the bag holds none."""
    entry = Entry(bag.content, leaf=leaf, alias=bag.alias, created=bag.created, whole=bag.whole)
    if bag.sort == _pfx.KEY:
        key = read_der(bag.content, "")
        return replace(entry, key=key, encrypted=False) if key is not None else None
    if bag.sort == _pfx.SECRET and not _stores.sealed(bag.content):
        return replace(entry, encrypted=False)
    return replace(entry, form=Form.PKCS8, encryption=_stores.scheme(bag.content))


DETECTORS = (Pkcs12(),)

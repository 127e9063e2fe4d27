"""Java's own key stores, JKS and JCEKS, Bouncy Castle's BKS, BCFKS and UBER, and the passwords of stores in the files of Gradle.

Names, times and certificates lie in clear, keys behind a password, so that a key is told by its certificate. Secret keys in JCEKS and keys
without a certificate are told by what the store holds of them. No password is tried, nor is the store's checksum, which needs one.
Android's debug key is known by its alias and its certificate. BCFKS and UBER are encrypted as a whole, and may hold keys or only
certificates that are trusted: they are reported with low confidence. Sources: OpenJDK, `JavaKeyStore` and `JceKeyStore`; Bouncy Castle,
`BcKeyStoreSpi` and `BcFKSKeyStoreSpi`; Android, "Sign your app".

Near misses: trust stores, which hold certificates only, class files, programs for macOS, whose first bytes are alike; stores that end before their keys.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from detectors import _bouncy, _keystore, _stores
from detectors._keystore import Budget, KeyStore
from detectors._keystore_password import PASSWORDS
from detectors._private import KINDS, OTHER
from detectors._stores import Frame
from scanner.contract import Anchor, Confidence, Kind, Reading, Window, rx
from scanner.records import dataclass, replace

_KIND = _stores.store_kind("java-key-store", "Java key store")
_HIDDEN = frozenset({"BCFKS", "UBER"})
"""Formats that hide whether there is a key at all."""
_FURTHEST = 1 << 18
"""Bytes that two anchors of a store are apart at most, for one look to cover both."""
_BACK = 4096
"""Bytes from the beginning of a store to its first certificate at most, where nothing else is an anchor."""
_SPARE_STEPS, _BYTES_A_STEP = 1024, 4
_THEN_VERSION = rb"\x00\x00\x00[\x01\x02]\x00"
_BEGIN = rx(r"""
    (?: \xfe\xed\xfe\xed | \xce\xce\xce\xce ) \x00\x00\x00[\x01\x02] (?= \x00 )
  | (?P<bouncy> \x00\x00\x00[\x00-\x02] \x00\x00\x00\x14 ) (?= [\x00-\xff]{20} \x00\x00[\x01-\xff][\x00-\xff] [\x01-\x04] \x00 )
  | \A (?P<uber> \x00\x00\x00[\x01\x02] \x00\x00\x00\x14 ) (?= [\x00-\xff]{20} \x00\x00[\x04-\x07] )
  | (?P<bcfks> \x30\x82 [\x00-\xff]{2} \x30\x82 [\x00-\xff]{2} ) (?= \x30 (?: \x81[\x80-\xff] | [\x20-\x7f] ) \x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0d )
""")
_BEFORE_PBES2 = rb"\x30\x82[\x00-\xff]{2}\x30\x82[\x00-\xff]{2}\x30(?:\x81[\x80-\xff]|[\x20-\x7f])\x06\x09\x2a\x86\x48"


@dataclass(frozen=True, slots=True)
class JavaKeyStores:
    """The detector: a store from its magic number, or from the version and the salt that BKS begins with, to its checksum."""

    id: str = "java-key-store"
    title: str = "Java key store"
    kinds: tuple[Kind, ...] = (_KIND, *KINDS.values(), OTHER)
    anchors: tuple[Anchor, ...] = (
        # where a store is encoded, what is in nearly every store leads to it: short binary literals have a thousand encoded forms each
        Anchor(_keystore.JKS, then=_THEN_VERSION, encoded=False),
        Anchor(_keystore.JCEKS, then=_THEN_VERSION, encoded=False),
        Anchor(b"javax.crypto.SealedObject", before=rb"\x00\x19"),
        Anchor(b"X.509", before=rb"\x00\x05", then=rb"\x00\x00[\x00-\xff]{2}\x30\x82"),
        Anchor(_bouncy.PBES2[5:] + b"\x30", before=_BEFORE_PBES2),
        # four bytes that are frequent, but this is asked at the first byte of a text only
        Anchor(b"\x00\x00\x00\x14", before=rb"^\x00\x00\x00[\x00-\x02]", then=rb"[\x00-\xff]{20}\x00\x00[\x01-\xff]", encoded=False),
    )
    reach: tuple[int, int] = (_BACK, _FURTHEST - _BACK)
    sight: int | None = None

    def read(self, window: Window) -> Iterator[Reading]:
        """Every key of every store that begins in the window; what is inside a store belongs to it."""
        budget = Budget(_SPARE_STEPS + (window.end - window.start) // _BYTES_A_STEP)
        at = window.start
        while (match := _BEGIN.search(window.text, at, window.end)) is not None:
            store = _store(match, budget)
            at = max(match.end(), store.end) if store is not None and (store.whole or store.entries) else match.end()
            if store is not None:
                yield from _readings(store)


def _store(begin: re.Match[bytes], budget: Budget) -> KeyStore | None:
    """The store that begins there; None where nothing after its beginning is one."""
    text, start = begin.string, begin.start()
    if begin["bcfks"]:
        return _bouncy.read_bcfks(text, start)
    if begin["uber"]:
        return _bouncy.read_uber(text)
    store = (_keystore.read_bouncy if begin["bouncy"] else _keystore.read_java)(text, start, budget)
    if begin["bouncy"] and start == 0 and not store.whole:
        return _bouncy.read_uber(text) or store
    return store


def _readings(store: KeyStore) -> Iterator[Reading]:
    hidden = store.format in _HIDDEN
    frame = Frame(store.start, store.end, _KIND, store.format, None if hidden else len(store.entries), store.whole)
    for reading in _stores.readings(frame, store.entries[: _stores.MOST_KEYS]):
        yield replace(reading, confidence=Confidence.LOW) if hidden else reading


DETECTORS = (JavaKeyStores(), PASSWORDS)

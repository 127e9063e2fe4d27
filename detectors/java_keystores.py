"""Java's own key stores, JKS and JCEKS, Bouncy Castle's BKS, and the passwords of stores in the files of Gradle.

Names, times and certificates lie in clear, keys behind a password, so that a key is told by its certificate. Secret keys in JCEKS and keys
without a certificate are told by what the store holds of them. No password is tried, nor is the store's checksum, which needs one.
Android's debug key is known by its alias and its certificate. Sources: OpenJDK, `JavaKeyStore` and `JceKeyStore`; Bouncy Castle,
`BcKeyStoreSpi`; Android, "Sign your app".

Near misses: trust stores, which hold certificates only, class files, programs for macOS, whose first bytes are alike; stores that end before their keys.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from detectors import _keystore, _stores
from detectors._keystore import Budget, KeyStore
from detectors._keystore_password import PASSWORDS
from detectors._private import KINDS, OTHER
from detectors._stores import Frame
from scanner.contract import Anchor, Kind, Reading, Window, rx

_KIND = _stores.store_kind("java-key-store", "Java key store")
_FURTHEST = 1 << 18
"""Bytes that two anchors of a store are apart at most, for one look to cover both."""
_BACK = 4096
"""Bytes from the beginning of a store to its first certificate at most, where nothing else is an anchor."""
_SPARE_STEPS, _BYTES_A_STEP = 1024, 4
_THEN_VERSION = rb"\x00\x00\x00[\x01\x02]\x00"
_BEGIN = rx(r"""
    (?: \xfe\xed\xfe\xed | \xce\xce\xce\xce ) \x00\x00\x00[\x01\x02] (?= \x00 )
  | (?P<bouncy> \x00\x00\x00[\x00-\x02] \x00\x00\x00\x14 ) (?= [\x00-\xff]{20} \x00\x00[\x01-\xff][\x00-\xff] [\x01-\x04] \x00 )
""")


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
        # four bytes that are frequent, but this is asked at the first byte of a text only
        Anchor(b"\x00\x00\x00\x14", before=rb"^\x00\x00\x00[\x00-\x02]", then=rb"[\x00-\xff]{20}\x00\x00[\x01-\xff]", encoded=False),
    )
    reach: tuple[int, int] = (_BACK, _FURTHEST - _BACK)

    def read(self, window: Window) -> Iterator[Reading]:
        """Every key of every store that begins in the window; what is inside a store belongs to it."""
        budget = Budget(_SPARE_STEPS + (window.end - window.start) // _BYTES_A_STEP)
        at = window.start
        while (match := _BEGIN.search(window.text, at, window.end)) is not None:
            read = _keystore.read_bouncy if match["bouncy"] else _keystore.read_java
            store = read(window.text, match.start(), budget)
            at = max(match.end(), store.end) if store.whole or store.entries else match.end()
            yield from _readings(store)


def _readings(store: KeyStore) -> Iterator[Reading]:
    frame = Frame(store.start, store.end, _KIND, store.format, len(store.entries), store.whole)
    yield from _stores.readings(frame, store.entries[: _stores.MOST_KEYS])


DETECTORS = (JavaKeyStores(), PASSWORDS)

"""Private keys in PEM armor: RSA, EC, DSA, Ed25519 and others, plain or encrypted, in any of the containers that OpenSSL and OpenSSH write.

The content decides what a key is, the label only where the content hides it. Lengths must add up, and what can be computed from the
numbers must agree; a key that was cut off is reported with low confidence. Sources: RFC 7468, 5958, 5915, 8017, 8410; OpenSSH,
PROTOCOL.key.

Keys under Go's label `TESTING KEY` are published on purpose, and suppressed with that reason; a copy under another label is not.

Near misses: certificates and public keys, bodies with an ellipsis or a reference in them, armor around something else.
"""

from __future__ import annotations

from collections.abc import Iterator

from detectors._armor import Block, blocks
from detectors._keys import SHORTEST, Key, read_der
from detectors._offline import plain_text
from detectors._openssh import MAGIC, read_openssh
from detectors._private import KINDS, OTHER, reading
from scanner.contract import Anchor, Check, Confidence, Form, Kind, Reading, Window, rx
from scanner.records import dataclass, replace

_BEGIN = rx(r"-----BEGIN (?P<label> [ +] (?: [A-Z0-9 +]{0,48} [ +] )? (?: PRIVATE | TESTING ) ) [ +] KEY-----")
_TESTING = "TESTING"

_LABELS = {"RSA": Form.PKCS1, "DSA": Form.DSA, "EC": Form.SEC1}
_ENCRYPTED = b"ENCRYPTED"
_NAMED = rx(r"(?: \A | \n) [ \t]{0,128} (?P<name> role | gun ) : [ ] (?P<value> [^\n]{1,256} )")
"""What Docker Content Trust says of its keys (theupdateframework/notary, trustmanager): their role, and the collection that they sign."""
_LONGEST_NAME = 128
_BLOCK = 8
"""What old encryption puts out comes in multiples of this."""


@dataclass(frozen=True, slots=True)
class PrivateKeys:
    """The detector: armor, then whatever is inside."""

    id: str = "private-key"
    title: str = "private key"
    kinds: tuple[Kind, ...] = (*KINDS.values(), OTHER)
    anchors: tuple[Anchor, ...] = (
        Anchor(b"PRIVATE KEY-----", nested=True),
        Anchor(b"TESTING KEY-----"),
        Anchor(b"PRIVATE+KEY-----", before=rb"-----BEGIN\+(?:[A-Z0-9+]{1,48}\+)?", encoded=False),
    )
    reach: tuple[int, int] = (192, 65_536)
    sight: int | None = None

    def read(self, window: Window) -> Iterator[Reading]:
        """Every key whose BEGIN line is in the window."""
        for block in blocks(window, _BEGIN):
            key = _read(block)
            if key is not None:
                yield _reading(block, key)


def _read(block: Block) -> Key | None:
    label = block.label.strip().rpartition(" ")[0]
    if block.data.startswith(MAGIC):
        return read_openssh(block.data)
    if _ENCRYPTED in block.headers and b"DEK-Info" in block.headers:
        return _sealed(block, label)
    key = read_der(block.data, label)
    if key is not None and block.closed and len(key.container) < len(block.data):
        return replace(key, check=Check.FAILED)
    return key


def _sealed(block: Block, label: str) -> Key | None:
    """A key that is encrypted as a whole, whose label is all that is known."""
    if len(block.data) < SHORTEST:
        return None
    sound = block.closed and len(block.data) % _BLOCK == 0
    algorithm = label if label in _LABELS else None
    return Key(
        _LABELS.get(label, Form.PKCS8),
        block.data,
        algorithm,
        Check.PASSED if sound else Check.FAILED,
        encrypted=True,
        shown=False,
    )


def _reading(block: Block, key: Key) -> Reading:
    confidence = Confidence.HIGH if block.closed else Confidence.MEDIUM
    steps = ("pem-oneline",) if block.folded else ()
    named = {match["name"].decode(): plain_text(match["value"], _LONGEST_NAME) for match in _NAMED.finditer(block.headers)}
    return reading((block.start, block.end), key, confidence=confidence, steps=steps, sample=_test(block), **named)


def _test(block: Block) -> str | None:
    """Why the key is for tests: Go labels such keys so that nobody takes them for others; without armor they would be like any other."""
    return "its label says that it is for tests" if block.label.endswith(_TESTING) else None


DETECTORS = (PrivateKeys(),)

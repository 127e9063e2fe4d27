"""Private keys in PEM armor: RSA, EC, DSA, Ed25519 and others, plain or encrypted, in any of the containers that OpenSSL and OpenSSH write.

The content decides what a key is, the label only where the content hides it. Lengths must add up, and what can be computed from the
numbers must agree; a key that was cut off is reported with low confidence. Sources: RFC 7468, 5958, 5915, 8017, 8410; OpenSSH,
PROTOCOL.key.

Near misses: certificates and public keys, `TESTING KEY`, bodies with an ellipsis or a reference in them, armor around something else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from detectors._armor import Block, blocks
from detectors._keys import SHORTEST, Key, read_der
from detectors._offline import facts
from detectors._openssh import MAGIC, read_openssh
from scanner.contract import Anchor, Check, Confidence, Form, Kind, Lifetime, Reading, Secret, Sort, Window, rx

_BEGIN = rx(r"-----BEGIN (?P<label> [ +] [A-Z0-9 +]{0,48} | ) [ +] PRIVATE [ +] KEY-----")

_ROTATE = (
    "Make a new key pair, in a hardware token or a signing service where the users of the old one allow it",
    "Publish the new public half beside the old one, wherever that one is trusted",
    "Revoke the old key and certificates for it, and take its public half away where it was trusted",
    "Look for signatures and logins that nobody made",
    "Replace the copies",
)


def _kind(name: str, title: str) -> Kind:
    return Kind(
        id=name,
        title=title,
        provider="signing",
        actions=frozenset({"sign"}),
        privilege=5,
        assumed=False,
        lifetime=Lifetime.STATIC,
        rotate=_ROTATE,
    )


_KINDS = {
    "RSA": _kind("rsa-private-key", "RSA private key"),
    "EC": _kind("ec-private-key", "EC private key"),
    "DSA": _kind("dsa-private-key", "DSA private key"),
    "Ed25519": _kind("ed25519-private-key", "Ed25519 private key"),
    "Ed448": _kind("ed448-private-key", "Ed448 private key"),
}
_OTHER = _kind("private-key", "private key")
"""Of an algorithm that the container hides, or that signs nothing here."""

_HARDWARE = 3
"""Privilege of a file that is no use without its device."""
_LABELS = {"RSA": Form.PKCS1, "DSA": Form.DSA, "EC": Form.SEC1}
_ENCRYPTED = b"ENCRYPTED"
_BLOCK = 8
"""What old encryption puts out comes in multiples of this."""


@dataclass(frozen=True, slots=True)
class PrivateKeys:
    """The detector: armor, then whatever is inside."""

    id: str = "private-key"
    title: str = "private key"
    kinds: tuple[Kind, ...] = (*_KINDS.values(), _OTHER)
    anchors: tuple[Anchor, ...] = (
        Anchor(b"PRIVATE KEY-----", before=rb"-----BEGIN (?:[A-Z0-9 ]{1,48} )?"),
        Anchor(b"PRIVATE+KEY-----", before=rb"-----BEGIN\+(?:[A-Z0-9+]{1,48}\+)?", encoded=False),
    )
    reach: tuple[int, int] = (192, 65_536)

    def read(self, window: Window) -> Iterator[Reading]:
        """Every key whose BEGIN line is in the window."""
        for block in blocks(window, _BEGIN):
            key = _read(block)
            if key is not None:
                yield _reading(block, key)


def _read(block: Block) -> Key | None:
    label = block.label.strip()
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
    kind = _KINDS.get(key.algorithm or "", _OTHER)
    sealed = "hardware" if key.hardware else "encrypted" if key.encrypted else "plain"
    return Reading(
        block.start,
        block.end,
        kind.id,
        Secret(key.container),
        sort=Sort.SPKI if key.shown else Sort.CONTAINER,
        form=key.form,
        check=key.check,
        confidence=Confidence.LOW if key.check is Check.FAILED else Confidence.HIGH if block.closed else Confidence.MEDIUM,
        facts=facts(
            kind.lifetime,
            at_rest=sealed,
            algorithm=key.algorithm,
            bits=key.bits,
            curve=key.curve,
            comment=key.comment,
            encrypted=key.encrypted,
            hardware=key.hardware or None,
        ),
        privilege=_HARDWARE if key.hardware else None,
        steps=("pem-oneline",) if block.folded else (),
        dummy="its secret is one byte again and again" if key.flat else None,
    )


DETECTORS = (PrivateKeys(),)

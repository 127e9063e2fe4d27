"""Private keys of cosign, which are encrypted always, if only with an empty password.

The armor holds JSON that names scrypt and NaCl's secretbox, and the ciphertext of a PKCS#8 key (sigstore/cosign, cosign/encrypted). The
public half is hidden with the rest, so that the key is told by its container. The JSON is recognised without its armor too. No password is
tried: the derivation is expensive.

Near misses: `cosign.pub`, JSON that lacks the ciphertext, other armor.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections.abc import Iterator

from detectors._armor import Block, blocks
from detectors._offline import json_value
from detectors._signers import sealed, signer
from scanner.contract import Anchor, Check, Kind, Reading, Window, rx
from scanner.records import dataclass

_KIND = signer(
    "cosign-private-key",
    "cosign private key",
    "Sign keyless with the identity of the workflow, or make a new key in a key management service",
    "Publish the new public key or identity beside the old one, and sign again what is still deployed",
    "Take the old public key out of admission policies and documentation",
    "Look in the transparency log and the registry for signatures that nobody made",
    "Replace the copies, those in CI variables with their password",
)
_BEGIN = rx(r"-----BEGIN (?P<label> [ +] ENCRYPTED [ +] (?: COSIGN | SIGSTORE ) [ +] PRIVATE [ +] KEY)-----")
_NAMES = {"kdf": "scrypt", "cipher": "nacl/secretbox"}
_BARE = rx(r"""
    (?<! : ) (?<! : [ ] ) \{ \s{0,64} "kdf" \s{0,8} : \s{0,8} \{ [^{}]{0,128} \{ [^{}]{0,128} \} [^{}]{0,256} \} \s{0,64} ,
    \s{0,64} "cipher" \s{0,8} : \s{0,8} \{ [^{}]{0,256} \} \s{0,64} , \s{0,64} "ciphertext" \s{0,8} : \s{0,8} "[A-Za-z0-9+/=]{1,16384}" \s{0,64} \}
""")
"""An object as cosign writes it; as a member of another one it is a key of go-tuf, which encrypts alike."""
_SEALED_KEYS = (48, 8192)
"""Bytes of ciphertext: less is no key, more are many."""
_OVERHEAD = 16
"""Bytes that secretbox adds."""


@dataclass(frozen=True, slots=True)
class CosignKeys:
    """The detector: armor, then JSON."""

    id: str = "cosign-private-key"
    title: str = "cosign private key"
    kinds: tuple[Kind, ...] = (_KIND,)
    anchors: tuple[Anchor, ...] = (
        Anchor(b"ENCRYPTED SIGSTORE PRIVATE KEY-----", nested=True),
        Anchor(b"ENCRYPTED COSIGN PRIVATE KEY-----"),
        Anchor(b'"nacl/secretbox"'),
    )
    reach: tuple[int, int] = (512, 16_384)
    sight: int | None = None

    def read(self, window: Window) -> Iterator[Reading]:
        """Every key whose BEGIN line or whose JSON begins in the window."""
        for block in blocks(window, _BEGIN):
            reading = _reading(block)
            if reading is not None:
                yield reading
        for match in _BARE.finditer(window.text, window.start, window.end):
            reading = _bare(match)
            if reading is not None:
                yield reading


def _bare(match: re.Match[bytes]) -> Reading | None:
    """The key in JSON without armor, as it would be in it: without any blanks."""
    value = json_value(match.group())
    hidden = _sealed(value)
    if not _SEALED_KEYS[0] <= hidden <= _SEALED_KEYS[1]:
        return None
    container = json.dumps(value, separators=(",", ":")).encode()
    return sealed(match.span(), _KIND, container, check=Check.PASSED, kdf=_NAMES["kdf"])


def _sealed(value: object) -> int:
    """Bytes of ciphertext of a key; 0 where the value is none."""
    if not isinstance(value, dict) or not all(_name(value.get(part)) == name for part, name in _NAMES.items()):
        return 0
    return _length(value.get("ciphertext"))


def _reading(block: Block) -> Reading | None:
    hidden = _sealed(json_value(block.data))
    if not hidden:
        return None
    check = Check.PASSED if block.closed and hidden > _OVERHEAD else Check.FAILED
    steps = ("pem-oneline",) if block.folded else ()
    return sealed((block.start, block.end), _KIND, block.data, check=check, steps=steps, kdf=_NAMES["kdf"])


def _name(part: object) -> object:
    return part.get("name") if isinstance(part, dict) else None


def _length(digits: object) -> int:
    """Bytes that the base64 digits spell; 0 where they are none."""
    try:
        return len(b64decode(digits, validate=True)) if isinstance(digits, str) else 0
    except ValueError:
        return 0


DETECTORS = (CosignKeys(),)

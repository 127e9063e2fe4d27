"""Private keys of SSH2 in the form of ssh.com, later Tectia, which PuTTYgen exports too. The label says ENCRYPTED even where they are not.

Four dashes and a blank begin the armor. In it are a magic number, the length, the type of the key, a cipher and what it hides: without a
passphrase the numbers of an RSA or DSA key, in the order of that implementation. Source: PuTTY, import.c.

Near misses: SSH2 public keys, source that knows the label, armor around anything without the magic number.
"""

from __future__ import annotations

from collections.abc import Iterator

from detectors import _containers
from detectors._armor import SSH2, Block, blocks
from detectors._keys import Key, read_der
from detectors._offline import plain_text
from detectors._private import KINDS, OTHER, reading
from scanner.contract import Anchor, Check, Confidence, Form, Kind, Reading, Window, rx
from scanner.records import dataclass

_BEGIN = rx(r"----[ ]BEGIN[ ] (?P<label> SSH2[ ]ENCRYPTED[ ]PRIVATE[ ]KEY ) [ ]----")
_COMMENT = rx(r"""Comment: [ \t]{0,8} \\{0,2} "? (?P<comment> [^\n\r"\\]{1,256} )""")
_NEAR = 1024
_MAGIC = b"\x3f\x6f\xf9\xeb"
_LENGTH = 4
_NONE = b"none"
_BLOCK = 8
_RSA, _DSA = b"if-modn", b"dl-modp"
_LONGEST_COMMENT = 256
_MOST_NUMBERS = 6


@dataclass(frozen=True, slots=True)
class Ssh2Keys:
    """The detector: armor, then what the container says."""

    id: str = "ssh2-private-key"
    title: str = "SSH2 private key"
    kinds: tuple[Kind, ...] = (KINDS["RSA"], KINDS["DSA"], OTHER)
    anchors: tuple[Anchor, ...] = (Anchor(b"SSH2 ENCRYPTED PRIVATE KEY ----"),)
    reach: tuple[int, int] = (128, 32_768)
    sight: int | None = None

    def read(self, window: Window) -> Iterator[Reading]:
        """Every key whose BEGIN line is in the window."""
        for block in blocks(window, _BEGIN, SSH2):
            key = _key(block)
            if key is not None:
                comment = _COMMENT.search(window.text, block.start, min(block.end, block.start + _NEAR))
                named = {"comment": plain_text(comment["comment"].strip(), _LONGEST_COMMENT)} if comment else {}
                confidence = Confidence.HIGH if block.closed else Confidence.MEDIUM
                steps = ("pem-oneline",) if block.folded else ()
                yield reading((block.start, block.end), key, confidence=confidence, steps=steps, **named)


def _key(block: Block) -> Key | None:
    data = block.data
    if not data.startswith(_MAGIC):
        return None
    whole = int.from_bytes(data[_LENGTH : 2 * _LENGTH], "big") == len(data)
    parts = list(_strings(data, 2 * _LENGTH))[:3]
    if len(parts) < len(("type", "cipher")):
        return None
    kind, cipher, *hidden = parts
    algorithm = "RSA" if kind.startswith(_RSA) else "DSA" if kind.startswith(_DSA) else None
    if cipher == _NONE:
        return _plain(algorithm, hidden[0]) if hidden else None
    sound = whole and bool(hidden) and len(hidden[0]) % _BLOCK == 0
    return Key(Form.PKCS8, data, algorithm, Check.PASSED if sound else Check.FAILED, encrypted=True, shown=False)


def _plain(algorithm: str | None, payload: bytes) -> Key | None:
    """The key in OpenSSL's container, so that it is the same credential as its PEM."""
    inner = next(_strings(payload, 0), b"")
    if algorithm == "RSA":
        e, d, n, u, p, q = _numbers(inner, 0)
        if min(e, d, n, u, p, q) == 0:
            return None
        # The coefficient is the inverse of q here if p and q are as OpenSSL has them; both remainders are computed anew.
        return read_der(_containers.rsa((n, e, d, p, q, d % (p - 1 or 1), d % (q - 1 or 1), u)), "RSA")
    if algorithm == "DSA":
        p, g, q, y, x, _ = _numbers(inner, _LENGTH)
        return read_der(_containers.rsa((p, q, g, y, x)), "DSA") if min(p, g, q, y, x) > 0 else None
    return None


def _strings(data: bytes, at: int) -> Iterator[bytes]:
    """Strings with a length of four octets, up to the first that is cut off."""
    while at + _LENGTH <= len(data):
        end = at + _LENGTH + int.from_bytes(data[at : at + _LENGTH], "big")
        if end > len(data):
            return
        yield data[at + _LENGTH : end]
        at = end


def _numbers(data: bytes, at: int) -> list[int]:
    """Six numbers, each after its length in bits; zero for what is not there."""
    found: list[int] = []
    while at + _LENGTH <= len(data) and len(found) < _MOST_NUMBERS:
        end = at + _LENGTH + (int.from_bytes(data[at : at + _LENGTH], "big") + 7) // 8
        found.append(int.from_bytes(data[at + _LENGTH : end], "big") if end <= len(data) else 0)
        at = end
    return [*found, *[0] * (_MOST_NUMBERS - len(found))]


DETECTORS = (Ssh2Keys(),)

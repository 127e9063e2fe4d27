"""Private keys of PuTTY (PPK), versions 2 and 3, plain or encrypted; the public half is in clear in both.

Without a passphrase the message authentication code has a known key, so that it tells whether the file is whole: HMAC-SHA-1 in version 2,
HMAC-SHA-256 in version 3. Line breaks may be escaped, lines indented or commented out. Source: PuTTY manual, appendix C.

Near misses: the header alone, as source that reads such files has it; files without a private half.
"""

from __future__ import annotations

import hmac
import re
from base64 import b64decode
from collections.abc import Iterator
from hashlib import sha1

from detectors._lines import bodies, mark_of
from detectors._offline import facts, plain_text
from detectors._signers import signer
from scanner.contract import Anchor, Check, Confidence, Form, Kind, Reading, Secret, Sort, Window, rx
from scanner.records import dataclass

_KIND = signer(
    "putty-private-key",
    "PuTTY private key",
    "Make a new key pair with a passphrase in PuTTYgen, or in a hardware token",
    "Add the new public key wherever the old one is authorised",
    "Take the old public key out of authorized_keys files, forges and servers",
    "Look for logins and signatures that nobody made",
    "Replace the copies",
)
_HEAD = b"PuTTY-User-Key-File-"
_LONGEST = 32_768
"""Bytes of a file. An RSA key of 16,384 bits takes 11,000."""
_NAME = rx(
    r"\s{0,80} (?P<name> Encryption | Comment | (?: Public | Private )-Lines | Key-Derivation | Argon2-[A-Za-z]{4,11} | Private-MAC ) :"
)
_COUNT = rx(r"(?P<name> (?: Public | Private )-Lines: ) [ ]{0,4} (?P<count> [0-9]{1,3} ) \s{0,80}")
_GAP = rx(r"[ \t]{0,80} \n \s{0,80}")
_BLANKS = rx(r"(?<= [A-Za-z0-9+/=] ) [ \t]{1,8} (?= [A-Za-z0-9+/=]{4} )")
_BEGIN = rx(r"PuTTY-User-Key-File-(?P<version>[23]):[ ](?P<algorithm>[a-z0-9@.-]{1,64})")
_END = rx(r"Private-MAC:[ ]{0,4}(?P<mac>[0-9A-Fa-f]{40}(?:[0-9A-Fa-f]{24})?)(?![0-9A-Fa-f])")
_FILE = rx(r"""
    \n? Encryption: [ ] (?P<encryption> [a-z0-9-]{1,32} ) \n
    Comment: [ ]? (?P<comment> [^\n]{0,1024} ) \n
    Public-Lines: [ ] (?P<public_lines> [0-9]{1,3} ) \n (?P<public> (?: [A-Za-z0-9+/=]{1,16384} \n ){1,400}+ )
    (?: (?: Key-Derivation | Argon2-[A-Za-z]{4,11} ): [ ] [A-Za-z0-9]{1,128} \n ){0,5}
    Private-Lines: [ ] (?P<private_lines> [0-9]{1,3} ) \n (?P<private> (?: [A-Za-z0-9+/=]{1,16384} (?: \n | \Z ) ){1,400}+ )
""")
_MAC_KEY = b"putty-private-key-file-mac-key"
_BLOCK = 16
"""What AES puts out comes in multiples of this."""
_LINE = 64
"""Digits in a line."""
_LONGEST_COMMENT = 256


@dataclass(frozen=True, slots=True)
class PuttyKeys:
    """The detector: a file from its header to its authentication code."""

    id: str = "putty-private-key"
    title: str = "PuTTY private key"
    kinds: tuple[Kind, ...] = (_KIND,)
    anchors: tuple[Anchor, ...] = (Anchor(_HEAD),)
    reach: tuple[int, int] = (64, _LONGEST)
    sight: int | None = None

    def read(self, window: Window) -> Iterator[Reading]:
        """Every file whose header is in the window."""
        at = window.start
        while (begin := _BEGIN.search(window.text, at, window.end)) is not None:
            at = begin.end()
            following = window.text.find(_HEAD, at, begin.start() + _LONGEST)
            closing = _END.search(window.text, at, following if following >= 0 else begin.start() + _LONGEST)
            reading = _reading(begin, closing) if closing else None
            if reading is not None:
                yield reading


def _reading(begin: re.Match[bytes], closing: re.Match[bytes]) -> Reading | None:
    raw = begin.string[begin.end() : closing.start()]
    folded = b"\n" not in raw and b"\r" not in raw
    mark = mark_of(begin.string, begin.start())
    file = next((file for body in bodies(raw, mark) if (file := _FILE.fullmatch(_lines(body))) is not None), None)
    public, private = (_decoded(file[name]) for name in ("public", "private")) if file else (None, None)
    if file is None or public is None or private is None:
        return None
    encrypted = file["encryption"] != b"none"
    sound = _whole(file, private) if encrypted else _authentic(file, public, private, begin, closing["mac"])
    return Reading(
        begin.start(),
        closing.end(),
        _KIND.id,
        Secret(_strings(file["encryption"], public, private)),
        sort=Sort.SPKI,
        form=Form.PUTTY,
        check=Check.PASSED if sound else Check.FAILED,
        confidence=Confidence.HIGH if sound else Confidence.LOW,
        facts=facts(
            _KIND.lifetime,
            at_rest="encrypted" if encrypted else "plain",
            encrypted=encrypted,
            comment=plain_text(file["comment"], _LONGEST_COMMENT) or None,
            ppk_version=int(begin["version"]),
        ),
        steps=("pem-oneline",) if folded else (),
    )


def _lines(body: bytes) -> bytes:
    """The file with one line end between its fields, and between them alone; also where blanks took their places, or nothing did."""
    fields = _COUNT.sub(rb"\g<name> \g<count>\n", _NAME.sub(rb"\n\g<name>:", body.rstrip()))
    head, mark, rest = fields.partition(b"\nPublic-Lines:")
    return _GAP.sub(b"\n", head + mark + _BLANKS.sub(b"\n", rest))


def _decoded(lines: bytes) -> bytes | None:
    digits = lines.replace(b"\n", b"")
    try:
        return b64decode(digits, validate=True) or None
    except ValueError:
        return None


def _whole(file: re.Match[bytes], private: bytes) -> bool:
    """Whether the announced lines are there and what is encrypted fills whole blocks: all that a file says without its passphrase."""
    lengths = {name: len(file[name]) - file[name].count(b"\n") for name in ("public", "private")}
    counted = all(-(-length // _LINE) == int(file[f"{name}_lines"]) for name, length in lengths.items())
    return counted and len(private) % _BLOCK == 0


def _authentic(file: re.Match[bytes], public: bytes, private: bytes, head: re.Match[bytes], mac: bytes) -> bool:
    """Whether the authentication code of a file without a passphrase holds."""
    key, digest = (sha1(_MAC_KEY, usedforsecurity=False).digest(), "sha1") if head["version"] == b"2" else (b"", "sha256")
    covered = _strings(head["algorithm"], file["encryption"], file["comment"], public, private)
    return hmac.digest(key, covered, digest).hex().encode() == mac.lower()


def _strings(*parts: bytes) -> bytes:
    """The parts as strings of RFC 4251, section 5."""
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


DETECTORS = (PuttyKeys(),)

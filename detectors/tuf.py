"""Private keys of The Update Framework and in-toto, in the JSON of securesystemslib and of go-tuf, and in securesystemslib's old encrypted form.

`keyval` has both halves in hexadecimal; where the private one is PEM, it is found as PEM. go-tuf encrypts the list of keys of a role with
scrypt and NaCl's secretbox, securesystemslib wrote five fields of hexadecimal with `@@@@` between: salt, iterations, HMAC, counter,
ciphertext. The public half of a key is in clear beside it, and the fact `keyid` is what metadata calls it: SHA-256 of the canonical JSON of
type, scheme and public half. Sources: TUF specification, 4.2; secure-systems-lab/securesystemslib, formats; theupdateframework/go-tuf,
encrypted.

Near misses: metadata, which has public halves alone; an empty `private`; keys of cosign, which are the same encryption in armor.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from hashlib import sha256

from detectors._offline import json_value, plain_text
from detectors._signers import bare, sealed, signer
from scanner.contract import Anchor, Check, Kind, Reading, Window, rx
from scanner.records import dataclass

_KIND = signer(
    "tuf-private-key",
    "TUF or in-toto signing key",
    "Make a new key, in a hardware token or a key management service where the role allows it",
    "Sign root metadata, or the layout, in which the new key stands in place of the old one, with the threshold of root keys",
    "Sign the metadata of the role again, and publish it",
    "Look for metadata and attestations that nobody signed",
    "Replace the copies",
)
_SPAN = 4096
"""Bytes around a private half in which its object begins and ends."""
_PRIVATE = rx(r"""
    "keyval" \s{0,8} : \s{0,8} \{ \s{0,64}
    (?: "public" \s{0,8} : \s{0,8} " (?P<before> [0-9a-f]{64} ) " \s{0,8} , \s{0,64} )?
    "private" \s{0,8} : \s{0,8} " (?P<private> [0-9a-f]{64} (?: [0-9a-f]{64} )? ) " \s{0,64}
    (?: , \s{0,64} "public" \s{0,8} : \s{0,8} " (?P<after> [0-9a-f]{64} ) " \s{0,64} )? \}
""")
_TYPE = rx(r'"keytype" \s{0,8} : \s{0,8} "ed25519"')
_SCHEME = rx(r'"scheme" \s{0,8} : \s{0,8} "(?P<scheme> [a-z0-9-]{1,64} )"')
_HASHES = rx(
    r'"keyid_hash_algorithms" \s{0,8} : \s{0,8} \[ \s{0,32} (?P<hashes> (?: "sha[0-9]{3}" \s{0,32}+ (?: , \s{0,32}+ )? ){1,4} ) \]'
)
_HASH = re.compile(rb"sha[0-9]{3}")
_BOXED = rx(r"""
    \{ \s{0,64} "encrypted" \s{0,8} : \s{0,8} true \s{0,8} , \s{0,64} "data" \s{0,8} : \s{0,8} (?P<data> \{
      (?: [^{}"]{0,64} "[^"\\]{0,65536}" | [^{}"]{0,64} \{ | [^{}"]{0,64} \} ){4,32} [^{}"]{0,64} ) \}
""")
_FIELDS = rx(r"""
    (?<![0-9a-f@]) [0-9a-f]{16,128} @@@@ [0-9]{1,8} @@@@ (?P<mac> [0-9a-f]{64} ) @@@@ [0-9a-f]{32} @@@@ (?P<hidden> [0-9a-f]{64,65536} ) (?![0-9a-f@])
""")
_HEX = 2
_SEED = 64
"""Hexadecimal digits of a seed; go-tuf writes the public half after it."""


@dataclass(frozen=True, slots=True)
class TufKeys:
    """The detector: keys in clear, boxes, and rows of fields."""

    id: str = "tuf-private-key"
    title: str = _KIND.title
    kinds: tuple[Kind, ...] = (_KIND,)
    anchors: tuple[Anchor, ...] = (
        Anchor(b'"keyval"', then=rb'\s{0,8}:\s{0,8}\{\s{0,64}(?:"public"\s{0,8}:\s{0,8}"[0-9a-f]{64}"\s{0,8},\s{0,32})?"private"'),
        Anchor(b'"nacl/secretbox"', encoded=False),
        Anchor(b"@@@@", before=rb"[0-9a-f]{16}", then=rb"[0-9]{1,8}@@@@[0-9a-f]{64}@@@@[0-9a-f]{32}@@@@[0-9a-f]{32}", encoded=False),
    )
    reach: tuple[int, int] = (_SPAN, 65_536)
    sight: int | None = None

    def read(self, window: Window) -> Iterator[Reading]:
        """Every key whose private half is in the window."""
        for match in _PRIVATE.finditer(window.text, window.start, window.end):
            reading = _clear(match)
            if reading is not None:
                yield reading
        for match in _BOXED.finditer(window.text, window.start, window.end):
            reading = _boxed(match)
            if reading is not None:
                yield reading
        for match in _FIELDS.finditer(window.text, window.start, window.end):
            check = Check.PASSED if len(match["hidden"]) % _HEX == 0 else Check.FAILED
            yield sealed(match.span(), _KIND, match.group(), check=check, kdf="pbkdf2")


def _clear(match: re.Match[bytes]) -> Reading | None:
    private, public = match["private"], match["before"] or match["after"] or b""
    shown = public or private[_SEED:]
    around = match.string[max(0, match.start() - _SPAN) : match.start()], match.string[match.end() : match.end() + _SPAN]
    object_text = around[0][around[0].rfind(b"{") :] + match.group() + around[1][: around[1].find(b"}") + 1]
    if not _TYPE.search(object_text) or not shown:
        return None
    check = Check.PASSED if private[_SEED:] in {b"", shown} else Check.FAILED
    seed = bytes.fromhex(private[:_SEED].decode())
    return bare(match.span("private"), _KIND, "Ed25519", seed, check=check, encrypted=False, keyid=_keyid(object_text, shown))


def _keyid(object_text: bytes, public: bytes) -> str:
    """The name of a key in metadata: what canonical JSON leaves no choice in is what `json` writes here."""
    scheme, hashes = _SCHEME.search(object_text), _HASHES.search(object_text)
    named: dict[str, object] = {"keytype": "ed25519", "keyval": {"public": public.decode()}}
    if scheme:
        named["scheme"] = scheme["scheme"].decode()
    if hashes:
        named["keyid_hash_algorithms"] = [name.decode() for name in _HASH.findall(hashes["hashes"])]
    return sha256(json.dumps(named, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _boxed(match: re.Match[bytes]) -> Reading | None:
    value = json_value(match["data"])
    if not isinstance(value, dict) or not isinstance(value.get("ciphertext"), str):
        return None
    kdf = value.get("kdf")
    name = kdf.get("name") if isinstance(kdf, dict) else None
    check = Check.PASSED if isinstance(name, str) and value["ciphertext"] else Check.FAILED
    container = json.dumps(value, sort_keys=True, separators=(",", ":")).encode()
    return sealed(match.span(), _KIND, container, check=check, kdf=plain_text(str(name).encode(), 32))


DETECTORS = (TufKeys(),)

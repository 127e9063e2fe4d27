"""What Jenkins encrypted, opened with the keys that lie beside it.

- `secrets/master.key` is text; the first 16 bytes of its SHA-256 are an AES key, which encrypts the other files of the folder (ECB, PKCS#7):
  256 random bytes and a mark. The first 16 of those bytes are the key that the file is about.
- A `Secret` is `{` base64 `}` of a version (1), the lengths of vector and ciphertext in four bytes each, and both: AES-CBC with the key of
  `hudson.util.Secret`. Before version 2.44 it is base64 without braces: AES-ECB of the text and the mark, also with a key from `secret.key`.
- `SecretBytes`, the content of files, are `{` base64 `}` of eight bytes of salt, the number of bytes that are added at the end, ciphertext and
  those: AES-CBC, key and vector are SHA-256 of the key in `com.cloudbees.plugins.credentials.SecretBytes.KEY` and the salt.

(Sources: `jenkinsci/jenkins`, `DefaultConfidentialStore`, `CryptoConfidentialKey`, `Secret` and `HistoricalSecrets`;
`jenkinsci/credentials-plugin`, `SecretBytes` and `CredentialsConfidentialKey`.)
"""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from collections.abc import Iterator
from hashlib import sha256

from scanner.records import dataclass, field
from scanner.sources.ci_exports.neighbours import Neighbours

SEALED = re.compile(rb"\{(?P<body>[A-Za-z0-9+/]{24,}+={0,2})\}")
"""A `Secret` or `SecretBytes` in base64; 24 characters hold one block of AES and eight bytes before it."""
_OLD = re.compile(rb"[A-Za-z0-9+/]{43,}+={0,2}")
"""One without braces: the mark and more than three characters of text are two blocks."""
_MAGIC = b"::::MAGIC::::"
_VERSION = b"\x01"
_HEAD = 9
"""Bytes of the version and the two lengths."""
_BLOCK = 16
_SALT = 8
_HOMES = frozenset({"jobs", "users", "branches"})
"""Folders of the home of Jenkins that have one for each of what they list."""
_FARTHEST = 16
_FILES = "com.cloudbees.plugins.credentials.SecretBytes.KEY"


def is_sealed(text: bytes) -> bool:
    """Whether `text` looks like a `Secret` or like `SecretBytes`, of any version."""
    found = SEALED.fullmatch(text)
    if found is None:
        return _OLD.fullmatch(text) is not None and len(_decoded(text)) % _BLOCK == 0 and bool(_decoded(text))
    raw = _decoded(found["body"])
    return _vector_and_data(raw) is not None or _salt_and_data(raw) is not None


def is_secret(text: bytes) -> bool:
    """Whether `text` is beyond doubt a `Secret` in braces: its lengths are those that it names."""
    found = SEALED.fullmatch(text)
    return found is not None and _vector_and_data(_decoded(found["body"])) is not None


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of one Jenkins."""

    secret: bytes | None = field(default=None, repr=False)
    """For a `Secret`."""
    files: bytes | None = field(default=None, repr=False)
    """For `SecretBytes`."""
    legacy: bytes | None = field(default=None, repr=False)
    """From `secret.key`, for the oldest."""

    def open(self, text: bytes) -> bytes | None:
        """What `text` was made from; None where no key opens it."""
        found = SEALED.fullmatch(text)
        if found is None:
            keys = (key for key in (self.secret, self.legacy) if key is not None)
            return next((plain for key in keys if (plain := _opened_old(key, _decoded(text))) is not None), None)
        raw = _decoded(found["body"])
        parts = _vector_and_data(raw)
        if parts is not None:
            return None if self.secret is None else _text(_decrypted(self.secret, *parts))
        return None if self.files is None else _opened_bytes(self.files, raw)


def keys_beside(beside: Neighbours) -> Keys:
    """The keys that lie in the folder of an export, in `secrets` there, or in `secrets` of the home of Jenkins that the export is in."""
    for above, folder in _places(beside):
        master = beside.read(f"{folder}master.key", above=above)
        if master is not None:
            key = sha256(master.strip()).digest()[:_BLOCK]
            return Keys(
                _key(key, beside.read(f"{folder}hudson.util.Secret", above=above)),
                _key(key, beside.read(f"{folder}{_FILES}", above=above)),
                _legacy(beside, above),
            )
    return Keys(legacy=_legacy(beside, 0))


def _places(beside: Neighbours) -> Iterator[tuple[int, str]]:
    yield 0, "secrets/"
    yield 0, ""
    above, folders = 0, beside.folders
    while above < _FARTHEST and len(folders) > above + 1 and folders[above + 1] in _HOMES:
        above += 2
        yield above, "secrets/"


def _legacy(beside: Neighbours, above: int) -> bytes | None:
    text = beside.read("secret.key", above=above)
    return None if text is None else sha256(text.strip()).digest()[:_BLOCK]


def _key(master: bytes, data: bytes | None) -> bytes | None:
    """The key in a file of `secrets`; None where the file is missing or the master key is another one."""
    plain = None if data is None else _opened_old(master, data)
    return plain[:_BLOCK] if plain is not None and len(plain) >= _BLOCK else None


def _text(plain: bytes | None) -> bytes | None:
    """Plain text as a `Secret` has it; what is no UTF-8 was opened with the key of another Jenkins."""
    try:
        (plain or b"").decode()
    except UnicodeDecodeError:
        return None
    return plain


def _opened_old(key: bytes, data: bytes) -> bytes | None:
    plain = _decrypted(key, None, data)
    return plain.removesuffix(_MAGIC) if plain is not None and plain.endswith(_MAGIC) else None


def _opened_bytes(key: bytes, raw: bytes) -> bytes | None:
    parts = _salt_and_data(raw)
    if parts is None:
        return None
    made = sha256(key + parts[0]).digest()
    return _decrypted(made[:_BLOCK], made[_BLOCK:], parts[1])


def _salt_and_data(raw: bytes) -> tuple[bytes, bytes] | None:
    """The two parts of `SecretBytes`; None where they are none."""
    if len(raw) % _BLOCK or len(raw) < 2 * _BLOCK:
        return None
    data = raw[_SALT + 1 : len(raw) - raw[_SALT]]
    return (raw[:_SALT], data) if 0 < raw[_SALT] <= _BLOCK and data and len(data) % _BLOCK == 0 else None


def _vector_and_data(raw: bytes) -> tuple[bytes, bytes] | None:
    """The two parts of a `Secret`; None where it is none."""
    vector, data = int.from_bytes(raw[1:5], "big"), int.from_bytes(raw[5:_HEAD], "big")
    fits = raw.startswith(_VERSION) and vector == _BLOCK and data and data % _BLOCK == 0 and len(raw) == _HEAD + vector + data
    return (raw[_HEAD : _HEAD + vector], raw[_HEAD + vector :]) if fits else None


def _decoded(text: bytes) -> bytes:
    try:
        return b64decode(text, validate=True)
    except binascii.Error:
        return b""


def _decrypted(key: bytes, vector: bytes | None, data: bytes) -> bytes | None:
    """AES without its padding, in ECB where there is no vector; None where the padding shows that the key is another one."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes  # noqa: PLC0415 (40 ms that most runs never need)
    from cryptography.hazmat.primitives.padding import PKCS7  # noqa: PLC0415 (as above)

    if not data or len(data) % _BLOCK:
        return None
    mode = modes.ECB() if vector is None else modes.CBC(vector)  # noqa: S305 - what Jenkins chose
    decryptor = Cipher(algorithms.AES(key), mode).decryptor()
    unpadder = PKCS7(_BLOCK * 8).unpadder()
    try:
        return unpadder.update(decryptor.update(data) + decryptor.finalize()) + unpadder.finalize()
    except ValueError:
        return None

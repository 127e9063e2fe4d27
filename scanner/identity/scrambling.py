"""Passwords that programs scramble with what is published, or with what lies beside them: whoever has the file can read them.

Sources: rclone's `obscure` (AES-256 in counter mode under a constant), DBeaver's `DefaultSecureStorage` (AES-128 in chained blocks under a
constant), MySQL's `mysql_config_editor` (AES-128, block by block, under a key that is folded from the file's head), WinSCP's `DecryptPassword`
without a master password (each byte inverted and combined with a constant).
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode

_BLOCK = 16
_RCLONE = bytes.fromhex("9c935b48730a554d6bfd7c63c886a92b" + "d390198eb8128afbf4de162b8b95f638")
_DBEAVER = bytes.fromhex("babb4a9f774ab853" + "c96c2d653dfe544a")
_MYSQL_HEAD, _MYSQL_UNUSED, _LENGTH = 24, 4, 4
_WINSCP, _FLAG = 0xA3, 0xFF
_HEX = re.compile(rb"(?:[0-9A-Fa-f]{2}){1,4096}")
_OBSCURED = re.compile(rb"[0-9A-Za-z_-]{22,8192}")


def rclone(written: bytes) -> bytes | None:
    """What `rclone obscure` was given; None for what it cannot have written."""
    if not _OBSCURED.fullmatch(written):
        return None
    try:
        raw = urlsafe_b64decode(written + b"=" * (-len(written) % 4))
    except ValueError:
        return None
    return _text(_deciphered("CTR", _RCLONE, raw[_BLOCK:], raw[:_BLOCK]))


def dbeaver(data: bytes) -> bytes | None:
    """The JSON in DBeaver's `credentials-config.json`; None for another file."""
    if len(data) % _BLOCK or len(data) < 2 * _BLOCK:
        return None
    plain = _unpadded(_deciphered("CBC", _DBEAVER, data[_BLOCK:], data[:_BLOCK]))
    return plain if plain is not None and plain.startswith(b"{") else None


def mysql(data: bytes) -> bytes | None:
    """The sections in a login path file of MySQL; None for another file."""
    key = bytearray(_BLOCK)
    for at, byte in enumerate(data[_MYSQL_UNUSED:_MYSQL_HEAD]):
        key[at % _BLOCK] ^= byte
    lines: list[bytes] = []
    at = _MYSQL_HEAD
    while at + _LENGTH <= len(data):
        size = int.from_bytes(data[at : at + _LENGTH], "little")
        at += _LENGTH
        line = data[at : at + size]
        if not size or size % _BLOCK or len(line) < size:
            return None
        plain = _unpadded(_deciphered("ECB", bytes(key), line, b""))
        if plain is None:
            return None
        lines.append(plain)
        at += size
    text = b"".join(lines)
    return text if text.startswith(b"[") else None


def winscp(written: bytes, keys: tuple[bytes, ...]) -> bytes | None:
    """A password of WinSCP; `keys` are what it may have put in front, the user and the host of a session. None where none of them fits."""
    if not _HEX.fullmatch(written):
        return None
    plain = bytes(~(byte ^ _WINSCP) & 0xFF for byte in bytes.fromhex(written.decode()))
    flag, at, size = plain[0], 1, plain[0]
    if flag == _FLAG:
        wide = plain[1:2] == b"\x02"
        if not wide and plain[1:2] != b"\0":
            return None
        at = 4 if wide else 3
        size = int.from_bytes(plain[2:at], "big")
    at += 1 + (plain[at] if at < len(plain) else 0)
    said = plain[at : at + size]
    if len(said) < size:
        return None
    if flag != _FLAG:
        return _text(said)
    return next((_text(said[len(key) :]) for key in keys if said.startswith(key)), None)


def _deciphered(mode: str, key: bytes, data: bytes, first: bytes) -> bytes:
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes  # noqa: PLC0415 - few runs meet any of this

    if mode == "CTR":
        machine = Cipher(algorithms.AES(key), modes.CTR(first)).decryptor()
    elif mode == "CBC":
        machine = Cipher(algorithms.AES(key), modes.CBC(first)).decryptor()
    else:
        machine = Cipher(algorithms.AES(key), modes.ECB()).decryptor()  # noqa: S305 - what MySQL chose
    return machine.update(data) + machine.finalize()


def _unpadded(data: bytes) -> bytes | None:
    """Without what fills its last block (PKCS #7); None where that is not what it ends in."""
    size = data[-1] if data else 0
    return data[:-size] if 0 < size <= _BLOCK and data.endswith(bytes((size,)) * size) else None


def _text(data: bytes) -> bytes | None:
    """The same where it can be a password; None for noise."""
    try:
        return data if data and data.decode().isprintable() else None
    except UnicodeDecodeError:
        return None

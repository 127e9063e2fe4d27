"""Passwords scrambled as programs do it, when a test runs. Written from what the programs document, not from how we undo it."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

_RCLONE = [156, 147, 91, 72, 115, 10, 85, 77, 107, 253, 124, 99, 200, 134, 169, 43]
_RCLONE += [211, 144, 25, 142, 184, 18, 138, 251, 244, 222, 22, 43, 139, 149, 246, 56]
_DBEAVER = [-70, -69, 74, -97, 119, 74, -72, 83, -55, 108, 45, 101, 61, -2, 84, 74]
_IV = bytes(range(16))


def rclone(password: str, first: bytes = _IV) -> str:
    machine = Cipher(algorithms.AES(bytes(_RCLONE)), modes.CTR(first)).encryptor()
    return urlsafe_b64encode(first + machine.update(password.encode()) + machine.finalize()).decode().rstrip("=")


def dbeaver(connections: object) -> bytes:
    machine = Cipher(algorithms.AES(bytes(byte % 256 for byte in _DBEAVER)), modes.CBC(_IV)).encryptor()
    return _IV + machine.update(_padded(json.dumps(connections).encode())) + machine.finalize()


def mysql(*lines: str, key: bytes = b"twenty bytes of a key") -> bytes:
    """A login path file of these lines."""
    key = key[:20].ljust(20, b"\1")
    folded = bytes(byte ^ (key[16 + at] if at < 4 else 0) for at, byte in enumerate(key[:16]))
    records = []
    for line in lines:
        machine = Cipher(algorithms.AES(folded), modes.ECB()).encryptor()  # noqa: S305 - what MySQL chose
        record = machine.update(_padded(f"{line}\n".encode())) + machine.finalize()
        records.append(len(record).to_bytes(4, "little") + record)
    return bytes(4) + key + b"".join(records)


def winscp(password: str, key: str = "", *, flag: bool = True, shift: int = 3) -> str:
    """`key` is user and host; without the flag it is the scheme of old versions."""
    said = f"{key if flag else ''}{password}".encode()
    head = [0xFF, 2, len(said) >> 8, len(said) & 0xFF] if len(said) > 255 else [0xFF, 0, len(said)]
    letters = [*(head if flag else [len(said)]), shift, *range(shift), *said]
    letters += [7] * (50 - len(letters))
    return "".join(f"{(~letter & 0xFF) ^ 0xA3:02X}" for letter in letters)


def _padded(data: bytes) -> bytes:
    padder = PKCS7(128).padder()
    return padder.update(data) + padder.finalize()

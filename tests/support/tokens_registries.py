"""Tokens of package registries and their neighbours that say something about themselves. Deterministic, like those in `tokens`."""

from __future__ import annotations

import hashlib
from base64 import b32encode, b64encode
from collections.abc import Callable
from datetime import datetime

from detectors import _annotated
from tests.support.tokens import BASE62, base62


def crates_minted(seed: int = 0) -> str:
    """A token that trusted publishing at the crates registry minted."""
    body = base62(seed, 31)
    rest = 0
    for letter in body:
        rest ^= ord(letter)
    return f"cio_tp_{body}{'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'[rest % 62]}"


def nuget(seed: int = 0) -> str:
    """A NuGet API key of the fourth version."""
    noise = bytearray(hashlib.sha256(f"nuget:{seed}".encode()).digest())
    name, password = b"v4" + bytes(byte or 1 for byte in noise[:10]), noise[16:]
    password[7] = password[7] & 0x0F | 0x40
    password[8] = password[8] & 0x3F | 0x80
    return "".join(b32encode(half).decode().rstrip("=").lower() for half in (name, password))


def nuget_dated(
    seed: int = 0, *, made: str = "2026-03-04T05:06", minutes: int = 43_200, owner: int = 1337, place: str = "P", sort: str = "L"
) -> str:
    """A NuGet API key of the fifth version: made at that time in UTC, for so many minutes, for that owner in that environment."""
    moment = datetime.fromisoformat(made)
    time = _digits(moment.day - 1, moment.hour, moment.minute)
    return annotated(seed, moment, f"N5{place}{_base62(owner, 6)}{time}{sort}{_base62(minutes // 5, 3)}NUGT")


def nuget_undated(seed: int = 0) -> str:
    """A key of that version with its checksum, made on the 32nd of a month."""
    return annotated(seed, datetime(2026, 3, 1), f"N5P{_base62(1, 6)}fAAL{_base62(1, 3)}NUGT")  # noqa: DTZ001 - only year and month are used


def azure_devops(seed: int = 0, *, made: str = "2026-03-01", coding: int = 0) -> str:
    """An Azure DevOps personal access token that was made in that month, its checksum in base62 or, as `coding` 1, in base64."""
    return annotated(seed, datetime.fromisoformat(made), f"ACAAAA{base62(seed + 1, 6)}AAASAZDO", coding)


def annotated(seed: int, made: datetime, rest: str, coding: int = 0) -> str:
    """A common annotated key with its checksum; `rest` is what stands between its date and that."""
    signed = f"{base62(seed, 52)}JQQJ99{_digits(made.year - 2024, made.month - 1)}{rest}"
    return signed + _annotated.checksums(signed.encode())[coding].decode()


def reference(seed: int = 0, *, expires: int = 0) -> str:
    """A reference token of Artifactory, which ends at that time in Unix seconds, or never."""
    return b64encode(f"reftkn:01:{expires:010}:{base62(seed, 27)}".encode()).decode()


def _digits(*numbers: int) -> str:
    return b"".join(_annotated.DIGITS[number : number + 1] for number in numbers).decode()


def _base62(number: int, width: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 62)
        digits = BASE62[digit] + digits
    return digits.rjust(width, "0")


def _seed(options: list[str]) -> int:
    return int(options[0]) if options else 0


def _dated(options: list[str], more: dict[str, str]) -> str:
    return nuget_dated(
        _seed(options),
        made=more.get("made", "2026-03-04T05:06"),
        minutes=int(more.get("minutes", 43_200)),
        owner=int(more.get("owner", 1337)),
        place=more.get("place", "P"),
        sort=more.get("sort", "L"),
    )


VALUES: dict[str, Callable[[list[str], dict[str, str]], str]] = {
    "crates_minted": lambda options, _: crates_minted(_seed(options)),
    "nuget": lambda options, _: nuget(_seed(options)),
    "nuget_dated": _dated,
    "nuget_undated": lambda options, _: nuget_undated(_seed(options)),
    "azdo": lambda options, more: azure_devops(_seed(options), made=more.get("made", "2026-03-01"), coding=int(more.get("coding", 0))),
    "reftkn": lambda options, more: reference(_seed(options), expires=int(more.get("expires", 0))),
}
"""What fixtures call these tokens."""

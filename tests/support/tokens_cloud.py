"""Ids of AWS access keys with the account in them, and random letters of both cases, for fixtures."""

from __future__ import annotations

from base64 import b32encode
from collections.abc import Callable
from hashlib import shake_256


def aws_id(options: list[str], more: dict[str, str]) -> str:
    """`<aws_id:1 account=123456789012 prefix=ASIA>`; with `old=yes` one from before 2019, which does not tell its account."""
    seed = options[0] if options else "0"
    noise = int.from_bytes(shake_256(f"aws:{seed}".encode()).digest(10), "big")
    account = int(more.get("account", 100_000_000_000 + int(seed)))
    number = ("old" not in more) << 79 | account << 39 | noise & (1 << 39) - 1
    return more.get("prefix", "AKIA") + b32encode(number.to_bytes(10, "big")).decode()


def letters(options: list[str], _: dict[str, str]) -> str:
    """`<letters:1>`: 34 that look random, of both cases."""
    alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return "".join(alphabet[byte % len(alphabet)] for byte in shake_256(f"letters:{options[0]}".encode()).digest(34))


TEMPLATES: dict[str, Callable[[list[str], dict[str, str]], str]] = {"aws_id": aws_id, "letters": letters}

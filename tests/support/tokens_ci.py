"""Tokens of CI vendors that none of them ever minted. Deterministic: the same arguments give the same token."""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from uuid import UUID

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_RANDOM = 4


def circleci(prefix: str, seed: int = 0, version: int = _RANDOM) -> str:
    """A CircleCI token with a UUID of this version."""
    number = UUID(bytes=_stream("uuid", seed, 16), version=version).int
    digits = ""
    while number:
        number, digit = divmod(number, 58)
        digits = _BASE58[digit] + digits
    return f"{prefix}{digits}_{_stream('circleci', seed, 20).hex()}"


def teamcity(seed: int = 0) -> str:
    """A TeamCity access token."""
    parts = (b'{"typ": "TCV2"}', base58(seed, 27).encode(), str(UUID(bytes=_stream("teamcity", seed, 16), version=_RANDOM)).encode())
    return ".".join(map(_unpadded, parts))


def base58(seed: int, length: int) -> str:
    """Random-looking characters without those that one takes for others."""
    return "".join(_BASE58[byte % 58] for byte in _stream("base58", seed, length))


def jenkins_secret(seed: int = 0, blocks: int = 2) -> str:
    """What Jenkins writes between braces for a secret of so many blocks of AES."""
    head = b"\1" + (16).to_bytes(4, "big") + (16 * blocks).to_bytes(4, "big")
    return b64encode(head + _stream("jenkins", seed, 16 * (1 + blocks))).decode()


def jwt(seed: int, **claims: object) -> str:
    """A JWT with these claims."""
    return ".".join((_json({"alg": "HS512"}), _json(claims), _unpadded(_stream("jwt", seed, 64))))


def rails(seed: int, message: object) -> str:
    """A message as Rails signs it."""
    return f"{_json(message)}--{_stream('rails', seed, 20).hex()}"


def _template_rails(options: list[str], more: dict[str, str]) -> str:
    return rails(int(options[0]), {"_rails": {"data": ["a", "b"], **more}})


def _template_jwt(options: list[str], more: dict[str, str]) -> str:
    return jwt(int(options[0]), **{name: int(value) if value.isdigit() else value for name, value in more.items()})


TEMPLATES: dict[str, Callable[[list[str], dict[str, str]], str]] = {
    "circleci": lambda options, _: circleci(options[0], *map(int, options[1:])),
    "teamcity": lambda options, _: teamcity(int(options[0])),
    "ci_base58": lambda options, _: base58(int(options[0]), int(options[1])),
    "ci_hex": lambda options, _: _stream("digits", int(options[0]), 64).hex()[: int(options[1])],
    "jenkins_secret": lambda options, _: jenkins_secret(int(options[0])),
    "ci_jwt": _template_jwt,
    "ci_rails": _template_rails,
}


def _stream(label: str, seed: int, length: int) -> bytes:
    return hashlib.shake_256(f"ci:{label}:{seed}".encode()).digest(length)


def _unpadded(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def _json(value: object) -> str:
    return _unpadded(json.dumps(value, separators=(",", ":")).encode())

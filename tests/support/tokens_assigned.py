"""Values that only a name or a place tells, and tokens of JFrog's software. Deterministic, like those in `tokens`."""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64encode
from collections.abc import Callable

from scanner import hosts

_BASE32 = "abcdefghijklmnopqrstuvwxyz234567"
_BASE36 = "0123456789abcdefghijklmnopqrstuvwxyz"
_CAPITALS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_HOSTS = {"trunk": hosts.COCOAPODS_TRUNK, "cloudsmith": hosts.CLOUDSMITH_DOWNLOADS, "docker": hosts.DOCKER_HUB}


def letters(alphabet: str, seed: int, length: int) -> str:
    """Random-looking characters of an alphabet."""
    stream = hashlib.shake_256(f"assigned:{alphabet}:{seed}".encode()).digest(length)
    return "".join(alphabet[byte % len(alphabet)] for byte in stream)


def jfrog(seed: int = 0, **claims: object) -> str:
    """An access token of JFrog's software with these claims."""
    header = {"ver": "2", "typ": "JWT", "alg": "RS256", "kid": letters(_BASE36, seed, 43)}
    signature = hashlib.shake_256(f"jfrog:{seed}".encode()).digest(256)
    return ".".join((_part(json.dumps(header, separators=(",", ":")).encode()), _part(json.dumps(claims).encode()), _part(signature)))


def _part(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def _of(alphabet: str) -> Callable[[list[str], dict[str, str]], str]:
    return lambda options, _: letters(alphabet, int(options[0]), int(options[1]))


def _jfrog(options: list[str], more: dict[str, str]) -> str:
    return jfrog(int(options[0]), **{name: int(value) if value.isdigit() else value for name, value in more.items()})


TEMPLATES: dict[str, Callable[[list[str], dict[str, str]], str]] = {
    "base32": _of(_BASE32),
    "base36": _of(_BASE36),
    "capitals": _of(_CAPITALS),
    "jfrog": _jfrog,
    "at": lambda _, more: hosts.spell(_HOSTS[more["of"]]),
}
"""What fixtures call these values."""

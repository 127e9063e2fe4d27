"""GitLab's tokens that no instance ever minted, built when a test runs. Deterministic: the same arguments give the same token."""

from __future__ import annotations

import hashlib
import json
import zlib
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping

_FRIENDLY = str.maketrans("lIO0", "sxyz")
_BASE36 = "0123456789abcdefghijklmnopqrstuvwxyz"
_LENGTHS = {"glagent-": 50}
_HEX = {"glptt-": 40, "gloas-": 64}
_MAIL = 25


def friendly(seed: int, length: int) -> str:
    """Random-looking characters as Devise writes them: base64 for URLs without the letters that one takes for others."""
    return _unpadded(_stream("friendly", seed, length)).translate(_FRIENDLY)[:length]


def gitlab(prefix: str, seed: int = 0) -> str:
    """A token without a checksum; `prefix` ends in that of its kind, and may begin with an instance's and end in a runner's type."""
    kind = next((kind for kind in (*_HEX, *_LENGTHS, "glimt-") if prefix.endswith(kind)), "")
    if kind in _HEX:
        return prefix + _stream("hex", seed, 32).hex()[: _HEX[kind]]
    if kind == "glimt-":
        return prefix + base36(int.from_bytes(_stream("mail", seed, 32), "big"))[:_MAIL]
    return prefix + friendly(seed, _LENGTHS.get(kind, 20))


def routable(prefix: str, seed: int = 0, *, version: str = "01", spoiled: bool = False, **owners: int) -> str:
    """A routable token of whoever `owners` names; with an empty version in the form of the first ones."""
    pairs = "\n".join(f"{key}:{base36(number)}" for key, number in sorted(owners.items())).encode()
    payload = _unpadded(_stream("routable", seed, 16) + pairs + bytes([len(pairs)]))
    signed = f"{prefix}{payload}.{version + '.' if version else ''}{base36(len(payload)).rjust(2, '0')}"
    return signed + base36(zlib.crc32(signed.encode()) ^ spoiled).rjust(7, "0")


def job(seed: int, claims: Mapping[str, object], prefix: str = "glcbt-") -> str:
    """The JWT of a job with these claims."""
    parts = [_json({"alg": "RS256", "typ": "JWT", "kid": "k"}), _json(dict(claims)), _unpadded(_stream("job", seed, 256))]
    return prefix + ".".join(parts)


def base36(number: int) -> str:
    """A number with the digits 0 to 9 and a to z."""
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = _BASE36[digit] + digits
    return digits or "0"


def _template_routable(options: list[str], more: dict[str, str]) -> str:
    owners = {key: int(number) for key, number in more.items() if len(key) == 1}
    version = "" if "unversioned" in more else "01"
    return routable(options[0], int(options[1]), version=version, spoiled="spoiled" in more, **owners)


def _template_job(options: list[str], more: dict[str, str]) -> str:
    claims: dict[str, object] = {name: int(value) if name in {"exp", "iat"} else value for name, value in more.items()}
    return job(int(options[1]), claims, options[0])


TEMPLATES: dict[str, Callable[[list[str], dict[str, str]], str]] = {
    "gitlab": lambda options, _: gitlab(options[0], int(options[1])),
    "friendly": lambda options, _: friendly(int(options[0]), int(options[1])),
    "routable": _template_routable,
    "gitlab_job": _template_job,
}


def _stream(label: str, seed: int, length: int) -> bytes:
    return hashlib.shake_256(f"gitlab:{label}:{seed}".encode()).digest(length)


def _unpadded(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def _json(value: object) -> str:
    return _unpadded(json.dumps(value, separators=(",", ":")).encode())

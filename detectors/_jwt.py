"""What a JSON Web Token says of itself (RFC 7519). Nobody but its issuer can check a signature; the structure can be checked by all."""

from __future__ import annotations

from base64 import urlsafe_b64decode

from detectors._offline import json_value


def claims(header: bytes, body: bytes) -> dict[str, object] | None:
    """The claims of a token with these first two parts; None where they are no JSON objects, or the header names no algorithm."""
    head, said = _part(header), _part(body)
    if not isinstance(head, dict) or "alg" not in head or not isinstance(said, dict):
        return None
    return said


def algorithm(header: bytes) -> str | None:
    """The algorithm that a header names; None where it names none in words."""
    head = _part(header)
    named = head.get("alg") if isinstance(head, dict) else None
    return named if isinstance(named, str) else None


def text(said: dict[str, object], name: str) -> str | None:
    """A claim that is ASCII text; None where there is none, or where it is something else."""
    value = said.get(name)
    return value if isinstance(value, str) and value.isascii() else None


def _part(raw: bytes) -> object:
    try:
        return json_value(urlsafe_b64decode(raw + b"=" * (-len(raw) % 4)))
    except ValueError:
        return None

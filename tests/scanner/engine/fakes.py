"""Detectors made for the engine's tests: a token with a checksum, a password, a key that spans lines."""

from __future__ import annotations

import base64
import re

from scanner.contract import Anchor, Check, Kind, Reading, RegexDetector, Secret, Sort, rx
from scanner.engine import Engine, Found, build
from tests.support import tokens


def _token(match: re.Match[bytes]) -> Reading:
    body = match[0][4:].decode()
    check = Check.PASSED if tokens.crc62(body[:30]) == body[30:] else Check.FAILED
    return Reading(match.start(), match.end(), "npm-token", Secret(match[0]), check=check, prefix="npm_")


def _password(match: re.Match[bytes]) -> Reading:
    return Reading(*match.span(1), "password", Secret(match[1]), guessable=True, account="somebody")


def _key(match: re.Match[bytes]) -> Reading:
    container = base64.b64decode(match[1].replace(b"\n", b""))
    return Reading(match.start(), match.end(), "private-key", Secret(container), sort=Sort.SPKI, prefix="-----BEGIN")


def kind(name: str) -> Kind:
    """A kind of which nothing is known but its name."""
    return Kind(name, name.replace("-", " "), "generic")


TOKEN = RegexDetector(
    "npm-token",
    "npm token",
    (kind("npm-token"),),
    (Anchor(b"npm_", nested=True),),
    rx(r"(?<![0-9A-Za-z_]) npm_[0-9A-Za-z]{36} (?![0-9A-Za-z])"),
    _token,
)
PASSWORD = RegexDetector(
    "password",
    "password",
    (kind("password"),),
    (Anchor(b"_password", then=rb"[\"' \t]{0,4}[:=]", caseless=True, nested=True),),
    rx(r"""_password ["']? \s{0,4} [:=] \s{0,4} ["']? ([^\s"']{4,64})"""),
    _password,
)
KEY = RegexDetector(
    "private-key",
    "private key",
    (kind("private-key"),),
    (Anchor(b"-----BEGIN ", nested=True),),
    rx(r"-----BEGIN[ ]PRIVATE[ ]KEY-----\n ((?:[A-Za-z0-9+/=]{1,76}\n){1,100}) -----END[ ]PRIVATE[ ]KEY-----"),
    _key,
    (0, 8192),
)


def engine(*detectors: RegexDetector) -> Engine:
    """An engine that keeps nothing."""
    return build(detectors or (TOKEN, PASSWORD, KEY), cache=None)


def pem(size: int = 600) -> bytes:
    """A block that looks like a key and holds `size` bytes of nothing in particular."""
    body = base64.b64encode(bytes(n * 7 % 251 for n in range(size)))
    lines = (body[at : at + 64] for at in range(0, len(body), 64))
    return b"-----BEGIN PRIVATE KEY-----\n" + b"\n".join(lines) + b"\n-----END PRIVATE KEY-----\n"


def secrets(found: tuple[Found, ...]) -> list[bytes]:
    """The values, in order."""
    return [one.reading.secret.reveal() for one in found]


def chains(found: tuple[Found, ...]) -> list[tuple[str, ...]]:
    """The encodings, in order."""
    return [one.encoding for one in found]

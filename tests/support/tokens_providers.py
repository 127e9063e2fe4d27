"""Tokens of providers that none of them ever issued, and alphabets that their tokens are written in. Deterministic, as all fixtures are."""

from __future__ import annotations

import json
import zlib
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from hashlib import shake_256
from string import ascii_lowercase, ascii_uppercase, digits

from tests.support import tokens

_LOWER, _UPPER, _BASE32 = ascii_lowercase + digits, ascii_uppercase + digits, ascii_uppercase + "234567"
_TIMES = frozenset({"exp", "iat", "nbf"})
_URL = ascii_uppercase + ascii_lowercase + digits + "-_"


def _letters(alphabet: str) -> Callable[[list[str], dict[str, str]], str]:
    """`<p_lower:32>`: so many characters of an alphabet."""
    return lambda options, _: "".join(alphabet[byte % len(alphabet)] for byte in _stream(alphabet, int(options[0])))


def seed(options: list[str], _: dict[str, str]) -> str:
    """`<p_seed:32>`: so many characters of base32, a digit among them."""
    return "K5" + _letters(_BASE32)(options, {})[: int(options[0]) - 2]


def glsa(options: list[str], _: dict[str, str]) -> str:
    """`<glsa:1>`: a Grafana token whose checksum holds."""
    signed = f"glsa_{tokens.base62(int(options[0]), 32)}"
    return f"{signed}_{zlib.crc32(signed.encode()).to_bytes(4, 'little').hex()}"


def glc(options: list[str], more: dict[str, str]) -> str:
    """`<glc:1 org=12>`: a Grafana Cloud token."""
    key = tokens.base62(int(options[0]), 24)
    return "glc_" + _coded({"o": more.get("org", "12"), "n": "acme", "k": key, "m": {"r": "eu"}})


def grafana_key(options: list[str], _: dict[str, str]) -> str:
    """`<grafana_key:1>`: an API key of old Grafana servers."""
    return _coded({"k": tokens.base62(int(options[0]), 32), "n": "acme", "id": 1})


def sentry(options: list[str], more: dict[str, str]) -> str:
    """`<sentry:1 org=acme>`: an auth token of a Sentry organisation."""
    said = {"iat": 1700000000.5, "url": "https://sentry.example", "region_url": "https://us.sentry.example", "org": more.get("org", "acme")}
    return f"sntrys_{_coded(said)}_{b64encode(_stream(f'sentry:{options[0]}', 32)).decode().rstrip('=')}"


def ops(options: list[str], _: dict[str, str]) -> str:
    """`<ops:1>`: a token of a 1Password service account."""
    said = {
        "signInAddress": "acme.1password.example",
        "email": "bot@1passwordserviceaccounts.example",
        "secretKey": "x" * 34,
        "muk": "y" * 120,
    }
    return "ops_" + _coded({**said, "throttleSecret": tokens.base62(int(options[0]), 20)})


def discord(options: list[str], more: dict[str, str]) -> str:
    """`<discord:1 user=80351110224678912>`: the token of a bot."""
    user = urlsafe_b64encode(more.get("user", "80351110224678912").encode()).decode().rstrip("=")
    noise = urlsafe_b64encode(_stream(f"discord:{options[0]}", 64)).decode()
    return f"{user}.{noise[:6]}.{noise[6:44]}"


def jwt(options: list[str], more: dict[str, str]) -> str:
    """`<signed_jwt:1 alg=RS256 iss=acme exp=1800000000>`: a JSON Web Token; `alg=none` leaves it unsigned."""
    header = {"alg": more.get("alg", "HS256"), "typ": "JWT"}
    claims = {name: int(value) if name in _TIMES else value for name, value in more.items() if name != "alg"}
    signature = "" if header["alg"] == "none" else _url(_stream(f"jwt:{options[0]}", 32))
    return ".".join((_url(json.dumps(header, separators=(",", ":")).encode()), _url(json.dumps(claims).encode()), signature))


TEMPLATES: dict[str, Callable[[list[str], dict[str, str]], str]] = {
    "p_lower": _letters(_LOWER),
    "p_base32": _letters(_BASE32),
    "p_upper": _letters(_UPPER),
    "p_hex": lambda options, _: _stream("hex", int(options[0])).hex()[: int(options[0])],
    "p_b64": lambda options, _: b64encode(_stream("b64", int(options[0]))).decode()[: int(options[0])],
    "p_seed": seed,
    "p_digits": _letters(digits),
    "p_url": _letters(_URL),
    "glsa": glsa,
    "glc": glc,
    "grafana_key": grafana_key,
    "sentry": sentry,
    "ops": ops,
    "discord": discord,
    "signed_jwt": jwt,
}


def _coded(value: object) -> str:
    return b64encode(json.dumps(value, separators=(",", ":")).encode()).decode()


def _url(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def _stream(label: str, length: int) -> bytes:
    return shake_256(f"providers:{label}".encode()).digest(length)

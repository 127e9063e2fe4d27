"""1Password: tokens of service accounts, with which machines open vaults, and the Secret Keys of people.

A token of a service account is base64 of JSON that holds the address, the account's user name and its keys: it needs nothing else. A
Secret Key (`A3-`) opens nothing without the account's password. Sources: 1Password's documentation of service accounts and its security
design white paper ("Secret Key").

Near misses: secret references (`op://…`), product codes that begin alike, base64 of other JSON.
"""

from __future__ import annotations

import re
from base64 import b64decode

from detectors._issued import stands, token
from detectors._offline import json_value, plain_text
from scanner.contract import Anchor, Check, Confidence, Kind, Lifetime, Reading, RegexDetector, rx

_SERVICE = Kind(
    id="onepassword-service-account-token",
    title="1Password service account token",
    provider="onepassword",
    actions=frozenset({"read", "admin"}),
    privilege=4,
    rotate=(
        "Rotate the token of the service account on its page, with a time for the old one to end",
        "Replace the copies by the new one, where only the workload can read it",
        "Look at the usage report for items that were read with it: those are to be rotated as well",
        "Make a new service account for fewer vaults where this one could open more than was needed",
    ),
)
_SECRET_KEY = Kind(
    id="onepassword-secret-key",
    title="1Password Secret Key",
    provider="onepassword",
    actions=frozenset({"read"}),
    privilege=2,
    lifetime=Lifetime.STATIC,
    rotate=(
        "Regenerate the Secret Key in the account's settings, and keep the new Emergency Kit offline",
        "Change the account's password if it lay in the same place",
        "Look at the account's devices for those that nobody knows",
        "Remove the copies",
    ),
)

_TOKEN = rx(r"(?P<prefix> ops_ ) (?= (?P<body> (?P<coded> eyJ[0-9A-Za-z+/_-]{200,4096} ) ={0,2} ) )")
_KEY = rx(r"(?P<prefix> A3- ) (?= (?P<body> [0-9A-Z]{6} - (?: [0-9A-Z]{6} - [0-9A-Z]{5} | [0-9A-Z]{11} ) (?: - [0-9A-Z]{5} ){3} ) )")
_LONGEST = 100
_LEAST = 4
"""Digits and letters each that a key has at least."""


def _service(match: re.Match[bytes]) -> Reading | None:
    if not stands(match.string, match.start(), match.end("body")):
        return None
    said = _said(match["coded"])
    if "signInAddress" not in said:
        return None
    words = {"address": said.get("signInAddress"), "account": said.get("email")}
    known = {name: plain_text(word.encode(errors="replace"), _LONGEST) for name, word in words.items() if isinstance(word, str)}
    return token(match, _SERVICE, check=Check.PASSED, known=known)


def _said(coded: bytes) -> dict[str, object]:
    alphabet = b"-_" if b"-" in coded or b"_" in coded else None
    try:
        value = json_value(b64decode(coded + b"=" * (-len(coded) % 4), alphabet))
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _secret_key(match: re.Match[bytes]) -> Reading | None:
    body = match["body"].replace(b"-", b"")
    digits = sum(bytes((byte,)).isdigit() for byte in body)
    if not _LEAST <= digits <= len(body) - _LEAST:
        return None
    return token(match, _SECRET_KEY, confidence=Confidence.MEDIUM)


DETECTORS = (
    RegexDetector(
        id="onepassword-service-account-token",
        title="1Password service account token",
        kinds=(_SERVICE,),
        anchors=(Anchor(b"ops_eyJ", then=rb"[0-9A-Za-z+/_-]{200}"),),
        pattern=_TOKEN,
        judge=_service,
        reach=(64, 4352),
    ),
    RegexDetector(
        id="onepassword-secret-key",
        title="1Password Secret Key",
        kinds=(_SECRET_KEY,),
        anchors=(
            Anchor(
                b"A3-",
                then=rb"[0-9A-Z]{6}-(?:[0-9A-Z]{6}-[0-9A-Z]{5}|[0-9A-Z]{11})(?:-[0-9A-Z]{5}){3}",
                encoded=False,
                reason="five groups of digits and capital letters must follow",
            ),
        ),
        pattern=_KEY,
        judge=_secret_key,
        reach=(64, 96),
    ),
)

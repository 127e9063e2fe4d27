"""JFrog Artifactory: API keys that begin with `AKCp`, and reference tokens, base64 of `reftkn:` that say when they end.

API keys have no checksum, and whether a server still takes them is its own setting. A reference token stands for an access token that the
server keeps. Source: JFrog's documentation of both; the fields of a reference token are known from tokens alone.

Near misses: `AKCp` inside base64, base64 of something else that begins alike, references such as `${ARTIFACTORY_API_KEY}`.
"""

from __future__ import annotations

import re
from base64 import b64decode

from detectors import _issued
from detectors._offline import instant
from scanner.contract import Anchor, Check, Confidence, Kind, Lifetime, Reading, RegexDetector, rx

_ACTIONS = frozenset({"read", "publish", "deploy"})
_KEY = Kind(
    id="artifactory-api-key",
    title="Artifactory API key",
    provider="artifactory",
    actions=_ACTIONS,
    lifetime=Lifetime.STATIC,
    rotate=(
        "Give what uses the key a scoped access token with an end date, or let CI sign in through OIDC",
        "Revoke the key in the user's profile, or through the API as an administrator",
        "Look through the server's access log for uploads that nobody made",
        "Remove the copies that are left, from `pip.conf`, `.npmrc` and `settings.xml` too",
    ),
)
_REFERENCE = Kind(
    id="artifactory-reference-token",
    title="Artifactory reference token",
    provider="artifactory",
    actions=_ACTIONS,
    rotate=(
        "Make a new access token with few scopes and an end date, or let CI sign in through OIDC, and replace the copies that are in use",
        "Revoke the old token under Administration, Access tokens: its reference ends with it",
        "Look through the server's access log for uploads that nobody made",
        "Remove the copies that are left, from `pip.conf`, `.npmrc` and `settings.xml` too",
    ),
)

_KEYS = rx(r"(?P<prefix> AKCp) (?= (?P<body> [0-9A-Za-z]{60,70}+) )")
_REFERENCES = rx(r"(?P<prefix> cmVmdGtu) (?= (?P<body> [0-9A-Za-z]{56}) )")
_INSIDE = rx(r"reftkn : [0-9]{2} : (?P<end> [0-9]{10}) : [!-~]{27}")


def _key(match: re.Match[bytes]) -> Reading | None:
    body = match["body"]
    mixed = body.lower() != body != body.upper()
    return _issued.token(match, _KEY, confidence=Confidence.HIGH if mixed else Confidence.LOW)


def _reference(match: re.Match[bytes]) -> Reading | None:
    inside = _INSIDE.fullmatch(b64decode(match["prefix"] + match["body"]))
    if inside is None:
        return None
    seconds = int(inside["end"])
    life = Lifetime.EXPIRING if seconds else Lifetime.STATIC
    known = {"lifetime": life.value, "expires_at": instant(seconds) if seconds else None}
    return _issued.token(match, _REFERENCE, check=Check.PASSED, known=known)


DETECTORS = (
    RegexDetector(
        id="artifactory-api-key",
        title="Artifactory API key",
        kinds=(_KEY,),
        anchors=(Anchor(b"AKCp", then=rb"[0-9A-Za-z]{60}"),),
        pattern=_KEYS,
        judge=_key,
        reach=(64, 128),
    ),
    RegexDetector(
        id="artifactory-reference-token",
        title="Artifactory reference token",
        kinds=(_REFERENCE,),
        anchors=(Anchor(b"cmVmdGtu", then=rb"[0-9A-Za-z]{56}"),),
        pattern=_REFERENCES,
        judge=_reference,
        reach=(64, 128),
    ),
)

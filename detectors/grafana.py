"""Grafana: tokens of service accounts, access policies of Grafana Cloud, and API keys of before 2023.

A service account's token ends in a CRC-32 over everything before it, in hexadecimal digits, lowest byte first. A cloud token and an old
key are base64 of JSON that names organisation and token. Source: Grafana's `satokengen` and `apikeygen` packages, and its documentation
of access policies.

Near misses: a checksum that does not hold, base64 of other JSON, names such as `glsa_token`.
"""

from __future__ import annotations

import re
import zlib
from base64 import b64decode

from detectors._issued import stands, token
from detectors._offline import json_value, plain_text
from scanner.contract import Anchor, Check, Fact, Kind, Lifetime, Reading, RegexDetector, rx

_POWERS = frozenset({"read", "admin"})
_ROTATE = (
    "Make a new token with an end date for a service account with the fewest permissions",
    "Replace the copies by the new one",
    "Delete the old token in the service account, or the old key",
    "Look through the audit log for data sources, users and dashboards that nobody changed",
)
_SERVICE = Kind(
    id="grafana-service-account-token", title="Grafana service account token", provider="grafana", actions=_POWERS, rotate=_ROTATE
)
_LEGACY = Kind(
    id="grafana-legacy-api-key",
    title="Grafana API key (legacy)",
    provider="grafana",
    actions=_POWERS,
    rotate=("Find out whether the server still takes it: keys became tokens of service accounts in 2025", *_ROTATE),
)
_CLOUD = Kind(
    id="grafana-cloud-token",
    title="Grafana Cloud access policy token",
    provider="grafana",
    actions=frozenset({"read", "notify", "admin"}),
    lifetime=Lifetime.UNKNOWN,
    rotate=(
        "Make a new token with an end date for an access policy with the fewest scopes",
        "Replace the copies by the new one",
        "Delete the old token in Grafana Cloud under Access Policies",
        "Look at what was sent, read and changed with it",
    ),
)

_PATTERN = rx(r"""
    (?P<prefix> glsa_ | glc_ | (?= eyJrIjoi ) )
    (?= (?P<body>
        (?<= glsa_ ) [0-9A-Za-z]{32} _ (?P<sum> [0-9a-f]{8} )
      | (?P<coded> eyJ[0-9A-Za-z+/_-]{40,512}={0,2} )
    ) )
""")
_LONGEST = 100


def _judge(match: re.Match[bytes]) -> Reading | None:
    if match["sum"]:
        signed = match.string[match.start() : match.start("sum") - 1]
        holds = zlib.crc32(signed).to_bytes(4, "little").hex().encode() == match["sum"]
        return token(match, _SERVICE, check=Check.PASSED if holds else Check.FAILED)
    if not stands(match.string, match.start(), match.end("body")):
        return None
    said = _said(match["coded"])
    key = said.get("k")
    if not isinstance(key, str) or not key.isascii() or not key.isalnum():
        return None
    return token(match, _CLOUD if match["prefix"] else _LEGACY, check=Check.PASSED, known=_known(said))


def _said(coded: bytes) -> dict[str, object]:
    """What the JSON in a token says; nothing where there is none."""
    try:
        value = json_value(b64decode(coded + b"=" * (-len(coded) % 4), b"-_" if b"-" in coded or b"_" in coded else None))
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _known(said: dict[str, object]) -> dict[str, Fact]:
    """Organisation, name and region, which are no secrets."""
    place = said.get("m")
    region = place.get("r") if isinstance(place, dict) else None
    words = {"organisation": said.get("o", said.get("id")), "name": said.get("n"), "region": region}
    return {name: plain_text(str(word).encode(errors="replace"), _LONGEST) for name, word in words.items() if isinstance(word, (str, int))}


DETECTORS = (
    RegexDetector(
        id="grafana-token",
        title="Grafana token or key",
        kinds=(_SERVICE, _CLOUD, _LEGACY),
        anchors=(
            Anchor(b"glsa_", then=rb"[0-9A-Za-z]{32}_[0-9a-f]{8}", encoded=False),
            Anchor(b"glc_", then=rb"eyJ[0-9A-Za-z+/_-]{40}", encoded=False),
            Anchor(b"eyJrIjoi", then=rb"[0-9A-Za-z+/_-]{40}", encoded=False),
        ),
        pattern=_PATTERN,
        judge=_judge,
        reach=(64, 640),
    ),
)

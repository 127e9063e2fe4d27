"""Open VSX access tokens: `ovsxat_` and a UUID, without a checksum.

The bare UUIDs of before have no mark and are no credential by themselves. Source: `eclipse/openvsx`, `AccessTokenService`, whose prefix is
configuration: this is the public registry's. Near misses: a bare UUID, `${OVSX_PAT}`, a UUID that was cut off.
"""

from __future__ import annotations

import re

from detectors import _issued
from scanner.contract import Anchor, Kind, Lifetime, Reading, RegexDetector, rx

_KIND = Kind(
    id="openvsx-token",
    title="Open VSX access token",
    provider="openvsx",
    actions=frozenset({"publish"}),
    privilege=4,
    lifetime=Lifetime.STATIC,
    rotate=(
        "Generate a new token in the Open VSX account under Access Tokens, and replace the copies that are in use",
        "Delete the old token there: it publishes to every namespace that its user is a member of",
        "Look at the versions of the namespace's extensions and their times for releases that nobody made",
        "Remove the copies that are left",
    ),
)

_PATTERN = rx(r"(?P<prefix> ovsxat_) (?= (?P<body> [0-9a-f]{8} (?: -[0-9a-f]{4}){3} -[0-9a-f]{12}) )")


def _judge(match: re.Match[bytes]) -> Reading | None:
    return _issued.token(match, _KIND)


DETECTORS = (
    RegexDetector(
        id="openvsx-token",
        title="Open VSX access token",
        kinds=(_KIND,),
        anchors=(Anchor(b"ovsxat_", then=rb"[0-9a-f]{8}-[0-9a-f]{4}-"),),
        pattern=_PATTERN,
        judge=_judge,
        reach=(64, 128),
    ),
)

"""Cloudsmith API keys: `csa_`, 30 hexadecimal digits and six more characters, without a checksum that is published.

The bare 40 digits of before have no mark and are no credential by themselves. Source: Cloudsmith's documentation of API keys and of how
it takes part in secret scanning.

Near misses: names that begin with `csa_`, digits that are too few or too many, `${CLOUDSMITH_API_KEY}`.
"""

from __future__ import annotations

import re

from detectors import _issued
from scanner.contract import Anchor, Kind, Lifetime, Reading, RegexDetector, rx

_KIND = Kind(
    id="cloudsmith-api-key",
    title="Cloudsmith API key",
    provider="cloudsmith",
    actions=frozenset({"read", "publish", "admin"}),
    lifetime=Lifetime.STATIC,
    rotate=(
        "Let CI sign in as a service account through OIDC, so that no key is needed",
        "Where a key is still needed, make that of a service account with few privileges, and replace the copies",
        "Refresh the user's or service account's key in Cloudsmith: that ends the old one",
        "Look through the workspace's audit log for packages that nobody uploaded",
        "Remove the copies that are left, from `credentials.ini` too",
    ),
)

_PATTERN = rx(r"(?P<prefix> csa_) (?= (?P<body> [0-9a-f]{30} [0-9A-Za-z]{6}) )")


def _judge(match: re.Match[bytes]) -> Reading | None:
    return _issued.token(match, _KIND)


DETECTORS = (
    RegexDetector(
        id="cloudsmith-api-key",
        title="Cloudsmith API key",
        kinds=(_KIND,),
        anchors=(Anchor(b"csa_", then=rb"[0-9a-f]{30}[0-9A-Za-z]{6}"),),
        pattern=_PATTERN,
        judge=_judge,
        reach=(64, 128),
    ),
)

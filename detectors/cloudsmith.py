"""Cloudsmith API keys: `csa_`, 30 hexadecimal digits and six more characters, without a checksum that is published.

The bare 40 digits of before have no mark; they are read behind names that say Cloudsmith. Entitlement tokens, which only download, stand
in the paths of download URLs. Source: Cloudsmith's documentation of API keys, of entitlements and of how it takes part in secret scanning.

Near misses: names that begin with `csa_`, digits that are too few or too many, `${CLOUDSMITH_API_KEY}`.
"""

from __future__ import annotations

import re

from detectors import _issued
from detectors._assigned import AssignedDetector, Form, Place
from scanner import hosts
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
_LEGACY = Kind(
    id="cloudsmith-legacy-api-key",
    title="Cloudsmith API key (legacy)",
    provider="cloudsmith",
    actions=_KIND.actions,
    lifetime=Lifetime.STATIC,
    rotate=_KIND.rotate,
)
_ENTITLEMENT = Kind(
    id="cloudsmith-entitlement-token",
    title="Cloudsmith entitlement token",
    provider="cloudsmith",
    actions=frozenset({"read"}),
    privilege=2,
    rotate=(
        "Make a new entitlement token with a limit of downloads and an end date for whoever installs with the old one",
        "Revoke or refresh the old one in the repository's settings under Entitlements",
        "Look through the repository's usage for downloads that nobody made",
        "Remove the copies that are left, from `pip.conf`, `.npmrc`, lists of sources and lock files too",
    ),
)
_HOST = hosts.spell(hosts.CLOUDSMITH_DOWNLOADS)

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
    AssignedDetector(
        id="cloudsmith-legacy-api-key",
        title="Cloudsmith API key or entitlement token, by its place",
        forms=(
            Form(
                _LEGACY,
                r"[0-9a-f]{40}",
                names=("cloudsmith (api|auth|ci|publish|access) (api) key|token|apikey|password",),
                places=(
                    Place(
                        r"cloudsmith [ ] [^\r\n]{1,120} [ ] (?: -k | --api-key ) [ =]",
                        b"cloudsmith ",
                        then=r"[^\r\n]{1,100} (?:-k|--api-key)[ =]",
                    ),
                ),
            ),
            Form(
                _ENTITLEMENT,
                r"[0-9A-Za-z]{16}",
                names=("cloudsmith entitlement (token)",),
                places=(
                    Place(rf"(?P<service> {re.escape(_HOST)} ) /", _HOST.encode(), then="/", tail=r"(?= / [0-9a-z_.-]{1,64} / )"),
                    Place(r"// token :", _HOST.encode(), before="@", tail=rf"@ (?P<service> {re.escape(_HOST)} )"),
                ),
            ),
        ),
    ),
)

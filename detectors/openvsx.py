"""Open VSX access tokens: `ovsxat_` and a UUID, without a checksum.

The bare UUIDs of before have no mark; they are read behind `OVSX_PAT` and its kin, as an argument of `ovsx`, and in `~/.ovsx`. Source:
`eclipse/openvsx`, `AccessTokenService`, whose prefix is configuration: this is the public registry's; the sources of `ovsx`.

Near misses: a bare UUID without such a name, `${OVSX_PAT}`, a UUID that was cut off.
"""

from __future__ import annotations

import re

from detectors import _issued
from detectors._assigned import UUID, AssignedDetector, Form, Place
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
_LEGACY = Kind(
    id="openvsx-legacy-token",
    title="Open VSX access token (legacy)",
    provider="openvsx",
    actions=frozenset({"publish"}),
    privilege=4,
    lifetime=Lifetime.STATIC,
    rotate=_KIND.rotate,
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
    AssignedDetector(
        id="openvsx-legacy-token",
        title="Open VSX access token, legacy, by its name",
        forms=(
            Form(
                _LEGACY,
                UUID,
                names=(
                    "ovsx (registry|publish|access) pat|token|key",
                    "open_vsx (registry|access) pat|token|key",
                    "openvsx (registry|access) pat|token|key",
                ),
                places=(
                    Place(
                        r"ovsx [ ] [^\r\n]{0,120} (?: -p | --pat ) [ =] [\"']?",
                        b"ovsx ",
                        then=r"[^\r\n]{0,100}(?:-p|--pat)[ =][\"']?",
                    ),
                    Place(r"\" pat \": \s{0,4} \"", b'"pat":', then=r"\s{0,4}\""),
                ),
            ),
        ),
    ),
)

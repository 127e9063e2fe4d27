"""Snyk API tokens: a UUID, told by the name or file that holds it, and the later ones that begin with `snyk_uat.` or `snyk_sat.`.

The later ones have eight lower-case letters and digits and two more parts: a personal access token or one of a service account. Sources:
`snyk/go-application-framework`, `patauthenticator.go`, which tells them apart by form; Snyk's documentation of `SNYK_TOKEN` and `snyk auth`.

Near misses: `SNYK_ORG` and ids of projects, which are UUIDs too, the nil UUID, UUIDs of manuals, references.
"""

from __future__ import annotations

import re

from detectors import _issued
from detectors._assigned import UUID, AssignedDetector, Form, Place
from scanner.contract import Anchor, Kind, Lifetime, Reading, RegexDetector, rx

_ACTIONS = frozenset({"read", "admin"})
_ROTATE = (
    "Give CI a service account with the role that it needs and a token with an end date, and replace the copies that are in use",
    "Revoke the old token in Snyk: a user's under Account settings, a service account's in the settings of its organisation",
    "Look through the audit log for what was read with it: it shows which flaws are open, and where",
    "Remove the copies that are left, from `configstore/snyk.json` too",
)
_LEGACY = Kind(
    id="snyk-api-token",
    title="Snyk API token",
    provider="snyk",
    actions=_ACTIONS,
    lifetime=Lifetime.STATIC,
    rotate=_ROTATE,
)
_PERSONAL = Kind(
    id="snyk-personal-token",
    title="Snyk personal access token",
    provider="snyk",
    actions=_ACTIONS,
    lifetime=Lifetime.EXPIRING,
    rotate=_ROTATE,
)
_SERVICE = Kind(id="snyk-service-token", title="Snyk service account token", provider="snyk", actions=_ACTIONS, rotate=_ROTATE)

_PATTERN = rx(r"""
    (?P<prefix> snyk_ (?P<holder> [us]) at \. )
    (?= (?P<body> [0-9a-z]{8} \. [0-9A-Za-z_-]{16,256}+ \. [0-9A-Za-z_-]{16,256}+ ) )
""")


def _judge(match: re.Match[bytes]) -> Reading | None:
    return _issued.token(match, _PERSONAL if match["holder"] == b"u" else _SERVICE)


DETECTORS = (
    RegexDetector(
        id="snyk-token",
        title="Snyk personal or service account token",
        kinds=(_PERSONAL, _SERVICE),
        anchors=tuple(Anchor(prefix, then=rb"[0-9a-z]{8}\.[0-9A-Za-z_-]{16}", encoded=False) for prefix in (b"snyk_uat.", b"snyk_sat.")),
        pattern=_PATTERN,
        judge=_judge,
        reach=(64, 640),
    ),
    AssignedDetector(
        id="snyk-api-token",
        title="Snyk API token, by its name",
        forms=(
            Form(
                _LEGACY,
                UUID,
                names=("snyk (api|auth|cfg|user|service|account|ci) (api|auth) token|api|apikey|key|pat",),
                places=(
                    Place(r"snyk [ ] (?: auth | config [ ] set [ ] api= ) [ ]? [\"']?", b"snyk ", then=r"(?:auth|config set api=) ?[\"']?"),
                    Place(
                        r"\{ \s{0,16} [\"'] api [\"'] \s{0,3} : \s{0,3} [\"']",
                        b'"api"',
                        then=r"\s{0,3}:\s{0,3}\"",
                        tail=r"(?= \" \s{0,16} (?: , \s{0,16} \" (?: org | endpoint | oci | disable | INTERNAL | analytics ) | \} ) )",
                    ),
                ),
            ),
        ),
    ),
)

"""Docker Hub access tokens: `dckr_pat_` of a person and `dckr_oat_` of an organisation.

There is no checksum. Tokens of before 2022 are bare UUIDs; they are read behind names that say Docker and token, and as the password of
`docker login`. What Docker's own configuration holds is another module's.
Source: Docker's documentation of access tokens, and how secret-scanning partners of GitHub describe the forms.

Near misses: the prefix in prose, `${DOCKERHUB_TOKEN}`, a token that was cut off, a longer word, a UUID without such a name.
"""

from __future__ import annotations

import re

from detectors import _issued
from detectors._assigned import UUID, AssignedDetector, Form, Place
from detectors._docker import LEGACY
from scanner.contract import Anchor, Kind, Reading, RegexDetector, rx

_PERSONAL = Kind(
    id="dockerhub-personal-token",
    title="Docker Hub personal access token",
    provider="docker",
    actions=frozenset({"read", "publish"}),
    privilege=4,
    rotate=(
        "Make a new token with no more than the access that is needed and an end date, and replace the copies that are in use",
        "Delete the old token in the Docker account under Account settings, Personal access tokens",
        "Look at the tags of the account's repositories and their times for pushes that nobody made; compare digests with what was built",
        "Remove the copies that are left, from image layers and from `~/.docker/config.json` too",
    ),
)
_ORGANISATION = Kind(
    id="dockerhub-organisation-token",
    title="Docker Hub organisation access token",
    provider="docker",
    actions=frozenset({"read", "publish"}),
    privilege=5,
    rotate=(
        "Make a new token for single repositories with an end date, and replace the copies that are in use",
        "Delete the old token in the organisation's Admin Console under Access tokens",
        "Look through the organisation's activity log for pushes that nobody made; compare digests with what was built",
        "Remove the copies that are left, from image layers and from `~/.docker/config.json` too",
    ),
)

_PATTERN = rx(r"""
    (?P<prefix> dckr_ (?: (?P<personal> pat) | oat) _ )
    (?= (?P<body> (?(personal) [0-9A-Za-z_-]{27} | [0-9A-Za-z_-]{32})) )
""")


def _judge(match: re.Match[bytes]) -> Reading | None:
    return _issued.token(match, _PERSONAL if match["personal"] else _ORGANISATION)


DETECTORS = (
    RegexDetector(
        id="dockerhub-token",
        title="Docker Hub access token",
        kinds=(_PERSONAL, _ORGANISATION),
        anchors=(Anchor(b"dckr_pat_", then=rb"[0-9A-Za-z_-]{27}", nested=True), Anchor(b"dckr_oat_", then=rb"[0-9A-Za-z_-]{32}")),
        pattern=_PATTERN,
        judge=_judge,
        reach=(64, 128),
    ),
    AssignedDetector(
        id="dockerhub-legacy-token",
        title="Docker Hub access token, legacy, by its name",
        forms=(
            Form(
                LEGACY,
                UUID,
                names=(
                    "docker (hub|io) (hub) (registry|ci|api|access|auth|personal|login|push) (access|api|auth) token|password|passwd|pass|pat|key|secret",
                ),
                places=(
                    Place(
                        r"docker [ ] login [^\r\n]{0,120} [ ] (?: -p | --password ) [ =] [\"']?",
                        b"docker login",
                        then=r"[^\r\n]{0,110}[ =][\"']?",
                    ),
                    Place(
                        r"echo [ ] [\"']?",
                        b"docker login",
                        before=r"[\"']? \| ",
                        tail=r"(?= [\"']? [ ] \| [ ] docker [ ] login )",
                    ),
                ),
            ),
        ),
    ),
)

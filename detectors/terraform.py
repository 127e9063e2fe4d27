"""HCP Terraform and Terraform Enterprise tokens: 14 characters, `.atlasv1.` and about 67 more, without a checksum.

Users', teams' and organisations' tokens look alike. Source: the API documentation of HCP Terraform, and what Terraform writes into
`credentials.tfrc.json`.

Near misses: the mark alone, a token that was cut off on either side, `TF_TOKEN_app_terraform_io=${TOKEN}`.
"""

from __future__ import annotations

import re

from detectors import _issued
from scanner.contract import Anchor, Kind, Reading, RegexDetector, rx

_KIND = Kind(
    id="terraform-token",
    title="HCP Terraform token",
    provider="terraform",
    actions=frozenset({"read", "deploy", "admin"}),
    rotate=(
        "Find out in HCP Terraform whether it is a user's, a team's or an organisation's token",
        "Make a new one with an end date, of a team with few permissions, and replace the copies that are in use",
        "Delete the old token where it was made",
        "Look through runs and state versions for some that nobody started: the state of each workspace holds more secrets",
        "Remove the copies that are left, from `credentials.tfrc.json` and `.terraformrc` too",
    ),
)

_PATTERN = rx(r"(?<= (?P<name> [0-9A-Za-z]{14})) \.atlasv1\. (?= (?P<body> [0-9A-Za-z_-]{60,70}+) )")


def _judge(match: re.Match[bytes]) -> Reading | None:
    return _issued.token(match, _KIND, start=match.start("name"))


DETECTORS = (
    RegexDetector(
        id="terraform-token",
        title="HCP Terraform token",
        kinds=(_KIND,),
        anchors=(Anchor(b".atlasv1.", then=rb"[0-9A-Za-z_-]{60}"),),
        pattern=_PATTERN,
        judge=_judge,
        reach=(64, 128),
    ),
)

"""Azure DevOps personal access tokens in the form of today: an annotated key that names `AZDO` as its maker.

It says the month it was made in; which organisation and which scopes it is for, it does not. The older 52 characters of base32 have no
mark and are no credential by themselves. Source: Azure DevOps' release notes of July 2024, `microsoft/security-utilities`.

Near misses: keys of other services of Azure, which have another name in that place; `$(System.AccessToken)`.
"""

from __future__ import annotations

import re

from detectors import _annotated, _issued
from scanner.contract import Anchor, Check, Kind, Lifetime, Reading, RegexDetector, rx

_KIND = Kind(
    id="azure-devops-token",
    title="Azure DevOps personal access token",
    provider="azure",
    actions=frozenset({"read", "write_source", "publish", "approve", "deploy", "admin", "trigger"}),
    privilege=4,
    lifetime=Lifetime.EXPIRING,
    rotate=(
        "Where a pipeline uses it, give the job its own access token or a service connection with workload identity instead",
        "Where a token is still needed, make one for one organisation with few scopes and an early end, and replace the copies",
        "Revoke the old token in Azure DevOps under User settings, Personal access tokens",
        "Look through the organisation's audit log for what was done with it; extensions and packages that it published count",
        "Remove the copies that are left",
    ),
)

_PATTERN = rx(rf"""
    (?<= (?P<random> [0-9A-Za-z]{{{_annotated.MARK_AT}}} )) JQQJ99
    (?= (?P<body> [0-9A-Za-z][A-L] [0-9A-Za-z]{{16}} AZDO [0-9A-Za-z]{{4}}) )
""")


def _judge(match: re.Match[bytes]) -> Reading | None:
    start = match.start("random")
    key = match.string[start : match.end("body")]
    if not _annotated.holds(key):
        return _issued.token(match, _KIND, start=start, check=Check.FAILED)
    made = _annotated.made(key)
    return _issued.token(match, _KIND, start=start, check=Check.PASSED, known={"created_month": made.strftime("%Y-%m") if made else None})


DETECTORS = (
    RegexDetector(
        id="azure-devops-token",
        title="Azure DevOps personal access token",
        kinds=(_KIND,),
        anchors=(Anchor(_annotated.MARK, then=rb"[0-9A-Za-z][A-L][0-9A-Za-z]{16}AZDO[0-9A-Za-z]{4}"),),
        pattern=_PATTERN,
        judge=_judge,
        reach=(128, 128),
    ),
)

"""Azure DevOps personal access tokens: an annotated key that names `AZDO` as its maker, and 52 characters of base32 of before.

It says the month it was made in; which organisation and which scopes it is for, it does not. The older 52 characters of base32 have no
mark; they are read behind names of Azure DevOps, its agents and the marketplace of Visual Studio Code, as an argument of `vsce` and in its
file, and in URLs of the service. Sources: Azure DevOps' release notes of July 2024, `microsoft/security-utilities`, `microsoft/vscode-vsce`.

Near misses: keys of other services of Azure, which have another name in that place; `$(System.AccessToken)`; base32 without a name.
"""

from __future__ import annotations

import re

from detectors import _annotated, _issued
from detectors._assigned import AssignedDetector, Form, Place
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
_LEGACY = Kind(
    id="azure-devops-legacy-token",
    title="Azure DevOps personal access token (legacy)",
    provider="azure",
    actions=_KIND.actions,
    privilege=4,
    lifetime=Lifetime.EXPIRING,
    rotate=_KIND.rotate,
)
_BASE32 = r"[a-z2-7]{52}"

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
    AssignedDetector(
        id="azure-devops-legacy-token",
        title="Azure DevOps personal access token, legacy, by its name",
        forms=(
            Form(
                _LEGACY,
                _BASE32,
                names=(
                    "azure (dev) devops (ext|org|cli|artifacts|feed) (personal) (access|api) pat|token|password",
                    "azdo (personal) (access|api) pat|token",
                    "azp_token",
                    "ado_ (personal) (access|api) pat|token",
                    "vsts (personal) (access|api) pat|token",
                    "vsce (publish|marketplace) pat|token",
                    "vscode (marketplace|publish|publisher) (access) pat|token",
                    "vs_marketplace (access) pat|token",
                    "marketplace (access) pat|token",
                    "nuget_feed (access) pat|token|password",
                    "system_accesstoken",
                ),
                places=(
                    Place(r"\" pat \": \s{0,4} \"", b'"pat":', then=r"\s{0,4}\""),
                    Place(r"vsce [ ] [^\r\n]{0,120} (?: -p | --pat ) [ =] [\"']?", b"vsce ", then=r"[^\r\n]{0,100}(?:-p|--pat)[ =][\"']?"),
                    Place(
                        r"(?: echo [ ] | <<< [ ]? ) [\"']?",
                        b"az devops login",
                        before=r"[\"']? {0,2}\| {0,2}",
                        tail=r"(?= [\"']? [ ]{0,2} \| [ ]{0,2} az [ ] devops [ ] login )",
                    ),
                    Place(r"-{1,2} auth [ ] (?i: pat ) [ ] [^\r\n]{0,80}? -{1,2} token [ ] [\"']?", b"--token ", then=r"[\"']?"),
                    *(
                        Place(
                            r":// (?: (?P<account> [^\s:/@\"'<>]{0,64} ) : )?",
                            host.encode(),
                            before=r"@[0-9A-Za-z.-]{0,64}",
                            tail=rf"@ (?P<service> [0-9A-Za-z.-]{{0,64}} {host.replace('.', '[.]')} )",
                        )
                        for host in ("dev.azure.com", "visualstudio.com")
                    ),
                ),
            ),
        ),
    ),
)

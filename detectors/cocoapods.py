"""CocoaPods trunk sessions: 32 hexadecimal digits, the password for the trunk host in a netrc file or the value of `COCOAPODS_TRUNK_TOKEN`.

`pod trunk register` writes the file and a mail confirms the session, which then lasts four months and longer with every use. Source:
`CocoaPods/cocoapods-trunk`, `Pod::Command::Trunk`; `CocoaPods/trunk.cocoapods.org-api-doc`.

Near misses: digits for other machines, hashes of `Podfile.lock`, references.
"""

from __future__ import annotations

import re

from detectors._assigned import AssignedDetector, Form, Place, netrc
from scanner import hosts
from scanner.contract import Kind, Lifetime

_KIND = Kind(
    id="cocoapods-trunk-token",
    title="CocoaPods trunk session",
    provider="cocoapods",
    actions=frozenset({"publish"}),
    privilege=4,
    lifetime=Lifetime.EXPIRING,
    rotate=(
        "Register a new session with `pod trunk register`, and put its token where the old one is used",
        "End the old session with `pod trunk me clean-sessions`, which leaves only the current one",
        "Look at the versions of the account's pods for releases that nobody made, and at the owners of each pod",
        "Remove the copies that are left, from `~/.netrc` too",
    ),
)
_HOST = hosts.spell(hosts.COCOAPODS_TRUNK)

DETECTORS = (
    AssignedDetector(
        id="cocoapods-trunk-token",
        title="CocoaPods trunk session",
        forms=(
            Form(
                _KIND,
                r"[0-9a-f]{32}",
                names=("cocoapods (trunk|api|push) (api|session) token|password", "pod_trunk_ token"),
                places=(
                    netrc(_HOST),
                    Place(
                        rf"(?P<service> {re.escape(_HOST)} ) [^\r\n]{{0,96}} (?i: authorization ) : [ ]{{0,2}} (?i: token | bearer ) [ ]",
                        _HOST.encode(),
                        then=r"[^\r\n]{0,80}[Aa]uthorization: {0,2}[A-Za-z]{5,6} ",
                    ),
                ),
            ),
        ),
    ),
)

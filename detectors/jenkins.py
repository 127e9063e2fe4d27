"""Jenkins API tokens: 34 hexadecimal digits that begin with `11`, and the 32 of before version 2.129, told by their name or place.

The two digits are the version of Jenkins' token store. Tokens stand in variables and properties that name Jenkins, in the user info of
its URLs, and behind `-u`, `-auth` and `--user` of a command that names it. Source: `jenkinsci/jenkins`, `ApiTokenStore` and
`ApiTokenProperty`; the documentation of Jenkins' command line and remote API.

Near misses: hashes without such a name, `JENKINS_URL`, `JENKINS_CRUMB`, encrypted values in `{...}`, references.
"""

from __future__ import annotations

from detectors._assigned import AssignedDetector, Form, Place
from scanner.contract import Kind, Lifetime

_KIND = Kind(
    id="jenkins-api-token",
    title="Jenkins API token",
    provider="jenkins",
    actions=frozenset({"read", "deploy", "trigger", "admin"}),
    privilege=4,
    lifetime=Lifetime.STATIC,
    rotate=(
        "Make a new API token for a user of its own that may do no more than is needed, and replace the copies that are in use",
        "Revoke the old token on the page of its user under Security, API Token",
        "Look at what the page says of its last use, and at builds and configurations that were started or changed as the user",
        "Where the user could run scripts or read credentials, rotate those credentials as well",
        "Remove the copies that are left",
    ),
)
_VALUE = r"(?:11)?[0-9a-f]{32}"
_USER = r"(?P<account> [0-9A-Za-z_.@-]{1,64}? )"
_OPTION = r"-{1,2} (?: u | user | auth | http-user | userpwd ) [ =]{0,2} [\"']? "

DETECTORS = (
    AssignedDetector(
        id="jenkins-api-token",
        title="Jenkins API token",
        forms=(
            Form(
                _KIND,
                _VALUE,
                names=(
                    "jenkins (ci|user|admin|api|auth|access|cli|remote|build) (api|user|auth|access) token|apitoken|key|password|passwd|pass|pat",
                ),
                places=(
                    Place(
                        rf":// {_USER} :",
                        b"jenkins",
                        before=r"@[0-9A-Za-z.-]{0,48}",
                        tail=r"@ (?P<service> [0-9A-Za-z.-]{0,48} jenkins [0-9A-Za-z.-]{0,100} )",
                        caseless=True,
                    ),
                    Place(
                        rf"(?i: jenkins ) [^\r\n]{{0,120}} [ ] {_OPTION} {_USER} :",
                        b"jenkins",
                        then=r"[^\r\n]{1,80}-(?:u|user|auth|userpwd)[ =]{0,2}[\"']?[0-9A-Za-z_.@-]{1,32}:",
                        caseless=True,
                    ),
                    Place(
                        rf"(?<! [0-9A-Za-z-] ) {_OPTION} {_USER} :",
                        b"jenkins",
                        before=r"[^0-9A-Za-z\r\n][^\r\n]{1,80}",
                        tail=r"(?= [\"']? [ ] [^\r\n]{1,120} (?i: jenkins ) )",
                        caseless=True,
                    ),
                ),
            ),
        ),
    ),
)

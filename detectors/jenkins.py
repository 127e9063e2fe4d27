"""Jenkins API tokens: 34 hexadecimal digits that begin with `11`, and the 32 of before version 2.129, told by their name or place.

The two digits are the version of Jenkins' token store. Tokens stand in variables and properties that name Jenkins, in the user info of
its URLs, and behind `-u`, `-auth` and `--user` of a command that names it. Source: `jenkinsci/jenkins`, `ApiTokenStore` and
`ApiTokenProperty`; the documentation of Jenkins' command line and remote API.

What Jenkins encrypts stands in braces in `credentials.xml` and `config.xml`: base64 of a version, the lengths of vector and data, and
both. It opens with `secrets/hudson.util.Secret`, which opens with `secrets/master.key`, 256 hexadecimal digits: so that file is a
credential, and a value in braces is one where the two files lie beside it. Source: `jenkinsci/jenkins`, `hudson.util.Secret` and
`jenkins.security.DefaultConfidentialStore`.

Near misses: hashes without such a name, `JENKINS_URL`, `JENKINS_CRUMB`, braces around other base64, references.
"""

from __future__ import annotations

import re
from base64 import b64decode

from detectors._assigned import AssignedDetector, Form, Place
from detectors._offline import facts
from scanner.contract import Anchor, Check, Confidence, Kind, Lifetime, Reading, RegexDetector, Secret, rx

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
_ENCRYPTED = Kind(
    id="jenkins-encrypted-secret",
    title="secret that Jenkins encrypted",
    provider="jenkins",
    actions=frozenset({"read"}),
    privilege=2,
    lifetime=Lifetime.STATIC,
    rotate=(
        "Find out whether `secrets/master.key` and `secrets/hudson.util.Secret` of the same controller lie beside any copy: if so, take it for known",
        "Change the secret where it is used in that case, and enter the new one in Jenkins",
        "Remove the copies that are where nobody needs them",
    ),
)
_MASTER = Kind(
    id="jenkins-master-key",
    title="master key of a Jenkins controller",
    provider="jenkins",
    actions=frozenset({"read", "deploy", "trigger", "admin"}),
    privilege=5,
    lifetime=Lifetime.STATIC,
    rotate=(
        "Take all secrets of the controller for known whose `hudson.util.Secret` and XML files may lie where this key does",
        "Change those secrets where they are used, API tokens and agents' secrets too",
        "Stop Jenkins, remove the folder `secrets`, start it again and enter the new secrets",
        "Remove the copies, from backups and images too",
    ),
)
_BRACES = rx(r"\{ (?P<body> AQAAABAAAAA [0-9A-Za-z+/]{20,65536}+ ={0,2} ) \}")
_BLOCK, _HEAD = 16, 9
"""Bytes of a block of AES, and of the version and the two lengths before the vector."""


def _encrypted(match: re.Match[bytes]) -> Reading | None:
    """A ciphertext whose lengths are those that it names."""
    body = match["body"]
    raw = b64decode(body) if len(body) % 4 == 0 else b""
    size = int.from_bytes(raw[5:_HEAD], "big")
    if not size or size % _BLOCK or len(raw) != _HEAD + _BLOCK + size:
        return None
    return Reading(
        *match.span("body"),
        _ENCRYPTED.id,
        Secret(body),
        check=Check.PASSED,
        confidence=Confidence.LOW,
        facts=facts(_ENCRYPTED.lifetime, at_rest="encrypted"),
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
            Form(_MASTER, "[0-9a-f]{256}", names=("jenkins_master_key",), begins="[0-9a-f]{32}"),
        ),
        reach=(256, 512),
    ),
    RegexDetector(
        id="jenkins-encrypted-secret",
        title="secret that Jenkins encrypted",
        kinds=(_ENCRYPTED,),
        anchors=(Anchor(b"{AQAAABAAAAA", then=rb"[0-9A-Za-z+/]{20}", encoded=False),),
        pattern=_BRACES,
        judge=_encrypted,
        reach=(16, 66_048),
    ),
)

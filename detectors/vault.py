"""HashiCorp Vault: service, batch and recovery tokens, as they are since version 1.10.

Type is readable, policies and end are not. Source: Vault's documentation of tokens; the short form is that of root tokens and of servers that
do not replicate.

The older `s.` and 24 characters, and `b.` of batch tokens, are read behind names and headers that say Vault (`hashicorp/vault`,
`token_consts.go`).

Near misses: attributes such as `hvs.client` or `s.name`, references to paths in Vault, a longer word.
"""

from __future__ import annotations

import re

from detectors._assigned import AssignedDetector, Form, Place
from detectors._issued import token
from detectors._letters import mixed
from scanner.contract import Anchor, Confidence, Kind, Lifetime, Reading, RegexDetector, rx

_POWERS = frozenset({"read", "admin"})
_ROTATE = (
    "Let the workload log in with an identity of its own (OpenID Connect, Kubernetes, a cloud's), so that no token is stored",
    "Else make a new token with a short time to live and only the policies it needs, and replace the copies",
    "Revoke the old token with `vault token revoke`, which ends all that was made with it",
    "Look through the audit log for secrets that were read with it: those are to be rotated as well",
)
_SERVICE = Kind(id="vault-service-token", title="Vault service token", provider="vault", actions=_POWERS, rotate=_ROTATE)
_BATCH = Kind(
    id="vault-batch-token",
    title="Vault batch token",
    provider="vault",
    actions=_POWERS,
    lifetime=Lifetime.EXPIRING,
    rotate=(
        "Find out how long it lives: a batch token cannot be revoked by itself",
        "Revoke the token or the lease that it was made under, if it may still live",
        "Look through the audit log for secrets that were read with it: those are to be rotated as well",
        "Log in again where the token was used, and remove the copies",
    ),
)
_RECOVERY = Kind(
    id="vault-recovery-token",
    title="Vault recovery token",
    provider="vault",
    actions=_POWERS,
    privilege=5,
    rotate=(
        "End recovery mode: the token lives no longer than that",
        "Look through the server's log for what was changed while it lasted",
        "Rekey the recovery keys if somebody else may have made the token",
        "Remove the copies",
    ),
)

_PATTERN = rx(r"""
    (?P<prefix> hv[sbr]\. )
    (?P<body> (?<= hvb\. ) [0-9A-Za-z_-]{138,400}+ | (?<! hvb\. ) (?: [0-9A-Za-z_-]{90,200}+ | (?P<short> [0-9A-Za-z]{24}) ) )
""")
_KINDS = {b"hvs.": _SERVICE, b"hvb.": _BATCH, b"hvr.": _RECOVERY}


def _judge(match: re.Match[bytes]) -> Reading | None:
    confidence = Confidence.MEDIUM if match["short"] else Confidence.HIGH
    return token(match, _KINDS[match["prefix"]], confidence=confidence) if mixed(match["body"]) else None


_NAMES = ("vault (dev|root|ci|auth|client|addr) (root|dev) (auth|client) token (id)",)
_PLACES = (
    Place(r"vault [ ] login [ ] (?: token= )? [\"']?", b"vault login ", then=r"(?:token=)?[\"']?"),
    Place(r"\" client_token \" \s{0,3} : \s{0,3} \"", b'"client_token"', then=r"\s{0,3}:\s{0,3}\""),
    Place(r"Root [ ] Token (?: [ ] \(will [ ] be [ ] hidden\) )? : [ ]{1,4}", b"Root Token: "),
    Place(r"(?<! [0-9A-Za-z_] ) token [ ]{2,24}", b"token  ", then=" {0,24}"),
)

DETECTORS = (
    RegexDetector(
        id="vault-token",
        title="Vault token",
        kinds=(_SERVICE, _BATCH, _RECOVERY),
        anchors=(
            Anchor(b"hvs.", then=rb"[0-9A-Za-z_-]{16}"),
            Anchor(b"hvb.", then=rb"[0-9A-Za-z_-]{16}"),
            Anchor(b"hvr.", then=rb"[0-9A-Za-z_-]{16}"),
        ),
        pattern=_PATTERN,
        judge=_judge,
        reach=(64, 512),
    ),
    AssignedDetector(
        id="vault-legacy-token",
        title="Vault token, legacy, by its name",
        forms=(
            Form(
                _SERVICE,
                r"s\.[0-9A-Za-z]{24}(?:\.[0-9A-Za-z]{5})?",
                names=_NAMES,
                places=_PLACES,
                mixed=True,
                prefix="s.",
            ),
            Form(
                _BATCH,
                r"b\.[0-9A-Za-z_-]{120,400}",
                names=_NAMES,
                places=_PLACES,
                begins=r"b\.[0-9A-Za-z_-]{24}",
                mixed=True,
                prefix="b.",
            ),
        ),
        reach=(256, 640),
    ),
)

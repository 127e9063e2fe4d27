"""GitHub tokens: classic personal tokens and their family, stateless App tokens, fine-grained personal tokens, and what has no form.

Classic tokens end in a checksum, fine-grained ones in a truncated SHA-256, stateless ones hold a JWT; each is checked before anything
is reported as certain. Sources: GitHub's engineering blog ("Behind GitHub's new authentication token formats", 2021), GitHub's
changelogs of 2026-04-24 and 2026-05-15 for the stateless form, revoked fine-grained tokens in public for theirs. Older tokens, client
secrets, the tokens that register runners and the secrets of webhooks are known by their context alone. A runner's own key is numbers in
JSON, also inside the configuration of a just-in-time runner; the private keys of GitHub Apps are PEM, like other private keys.

Near misses: a commit id, a client id (`Iv1.…`), a token whose checksum fails (reported as such), a longer word that begins like a token.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b32decode, b32encode, urlsafe_b64decode

from detectors import _crc62, _edges, _github_runner, _github_runner_key
from detectors._github_context import CONTEXTUAL
from detectors._offline import facts, instant, json_value
from scanner.contract import Anchor, Check, Confidence, Kind, Lifetime, Reading, RegexDetector, Secret, rx

_SOURCE = frozenset({"read", "write_source", "publish", "approve", "deploy", "trigger"})

_ROTATE_PERSONAL = (
    "Where a workflow uses it, give the job permissions for its own GITHUB_TOKEN instead; to publish packages, register the workflow as a trusted publisher",
    "Revoke the token in your GitHub account under Settings, Developer settings, Personal access tokens",
    "Look through the security log of the account for what was done with it",
    "Where a token is still needed, make a fine-grained one for single repositories with an end date, and replace the copies",
)
_ROTATE_APP = (
    "Revoke the user's authorization of the app, or the token through the app's own settings",
    "Look through the security log for what was done with it",
    "Let the user authorize the app again, and replace the copies",
)
_ROTATE_JOB = (
    "Find out how the token left its job: it ends within an hour, the leak does not",
    "If it may still live, delete the installation token through the API with the token itself",
    "Remove the copies, from logs and artifacts too",
)

_CLASSIC = Kind(
    id="github-pat-classic",
    title="GitHub personal token (classic)",
    provider="github",
    actions=_SOURCE | {"admin"},
    privilege=4,
    rotate=_ROTATE_PERSONAL,
)
_FINE = Kind(
    id="github-pat-fine-grained",
    title="GitHub personal token (fine-grained)",
    provider="github",
    actions=_SOURCE | {"admin"},
    rotate=_ROTATE_PERSONAL,
)
_OAUTH = Kind(
    id="github-oauth-token",
    title="GitHub OAuth token",
    provider="github",
    actions=_SOURCE | {"admin"},
    lifetime=Lifetime.STATIC,
    rotate=_ROTATE_APP,
)
_USER = Kind(
    id="github-app-user-token",
    title="GitHub App user token",
    provider="github",
    actions=_SOURCE,
    lifetime=Lifetime.EPHEMERAL,
    rotate=_ROTATE_APP,
)
_INSTALLATION = Kind(
    id="github-app-installation-token",
    title="GitHub App installation token",
    provider="github",
    actions=_SOURCE,
    privilege=2,
    lifetime=Lifetime.EPHEMERAL,
    rotate=_ROTATE_JOB,
)
_REFRESH = Kind(
    id="github-refresh-token",
    title="GitHub App refresh token",
    provider="github",
    actions=_SOURCE,
    lifetime=Lifetime.EXPIRING,
    rotate=_ROTATE_APP,
)
_FAMILY = {b"ghp_": _CLASSIC, b"gho_": _OAUTH, b"ghu_": _USER, b"ghs_": _INSTALLATION, b"ghr_": _REFRESH}

_ACTIONS_APP = 15368
"""The application id of GitHub Actions itself: its token is a workflow's GITHUB_TOKEN."""
_SIGNED = 77
"""Characters of a fine-grained token that its tag is taken over, the prefix included."""
_TAG = 8
_OWNER = slice(13, 20)
"""The base32 digits of the owner's user id."""
_OWNER_SPARE = frozenset(b"AIQY")
"""The last digit of four bytes in base32 has three bits to spare, which are zero."""

# The look-ahead keeps a value that fails from hiding one that begins inside it.
_TOKEN = rx(r"(?P<prefix> gh[pous]_) (?= (?P<body> [0-9A-Za-z]{36}) ) | (?P<refresh> ghr_) (?= (?P<long> [0-9A-Za-z]{76}) )")
_STATELESS = rx(r"""
    (?P<prefix> gh[su]_)
    (?= (?P<app> [0-9]{1,12}) _
        (?P<header> e[A-Za-z0-9_-]{8,511}+) \.
        (?P<claims> e[A-Za-z0-9_-]{8,4095}+) \.
        (?P<signature> [A-Za-z0-9_-]{16,1024}+) (?! \.[A-Za-z0-9_-] ) )
""")
_PERSONAL = rx(r"github_pat_ (?= (?P<body> [0-9A-Za-z]{22} _ [0-9A-Za-z]{59}) )")


def _classic(match: re.Match[bytes]) -> Reading | None:
    """A token of the classic family. Nobody but other scanners says that refresh tokens have the checksum: there, a failure proves nothing."""
    prefix = match["prefix"] or match["refresh"]
    body = match["body"] or match["long"]
    check = Check.PASSED if _crc62.holds(body) else Check.NONE if match["refresh"] else Check.FAILED
    end = match.end() + len(body)
    if not _stands(match.string, match.start(), end, check):
        return None
    kind = _FAMILY[prefix]
    return Reading(
        match.start(),
        end,
        kind.id,
        Secret(prefix + body),
        check=check,
        confidence={Check.PASSED: Confidence.HIGH, Check.NONE: Confidence.MEDIUM, Check.FAILED: Confidence.LOW}[check],
        prefix=prefix.decode(),
        facts=facts(kind.lifetime),
    )


def _stateless(match: re.Match[bytes]) -> Reading | None:
    """An App token that is an application id and a JWT, whose signature only GitHub can check."""
    header, claims = _part(match["header"]), _part(match["claims"])
    end = match.end("signature")
    if not isinstance(header, dict) or not isinstance(claims, dict) or "alg" not in header:
        return None
    if not _edges.opens(match.string, match.start()) or not _edges.closes(match.string, end):
        return None
    app = int(match["app"])
    kind = _FAMILY[match["prefix"]]
    return Reading(
        match.start(),
        end,
        kind.id,
        Secret(match.string[match.start() : end]),
        check=Check.PASSED,
        prefix=match["prefix"].decode(),
        facts=facts(
            kind.lifetime,
            app_id=app,
            app="GitHub Actions" if app == _ACTIONS_APP else None,
            expires_at=instant(claims.get("exp")),
            issued_at=instant(claims.get("iat")),
        ),
    )


def _fine(match: re.Match[bytes]) -> Reading | None:
    """A fine-grained token: 22 characters that name the owner, 43 that are the secret, 8 that are the tag over both."""
    start, end = match.start(), match.end("body")
    value = match.string[start:end]
    tag = b32encode(hashlib.sha256(value[:_SIGNED]).digest())[:_TAG]
    check = Check.PASSED if value[_SIGNED : _SIGNED + _TAG] == tag else Check.FAILED
    if not _stands(match.string, start, end, check):
        return None
    return Reading(
        start,
        end,
        _FINE.id,
        Secret(value),
        check=check,
        confidence=Confidence.HIGH if check is Check.PASSED else Confidence.LOW,
        prefix="github_pat_",
        facts=facts(_FINE.lifetime, owner_id=_owner(value) if check is Check.PASSED else None),
    )


def _stands(text: bytes, start: int, end: int, check: Check) -> bool:
    """Whether the value is no piece of something longer."""
    if check is Check.PASSED:
        return not _edges.runs_on(text, start, end)
    return _edges.opens(text, start) and _edges.closes(text, end)


def _owner(value: bytes) -> int | None:
    """The numeric user id in a fine-grained token, its second to ninth character after the prefix."""
    digits = value[_OWNER]
    if digits[-1] not in _OWNER_SPARE:
        return None
    try:
        return int.from_bytes(b32decode(digits + b"="), "big")
    except ValueError:
        return None


def _part(raw: bytes) -> object:
    """What a part of a JWT says (RFC 7519); None where it is no JSON in base64 for URLs."""
    try:
        return json_value(urlsafe_b64decode(raw + b"=" * (-len(raw) % 4)))
    except ValueError:
        return None


DETECTORS = (
    RegexDetector(
        id="github-token",
        title="GitHub token",
        kinds=tuple(_FAMILY.values()),
        anchors=tuple(Anchor(prefix, then=rb"[0-9A-Za-z]{36}", nested=True) for prefix in _FAMILY),
        pattern=_TOKEN,
        judge=_classic,
        reach=(64, 128),
    ),
    RegexDetector(
        id="github-stateless-token",
        title="GitHub App token, stateless",
        kinds=(_INSTALLATION, _USER),
        anchors=tuple(Anchor(prefix, then=rb"[0-9]{1,12}_e[A-Za-z0-9_-]{8}", nested=True) for prefix in (b"ghs_", b"ghu_")),
        pattern=_STATELESS,
        judge=_stateless,
        reach=(64, 6144),
    ),
    RegexDetector(
        id="github-fine-grained-token",
        title="GitHub personal token, fine-grained",
        kinds=(_FINE,),
        anchors=(Anchor(b"github_pat_", then=rb"[0-9A-Za-z]{22}_[0-9A-Za-z]{8}", nested=True),),
        pattern=_PERSONAL,
        judge=_fine,
        reach=(64, 128),
    ),
    CONTEXTUAL,
    *_github_runner.DETECTORS,
    *_github_runner_key.DETECTORS,
)

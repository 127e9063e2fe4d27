"""JFrog Artifactory: API keys that begin with `AKCp`, access tokens, reference tokens that say when they end, encrypted passwords.

API keys have no checksum, and whether a server still takes them is its own setting. An access token is a JWT that names its server, its
user, scopes and end; a reference token, base64 of `reftkn:`, stands for one that the server keeps. A password that the server encrypted
(`AP`, a digit and base58) works like the password itself; it is read behind names that say Artifactory. Source: JFrog's documentation of
all four; the fields of a reference token are known from tokens alone.

Near misses: `AKCp` inside base64, base64 of something else that begins alike, JWTs of other issuers, `${ARTIFACTORY_API_KEY}`.
"""

from __future__ import annotations

import re
from base64 import b64decode

from detectors import _issued, _jwt
from detectors._assigned import AssignedDetector, Form, Place
from detectors._offline import instant, plain_text
from scanner.contract import Anchor, Check, Confidence, Kind, Lifetime, Reading, RegexDetector, rx

_ACTIONS = frozenset({"read", "publish", "deploy"})
_KEY = Kind(
    id="artifactory-api-key",
    title="Artifactory API key",
    provider="artifactory",
    actions=_ACTIONS,
    lifetime=Lifetime.STATIC,
    rotate=(
        "Give what uses the key a scoped access token with an end date, or let CI sign in through OIDC",
        "Revoke the key in the user's profile, or through the API as an administrator",
        "Look through the server's access log for uploads that nobody made",
        "Remove the copies that are left, from `pip.conf`, `.npmrc` and `settings.xml` too",
    ),
)
_REFERENCE = Kind(
    id="artifactory-reference-token",
    title="Artifactory reference token",
    provider="artifactory",
    actions=_ACTIONS,
    rotate=(
        "Make a new access token with few scopes and an end date, or let CI sign in through OIDC, and replace the copies that are in use",
        "Revoke the old token under Administration, Access tokens: its reference ends with it",
        "Look through the server's access log for uploads that nobody made",
        "Remove the copies that are left, from `pip.conf`, `.npmrc` and `settings.xml` too",
    ),
)
_ACCESS = Kind(
    id="artifactory-access-token",
    title="Artifactory access token",
    provider="artifactory",
    actions=_ACTIONS | {"admin"},
    rotate=(
        "Make a new access token with few scopes and an end date, or let CI sign in through OIDC, and replace the copies that are in use",
        "Revoke the old token under Administration, Access tokens; one without an end lives until then",
        "Look through the server's access log for uploads that nobody made",
        "Remove the copies that are left, from `~/.jfrog/jfrog-cli.conf.v6`, `pip.conf`, `.npmrc` and `settings.xml` too",
    ),
)
_ENCRYPTED = Kind(
    id="artifactory-encrypted-password",
    title="Artifactory encrypted password",
    provider="artifactory",
    actions=_ACTIONS,
    lifetime=Lifetime.STATIC,
    rotate=(
        "Change the user's password: its encrypted form ends with it",
        "Give what uses it a scoped access token with an end date, or let CI sign in through OIDC",
        "Look through the server's access log for uploads that nobody made",
        "Remove the copies that are left, from `settings.xml` and `gradle.properties` too",
    ),
)

_JWT_START = b"eyJ2ZXIiOiIyIiwidHlwIjoiSldUIi"
"""What JFrog's software writes first into a header, in base64: its version and type."""
_TOKENS = rx(r"""
    (?P<header> eyJ2ZXIiOiI[0-9A-Za-z_-]{8,500}+ ) \. (?= (?P<body> (?P<claims> eyJ[0-9A-Za-z_-]{16,4096}+ ) \. [0-9A-Za-z_-]{32,1024}+ ) (?! \.[0-9A-Za-z_-] ) )
""")
_ISSUERS = ("jf", "jfrt@", "jfac@")
_USERS = "/users/"
_LONGEST = 128
_ADMIN = 5
"""The level of a token that administers the server."""
_KEYS = rx(r"(?P<prefix> AKCp) (?= (?P<body> [0-9A-Za-z]{60,70}+) )")
_REFERENCES = rx(r"(?P<prefix> cmVmdGtu) (?= (?P<body> [0-9A-Za-z]{56}) )")
_INSIDE = rx(r"reftkn : [0-9]{2} : (?P<end> [0-9]{10}) : [!-~]{27}")


def _key(match: re.Match[bytes]) -> Reading | None:
    body = match["body"]
    mixed = body.lower() != body != body.upper()
    return _issued.token(match, _KEY, confidence=Confidence.HIGH if mixed else Confidence.LOW)


def _reference(match: re.Match[bytes]) -> Reading | None:
    inside = _INSIDE.fullmatch(b64decode(match["prefix"] + match["body"]))
    if inside is None:
        return None
    seconds = int(inside["end"])
    life = Lifetime.EXPIRING if seconds else Lifetime.STATIC
    known = {"lifetime": life.value, "expires_at": instant(seconds) if seconds else None}
    return _issued.token(match, _REFERENCE, check=Check.PASSED, known=known)


def _access(match: re.Match[bytes]) -> Reading | None:
    """A JWT whose subject or issuer is a service of JFrog."""
    claims = _jwt.claims(match["header"], match["claims"])
    if claims is None:
        return None
    subject, issuer, scope = (_jwt.text(claims, name) or "" for name in ("sub", "iss", "scp"))
    if not (subject.startswith(_ISSUERS) or issuer.startswith(_ISSUERS)):
        return None
    end = instant(claims.get("exp"))
    life = Lifetime.EXPIRING if end else Lifetime.STATIC
    user = subject.partition(_USERS)[2] or None
    known = {
        "lifetime": life.value,
        "issued_at": instant(claims.get("iat")),
        "expires_at": end,
        "scope": plain_text(scope.encode(), _LONGEST) if scope else None,
        "user": plain_text(user.encode(), _LONGEST) if user else None,
    }
    return _issued.token(match, _ACCESS, check=Check.PASSED, privilege=_ADMIN if "admin" in scope else None, known=known)


DETECTORS = (
    RegexDetector(
        id="artifactory-api-key",
        title="Artifactory API key",
        kinds=(_KEY,),
        anchors=(Anchor(b"AKCp", then=rb"[0-9A-Za-z]{60}"),),
        pattern=_KEYS,
        judge=_key,
        reach=(64, 128),
    ),
    RegexDetector(
        id="artifactory-reference-token",
        title="Artifactory reference token",
        kinds=(_REFERENCE,),
        anchors=(Anchor(b"cmVmdGtu", then=rb"[0-9A-Za-z]{56}"),),
        pattern=_REFERENCES,
        judge=_reference,
        reach=(64, 128),
    ),
    RegexDetector(
        id="artifactory-access-token",
        title="Artifactory access token",
        kinds=(_ACCESS,),
        anchors=(Anchor(_JWT_START, then=rb"[0-9A-Za-z_-]{8}", encoded=False),),
        pattern=_TOKENS,
        judge=_access,
        reach=(64, 6144),
    ),
    AssignedDetector(
        id="artifactory-encrypted-password",
        title="Artifactory encrypted password, by its name",
        forms=(
            Form(
                _ENCRYPTED,
                r"AP[0-9A-F][1-9A-HJ-NP-Za-km-z]{17,80}",
                names=(
                    "artifactory (user|repo|server|docker|pypi|npm|maven|deploy|contextUrl) (encrypted|api) password|pass|passwd|pwd|key|token",
                    "jfrog (user|cli|server|artifactory) (encrypted|api) password|pass|passwd|pwd|key|token",
                    "orgInternalRepoPassword",
                ),
                places=(
                    Place(
                        r"artifactory [^\r\n]{0,160} [ ] (?: -u | --user ) [ =]? [\"']? (?P<account> [0-9A-Za-z_.@-]{1,64} ) :",
                        b"artifactory",
                        then=r"[^\r\n]{0,100} (?:-u|--user)[ =]?[\"']?[0-9A-Za-z_.@-]{1,40}:",
                    ),
                    Place(
                        r"(?<! [0-9A-Za-z-] ) (?: -u | --user ) [ =]? [\"']? (?P<account> [0-9A-Za-z_.@-]{1,64} ) :",
                        b"artifactory",
                        before=r"[\"']? [^\r\n]{1,80}",
                        tail=r"(?= [\"']? [ ] [^\r\n]{1,160} artifactory )",
                    ),
                    Place(
                        r":// (?P<account> [^\s:/@\"'<>]{1,64} ) :",
                        b"/artifactory",
                        before=r"@[0-9A-Za-z.:-]{1,80}",
                        tail=r"@ (?P<service> [0-9A-Za-z.-]{1,128} ) (?: : [0-9]{1,5} )? /artifactory",
                    ),
                ),
                mixed=True,
                begins=r"AP[0-9A-F][1-9A-HJ-NP-Za-km-z]{17}",
            ),
        ),
    ),
)

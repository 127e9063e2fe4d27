"""npm credentials: tokens, the UUID tokens of before 2021, and the user name and password that a registry file holds in base64.

Tokens end in the checksum that GitHub's tokens have. UUIDs, base64 and what has no form are credentials only behind the keys and in the
variables that npm, Yarn, Bun and Deno read them from. Sources: npm's documentation and changelog, `@npmcli/config` and `@npmcli/redact`, Yarn's `npmHttpUtils`.

Near misses: references such as `${NPM_TOKEN}`, hashes in lock files, a UUID without such a key, base64 that is no `user:password`.
"""

from __future__ import annotations

import re
from base64 import b64decode, urlsafe_b64decode

from detectors import _crc62, _edges
from detectors._assigned import given, led
from detectors._beginnings import assigned
from detectors._guess import guessable
from detectors._letters import drawn
from detectors._npm_places import ASSIGNED, THEN_ASSIGNED, UUID, is_assigned, is_reference, service, unreal, username
from detectors._npm_registry import TOKEN, registry_tokens
from detectors._npm_structured import structured_tokens
from detectors._offline import facts, plain_text
from detectors._userinfo import is_password
from scanner.contract import Anchor, Check, Confidence, Kind, Lifetime, Reading, RegexDetector, Secret, rx

_CLASSIC_LENGTH = 36
"""Characters after the prefix of a token that has a checksum."""
_LONGEST_USER = 256

_ROTATE = (
    "Register the release workflow as a trusted publisher of the package, so that no token is needed",
    "Delete the token in the npm account under Access Tokens",
    "Look at the package's versions and their times for releases that nobody made",
    "Where a token is still needed, make a granular one for single packages with an end date, and replace the copies",
)
_TOKEN = Kind(
    id="npm-token",
    title="npm token",
    provider="npm",
    actions=frozenset({"read", "publish"}),
    privilege=4,
    lifetime=Lifetime.EXPIRING,
    rotate=_ROTATE,
)
_LEGACY = Kind(
    id="npm-legacy-token",
    title="npm token (legacy)",
    provider="npm",
    actions=frozenset({"read", "publish"}),
    privilege=4,
    lifetime=Lifetime.STATIC,
    rotate=(
        "Find out which registry the token belongs to: the public one revoked all tokens of this form in December 2025",
        "Delete the token at a private registry, and replace the copies by one with an end date",
        "Remove the copies of a dead one, so that nobody takes them for live",
    ),
)
_BASIC = Kind(
    id="npm-basic-auth",
    title="npm user name and password",
    provider="npm",
    actions=frozenset({"read", "publish"}),
    privilege=4,
    lifetime=Lifetime.STATIC,
    rotate=(
        "Change the user's password at the registry, and wherever else the same password is used",
        "Give machines tokens with an end date in its place, or a trusted publisher where the registry has it",
        "Remove the copies",
    ),
)

# npm_ and npms_ with up to 48 characters are what npm's own redaction looks for. The look-ahead lets a second token begin inside a match.
_PATTERN = rx(r"(?P<prefix> npms?_) (?= (?P<body> [0-9A-Za-z]{36,48}+) )")

_BASE64 = r"[A-Za-z0-9+/_-]{8,1024}+ ={0,2}"
_AUTH = rx(rf"""
    (?<! [0-9A-Za-z_.$@>]) (?i: (?P<password> (?: npm_config_)? _password) | (?: npm_config_)? _auth | npm_auth | npmAuthIdent | yarn_npm_auth_ident)
    {ASSIGNED}
    (?: (?P<user> [^\s"':$%<>{{}}(]{{1,128}}) : (?P<plain> [^\s"'$%<>{{}}]{{1,256}}) (?= [\s"'}}] | \Z)   # as Yarn may have it
      | (?P<coded> {_BASE64}) (?! [A-Za-z0-9+/_=.({{-]) )
""")
_VARIABLES = ("yarn_npm_auth_token", "node_auth_token", "npm_config_token", "bun_config_token", "npm_?(?:auth_?|publish_?)?token")
_UUID = rx(rf"""
    (?: (?i: _authToken | npmAuthToken ) {ASSIGNED} | {led(*_VARIABLES)} ) (?P<value> (?P<prefix> NpmToken\. )? {UUID} | (?(name) (?P<coded> [0-9A-Za-z+/]{{48}} ) | (?!) ) ) (?! [0-9A-Za-z-])
""")
_BARE = rx(UUID)
_VARIABLE_THEN = (r"(?:[_.-][0-9a-z]{1,10})?" + assigned("NpmToken|[0-9a-f]{8}-[0-9a-f]{4}-|[0-9A-Za-z+/]{48}")).encode()
"""What follows a variable, as far as the matcher has to know it."""


def _token(match: re.Match[bytes]) -> Reading | None:
    """A token with its checksum; without that, in the wider form or where it fails, only what does not read like a name."""
    text, start, prefix, body = match.string, match.start(), match["prefix"], match["body"]
    end = match.end() + _CLASSIC_LENGTH
    passed = _crc62.holds(body[:_CLASSIC_LENGTH]) and not _edges.runs_on(text, start, end)
    if not passed:
        end = match.end("body")
        if not _edges.opens(text, start) or not _edges.closes(text, end):
            return None
        if not drawn(body):
            return None
    wide = not passed and (len(body) > _CLASSIC_LENGTH or prefix != b"npm_")
    return Reading(
        start,
        end,
        _TOKEN.id,
        Secret(text[start:end]),
        check=Check.PASSED if passed else Check.NONE if wide else Check.FAILED,
        confidence=Confidence.HIGH if passed else Confidence.LOW,
        prefix=prefix.decode(),
        facts=facts(_TOKEN.lifetime),
        service=service(text, start),
    )


def _uuid(match: re.Match[bytes]) -> Reading | None:
    if not given(match) or (match["sign"] is not None and not is_assigned(match)):
        return None
    value, host = b64decode(match["coded"]) if match["coded"] else match["value"], service(match.string, match.start("value"))
    if match["coded"] and not _BARE.fullmatch(value):
        return None
    return Reading(
        match.start("value"),
        match.end("value"),
        _LEGACY.id,
        Secret(value),
        confidence=Confidence.MEDIUM,
        prefix=(match["prefix"] or b"").decode(),
        steps=("base64",) if match["coded"] else (),
        facts=facts(_LEGACY.lifetime),
        service=host,
        dummy=None if value.removeprefix(b"NpmToken.").strip(b"0-") else "it is the nil UUID",
        sample=unreal(host),
    )


def _basic(match: re.Match[bytes]) -> Reading | None:
    """The password half of what the key holds."""
    if not is_assigned(match):
        return None
    if match["plain"] is not None:
        return _plain(match)
    text = _decoded(match["coded"])
    if text is None:
        return None
    if match["password"]:
        return _password(match, "coded", text, username(match.string, match.start(), match.end()), "base64")
    user, colon, password = text.partition(b":")
    if not colon or len(user) > _LONGEST_USER:
        return None
    return _password(match, "coded", password, user, "basic-auth")


def _plain(match: re.Match[bytes]) -> Reading | None:
    """A pair that is not in base64, which only Yarn reads."""
    key = match.group()[: match.start("sign") - match.start()].lower()
    if b"ident" not in key:
        return None
    return _password(match, "plain", match["plain"], match["user"], None)


def _password(match: re.Match[bytes], group: str, password: bytes, user: bytes | None, step: str | None) -> Reading | None:
    if not is_password(password) or is_reference(password):
        return None
    return Reading(
        match.start(group),
        match.end(group),
        _BASIC.id,
        Secret(password),
        confidence=Confidence.HIGH if step == "basic-auth" else Confidence.MEDIUM,
        facts=facts(_BASIC.lifetime),
        steps=(step,) if step else (),
        guessable=guessable(password),
        account=plain_text(user, _LONGEST_USER) if user else None,
        service=service(match.string, match.start(group)),
    )


def _decoded(value: bytes) -> bytes | None:
    """What base64 in either alphabet, padded or not, spells; None where that is no printable text."""
    digits = value.rstrip(b"=").translate(bytes.maketrans(b"+/", b"-_"))
    try:
        raw = urlsafe_b64decode(digits + b"=" * (-len(digits) % 4))
        return raw if raw.decode().isprintable() else None
    except ValueError:
        return None


DETECTORS = (
    RegexDetector(
        id="npm-token",
        title="npm token",
        kinds=(_TOKEN,),
        anchors=(Anchor(b"npm_", then=rb"[0-9A-Za-z]{36}", nested=True), Anchor(b"npms_", then=rb"[0-9A-Za-z]{36}")),
        pattern=_PATTERN,
        judge=_token,
        reach=(64, 128),
    ),
    RegexDetector(
        id="npm-legacy-token",
        title="npm token, legacy",
        kinds=(_LEGACY,),
        anchors=(
            *(
                Anchor(key, then=THEN_ASSIGNED + rb"(?:NpmToken\.)?[0-9a-f]{8}-[0-9a-f]{4}-", caseless=True, nested=key == b"_authToken")
                for key in (b"_authToken", b"npmAuthToken")
            ),
            *(
                Anchor(name, then=_VARIABLE_THEN, caseless=True, encoded=name == b"npm_token")
                for name in (b"npm_token", b"npmtoken", b"auth_token", b"publish_token", b"_config_token")
            ),
        ),
        pattern=_UUID,
        judge=_uuid,
        reach=(512, 192),
    ),
    RegexDetector(
        id="npm-basic-auth",
        title="npm user name and password",
        kinds=(_BASIC,),
        anchors=(
            Anchor(b"_auth", before=rb"(?:^|[^0-9A-Za-z]|npm_config_)", then=THEN_ASSIGNED + rb"[A-Za-z0-9+/_-]{8}", caseless=True),
            Anchor(
                b"_password", before=rb"(?:^|[^0-9A-Za-z_.$@>]|npm_config_)", then=THEN_ASSIGNED + rb"[A-Za-z0-9+/_-]{8}", caseless=True
            ),
            Anchor(b"npm_auth", then=THEN_ASSIGNED + rb"[A-Za-z0-9+/_-]{8}", caseless=True),
            Anchor(b"npmAuthIdent", then=THEN_ASSIGNED + rb"[^ \t\r\n]{8}"),
            Anchor(b"npm_auth_ident", then=THEN_ASSIGNED + rb"[^ \t\r\n]{8}", caseless=True),
        ),
        pattern=_AUTH,
        judge=_basic,
        reach=(512, 1280),
    ),
    registry_tokens(_BASIC, _LEGACY),
    structured_tokens(TOKEN, _LEGACY),
)

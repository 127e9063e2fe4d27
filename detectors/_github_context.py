"""GitHub's secrets that have no form of their own: 40 hexadecimal digits, which are nearly always the id of a git object.

Tokens from before April 2021 and the client secrets of apps look so. They are read only where GitHub's own tools read them: behind the
name of a variable or setting that says both GitHub and token, in a netrc entry, in the user info of a URL, in a header or query of a
request to GitHub, in the files of `gh`, `hub`, Composer, Maven and npm. Sources: GitHub's documentation, git's gitcredentials(7),
Composer's documentation of `auth.json`, actions/checkout.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterator

from detectors._assigned import given, led
from detectors._offline import facts, plain_text
from scanner import hosts
from scanner.contract import Anchor, Confidence, Kind, Lifetime, Reading, RegexDetector, Secret, rx

_LEGACY = Kind(
    id="github-legacy-token",
    title="GitHub token (legacy)",
    provider="github",
    actions=frozenset({"read", "write_source", "publish", "approve", "deploy", "trigger", "admin"}),
    privilege=4,
    lifetime=Lifetime.STATIC,
    rotate=(
        "Make a fine-grained token for single repositories with an end date, or give the job permissions for its own GITHUB_TOKEN",
        "Put it where the old one is used",
        "Revoke the old token in your GitHub account under Settings, Developer settings, or the app's authorization under Applications",
        "Look through the security log of the account for what was done with it",
        "Remove the copies",
    ),
)
_CLIENT = Kind(
    id="github-client-secret",
    title="GitHub app client secret",
    provider="github",
    actions=frozenset({"read"}),
    lifetime=Lifetime.STATIC,
    rotate=(
        "Generate a new client secret in the settings of the app; an app may have two",
        "Put it where the app runs",
        "Delete the old one in the same place",
        "Look through the audit log for users that authorized the app unexpectedly",
        "Remove the copies",
    ),
)

_HOST = hosts.spell(hosts.GITHUB)
_PACKAGES = hosts.spell(hosts.GITHUB_NPM)
_NEAR = 320
"""Bytes on both sides of a value among which GitHub must be named, where the key itself does not."""
_LINE = 256
_LONGEST_NAME = 128

_NOUNS = frozenset({"token", "pat", "oauth", "secret", "password", "pass", "key", "credential", "credentials", "auth"})
"""The last word of a name that holds a secret."""
_OTHERS = frozenset(
    {
        "sha",
        "sha1",
        "commit",
        "rev",
        "revision",
        "ref",
        "hash",
        "digest",
        "checksum",
        "tree",
        "blob",
        "tag",
        "version",
        "id",
        "fingerprint",
        "cache",
        "webhook",
        "hook",
        "salt",
        "public",
    }
)
"""Words in a name that say that the digits are something else."""
_KEYS = frozenset({"api", "access", "oauth", "auth", "private"})
"""What makes a token of a key."""

_HEX = r"(?: v1\. )? [0-9a-f]{40}"
_CLOSED = r"(?! [0-9A-Za-z_+/=-] )"
_PATTERN = rx(rf"""
    (?:
        machine \s{{1,8}} (?P<machine> (?: [a-z]{{1,16}} \. )? {re.escape(_HOST)}) \s{{1,8}}
            (?: (?: login \s{{1,8}} (?P<login> [^\s]{{1,128}}) \s{{1,8}} )? password | login (?= \s{{1,8}} (?: v1\. )? [0-9a-f]{{40}} \s{{1,8}} password \s{{1,8}} x-oauth-basic ) ) \s{{1,8}} "?
      | github-oauth [\\"']{{0,4}} (?: \s{{0,8}} : \s{{0,8}} \{{ \s{{0,32}} [\\"']{{0,4}} | \. )
            (?P<composer> [0-9a-z.-]{{1,253}}+) (?: [\\"']{{0,4}} \s{{0,8}} : \s{{0,8}} [\\"']{{0,4}} | [ ]{{1,4}} ["']? )
      | <id> github [0-9A-Za-z._-]{{0,32}} </id> \s{{0,64}}
            (?: <username> (?P<maven> [^<>\s]{{1,128}}) </username> \s{{0,64}} )? <password> \s{{0,8}}
      | (?i: github ) ["']? \s{{0,4}} : \s{{0,32}}+ \{{? [^{{}}\[\]\#]{{0,160}}? (?<! [0-9A-Za-z] ) (?i: (?: oauth | access | api | personal )? [_-]? token | pat )
            ["']? [ \t]{{0,4}} [:=] [ \t]{{0,4}} ["']?
      | \[github\] [^\[\]]{{0,200}} (?<![\w-]) (?: oauth- )? token [ \t]{{0,4}} = [ \t]{{0,4}} "?
      | (?P<packages> {re.escape(_PACKAGES)}) [^\s"']{{0,64}} :_authToken ["']? [ \t]{{0,3}} [=:] [ \t]{{0,3}} ["']?
      | (?P<token> x-access-token:)
      | {re.escape(_HOST)} / [^\s"'<>\\`]{{0,256}} [?&] (?: access_token | (?P<secret> client_secret) ) =
      | (?P<nearby> (?i: authorization) ["']? [ \t]{{0,3}} [:=,] [ \t]{{0,3}} ["'`]? (?i: token | bearer ) [ \t]
                  | oauth_token ["']? [ \t]{{0,3}} [:=] [ \t]{{0,3}} ["']? )
      | (?P<app> (?i: client_?secret ) ["']? [ \t]{{0,3}} [:=] [ \t]{{0,3}} ["']? )
      | --with-token [ ]{{1,3}} <<< [ ]? ["']?
      | {led("[0-9a-z]{0,32}?github[0-9a-z_.-]{0,64}", "gh_[0-9a-z_.-]{0,64}")}
    ) (?P<last> {_HEX} | (?(name) (?P<coded> [0-9A-Za-z+/]{{54}}== ) | (?!) ) ) {_CLOSED}
  | (?<! [0-9A-Za-z_-] ) (?P<first> {_HEX}) (?: (?= @ {re.escape(_HOST)} (?! [0-9A-Za-z.-] ) ) | (?= :x-oauth-basic ) | (?= ["']? [ ]? [|] [ ]? gh [ ] auth [ ] login ) )
""")
_HEX_THEN = rb"(?:v1\.)?[0-9a-f]{40}"
_NAMED_THEN = (
    rb"""[0-9a-z_.-]{0,64}(?:[^0-9a-z]{1,12}(?:(?:value|string|&?(?:'static )?str)[^0-9a-z]{1,8})?|["'] ?\{[^{}]{1,80}default[ ]{0,12}=[ ]{1,2}")(?:"""
    + _HEX_THEN
    + rb"|[0-9a-z+/]{54}==)"
)
_OPENED_THEN = rb"""[ \t]{0,4}:?[ \t\r\n{]{1,24}[^{}\[\]#]{0,120}(?:token|pat)["']?[ \t]{0,4}[:=][ \t]{0,4}["']?""" + _HEX_THEN
_IN_NAMES = b"abcdefghijklmnopqrstuvwxyz0123456789_-"
_KEY_THEN = rb"""["']?[ \t]{0,3}[:=,][ \t]{0,3}["'`]?"""

_WORD = rx(r"[A-Z]+ (?! [a-z]) | [A-Z]? [a-z]+ [0-9]* | [0-9]+")
_CELLS = rx(r"""["'`]? [ \t]{0,16} [,|] [ \t]{0,16}""")
"""What stands between the cells of a table: digits in the next one are seldom what this one names."""
_DIGITS = rx(r"[0-9a-f]{40}")
_USER = rx(r"// (?P<user> [^\s:@/\"']{1,128}) : \Z")
_NAMES_GITHUB = rx(
    rf"{re.escape(_HOST)} (?! [0-9A-Za-z-] ) | git_protocol: | (?i: github ) | (?: Iv1\. | Iv23li | Ov23li ) [0-9A-Za-z]{{14,16}}"
)
"""GitHub's own name, the files of its tools, the client ids of its apps."""
_COUNTED = (b"0123456789abcdef", b"fedcba9876543210", b"1234567890")


def _judge(match: re.Match[bytes]) -> Reading | None:
    """A value that is bound to GitHub by what stands around it."""
    group = "last" if match["last"] else "first"
    kind, confidence = _LEGACY, Confidence.MEDIUM
    if match["name"]:
        named = _named(match)
        if named is None:
            return None
        kind, confidence = named
    elif (match["nearby"] or match["app"]) and not _near(match):
        return None
    elif match["secret"] or match["app"]:
        kind = _CLIENT
    value = _meant(match, group)
    if value is None:
        return None
    return Reading(
        match.start(group),
        match.end(group),
        kind.id,
        Secret(value),
        confidence=confidence,
        steps=("base64",) if match["coded"] else (),
        facts=facts(Lifetime.EPHEMERAL if value.startswith(b"v1.") else kind.lifetime),
        account=_account(match),
        service=_service(match, group),
        dummy="digits in their order" if any(row in value for row in _COUNTED) else None,
    )


def _named(match: re.Match[bytes]) -> tuple[Kind, Confidence] | None:
    """What a name says of its value; None where it does not say that it is a secret, or nothing gives it this value."""
    words = [word.lower().decode() for word in _WORD.findall(match["name"]) if not word.isdigit()]
    if not words or words[-1] not in _NOUNS or not _OTHERS.isdisjoint(words):
        return None
    joint = match.string[match.end("name") : match.start("last")]
    if not given(match) or _CELLS.fullmatch(joint):
        return None
    if words[-1] == "key" and _KEYS.isdisjoint(words):
        return None
    if words[-1] == "secret":
        return _CLIENT, Confidence.MEDIUM if "client" in words else Confidence.LOW
    return _LEGACY, Confidence.MEDIUM


def _meant(match: re.Match[bytes], group: str) -> bytes | None:
    """The digits themselves, which the values of Kubernetes have in base64; None where that is something else."""
    if not match["coded"]:
        return match[group]
    value = b64decode(match["coded"])
    return value if _DIGITS.fullmatch(value) else None


def _near(match: re.Match[bytes]) -> bool:
    """Whether GitHub is named close to the value."""
    return _NAMES_GITHUB.search(match.string, max(0, match.start() - _NEAR), match.end() + _NEAR) is not None


def _account(match: re.Match[bytes]) -> str | None:
    """Whose token it is, where an entry or a URL says so."""
    user = match["login"] or match["maven"]
    if match["first"]:
        before = _USER.search(match.string, max(0, match.start("first") - _LINE), match.start("first"))
        user = before["user"] if before else None
    return plain_text(user, _LONGEST_NAME) if user and user != b"x-access-token" else None


def _service(match: re.Match[bytes], group: str) -> str | None:
    """The host that a value is for."""
    host = match["machine"] or match["composer"] or match["packages"]
    if host:
        return host.decode()
    return _HOST if match.string.startswith(b"@" + _HOST.encode(), match.end(group)) else None


def _begun() -> Iterator[bytes]:
    """How names begin that hold GitHub's: by itself it is in every other address, whose `.com` is what they do not go on with."""
    yield from (b"github%c" % sign for sign in _IN_NAMES)
    yield from (b"github.%c" % sign for sign in _IN_NAMES if sign != ord("c"))
    yield from (b"github.cl", b"github.cr", b"github.ci")


CONTEXTUAL = RegexDetector(
    id="github-legacy-token",
    title="GitHub token or client secret, by its context",
    kinds=(_LEGACY, _CLIENT),
    anchors=(
        *(Anchor(begun, then=_NAMED_THEN, caseless=True, encoded=False) for begun in _begun()),
        *(Anchor(b"github" + end, then=_OPENED_THEN, caseless=True, encoded=False) for end in (b'"', b"'", b":", b" :")),
        Anchor(b"GITHUB_TOKEN", then=_NAMED_THEN),
        Anchor(b"GH_TOKEN", then=_NAMED_THEN, caseless=True),
        *(Anchor(name, then=_NAMED_THEN, caseless=True, encoded=False) for name in (b"GH_PAT", b"GH_ENTERPRISE_TOKEN", b"GH_ACCESS_TOKEN")),
        Anchor(b"@" + _HOST.encode(), before=rb"[0-9a-f]{40}(?::x-oauth-basic)?"),
        Anchor(b"x-access-token:", then=_HEX_THEN, nested=True),
        Anchor(b":x-oauth-basic", before=rb"[0-9a-f]{40}"),
        Anchor(b"oauth_token", then=_KEY_THEN + _HEX_THEN),
        Anchor(b"authorization", then=_KEY_THEN + rb"(?:token|bearer)[ \t]" + _HEX_THEN, caseless=True, encoded=False),
        Anchor(b"access_token=", then=_HEX_THEN, encoded=False),
        *(Anchor(name, then=_KEY_THEN + _HEX_THEN, caseless=True, encoded=False) for name in (b"client_secret", b"clientSecret")),
        Anchor(
            b"machine",
            then=rb"[ \t\r\n]{1,8}(?:[a-z]{1,16}\.)?" + re.escape(_HOST).encode() + rb"[ \t\r\n]",
            reason="GitHub's host must follow",
        ),
        Anchor(b"github-oauth", encoded=False),
        Anchor(b"<id>github", encoded=False),
        Anchor(b"[github]", encoded=False),
        Anchor(b"gh auth login", before=rb"[0-9a-f]{40}[\"']? ?[|] ?", encoded=False),
        Anchor(b"--with-token", then=rb"[ ]{1,3}<<< ?[\"']?" + _HEX_THEN, encoded=False),
        Anchor(_PACKAGES.encode(), then=rb"[^ \t\r\n]{0,64}:_authToken", encoded=False),
    ),
    pattern=_PATTERN,
    judge=_judge,
    reach=(320, 448),
)

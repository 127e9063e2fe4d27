"""Logins of container registries: Docker's configuration with what it holds, and the robot accounts of Quay and Harbor.

`auths` has base64 of `user:password` for each registry, or an `identitytoken`; old files have the registries at the top. A robot of Quay
is `organisation+name` with 64 capitals and digits, one of Harbor `robot$name` with 32 letters and digits. Sources: `docker/cli`,
`config/configfile`; the documentation of Quay and Harbor; containers-auth.json(5).

Near misses: an empty `auth`, base64 of something that is no pair, `credsStore`, a service account's key file, which is read as that.
"""

from __future__ import annotations

import re
from base64 import b64decode

from detectors._assigned import UUID, AssignedDetector, Form, Place
from detectors._docker import LEGACY
from detectors._guess import guessable
from detectors._offline import facts, plain_text
from detectors._userinfo import is_password
from scanner import hosts
from scanner.contract import Anchor, Confidence, Kind, Lifetime, Reading, RegexDetector, Secret, rx

_ACTIONS = frozenset({"read", "publish"})
_LOOK = "Look at the tags of its repositories and their times for pushes that nobody made; compare digests with what was built"
_LEFT = "Remove the copies that are left, from image layers, pull secrets and `~/.docker/config.json` too"
_PASSWORD = Kind(
    id="container-registry-password",
    title="password of a container registry",
    provider="docker",
    actions=_ACTIONS,
    rotate=(
        "Change the password at the registry that the entry names, and wherever else the same password is used",
        "Give machines a token or robot account of their own with an end date, or the identity of their workload",
        "Let a credential helper keep what people log in with",
        _LOOK,
        _LEFT,
    ),
)
_IDENTITY = Kind(
    id="container-registry-identity-token",
    title="identity token of a container registry",
    provider="docker",
    actions=_ACTIONS,
    rotate=(
        "Log out of the registry and in again, and let a credential helper keep the new token",
        "Revoke the old token at the registry, with the sessions of its user",
        _LOOK,
        _LEFT,
    ),
)
_QUAY = Kind(
    id="quay-robot-token",
    title="Quay robot account token",
    provider="quay",
    actions=_ACTIONS,
    lifetime=Lifetime.STATIC,
    rotate=(
        "Regenerate the token on the page of the robot account in Quay: that ends the old one",
        "Let the robot federate with the identity provider of CI where it can, so that no token is needed",
        "Replace the copies that are in use",
        _LOOK,
        _LEFT,
    ),
)
_HARBOR = Kind(
    id="harbor-robot-token",
    title="Harbor robot account secret",
    provider="harbor",
    actions=_ACTIONS,
    lifetime=Lifetime.EXPIRING,
    rotate=(
        "Refresh the secret of the robot account in Harbor: that ends the old one",
        "Give the robot single projects, the fewest permissions and an end date, and replace the copies that are in use",
        _LOOK,
        _LEFT,
    ),
)

_SIGN = r"\\{0,3} \" \s{0,16} : \s{0,16}"
_TEXT = r"[^\"\\{}]{0,512}"
_PATTERN = rx(rf"""
    \" (?P<service> [^\s\"\\<>]{{1,253}} ) {_SIGN} \{{ \s{{0,32}} (?: \\{{0,3}} \" (?! auth \\{{0,3}} \" | identitytoken ) [0-9A-Za-z_]{{1,32}} {_SIGN} \\{{0,3}} \" {_TEXT} \\{{0,3}} \" \s{{0,16}} , \s{{0,32}} ){{0,4}}
    \\{{0,3}} \" (?: auth {_SIGN} \\{{0,3}} \" (?P<coded> [A-Za-z0-9+/_-]{{8,8192}}+ ={{0,2}} )
                 (?: \\{{0,3}} \" \s{{0,16}} , \s{{0,32}} \\{{0,3}} \" identitytoken {_SIGN} \\{{0,3}} \" (?P<beside> [0-9A-Za-z._~+/-]{{16,8192}}+ ={{0,2}} ) )?
               | identitytoken {_SIGN} \\{{0,3}} \" (?P<token> [0-9A-Za-z._~+/-]{{16,8192}}+ ={{0,2}} )
               | password {_SIGN} \\{{0,3}} \" (?P<plain> [^\s\"\\{{}}]{{1,512}}+ ) ) \\{{0,3}} \"
""")
_HOST = rx(r"(?: https?:// )? (?P<host> [0-9A-Za-z][0-9A-Za-z.-]{0,252} ) (?: : [0-9]{1,5} )? (?: / .{0,252} )?")
_ROBOT = rx(r"[0-9a-z_.-]{2,255} \+ [0-9a-z_.-]{2,255}")
_QUAY_FORM = rx(r"[0-9A-Z]{64}")
_UUID = rx(UUID)
_TOKEN_USERS = frozenset({b"<token>", b"00000000-0000-0000-0000-000000000000"})
_KEY_USERS = frozenset({b"_json_key", b"_json_key_base64"})
"""Users whose password is the file of a service account, which holds a private key of its own."""
_NO_VALUE = rx(
    r"\$ .{0,512} | \{\{ .{0,512} | < .{0,512} | % [A-Za-z_]{1,64} % | [*x.…-]{1,512} | .{0,3} | (?i: password | passwd | pass | token | secret | changeme )"
)
_LONGEST_NAME = 128
_ENTRIES = b"auths"
"""The member whose members are registries."""
_FURTHEST = 8192
_USER = rx(r"\" username \\{0,3} \" \s{0,16} : \s{0,16} \\{0,3} \" (?P<user> [^\"\\]{1,128} )")


def _judge(match: re.Match[bytes]) -> Reading | None:
    """The password of an entry, or the identity token that stands in its place."""
    host = _HOST.fullmatch(match["service"])
    service = host["host"].decode().lower().rstrip(".") if host else None
    group = "token" if match["token"] else "beside"
    if match[group]:
        return _made(match, group, _IDENTITY, (None, match[group]), service)
    if match["plain"]:
        return _plain(match, service)
    pair = _pair(match["coded"])
    if pair is None:
        return None
    user, password = pair
    if user in _KEY_USERS or not is_password(password) or _NO_VALUE.fullmatch(password):
        return None
    return _made(match, "coded", _kind(user, password, service), pair, service)


def _plain(match: re.Match[bytes], service: str | None) -> Reading | None:
    """A password that stands alone, beside a user at most: only in Docker's own configuration is it that of a registry."""
    value = match["plain"]
    if (
        match.string.rfind(_ENTRIES, max(0, match.start() - _FURTHEST), match.start()) < 0
        or not is_password(value)
        or _NO_VALUE.fullmatch(value)
    ):
        return None
    user = _USER.search(match.group())
    account = user["user"] if user else b""
    return _made(match, "plain", _kind(account, value, service), (account, value), service)


def _kind(user: bytes, password: bytes, service: str | None) -> Kind:
    """What a login is, by its user's name and the form of its password."""
    if user.startswith(b"robot$"):
        return _HARBOR
    if _ROBOT.fullmatch(user) and _QUAY_FORM.fullmatch(password):
        return _QUAY
    if service is not None and hosts.labels(service)[:2] == hosts.DOCKER_HUB[:2] and _UUID.fullmatch(password):
        return LEGACY
    return _PASSWORD


def _made(match: re.Match[bytes], group: str, kind: Kind, pair: tuple[bytes | None, bytes], service: str | None) -> Reading:
    user, value = pair
    coded = group == "coded"
    return Reading(
        match.start(group),
        match.end(group),
        kind.id,
        Secret(value),
        confidence=Confidence.HIGH if kind is not _PASSWORD else Confidence.MEDIUM,
        facts=facts(kind.lifetime),
        steps=("docker-auth",) if coded else (),
        guessable=kind is _PASSWORD and guessable(value),
        account=plain_text(user, _LONGEST_NAME) if user and user not in _TOKEN_USERS else None,
        service=service,
    )


def _pair(coded: bytes) -> tuple[bytes, bytes] | None:
    """User and password out of base64; None where it is no such pair."""
    try:
        text = b64decode(coded.rstrip(b"=") + b"=" * (-len(coded.rstrip(b"=")) % 4), validate=True).rstrip(b"\0")
        printable = text.decode().isprintable()
    except ValueError:
        return None
    user, colon, password = text.partition(b":")
    return (user, password) if colon and user and password and printable else None


DETECTORS = (
    RegexDetector(
        id="docker-config-login",
        title="login of a container registry in Docker's configuration",
        kinds=(_PASSWORD, _IDENTITY, _QUAY, _HARBOR, LEGACY),
        anchors=(
            Anchor(b'"auths"', then=rb"\s{0,16}:\s{0,16}\{", nested=True),
            Anchor(b'\\"auths\\', then=rb"\\{0,2}\"\s{0,16}:\s{0,16}\{", encoded=False),
            Anchor(b'"auth"', then=rb"\s{0,16}:\s{0,16}\"[A-Za-z0-9+/_-]{12}", encoded=False),
            Anchor(b'"identitytoken"', then=rb"\s{0,16}:\s{0,16}\"[0-9A-Za-z._~+/-]{16}", encoded=False),
        ),
        pattern=_PATTERN,
        judge=_judge,
        reach=(768, 8192),
        sight=None,
    ),
    AssignedDetector(
        id="registry-robot-token",
        title="token of a Quay or Harbor robot, by its name",
        forms=(
            Form(
                _QUAY,
                r"[0-9A-Z]{64}",
                names=("quay (io) (robot|bot|docker|registry|push|ci|user) (account) token|password|secret|pass|key",),
                places=(
                    Place(
                        r"(?: -u | --username ) [ =]{1,2} [\"']? (?P<account> [0-9a-z_.-]{2,64} \+ [0-9a-z_.-]{2,64} ) [\"']? [ ] [^\r\n]{0,80} (?: -p | --password ) [ =]{1,2} [\"']?",
                        b"docker login",
                        then=r"[^\r\n]{1,170}[ =][\"']?",
                    ),
                ),
            ),
            Form(
                _HARBOR,
                r"[0-9A-Za-z]{32}",
                names=("harbor (robot|registry|docker|ci|push) (account) secret|token|password|pass",),
                mixed=True,
                places=(
                    Place(
                        r"(?: -u | --username ) [ =]{1,2} [\"']? (?P<account> robot \\{0,2} \$ [0-9A-Za-z_.+-]{2,96} ) [\"']? [ ] [^\r\n]{0,80} (?: -p | --password ) [ =]{1,2} [\"']?",
                        b"robot$",
                        then=r"[^\r\n]{1,160}(?:-p|--password)[ =]{1,2}[\"']?",
                    ),
                    Place(
                        r"[\"']? username [\"']? \s{0,8} : \s{0,8} [\"']? (?P<account> robot \$ [0-9A-Za-z_.+-]{2,96} ) [\"']? ,? \s{1,24} [\"']? (?: password | secret ) [\"']? \s{0,8} : \s{0,8} [\"']?",
                        b"robot$",
                        then=r"[0-9A-Za-z_.+-]{2,64}[\"']?,?\s{1,24}[\"']?(?:password|secret)[\"']?\s{0,8}:\s{0,8}[\"']?",
                    ),
                ),
            ),
        ),
    ),
)

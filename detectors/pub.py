"""Credentials of Dart's package manager: the sign-in of `pub-credentials.json`, and tokens of hosted repositories in `pub-tokens.json`.

A sign-in is a Google account's: an access token (`ya29.`) that lives for an hour, and a refresh token that lasts until it is revoked and
with which packages are published. Tokens of other repositories are whatever those give out. Source: `dart-lang/pub`,
`lib/src/oauth2.dart`, `authentication/credential.dart` and `token_store.dart`.

Near misses: other files with `refreshToken`, `"env"` in place of a token, which only names a variable, references.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from detectors._guess import guessable
from detectors._offline import facts
from scanner.contract import Anchor, Confidence, Kind, Lifetime, Reading, RegexDetector, Secret, rx

_REFRESH = Kind(
    id="pub-refresh-token",
    title="pub sign-in",
    provider="pub",
    actions=frozenset({"read", "publish"}),
    privilege=4,
    lifetime=Lifetime.STATIC,
    rotate=(
        "Set the package up for automated publishing from its release workflow, so that nobody's sign-in is in a file",
        "Remove the sign-in with `dart pub logout`, and revoke the app's access in the Google account under Security, Third-party access",
        "Look at the activity log of the account's packages and publishers for what nobody did, and retract such versions",
        "Remove the copies that are left: the file holds the access token as well",
    ),
)
_ACCESS = Kind(
    id="pub-access-token",
    title="pub access token",
    provider="pub",
    actions=frozenset({"read", "publish"}),
    lifetime=Lifetime.EPHEMERAL,
    rotate=(
        "Revoke the refresh token beside it: the access token ends within an hour, that one does not",
        "Look at the activity log of the account's packages for what nobody did in that hour",
        "Remove the copies, from logs too",
    ),
)
_HOSTED = Kind(
    id="pub-hosted-token",
    title="token of a hosted pub repository",
    provider="pub",
    actions=frozenset({"read", "publish"}),
    rotate=(
        "Make a new token at the repository that the entry names, with an end date where it can",
        "Put it into the secrets of CI, and let `dart pub token add URL --env-var NAME` name the variable",
        "Revoke the old one at the repository, and look at its packages for versions that nobody made",
        "Remove the copies that are left",
    ),
)

_SIGN = r"\\{0,3} \" \s{0,8} : \s{0,8} \\{0,3} \""
_PATTERN = rx(rf"""
    \" (?: (?P<access> accessToken ) | refreshToken ) {_SIGN}
    (?P<value> (?(access) (?P<live> ya29\. [0-9A-Za-z_.-]{{20,2048}}+ ) | (?P<lasting> 1// [0-9A-Za-z_-]{{20,256}}+ ) ) ) (?= \\{{0,3}} \" )
  | \" url {_SIGN} https?:// (?: [^\s/@\"]{{1,128}} @ )? (?P<service> [0-9A-Za-z][0-9A-Za-z.-]{{0,252}} ) [^\s\"\\]{{0,256}} \\{{0,3}} \" \s{{0,8}} , \s{{0,8}} \\{{0,3}}
    \" token {_SIGN} (?P<token> [0-9A-Za-z._~+/-]{{8,2048}}+ ={{0,2}} ) (?= \\{{0,3}} \" )
""")
_OF_PUB = (b"tokenEndpoint", b"idToken", b"userinfo.email")
"""What stands in pub's file beside the tokens, two of which must be there."""
_OF_HOSTED = b"hosted"
_NEAR = 4096


def _judge(match: re.Match[bytes]) -> Reading | None:
    if match["token"] is not None:
        return _hosted(match)
    near = match.string[max(0, match.start() - _NEAR) : match.end() + _NEAR]
    if sum(word in near for word in _OF_PUB) < len(_OF_PUB) - 1 or (b"refreshToken" not in near):
        return None
    kind, prefix = (_ACCESS, "ya29.") if match["access"] else (_REFRESH, "1//0")
    value = match["value"]
    return Reading(
        match.start("value"),
        match.end("value"),
        kind.id,
        Secret(value),
        prefix=prefix if value.startswith(prefix.encode()) else "",
        facts=facts(kind.lifetime),
    )


def _hosted(match: re.Match[bytes]) -> Reading | None:
    """A token of a repository, in a list of those."""
    value = match["token"]
    if _OF_HOSTED not in match.string[max(0, match.start() - _NEAR) : match.start()]:
        return None
    return Reading(
        match.start("token"),
        match.end("token"),
        _HOSTED.id,
        Secret(value),
        confidence=Confidence.MEDIUM,
        facts=facts(_HOSTED.lifetime),
        guessable=guessable(value),
        service=match["service"].decode().lower().rstrip("."),
    )


def _anchors() -> Iterator[Anchor]:
    for name, value in ((b"accessToken", rb"ya29\.[0-9A-Za-z_.-]{20}"), (b"refreshToken", rb"1//[0-9A-Za-z_-]{20}")):
        yield Anchor(name, then=rb'\\{0,3}"\s{0,8}:\s{0,8}\\{0,3}"' + value, encoded=False)
    yield Anchor(b'"hosted"', then=rb"\s{0,8}:\s{0,8}\[\s{0,16}\{\s{0,16}\"url\"", encoded=False)


DETECTORS = (
    RegexDetector(
        id="dart-pub-token",
        title="credential of Dart's package manager",
        kinds=(_REFRESH, _ACCESS, _HOSTED),
        anchors=tuple(_anchors()),
        pattern=_PATTERN,
        judge=_judge,
        reach=(_NEAR, _NEAR),
        sight=None,
    ),
)

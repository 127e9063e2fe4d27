"""Further places to publish to: JetBrains Marketplace, Ansible Galaxy, Puppet Forge, Firefox add-ons, Expo, the Snap Store.

JetBrains' permanent tokens are `perm:` or `perm-`, whose it is and the token's name in base64, and 30 letters and digits; the same form opens
YouTrack, Hub and the Marketplace, where plugins are published. What `snapcraft export-login` writes is base64 of JSON around macaroons, which
end after a year unless `--expires` says otherwise; before Snapcraft 7 it was a file with a section for the server that signs in. The others
count only behind names and in places that the vendors' tools read: 40 hexadecimal digits of Galaxy, 64 of the Forge, 64 of Firefox add-ons
beside the key's name (`user:`, a user's number, another), 40 characters of Expo.

Sources: JetBrains' help, "Permanent Token Authorization", and `intellij-platform-gradle-plugin`; `canonical/craft-store`, `creds.py` and
`auth.py`, and `canonical/snapcraft`, `_legacy_account.py` and `client.py`; `ansible/galaxy_ng`, whose tokens are those of
`django-rest-framework`, and `ansible/ansible`, `galaxy/token.py` and `config/manager.py`; `puppetlabs/pdk` and
`voxpupuli/puppet-blacksmith`, whose tests have a key; `mozilla/addons-server`, `api/models.py`. Expo documents `EXPO_TOKEN` and no form:
length and letters are those of values seen in public. `perm-` instead of `perm:` is known from such values too.

Near misses: `perm:` of other programs, hashes without such a name, the name of an add-on's key (`user:123:45`), references, a section of
another server, a token of Galaxy's single sign-on, which is a JWT.
"""

from __future__ import annotations

import re
from base64 import b64decode

from detectors import _prefixed
from detectors._assigned import AssignedDetector, Form, Place
from detectors._issued import token
from detectors._letters import mixed
from detectors._offline import plain_text
from scanner.contract import Anchor, Kind, Lifetime, Reading, RegexDetector, rx
from scanner.records import replace

_PUBLISHES = frozenset({"read", "publish"})


def _kind(name: str, title: str, place: str, what: str, *more: str, lifetime: Lifetime = Lifetime.STATIC) -> Kind:
    return Kind(
        id=name,
        title=title,
        provider=name.partition("-")[0],
        actions=_PUBLISHES | set(more),
        privilege=4,
        lifetime=lifetime,
        rotate=(
            f"Make a new one {place}, with the fewest scopes and an end date where there is a choice",
            "Replace the copies that are in use, from a managed store",
            "Revoke the old one in the same place",
            f"Look at the {what} for versions that nobody made",
            "Remove the copies that are left",
        ),
    )


_JETBRAINS = _kind("jetbrains-permanent-token", "JetBrains permanent token", "in the profile under Tokens", "plugins", "admin")
_SNAPCRAFT = _kind(
    "snapcraft-credentials",
    "Snap Store credentials",
    "with `snapcraft export-login` for single snaps",
    "snaps",
    lifetime=Lifetime.EXPIRING,
)
_GALAXY = _kind("ansible-galaxy-token", "Ansible Galaxy API token", "in Galaxy under Collections, API token", "collections and roles")
_FORGE = _kind("puppet-forge-token", "Puppet Forge API key", "in the Forge under Settings, API keys", "modules")
_MOZILLA = _kind("mozilla-addons-secret", "secret of Firefox add-ons' API", "in the developer hub under Manage API keys", "add-ons")
_EXPO = _kind("expo-token", "Expo access token", "in the account under Access tokens, for a robot user", "builds and updates", "deploy")

_LONGEST_LOGIN = 96
_NAME = "[0-9A-Za-z+/_-]{3,128}={0,2}"
_PERMANENT = rx(rf"""
    (?P<prefix> perm [:-] ) (?= (?P<body> (?<= perm [:-] ) (?P<owner> {_NAME} ) \. {_NAME} \. [0-9A-Za-z]{{30}} ) )
""")
_THEN = rb"[0-9A-Za-z+/_-]{3,64}={0,2}\.[0-9A-Za-z+/_-]{3}"


def _permanent(match: re.Match[bytes]) -> Reading | None:
    """A token, and whose it is."""
    reading = token(match, _JETBRAINS)
    return replace(reading, account=_login(match["owner"])) if reading and mixed(match["body"]) else None


def _login(part: bytes) -> str | None:
    """What the first part of a token spells; None where it spells nothing."""
    digits = part.rstrip(b"=")
    try:
        login = b64decode(digits + b"=" * (-len(digits) % 4), altchars=b"-_" if b"-" in digits or b"_" in digits else None, validate=True)
    except ValueError:
        return None
    return plain_text(login, _LONGEST_LOGIN) if login.isascii() and login.decode().isprintable() else None


_LEGACY = "MDA[0-9A-Za-z_-]{100,4096}={0,2}"
"""A macaroon in its first form, which begins with the digits of a length."""
_SECTION = r"""
    \[ galaxy_server\. (?P<account> [0-9A-Za-z_-]{1,40} ) \] [ \t]{0,8} [\r\n]{1,4} [ \t]{0,8}
    (?: (?! token [ ]{0,2} = | \[ ) [^\r\n]{0,160}+ [\r\n]{1,4}+ [ \t]{0,8}+ ){0,6} token [ ]{0,2} = [ ]{0,2}
"""
"""A section of `ansible.cfg`, up to its token."""
_ISSUER = r"""
    (?P<account> user:[0-9]{1,10}:[0-9]{1,3} ) ["'\s,;\\]{1,24} [0-9A-Za-z_.-]{0,40} (?i: secret ) ["'\s:=]{1,8}
"""
"""The name of an add-on's key, and what comes before its secret."""

DETECTORS = (
    RegexDetector(
        id="jetbrains-token",
        title="JetBrains permanent token",
        kinds=(_JETBRAINS,),
        anchors=tuple(Anchor(prefix, then=_THEN, encoded=False, base64=True) for prefix in (b"perm:", b"perm-")),
        pattern=_PERMANENT,
        judge=_permanent,
        reach=(64, 320),
    ),
    _prefixed.detector(
        "snapcraft-credentials",
        "Snap Store credentials",
        *(
            _prefixed.Form(_SNAPCRAFT, prefix, "[0-9A-Za-z+/]{160,8192}={0,2}", then="[0-9A-Za-z+/]{160}", mixed=True)
            for prefix in ("eyJ0IjogInUxLW1hY2Fyb29u", "eyJ0IjoidTEtbWFjYXJvb24i", "eyJ0IjogIm1hY2Fyb29uIiwgInYiOiAi")
        ),
        reach=(64, 8448),
    ),
    AssignedDetector(
        id="publishing-token",
        title="token of a place to publish to, by its name",
        forms=(
            Form(
                _GALAXY,
                "[0-9a-f]{40}",
                names=(
                    "ansible_galaxy_ (server) (api) key|token",
                    "ansible_galaxy_ server [0-9a-z_]{1,40} token",
                    "galaxy_ api|api_key|token (key|token)",
                ),
                places=(
                    Place(_SECTION, b"[galaxy_server.", then=r"[^\[]{1,150}token {0,2}= {0,2}"),
                    Place(
                        r"ansible-galaxy [ ] [^\r\n]{1,160} [ ] --(?: token | api-key ) [ =] [\"']?",
                        b"ansible-galaxy ",
                        then=r"[^\n]{1,150} --(?:token|api-key)[ =][\"']?",
                    ),
                ),
            ),
            Form(
                _FORGE,
                "[0-9a-f]{64}",
                names=(
                    "puppet_forge_ (api) key|token",
                    "pdk_forge_ token",
                    "blacksmith_forge_ api_key|token",
                    "forge_api_key",
                    "forge-token",
                ),
            ),
            Form(
                _MOZILLA,
                "[0-9a-f]{64}",
                places=(
                    Place(
                        _ISSUER,
                        b"user:",
                        then=r"[0-9]{1,10}:[0-9]{1,3}[\"'\s,;\\]{1,24}[0-9a-z_.-]{0,40}secret[\"'\s:=]{1,8}",
                        caseless=True,
                    ),
                ),
            ),
            Form(_MOZILLA, "[0-9a-f]{64}", names=("web_ext_api_ secret", "amo_ (jwt|api|sign) secret", "firefox_ (jwt|api|addons) secret")),
            Form(_EXPO, "[0-9A-Za-z_-]{40}", names=("expo_ (access|personal) token", "eas_ (access) token"), mixed=True),
            Form(
                _SNAPCRAFT,
                _LEGACY,
                places=(
                    Place(
                        r"\[ login\.ubuntu\.com \] \s{1,4} macaroon [ ]? = [ ]?", b"[login.ubuntu.com]", then=r"\s{1,4}macaroon[ ]?=[ ]?"
                    ),
                ),
                begins="MDA[0-9A-Za-z_-]{40}",
                mixed=True,
            ),
        ),
        reach=(256, 4608),
    ),
)

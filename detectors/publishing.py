"""Further places to publish to: JetBrains Marketplace, Ansible Galaxy, Puppet Forge, Firefox add-ons, Expo, the Snap Store.

JetBrains' permanent tokens are `perm:` or `perm-`, two names in base64 and 30 letters and digits; the same form opens YouTrack, Hub and the
Marketplace, where plugins are published. What `snapcraft export-login` writes is base64 of JSON around a macaroon. The others are bare
hexadecimal digits or letters, and count only behind the names that the vendors' tools read. General knowledge, not yet checked against what
JetBrains, Canonical, Ansible, Puppet, Mozilla and Expo document.

Near misses: `perm:` of other programs, hashes without such a name, the issuer of an add-on's key (`user:123:45`), references.
"""

from __future__ import annotations

from detectors import _prefixed
from detectors._assigned import AssignedDetector, Form
from scanner.contract import Kind, Lifetime

_PUBLISHES = frozenset({"read", "publish"})


def _kind(name: str, title: str, place: str, what: str, *more: str) -> Kind:
    return Kind(
        id=name,
        title=title,
        provider=name.partition("-")[0],
        actions=_PUBLISHES | set(more),
        privilege=4,
        lifetime=Lifetime.STATIC,
        rotate=(
            f"Make a new one {place}, with the fewest scopes and an end date where there is a choice",
            "Replace the copies that are in use, from a managed store",
            "Revoke the old one in the same place",
            f"Look at the {what} for versions that nobody made",
            "Remove the copies that are left",
        ),
    )


_JETBRAINS = _kind("jetbrains-permanent-token", "JetBrains permanent token", "in the profile under Tokens", "plugins", "admin")
_SNAPCRAFT = _kind("snapcraft-credentials", "Snap Store credentials", "with `snapcraft export-login` for single snaps", "snaps")
_GALAXY = _kind("ansible-galaxy-token", "Ansible Galaxy API token", "in Galaxy under Collections, API token", "collections and roles")
_FORGE = _kind("puppet-forge-token", "Puppet Forge API key", "in the Forge under Settings, API keys", "modules")
_MOZILLA = _kind("mozilla-addons-secret", "secret of Firefox add-ons' API", "in the developer hub under Manage API keys", "add-ons")
_EXPO = _kind("expo-token", "Expo access token", "in the account under Access tokens, for a robot user", "builds and updates", "deploy")

_NAME = "[0-9A-Za-z+/_-]{3,128}={0,2}"
_PERMANENT = rf"{_NAME}\.{_NAME}\.[0-9A-Za-z]{{30}}"
_THEN = r"[0-9A-Za-z+/_-]{3,64}={0,2}\.[0-9A-Za-z+/_-]{3}"

DETECTORS = (
    _prefixed.detector(
        "jetbrains-token",
        "JetBrains permanent token",
        *(_prefixed.Form(_JETBRAINS, prefix, _PERMANENT, then=_THEN, mixed=True) for prefix in ("perm:", "perm-")),
    ),
    _prefixed.detector(
        "snapcraft-credentials",
        "Snap Store credentials",
        *(
            _prefixed.Form(_SNAPCRAFT, prefix, "[0-9A-Za-z+/]{160,8192}={0,2}", then="[0-9A-Za-z+/]{160}", mixed=True)
            for prefix in ("eyJ0IjogInUxLW1hY2Fyb29u", "eyJ0IjoidTEtbWFjYXJvb24i")
        ),
        reach=(64, 8448),
    ),
    AssignedDetector(
        id="publishing-token",
        title="token of a place to publish to, by its name",
        forms=(
            Form(_GALAXY, "[0-9a-f]{40}", names=("ansible_galaxy_ (server) (api) key|token", "galaxy_ api|api_key|token (key|token)")),
            Form(_FORGE, "[0-9a-f]{64}", names=("puppet_forge_ (api) key|token", "blacksmith_forge_ api_key|token", "forge_api_key")),
            Form(_MOZILLA, "[0-9a-f]{64}", names=("web_ext_api_ secret", "amo_ (jwt|api|sign) secret", "firefox_ (jwt|api|addons) secret")),
            Form(_EXPO, "[0-9A-Za-z_-]{40}", names=("expo_ (access|personal) token", "eas_ (access) token"), mixed=True),
        ),
    ),
)

"""Cloudflare: API tokens, the global API key, and keys of the origin certificate authority.

Since 2026 credentials have a prefix, 40 characters and a checksum, whose rule Cloudflare keeps to itself and its partners. Before, a
token was 40 characters and a global key 37 hexadecimal digits, known only by the variable that Cloudflare's own tools read. A key of the
origin authority begins with `v1.0-` and signs certificates for the account's zones. Sources: Cloudflare's documentation ("Token formats",
"Origin CA keys", wrangler's "System environment variables").

Near misses: account, zone and key ids of 32 hexadecimal digits, version numbers such as `v1.0-rc1`, references.
"""

from __future__ import annotations

from detectors import _assigned, _prefixed
from detectors._prefixed import Form
from scanner.contract import Kind, Lifetime

_ROTATE = (
    "Roll the token under API Tokens, with the zones, permissions and addresses that it needs, and an end",
    "Replace the copies by the new value, which has the new form with a prefix",
    "Look through the audit log of the account for Workers, DNS records and tokens that nobody made",
    "Remove the copies that are left",
)
_POWERS = frozenset({"read", "deploy", "admin"})
_USER = Kind(
    id="cloudflare-user-token", title="Cloudflare user API token", provider="cloudflare", actions=_POWERS, privilege=4, rotate=_ROTATE
)
_ACCOUNT = Kind(
    id="cloudflare-account-token", title="Cloudflare account API token", provider="cloudflare", actions=_POWERS, privilege=4, rotate=_ROTATE
)
_TOKEN = Kind(id="cloudflare-api-token", title="Cloudflare API token", provider="cloudflare", actions=_POWERS, privilege=4, rotate=_ROTATE)
_GLOBAL = Kind(
    id="cloudflare-global-key",
    title="Cloudflare global API key",
    provider="cloudflare",
    actions=_POWERS,
    privilege=5,
    assumed=False,
    lifetime=Lifetime.STATIC,
    rotate=(
        "Make API tokens with the permissions that each user of the key needs, and replace the copies by them",
        "Change the global key under My Profile, API Tokens, so that the old one ends",
        "Look through the audit log of every account of this user for what nobody did",
        "Remove the copies that are left",
    ),
)
_ORIGIN = Kind(
    id="cloudflare-origin-ca-key",
    title="Cloudflare Origin CA key",
    provider="cloudflare",
    actions=frozenset({"sign"}),
    privilege=4,
    assumed=False,
    lifetime=Lifetime.STATIC,
    rotate=(
        "Make an API token that may edit SSL certificates instead: the key is an old form",
        "Change the key under My Profile, API Tokens, so that the old one ends",
        "Look at the zones' origin certificates for those that nobody asked for, and revoke them",
        "Remove the copies that are left",
    ),
)
_BODY = "[0-9A-Za-z_-]{40}[0-9A-Za-z]{4,10}"

DETECTORS = (
    _prefixed.detector(
        "cloudflare-token",
        "Cloudflare token",
        Form(_USER, "cfut_", _BODY, mixed=True, encoded=True),
        Form(_ACCOUNT, "cfat_", _BODY, mixed=True, encoded=True),
        Form(_GLOBAL, "cfk_", _BODY, mixed=True),
        Form(_ORIGIN, "v1.0-", "[0-9a-f]{24}-[0-9a-f]{146}", then="[0-9a-f]{24}-[0-9a-f]{40}"),
    ),
    _assigned.AssignedDetector(
        "cloudflare-legacy-token",
        "Cloudflare token, legacy",
        (
            _assigned.Form(
                _TOKEN,
                "[0-9A-Za-z_-]{40}",
                names=("cloudflare (api|dns|zone|auth|access) (api) token", "cf_api_ token", "cf_dns_api_ token", "cf_zone_api_ token"),
                mixed=True,
            ),
            _assigned.Form(_GLOBAL, "[0-9a-f]{37}", names=("cloudflare (global) (api) key", "cf_api_ key", "cf_global_api_ key")),
        ),
    ),
)

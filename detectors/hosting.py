"""Hosting platforms: Deno Deploy, DigitalOcean, Fly, Heroku, Hetzner, Netlify, Render, Vercel.

Whoever holds such a token replaces what a site or a service serves, and reads the variables that it runs with. All but Hetzner's have a
prefix of their own, none a checksum that others can compute. Known from the issuers: the prefixes of Deno, DigitalOcean (64 hexadecimal
digits), Fly (`fm1r_`, `fm1a_`, `fm2_` before macaroons in base64, several of them with commas between; superfly/macaroon), Heroku (a
UUID, since 2025 `AA` and 58 characters), Netlify (40 characters in all), Vercel (its announcement of new formats, which gives no lengths)
and Render. Lengths of Deno's and Render's are those of values seen in public. Hetzner's and old tokens of Heroku, Netlify and Vercel are
known by the variable that the vendor's own tool reads, with medium confidence.

Near misses: references, the prefix in prose, a longer word, UUIDs and hashes without such a name.
"""

from __future__ import annotations

import re

from detectors import _assigned, _prefixed
from detectors._issued import token
from detectors._prefixed import Form
from scanner.contract import Anchor, Confidence, Kind, Lifetime, Reading, RegexDetector, rx

_DEPLOY = frozenset({"read", "deploy", "admin"})
_UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_FEDERATE = "Let the workflow deploy with an identity of its own (OpenID Connect) where the platform can, so that no token is stored"


def _kind(provider: str, name: str, title: str, *rotate: str, lifetime: Lifetime = Lifetime.UNKNOWN) -> Kind:
    """A token that deploys whatever its owner may deploy."""
    return Kind(id=f"{provider}-{name}", title=title, provider=provider, actions=_DEPLOY, privilege=4, lifetime=lifetime, rotate=rotate)


_DENO_ROTATE = (
    "Link the repository to the project, so that its workflow deploys with an identity of its own",
    "Where a token is still needed, make one with an end date under Access Tokens, and replace the copies",
    "Revoke the old token in the same place",
    "Look at the project's deployments for those that nobody made, and rotate the variables that they could read",
)
_DENO = _kind("deno", "personal-token", "Deno Deploy personal token", *_DENO_ROTATE)
_DENO_ORGANISATION = _kind("deno", "organisation-token", "Deno Deploy organisation token", *_DENO_ROTATE)
_OCEAN_ROTATE = (
    "Make a new token under API, Tokens, with custom scopes and an end date",
    "Replace the copies by the new one",
    "Delete the old token in the same place",
    "Look through the security history of the team for droplets, keys and images that nobody made",
)
_OCEAN = _kind("digitalocean", "personal-token", "DigitalOcean personal access token", *_OCEAN_ROTATE)
_OCEAN_OAUTH = _kind("digitalocean", "oauth-token", "DigitalOcean OAuth token", *_OCEAN_ROTATE, lifetime=Lifetime.EXPIRING)
_OCEAN_REFRESH = _kind("digitalocean", "refresh-token", "DigitalOcean OAuth refresh token", *_OCEAN_ROTATE)
_FLY = _kind(
    "fly",
    "token",
    "Fly.io token",
    "Make a new deploy token for the one app with `fly tokens create deploy` and an expiry",
    "Replace the copies by the new one",
    "Revoke the old token with `fly tokens revoke`; narrower tokens that were made out of it end with it",
    "Look at the app's releases and machines for those that nobody made, and rotate its secrets",
)
_HEROKU = _kind(
    "heroku",
    "api-token",
    "Heroku API token",
    "Make a new authorization with `heroku authorizations:create`, with a scope and an expiry",
    "Replace the copies by the new one",
    "Revoke the old one with `heroku authorizations:revoke`, or regenerate the account's key",
    "Look at the apps' activity for releases that nobody made, and rotate the config vars that it could read",
)
_HETZNER = _kind(
    "hetzner",
    "api-token",
    "Hetzner Cloud API token",
    "Make a new token for the one project under Security, API tokens, read-only where that is enough",
    "Replace the copies by the new one",
    "Delete the old token in the same place",
    "Look through the project for servers, keys and images that nobody made",
    lifetime=Lifetime.STATIC,
)
_NETLIFY = _kind(
    "netlify",
    "token",
    "Netlify access token",
    "Make a new token with an end date under User settings, Applications",
    "Replace the copies by the new one",
    "Delete the old token in the same place",
    "Look at the sites' deploys for those that nobody made, and rotate the variables that builds could read",
)
_RENDER = _kind(
    "render",
    "api-key",
    "Render API key",
    "Make a new key under Account Settings, API Keys",
    "Replace the copies by the new one",
    "Revoke the old key in the same place",
    "Look at the services' events for deploys that nobody made, and rotate the variables that they hold",
    lifetime=Lifetime.STATIC,
)
_VERCEL_ROTATE = (
    _FEDERATE,
    "Else make a new token with an end date, for the one team, under Account Settings, Tokens, and replace the copies",
    "Delete the old token in the same place",
    "Look at the projects' deployments for those that nobody made, and rotate the variables that they could read",
)
_VERCEL = _kind("vercel", "token", "Vercel access token", *_VERCEL_ROTATE)
_VERCEL_INTEGRATION = _kind("vercel", "integration-token", "Vercel integration token", *_VERCEL_ROTATE)
_VERCEL_APP = _kind("vercel", "app-token", "Vercel app token", *_VERCEL_ROTATE, lifetime=Lifetime.EXPIRING)
_VERCEL_GATEWAY = Kind(
    id="vercel-api-key",
    title="Vercel API key",
    provider="vercel",
    actions=frozenset({"read"}),
    rotate=(
        "Make a new key with a budget under AI Gateway, API Keys",
        "Replace the copies by the new one, from a managed store",
        "Delete the old key in the same place",
        "Look at the gateway's usage for calls that nobody made",
    ),
)

_MACAROON = "[0-9A-Za-z+/]{80,4096}={0,2}"
_FLY_TOKEN = rx(rf"""
    (?<! [0-9A-Za-z+/=_-]{{40}} , )                   # in a row with another, which it belongs to
    (?P<prefix> fm2_ | fm1[ar]_ | fo1_ )
    (?P<body>
        (?<= fo1_ ) [0-9A-Za-z_-]{{43}}
      | (?<! fo1_ ) {_MACAROON} (?: ,fm (?: 2 | 1[ar] ) _ {_MACAROON} | ,fo1_[0-9A-Za-z_-]{{43}} ){{0,16}} )
""")
_VERCEL_BODY = "[0-9A-Za-z_-]{24,96}"


def _fly(match: re.Match[bytes]) -> Reading | None:
    """Macaroons in a row are one credential: none of them is enough by itself."""
    return token(match, _FLY)


DETECTORS = (
    _prefixed.detector(
        "deno-token",
        "Deno Deploy token",
        Form(_DENO, "ddp_", "[0-9A-Za-z]{36}", mixed=True),
        Form(_DENO_ORGANISATION, "ddo_", "[0-9A-Za-z]{36}", mixed=True),
        Form(_DENO_ORGANISATION, "ddw_", "[0-9A-Za-z]{36}", mixed=True),
    ),
    _prefixed.detector(
        "digitalocean-token",
        "DigitalOcean token",
        Form(_OCEAN, "dop_v1_", "[0-9a-f]{64}", encoded=True),
        Form(_OCEAN_OAUTH, "doo_v1_", "[0-9a-f]{64}"),
        Form(_OCEAN_REFRESH, "dor_v1_", "[0-9a-f]{64}"),
    ),
    RegexDetector(
        id="fly-token",
        title="Fly.io token",
        kinds=(_FLY,),
        anchors=(
            *(Anchor(prefix, then=b"[0-9A-Za-z+/]{80}", encoded=False) for prefix in (b"fm2_", b"fm1r_", b"fm1a_")),
            Anchor(b"fo1_", then=b"[0-9A-Za-z_-]{43}", encoded=False),
            Anchor(b"FlyV1 fm", then=b"[12]"),
        ),
        pattern=_FLY_TOKEN,
        judge=_fly,
        reach=(64, 16_384),
    ),
    _prefixed.detector(
        "heroku-token", "Heroku token", Form(_HEROKU, "HRKU-AA", "[0-9A-Za-z_-]{58}", encoded=True), Form(_HEROKU, "HRKU-", _UUID)
    ),
    _assigned.AssignedDetector(
        "heroku-legacy-token",
        "Heroku token, legacy",
        (
            _assigned.Form(
                _HEROKU,
                _UUID,
                names=("heroku (api|auth|oauth) key|token",),
                places=(_assigned.netrc("api.heroku.com"), _assigned.netrc("git.heroku.com")),
            ),
        ),
    ),
    _assigned.AssignedDetector(
        "hetzner-token",
        "Hetzner Cloud token",
        (_assigned.Form(_HETZNER, "[0-9A-Za-z]{64}", names=("hcloud_ (api) token", "hetzner (cloud) (dns|api) token"), mixed=True),),
    ),
    _prefixed.detector(
        "netlify-token",
        "Netlify token",
        *(
            Form(_NETLIFY, prefix, "[0-9A-Za-z_]{36}", mixed=True, encoded=prefix == "nfp_")
            for prefix in ("nfp_", "nfc_", "nfo_", "nfb_", "nfu_")
        ),
    ),
    _assigned.AssignedDetector(
        "netlify-legacy-token",
        "Netlify token, legacy",
        (_assigned.Form(_NETLIFY, "[0-9A-Za-z_-]{43}", names=("netlify (auth|access|api|personal) (access) token",), mixed=True),),
    ),
    _prefixed.detector(
        "render-api-key", "Render API key", Form(_RENDER, "rnd_", "[0-9A-Za-z]{32}", mixed=True, confidence=Confidence.MEDIUM)
    ),
    _prefixed.detector(
        "vercel-token",
        "Vercel token",
        Form(_VERCEL, "vcp_", _VERCEL_BODY, mixed=True, encoded=True),
        Form(_VERCEL_INTEGRATION, "vci_", _VERCEL_BODY, mixed=True),
        Form(_VERCEL_APP, "vca_", _VERCEL_BODY, mixed=True),
        Form(_VERCEL_APP, "vcr_", _VERCEL_BODY, mixed=True),
        Form(_VERCEL_GATEWAY, "vck_", _VERCEL_BODY, mixed=True),
    ),
    _assigned.AssignedDetector(
        "vercel-legacy-token",
        "Vercel token, legacy",
        (
            _assigned.Form(
                _VERCEL, "[0-9A-Za-z]{24}", names=("vercel (api|access|auth|deploy) token", "now_token", "zeit_token"), mixed=True
            ),
        ),
    ),
)

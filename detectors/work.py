"""What teams plan, write, draw and publish with: sixteen services from Airtable to Typeform.

Airtable, Asana, Atlassian, Contentful, Dropbox, Figma, HubSpot, Linear, Notion, Postman, ReadMe, Sourcegraph and Typeform. They read what a team
writes down, other credentials among it. Prefixes are the issuers' own. Known from the issuers: HubSpot (`pat-`, region, UUID), Notion
(`ntn_` since 2024, before that `secret_`), Sourcegraph (`sgp_`, 40 hexadecimal digits, between them what names the instance), Linear,
Figma, Postman, Contentful, Airtable (`pat`, 14 characters, a dot, 64 hexadecimal digits), Atlassian (`ATATT3xFfGF0`, ending in `=` and
eight hexadecimal digits, whose rule is not published). Mapbox writes `sk.` or, for an hour at most, `tk.` before claims, which name the
account, and a signature ("Tokens API", "Token format"); what spells no claims is said to be damaged. Okta's have 42 characters (its guides,
"Create an API token") and PagerDuty's 20, integration keys 32 hexadecimal digits (its documentation, "API Access Keys", "Authentication");
both count only behind a name or in their header. PagerDuty's OAuth tokens are `pdus+_`, a word and a UUID ("OAuth functionality"). So do Asana's, whose form Asana keeps open ("tokens should be treated as opaque"): `0/` and
32 hexadecimal digits, or a number, ids and the digits, as in values seen in public. Other lengths are those of values seen in public.

Near misses: names in snake or kebab case that begin alike, ids of bases, teams and files, public tokens of Mapbox (`pk.`), `Token token=` of
other services, references.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode

from detectors import _assigned, _letters, _prefixed
from detectors._issued import token
from detectors._offline import instant, json_value, plain_text
from detectors._prefixed import Form
from scanner.contract import Anchor, Check, Confidence, Kind, Lifetime, Reading, RegexDetector, rx
from scanner.records import replace

_UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


def _kind(name: str, title: str, where: str, *actions: str, lifetime: Lifetime = Lifetime.STATIC, privilege: int = 3) -> Kind:
    return Kind(
        id=name,
        title=title,
        provider=name.partition("-")[0],
        actions=frozenset(actions or ("read",)),
        privilege=privilege,
        lifetime=lifetime,
        rotate=(
            f"Make a new one {where}, with the fewest scopes and an end date where there is a choice",
            "Replace the copies by the new one",
            "Revoke the old one in the same place",
            "Look through the audit log for what was read and changed with it; credentials that it could read are to be rotated as well",
        ),
    )


_AIRTABLE = _kind("airtable-token", "Airtable personal access token", "in the builder hub under Personal access tokens", "read")
_ASANA = _kind("asana-token", "Asana access token", "in the developer console under Personal access tokens", "read", "admin")
_ATLASSIAN = _kind(
    "atlassian-api-token",
    "Atlassian API token",
    "in the Atlassian account under Security, API tokens",
    "read",
    "admin",
    lifetime=Lifetime.EXPIRING,
    privilege=4,
)
_CONTENTFUL = _kind(
    "contentful-management-token", "Contentful management token", "in the space's settings under CMA tokens", "read", "deploy"
)
_DROPBOX = _kind(
    "dropbox-access-token",
    "Dropbox access token",
    "by refreshing it: it ends within four hours",
    "read",
    lifetime=Lifetime.EPHEMERAL,
    privilege=2,
)
_FIGMA = _kind("figma-token", "Figma personal access token", "in the account's settings under Security", "read")
_HUBSPOT = _kind("hubspot-private-app-token", "HubSpot private app token", "in the private app's settings under Auth", "read", "admin")
_LINEAR = _kind("linear-api-key", "Linear API key", "in the settings under Security & access", "read")
_LINEAR_OAUTH = _kind("linear-oauth-token", "Linear OAuth token", "by authorizing the application again", "read", lifetime=Lifetime.UNKNOWN)
_MAPBOX = _kind("mapbox-secret-token", "Mapbox secret token", "in the account under Access tokens", "read", "admin")
_MAPBOX_TEMPORARY = _kind(
    "mapbox-temporary-token",
    "Mapbox temporary token",
    "with the Tokens API",
    "read",
    "admin",
    lifetime=Lifetime.EPHEMERAL,
    privilege=2,
)
_NOTION = _kind("notion-token", "Notion integration token", "in the integration's settings under Configuration", "read")
_OKTA = _kind("okta-api-token", "Okta API token", "in the admin console under Security, API, Tokens", "read", "admin", privilege=5)
_PAGERDUTY = _kind("pagerduty-api-token", "PagerDuty API token", "under Integrations, API Access Keys", "read", "admin")
_PAGERDUTY_OAUTH = _kind(
    "pagerduty-oauth-token",
    "PagerDuty OAuth token",
    "by authorizing the application again",
    "read",
    "admin",
    lifetime=Lifetime.EXPIRING,
)
_PAGERDUTY_EVENTS = _kind(
    "pagerduty-integration-key", "PagerDuty integration key", "in the service under Integrations", "notify", privilege=2
)
_POSTMAN = _kind("postman-api-key", "Postman API key", "in the account's settings under API keys", "read")
_README = _kind("readme-api-key", "ReadMe API key", "in the project's settings under API Keys", "read", "deploy")
_SOURCEGRAPH = _kind(
    "sourcegraph-token", "Sourcegraph access token", "in the user's settings under Access tokens", "read", lifetime=Lifetime.UNKNOWN
)
_TYPEFORM = _kind("typeform-token", "Typeform personal token", "in the account under Personal tokens", "read")

_AIRTABLE_BODY = r"pat[0-9A-Za-z]{14}\.[0-9a-f]{64}"
"""Three letters are too few to search for by themselves."""


def _airtable(match: re.Match[bytes]) -> Reading | None:
    return token(match, _AIRTABLE)


_MAPBOX_TOKEN = rx(r"""
    (?P<prefix> (?: (?P<temporary> t ) | s ) k\. )
    (?= (?P<body> (?<= [st] k\. ) (?P<claims> eyJ1Ijoi [0-9A-Za-z_-]{24,2048} ) \. [0-9A-Za-z_-]{22} ) )
""")
_LONGEST_ACCOUNT = 64


def _mapbox(match: re.Match[bytes]) -> Reading | None:
    """A token whose claims are said; one without claims is damaged."""
    known = _claims(match["claims"])
    user = known.get("u")
    reading = token(
        match,
        _MAPBOX_TEMPORARY if match["temporary"] else _MAPBOX,
        check=Check.NONE if known else Check.FAILED,
        known={"issued_at": instant(known.get("iat")), "expires_at": instant(known.get("exp"))},
    )
    if reading is None or not _letters.mixed(match["body"]):
        return None
    return replace(reading, account=plain_text(user.encode(errors="replace"), _LONGEST_ACCOUNT) if isinstance(user, str) else None)


def _claims(part: bytes) -> dict[str, object]:
    """What the middle of a token says; nothing where it is no JSON."""
    try:
        claims = json_value(urlsafe_b64decode(part + b"=" * (-len(part) % 4)))
    except ValueError:
        return {}
    return claims if isinstance(claims, dict) else {}


_NEAR_PAGERDUTY = r"(?! [0-9A-Za-z_+/=-] ) (?= [^\0]{0,200} (?i: pagerduty ) )"
_ROUTED = r"(?! [0-9A-Za-z_+/=-] ) (?= [^\0]{0,250} [\"'] event_ (?: action | type ) [\"'] )"
_OKTA_VALUE = "00[0-9A-Za-z_-]{40}"

DETECTORS = (
    RegexDetector(
        id="airtable-token",
        title="Airtable token",
        kinds=(_AIRTABLE,),
        anchors=(
            Anchor(b"airtable", then=rf"[^\n]{{0,80}}{_AIRTABLE_BODY}".encode(), encoded=False, caseless=True),
            Anchor(b"Bearer pat", then=rf"{_AIRTABLE_BODY[3:]}".encode(), encoded=False),
        ),
        pattern=rx(rf"(?P<prefix> pat ) (?= (?P<body> (?<= pat ) {_AIRTABLE_BODY[3:]} ) )"),
        judge=_airtable,
        reach=(64, 256),
    ),
    _prefixed.detector(
        "atlassian-token",
        "Atlassian API token",
        Form(_ATLASSIAN, "ATATT3xFfGF0", "[0-9A-Za-z_=-]{100,240}=[0-9A-F]{8}", then="[0-9A-Za-z_=-]{100}", encoded=True),
    ),
    _assigned.AssignedDetector(
        "work-token",
        "token of Asana, Okta or PagerDuty, by its name",
        (
            _assigned.Form(
                _ASANA,
                "[0-9]/(?:[0-9]{10,20}(?:/[0-9]{10,20})?:)?[0-9a-f]{32}",
                names=("asana (personal|access|api|auth) (access) token|pat|key",),
                places=(_assigned.Place(r"(?i: bearer ) [ ]", b"Bearer ", caseless=True),),
                begins="[0-9]/[0-9a-f]{10}",
            ),
            _assigned.Form(
                _OKTA,
                _OKTA_VALUE,
                names=("okta (api|client|org) (api) token|key",),
                places=(
                    _assigned.Place("SSWS [ ]", b"SSWS "),
                    _assigned.Place(
                        r"orgUrl [\"']? [ ]? [:=] [ ]? [\"']? https://[^\s\"']{1,100} [\"']? [,\s]{1,20} [\"']? token [\"']? [ ]? [:=] [ ]? [\"']?",
                        b"orgUrl",
                        then=r"[\"' :=]{1,6}https://[^\s\"']{1,90}[\"',\s]{1,20}token[\"' :=]{1,6}",
                    ),
                    _assigned.Place(
                        r"provider [ ] \"okta\" [ ]? \{ [^}]{1,300} api_token \s{0,8} = \s{0,4} \"",
                        b'provider "okta"',
                        then=r"[^}]{1,150}api_token\s{0,8}=\s{0,4}\"",
                    ),
                ),
                mixed=True,
                prefix="00",
            ),
            _assigned.Form(
                _PAGERDUTY,
                "[0-9A-Za-z_+-]{20}",
                names=("pagerduty (api|user|rest|access) (api) token|key", "pd_api_ token|key"),
                places=(
                    _assigned.Place(
                        r"(?i: pagerduty ) [^\0]{1,180} (?i: token [ ] token= ) \\? [\"']?",
                        b"pagerduty",
                        then=r"[^\0]{1,150}token token=[\"\\']{0,2}",
                        caseless=True,
                    ),
                    _assigned.Place(
                        r"(?i: token [ ] token= ) \\? [\"']?", b"Token token=", then=r"[\"\\']{0,2}", tail=_NEAR_PAGERDUTY, caseless=True
                    ),
                ),
                mixed=True,
            ),
            _assigned.Form(
                _PAGERDUTY_EVENTS,
                "[0-9a-f]{32}",
                names=("pagerduty (integration|routing|service|events) (api) key|token",),
                places=(
                    *(
                        _assigned.Place(
                            rf"[\"'] {name} [\"'] \s{{0,4}} : \s{{0,4}} [\"']",
                            name.encode(),
                            then=r"[\"']\s{0,4}:\s{0,4}[\"']",
                            tail=_ROUTED,
                        )
                        for name in ("routing_key", "service_key")
                    ),
                    _assigned.Place(
                        r"pagerduty_configs: \s{1,16} - [ ] (?: [a-z_]{2,24} : [^\r\n]{0,80}+ \s{1,24}+ ){0,3} (?: routing | service )_key: [ ] [\"']?",
                        b"pagerduty_configs:",
                        then=r"[^\0]{1,150}(?:routing|service)_key: [\"']?",
                    ),
                ),
            ),
        ),
        reach=(320, 512),
    ),
    _prefixed.detector("pagerduty-oauth-token", "PagerDuty OAuth token", Form(_PAGERDUTY_OAUTH, "pdus+_", f"[01][0-9A-Z]{{4,12}}_{_UUID}")),
    _prefixed.detector("contentful-token", "Contentful management token", Form(_CONTENTFUL, "CFPAT-", "[0-9A-Za-z_-]{43}", mixed=True)),
    _prefixed.detector(
        "dropbox-token",
        "Dropbox access token",
        Form(
            _DROPBOX,
            "sl.",
            r"(?:u\.)?[0-9A-Za-z_-]{130,1400}",
            then=r"(?:u\.)?[0-9A-Za-z_-]{130}",
            mixed=True,
            reason="130 characters of base64 must follow",
        ),
        reach=(64, 1536),
    ),
    _prefixed.detector("figma-token", "Figma token", Form(_FIGMA, "figd_", "[0-9A-Za-z_-]{40}", mixed=True)),
    _prefixed.detector(
        "hubspot-token",
        "HubSpot private app token",
        *(Form(_HUBSPOT, f"pat-{region}-", _UUID) for region in ("na1", "na2", "na3", "eu1", "ap1")),
    ),
    _prefixed.detector(
        "linear-token",
        "Linear key or token",
        Form(_LINEAR, "lin_api_", "[0-9A-Za-z]{40}", mixed=True),
        Form(_LINEAR_OAUTH, "lin_oauth_", "[0-9a-f]{64}"),
    ),
    _prefixed.detector(
        "notion-token",
        "Notion token",
        Form(_NOTION, "ntn_", "[0-9]{11}[0-9A-Za-z]{35}", mixed=True),
        Form(_NOTION, "secret_", "[0-9A-Za-z]{43}", mixed=True, confidence=Confidence.MEDIUM),
    ),
    RegexDetector(
        id="mapbox-token",
        title="Mapbox secret or temporary token",
        kinds=(_MAPBOX, _MAPBOX_TEMPORARY),
        anchors=tuple(Anchor(prefix, then=b"[0-9A-Za-z_-]{24}", encoded=False, base64=True) for prefix in (b"sk.eyJ1Ijoi", b"tk.eyJ1Ijoi")),
        pattern=_MAPBOX_TOKEN,
        judge=_mapbox,
        reach=(64, 2304),
    ),
    _prefixed.detector("postman-api-key", "Postman API key", Form(_POSTMAN, "PMAK-", "[0-9a-f]{24}-[0-9a-f]{34}")),
    _prefixed.detector("readme-api-key", "ReadMe API key", Form(_README, "rdme_", "[0-9a-z]{70}")),
    _prefixed.detector(
        "sourcegraph-token",
        "Sourcegraph token",
        Form(_SOURCEGRAPH, "sgp_", "(?:[0-9A-Za-z]{1,32}_)?[0-9a-f]{40}"),
        Form(_SOURCEGRAPH, "sgph_", "(?:[0-9A-Za-z]{1,32}_)?[0-9a-f]{40}"),
    ),
    _prefixed.detector("typeform-token", "Typeform token", Form(_TYPEFORM, "tfp_", "[0-9A-Za-z_-]{40,60}", mixed=True)),
)

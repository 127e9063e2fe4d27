"""Services that watch over others: Datadog, Dynatrace, Honeycomb, LaunchDarkly, New Relic. Grafana and Sentry have pages of their own.

Known from the issuers: Dynatrace's three parts (prefix, 24 public characters, 64 secret ones), Datadog's `ddapp_` with 34 letters and
digits and the prefixes `ddpat_` and `ddsat_`, Honeycomb's 64 characters with `hc?ik_` and management keys of id and secret, the prefixes
of New Relic's keys and the end of its license keys (`NRAL`), and UUIDs behind `sdk-` and `api-` at LaunchDarkly. Datadog's keys in their
older form are bare hexadecimal digits and count only behind the names that its agent and libraries read.

Near misses: ids of Dynatrace tokens (the first two parts), mobile and client-side keys, which are public, hashes without such a name.
"""

from __future__ import annotations

import re

from detectors import _assigned, _prefixed
from detectors._issued import token
from detectors._prefixed import Form
from scanner.contract import Anchor, Confidence, Kind, Lifetime, Reading, RegexDetector, rx

_UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


def _kind(name: str, title: str, *rotate: str, actions: tuple[str, ...], privilege: int = 3, lifetime: Lifetime = Lifetime.UNKNOWN) -> Kind:
    return Kind(
        id=name,
        title=title,
        provider=name.partition("-")[0],
        actions=frozenset(actions),
        privilege=privilege,
        lifetime=lifetime,
        rotate=rotate,
    )


_READS, _SENDS = ("read", "admin"), ("notify",)
_DATADOG_ROTATE = (
    "Make a new key or token under Organization Settings, with the scopes that it needs",
    "Replace the copies by the new one",
    "Revoke the old one in the same place",
    "Look through the audit trail for what was read and changed with it",
)
_DD_API = _kind("datadog-api-key", "Datadog API key", *_DATADOG_ROTATE, actions=_SENDS, privilege=2, lifetime=Lifetime.STATIC)
_DD_APP = _kind("datadog-application-key", "Datadog application key", *_DATADOG_ROTATE, actions=_READS, lifetime=Lifetime.STATIC)
_DD_TOKEN = _kind("datadog-access-token", "Datadog access token", *_DATADOG_ROTATE, actions=_READS)

_DYNATRACE_ROTATE = (
    "Make a new token with the fewest scopes and an end date under Access tokens",
    "Replace the copies by the new one",
    "Delete the old token in the same place; its first two parts name it",
    "Look through the audit log for what was read and changed with it",
)
_DT_TOKEN = _kind("dynatrace-token", "Dynatrace access token", *_DYNATRACE_ROTATE, actions=_READS)
_DT_CLIENT = _kind(
    "dynatrace-oauth-client-secret",
    "Dynatrace OAuth client secret",
    *_DYNATRACE_ROTATE,
    actions=_READS,
    privilege=4,
    lifetime=Lifetime.STATIC,
)

_HONEYCOMB_ROTATE = (
    "Make a new key under Environment Settings or Team Settings, API Keys, with the permissions that it needs",
    "Replace the copies by the new one",
    "Disable the old key in the same place, see that events still come in, then delete it",
    "Look at what was sent and changed with it",
)
_HC_INGEST = _kind(
    "honeycomb-ingest-key", "Honeycomb ingest key", *_HONEYCOMB_ROTATE, actions=_SENDS, privilege=2, lifetime=Lifetime.STATIC
)
_HC_MANAGEMENT = _kind("honeycomb-management-key", "Honeycomb management key", *_HONEYCOMB_ROTATE, actions=_READS, lifetime=Lifetime.STATIC)

_LD_ROTATE = (
    "Make a new token with a custom role and an end date, or reset the environment's SDK key with a time to expire",
    "Replace the copies by the new one",
    "Delete the old token, or let the old key expire",
    "Look through the audit log for flags that nobody changed",
)
_LD_SDK = _kind("launchdarkly-sdk-key", "LaunchDarkly SDK key", *_LD_ROTATE, actions=("read",), privilege=2, lifetime=Lifetime.STATIC)
_LD_API = _kind("launchdarkly-api-token", "LaunchDarkly API access token", *_LD_ROTATE, actions=("read", "deploy", "admin"))

_NR_ROTATE = (
    "Make a new key of the same type on the page for API keys",
    "Replace the copies by the new one",
    "Delete the old key in the same place",
    "Look through the audit log for what was read, sent and changed with it",
)
_NR_USER = _kind("newrelic-user-key", "New Relic user key", *_NR_ROTATE, actions=_READS, lifetime=Lifetime.STATIC)
_NR_ADMIN = _kind("newrelic-admin-key", "New Relic admin key", *_NR_ROTATE, actions=_READS, privilege=4, lifetime=Lifetime.STATIC)
_NR_QUERY = _kind("newrelic-query-key", "New Relic Insights query key", *_NR_ROTATE, actions=("read",), lifetime=Lifetime.STATIC)
_NR_INGEST = _kind("newrelic-ingest-key", "New Relic ingest key", *_NR_ROTATE, actions=_SENDS, privilege=2, lifetime=Lifetime.STATIC)


def _license(match: re.Match[bytes]) -> Reading | None:
    return token(match, _NR_INGEST)


_DT_BODY = r"[A-Z2-7]{24}\.[A-Z2-7]{64}"

DETECTORS = (
    _prefixed.detector(
        "datadog-token",
        "Datadog key or token",
        Form(_DD_APP, "ddapp_", "[0-9A-Za-z]{34}", mixed=True),
        Form(_DD_TOKEN, "ddpat_", "[0-9A-Za-z_]{30,100}", mixed=True),
        Form(_DD_TOKEN, "ddsat_", "[0-9A-Za-z_]{30,100}", mixed=True),
    ),
    _assigned.AssignedDetector(
        "datadog-legacy-key",
        "Datadog key, legacy",
        (
            _assigned.Form(_DD_API, "[0-9a-f]{32}", names=("dd_api_ key", "datadog (dd) api key")),
            _assigned.Form(_DD_APP, "[0-9a-f]{40}", names=("dd_app_ key", "dd_application_ key", "datadog (dd) app|application key")),
        ),
    ),
    _prefixed.detector(
        "dynatrace-token",
        "Dynatrace token",
        *(Form(_DT_TOKEN, f"dt0{kind}.", _DT_BODY) for kind in ("c01", "c02", "s01", "s06", "s16")),
        *(Form(_DT_CLIENT, f"dt0{kind}.", _DT_BODY) for kind in ("s02", "s08")),
    ),
    _prefixed.detector(
        "honeycomb-key",
        "Honeycomb key",
        *(Form(_HC_INGEST, f"hc{region}i{kind}_", "[0-9a-z]{58}") for region in "abx" for kind in "kc"),
        *(Form(_HC_MANAGEMENT, f"hc{region}mk_", "[0-9a-z]{26}:?[0-9A-Za-z]{32}", mixed=True) for region in "abx"),
    ),
    _prefixed.detector(
        "launchdarkly-key",
        "LaunchDarkly key",
        Form(_LD_SDK, "sdk-", _UUID, confidence=Confidence.MEDIUM),
        Form(_LD_API, "api-", _UUID, confidence=Confidence.MEDIUM),
    ),
    _prefixed.detector(
        "newrelic-key",
        "New Relic key",
        Form(_NR_USER, "NRAK-", "[0-9A-Z]{27}"),
        Form(_NR_ADMIN, "NRAA-", "[0-9a-f]{27}"),
        Form(_NR_INGEST, "NRII-", "[0-9A-Za-z_-]{32}", mixed=True),
        Form(_NR_QUERY, "NRIQ-", "[0-9A-Za-z_-]{32}", mixed=True),
        Form(_NR_USER, "NRRA-", "[0-9a-f]{42}"),
    ),
    RegexDetector(
        id="newrelic-license-key",
        title="New Relic license key",
        kinds=(_NR_INGEST,),
        anchors=(Anchor(b"NRAL", before=rb"[0-9a-f]{26}(?:FFFF|[0-9a-f]{4})", encoded=False),),
        pattern=rx("(?P<body> (?: [0-9a-f]{32} | [a-z]{2}[0-9]{2}xx[0-9a-f]{26} ) (?: FFFF | [0-9a-f]{4} ) NRAL )"),
        judge=_license,
        reach=(64, 64),
    ),
)

"""Google Cloud: API keys, secrets of OAuth clients, access and refresh tokens. The key in a service account's file is a private key.

Nothing in them is checkable, but prefix and length are their own. Sources: Google's documentation of API keys and of OAuth 2.0; lengths
are those of values seen in public.

Secrets of OAuth clients from before 2021 are 24 characters and count beside the id of their client, whose domain is Google's.

Near misses: a path such as `1//0`, an id of an OAuth client (`….apps.googleusercontent.com`, public), names in code.
"""

from __future__ import annotations

import re

from detectors._issued import token
from detectors._letters import mixed
from scanner.contract import Anchor, Confidence, Kind, Lifetime, Reading, RegexDetector, rx
from scanner.records import replace

_API_KEY = Kind(
    id="gcp-api-key",
    title="Google API key",
    provider="gcp",
    actions=frozenset({"read"}),
    lifetime=Lifetime.STATIC,
    rotate=(
        "Make a new key under APIs & Services, Credentials, restricted to the APIs and the callers that need it",
        "Replace the copies by the new one",
        "Delete the old key in the same place",
        "Look at the project's API metrics and bill for calls that nobody made",
    ),
)
_CLIENT = Kind(
    id="gcp-oauth-client-secret",
    title="Google OAuth client secret",
    provider="gcp",
    actions=frozenset({"read"}),
    lifetime=Lifetime.STATIC,
    rotate=(
        "Add a second secret to the client under Google Auth Platform, Clients",
        "Replace the copies by the new one",
        "Disable the old secret, see that everything still works, then delete it",
        "Look through the audit log for tokens that the client got from unknown addresses",
    ),
)
_ACCESS = Kind(
    id="gcp-access-token",
    title="Google access token",
    provider="gcp",
    actions=frozenset({"read", "deploy", "admin"}),
    lifetime=Lifetime.EPHEMERAL,
    rotate=(
        "Find out how the token left its session: it ends within an hour, the leak does not",
        "If it may still live, revoke it at Google's OAuth endpoint for revocation",
        "Look through the audit log for what was done with it",
        "Remove the copies, from logs and artifacts too",
    ),
)
_REFRESH = Kind(
    id="gcp-refresh-token",
    title="Google refresh token",
    provider="gcp",
    actions=frozenset({"read", "deploy", "admin"}),
    lifetime=Lifetime.STATIC,
    rotate=(
        "Let workloads use workload identity federation instead, so that nobody's login is in a file",
        "Else sign in again on the machine that needs it: `gcloud auth login` makes a new one",
        "Revoke the old token, or the app's access in the Google account under Security",
        "Look through the audit log for what was done with it, and remove the copies",
    ),
)

_PATTERN = rx(r"""
    (?P<prefix> AIza | AQ\.Ab8RN6 | GOCSPX- | ya29\. | 1//0 )
    (?P<body>
        (?<= AIza ) [0-9A-Za-z_-]{35}
      | (?<= AQ\.Ab8RN6 ) [0-9A-Za-z_-]{44}
      | (?<= GOCSPX- ) [0-9A-Za-z_-]{28}
      | (?<= ya29\. ) (?: [a-z] \. )? [0-9A-Za-z_-]{40,2048}+
      | (?<= 1//0 ) [0-9A-Za-z_-]{60,160}+
    )
""")
_SECRET = rx(r"""
    client(?: _s | S ) ecret \\{0,3} ["'] [ \t\r\n]{0,16} [:=] [ \t\r\n]{0,16} \\{0,3} ["'] (?P<body> [0-9A-Za-z_-]{24} ) (?= \\{0,3} ["'] )
""")
_CLIENT_ID = b".apps.googleusercontent.com"
_BESIDE = 1024
"""Bytes around a client's secret in which its id stands."""
_OWN_CLIENTS = (b"764086051850-", b"32555940559.")
"""What ids of gcloud's own clients begin with. Their secrets are part of the program, which Google publishes."""
_KINDS = {b"AIza": _API_KEY, b"AQ.Ab8RN6": _API_KEY, b"GOCSPX-": _CLIENT, b"ya29.": _ACCESS, b"1//0": _REFRESH}


def _judge(match: re.Match[bytes]) -> Reading | None:
    kind = _KINDS[match["prefix"]]
    return token(match, kind, confidence=Confidence.MEDIUM if kind is _REFRESH else Confidence.HIGH) if mixed(match["body"]) else None


def _secret(match: re.Match[bytes]) -> Reading | None:
    """A secret of before 2021, which nothing marks but the id of a client beside it."""
    around = match.string[max(0, match.start() - _BESIDE) : match.end() + _BESIDE]
    if _CLIENT_ID not in around or not mixed(match["body"]):
        return None
    reading = token(match, _CLIENT, start=match.start("body"), confidence=Confidence.MEDIUM)
    public = any(client in around for client in _OWN_CLIENTS)
    return replace(reading, dummy="the secret of gcloud's own client, which is public") if reading and public else reading


DETECTORS = (
    RegexDetector(
        id="gcp-token",
        title="Google Cloud key or token",
        kinds=(_API_KEY, _CLIENT, _ACCESS, _REFRESH),
        anchors=(
            Anchor(b"AIza", then=rb"[0-9A-Za-z_-]{16}"),
            Anchor(b"AQ.Ab8RN6", then=rb"[0-9A-Za-z_-]{16}"),
            Anchor(b"GOCSPX-", then=rb"[0-9A-Za-z_-]{16}"),
            Anchor(b"ya29.", then=rb"(?:[a-z]\.)?[0-9A-Za-z_-]{16}"),
            Anchor(b"1//0", then=rb"[0-9A-Za-z_-]{16}"),
        ),
        pattern=_PATTERN,
        judge=_judge,
        reach=(64, 2304),
    ),
    RegexDetector(
        id="gcp-legacy-client-secret",
        title="Google OAuth client secret, legacy",
        kinds=(_CLIENT,),
        anchors=(
            Anchor(b"client_secret", then=rb"\\{0,3}[\"']\s{0,16}[:=]\s{0,16}\\{0,3}[\"'][0-9A-Za-z_-]{24}\\{0,3}[\"']", encoded=False),
            Anchor(b"clientSecret", then=rb"\\{0,3}[\"']\s{0,16}[:=]\s{0,16}\\{0,3}[\"'][0-9A-Za-z_-]{24}\\{0,3}[\"']", encoded=False),
        ),
        pattern=_SECRET,
        judge=_secret,
        reach=(64, 192),
    ),
)

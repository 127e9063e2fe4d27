"""Slack: tokens of bots, users, apps and app configurations, of browser sessions, and the addresses of incoming webhooks.

Type and workspace are readable, scopes are not. Source: Slack's documentation of token types and of incoming webhooks; lengths are those
of tokens seen in public.

Near misses: references such as `$SLACK_TOKEN`, the shortened samples of Slack's documentation, a webhook of another service.
"""

from __future__ import annotations

import re

from detectors._issued import token
from detectors._letters import mixed
from scanner.contract import Anchor, Kind, Lifetime, Reading, RegexDetector, Secret, rx
from scanner.records import replace

_ROTATE = (
    "Make a new token in the app's settings under OAuth & Permissions, with the scopes it needs and addresses it may come from",
    "Replace the copies by the new one",
    "Revoke the old token with auth.revoke, or reinstall the app",
    "Look through the access log of the workspace for what was read and posted with it",
)
_TALK = frozenset({"read", "notify", "trigger"})
_BOT = Kind(id="slack-bot-token", title="Slack bot token", provider="slack", actions=_TALK, lifetime=Lifetime.STATIC, rotate=_ROTATE)
_USER = Kind(
    id="slack-user-token",
    title="Slack user token",
    provider="slack",
    actions=_TALK | {"admin"},
    lifetime=Lifetime.STATIC,
    rotate=_ROTATE,
)
_APP = Kind(
    id="slack-app-token",
    title="Slack app-level token",
    provider="slack",
    actions=frozenset({"read", "trigger"}),
    lifetime=Lifetime.STATIC,
    rotate=(
        "Make a new token in the app's settings under Basic Information, App-Level Tokens",
        "Replace the copies by the new one",
        "Revoke the old token in the same place",
        "Look through the app's events for what was received with it",
    ),
)
_EXPIRING = Kind(
    id="slack-rotating-token",
    title="Slack token with rotation",
    provider="slack",
    actions=_TALK | {"admin"},
    lifetime=Lifetime.EXPIRING,
    rotate=(
        "Exchange the refresh token that belongs to it, which ends both",
        "Store the new pair, and replace the copies",
        "Revoke the old token with auth.revoke",
        "Look through the access log of the workspace for what was done with it",
    ),
)
_SESSION = Kind(
    id="slack-session-token",
    title="Slack browser session",
    provider="slack",
    actions=_TALK,
    rotate=(
        "Sign out of all sessions in the account's settings, or let an administrator do so, which ends token and cookie",
        "Give programs a token of an app instead: a session may do all that its owner may",
        "Look through the access log of the workspace for what was read and posted with it",
    ),
)
_LEGACY = Kind(
    id="slack-legacy-token",
    title="Slack legacy token",
    provider="slack",
    actions=_TALK | {"admin"},
    lifetime=Lifetime.STATIC,
    rotate=("Find out whether it still lives: legacy tokens are no longer made", *_ROTATE),
)
_WEBHOOK = Kind(
    id="slack-webhook",
    title="Slack webhook",
    provider="slack",
    actions=frozenset({"notify"}),
    privilege=2,
    assumed=False,
    lifetime=Lifetime.STATIC,
    rotate=(
        "Add a new webhook for the channel in the app's settings under Incoming Webhooks",
        "Replace the copies by the new address, from a managed store",
        "Remove the old webhook in the same place",
        "Look through the channel for messages that nobody sent",
    ),
)

_TOKEN = rx(r"""
    (?P<prefix> xoxe\.xox[bp]-1- | xoxe-1- | xox[bpecsr]- | xoxa-2- | xoxd- | xapp-[0-9]{1,2}- )
    (?P<body>
        (?<= -1- ) [0-9A-Za-z]{140,172}+
      | (?<= xoxb- ) (?P<team> [0-9]{9,14}) - (?: [0-9]{9,14} - )? [0-9A-Za-z]{24}
      | (?<= xox[pe]- ) (?P<home> [0-9]{9,14}) - [0-9]{9,14} - [0-9]{9,14} - [0-9A-Za-z]{28,34}+
      | (?<= xoxc- ) (?P<session> [0-9]{9,14}) - [0-9]{9,14} - [0-9]{9,14} - [0-9a-f]{64}
      | (?<= xoxd- ) (?P<cookie> [0-9A-Za-z%/+]{60,260}+) ={0,2}
      | (?<= xox[sr]- ) (?P<first> [0-9]{9,14}) - [0-9]{9,14} - [0-9]{9,14} - [0-9a-f]{10,40}+
      | (?<= xoxa-2- ) (?P<workspace> [0-9]{9,14}) - [0-9]{9,14} - [0-9]{9,14} - [0-9a-f]{32}
      | (?<= xapp-[0-9]- | app-[0-9]{2}- ) (?P<app> A[0-9A-Z]{8,14}) - [0-9]{9,15} - [0-9a-f]{64}
    )
""")
_KINDS = {
    b"xoxb-": _BOT,
    b"xoxp-": _USER,
    b"xoxe-": _USER,
    b"xoxc-": _SESSION,
    b"xoxd-": _SESSION,
    b"xoxs-": _LEGACY,
    b"xoxr-": _LEGACY,
    b"xoxa-2-": _LEGACY,
}

_ADDRESS = rx(r"""
    hooks\.slack(?: -gov)?\.com \\?/ (?: services | workflows | triggers ) \\?/         # some writers of JSON escape a slash
    (?P<body>
        (?P<team> [TE][0-9A-Z]{8,13}) \\?/
        (?: (?P<app> [AB][0-9A-Z]{8,13}) \\?/ (?: [0-9]{15,20} \\?/ )? | [0-9]{12,16} \\?/ )
        [0-9A-Za-z]{24,32}
    )
""")


def _token(match: re.Match[bytes]) -> Reading | None:
    team = match["team"] or match["home"] or match["session"] or match["first"] or match["workspace"]
    app = match["app"]
    if match["cookie"] and not mixed(match["cookie"]):
        return None
    kind = _KINDS.get(match["prefix"]) or (_APP if app else _EXPIRING)
    return token(match, kind, known={"team": team.decode() if team else None, "app": app.decode() if app else None})


def _webhook(match: re.Match[bytes]) -> Reading | None:
    """The path is the credential: whoever knows it posts."""
    app = match["app"]
    known = {"team": match["team"].decode(), "app": app.decode() if app else None}
    reading = token(match, _WEBHOOK, start=match.start("body"), known=known)
    if reading is None or b"\\" not in match["body"]:
        return reading
    return replace(reading, secret=Secret(match["body"].replace(b"\\", b"")), steps=("json",))


DETECTORS = (
    RegexDetector(
        id="slack-token",
        title="Slack token",
        kinds=(_BOT, _USER, _APP, _EXPIRING, _SESSION, _LEGACY),
        anchors=(
            Anchor(b"xoxb-", then=rb"[0-9]{9}|1-"),
            Anchor(b"xoxp-", then=rb"[0-9]{9}|1-"),
            Anchor(b"xoxe-", then=rb"[0-9]{9}|1-"),
            Anchor(b"xapp-", then=rb"[0-9]{1,2}-A"),
            Anchor(b"xoxc-", then=rb"[0-9]{9}", encoded=False),
            Anchor(b"xoxd-", then=rb"[0-9A-Za-z%/+]{60}", encoded=False),
            *(Anchor(legacy, then=rb"[0-9]{9}", encoded=False) for legacy in (b"xoxs-", b"xoxr-", b"xoxa-2-")),
        ),
        pattern=_TOKEN,
        judge=_token,
        reach=(64, 384),
    ),
    RegexDetector(
        id="slack-webhook",
        title="Slack webhook",
        kinds=(_WEBHOOK,),
        anchors=tuple(
            Anchor(host, then=rb"\\?/(?:services|workflows|triggers)\\?/[TE]") for host in (b"hooks.slack.com", b"hooks.slack-gov.com")
        ),
        pattern=_ADDRESS,
        judge=_webhook,
        reach=(64, 128),
    ),
)

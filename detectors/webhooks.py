r"""Addresses that post or start something for whoever knows them: of chats, and of services that connect others.

Google Chat, IFTTT, Mattermost, Microsoft Teams, Power Automate, Rocket.Chat and Zapier. Slack's and Discord's are on pages of their own.
The secret is a part of the address: of Google's the `token`, of Power Automate's the signature `sig`, of the others the path. Mattermost
and Rocket.Chat run on hosts of their owners, so that only the form of the path tells them, with medium confidence. Sources: the vendors'
documentation of incoming webhooks.

Near misses: addresses of documentation, paths such as `/hooks/useState`, placeholders, an address without its secret part.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from detectors._issued import token
from detectors._letters import mixed
from scanner.contract import Anchor, Confidence, Kind, Lifetime, Reading, RegexDetector, rx
from scanner.records import replace

_UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


def _kind(name: str, title: str, where: str, *actions: str) -> Kind:
    return Kind(
        id=name,
        title=title,
        provider=name.partition("-")[0],
        actions=frozenset(actions or ("notify",)),
        privilege=2,
        assumed=False,
        lifetime=Lifetime.STATIC,
        rotate=(
            f"Make a new address {where}",
            "Replace the copies by the new one, from a managed store",
            "Remove the old one in the same place",
            "Look for messages and runs that nobody sent or started",
        ),
    )


_GOOGLE = _kind("google-chat-webhook", "Google Chat webhook", "in the space's settings under Apps & integrations, Webhooks")
_IFTTT = _kind("ifttt-webhook-key", "IFTTT webhook key", "on the settings page of the Webhooks service, Edit connection", "trigger")
_MATTERMOST = _kind("mattermost-webhook", "Mattermost webhook", "under Integrations, Incoming Webhooks")
_ROCKET = _kind("rocketchat-webhook", "Rocket.Chat webhook", "under Administration, Integrations")
_TEAMS = _kind("microsoft-teams-webhook", "Microsoft Teams webhook", "in the channel's connectors, or better as a workflow")
_AUTOMATE = _kind(
    "microsoft-workflow-webhook",
    "Power Automate or Logic Apps trigger",
    "by regenerating the access keys of the workflow",
    "trigger",
    "notify",
)
_ZAPIER = _kind("zapier-webhook", "Zapier webhook", "by adding a new trigger to the Zap", "trigger")


def _address(kind: Kind, confidence: Confidence = Confidence.HIGH) -> Callable[[re.Match[bytes]], Reading | None]:
    """A judge for addresses whose secret part is the group `body`."""

    def judge(match: re.Match[bytes]) -> Reading | None:
        return token(match, kind, start=match.start("body"), confidence=confidence)

    return judge


def _team(match: re.Match[bytes]) -> Reading | None:
    reading = token(match, _TEAMS, start=match.start("body"))
    return replace(reading, service=match["host"].decode().lower()) if reading else None


def _automate(match: re.Match[bytes]) -> Reading | None:
    reading = token(match, _AUTOMATE, start=match.start("body"), known={"workflow": match["workflow"].decode()})
    return replace(reading, service=match["host"].decode().lower()) if reading else None


def _own_host(match: re.Match[bytes]) -> Reading | None:
    """A path that looks random, below somebody's own host."""
    if match["rocket"]:
        return token(match, _ROCKET, start=match.start("body"), confidence=Confidence.MEDIUM) if mixed(match["rocket"]) else None
    digits = sum(bytes((byte,)).isdigit() for byte in match["body"])
    return token(match, _MATTERMOST, start=match.start("body"), confidence=Confidence.MEDIUM) if digits else None


_GOOGLE_ADDRESS = rx(r"""
    chat\.googleapis\.com/v1/spaces/ [0-9A-Za-z_-]{6,40} /messages\? (?: [a-zA-Z]{1,24} = [0-9A-Za-z_%-]{1,80} (?: & | &amp; | \\u0026 ) ){0,4}
    token= (?= (?P<body> [0-9A-Za-z_-]{40,60}+ (?: %3[Dd] | = ){0,2} ) )
""")
_IFTTT_ADDRESS = rx(r"maker\.ifttt\.com/trigger/ [0-9A-Za-z_{}-]{1,80} /(?: json/ )? with/key/ (?= (?P<body> [0-9A-Za-z_-]{21,64}+ ) )")
_OWN_ADDRESS = rx(r"""
    https?:// [0-9A-Za-z.:-]{3,120} (?: /[0-9A-Za-z_-]{1,40} ){0,3} /hooks/
    (?= (?P<body> (?: [0-9a-f]{24} | [0-9A-Za-z]{17} ) / (?P<rocket> [0-9A-Za-z]{40,70}+ ) | [a-z0-9]{26} (?! [/0-9A-Za-z] ) ) )
""")
_TEAMS_ADDRESS = rx(rf"""
    (?P<host> (?: [0-9A-Za-z-]{{1,63}} \. webhook | outlook ) \.office (?: 365 )? \.com ) / webhook (?: b2 )? /
    (?= (?P<body> {_UUID} @ {_UUID} /IncomingWebhook/ [0-9a-f]{{32}} / {_UUID} (?: /V2 [0-9A-Za-z_-]{{20,64}}+ )? ) )
""")
_AUTOMATE_ADDRESS = rx(r"""
    (?P<host> [0-9A-Za-z.-]{3,150} (?: \.logic\.azure\.com | \.api\.powerplatform\.com ) ) (?: :443 )?
    / [0-9A-Za-z_/-]{0,80}? workflows/ (?P<workflow> [0-9a-f]{32} ) / triggers/ [^\s"'<>?]{1,80} \? [^\s"'<>]{0,200}? sig=
    (?= (?P<body> [0-9A-Za-z_-]{43} ) )
""")
_ZAPIER_ADDRESS = rx(r"hooks\.zapier\.com/hooks/(?: catch | standard )/ (?= (?P<body> [0-9]{4,12} / [0-9a-z]{5,9}+ ) )")

DETECTORS = (
    RegexDetector(
        id="google-chat-webhook",
        title="Google Chat webhook",
        kinds=(_GOOGLE,),
        anchors=(Anchor(b"chat.googleapis.com/v1/spaces/", then=rb"[0-9A-Za-z_-]{6,40}/messages"),),
        pattern=_GOOGLE_ADDRESS,
        judge=_address(_GOOGLE),
        reach=(64, 512),
    ),
    RegexDetector(
        id="ifttt-webhook",
        title="IFTTT webhook",
        kinds=(_IFTTT,),
        anchors=(Anchor(b"maker.ifttt.com/trigger/", then=rb"[0-9A-Za-z_{}-]{1,80}/(?:json/)?with/key/[0-9A-Za-z_-]{21}", encoded=False),),
        pattern=_IFTTT_ADDRESS,
        judge=_address(_IFTTT),
        reach=(64, 256),
    ),
    RegexDetector(
        id="chat-server-webhook",
        title="Mattermost or Rocket.Chat webhook",
        kinds=(_MATTERMOST, _ROCKET),
        anchors=(Anchor(b"/hooks/", then=rb"(?:[a-z0-9]{26}|[0-9A-Za-z]{17,24}/[0-9A-Za-z]{40})", encoded=False),),
        pattern=_OWN_ADDRESS,
        judge=_own_host,
        reach=(320, 128),
    ),
    RegexDetector(
        id="microsoft-teams-webhook",
        title="Microsoft Teams webhook",
        kinds=(_TEAMS,),
        anchors=(Anchor(b"/IncomingWebhook/", then=rb"[0-9a-f]{32}/"),),
        pattern=_TEAMS_ADDRESS,
        judge=_team,
        reach=(256, 192),
    ),
    RegexDetector(
        id="microsoft-workflow-webhook",
        title="Power Automate or Logic Apps trigger",
        kinds=(_AUTOMATE,),
        anchors=(
            Anchor(b".logic.azure.com", then=rb"(?::443)?/[^\s\"'<>]{0,80}workflows/"),
            Anchor(b".api.powerplatform.com", then=rb"(?::443)?/[^\s\"'<>]{0,80}workflows/", encoded=False),
        ),
        pattern=_AUTOMATE_ADDRESS,
        judge=_automate,
        reach=(192, 640),
    ),
    RegexDetector(
        id="zapier-webhook",
        title="Zapier webhook",
        kinds=(_ZAPIER,),
        anchors=(Anchor(b"hooks.zapier.com/hooks/", then=rb"(?:catch|standard)/[0-9]{4}", encoded=False),),
        pattern=_ZAPIER_ADDRESS,
        judge=_address(_ZAPIER),
        reach=(64, 128),
    ),
)

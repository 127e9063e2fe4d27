r"""Discord: tokens of bots, of people, and the addresses of webhooks.

A bot's token is the number of its user in base64, the time it was made, and a signature. It is found behind what it is given to: a key
named `token`, `login(`, `run(`, the scheme `Bot`; and counts where the first part spells a number as Discord's are. The path of a webhook
holds number and token: whoever knows it posts. Source: Discord's documentation (authentication, webhooks, snowflakes); lengths of
signatures are those of values seen in public.

Near misses: other base64 with dots, a JWT, addresses of channels, a webhook's number without its token.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode

from detectors._issued import token
from detectors._letters import mixed
from scanner.contract import Anchor, Kind, Lifetime, Reading, RegexDetector, Secret, rx
from scanner.records import replace

_BOT = Kind(
    id="discord-bot-token",
    title="Discord bot token",
    provider="discord",
    actions=frozenset({"read", "notify", "trigger"}),
    lifetime=Lifetime.STATIC,
    rotate=(
        "Reset the token on the bot's page in the developer portal, which ends the old one",
        "Give the new one to the bot from a managed store",
        "Look through the audit log of its servers for roles, channels and messages that nobody made",
        "Remove the copies",
    ),
)
_USER = Kind(
    id="discord-user-token",
    title="Discord user token",
    provider="discord",
    actions=frozenset({"read", "notify"}),
    lifetime=Lifetime.STATIC,
    rotate=(
        "Change the account's password, which ends all its tokens",
        "Use a bot instead: tokens of people may not be given to programs",
        "Look at the account's messages and servers for what nobody did",
    ),
)
_WEBHOOK = Kind(
    id="discord-webhook",
    title="Discord webhook",
    provider="discord",
    actions=frozenset({"notify"}),
    privilege=2,
    assumed=False,
    lifetime=Lifetime.STATIC,
    rotate=(
        "Make a new webhook in the channel's settings under Integrations",
        "Replace the copies by the new address, from a managed store",
        "Delete the old webhook in the same place",
        "Look through the channel for messages that nobody sent",
    ),
)

_FIRST = "[MNO][DTjz][AEIMQUYcgk][w-z0-5]"
"""Base64 of three digits."""
_TOKEN = rx(rf"""
    (?P<prefix> mfa\. | (?= {_FIRST} {_FIRST} ) )
    (?= (?P<body>
        (?<= mfa\. ) [0-9A-Za-z_-]{{84}}
      | (?P<user> (?: {_FIRST} ){{5,6}} [0-9A-Za-z]{{2,4}} ) \. [0-9A-Za-z_-]{{6}} \. [0-9A-Za-z_-]{{27,38}}+
    ) )
""")
_ADDRESS = rx(r"""
    discord (?: app )? \.com \\?/ api \\?/ (?: v[0-9]{1,2} \\?/ )? webhooks \\?/
    (?= (?P<body> (?P<number> [0-9]{17,20} ) \\?/ [0-9A-Za-z_-]{60,80}+ ) )
""")
_NUMBER = rx(r"[1-9][0-9]{16,19}")
_BEGINS = rb"[MNO][DTjz][AEIMQUYcgk][w-z0-5][MNO][DTjz][AEIMQUYcgk][w-z0-5][0-9A-Za-z]{14,20}\.[0-9A-Za-z_-]{6}\."
_ASSIGNED = rb"""["']?\]?[ \t]{0,3}(?::=|=>|[:=])[ \t]{0,3}["']?"""
_GIVEN = rb"""[ \t]{0,3}["'`]"""


def _token(match: re.Match[bytes]) -> Reading | None:
    """A token whose first part is a number as Discord's are; the number is public."""
    if not match["user"]:
        return token(match, _USER) if mixed(match["body"]) else None
    number = _NUMBER.fullmatch(_decoded(match["user"]))
    return token(match, _BOT, known={"bot_id": number[0].decode()}) if number else None


def _decoded(coded: bytes) -> bytes:
    try:
        return urlsafe_b64decode(coded + b"=" * (-len(coded) % 4))
    except ValueError:
        return b""


def _webhook(match: re.Match[bytes]) -> Reading | None:
    """The path is the credential; some writers of JSON escape a slash in it."""
    reading = token(match, _WEBHOOK, start=match.start("body"), known={"webhook_id": match["number"].decode()})
    if reading is None or b"\\" not in match["body"]:
        return reading
    return replace(reading, secret=Secret(match["body"].replace(b"\\", b"")), steps=("json",))


_REASON = "a sign of assignment or a bracket and the first characters of a user's number in base64 must follow"

DETECTORS = (
    RegexDetector(
        id="discord-token",
        title="Discord token",
        kinds=(_BOT, _USER),
        anchors=(
            Anchor(b"token", then=_ASSIGNED + _BEGINS, encoded=False, caseless=True, reason=_REASON),
            *(
                Anchor(call, then=_GIVEN + _BEGINS, encoded=False, reason=_REASON)
                for call in (b"login(", b".run(", b"start(", b"Bot(", b"Client(")
            ),
            Anchor(b"Bot ", then=_BEGINS, encoded=False),
            Anchor(b"mfa.", then=rb"[0-9A-Za-z_-]{84}", encoded=False),
        ),
        pattern=_TOKEN,
        judge=_token,
        reach=(64, 192),
    ),
    RegexDetector(
        id="discord-webhook",
        title="Discord webhook",
        kinds=(_WEBHOOK,),
        anchors=tuple(
            Anchor(host, then=rb"\\?/api\\?/(?:v[0-9]{1,2}\\?/)?webhooks\\?/[0-9]{17}", encoded=host == b"discord.com")
            for host in (b"discord.com", b"discordapp.com")
        ),
        pattern=_ADDRESS,
        judge=_webhook,
        reach=(64, 192),
    ),
)

"""Telegram: tokens of bots, the number of the bot, a colon and 35 characters.

They stand in addresses of the Bot API too, behind `bot`. Nothing is checkable but that the second part begins with `AA`, as all seen in
public do. Source: Telegram's documentation of the Bot API.

Near misses: other pairs of a number and base64, times and ports, references such as `bot${TOKEN}`.
"""

from __future__ import annotations

import re

from detectors._issued import token
from detectors._letters import mixed
from scanner.contract import Anchor, Kind, Lifetime, Reading, RegexDetector, Secret, rx
from scanner.records import replace

_BOT = Kind(
    id="telegram-bot-token",
    title="Telegram bot token",
    provider="telegram",
    actions=frozenset({"read", "notify", "trigger"}),
    privilege=2,
    lifetime=Lifetime.STATIC,
    rotate=(
        "Revoke the token with /revoke at @BotFather, which hands out a new one",
        "Give the new one to the bot from a managed store",
        "Look at the bot's chats, and at where its webhook points to",
        "Remove the copies",
    ),
)

# The name before the number is the path of the Bot API, which no boundary divides from it.
_PATTERN = rx(
    r"(?P<path> (?<= / ) bot )? (?: (?<! [0-9] ) | (?<= % [0-9A-F] [0-9A-F] ) ) (?= (?P<body> (?P<number> [0-9]{8,10} ) : AA [0-9A-Za-z_-]{33} ) )"
)


def _judge(match: re.Match[bytes]) -> Reading | None:
    if not mixed(match["body"].partition(b":")[2]):
        return None
    reading = token(match, _BOT, known={"bot_id": int(match["number"])})
    return replace(reading, start=match.start("body"), secret=Secret(match["body"])) if reading and match["path"] else reading


DETECTORS = (
    RegexDetector(
        id="telegram-bot-token",
        title="Telegram bot token",
        kinds=(_BOT,),
        anchors=(
            Anchor(
                b":AA",
                before=rb"[0-9]{8}",
                then=rb"[0-9A-Za-z_-]{33}",
                encoded=False,
                reason="digits before it and 33 characters of base64 behind it leave few places",
            ),
            Anchor(b"telegram.org/bot", then=rb"[0-9]{8}"),
        ),
        pattern=_PATTERN,
        judge=_judge,
        reach=(64, 96),
    ),
)

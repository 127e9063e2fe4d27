"""pnpm's structured setting `_auth`: below the URL of a registry, below a scope or `@` for all packages, `authToken`.

It lies in pnpm's global `config.yaml` and in the variable `pnpm_config__auth`. Source: pnpm's documentation of `_auth`.
"""

from __future__ import annotations

import re

from detectors._guess import guessable
from detectors._npm_places import UUID, is_reference, unreal
from detectors._offline import facts
from scanner.contract import Anchor, Confidence, Kind, Reading, RegexDetector, Secret, rx

_NEAR = 1024
"""Bytes before a token among which its registry is named."""

_PATTERN = rx(r"""
    ["']? @ [0-9A-Za-z._-]{0,64} ["']? [ \t]{0,4} : [ \t\r\n{]{0,48} ["']? authToken ["']? [ \t]{0,4} : [ \t]{0,4}
    (?: " (?P<quoted> [^\s"$<>{}]{16,4096}+ ) " | ' (?P<single> [^\s'$<>{}]{16,4096}+ ) ' | (?P<bare> [^\s"'$<>{},]{16,4096}+ ) )
""")
_REGISTRY = rx(r"https?:// (?P<host> [0-9A-Za-z][0-9A-Za-z.-]{0,252} ) [^\s\"']{0,255} [\"']? [ \t]{0,4} :")
_UUID = rx(UUID)
_OF_ANOTHER = rx(r"(?: npms?_ | gh[pousr]_ | github_pat_ ) .*")


def structured_tokens(token: Kind, legacy: Kind) -> RegexDetector:
    """The detector, with the kinds that npm's other detectors share with it."""

    def judge(match: re.Match[bytes]) -> Reading | None:
        group = match.lastgroup or "bare"
        value = match[group]
        registry = max(_REGISTRY.finditer(match.string, max(0, match.start() - _NEAR), match.start()), key=re.Match.start, default=None)
        if registry is None or is_reference(value) or _OF_ANOTHER.fullmatch(value):
            return None
        kind = legacy if _UUID.fullmatch(value) else token
        host = registry["host"].decode().lower()
        return Reading(
            match.start(group),
            match.end(group),
            kind.id,
            Secret(value),
            confidence=Confidence.MEDIUM,
            facts=facts(kind.lifetime),
            guessable=guessable(value),
            service=host,
            sample=unreal(host),
        )

    return RegexDetector(
        id="npm-structured-token",
        title="token in pnpm's structured registry setting",
        kinds=(token, legacy),
        anchors=(
            Anchor(b"authToken", before=rb"""@[0-9A-Za-z._-]{0,64}["']?[ \t]{0,4}:[ \t\r\n{]{0,48}["']?""", then=rb"""["']?[ \t]{0,4}:"""),
        ),
        pattern=_PATTERN,
        judge=judge,
        reach=(1024, 4352),
    )

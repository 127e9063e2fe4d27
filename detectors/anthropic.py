"""Anthropic: API keys, keys of administrators, and the OAuth tokens of Claude Code.

Type is readable, nothing is checkable offline but that a body ends in `AA`. Source: Anthropic's documentation of API keys; lengths are those
of values seen in public.

Near misses: `sk-ant-…` in documentation, a shorter or longer body, references.
"""

from __future__ import annotations

import re

from detectors._issued import token
from scanner.contract import Anchor, Confidence, Kind, Lifetime, Reading, RegexDetector, rx

_ROTATE = (
    "Make a new key in the Console under API keys, in a workspace with a spending limit",
    "Replace the copies by the new one, from a managed store",
    "Disable the old key in the same place, see that everything still works, then delete it",
    "Look at the usage by key for calls that nobody made",
)
_KEY = Kind(
    id="anthropic-api-key",
    title="Anthropic API key",
    provider="anthropic",
    actions=frozenset({"read"}),
    lifetime=Lifetime.STATIC,
    rotate=_ROTATE,
)
_ADMIN = Kind(
    id="anthropic-admin-key",
    title="Anthropic admin key",
    provider="anthropic",
    actions=frozenset({"read", "admin"}),
    privilege=5,
    assumed=False,
    lifetime=Lifetime.STATIC,
    rotate=(
        "Make a new key in the Console under Admin keys",
        "Replace the copies by the new one, from a managed store",
        "Delete the old key in the same place",
        "Look for members, invitations and API keys that nobody made",
    ),
)
_LOGIN = (
    "Log in again where the token is needed; workflows take one from a managed store",
    "End the session or the app's authorization in the account's settings",
    "Look at the account's usage for what was done with it",
    "Remove the copies",
)
_OAUTH = Kind(
    id="anthropic-oauth-token",
    title="Anthropic OAuth token",
    provider="anthropic",
    actions=frozenset({"read"}),
    lifetime=Lifetime.EXPIRING,
    rotate=_LOGIN,
)
_REFRESH = Kind(
    id="anthropic-refresh-token",
    title="Anthropic refresh token",
    provider="anthropic",
    actions=frozenset({"read"}),
    rotate=_LOGIN,
)
_KINDS = {b"api": _KEY, b"admin": _ADMIN, b"oat": _OAUTH, b"ort": _REFRESH}

_PATTERN = rx(r"""
    (?P<prefix> sk-ant- (?P<type> api | admin | oat | ort) [0-9]{2} - )
    (?P<body> (?P<usual> [0-9A-Za-z_-]{93} AA (?! [0-9A-Za-z_-]) ) | [0-9A-Za-z_-]{80,120}+ )
""")


def _judge(match: re.Match[bytes]) -> Reading | None:
    """A body of the usual form is certain; OAuth tokens have others too."""
    kind = _KINDS[match["type"]]
    if not match["usual"] and kind in {_KEY, _ADMIN}:
        return None
    return token(match, kind, confidence=Confidence.HIGH if match["usual"] else Confidence.MEDIUM)


DETECTORS = (
    RegexDetector(
        id="anthropic-key",
        title="Anthropic key or token",
        kinds=tuple(_KINDS.values()),
        anchors=(Anchor(b"sk-ant-", then=rb"(?:api|admin|oat|ort)[0-9]{2}-[0-9A-Za-z_-]{12}"),),
        pattern=_PATTERN,
        judge=_judge,
        reach=(64, 256),
    ),
)

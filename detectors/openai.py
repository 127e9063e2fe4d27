"""OpenAI: API keys of projects, service accounts, administrators and, in the oldest form, of users.

In the middle of each stands `T3BlbkFJ`, which is OpenAI's name in base64, between halves of one length. Source: OpenAI's documentation of
API keys; lengths are those of values seen in public.

Near misses: the mark in other base64, halves of unequal length, `sk-` keys of other issuers.
"""

from __future__ import annotations

import re

from detectors._issued import token
from scanner.contract import Anchor, Kind, Lifetime, Reading, RegexDetector, rx

_ROTATE = (
    "Make a new key in the platform's settings under API keys, for one project and with the permissions it needs",
    "Replace the copies by the new one, from a managed store",
    "Revoke the old key in the same place",
    "Look at the project's usage for calls that nobody made",
)
_KEY = Kind(
    id="openai-api-key",
    title="OpenAI API key",
    provider="openai",
    actions=frozenset({"read"}),
    lifetime=Lifetime.STATIC,
    rotate=_ROTATE,
)
_ADMIN = Kind(
    id="openai-admin-key",
    title="OpenAI admin key",
    provider="openai",
    actions=frozenset({"read", "admin"}),
    privilege=5,
    assumed=False,
    lifetime=Lifetime.STATIC,
    rotate=(
        "Make a new key in the organization's settings under Admin keys",
        "Replace the copies by the new one, from a managed store",
        "Delete the old key in the same place",
        "Look through the audit log for projects, users and keys that nobody made",
    ),
)

_PATTERN = rx(r"""
    (?P<prefix> sk- (?: proj- | svcacct- | (?P<admin> admin-) )? )
    (?P<body>
        [0-9A-Za-z_-]{74} T3BlbkFJ [0-9A-Za-z_-]{74}
      | [0-9A-Za-z_-]{58} T3BlbkFJ [0-9A-Za-z_-]{58}
      | [0-9A-Za-z_-]{20} T3BlbkFJ [0-9A-Za-z_-]{20} )
    (?! [0-9A-Za-z_-])
""")


def _judge(match: re.Match[bytes]) -> Reading | None:
    return token(match, _ADMIN if match["admin"] else _KEY)


DETECTORS = (
    RegexDetector(
        id="openai-key",
        title="OpenAI key",
        kinds=(_KEY, _ADMIN),
        anchors=(Anchor(b"T3BlbkFJ", before=rb"[0-9A-Za-z_-]{20}", then=rb"[0-9A-Za-z_-]{20}"),),
        pattern=_PATTERN,
        judge=_judge,
        reach=(192, 192),
    ),
)

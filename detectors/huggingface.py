"""Hugging Face: access tokens of users and of organizations, which may publish models and data sets.

A prefix and 34 letters; the scopes are not readable. Source: Hugging Face's documentation of user access tokens; the length is that of values
seen in public.

Near misses: names of functions and files that begin with `hf_`, a longer or shorter body.
"""

from __future__ import annotations

import re

from detectors._issued import token
from scanner.contract import Anchor, Kind, Lifetime, Reading, RegexDetector, rx

_POWERS = frozenset({"read", "write_source", "publish"})
_ROTATE = (
    "Make a fine-grained token for single repositories under Settings, Access Tokens, or a trusted publisher where a workflow uses it",
    "Replace the copies by the new one",
    "Delete the old token in the same place",
    "Look through the commits of the repositories it could write to for changes that nobody made",
)
_USER = Kind(
    id="huggingface-token",
    title="Hugging Face token",
    provider="huggingface",
    actions=_POWERS,
    privilege=4,
    lifetime=Lifetime.STATIC,
    rotate=_ROTATE,
)
_ORGANIZATION = Kind(
    id="huggingface-organization-token",
    title="Hugging Face organization token",
    provider="huggingface",
    actions=_POWERS,
    privilege=5,
    lifetime=Lifetime.STATIC,
    rotate=(
        "Make a fine-grained token of a user for single repositories: those of organizations are no longer made",
        "Replace the copies by the new one",
        "Delete the old token in the organization's settings",
        "Look through the commits of the organization's repositories for changes that nobody made",
    ),
)

_PATTERN = rx(r"(?P<prefix> hf_ | (?P<organization> api_org_) ) (?P<body> [A-Za-z]{34}) (?! [0-9A-Za-z_-])")


def _judge(match: re.Match[bytes]) -> Reading | None:
    """Random letters have both cases; a name in one case has not."""
    body = match["body"]
    if body.islower() or body.isupper():
        return None
    return token(match, _ORGANIZATION if match["organization"] else _USER)


DETECTORS = (
    RegexDetector(
        id="huggingface-token",
        title="Hugging Face token",
        kinds=(_USER, _ORGANIZATION),
        anchors=(
            Anchor(b"hf_", then=rb"[A-Za-z]{34}", reason="34 letters in a row must follow, which names do not have"),
            Anchor(b"api_org_", then=rb"[A-Za-z]{34}"),
        ),
        pattern=_PATTERN,
        judge=_judge,
        reach=(64, 128),
    ),
)

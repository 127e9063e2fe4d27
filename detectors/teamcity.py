"""TeamCity: access tokens, and passwords that the server scrambled.

An access token is three parts in base64, as in a JWT, though it is none.

The first is always `{"typ": "TCV2"}`, the second holds the random characters, the third is a UUID in text. Sources: JetBrains'
documentation ("Managing user settings", access tokens) and revoked tokens in public, which all are built like this.

Passwords in the server's XML files and in `credentials.json` are `zxx` and hexadecimal digits: scrambled, as JetBrains' documentation says
("Security notes"), and encrypted only with a key that an administrator set. How is not documented, so that nothing is undone here.

Near misses: a JWT of another type, the first part alone, a token that was cut off (its third part is no UUID, which is said).
"""

from __future__ import annotations

import re
from base64 import b64decode

from detectors import _edges, _issued
from detectors._assigned import random
from detectors._offline import facts
from scanner.contract import Anchor, Check, Confidence, Kind, Lifetime, Reading, RegexDetector, Secret, rx

_KIND = Kind(
    id="teamcity-token",
    title="TeamCity access token",
    provider="teamcity",
    actions=frozenset({"read", "deploy", "approve", "trigger", "admin"}),
    privilege=4,
    rotate=(
        "Make a new token in the user's profile under Access tokens, with an end date and the permissions of one project only",
        "Replace the copies that are in use",
        "Delete the old one in the profile: it works until then, or until its end",
        "Look through the audit of the server for what was done as the user, and rotate the parameters that the user could read",
    ),
)
_SCRAMBLED = Kind(
    id="teamcity-scrambled-password",
    title="password that TeamCity scrambled",
    provider="teamcity",
    actions=frozenset({"read"}),
    lifetime=Lifetime.STATIC,
    rotate=(
        "Take the password for known unless the server has an encryption key of its own",
        "Change it where it is used, and enter the new one as a parameter of the type password",
        "Give the server an encryption key under Administration, Global Settings, and store secure values outside version control",
        "Remove the copies",
    ),
)
_HIDDEN = rx(r"(?<= [\"'>:] ) (?P<prefix> zxx ) (?= (?P<body> (?: [0-9a-f]{16} ){1,256}+ ) )")


def _hidden(match: re.Match[bytes]) -> Reading | None:
    """What is scrambled comes in blocks of eight bytes."""
    reading = _issued.token(match, _SCRAMBLED, confidence=Confidence.MEDIUM, known={"at_rest": "scrambled"})
    return reading if random(match["body"]) else None


_TYPE = b"eyJ0eXAiOiAiVENWMiJ9"
# The look-ahead keeps a value that fails from hiding one that begins inside it.
_TOKEN = rx(rf"{_TYPE.decode()} \. (?= (?P<random> [A-Za-z0-9_-]{{36}} ) \. (?P<uuid> [A-Za-z0-9_-]{{48}} ) )")
_UUID = rx(r"[0-9a-f]{8} (?: -[0-9a-f]{4} ){3} -[0-9a-f]{12}")


def _judge(match: re.Match[bytes]) -> Reading | None:
    text, start, end = match.string, match.start(), match.end("uuid")
    if not _edges.opens(text, start) or not _edges.closes(text, end):
        return None
    known = _UUID.fullmatch(b64decode(match["uuid"], b"-_")) is not None
    return Reading(
        start,
        end,
        _KIND.id,
        Secret(text[start:end]),
        check=Check.PASSED if known else Check.FAILED,
        confidence=Confidence.HIGH if known else Confidence.LOW,
        prefix=_TYPE.decode() + ".",
        facts=facts(_KIND.lifetime),
    )


DETECTORS = (
    RegexDetector(
        id="teamcity-token",
        title="TeamCity access token",
        kinds=(_KIND,),
        anchors=(Anchor(_TYPE, then=rb"\.[A-Za-z0-9_-]{36}\."),),
        pattern=_TOKEN,
        judge=_judge,
        reach=(64, 192),
    ),
    RegexDetector(
        id="teamcity-scrambled-password",
        title="password that TeamCity scrambled",
        kinds=(_SCRAMBLED,),
        anchors=tuple(Anchor(before + b"zxx", then=rb"[0-9a-f]{16}", encoded=False) for before in (b'="', b': "', b':"', b', "', b'">')),
        pattern=_HIDDEN,
        judge=_hidden,
        reach=(64, 4352),
    ),
)

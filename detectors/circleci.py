"""CircleCI tokens: of a person and of a project.

`CCIPAT_` or `CCIPRJ_`, a random UUID in base58, 40 hexadecimal digits. There is no checksum, but few texts in base58 have the size of a
UUID and its version and variant bits. The bare 40 digits of older tokens are read behind names that say CircleCI, in `circle-token` of a URL
or header, and in the file of its command line. Sources: CircleCI's changelog, "New format for API access tokens"; its documentation.

Near misses: the prefix in prose, digits that are masked (`****`), a first part that is no UUID (reported as such), bare digits without such
a name, which nothing tells from a commit's id; `CIRCLE_SHA1`.
"""

from __future__ import annotations

import re

from detectors import _edges
from detectors._assigned import AssignedDetector, Form, Place
from detectors._offline import facts
from scanner.contract import Anchor, Check, Confidence, Kind, Lifetime, Reading, RegexDetector, Secret, rx

_BASE58 = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_UUID_BITS = 128
_VERSION, _RANDOM = 76, 0b0100
_VARIANT, _RFC = 62, 0b10
"""Where a UUID has its version and variant, in bits from the right, and what they are in a random one (RFC 9562)."""

_PERSONAL = Kind(
    id="circleci-personal-token",
    title="CircleCI personal token",
    provider="circleci",
    actions=frozenset({"read", "deploy", "approve", "trigger", "admin"}),
    privilege=4,
    lifetime=Lifetime.STATIC,
    rotate=(
        "Make a new personal token in CircleCI's user settings, or a project's where that is enough",
        "Replace the copies that are in use",
        "Remove the old one in the user settings",
        "Look at the pipelines that were run as the user, and rotate the contexts and variables that their jobs could read",
    ),
)
_PROJECT = Kind(
    id="circleci-project-token",
    title="CircleCI project token",
    provider="circleci",
    actions=frozenset({"read", "trigger"}),
    lifetime=Lifetime.STATIC,
    rotate=(
        "Make a new token in the project's settings under API permissions, with the scope Status where it is for a badge",
        "Replace the copies that are in use",
        "Delete the old one in the project's settings",
        "Where its scope was Admin, look through the project's variables and pipelines for what nobody changed or ran",
    ),
)
_LEGACY = Kind(
    id="circleci-legacy-token",
    title="CircleCI token (legacy)",
    provider="circleci",
    actions=_PERSONAL.actions,
    privilege=4,
    lifetime=Lifetime.STATIC,
    rotate=("Find out in CircleCI whether it is a person's token or a project's", *_PERSONAL.rotate),
)
_BADGE = 1
"""Privilege of a token that a badge shows to everybody."""
_KINDS = {b"CCIPAT_": _PERSONAL, b"CCIPRJ_": _PROJECT}

# The look-ahead keeps a value that fails from hiding one that begins inside it.
_TOKEN = rx(r"(?P<prefix> CCIP(?:AT|RJ)_ ) (?= (?P<uuid> [0-9A-Za-z]{20,22} ) _ (?P<secret> [0-9a-f]{40} ) )")


def _judge(match: re.Match[bytes]) -> Reading | None:
    text, start, end = match.string, match.start(), match.end("secret")
    if not _edges.opens(text, start) or not _edges.closes(text, end):
        return None
    kind = _KINDS[match["prefix"]]
    known = _is_random_uuid(match["uuid"])
    return Reading(
        start,
        end,
        kind.id,
        Secret(text[start:end]),
        check=Check.PASSED if known else Check.FAILED,
        confidence=Confidence.HIGH if known else Confidence.LOW,
        prefix=match["prefix"].decode(),
        facts=facts(kind.lifetime),
    )


def _is_random_uuid(digits: bytes) -> bool:
    """Whether base58 digits, in Bitcoin's alphabet, are a random UUID."""
    number = 0
    for digit in digits:
        value = _BASE58.find(digit)
        if value < 0:
            return False
        number = number * len(_BASE58) + value
    fits = not number >> _UUID_BITS
    return fits and number >> _VERSION & 0b1111 == _RANDOM and number >> _VARIANT & 0b11 == _RFC


DETECTORS = (
    RegexDetector(
        id="circleci-token",
        title="CircleCI token",
        kinds=tuple(_KINDS.values()),
        anchors=tuple(Anchor(prefix, then=rb"[0-9A-Za-z]{20,22}_[0-9a-f]{8}") for prefix in _KINDS),
        pattern=_TOKEN,
        judge=_judge,
        reach=(64, 128),
    ),
    AssignedDetector(
        id="circleci-legacy-token",
        title="CircleCI token, legacy, by its name",
        forms=(
            Form(
                _PROJECT,
                r"[0-9a-f]{40}",
                places=(
                    Place(
                        r"/ (?P<service> [0-9A-Za-z.-]{0,32} circleci\.com ) / [^\s\"'<>]{0,160} [.] (?: svg | png ) [?] (?: [^\s\"'<>]{0,64} & )? circle-token=",
                        b"circle-token=",
                    ),
                ),
                privilege=_BADGE,
                known=(("scope", "status"),),
            ),
            Form(
                _LEGACY,
                r"[0-9a-f]{40}",
                names=("circle (ci) (api|cli|user|personal|project|access|auth) (api|access) token|pat|key",),
                places=(
                    Place(
                        r"host: [ ]{1,4} [\"']? https?:// (?P<service> [0-9A-Za-z.-]{0,64} circleci[0-9A-Za-z.-]{0,64} ) [\"']? \s{1,8} (?: [a-z_-]{1,24}: [ ] [^\r\n]{0,64} \s{1,8} ){0,2} token: [ ]{1,4} [\"']?",
                        b"circleci.com",
                        then=r"[\"']?\s{1,8}(?:[a-z_-]{1,16}: [^\r\n]{0,40}\s{1,8}){0,2}token: {1,4}[\"']?",
                    ),
                    Place(
                        r"circleci [ ] setup [^\r\n]{0,80} --token [ =] [\"']?", b"circleci setup", then=r"[^\r\n]{0,60}--token[ =][\"']?"
                    ),
                    Place(
                        r"-u [ ]? [\"']?",
                        b"circleci.com",
                        before=r":[\"']? [^\r\n]{0,80}",
                        tail=r"(?= : [\"']? [ ] [^\r\n]{0,120} circleci\.com )",
                    ),
                ),
            ),
        ),
    ),
)

"""NuGet API keys: `oy2` and 43 characters, and those of the fifth version, which say whose they are and when they begin and end.

The fourth version is base32 of `v4`, ten random bytes and a random UUID: the bits that base32 leaves over and those that name the UUID's
version are fixed, one value in ten thousand has them by chance. The fifth ends in a checksum. Source: NuGetGallery, `ApiKeyV4.cs` and
`ApiKeyV5.cs`.

Near misses: words and base64 with `oy2` in them, keys of Azure with the same mark, `%NUGET_API_KEY%`.
"""

from __future__ import annotations

import re
from base64 import b32decode, b32encode
from datetime import timedelta

from detectors import _annotated, _issued
from detectors._offline import instant
from scanner.contract import Anchor, Check, Fact, Kind, Lifetime, Reading, RegexDetector, rx

_KEY = Kind(
    id="nuget-api-key",
    title="NuGet API key",
    provider="nuget",
    actions=frozenset({"publish"}),
    privilege=4,
    lifetime=Lifetime.EXPIRING,
    rotate=(
        "Register the release workflow as a trusted publisher of the package, so that no key is needed",
        "Where a key is still needed, make one that can only push new versions of single packages, and replace the copies",
        "Delete the old key in the NuGet account under API Keys",
        "Look at the package's versions and their times for releases that nobody made, and unlist those",
        "Remove the copies that are left",
    ),
)
_MINTED = Kind(
    id="nuget-short-lived-key",
    title="NuGet API key (short-lived)",
    provider="nuget",
    actions=frozenset({"publish"}),
    privilege=4,
    lifetime=Lifetime.EPHEMERAL,
    rotate=(
        "Find out how the key left its job: it ends within an hour, the leak does not",
        "Look at the package's versions of that hour for releases that nobody made, and unlist those",
        "Remove the copies, from logs and artifacts too",
    ),
)

_ID = 20
"""Characters of a key of the fourth version that name it; the rest is its password."""
_START = b"v4"
_RANDOM = (4, 2)
"""Version and variant of a random UUID, the first bits of two of its bytes (RFC 9562, in the order that .NET stores them)."""
_SHORT = "the issuer's prefix has three bytes; 43 lower-case letters and digits must follow"

_FOURTH = rx(r"(?P<prefix> oy2) (?= (?P<body> [0-9a-z]{43}) )")
_FIFTH = rx(rf"""
    (?<= (?P<random> [0-9A-Za-z]{{{_annotated.MARK_AT}}} )) JQQJ99
    (?= (?P<body> [0-9A-Za-z][A-L] N5 (?P<place> [0-9A-Za-z]) (?P<owner> [0-9A-Za-z]{{6}}) (?P<moment> [0-9A-Za-z]{{3}})
        (?P<sort> [0-9A-Za-z]) (?P<life> [0-9A-Za-z]{{3}}) NUGT [0-9A-Za-z]{{4}}) )
""")
_PLACES = {b"P": "production", b"I": "integration", b"D": "development", b"L": "local"}
_STEP = timedelta(minutes=5)
"""The unit of a life in a key."""
_HARMLESS = 1


def _fourth(match: re.Match[bytes]) -> Reading | None:
    return _issued.token(match, _KEY, check=Check.PASSED if _is_built(match["prefix"] + match["body"]) else Check.FAILED)


def _is_built(key: bytes) -> bool:
    """Whether the halves of a key are base32 of what the gallery's software puts into them."""
    try:
        name, password = (b32decode(half.upper() + b"=" * (-len(half) % 8)) for half in (key[:_ID], key[_ID:]))
    except ValueError:
        return False
    if _spelled(name) + _spelled(password) != key:
        return False
    return name.startswith(_START) and 0 not in name and (password[7] >> 4, password[8] >> 6) == _RANDOM


def _spelled(data: bytes) -> bytes:
    return b32encode(data).rstrip(b"=").lower()


def _fifth(match: re.Match[bytes]) -> Reading | None:
    start = match.start("random")
    key = match.string[start : match.end("body")]
    if not _annotated.holds(key):
        return _issued.token(match, _KEY, start=start, check=Check.FAILED)
    place = _PLACES.get(match["place"])
    return _issued.token(
        match,
        _MINTED if match["sort"] == b"S" else _KEY,
        start=start,
        check=Check.PASSED,
        privilege=None if place in {None, "production"} else _HARMLESS,
        known={"environment": place, "owner_id": _number(match["owner"]), **_dates(key, match)},
    )


def _dates(key: bytes, match: re.Match[bytes]) -> dict[str, Fact]:
    """When the key was made and when it ends, as far as a calendar has such times."""
    made = _annotated.made(key, *(_annotated.DIGITS.index(digit) for digit in match["moment"]))
    if made is None:
        return {}
    return {"created_at": instant(int(made.timestamp())), "expires_at": instant(int((made + _number(match["life"]) * _STEP).timestamp()))}


def _number(digits: bytes) -> int:
    """A number in base62."""
    value = 0
    for digit in digits:
        value = value * len(_annotated.BASE62) + _annotated.BASE62.index(digit)
    return value


DETECTORS = (
    RegexDetector(
        id="nuget-api-key",
        title="NuGet API key",
        kinds=(_KEY,),
        anchors=(
            Anchor(b"oy2", then=rb"[0-9a-z]{43}", reason=_SHORT),
            Anchor(b'"oy2', then=rb"[0-9a-z]{43}"),
            Anchor(b"=oy2", then=rb"[0-9a-z]{43}"),
        ),
        pattern=_FOURTH,
        judge=_fourth,
        reach=(64, 128),
    ),
    RegexDetector(
        id="nuget-dated-api-key",
        title="NuGet API key, fifth version",
        kinds=(_KEY, _MINTED),
        anchors=(Anchor(_annotated.MARK, then=rb"[0-9A-Za-z][A-L]N5[0-9A-Za-z]{14}NUGT[0-9A-Za-z]{4}"),),
        pattern=_FIFTH,
        judge=_fifth,
        reach=(128, 128),
    ),
)

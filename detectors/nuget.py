"""NuGet API keys: `oy2` and 43 characters, and those of the fifth version, which say whose they are and when they begin and end.

The fourth version is base32 of `v4`, ten random bytes and a random UUID: the bits that base32 leaves over and those that name the UUID's
version are fixed, one value in ten thousand has them by chance. The fifth ends in a checksum. The first versions and other feeds have bare
UUIDs, read behind names that say NuGet and behind `-ApiKey`. `NuGet.Config` has passwords of feeds, of which `ClearTextPassword` is plain.
Sources: NuGetGallery, `ApiKeyV4.cs` and `ApiKeyV5.cs`; the reference of `NuGet.Config`.

Near misses: words and base64 with `oy2` in them, keys of Azure with the same mark, `%NUGET_API_KEY%`, ids of projects, `Password`, which
is encrypted for one account of Windows.
"""

from __future__ import annotations

import re
from base64 import b32decode, b32encode
from datetime import timedelta

from detectors import _annotated, _issued
from detectors._assigned import UUID, AssignedDetector, Form, Place
from detectors._guess import guessable
from detectors._offline import facts, instant, plain_text
from scanner.contract import Anchor, Check, Confidence, Fact, Kind, Lifetime, Reading, RegexDetector, Secret, rx

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
_LEGACY = Kind(
    id="nuget-legacy-api-key",
    title="NuGet API key (legacy)",
    provider="nuget",
    actions=frozenset({"publish"}),
    privilege=4,
    lifetime=Lifetime.STATIC,
    rotate=(
        "Find out which feed the key belongs to: others than the public gallery give out keys of this form too",
        "Make a new key there for single packages with an end date, and replace the copies that are in use",
        "Delete the old key at the feed",
        "Look at the package's versions and their times for releases that nobody made, and unlist those",
        "Remove the copies that are left",
    ),
)
_FEED = Kind(
    id="nuget-feed-password",
    title="password of a NuGet feed",
    provider="nuget",
    actions=frozenset({"read", "publish"}),
    lifetime=Lifetime.STATIC,
    rotate=(
        "Change the password or revoke the token at the feed that the section names, and wherever else the same password is used",
        "Let `NuGet.Config` read it from a variable (`%NAME%`), or let a credential provider sign in",
        "Look at the feed's packages for versions that nobody made",
        "Remove the copies",
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


_CLEAR = rx(r"""
    (?: (?i: key = [\"']Username[\"'] ) \s{1,16} value = [\"'] (?P<user> [^\"'<>\r\n]{1,128} ) [\"'] \s{0,16} /> \s{0,64} <add \s{1,16} )?
    (?i: key = [\"']ClearTextPassword[\"'] ) \s{1,16} value = (?P<quote> [\"'] ) (?P<value> [^\"'<>\r\n]{4,2048} ) (?P=quote)
  | (?i: nuget ) [ ] [^\r\n]{1,240}? [ ] (?: -p | -{1,2} (?i: password ) ) [ ] (?P<quoted> [\"']? ) (?P<before> [^\s\"'$%<>{}]{4,512} ) (?P=quoted)
      (?= [ ] [^\r\n]{0,240} -{1,2} (?: StorePasswordInClearText | store-password-in-clear-text ) )
  | -{1,2} (?: StorePasswordInClearText | store-password-in-clear-text ) [^\r\n]{0,160} [ ] -{1,2} (?i: password ) [ ] (?P<mark> [\"']? ) (?P<given> [^\s\"'$%<>{}]{4,512} ) (?P=mark)
""")
_REFERENCE = rx(
    r".{0,256} (?: %[A-Za-z_][0-9A-Za-z_]{1,63}% | \$\{ | \$\( | \{\{ | \#\{ ) .{0,2048} | [*x.…-]{1,256} | (?i: (?: your )? [ _-]? (?: password | token | pat | api[ _-]?key | secret ) )"
)
_LONGEST_NAME = 128


def _clear(match: re.Match[bytes]) -> Reading | None:
    """The password of a feed, unless it only says where that is."""
    group = next(name for name in ("value", "before", "given") if match[name])
    value = match[group]
    if _REFERENCE.fullmatch(value):
        return None
    return Reading(
        match.start(group),
        match.end(group),
        _FEED.id,
        Secret(value),
        confidence=Confidence.MEDIUM,
        facts=facts(_FEED.lifetime),
        guessable=guessable(value),
        account=plain_text(match["user"], _LONGEST_NAME) if match["user"] else None,
    )


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
    AssignedDetector(
        id="nuget-legacy-api-key",
        title="NuGet API key, legacy, by its name",
        forms=(
            Form(
                _LEGACY,
                UUID,
                names=(
                    "nuget (org|gallery|feed|push|publish|package|source|server) (api|auth) key|token|secret|apikey",
                    "myget (feed|push|publish) (api|access|auth) key|token|apikey",
                    "chocolatey (api) key|token|apikey",
                    "choco_ (api) key|token|apikey",
                ),
                places=(
                    *(
                        Place(
                            rf"(?i: (?: nuget | choco ) [^\r\n]{{0,200}} [ ] {option} ) [ :=]{{1,2}} [\"']?",
                            option.encode(),
                            then=r"[ :=]{1,2}[\"']?",
                            caseless=True,
                        )
                        for option in ("-ApiKey", "--api-key")
                    ),
                    Place(r"(?i: -NuGetApiKey ) [ :=]{1,2} [\"']?", b"-NuGetApiKey", then=r"[ :=]{1,2}[\"']?", caseless=True),
                    Place(
                        r"(?i: nuget | choco ) [^\r\n]{0,24} [ ] (?i: setapikey | push [ ] [^\r\n]{1,120} ) [ ] (?: -k [ ] )? [\"']?",
                        b"nuget",
                        then=r"[^\r\n]{1,100} [\"']?",
                    ),
                ),
            ),
        ),
    ),
    RegexDetector(
        id="nuget-feed-password",
        title="password of a NuGet feed in clear text",
        kinds=(_FEED,),
        anchors=(
            Anchor(b"ClearTextPassword", then=rb"[\"']\s{1,16}value=[\"'][^\"']", caseless=True, encoded=False),
            Anchor(b"PasswordInClearText", encoded=False),
            Anchor(b"password-in-clear-text", encoded=False),
        ),
        pattern=_CLEAR,
        judge=_clear,
        reach=(320, 2304),
    ),
)

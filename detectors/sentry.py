"""Sentry: auth tokens of organisations, which releases upload source maps with, of users, of applications and of integrations.

A token of an organisation holds base64 of JSON, with the time it was made, the organisation and the server, then 43 random characters; one
of a user is 64 hexadecimal digits behind `sntryu_`, one that an application got from a user behind `sntrya_`, one of an internal integration
behind `sntryi_`. Tokens of before 2024 are the bare digits; they are read behind names that say Sentry, and where `sentry-cli` reads
them. Sources: Sentry's documentation ("Token and Credential Formats") and its RFC on the format of auth tokens; `getsentry/sentry`,
`types/token.py` and `apitoken.py`; `getsentry/sentry-cli`, `config.rs`.

Near misses: a DSN, whose key is public, base64 of other JSON, tokens that name no organisation or no server, as tests put them together,
digests without such a name, references such as `${SENTRY_AUTH_TOKEN}`.
"""

from __future__ import annotations

import re
from base64 import b64decode

from detectors._assigned import AssignedDetector, Form, Place
from detectors._issued import stands, token
from detectors._offline import instant, json_value, plain_text
from scanner.contract import Anchor, Check, Fact, Kind, Lifetime, Reading, RegexDetector, rx
from scanner.records import replace

_ROTATE = (
    "Make a new organisation token, which can do no more than releases need, under Settings, Auth Tokens",
    "Replace the copies by the new one",
    "Revoke the old token in the same place",
    "Look through the audit log for releases, source maps and members that nobody made",
)
_ORGANISATION = Kind(
    id="sentry-organisation-token",
    title="Sentry organisation auth token",
    provider="sentry",
    actions=frozenset({"read", "notify"}),
    privilege=2,
    lifetime=Lifetime.STATIC,
    rotate=_ROTATE,
)
_USER = Kind(
    id="sentry-user-token",
    title="Sentry user auth token",
    provider="sentry",
    actions=frozenset({"read", "admin"}),
    rotate=_ROTATE,
)

_APPLICATION = Kind(
    id="sentry-application-token",
    title="Sentry token of an application or integration",
    provider="sentry",
    actions=frozenset({"read", "admin"}),
    rotate=(
        "Make a new token for the integration under Settings, Developer Settings, with the fewest permissions, or authorize the application again",
        "Replace the copies by the new one",
        "Delete the old token in the same place, or withdraw what was authorized",
        "Look through the audit log for what nobody did",
    ),
)
_KINDS = {b"sntryu_": _USER, b"sntrya_": _APPLICATION, b"sntryi_": _APPLICATION}

_PATTERN = rx(r"""
    (?P<prefix> sntry[saiu]_ )
    (?= (?P<body>
        (?<= sntry[aiu]_ ) [0-9a-f]{64}
      | (?<= sntrys_ ) (?P<coded> eyJ[0-9A-Za-z+/]{20,700} ={0,2} ) _ [0-9A-Za-z+/]{43}
    ) )
""")
_LONGEST = 100
_OWN_MACHINE = rx(r"https?:// (?: localhost | 127\.[0-9.]{1,11} | 0\.0\.0\.0 | \[::1\] ) (?: [:/] | \Z )")
_OF_A_DEVELOPER = 1
"""Privilege for a server on the machine of whoever tries Sentry out."""


def _judge(match: re.Match[bytes]) -> Reading | None:
    if not match["coded"]:
        return token(match, _KINDS[match["prefix"]])
    if not stands(match.string, match.start(), match.end("body")):
        return None
    said = _said(match["coded"])
    if said is None:
        return None
    url = _words(said, "url")
    known = {"organisation": _words(said, "org"), "url": url, "issued_at": _moment(said.get("iat"))}
    reading = token(match, _ORGANISATION, check=Check.PASSED, known=known)
    if reading is None:
        return None
    if known["organisation"] is None or (url is None and _words(said, "region_url") is None):
        return replace(reading, dummy="it names no organisation or no server, which all tokens do")
    own = _OWN_MACHINE.match((url or _words(said, "region_url") or "").encode())
    return replace(reading, privilege=_OF_A_DEVELOPER) if own else reading


def _said(coded: bytes) -> dict[str, object] | None:
    """What the token says in public; None where it says nothing."""
    digits = coded.rstrip(b"=")
    try:
        value = json_value(b64decode(digits + b"=" * (-len(digits) % 4)))
    except ValueError:
        return None
    return value if isinstance(value, dict) and "iat" in value else None


def _words(said: dict[str, object], name: str) -> str | None:
    value = said.get(name)
    return plain_text(value.encode(errors="replace"), _LONGEST) if isinstance(value, str) and value else None


def _moment(seconds: object) -> Fact:
    """A time in seconds, whole or not."""
    return instant(int(seconds)) if isinstance(seconds, (int, float)) and 0 <= seconds < float("inf") else None


DETECTORS = (
    RegexDetector(
        id="sentry-token",
        title="Sentry auth token",
        kinds=(_ORGANISATION, _USER, _APPLICATION),
        anchors=(
            Anchor(b"sntrys_", then=rb"eyJ[0-9A-Za-z+/]{20}"),
            *(Anchor(prefix, then=rb"[0-9a-f]{64}", encoded=False) for prefix in _KINDS),
        ),
        pattern=_PATTERN,
        judge=_judge,
        reach=(64, 896),
    ),
    AssignedDetector(
        id="sentry-legacy-token",
        title="Sentry auth token, legacy, by its name",
        forms=(
            Form(
                _USER,
                "[0-9a-f]{64}",
                names=("sentry (auth|api|access|user|cli) (auth|access) token",),
                places=(
                    Place(r"\[auth\] [ \t]{0,4} [\r\n]{1,4} token [ ]? = [ ]?", b"[auth]", then=r"[ \t]{0,4}[\r\n]{1,4}token ?= ?"),
                    Place(r"(?<! [0-9A-Za-z_.] ) auth\.token [ ]? = [ ]?", b"auth.token", then=" ?= ?"),
                    Place(
                        r"sentry-cli [ ] [^\r\n]{0,120} --auth-token [ =] [\"']?",
                        b"sentry-cli ",
                        then=r"[^\n]{0,100}--auth-token[ =][\"']?",
                    ),
                ),
            ),
        ),
    ),
)

"""Credentials of HTTP requests: headers (RFC 7617, RFC 6750), arguments of curl, parameters of a URL's query."""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from detectors import _generic_kinds as kinds
from detectors._generic_hosts import nowhere, own_machine
from detectors._generic_values import in_its_place, key_like, text_of
from detectors._generic_ways import Way, WaysDetector, anchor
from scanner.contract import Confidence, Reading, rx

_LONGEST_USER = 128
_LINE = 256

_QUOTE = r"(?: & (?: quot | apos | \#0?3[49] | \#[xX]2[27] ) ; )"
_OPENED = rf"""(?: ["'`] | {_QUOTE} )"""

_AUTHORIZATION = rx(rf"""
    (?i: authorization ) (?: ["'`\])]{{0,2}} | {_QUOTE} ) [ \t]{{0,4}} [:=,] [ \t]{{0,4}} {_OPENED}?
        (?: (?i: basic ) [ ]{{1,2}} (?P<pair> [0-9A-Za-z+/]{{8,512}}+ ={{0,2}} ) | (?i: bearer | token | apikey | api-key ) [ ]{{1,2}} (?P<bearer> [0-9A-Za-z_.~+/-]{{16,2048}}+ ={{0,2}} ) )
        (?! [0-9A-Za-z_.~+/=${{<%] )
""")
_BASIC = rx(rf"""(?<= ["'`;] ) [Bb]asic [ ] (?P<pair> [0-9A-Za-z+/]{{8,512}}+ ={{0,2}} ) (?= ["'`\\] | {_QUOTE} )""")
_BEARER = rx(rf"""(?<! [0-9A-Za-z] ) [Bb]earer [ ] (?P<bearer> [0-9A-Za-z_.~+/-]{{20,2048}}+ ={{0,2}} ) (?= [\s"'`\\<] | {_QUOTE} | \Z )""")
_HEADERS = rx(rf"""
    (?<= [\s"'`;] ) (?i: private-token | job-token | deploy-token | x- [a-z-]{{0,24}} (?: token | api-?key | secret | auth ) ) (?: ["'`] | {_QUOTE} )? [ ]? [:,] [ ]{{0,2}} {_OPENED}?
        (?P<header> [0-9A-Za-z_.~+/-]{{16,512}}+ ={{0,2}} ) (?= ["'`] | {_QUOTE} )
""")
_CURL = rx(rf"""
    curl (?: \.exe )? ["']? ,? [ ] (?: [^\r\n\\] | \\ \r?\n? ){{0,160}}? (?<= [ "'] ) (?: -u | --user | --proxy-user ) (?: ["'] , )? [ =]? (?P<quote> {_OPENED}? )
        (?P<user> [^\s:"'$<>{{}}&;]{{1,128}} ) : (?P<password> (?: [^\s"'`&] | & (?! quot; | apos; | \#0?3[49]; | \#[xX]2[27]; ) ){{6,256}}+ )
""")
_QUERY = rx(r"""
    [?&;] (?: amp; )? (?i: access_token | private_token | auth_token | job_token | refresh_token | token | auth | api_?key | api-key | client_secret | secret ) =
        (?P<query> [0-9A-Za-z_.~%+-]{16,1024}+ ) (?= [&\#\s"'`<>);,\\] | \Z )
""")

_ADDRESS = rx(
    r"[^\r\n]{0,160}? [ \"'] (?: https?:// )? (?P<host> localhost | [0-9A-Za-z-]{1,63} (?: \. [0-9A-Za-z-]{1,63} ){1,8} ) (?: [:/\"'] | \s | \Z )"
)
"""Where a request of curl goes."""
_ASKED = rx(r":// (?P<host> [0-9A-Za-z.-]{1,253} ) (?: : [0-9]{1,5} )? (?: / [^\s\"'<>?]{0,128} )? \? (?: [^\s\"'<>()]{0,128} & )? \Z")
"""From the host of a request to the sign before its parameter."""
_BADGE = rx(r"(?: \.svg | /badge [^\s\"'<>()]{0,128} ) \? (?: [^\s\"'<>()]{0,64} & )? \Z")


def judge(match: re.Match[bytes]) -> Reading | None:
    """What a request would be let in for; opaque tokens only where a machine drew them."""
    group = match.lastgroup or ""
    if group == "pair":
        return _pair(match)
    if group == "password":
        to = _ADDRESS.match(match.string, match.end(), match.end() + _LINE)
        return _named(match, "password", match["password"], match["user"], host=to["host"] if to else b"")
    value = unquote_to_bytes(match[group]) if group == "query" else match[group]
    if not key_like(value) or (group == "query" and (_of_badge(match) or _to_nobody(match))):
        return None
    kind = kinds.QUERY if group == "query" else kinds.BEARER
    steps = ("percent",) if value != match[group] else ()
    return kinds.reading(match.span(group), kind, value, confidence=Confidence.MEDIUM, steps=steps)


def _of_badge(match: re.Match[bytes]) -> bool:
    """Whether this is part of a picture that says how a build went: its token lets everybody see that one picture."""
    return _BADGE.search(match.string, max(0, match.start() - _LINE), match.start() + 1) is not None


def _to_nobody(match: re.Match[bytes]) -> bool:
    """Whether the address is one of documentation."""
    to = _ASKED.search(match.string, max(0, match.start() - _LINE), match.start() + 1)
    return to is not None and nowhere(to["host"])


def _pair(match: re.Match[bytes]) -> Reading | None:
    text = text_of(match["pair"])
    if text is None:
        return None
    user, colon, password = text.partition(b":")
    return _named(match, "pair", password, user, steps=("basic-auth",)) if colon and len(user) <= _LONGEST_USER else None


def _named(
    match: re.Match[bytes], group: str, password: bytes, user: bytes, *, steps: tuple[str, ...] = (), host: bytes = b""
) -> Reading | None:
    """The password half of a user and a password; one's own machine and nobody's are no place to use it."""
    strong = key_like(password)
    if not in_its_place(password, user) or nowhere(host) or (own_machine(host) and not strong):
        return None
    confidence = Confidence.MEDIUM if strong else Confidence.LOW
    return kinds.reading(match.span(group), kinds.BASIC, password, confidence=confidence, account=user, steps=steps)


_Q = rb"&(?:quot|apos|#0?3[49]|#x2[27]);"
_HEADER = rb"""authorization(?:["'`\])]{0,2}|""" + _Q + rb""")[ \t]{0,4}[:=,][ \t]{0,4}(?:["'`]|""" + _Q + rb")?"
_DIGIT = rb"[A-Za-z_.~+/-]{0,40}[0-9]"
"""Within forty letters a digit, as in everything that was drawn at random."""
_QUERIES = (b"token=", b"api_key=", b"apikey=", b"api-key=", b"secret=", b"auth=")

HTTP = WaysDetector(
    id="http-credentials",
    title="credential of an HTTP request",
    kinds=(kinds.BASIC, kinds.BEARER, kinds.QUERY),
    ways=(
        Way(
            (b"authorization",),
            _AUTHORIZATION,
            (
                anchor(b"basic ", rb"[ ]?[0-9A-Za-z+/]{12}", _HEADER, caseless=True),
                *(anchor(word, rb"[ ]?" + _DIGIT, _HEADER, caseless=True) for word in (b"token ", b"apikey ", b"api-key ")),
            ),
        ),
        Way(
            (b"basic ",),
            _BASIC,
            tuple(anchor(word, rb"[0-9A-Za-z+/]{12,120}={0,2}[\"'`\\&]", rb"[\"'`;]") for word in (b"Basic ", b"basic ")),
        ),
        Way((b"bearer ",), _BEARER, (anchor(b"bearer ", rb"[ ]?" + _DIGIT, caseless=True),)),
        Way(
            (b"-token", b"-api", b"x-"),
            _HEADERS,
            tuple(
                anchor(
                    word,
                    rb"""(?:["'`]|""" + _Q + rb""")?[ ]?[:,][ ]{0,2}(?:["'`]|""" + _Q + rb")?" + _DIGIT,
                    rb"""["'`\s;](?:x-[a-z-]{0,24}|private-|job-|deploy-)""",
                    caseless=True,
                )
                for word in (b"token", b"api-key", b"apikey", b"secret", b"auth")
            ),
        ),
        Way(
            (b"curl",),
            _CURL,
            (
                anchor(
                    b"curl",
                    rb"""(?:\.exe)?["']?,?[ ](?:[^|;]{0,160}[ "'])?(?:-u|--user|--proxy-user)(?:["'],)?[ =]?(?:["']|"""
                    + _Q
                    + rb""")?[^\s:"'$<>{}]{1,40}:[^\s"'`$]{5}""",
                ),
            ),
        ),
        Way(
            tuple(_QUERIES),
            _QUERY,
            tuple(anchor(word, _DIGIT, rb"[?&;](?:amp;)?[a-z_]{0,8}", caseless=True) for word in _QUERIES),
        ),
    ),
    judge=judge,
    reach=(48, 640),
)

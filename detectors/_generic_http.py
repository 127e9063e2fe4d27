"""Credentials of HTTP requests: headers (RFC 7617, RFC 6750), arguments of curl, parameters of a URL's query."""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from detectors import _generic_kinds as kinds
from detectors._generic_hosts import nowhere, own_machine
from detectors._generic_values import in_its_place, key_like, text_of
from scanner.contract import Anchor, Confidence, Reading, RegexDetector, rx

_LONGEST_USER = 128
_LINE = 256

PATTERN = rx(r"""
    (?i: authorization ) ["'`\])]{0,2} [ \t]{0,4} [:=,] [ \t]{0,4} ["'`]?
        (?: (?i: basic ) [ ]{1,2} (?P<pair> [0-9A-Za-z+/]{8,512}+ ={0,2} ) | (?i: bearer | token | apikey | api-key ) [ ]{1,2} (?P<bearer> [0-9A-Za-z_.~+/-]{16,2048}+ ={0,2} ) ) (?! [0-9A-Za-z_.~+/=${<%] )
  | (?<! [0-9A-Za-z] ) [Bb]earer [ ] (?P<alone> [0-9A-Za-z_.~+/-]{20,2048}+ ={0,2} ) (?= [\s"'`\\] | \Z )
  | (?<= [\s"'`] ) (?i: private-token | job-token | deploy-token | x- [a-z-]{0,24} (?: token | api-?key | secret | auth ) ) ["'`]? [ ]? [:,] [ ]{0,2} ["'`]?
        (?P<header> [0-9A-Za-z_.~+/-]{16,512}+ ={0,2} ) (?= ["'`] )
  | curl (?: \.exe )? [ ] [^\r\n]{0,160}? (?<= [ ] ) (?: -u | --user | --proxy-user ) [ =]? (?P<quote> ["']? ) (?P<user> [^\s:"'$<>{}]{1,128} ) : (?P<password> [^\s"'`]{6,256}+ )
  | [?&;] (?: amp; )? (?i: access_token | private_token | auth_token | job_token | refresh_token | token | auth | api_?key | api-key | client_secret | secret | signature ) = (?P<query> [0-9A-Za-z_.~%+-]{16,1024}+ ) (?= [&\#\s"'`<>);,\\] | \Z )
""")

_ADDRESS = rx(
    r"[^\r\n]{0,160}? [ \"'] (?: https?:// )? (?P<host> localhost | [0-9A-Za-z-]{1,63} (?: \. [0-9A-Za-z-]{1,63} ){1,8} ) (?: [:/\"'] | \s | \Z )"
)
"""Where a request of curl goes."""
_BADGE = rx(r"(?: \.svg | /badge [^\s\"'<>()]{0,128} ) \? (?: [^\s\"'<>()]{0,64} & )? \Z")


def judge(match: re.Match[bytes]) -> Reading | None:
    """What a request would be let in for; opaque tokens only where a machine drew them."""
    if match["pair"] is not None:
        return _pair(match)
    if match["password"] is not None:
        to = _ADDRESS.match(match.string, match.end(), match.end() + _LINE)
        return _named(match, "password", match["password"], match["user"], host=to["host"] if to else b"")
    group = next(name for name in ("bearer", "alone", "header", "query") if match[name] is not None)
    value = unquote_to_bytes(match[group]) if group == "query" else match[group]
    if not key_like(value) or (group == "query" and _of_badge(match)):
        return None
    kind = kinds.QUERY if group == "query" else kinds.BEARER
    steps = ("percent",) if value != match[group] else ()
    return kinds.reading(match.span(group), kind, value, confidence=Confidence.MEDIUM, steps=steps)


def _of_badge(match: re.Match[bytes]) -> bool:
    """Whether this is part of a picture that says how a build went: its token lets everybody see that one picture."""
    return _BADGE.search(match.string, max(0, match.start() - _LINE), match.start() + 1) is not None


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


_HEADER = rb"""authorization["'`\])]{0,2}[ \t]{0,4}[:=,][ \t]{0,4}["'`]?"""
_DIGIT = rb"[A-Za-z_.~+/-]{0,40}[0-9]"
"""Within forty letters a digit, as in everything that was drawn at random."""


def _anchor(literal: bytes, then: bytes, before: bytes = b"") -> Anchor:
    return Anchor(literal, then=then, before=before, encoded=False, caseless=True)


HTTP = RegexDetector(
    id="http-credentials",
    title="credential of an HTTP request",
    kinds=(kinds.BASIC, kinds.BEARER, kinds.QUERY),
    anchors=(
        _anchor(b"basic ", rb"[ ]?[0-9A-Za-z+/]{12}", before=_HEADER),
        *(_anchor(word, rb"[ ]?" + _DIGIT, before=_HEADER) for word in (b"token ", b"apikey ", b"api-key ")),
        _anchor(b"bearer ", rb"[ ]?" + _DIGIT),
        *(
            _anchor(word, rb"""["'`]?[ ]?[:,][ ]{0,2}["'`]?""" + _DIGIT, before=rb"""["'`\s](?:x-[a-z-]{0,24}|private-|job-|deploy-)""")
            for word in (b"token", b"api-key", b"apikey", b"secret", b"auth")
        ),
        _anchor(b"curl", rb"""(?:\.exe)?[ ](?:[^\r\n]{0,160}[ ])?(?:-u|--user|--proxy-user)[ =]?["']?[^\s:"'$<>{}]{1,40}:[^\s"'`$]{5}"""),
        *(
            _anchor(word, _DIGIT, before=rb"[?&;](?:amp;)?[a-z_]{0,8}")
            for word in (b"token=", b"api_key=", b"apikey=", b"api-key=", b"secret=", b"auth=")
        ),
    ),
    pattern=PATTERN,
    judge=judge,
    reach=(48, 640),
)

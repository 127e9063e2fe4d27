"""Passwords between a URL's scheme and its host (RFC 3986, section 3.2.1), whatever the scheme."""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from detectors import _generic_kinds as kinds
from detectors._generic_hosts import container, nowhere, own_machine
from detectors._generic_values import in_its_place, key_like
from scanner.contract import Anchor, Confidence, Reading, RegexDetector, rx

PATTERN = rx(r"""
    :// (?P<user> [^\s:/@"'`<>?\#{}$]{0,128} (?: @ [0-9A-Za-z-]{1,63} (?: \. [0-9A-Za-z-]{1,63} ){1,4} )? )
    : (?P<password> [^\s/@"'`<>{}]{0,256} ) @ (?P<host> [0-9A-Za-z][0-9A-Za-z_.-]{0,252} | \[ [0-9A-Fa-f:.]{2,45} \] )
""")
"""Begins with the signs, for which Python looks much faster than for a scheme. A user of mail often is an address as it stands."""
_SCHEME = rx(r"(?<! [0-9A-Za-z] ) [A-Za-z][0-9A-Za-z+.-]{1,20} \Z")
_LONGEST_SCHEME = 21
_DSN = rx(
    r":// [0-9a-f]{32} : @ [0-9A-Za-z.-]{1,253} (?: : [0-9]{1,5} )? (?: / [0-9A-Za-z._-]{1,64} ){0,4} / [0-9]{1,20} (?! [0-9A-Za-z/] )"
)
"""Where Sentry takes events: a public key, and the number of a project."""
_NO_PASSWORD = (b"", b"x-oauth-basic", b"x")
"""What stands in a password's place where the user is the token."""


def judge(match: re.Match[bytes]) -> Reading | None:
    """The password of a URL that leads somewhere; on one's own machine only one that a machine drew."""
    user, password, host = match["user"], unquote_to_bytes(match["password"]), match["host"]
    if nowhere(host) or not _SCHEME.search(match.string, max(0, match.start() - _LONGEST_SCHEME), match.start()):
        return None
    if password in _NO_PASSWORD:
        if _DSN.match(match.string, match.start()):
            return None
        return _found(match, "user", unquote_to_bytes(user), None) if key_like(unquote_to_bytes(user)) else None
    if not in_its_place(password, user) or ((own_machine(host) or container(host)) and not key_like(password)):
        return None
    return _found(match, "password", password, unquote_to_bytes(user))


def _found(match: re.Match[bytes], group: str, value: bytes, account: bytes | None) -> Reading | None:
    confidence = Confidence.MEDIUM if key_like(value) else Confidence.LOW
    steps = ("percent",) if value != match[group] else ()
    return kinds.reading(match.span(group), kinds.URL, value, confidence=confidence, account=account, service=match["host"], steps=steps)


_USER = rb"[0-9A-Za-z_.~%+!*=-]{0,64}"
_BEGIN = rb"""(?:%[0-9A-Fa-f]{2}|[^\s/"'`<>{}$:0-9%\\]|[0-9]{6}|[0-9]{1,5}[^0-9\s/"'`<>{}$:\\,;.)?#])"""
"""Of a password, not of a port."""
_MAILED = rb"""[0-9A-Za-z_.~%+-]{1,64}@[0-9A-Za-z-]{1,40}\.[0-9A-Za-z.-]{2,24}:[^\s/@:"'`<>{}$]{6,64}@[0-9A-Za-z\[]"""


def _anchor(literal: bytes, then: bytes) -> Anchor:
    return Anchor(
        literal,
        before=rb"[0-9A-Za-z]",
        then=then,
        encoded=False,
        reason="most URLs have a slash before anything that could be the end of a user, and then a number of a port",
    )


URLS = RegexDetector(
    id="url-password",
    title="password in a URL",
    kinds=(kinds.URL,),
    anchors=(
        _anchor(b"://", b"(?:" + _USER + b":" + _BEGIN + b"|" + _MAILED + b")"),
        _anchor(rb":\/\/", _USER + b":" + _BEGIN),
        *(_anchor(sign, _USER.replace(b"%", b"") + colon + _BEGIN) for sign, colon in ((b"%3A%2F%2F", b"%3A"), (b"%3a%2f%2f", b"%3a"))),
    ),
    pattern=PATTERN,
    judge=judge,
    reach=(0, 320),
    words=(b"@",),
)

"""Whom and where a value logs in when it is the password of a URL (RFC 3986, section 3.2)."""

from __future__ import annotations

from scanner.contract import rx

_LONGEST_USER = 128
_BEFORE = rx(r":// (?P<user> [^\s:/@\"'<>]{0,128} ) : \Z")
_AFTER = rx(r"@ (?P<host> [0-9A-Za-z] [0-9A-Za-z.-]{0,252} )")


def userinfo(text: bytes, start: int, end: int) -> tuple[str | None, str | None]:
    """User and host around the value from `start` to `end`; None twice where it is no password of a URL."""
    before = _BEFORE.search(text, max(0, start - _LONGEST_USER - len("://:")), start)
    after = _AFTER.match(text, end)
    if before is None or after is None:
        return None, None
    return before["user"].decode(errors="replace") or None, after["host"].decode().lower().rstrip(".")

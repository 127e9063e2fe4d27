"""Whom and where a value logs in when it is the password of a URL (RFC 3986, section 3.2), and what stands there without being a password."""

from __future__ import annotations

from scanner.contract import rx

_LONGEST_USER = 128
_BEFORE = rx(r":// (?P<user> [^\s:/@\"'<>]{0,128} ) : \Z")
_NO_PASSWORDS = frozenset({b"", b"x", b"x-oauth-basic"})
"""What stands behind a token that is the user itself."""
_OF_PYPI = b"pypi-AgE"
_AFTER = rx(r"@ (?P<host> [0-9A-Za-z] [0-9A-Za-z.-]{0,252} )")


def userinfo(text: bytes, start: int, end: int) -> tuple[str | None, str | None]:
    """User and host around the value from `start` to `end`; None twice where it is no password of a URL."""
    before = _BEFORE.search(text, max(0, start - _LONGEST_USER - len("://:")), start)
    after = _AFTER.match(text, end)
    if before is None or after is None:
        return None, None
    return before["user"].decode(errors="replace") or None, after["host"].decode().lower().rstrip(".")


def is_password(value: bytes) -> bool:
    """Whether what stands in the place of a password is one that nothing else reads: no word behind a token, and no token of PyPI.

    Of PyPI's tokens the identity is not the text, so that nobody could tell that both readings are one.
    """
    return value not in _NO_PASSWORDS and not value.startswith(_OF_PYPI)

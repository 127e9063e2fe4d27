"""The URL around a value."""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from scanner.records import dataclass, replace
from scanner.sources.fields.named import host_of, text_of, user_of

_REACH = 2_048
"""Bytes before and after a value in which its URL must begin and its host must stand."""

_SCHEME_END = re.compile(rb"[A-Za-z][A-Za-z0-9+.-]{0,31}$")
_OUTSIDE = re.compile(rb"[\s\"'`<>|\\]")
_PARAMETER_END = re.compile(rb"[\s\"'`<>|\\&#]")
_ENCODED = re.compile(rb"([A-Za-z][A-Za-z0-9+.-]{0,31})(?::|%((?:25){0,2})3[Aa])%((?:25){0,2})2[Ff]%(?:25){0,2}2[Ff]")
"""The beginning of a URL inside another one, whose signs are percent-encoded up to three times."""
_AUTHORITY_END = re.compile(rb"[\s\"'`<>|\\/?#]")


@dataclass(frozen=True, slots=True)
class Url:
    """A URL that holds a value."""

    start: int
    host: str | None
    user_info: bool
    """Whether the value stands before the host."""
    account: str | None
    """The user, where the value is the password."""


def url_around(text: bytes, start: int, end: int) -> Url | None:
    """The URL that the value in `text[start:end]` is part of, if it is: the innermost, where one is a parameter of another."""
    return _encoded_around(text, start, end) or _plain_around(text, start, end)


def _encoded_around(text: bytes, start: int, end: int) -> Url | None:
    floor = max(0, start - _REACH)
    if text.find(b"%", floor, start) < 0:
        return None
    begun = max(_ENCODED.finditer(text, floor, start), key=re.Match.start, default=None)
    if begun is None or _PARAMETER_END.search(text, begun.end(), start):
        return None
    stop = _PARAMETER_END.search(text, end, end + _REACH)
    before, after = text[begun.end() : start], text[end : stop.start() if stop else end + _REACH]
    for _ in range(len(begun[3]) // 2 + 1):
        before, after = unquote_to_bytes(before), unquote_to_bytes(after)
    lead = begun[1] + b"://" + before
    inner = _plain_around(lead + text[start:end] + after, len(lead), len(lead) + end - start)
    return replace(inner, start=begun.start()) if inner else None


def _plain_around(text: bytes, start: int, end: int) -> Url | None:
    slashes = text.rfind(b"://", max(0, start - _REACH), start)
    if slashes < 0 or _OUTSIDE.search(text, slashes, start):
        return None
    scheme = _SCHEME_END.search(text[max(0, slashes - 32) : slashes])
    if scheme is None:
        return None
    begin = slashes - len(scheme[0])
    authority = slashes + 3
    if _AUTHORITY_END.search(text, authority, start):
        return Url(begin, _host(text, begin), user_info=False, account=None)
    stop = _AUTHORITY_END.search(text, end, end + _REACH)
    at = text.rfind(b"@", end, stop.start() if stop else end + _REACH)
    if at < 0:
        return Url(begin, None, user_info=False, account=None)
    user, colon, _ = text[authority:start].partition(b":")
    return Url(begin, host_of(text_of(text[at + 1 : at + 256])), user_info=True, account=user_of(user) if colon else None)


def _host(text: bytes, begin: int) -> str | None:
    stop = _OUTSIDE.search(text, begin, begin + _REACH)
    return host_of(text_of(text[begin : stop.start() if stop else begin + _REACH]))

"""NuGet's configuration: the credentials of a source are below an element of the source's name, its address is elsewhere in the file.

Source: the reference of `nuget.config`. Signs that an element's name cannot have are spelt `_x0020_` there.
"""

from __future__ import annotations

import re
from functools import cached_property

from scanner.sources.fields.named import Named, host_in, text_of

_REACH = 2_048
"""Bytes before a value in which the element of its source begins."""
_LARGEST = 1 << 20

_ADDED = re.compile(
    rb"<add\s{1,16}key\s{0,4}=\s{0,4}[\"']([^\"'<>]{1,256})[\"']\s{1,16}value\s{0,4}=\s{0,4}[\"']([^\"'<>]{0,1024})", re.IGNORECASE
)
_ELEMENT = re.compile(rb"<([A-Za-z_][\w.-]{0,128})\s{0,16}>")
_SPELT = re.compile(rb"_x([0-9A-Fa-f]{4})_")
_SOURCES = b"<packageSources>"
_CREDENTIALS = b"<packageSourceCredentials>"


class NuGet:
    """A `nuget.config` and what its values are called."""

    def __init__(self, text: bytes) -> None:
        self._text = text[:_LARGEST]

    def name(self, start: int, end: int) -> Named | None:
        """What the value at `start` to `end` is called; None where it is not one that is added under a key."""
        begin = self._text.rfind(b"<add", max(0, start - _REACH), start)
        added = _ADDED.match(self._text, begin) if begin >= 0 else None
        if added is None or not added.start(2) <= start < end <= added.end(2):
            return None
        key = text_of(added[1])
        if not 0 <= self._credentials < begin:
            return Named(key, service=host_in(key))
        floor = max(self._credentials + len(_CREDENTIALS), begin - _REACH)
        source = max(_ELEMENT.finditer(self._text, floor, begin), key=re.Match.start, default=None)
        if source is None:
            return Named(key)
        beside = {text_of(one[1]).lower(): text_of(one[2]) for one in _ADDED.finditer(self._text, source.end(), self._end(source))}
        return Named(key, ("packageSourceCredentials", text_of(source[1]), key), self._host(source[1]), beside.get("username") or None)

    def _end(self, source: re.Match[bytes]) -> int:
        """Where the element of a source ends."""
        end = self._text.find(b"</", source.end(), source.end() + 2 * _REACH)
        return source.end() + 2 * _REACH if end < 0 else end

    def _host(self, source: bytes) -> str | None:
        """The host of the source that an element's name stands for."""
        name = _SPELT.sub(lambda sign: chr(int(sign[1], 16)).encode("utf-8", "replace"), source)
        address = self._sources.get(name.lower())
        return None if address is None else host_in(text_of(address))

    @cached_property
    def _credentials(self) -> int:
        """Where the section with credentials begins; -1 where there is none. Looked for once, since a file may hold a value on every line."""
        return self._text.find(_CREDENTIALS)

    @cached_property
    def _sources(self) -> dict[bytes, bytes]:
        """The address of each source by its name in lower case; of two with one name the first."""
        begin = self._text.find(_SOURCES)
        found: dict[bytes, bytes] = {}
        for added in _ADDED.finditer(self._text, begin) if begin >= 0 else ():
            found.setdefault(added[1].lower(), added[2])
        return found

r"""Exports of Windows' registry: keys in brackets, and below each `"Name"=value`.

Source: Microsoft's page on .reg files. `REGEDIT4` is in the code page of its machine, later exports are UTF-16, whose text is what is read here.
Text is in quotes, with backslashes before quotes and backslashes; all else are bytes, `hex:` or `hex(N):`, over as many lines as it takes, each
but the last with a backslash at its end. Programs keep one key for each session, so what stands in the same key tells host and user.
"""

from __future__ import annotations

import re

from scanner.records import replace
from scanner.sources.fields.beside import WANTED, account_in, service_in
from scanner.sources.fields.lines import name_on_line
from scanner.sources.fields.marked import Marked
from scanner.sources.fields.named import Named, host_of, text_of

_KEY = re.compile(rb"^[ \t]{0,32}\[-?([^\r\n]{1,2048})\][ \t]{0,32}\r?$", re.MULTILINE)
_VALUE = re.compile(
    rb"""^[ \t]{0,32}(?:"(?P<name>(?:[^"\\\r\n]|\\.){0,1024})"|@)[ \t]{0,8}=[ \t]{0,8}
    (?P<data>"(?P<text>(?:[^"\\]|\\[\s\S]){0,65536})"?|(?:[^\r\n\\]|\\[ \t]{0,32}\r?\n){0,262144})""",
    re.MULTILINE | re.VERBOSE,
)
_ESCAPE = re.compile(rb"\\(.)", re.DOTALL)
_PROXY = "proxy"
_BESIDE = WANTED | {"proxyhost", "proxyusername"}
_OWNERS = (("simontatham", "putty"), ("martin prikryl", "winscp"), ("tortoisesvn", "svn"))
"""Names in a key's path, in lower case, and whose they are."""
_DEEPEST = 32
"""Names of a key's path that are told apart; what lies deeper is one. A path is told again with each value below it."""


class Registry:
    """An export, and what its values are called."""

    def __init__(self, text: bytes) -> None:
        self._text = text
        self._marked = Marked()
        self._beside: dict[tuple[str, ...], dict[str, str]] = {}
        path: tuple[str, ...] = ()
        tool = None
        keys = _KEY.finditer(text)
        key = next(keys, None)
        at = 0
        while not self._marked.full and (value := _VALUE.search(text, at)) is not None:
            while key is not None and key.start() < value.start():
                if key.start() >= at:
                    path = tuple(text_of(key[1]).split("\\", _DEEPEST))
                    tool = next((tool for part in path for owner, tool in _OWNERS if part.lower() == owner), None)
                key = next(keys, None)
            at = value.end()
            self._add(path, tool, value)

    def name(self, start: int, end: int) -> Named | None:
        """What the value at `start` to `end` is called; None outside of values."""
        found = self._marked.find(start)
        if found is None or found.field is None:
            return None
        line = name_on_line(self._text, start, end)
        service, account = self._login(found)
        if line.field == "userinfo" or "//" in (line.field or ""):
            service, account = line.service or service, line.account or account
        return replace(found, service=service or line.service, account=account or line.account)

    def _add(self, path: tuple[str, ...], tool: str | None, value: re.Match[bytes]) -> None:
        name = "@" if value["name"] is None else text_of(_ESCAPE.sub(rb"\1", value["name"]))
        self._marked.add(*value.span("data"), Named(name, (*path, name), tool=tool))
        if value["text"] is not None and name.lower() in _BESIDE:
            self._beside.setdefault(path, {}).setdefault(name.lower(), text_of(_ESCAPE.sub(rb"\1", value["text"][:1024])))

    def _login(self, found: Named) -> tuple[str | None, str | None]:
        """Host and user of the session; the proxy's own, where the value is for the proxy."""
        beside = self._beside.get(found.field_path[:-1], {})
        if (found.field or "").lower().startswith(_PROXY):
            return host_of(beside.get("proxyhost", "")), beside.get("proxyusername") or None
        named = beside.get("hostname") or beside.get("host")
        return host_of(named) if named else service_in(beside), account_in(beside)

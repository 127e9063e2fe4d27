"""Formats of `key = value` lines, with sections or without: npmrc, properties, dotenv, ini, TOML and git's configuration."""

from __future__ import annotations

import re
from bisect import bisect_right

from scanner import hosts
from scanner.contract import rx
from scanner.records import dataclass, replace
from scanner.sources.fields.beside import WANTED, account_in, bundled, is_of_login, login_in, service_in, stem_of, user_before
from scanner.sources.fields.formats import Format
from scanner.sources.fields.lines import name_on_line
from scanner.sources.fields.named import Named, host_in, host_of, text_of
from scanner.sources.fields.urls import url_around

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_LONGEST_LINE = 4_096
_MOST_CONTINUED = 64
"""Lines up to the one that bears the key."""

_LARGEST_SECTION = 65_536
"""Bytes of a section in which its other members are looked for."""

_HEADER = re.compile(rb"^[ \t]{0,32}\[{1,2}([^\n]{1,256}?)\]{1,2}(?=[ \t]{0,32}(?:[#;\r\n]|\Z))", re.MULTILINE)
_GIT_HEADER = re.compile(rb'^[ \t]{0,32}\[[ \t]{0,8}([\w.-]{1,128})(?:[ \t]{1,8}"((?:[^"\\\n]|\\.){0,1024})")?[ \t]{0,8}\]', re.MULTILINE)
_MEMBER = re.compile(rb"^[ \t]{0,32}([^\s=]{1,512})[ \t]{0,8}=[ \t]{0,8}([^\n]{1,1024})", re.MULTILINE)
_INLINE = re.compile(rb"([\w-]{1,64})[ \t]{0,8}=[ \t]{0,8}[\"']([^\"'\n]{1,512})[\"']")
"""A member of a table in braces."""
_KEY = rx(r"""
    [ \t]{0,64} (?: [;\#!] [ \t]{0,8} )? (?: export [ \t]{1,8} )?
    (?P<name> "[^"\n]{1,256}" | [^\s=:"'\[{;\#] [^=:\n]{0,255}? ) (?: \[\] )? [ \t]{0,32} (?: = | : (?! // ) )
""")
_NPM_KEY = rx(r"""
    [ \t]{0,64} (?: [;\#] [ \t]{0,8} )?
    (?P<name> //[^\s=]{1,512} : \w{1,32} | @[\w.-]{1,214} : registry ) (?: \[\] )? [ \t]{0,32} =
""")
_DOTTED = re.compile(r'"([^"]{0,256})"|\'([^\']{0,256})\'|([^.\s]{1,256})')

_UNSCOPED = frozenset({"_authToken", "_auth", "_password"})
"""npm's older keys, which go with the default registry."""

_DEFAULT_SERVERS = {"pypi": hosts.PYPI_UPLOAD, "server-login": hosts.PYPI_UPLOAD, "testpypi": hosts.TEST_PYPI}
"""Sections of a .pypirc that need no address."""


@dataclass(frozen=True, slots=True)
class _Section:
    """A stretch of a file with what its header says."""

    path: tuple[str, ...]
    start: int
    """Where its members begin, just past the header."""


class Sections:
    """The sections of a file and what its values are called."""

    def __init__(self, text: bytes, format_: Format, tool: str | None) -> None:
        self._text = text
        self._format = format_
        self._tool = tool
        self._sections = [_Section((), 0)]
        self._begins = [0]
        self._known: dict[int, dict[str, str]] = {}
        header = {Format.GIT: _GIT_HEADER, Format.FLAT: None}.get(format_, _HEADER)
        for match in header.finditer(text) if header else ():
            self._sections.append(_Section(_header_path(match, format_), match.end()))
            self._begins.append(match.start())

    def name(self, start: int, end: int) -> Named:
        """What its key and its section call the value at `start` to `end`. Never raises."""
        index = bisect_right(self._begins, start) - 1
        section = self._sections[index]
        if section.start > start:
            return self._in_header(start, end, section)
        line = name_on_line(self._text, start, end)
        key = self._key(start)
        if key is None:
            return replace(line, field_path=(*section.path, line.field) if section.path and line.field else section.path)
        if self._format is Format.FLAT:
            return self._flat(start, key, line)
        path = (*section.path, *self._inner(start, key, line))
        members = self._members(index)
        host, user = login_in(members, stem_of(path[-1]) or "\n")
        beside = self._in_braces(start) if len(path) > len(section.path) + 1 else {}
        beside = beside or members
        service = line.service or host or service_in(beside) or self._bound(section, path)
        return Named(path[-1], path, service, line.account or user or account_in(beside))

    def _in_header(self, start: int, end: int, section: _Section) -> Named:
        """A value in the name of a subsection, `[url "https://user:…@host/"]`: the key below it says what it is for."""
        url = url_around(self._text, start, end)
        member = _MEMBER.search(self._text, section.start, section.start + _LONGEST_LINE)
        path = (*section.path, text_of(member[1])) if member else section.path
        return Named(path[-1] if member else "userinfo", path, url.host if url else None, url.account if url else None)

    def _flat(self, start: int, key: str, line: Named) -> Named:
        """A value in a file without sections. npm's keys begin with the registry that they are for."""
        beside = self._members(0)
        if key.startswith("//"):
            address, _, name = key.rpartition(":")
            return Named(name, service=host_of(address), account=line.account or beside.get(f"{address}:username".lower()))
        if key in _UNSCOPED:
            return Named(key, service=host_in(beside.get("registry", "")), account=beside.get("username"))
        host, user = login_in(beside, stem_of(key) or "\n")
        if (gems := bundled(key)) is not None:
            host, user = gems, user_before(self._text, start)
        return Named(key, service=line.service or host, account=line.account or user)

    def _in_braces(self, start: int) -> dict[str, str]:
        """The members of the inline table around `start` that say whose its values are."""
        begin = self._text.rfind(b"{", max(0, start - _LONGEST_LINE), start)
        stop = self._text.find(b"}", start, start + _LONGEST_LINE)
        if begin < 0 or stop < 0 or b"\n" in self._text[begin:stop]:
            return {}
        return {text_of(one[1]).lower(): text_of(one[2]) for one in _INLINE.finditer(self._text, begin, stop)}

    def _inner(self, start: int, key: str, line: Named) -> tuple[str, ...]:
        """The keys of a value on its line: a TOML key may have dots, and its value may be a table."""
        if self._format is not Format.TOML:
            return (key,)
        begin = self._text.rfind(b"\n", max(0, start - _LONGEST_LINE), start) + 1
        in_table = b"{" in self._text[begin:start] and line.field not in {None, key, "userinfo"}
        return (*_parts(key), line.field) if in_table and line.field else _parts(key)

    def _key(self, start: int) -> str | None:
        """The key of the line that `start` is on, or of the line that this one continues."""
        stop = start
        for _ in range(_MOST_CONTINUED):
            floor = max(0, stop - _LONGEST_LINE)
            begin = self._text.rfind(b"\n", floor, stop) + 1
            if begin < floor:
                return None
            line = self._text[begin:stop]
            match = (_NPM_KEY.match(line) if self._format is Format.FLAT else None) or _KEY.match(line)
            if match is not None:
                return text_of(match["name"].removeprefix(_BYTE_ORDER_MARK).strip(b' \t"'))
            if begin == 0 or self._format is Format.FLAT or not self._text[begin : begin + 1].isspace():
                return None
            stop = begin - 1
        return None

    def _members(self, index: int) -> dict[str, str]:
        """The members of a section that say whose its values are, by lower-case key."""
        if index not in self._known:
            start = self._sections[index].start
            stop = self._begins[index + 1] if index + 1 < len(self._begins) else len(self._text)
            pairs = _MEMBER.finditer(self._text, start, min(stop, start + _LARGEST_SECTION))
            members = ((text_of(pair[1]).lower(), text_of(pair[2].strip().strip(b"\"'"))) for pair in pairs)
            self._known[index] = {key: value for key, value in members if key in WANTED or is_of_login(key)}
        return self._known[index]

    def _bound(self, section: _Section, path: tuple[str, ...]) -> str | None:
        """The host that a section's name stands for."""
        if self._format is Format.GIT:
            named = next((host for name in path if "//" in name and (host := host_of(name))), None)
            return named or (hosts.spell(hosts.GITHUB) if section.path[:1] == ("github",) else None)
        if self._tool == "cargo" and section.path == ("registry",):
            return hosts.spell(hosts.CRATES)
        if section.path == ("pypi-token",):
            server = _DEFAULT_SERVERS.get(path[-1])
            return hosts.spell(server) if server else None
        server = _DEFAULT_SERVERS.get(section.path[0]) if section.path and self._format is Format.INI else None
        return hosts.spell(server) if server else None


def _header_path(header: re.Match[bytes], format_: Format) -> tuple[str, ...]:
    if format_ is Format.GIT:
        subsection = () if header[2] is None else (text_of(re.sub(rb"\\(.)", rb"\1", header[2])),)
        return (text_of(header[1]), *subsection)
    title = text_of(header[1].strip())
    return _parts(title) if format_ is Format.TOML else (title,)


def _parts(dotted: str) -> tuple[str, ...]:
    """The names of a dotted TOML key."""
    return tuple("".join(part.groups("")) for part in _DOTTED.finditer(dotted)) or (dotted,)

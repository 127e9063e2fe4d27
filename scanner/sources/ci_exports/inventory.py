"""Ansible's inventories in INI: hosts with their variables on one line, and sections of variables for a group.

    web1 ansible_user=deploy ansible_password='a b'
    [web:vars]
    token = value

On a host's line values are words, with quotes where they need them; in a section of variables the rest of the line is the value, in quotes or not (Ansible's documentation,
`ansible.builtin.ini`). The environment scope is the host or the group.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scanner.contract import Secret
from scanner.sources.ci_exports.content import Content
from scanner.sources.ci_exports.sealed import flaw, is_sealed
from scanner.sources.ci_exports.shapes import Entry, Flaw, Item, Listing, Loose, listed

_LINE = re.compile(rb"[^\r\n]{0,65536}")
_ENDING = re.compile(rb"\r?\n|\r")
_SECTION = re.compile(rb"\[(?P<name>[^\]\[:\r\n]{1,256})(?::(?P<kind>vars|children|hosts))?\][ \t]{0,64}(?:[#;].{0,65536})?")
_TELLING = re.compile(rb"^\[[^\]\[:\r\n]{1,256}:(?:vars|children)\][ \t\r]{0,64}$", re.MULTILINE)
_HOST = re.compile(
    rb"^(?!(?:export|declare|typeset|set)[ \t])[A-Za-z0-9_.\[\]:-]{1,256}[ \t](?:[^\r\n#]{0,4096}[ \t])?ansible_[a-z_]{1,64}=", re.MULTILINE
)
_SECTION_LINE = re.compile(rb"^\[[^\]\[\r\n]{1,256}\][ \t\r]{0,64}$", re.MULTILINE)
_ASSIGNED = re.compile(rb"[ \t]{0,64}(?P<name>[A-Za-z_][A-Za-z0-9_.-]{0,255})[ \t]{0,64}=[ \t]{0,64}")
_BLANKS = re.compile(rb"[ \t]{1,4096}")
_WORD = re.compile(rb"""(?:[^\s'"\\#]|'[^']{0,65536}'|"(?:[^"\\]|\\.){0,65536}"|\\.){1,65536}""")
_QUOTED = re.compile(rb"""'([^']{0,65536})'|"((?:[^"\\]|\\.){0,65536})"|\\(.)""")
_ESCAPED = re.compile(rb"""\\(["\\])""")
"""Words as Python's `shlex` splits them, which is what reads an inventory: of a shell's signs only quotes and backslashes count."""
_PORT = re.compile(rb"(?<=[^:\[]):[0-9]{1,5}\Z")
_NAME_OF_HOST = re.compile(rb"[^\s=#;]{1,256}")


def recognise(content: Content) -> Listing | None:
    """An inventory, where a section has variables or groups, or a host has a variable that is Ansible's own."""
    if not content.is_lines or not (_TELLING.search(content.text) or _HOST.search(content.text)):
        return None
    return listed(_lines(content))


def read(content: Content) -> Listing | None:
    """What the user says is one; it has a section at least."""
    if not content.is_lines or not (_SECTION_LINE.search(content.text) or _HOST.search(content.text)):
        return None
    return listed(_lines(content))


def _lines(content: Content) -> Iterator[Item]:
    text, at, number = content.text, 0, content.first_line
    section = kind = None
    found_sealed = False
    yield Loose()
    while at < len(text):
        whole = _LINE.match(text, at)
        end = whole.end() if whole else at
        said = text[at:end].strip()
        if (head := _SECTION.fullmatch(said)) is not None:
            section, kind = head["name"].decode("utf-8", "backslashreplace"), head["kind"]
        elif said and said[:1] not in {b"#", b";"} and kind != b"children":
            line = text[at:end]
            for item in _variable(line, at, number, section) if kind == b"vars" else _host(line, at, number):
                found_sealed = found_sealed or (isinstance(item, Entry) and item.value is None)
                yield item
        ending = _ENDING.match(text, end)
        number += 1 if ending else 0
        at = ending.end() if ending else end if end > at else end + 1
    if found_sealed:
        yield flaw()


def _variable(line: bytes, begin: int, number: int, group: str | None) -> Iterator[Item]:
    """One line of a section of variables, which begins at the byte `begin`."""
    assigned = _ASSIGNED.match(line)
    if assigned is None:
        yield Flaw(f"line {number}: expected a name, = and a value")
        return
    start = assigned.end()
    value = line[start:].rstrip()
    quote = value[:1]
    if quote in {b"'", b'"'} and value[1:].endswith(quote):
        start, value = start + 1, value[1:-1]
    yield _entry(assigned["name"], value, number, begin + start, group)


def _host(line: bytes, begin: int, number: int) -> Iterator[Item]:
    """A host, and the variables behind it."""
    host = _NAME_OF_HOST.match(line, len(line) - len(line.lstrip()))
    if host is None:
        yield Flaw(f"line {number}: expected a host")
        return
    at, scope = host.end(), _PORT.sub(b"", host[0]).decode("utf-8", "backslashreplace")
    while (blanks := _BLANKS.match(line, at)) is not None and line[blanks.end() : blanks.end() + 1] not in {b"", b"#"}:
        assigned = _ASSIGNED.match(line, blanks.end())
        if assigned is None:
            yield Flaw(f"line {number}: expected a name, = and a value")
            return
        word = _WORD.match(line, assigned.end())
        at = word.end() if word else assigned.end()
        if line[at : at + 1].strip(b" \t#"):
            yield Flaw(f"line {number}: expected a closing quote")
            return
        value, shift = _bare(word[0] if word else b"")
        yield _entry(assigned["name"], value, number, None if shift is None else begin + assigned.end() + shift, scope)


def _bare(word: bytes) -> tuple[bytes, int | None]:
    """The word without its quotes, and where in it the value's bytes stand as they are."""
    value = _QUOTED.sub(lambda piece: piece[1] or _ESCAPED.sub(rb"\1", piece[2] or b"") or piece[3] or b"", word)
    if value == word:
        return value, 0
    return value, 1 if value == word[1:-1] else None


def _entry(name: bytes, value: bytes, number: int, offset: int | None, scope: str | None) -> Entry:
    is_encrypted = is_sealed(value.decode("utf-8", "replace"))
    if is_encrypted:
        return Entry(name.decode(), None, environment_scope=scope)
    encoding = ("shell",) if offset is None else ()
    return Entry(name.decode(), Secret(value), number, offset, encoding, environment_scope=scope)

"""The environment as `printenv` and `env` print it, by lines or, with `-0`, with NUL after each entry; `/proc/PID/environ` is the latter.

With lines, a value that has several cannot be told for certain from entries. A line begins an entry if it begins with a name and `=`,
unless it is the last line of base64 in a value that runs on: those end in `=` and would pass for names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scanner.contract import Secret
from scanner.sources.ci_exports.content import Content
from scanner.sources.ci_exports.shapes import Entry, Flaw, Item, Listing, listed

_NAME = rb"[A-Za-z_][A-Za-z0-9_]{0,255} | BASH_FUNC_[^=\n\0]{1,255}%%"
"""Bash exports a function under a name of its own (bash 4.3 and later)."""
_FIRST = re.compile(rb"(?: %b ) =" % _NAME, re.VERBOSE)
_MARK = re.compile(rb"^ (?P<name> %b ) = | -----BEGIN[ ] | -----END[ ]" % _NAME, re.VERBOSE | re.MULTILINE)
_REST_OF_PADDING = re.compile(rb"(?P<second>=?)\r?$", re.MULTILINE)
_BASE64_LINE = re.compile(rb"[A-Za-z0-9+/]{16,128}\r?")
_LONGEST_BASE64_LINE = 129
_LONGEST_NAME = 1_024
_NULS = re.compile(rb"\0{1,4096}")
_BLANK = re.compile(rb"(?:\r?\n){0,64}")
"""A carriage return alone begins no line, here as for `_MARK`: what follows it would be no entry, and be lost."""


def read_separated(content: Content) -> Listing | None:
    """Entries with NUL between or after them; None where there is no NUL or the first entry has no name."""
    if content.documents is not None or b"\0" not in content.text or not _FIRST.match(content.text):
        return None
    return listed(_separated(content.text))


def _separated(text: bytes) -> Iterator[Item]:
    start, number = 0, 0
    while start < len(text):
        if (nuls := _NULS.match(text, start)) is not None:
            start = nuls.end()
            continue
        end = text.find(b"\0", start)
        end = len(text) if end < 0 else end
        number += 1
        equals = text.find(b"=", start + 1, min(end, start + _LONGEST_NAME))
        if equals > 0:
            name = text[start:equals].decode("utf-8", "backslashreplace")
            yield Entry(name, Secret(text[equals + 1 : end]), offset=equals + 1)
        elif text[start:end].strip():
            yield Flaw(f"entry {number}: expected a name and =")
        start = end


def read_lines(content: Content) -> Listing | None:
    """Entries by lines; None where the first line that is not empty does not begin one."""
    start = _after_blanks(content.text)
    if not content.is_lines or not _FIRST.match(content.text, start):
        return None
    return listed(_lines(content))


def _after_blanks(text: bytes) -> int:
    blank = _BLANK.match(text)
    return blank.end() if blank else 0


def _lines(content: Content) -> Iterator[Item]:
    text = content.text
    ending = b"\r\n" if b"\r\n" in text[: text.find(b"\n") + 1] else b"\n"
    line, counted = content.first_line, 0
    begun: re.Match[bytes] | None = None
    for mark in _begins(text):
        if begun is not None:
            line += text.count(b"\n", counted, begun.start())
            counted = begun.start()
            yield _entry(text, begun, mark.start(), ending, line)
        begun = mark
    if begun is not None:
        yield _entry(text, begun, len(text), ending, line + text.count(b"\n", counted, begun.start()))


def _entry(text: bytes, begun: re.Match[bytes], end: int, ending: bytes, line: int) -> Entry:
    value = text[begun.end() : end].removesuffix(b"\n")
    if ending == b"\r\n":
        value = value.removesuffix(b"\r")
    return Entry(begun["name"].decode("utf-8", "backslashreplace"), Secret(value), line, begun.end())


def _begins(text: bytes) -> Iterator[re.Match[bytes]]:
    """The places where an entry begins."""
    armored, value_line = False, 0
    for mark in _MARK.finditer(text):
        if mark["name"] is None:
            armored = mark[0].startswith(b"-----BEGIN")
        elif not _ends_base64(text, mark, value_line, armored=armored):
            armored, value_line = False, mark.start()
            yield mark


def _ends_base64(text: bytes, mark: re.Match[bytes], value_line: int, *, armored: bool) -> bool:
    """Whether what looks like an entry is a last line of base64: in a PEM block, after another line of base64, or with `==`.

    `value_line` is where the entry before begins.
    """
    padding = _REST_OF_PADDING.match(text, mark.end())
    if padding is None:
        return False
    if padding["second"] or armored:
        return mark.start() > 0
    above = text.rfind(b"\n", max(0, mark.start() - 1 - _LONGEST_BASE64_LINE), mark.start() - 1) + 1
    return above > value_line and _BASE64_LINE.fullmatch(text, above, mark.start() - 1) is not None

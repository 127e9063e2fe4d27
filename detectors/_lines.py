"""Lines of a key as people paste them: what stands before, behind and between them, and how it is taken away.

Nothing here knows what a key is. What comes out is checked by whoever asked, so that of several ways to read a text a wrong one does no harm.
"""

from __future__ import annotations

from collections.abc import Iterator

from scanner.contract import rx

LONGEST_MARK = 96
"""Bytes before the first line, or behind it, that may come again in every line."""
_LONGEST_SEPARATOR = 12
"""Bytes in place of a line break."""
_BASE64 = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=")
_QUOTES = (b'"', b"'", b"`")

_JOINT = rx(r"""(?P<quote> ["']) (?! [A-Za-z0-9+/=]{16}) [^"'`]{0,96} (?P=quote)""")
"""From the closing quote of one string to the opening one of the next, whatever the language puts between them."""
_BREAK = rx(r"\\{1,4}[nrt] | `[nr] | %0[AaDd] | &\#(?: 1[03] | x[AaDd] ); | <br[ ]?/?> | \r")
"""What stands for a line break."""
_PART = rx(r"[0-9]{1,96}+ | [ \t]{1,96}+ | [^0-9 \t]{1,96}+")
_DIGITS = rx(r"[0-9]{1,96}+")


def bodies(raw: bytes, mark: bytes) -> Iterator[bytes]:
    """What lines there may be in `raw`, which follows a first line that had `mark` before it: the likeliest way to read them first."""
    yield _broken(raw, mark)
    shorter = _without_tails(raw)
    if shorter != raw:
        yield _broken(shorter, mark)
    parted = _parted(raw)
    if parted != raw:
        yield _broken(parted, mark)


def unmarked(text: bytes, start: int, end: int) -> bytes:
    """The text between, without what stands before `start` in its line and comes again in every line after it."""
    first, *rest = text[start:end].split(b"\n")
    return b"\n".join((first, *_unmarked(rest, mark_of(text, start))))


def mark_of(text: bytes, start: int) -> bytes:
    """What is before `start` in its line: a comment sign, the time of a log, the sign of a patch; empty where it is too long for that."""
    line = text.rfind(b"\n", max(0, start - LONGEST_MARK), start) + 1
    return b"" if line == 0 and start > LONGEST_MARK else text[line:start]


def _broken(raw: bytes, mark: bytes) -> bytes:
    """The lines without joints of strings and without marks, and line ends in place of whatever stands for them."""
    return _BREAK.sub(b"\n", b"\n".join(_unmarked(_JOINT.sub(b"\n", raw).split(b"\n"), mark)))


def _unmarked(lines: list[bytes], mark: bytes) -> list[bytes]:
    """The lines without `mark`, if the first of them with anything in it has it too."""
    if not mark.strip():
        return lines
    parts = _PART.findall(mark)
    first = next((line for line in lines if line.strip()), b"")
    if _after_mark(first, parts) is None:
        return lines
    return [line if (rest := _after_mark(line, parts)) is None else rest for line in lines]


def _after_mark(line: bytes, parts: list[bytes]) -> bytes | None:
    """What follows a mark in a line; other digits and more or fewer blanks are the same mark, so that times and line numbers are one."""
    at = 0
    for part in parts:
        if part.isspace():
            end = len(line) - len(line[at:].lstrip(b" \t"))
        elif part.isdigit():
            digits = _DIGITS.match(line, at)
            end = digits.end() if digits else -1
        else:
            end = at + len(part) if line.startswith(part, at) else -1
        if end < 0:
            return None
        at = end
    return line[at:]


def _without_tails(raw: bytes) -> bytes:
    """The lines without what ends the first line and comes again behind every other: the fields of a log, a redirection, a tag, an operator."""
    first, *lines = (line.rstrip() for line in raw.split(b"\n"))
    if not first or len(first) > LONGEST_MARK or not lines:
        return raw
    parts = [part[::-1] for part in reversed(_PART.findall(first))]
    shorter = [_after_mark(line[::-1], parts) for line in lines]
    if shorter[0] is None:
        return raw
    opener = next((quote for quote in (first[at : at + 1] for at in range(len(first))) if quote in _QUOTES), b"")
    fold = b"\\" if first.endswith(b"\\") else b""
    whole = [line if rest is None else rest[::-1] for line, rest in zip(lines, shorter, strict=True)]
    return b"\n".join(_behind(line, opener, fold) for line in whole)


def _behind(line: bytes, opener: bytes, fold: bytes) -> bytes:
    """What follows the quote that opens a string, or the sign that a string goes on."""
    if opener:
        return line.rpartition(opener)[2]
    return line.lstrip(b" \t").removeprefix(fold) if fold else line


def _parted(raw: bytes) -> bytes:
    """The text with a line end wherever there is what it both begins and ends with, if that can be no part of base64."""
    sizes = range(min(_LONGEST_SEPARATOR, len(raw) // 2), 0, -1)
    separator = next((raw[-size:] for size in sizes if raw[-size] not in _BASE64 and raw.startswith(raw[-size:])), b"")
    return raw.replace(separator, b"\n") if separator.strip(b"\n") else raw

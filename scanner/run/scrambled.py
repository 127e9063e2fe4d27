"""Files in which a program scrambles its passwords with what everybody knows: each is undone and examined where it stands.

Which program it was tells the file's name. A value is examined as a password is that is set to it; a file that is scrambled as a whole, as the text it
is. Both have `scrambled` in their encoding; passwords of FileZilla and of Python's keyring have `base64`, and
texts that an export of Windows' registry lists as bytes `hex`.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Callable, Iterator, Mapping

from scanner.contract import Rx, rx
from scanner.engine import Engine, Examined, Found, Layer
from scanner.engine.overlap import settle
from scanner.engine.runs import whole_wide
from scanner.engine.spans import Run, Spans
from scanner.identity import scrambling
from scanner.records import dataclass, field, replace
from scanner.run.told import is_registry

SCRAMBLED = "scrambled"
_HEX, _WIDE = "hex", "utf-16le"
_LARGEST = 1 << 22
"""Bytes of the largest file that is looked at."""
_MOST = 1024
"""Values of one file."""
_LEAD = b"password="
"""What a value is set to, whatever its own key is: all of them are passwords."""

_OBSCURED = rx(r"""
    (?m: ^ (?: (?: \w{1,64}_ )? pass (?: word2? )? ) [ \t]{0,8} = [ \t]{0,8} (?P<value> [0-9A-Za-z_-]{22,8192} ) (?= [ \t\r]{0,8} $ ) )
""")
_SESSION = rx(r"""
    (?m: ^ "? \w{0,32}Password "? [ \t]{0,8} = [ \t]{0,8} "? (?P<value> [0-9A-F]{6,8192} ) (?= "? [ \t\r]{0,8} $ ) )
""")
_MEMBER = rx(r"""
    (?m: ^ "? (?P<key> (?: Proxy | Tunnel )? (?: User[Nn]ame | HostName | Host ) ) "? [ \t]{0,8} = [ \t]{0,8} (?P<value> [^\r\n]{1,512} ) )
""")
_PASS = rx(r"""< Pass \s{1,8} encoding = ["']base64["'] \s{0,8} > \s{0,8} (?P<value> [0-9A-Za-z+/=]{4,4096} ) \s{0,8} < """)
_KEPT = rx(r"""
    (?m: ^ \w{1,2048} [ \t]{0,8} = [ \t]{0,8} (?: \r?\n [ \t]{1,8} )?
    (?P<value> [0-9A-Za-z+/=]{2,128} (?: \r?\n [ \t]{1,8} [0-9A-Za-z+/=]{1,128} ){0,512} ) (?= [ \t\r]{0,8} $ ) )
""")
_BYTES = rx(r"""
    (?m: ^ "(?P<name> [A-Za-z_] [\w.-]{0,63} )" [ \t]{0,8} = [ \t]{0,8} hex (?: \([12]\) )? :
    (?P<value> (?: [0-9A-Fa-f]{2} (?: , (?: \\ [ \t]{0,8} \r?\n [ \t]{0,8} )? )? ){8,4096} ) )
""")
_NO_DIGIT = re.compile(rb"[^0-9A-Fa-f]")
_ESCAPED = re.compile(rb"%([0-9A-Fa-f]{2})|\\(.)")
_PAIRS = ((b"username", b"hostname"), (b"proxyusername", b"proxyhost"), (b"tunnelusername", b"tunnelhostname"))


@dataclass(frozen=True, slots=True)
class _Value:
    """A value that was undone."""

    start: int
    end: int
    plain: bytes = field(repr=False)
    step: str = SCRAMBLED
    lead: bytes = _LEAD
    """What it is set to, as detectors want to see it."""
    wide: bool = False
    """Whether the bytes that were undone are UTF-16, of which `plain` is the text; it is ASCII then."""


def unscrambled(engine: Engine, path: str, data: bytes, before: Examined) -> Examined:
    """What is in the file at `path`, with what its scrambled values say beside what was found without.

    What seemed to be a secret only by its name, and is what a secret was scrambled into, does not count.
    """
    if len(data) > _LARGEST:
        return before
    name = path.rpartition("/")[2].lower()
    more: list[Found] = []
    undone, known = Spans(), Spans()
    for one in before.found:
        if not one.reading.vague:
            known.add(*one.span)
    if name in _FILES:
        plain = _FILES[name](data)
        more += () if plain is None else _of_file(engine, path, data, plain)
    else:
        wide = whole_wide(data)
        values = _VALUES.get(name, _of_registry if is_registry(name) else _none)
        for number, value in enumerate(values(data if wide is None else wide.text)):
            if number == _MOST:
                break
            span = (value.start, value.end) if wide is None else wide.locate(value.start, value.end)
            if value.step != _HEX or not known.meet(*span):
                more += _of_value(engine, data, wide, value)
                undone.add(*span)
    kept = tuple(one for one in before.found if not (one.reading.vague and undone.meet(*one.span)))
    return replace(before, found=settle((*kept, *more))) if more or len(kept) < len(before.found) else before


def _of_file(engine: Engine, path: str, data: bytes, plain: bytes) -> Iterator[Found]:
    outer = Layer(data, 0, len(data), SCRAMBLED)
    return (_said(replace(found, layers=(outer, *found.layers))) for found in engine.examine(plain, hint=path).found)


def _of_value(engine: Engine, data: bytes, wide: Run | None, value: _Value) -> Iterator[Found]:
    text = data if wide is None else wide.text
    above = [Layer(text, value.start, value.end, value.step)]
    if wide is not None:
        above.insert(0, Layer(data, *wide.locate(value.start, value.end), wide.step))
    size = len(value.lead)
    for found in engine.examine(value.lead + value.plain + b"\n").found:
        inner, *below = found.layers
        if inner.start < size:
            continue
        moved = replace(inner, text=value.plain, start=inner.start - size, end=inner.end - size)
        reading = found.reading
        if not below:
            reading = replace(reading, start=reading.start - size, end=reading.end - size)
        between = (Layer(value.plain.decode().encode("utf-16-le"), 2 * moved.start, 2 * moved.end, _WIDE),) if value.wide else ()
        one = replace(found, reading=reading, layers=(*above, *between, moved, *below))
        yield _said(one) if value.step == SCRAMBLED else one


def _said(found: Found) -> Found:
    """The same, which lies in its file as no more than scrambled; what has a lock of its own keeps that."""
    facts = found.reading.facts
    scrambled = {**facts, "at_rest": SCRAMBLED} if facts.get("at_rest", "plain") == "plain" else facts
    return replace(found, reading=replace(found.reading, facts=scrambled))


def _of_rclone(text: bytes) -> Iterator[_Value]:
    for match in _OBSCURED.finditer(text):
        plain = scrambling.rclone(match["value"])
        if plain is not None:
            yield _Value(*match.span("value"), plain)


def _of_winscp(text: bytes) -> Iterator[_Value]:
    """Passwords of sessions; every section is read once for whose they are, since one may have any number of what looks like a password."""
    for begin, end in _sections(text):
        if _SESSION.search(text, begin, end) is None:
            continue
        said = {one["key"].lower(): _unescaped(one["value"].strip(b'" \t')) for one in _MEMBER.finditer(text, begin, end)}
        keys = tuple(said.get(user, b"") + said.get(host, b"") for user, host in _PAIRS if user in said or host in said)
        for match in _SESSION.finditer(text, begin, end):
            plain = scrambling.winscp(match["value"], keys)
            if plain is not None:
                yield _Value(*match.span("value"), plain)


def _sections(text: bytes) -> Iterator[tuple[int, int]]:
    """Where the sections of a file begin, each with its heading, and end."""
    begin = 0
    while begin >= 0:
        end = text.find(b"\n[", begin)
        yield begin, len(text) if end < 0 else end
        begin = end + 1 if end >= 0 else -1


def _of_registry(text: bytes) -> Iterator[_Value]:
    """Passwords of WinSCP's sessions, and texts that are exported as bytes: those with variables in them are."""
    yield from _of_winscp(text)
    for match in _BYTES.finditer(text):
        raw = bytes.fromhex(_NO_DIGIT.sub(b"", match["value"]).decode())
        wide = len(raw) % 2 == 0 and not any(raw[1::2])
        plain = (raw[::2] if wide else raw).rstrip(b"\0")
        if plain.isascii() and plain.decode().isprintable():
            yield _Value(*match.span("value"), plain, _HEX, match["name"] + b"=", wide)


def _of_filezilla(text: bytes) -> Iterator[_Value]:
    yield from _of_base64(_PASS, text)


def _of_keyring(text: bytes) -> Iterator[_Value]:
    yield from _of_base64(_KEPT, text)


def _of_base64(values: Rx, text: bytes) -> Iterator[_Value]:
    for match in values.finditer(text):
        try:
            plain = binascii.a2b_base64(b"".join(match["value"].split()), strict_mode=True)
        except ValueError:
            continue
        yield _Value(*match.span("value"), plain, "base64")


def _none(_text: bytes) -> Iterator[_Value]:
    return iter(())


def _unescaped(written: bytes) -> bytes:
    """A name as it was meant: WinSCP writes signs as `%20` in its file, exports of the registry have backslashes before quotes."""
    return _ESCAPED.sub(lambda sign: sign[2] if sign[1] is None else bytes.fromhex(sign[1].decode()), written)


_FILES: Mapping[str, Callable[[bytes], bytes | None]] = {".mylogin.cnf": scrambling.mysql, "credentials-config.json": scrambling.dbeaver}
"""Files that are scrambled as a whole, by their names in lower case."""
_VALUES: Mapping[str, Callable[[bytes], Iterator[_Value]]] = {
    "rclone.conf": _of_rclone,
    ".rclone.conf": _of_rclone,
    "winscp.ini": _of_winscp,
    "sitemanager.xml": _of_filezilla,
    "recentservers.xml": _of_filezilla,
    "filezilla.xml": _of_filezilla,
    "keyring_pass.cfg": _of_keyring,
}
"""Files with values that are, likewise."""

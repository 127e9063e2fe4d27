"""Escapes around an anchor: backslashes in their dialects, percent signs, entities of XML, mail in quoted-printable.

What is undone is the string, the line or the element that the anchor stands in, so that the text inside begins and ends where it was
meant to. Sources: JSON is RFC 8259 section 7, YAML its specification 1.2.2 section 5.7, shell POSIX.1-2024 section 2.2.4 (dollar-single-
quotes), properties the documentation of `java.util.Properties.load`, percent RFC 3986 section 2.1, entities XML 1.0 section 4,
quoted-printable RFC 2045 section 6.7.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from scanner.contract import Rx, rx
from scanner.engine.form import Via
from scanner.engine.spans import Pieces, Run
from scanner.records import dataclass

ESCAPES = (Via.BACKSLASH, Via.PERCENT, Via.ENTITY, Via.QUOTED)

_FURTHEST = 1 << 20
"""Bytes that a string is followed to each side of an anchor."""
_BLOCK = 4096
_FIRST_BLOCK = 128
"""Most strings and lines begin as near as that."""
_GOES_ON = rx(r"\\ (?: / | u002[bBfF] )")
"""An escape that a value in base64 may be cut off by."""
_NEAR = 256
"""Bytes around an anchor in which an escape can be the reason why nothing was recognised there."""

_SUFFIXES = {
    **dict.fromkeys(("json", "ipynb", "lock", "jsonl", "ndjson", "map", "har", "tfstate", "geojson"), "json"),
    **dict.fromkeys(("yaml", "yml"), "yaml"),
    "properties": "properties",
    **dict.fromkeys(("xml", "html", "htm", "xhtml", "svg", "config", "csproj", "plist", "resx", "pom"), "xml"),
    **dict.fromkeys(("sh", "bash", "zsh", "ksh", "bashrc", "zshrc", "profile", "bash_profile", "zprofile", "zshenv", "envrc"), "shell"),
}
_BEGINS_JSON = rx(r"""(?:\xEF\xBB\xBF)? [ \t\r\n]{0,256} (?: \{ [ \t\r\n]{0,256} ["}] | \[ [ \t\r\n]{0,256} ["{\]] )""")
_BEGINS_XML = rx(r"""(?:\xEF\xBB\xBF)? [ \t\r\n]{0,256} < [?!A-Za-z]""")
_BEGINS_PEM = rx(r"-----BEGIN[ ][A-Z0-9 ]{1,64}----- \r? \n")

_ESCAPE = {
    Via.BACKSLASH: rx(r"""
        \\ (?: u (?P<high>[dD][89abAB][0-9A-Fa-f]{2}) \\u (?P<low>[dD][c-fC-F][0-9A-Fa-f]{2}) | u(?P<unit>[0-9A-Fa-f]{4})
          | U(?P<point>[0-9A-Fa-f]{8}) | x(?P<byte>[0-9A-Fa-f]{2}) | (?P<octal>[0-3][0-7]{2}) | (?P<folded>\r?\n[ \t]{0,256}) | (?P<sign>.) )
    """),
    Via.PERCENT: rx(r"%(?P<byte>[0-9A-Fa-f]{2})"),
    Via.ENTITY: rx(r"& (?: \#(?P<decimal>[0-9]{1,7}) | \#[xX](?P<unit>[0-9A-Fa-f]{1,6}) | (?P<name>amp|lt|gt|quot|apos) );"),
    Via.QUOTED: rx(r"= (?: (?P<byte> [0-9A-F]{2} ) | (?P<folded> [ \t]{0,16} \r?\n ) )"),
}
_HINDERS = {
    Via.BACKSLASH: rx(r"""\\ (?: [nrtu"'/\\] | x[0-9A-Fa-f] )"""),
    Via.PERCENT: _ESCAPE[Via.PERCENT],
    Via.ENTITY: _ESCAPE[Via.ENTITY],
    Via.QUOTED: rx(r"=3D"),
}
"""Escapes that stand in values, rather than in the patterns that look for them."""
_MEANT = {"json": Via.BACKSLASH, "yaml": Via.BACKSLASH, "properties": Via.BACKSLASH, "xml": Via.ENTITY}
"""Escapes that never stand for themselves in a language."""
_SIGN = {Via.BACKSLASH: b"\\", Via.PERCENT: b"%", Via.ENTITY: b"&", Via.QUOTED: b"="}
_NAMES = {b"amp": b"&", b"lt": b"<", b"gt": b">", b"quot": b'"', b"apos": b"'"}

_JSON_SIGNS = {b'"': b'"', b"\\": b"\\", b"/": b"/", b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t"}
_C_SIGNS = {
    **_JSON_SIGNS,
    b"a": b"\a",
    b"e": b"\x1b",
    b"v": b"\v",
    b"0": b"\0",
    **{bytes((n,)): bytes((n,)) for n in b" !#$%&'()*+,-.:;<=>?@[]^_`{|}~"},
}
_YAML_SIGNS = {**_C_SIGNS, b"_": "\xa0".encode(), b"N": "\x85".encode(), b"L": "\u2028".encode(), b"P": "\u2029".encode()}

_DELIMITERS = {
    Via.BACKSLASH: rx(r"""[\n"']"""),
    Via.PERCENT: rx(r"""[ \t\r\n"'<>`\\]"""),
    Via.ENTITY: rx(r"""[<>"']"""),
}
_QUOTED_BYTE = rx(r"=[0-9A-F]{2}")
_SOFT = 20
"""Bytes that the end of a line takes at most which goes on in the next one."""
_SOFT_BREAK = rx(r"= [ \t]{0,16} \r?\n")
_MAIL_ENDS = rx(r"\n--[^\n-]")
"""The boundary of the parts of a mail."""
_STRING_ENDS = {b'"': rx(r"""\\ [\0-\xFF] | ["]"""), b"'": rx(r"""\\ [\0-\xFF] | [']""")}


def dialect(hint: str, text: bytes) -> str | None:
    """The language whose escapes `text` uses, from its path and its beginning; None where neither tells."""
    name = "" if ":" in hint else hint.rpartition("/")[2].lower()
    told = _SUFFIXES.get(name.rpartition(".")[2]) if "." in name else None
    if told is not None:
        return told
    if _BEGINS_JSON.match(text):
        return "json"
    if _BEGINS_XML.match(text):
        return "xml"
    return "shell" if name.endswith("history") or ("." not in name and name[:1].isalnum()) else None


def hindering(text: bytes, start: int, end: int) -> tuple[Via, ...]:
    """The sorts of escapes around anchors between `start` and `end` that may hide a value from a detector."""
    first, last = max(0, start - 16), end + _NEAR
    return tuple(via for via in ESCAPES if text.find(_SIGN[via], first, last) >= 0 and _HINDERS[via].search(text, first, last))


def meant(text: bytes, start: int, end: int, language: str | None) -> Via | None:
    """The sort of escapes in the span, or cutting it off, that `language` would read differently; None where it would not."""
    via = _MEANT.get(language or "", Via.BACKSLASH)
    if not (_HINDERS[via].search(text, start, end) or _GOES_ON.match(text, end)):
        return None
    if language in {"json", "properties", "xml"}:
        return via
    begin, close = _opening(text, start, via, max(0, start - _BLOCK), language)
    dollar = begin > 1 and text[begin - 2 : begin] == b"$'"
    return via if dollar or (language == "yaml" and close == b'"') else None


def continues(text: bytes, start: int, end: int, language: str | None) -> bool:
    """Whether the end of a line that is all between `start` and `end` is an escape of this language's own."""
    if text[start : start + 1] != b"\\" or language not in {"yaml", "properties"}:
        return False
    return language == "properties" or _opening(text, end, Via.BACKSLASH, max(0, start - _BLOCK), language)[1] == b'"'


def mailed(text: bytes, start: int, end: int) -> bool:
    """Whether a value in mail is another one, or begins or ends elsewhere, when quoted-printable is undone."""
    return _ESCAPE[Via.QUOTED].search(text, max(0, start - 1), end + 3) is not None


@dataclass(frozen=True, slots=True)
class Region:
    """The string, line or element around an anchor, without what delimits it."""

    start: int
    end: int
    language: str | None
    """Whose escapes are in it, if that is known."""


def region(text: bytes, at: int, via: Via, language: str | None, floor: int) -> Region:
    """What is undone around the anchor at `at`. Reaches back to `floor` at most."""
    if via is Via.QUOTED:
        return _mail(text, at, floor)
    start, close = _opening(text, at, via, floor, language)
    if via is Via.BACKSLASH and language != "json" and start > 1 and text[start - 2 : start] == b"$'":
        language = "shell"
    elif language == "xml" or (language == "yaml" and close != b'"'):
        language = None  # there the backslashes are those of a language inside
    return Region(start, _closing(text, start, at, via, close), language)


def undone(text: bytes, part: Region, via: Via) -> Run | None:
    """The region without its escapes; None where it has none."""
    source = text[part.start : part.end]
    replace = _replacement(via, part.language)
    plus = via is Via.PERCENT and b"BEGIN+" in source
    decoded = _ESCAPE[via].sub(replace, source.replace(b"+", b" ") if plus else source)
    if decoded == source:
        return None
    step = _step(via, part.language, decoded, source)
    return Run(part.start, part.end, step, decoded, lambda: Pieces(_pieces(text, part, _ESCAPE[via], replace)).locate)


def _mail(text: bytes, at: int, floor: int) -> Region:
    """From the line of `at`, with those that it continues, to the end of this part of the mail."""
    limit = max(floor, at - _FURTHEST)
    start = max(limit, text.rfind(b"\n", limit, at) + 1)
    while start > limit and _SOFT_BREAK.fullmatch(text, max(limit, text.rfind(b"=", max(limit, start - _SOFT), start)), start):
        start = max(limit, text.rfind(b"\n", limit, start - 1) + 1)
    last = _MAIL_ENDS.search(text, at, min(len(text), at + _FURTHEST))
    return Region(start, last.start() if last else min(len(text), at + _FURTHEST), None)


def _step(via: Via, language: str | None, decoded: bytes, source: bytes) -> str:
    if via is Via.QUOTED:
        return "quoted-printable" if _QUOTED_BYTE.search(source) else "joined-lines"
    if via is not Via.BACKSLASH:
        return "percent" if via is Via.PERCENT else "xml"
    if language is not None:
        return language
    return "pem-oneline" if _BEGINS_PEM.search(decoded) else "json"


def _opening(text: bytes, at: int, via: Via, floor: int, language: str | None) -> tuple[int, bytes]:
    """Where the string, line or element around `at` begins, and the sign that ends it: empty for a line."""
    limit = max(floor, at - _FURTHEST)
    end, block = at, _FIRST_BLOCK
    while end > limit:
        begin = max(limit, end - block)
        for match in reversed(list(_DELIMITERS[via].finditer(text, begin, end))):
            close = _closes(text, match.start(), via, language)
            if close is not None:
                return match.end(), close
        end, block = begin, _BLOCK
    return limit, b"<" if via is Via.ENTITY else b""


def _closes(text: bytes, at: int, via: Via, language: str | None) -> bytes | None:
    """The sign that ends what the delimiter at `at` begins; None where it begins nothing."""
    sign = text[at : at + 1]
    if via is Via.PERCENT:
        return b""
    if via is Via.ENTITY:
        if sign in b"<>":
            return b"<"
        return sign if text[at - 1 : at] == b"=" else None
    if sign == b"'" and (language == "json" or (language == "yaml" and text[at - 1 : at] != b"$")):
        return None  # an apostrophe: YAML's single quotes know no escapes
    before = text[max(0, at - 64) : at].removesuffix(b"\r")
    if (len(before) - len(before.rstrip(b"\\"))) % 2:
        return None
    return b"" if sign == b"\n" else sign


def _closing(text: bytes, start: int, at: int, via: Via, close: bytes) -> int:
    """Where the string, line or element that begins at `start` and goes on at `at` ends."""
    limit = min(len(text), at + _FURTHEST)
    if via is Via.ENTITY:
        end = text.find(close, at, limit)
        return end if end >= 0 else limit
    if via is Via.PERCENT:
        found = _DELIMITERS[via].search(text, at, limit)
        return found.start() if found is not None else limit
    if close:
        ends = (match.start() for match in _STRING_ENDS[close].finditer(text, start, limit) if match[0] == close and match.start() >= at)
        return next(ends, limit)
    end = text.find(b"\n", at, limit)
    while end > at and text[end - 2 : end].removesuffix(b"\r").endswith(b"\\"):
        end = text.find(b"\n", end + 1, limit)
    return end if end >= 0 else limit


def _replacement(via: Via, language: str | None) -> Callable[[re.Match[bytes]], bytes]:
    """What an escape stands for; itself, where it is none in this language."""
    if via is Via.PERCENT:
        return lambda match: bytes((int(match["byte"], 16),))
    if via is Via.ENTITY:
        return _entity
    if via is Via.QUOTED:
        return lambda match: bytes((int(match["byte"], 16),)) if match["byte"] else b""
    if language == "json":
        return _json
    if language == "properties":
        return _property
    return _yaml if language == "yaml" else _c_like


def _entity(match: re.Match[bytes]) -> bytes:
    if match["name"]:
        return _NAMES[match["name"]]
    return _utf8(int(match["decimal"]) if match["decimal"] else int(match["unit"], 16), match[0])


def _json(match: re.Match[bytes]) -> bytes:
    if match["sign"]:
        return _JSON_SIGNS.get(match["sign"], match[0])
    return _unicode(match) or match[0]


def _property(match: re.Match[bytes]) -> bytes:
    if match["folded"]:
        return b""
    if match["sign"] in _JSON_SIGNS and match["sign"] != b"b":
        return _JSON_SIGNS[match["sign"]]
    return _unicode(match) or match[0][1:]


def _yaml(match: re.Match[bytes]) -> bytes:
    if match["sign"]:
        return _YAML_SIGNS.get(match["sign"], match[0])
    return _utf8(int(match["byte"], 16), match[0]) if match["byte"] else _c_like(match)


def _c_like(match: re.Match[bytes]) -> bytes:
    """What C, shells and most other languages make of it."""
    if match["sign"]:
        return _C_SIGNS.get(match["sign"], match[0])
    if match["folded"]:
        return b""
    if match["byte"] or match["octal"]:
        return bytes((int(match["byte"], 16) if match["byte"] else int(match["octal"], 8),))
    if match["point"]:
        return _utf8(int(match["point"], 16), match[0])
    return _unicode(match)


def _unicode(match: re.Match[bytes]) -> bytes:
    """What an escaped UTF-16 unit, or a pair of them, stands for; nothing for any other escape."""
    if match["high"]:
        return bytes.fromhex((match["high"] + match["low"]).decode()).decode("utf-16-be").encode()
    return _utf8(int(match["unit"], 16), match[0]) if match["unit"] else b""


def _utf8(point: int, otherwise: bytes) -> bytes:
    try:
        return chr(point).encode()
    except (ValueError, OverflowError):  # no character: beyond Unicode, or half of a pair
        return otherwise


def _pieces(text: bytes, part: Region, escape: Rx, replace: Callable[[re.Match[bytes]], bytes]) -> Iterator[tuple[int, int, int]]:
    at = part.start
    for match in escape.finditer(text, part.start, part.end):
        if match.start() > at:
            yield at, match.start(), match.start() - at
        length = len(replace(match))
        if length:
            yield match.start(), match.end(), length
        at = match.end()
    if part.end > at:
        yield at, part.end, part.end - at

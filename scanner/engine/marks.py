"""What is searched besides the anchors' own forms: values that are cut into pieces, and what holds any value, so that none of it can be an anchor.

Those are compressed streams (RFC 1950, RFC 1952), dumps of bytes, whose lines cut everything, and mail in quoted-printable (RFC 2045,
section 6.7).
"""

from __future__ import annotations

from collections.abc import Iterator

from scanner.contract import Anchor, Rx, rx
from scanner.engine.form import DECIMAL, NEEDLE, Form, Via, coded, needles, quoted

STREAMS = (b"\x1f\x8b\x08\x00", b"\x1f\x8b\x08\x08")
"""How gzip begins: deflate, and no more in the header than the file's name."""
_ZLIB = rb"(?:^|[^0-9A-Za-z+/_-])(?:eJ[w-z]|eN[o-r]|eA[E-H])[0-9A-Za-z+/_-]{24}"
"""Base64 of zlib's header for a window of 32 KiB, at the beginning of a run."""
_SECOND_LINES = (b"00000010: ", b"00000010  ")
"""How the second line of a dump by `xxd` and by `hexdump -C` begins; those of `od` have an address in base eight, and of `hexdump` one of seven digits."""
_CELLS = rb"(?:[0-9A-Fa-f]{2} ){4}|[0-9A-Fa-f]{4} [0-9A-Fa-f]{4} |[0-9A-Fa-f]{8} |[0-7]{6} |[0-9]{2,3} {1,2}[0-9]{2,3} "
_OD = rb"[^0-9A-Za-z](?:0000020|000010|0000010)(?:[ ]{1,3}(?:" + _CELLS + rb")|[ ]{2}[ \\][ -~])"
"""The second line of `od` and `hexdump`: numbers, or characters that are four places apart."""

ALONE = rb"(?:^|[^0-9A-Za-z+/]|//)"
"""Before an anchor that a value begins with; in lines of base64 some anchor is there by chance."""
BODY = rb"[0-9A-Za-z+/=_.~:@%-]{0,160}"
"""What may stand between an anchor and the place where its value is cut."""
_MARK = rb"(?:[#*>;+|]|//|--)?[ \t]{0,8}"
"""What begins a line of a comment, a quotation or a patch."""
_OPERATOR = rb"(?:[+.&,~^]|\.\.|\+\+|<>|\|\|)"
_NEXT_LINE = rb"[`^\\_]?\r?\n[ \t]{0,64}" + _MARK
_NEXT_STRING = rb"[\"'`][ \t]{0,8}(?:" + _OPERATOR + rb"[ \t]{0,8})?(?:" + _NEXT_LINE + rb")?(?:" + _OPERATOR + rb"[ \t]{0,8})?[\"'`]"
SEAM = rb"(?:" + _NEXT_STRING + rb"|=?" + _NEXT_LINE + rb")"
"""Between two pieces of a value: the end of a string and the beginning of the next, or the end of a line."""
CUT = rb"(?:[\"'`]|=?[`^\\_]?[\r\n])"
"""How a seam begins; `continued` reads on. All of it in a hundred expressions took Hyperscan a quarter of the time that the database takes."""
_PREFIX = rx(r"[0-9A-Za-z/_.~:=-]{3,64} [0-9A-Za-z_.:=-]")
"""An anchor that a value, or its name, begins with."""
MORE = rb"[0-9A-Za-z_-]"
_GOES_ON = tuple(
    Rx(rest.decode()) for rest in (_NEXT_STRING + MORE, rb"\r?\n[ \t]{0,64}[ \t]{0,8}" + MORE, rb"\r?\n[ \t]{0,64}" + _MARK + MORE)
)
"""What a seam is from the last byte of `CUT` on, and the byte behind it. The dashes of a mark may be what a value goes on with: then both are true."""
_ESCAPED_SEAM = rb"\\{1,8}[\"'`nr]"
"""The beginning of a seam inside a string of some other language."""

_ASSIGNING = b'=:"'
"""What stands between a name and a value, and is escaped where all that is kept in a string."""
_PATH = (rb"\\?/", b"/")
"""How what follows a host begins."""


def common() -> Iterator[Form]:
    """What is searched whatever the detectors are."""
    for stream in STREAMS:
        yield coded(Via.PACKED, stream)
        digits = stream.hex().encode()
        yield from (coded(Via.HEX, spelling) for spelling in {digits, digits.upper()})
        for between, before in ((b", ", b"0x"), (b",", b"0x"), (b" ", b""), (b"", b"\\x"), (b"", b"\\\\x")):
            pairs = [b"%02x" % byte for byte in stream]
            for spelling in {between.join(before + pair for pair in pairs), between.join(before + pair.upper() for pair in pairs)}:
                yield coded(Via.HEX_LIST, spelling)
        yield from (coded(Via.HEX_LIST, between.join(b"%d" % byte for byte in stream), DECIMAL) for between in (b", ", b","))
        yield from _in_base64(stream)
    yield Form(Via.PACKED, 1, 27, _ZLIB)
    for line in _SECOND_LINES:
        yield Form(Via.HEX_LIST, 0, 0, rb"[^0-9A-Za-z]%b[0-9A-Fa-f]{4}|[^0-9A-Za-z]%b(?:[0-9A-Fa-f]{2} ){4}" % (line, line))
        yield Form(Via.BACKSLASH, 0, 0, rb"\\n" + line)
        yield from (coded(Via.BASE64, needle, offset) for needle, offset in needles(b"\n" + line))
        yield coded(Via.HEX, (b"\n" + line)[:10].hex().encode())
        yield coded(Via.HEX, (b"\n" + line)[:10].hex().upper().encode())
    yield Form(Via.HEX_LIST, 0, 0, _OD)
    yield Form(Via.QUOTED, 0, 0, rb"encoding[:=][ \t]{0,8}quoted-printable[ \t]{0,8}[\r\n;:]", caseless=True)


def beside(anchor: Anchor) -> Iterator[Form]:
    """An anchor, where what follows it is cut off or escaped.

    One that also asks for something before it is no beginning of a value, and may be frequent: it is not searched with a seam.
    """
    if not anchor.encoded or len(anchor.literal) < NEEDLE:
        return
    literal = quoted(anchor.literal)
    if not anchor.before and _PREFIX.fullmatch(anchor.literal):
        yield Form(Via.JOINED, 0, 0, ALONE + literal + BODY + CUT, anchor.caseless)
        yield Form(Via.BACKSLASH, 0, 0, literal + BODY + _ESCAPED_SEAM, anchor.caseless)
    signs = _ASSIGNING if b"=" in anchor.then else b"/" if anchor.then.startswith(_PATH) else b""
    for sign in signs:
        yield Form(Via.PERCENT, 0, 0, literal + rb"(?:%%(?:25)?20|\+)?%%(?:25)?%02x" % sign, caseless=True)
        yield Form(Via.BACKSLASH, 0, 0, literal + rb"\\{1,8}(?:u00%02x|x%02x|%b)" % (sign, sign, quoted(bytes((sign,)))), caseless=True)
        yield Form(Via.ENTITY, 0, 0, literal + rb"&(?:amp;)?#(?:%d|x%x);" % (sign, sign), caseless=True)
    if b'"' in signs:
        yield Form(Via.ENTITY, 0, 0, literal + rb"&(?:amp;)?quot;", caseless=True)


def continued(text: bytes, cut: int) -> list[int]:
    """Where a value that was cut may go on, each time the end of its first byte, in order; `cut` is where a match of `CUT` ends."""
    return sorted({more.end() for more in (rest.match(text, cut - 1) for rest in _GOES_ON) if more is not None})


def _in_base64(stream: bytes) -> Iterator[Form]:
    """Base64 of a text with `stream` in it, once and twice, and once in UTF-16."""
    for needle, offset in needles(stream):
        yield coded(Via.BASE64, needle, offset)
        yield from (coded(Via.HEX, digits) for digits in (needle.hex().encode(), needle.hex().upper().encode()))
        wide = b"\0".join(bytes((byte,)) for byte in needle)
        for text in (needle, wide):
            yield from (coded(Via.BASE64, outer, place) for outer, place in needles(text))
        yield from (coded(via, wide) for via in (Via.UTF_16LE, Via.UTF_16BE))

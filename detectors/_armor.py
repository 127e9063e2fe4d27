"""Text armor of keys (RFC 7468, RFC 1421, RFC 9580 section 6.2), as people paste it.

The body between BEGIN and END may be indented, quoted, commented out, written as concatenated strings, prefixed by a log or a patch, or
on one line with its line breaks escaped, replaced by blanks or gone. What is left after all that must be base64 and nothing else: an
ellipsis, a reference or a mask makes it an example, which is no block at all.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterator

from detectors._lines import bodies, mark_of
from scanner.contract import Rx, Window, rx
from scanner.records import dataclass, field

LONGEST = 65_536
"""Bytes of a body. An RSA key of 16,384 bits takes 13,000; an OpenPGP key with many user ids and signatures more."""
SHORTEST = 40
"""Bytes of a body below which it can hold no 32 bytes of key."""
MOST_HEADERS = 16


@dataclass(frozen=True, slots=True)
class Rules:
    """How the lines around a body are ruled."""

    dashes: bytes
    end: Rx
    """A removed line of a patch has one dash more."""


PEM = Rules(b"-----", rx(r"-{5,7} END [A-Z0-9 +]{0,64} -{0,5}"))
SSH2 = Rules(b"---- ", rx(r"----[ ]END[ ] [A-Z0-9 ]{1,64} [ ] -{4}"))
"""RFC 4716, section 3.2."""

_BLANKS = rx(r"[ ]{2,16}")
"""The empty line after headers, where blanks replace line breaks."""
_LINE = rx(r"[ \t]{0,128} (?: [>|\#;*]{1,3} [ \t]{0,16} )? (?P<data> [A-Za-z0-9+/=, \t]{0,65536}+) [\\;]{0,2} [ \t]{0,16}")
_HEADER = rx(r"[ \t]{0,128} (?: [>|\#;*]{1,3} [ \t]{0,16} )? [A-Za-z][A-Za-z0-9-]{1,30} : (?: [ \t] [^\n]{0,1024} )?")
_ENCRYPTION = rx(r"""
    Proc-Type: [ ]{0,2} 4, [ ]{0,2} ENCRYPTED [\s,\\]{0,16}
    DEK-Info: [ ]{0,2} [A-Z0-9-]{3,24} ,
    (?: (?<= DES-CBC,) [0-9A-Fa-f]{16} | (?<= DES-EDE3-CBC,) [0-9A-Fa-f]{16} | [0-9A-Fa-f]{32} | [0-9A-Fa-f]{16} )
""")
"""The two headers of an encrypted key (RFC 1421, 4.6), which can be told from what follows even where all line breaks are gone."""
_WHOLE = rx(r"(?P<data> [A-Za-z0-9+/]{32,65536}+) (?: ={0,2} | ={0,2} = (?P<sum> [A-Za-z0-9+/]{4}) )")

_OPEN_LINE = rx(r"[ \t]{0,128} (?: [>|\#;*]{1,3} [ \t]{0,16} )? (?P<data> [A-Za-z0-9+/]{1,1024}+ ={0,2}) [ \t\r]{0,16} (?: \n | \Z )")
_OPEN_RUN = rx(r"(?: [A-Za-z0-9+/ ] | \\{1,4}[nrt] ){40,65536}+ ={0,2}")
_SKIPPED = rx(r"(?: [ \t]{0,128} \r? \n | (?: [A-Za-z][A-Za-z0-9-]{1,30} : [ \t] [^\n]{0,1024} ) \n ){0,16}")
_ELLIPSIS = rx(r"\s{0,80} (?: \.\. | \[ | \* | < | \$ | \{ | \xe2\x80\xa6 )")
"""What follows an example rather than a key."""


@dataclass(frozen=True, slots=True)
class Block:
    """One armored block."""

    start: int
    end: int
    """Span in the text, from the dashes of BEGIN to those of END, or to where the base64 ends."""
    label: str
    headers: bytes
    data: bytes = field(repr=False)
    """The decoded body."""
    sum: bytes | None
    """The checksum line of OpenPGP, decoded."""
    closed: bool
    """Whether the END line is there."""
    folded: bool
    """Whether line breaks were escaped, replaced or gone."""


def blocks(window: Window, begin: Rx, rules: Rules = PEM) -> Iterator[Block]:
    """The blocks whose BEGIN line, which `begin` matches and whose label it names, is in the window. Bodies may reach beyond it."""
    at = window.start
    while (match := begin.search(window.text, at, window.end)) is not None:
        block = _block(match, rules)
        at = block.end if block else match.end()
        if block:
            yield block


def _block(begin: re.Match[bytes], rules: Rules) -> Block | None:
    text, start = begin.string, begin.end()
    stop = text.find(rules.dashes, start, start + LONGEST)
    closing = rules.end.match(text, stop) if stop >= 0 else None
    raw = text[start:stop] if closing else _open_body(text, start, stop)
    if len(raw) < SHORTEST:
        return None
    folded = not raw.strip(b" \t\\\"',").count(b"\n")
    read = _read(raw, mark_of(text, begin.start()), folded=folded)
    if read is None:
        return None
    headers, whole = read
    return Block(
        start=begin.start(),
        end=closing.end() if closing else start + len(raw.rstrip()),
        label=begin["label"].decode().replace("+", " "),
        headers=headers,
        data=_decoded(whole["data"]),
        sum=b64decode(whole["sum"]) if whole["sum"] else None,
        closed=closing is not None,
        folded=folded,
    )


def _read(raw: bytes, mark: bytes, *, folded: bool) -> tuple[bytes, re.Match[bytes]] | None:
    """Headers and base64 of a body; None where there is anything else in it, in whatever way its lines are read."""
    for body in bodies(raw, mark):
        headers, digits = _parts(body, folded=folded)
        if whole := _WHOLE.fullmatch(digits):
            return headers, whole
    return None


def _parts(body: bytes, *, folded: bool) -> tuple[bytes, bytes]:
    """Headers and base64 of lines; no base64 where there is anything else in them."""
    encryption = _ENCRYPTION.search(body, 0, 1024)
    if encryption:
        body = body[: encryption.start()] + b"\n" + body[encryption.end() :]
    if folded:
        body = _BLANKS.sub(b"\n", body)
    lines = [line for line in body.split(b"\n") if line.strip(b" \t\\")]
    headers = [encryption.group()] if encryption else []
    while lines and len(headers) < MOST_HEADERS and _HEADER.fullmatch(lines[0]):
        headers.append(lines.pop(0))
    matches = [_LINE.fullmatch(line) for line in lines]
    data = b"".join(match["data"] for match in matches if match)
    return b"\n".join(headers), data.translate(None, b", \t") if all(matches) else b""


def _open_body(text: bytes, start: int, stop: int) -> bytes:
    """What looks like a body before `stop` (the next dashes, or -1) where there is no END line; empty for an example."""
    limit = min(len(text), start + LONGEST) if stop < 0 else stop
    skipped = _SKIPPED.match(text, start, limit)
    at = end = skipped.end() if skipped else start
    if end == start:
        run = _OPEN_RUN.match(text, start, limit)
        end = run.end() if run else start
    width = 0
    while at > start and (line := _OPEN_LINE.match(text, at, limit)) is not None and line.end() > at:
        at = end = line.end()
        width = width or len(line["data"])
        if len(line["data"]) != width:
            break
    return b"" if _ELLIPSIS.match(text, end) else text[start:end]


def _decoded(digits: bytes) -> bytes:
    """All bytes that the digits spell completely."""
    digits = digits[:-1] if len(digits) % 4 == 1 else digits
    return b64decode(digits + b"=" * (-len(digits) % 4))

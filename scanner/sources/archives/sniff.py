"""Whether a blob is an archive or compressed, and of which kind: told from a few bytes.

Sources: RFC 1950 (zlib), RFC 1952 (gzip), RFC 8878 (zstd), APPNOTE.TXT of PKWARE (zip), ustar in POSIX.1-2017 (pax), ar(5), cpio(5), the
xz and bzip2 file formats, rpm's lead.
"""

from __future__ import annotations

import re
from enum import StrEnum

HEAD = 512
"""Bytes at the beginning that tell the kind: a header of tar."""


class Kind(StrEnum):
    """What a blob is. The value is its step in `encoding`."""

    GZIP = "gzip"
    BZ2 = "bz2"
    XZ = "xz"
    ZSTD = "zstd"
    ZLIB = "zlib"
    """Only perhaps: two bytes tell little, and text can begin with them."""
    TAR = "tar"
    AR = "ar"
    CPIO = "cpio"
    RPM = "rpm"
    ZIP = "zip"
    UNKNOWN = "unknown"
    """An archive of a kind that is not read."""


UNREAD = {
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"Rar!\x1a\x07": "RAR",
    b"MSCF\0\0\0\0": "CAB",
    b"xar!\0\x1c": "xar",
    b"LZIP\x01": "lzip",
    b"\x04\x22\x4d\x18": "LZ4",
    b"hsqs": "SquashFS",
}
"""Archives that are told and not read, by their first bytes. The readers there are for 7z and RAR weigh more than all of keytrail, and
the others are rare where credentials lie."""

_SIMPLE = {
    b"\x1f\x8b\x08": Kind.GZIP,
    b"\xfd7zXZ\0": Kind.XZ,
    b"\x28\xb5\x2f\xfd": Kind.ZSTD,
    b"PK\x03\x04": Kind.ZIP,
    b"PK\x05\x06": Kind.ZIP,
    b"PK\x07\x08PK\x03\x04": Kind.ZIP,
    b"!<arch>\n": Kind.AR,
    b"070701": Kind.CPIO,
    b"070702": Kind.CPIO,
    b"\xed\xab\xee\xdb": Kind.RPM,
    **dict.fromkeys(UNREAD, Kind.UNKNOWN),
}
_FIRST = frozenset(magic[0] for magic in (*_SIMPLE, b"BZh", b"x"))
_CPIO = rb"07070[12][0-9a-fA-F]{104}"
_BZ2 = rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)"
"""Digits of pi where a block begins, of its root where the stream ends."""
_ZLIB = rb"x[\x00-\x1f\x40-\x5f\x80-\x9f\xc0-\xdf][\x00-\xff]{7}"
"""Without the flag for a dictionary. Like the others it is compiled when it is first asked: most runs never do."""
_ZSTD_SKIPPED = b"\x2a\x4d\x18"
"""Behind a byte from 0x50 to 0x5f: a frame that is to be skipped, such as the one that pzstd begins with."""
_CHECKSUM = slice(154, 156)
_CHECKSUM_ENDS = frozenset({b"\0 ", b" \0"})
_OCTAL = rb"[0-7]{1,6}"
_END = b"PK\x05\x06"
_DIRECTORY = b"PK\x01\x02"
_END_SIZE, _COMMENT = 22, 65_535
_EXTRACTING = frozenset({b"#!", b"MZ", b"\x7fE", b"Cr"})
"""How programs and scripts begin that have a zip behind them, and extensions of a browser: their zip may end in a comment."""


def sniff(data: bytes) -> Kind | None:
    """The kind of a whole blob; None for what is no archive. A zip may have anything before it, as one that extracts itself has."""
    kind = sniff_head(data)
    if kind is None and (data[-_END_SIZE : 4 - _END_SIZE] == _END or data[:2] in _EXTRACTING) and _ends_as_zip(data):
        return Kind.ZIP
    return kind


def sniff_head(head: bytes) -> Kind | None:
    """The kind that the first bytes of a stream tell, `HEAD` of them if there are as many."""
    if head and (head[0] in _FIRST or head[1:4] == _ZSTD_SKIPPED):
        kind = _by_magic(head)
        if kind is not None:
            return kind
    if head[_CHECKSUM] in _CHECKSUM_ENDS and tar_checksum(head[:HEAD]):
        return Kind.TAR
    return None


def _ends_as_zip(data: bytes) -> bool:
    """Whether the end of a zip stands at the end, with a directory before it."""
    at = data.rfind(_END, max(0, len(data) - _END_SIZE - _COMMENT))
    if at < 0 or at + _END_SIZE + int.from_bytes(data[at + 20 : at + 22], "little") != len(data):
        return False
    start = at - int.from_bytes(data[at + 12 : at + 16], "little")
    return start >= 0 and data.startswith(_DIRECTORY, start)


def _by_magic(head: bytes) -> Kind | None:
    kind = next((kind for magic, kind in _SIMPLE.items() if head.startswith(magic)), None)
    if kind is Kind.GZIP and head[3:4] >= b"\x20":  # a reserved flag
        return None
    if kind is Kind.CPIO and not re.match(_CPIO, head):
        return None
    if kind is None and head[1:4] == _ZSTD_SKIPPED and head[0] & 0xF0 == 0x50:  # noqa: PLR2004 - see above
        return Kind.ZSTD
    if kind is None and re.match(_BZ2, head):
        return Kind.BZ2
    if kind is None and head[0] == 0x78 and re.match(_ZLIB, head) and not int.from_bytes(head[:2], "big") % 31:  # noqa: PLR2004 - RFC 1950, 2.2
        return Kind.ZLIB
    return kind


def tar_checksum(block: bytes) -> bool:
    """Whether a block of 512 bytes is a header of tar: the sum of its bytes stands in it. Old programs added signed bytes."""
    digits = block[148:154].strip(b" \0")
    if len(block) < HEAD or not re.fullmatch(_OCTAL, digits):
        return False
    given = int(digits, 8)
    rest = block[:148] + b" " * 8 + block[156:]
    found = sum(rest)
    return given == found or given == found - 256 * sum(byte >= 128 for byte in rest)  # noqa: PLR2004 - the sign of a byte
